// When a transfer could be refused for several reasons, the documented order
// decides.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ways.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::CoreWorld;
using test::kNoLeg;
using test::Scaled;
using test::Seed;
using test::SeedTrace;

constexpr auto kNoMode = static_cast<Mode>(3);
const std::string kTooLong(kMaxDescriptionBytes + 1, 'd');

// In a ledger with routes and in one without.
using Kind = std::tuple<Concurrency, Mode, bool>;

auto EachKind() {
  return testing::Combine(test::EachConcurrency(),
                          testing::ValuesIn(test::kModes), testing::Bool());
}

std::string NameOfKind(const testing::TestParamInfo<Kind>& info) {
  return testing::PrintToString(std::get<Concurrency>(info.param)) +
         testing::PrintToString(std::get<Mode>(info.param)) +
         (std::get<bool>(info.param) ? "Routed" : "");
}

// --- Transfer --------------------------------------------------------------

struct Party {
  Amount balance;
  std::int64_t room = 0;  // under the ceiling; 0: there is no ceiling
  AccountStatus status = AccountStatus::kOpen;
  bool is_known = true;
  bool is_locked = false;
  bool has_other_asset = false;
};

// A transfer that would be posted, before flaws are added to it.
struct Request {
  Party payer = {.balance = Amount(100)};
  Party payee;
  Amount amount = Amount(10);
  bool to_itself = false;
  bool has_long_description = false;
  bool has_no_mode = false;
  bool has_no_route = false;
  bool is_inside = false;
  bool has_no_sequence = false;
};

// What a flaw changes. Two flaws that change the same thing cannot be had
// together.
enum Knob : unsigned {
  kDescription = 1 << 0,
  kAmount = 1 << 1,
  kPayer = 1 << 2,
  kPayee = 1 << 3,
  kPayerStatus = 1 << 4,
  kPayeeStatus = 1 << 5,
  kPayerBalance = 1 << 6,
  kPayeeBalance = 1 << 7,
  kPayeeCeiling = 1 << 8,
  kPayerLock = 1 << 9,
  kPayeeLock = 1 << 10,
  kSession = 1 << 11,
  kSequence = 1 << 12,
  kMode = 1 << 13,
  kRoute = 1 << 14,
};

struct Flaw {
  Outcome outcome;
  std::uint32_t leg;
  unsigned knobs;
  void (*add)(Request& request);
};

// In the documented order; within one outcome, the payer's first.
constexpr Flaw kFlaws[] = {
    {Outcome::kInsideTransaction, kNoLeg, kSession,
     [](Request& r) { r.is_inside = true; }},
    {Outcome::kInvalidOption, kNoLeg, kMode,
     [](Request& r) { r.has_no_mode = true; }},
    {Outcome::kDescriptionTooLong, kNoLeg, kDescription,
     [](Request& r) { r.has_long_description = true; }},
    {Outcome::kZeroAmount, kNoLeg, kAmount,
     [](Request& r) { r.amount = Amount(0); }},
    {Outcome::kNegativeAmount, kNoLeg, kAmount,
     [](Request& r) { r.amount = Amount(-10); }},
    {Outcome::kSameAccount, 1, kPayee, [](Request& r) { r.to_itself = true; }},
    {Outcome::kUnknownAccount, 0, kPayer,
     [](Request& r) { r.payer.is_known = false; }},
    {Outcome::kUnknownAccount, 1, kPayee,
     [](Request& r) { r.payee.is_known = false; }},
    {Outcome::kAssetsDiffer, 1, kPayee,
     [](Request& r) { r.payee.has_other_asset = true; }},
    {Outcome::kBusy, kNoLeg, kPayerLock,
     [](Request& r) { r.payer.is_locked = true; }},
    {Outcome::kBusy, kNoLeg, kPayeeLock,
     [](Request& r) { r.payee.is_locked = true; }},
    {Outcome::kAccountClosed, 0, kPayerStatus | kPayerBalance,
     [](Request& r) {
       r.payer.status = AccountStatus::kClosed;
       r.payer.balance = Amount(0);
     }},
    {Outcome::kAccountClosed, 1, kPayeeStatus | kPayeeBalance,
     [](Request& r) { r.payee.status = AccountStatus::kClosed; }},
    {Outcome::kAccountFrozen, 0, kPayerStatus,
     [](Request& r) { r.payer.status = AccountStatus::kDebitsFrozen; }},
    {Outcome::kAccountFrozen, 1, kPayeeStatus,
     [](Request& r) { r.payee.status = AccountStatus::kFrozen; }},
    {Outcome::kRouteNotAllowed, 0, kRoute,
     [](Request& r) { r.has_no_route = true; }},
    {Outcome::kAmountOverflow, 1, kPayeeBalance,
     [](Request& r) {
       r.payee.balance = Subtract(Amount::Max(), Amount(9)).value();
     }},
    {Outcome::kInsufficientFunds, 0, kPayerBalance,
     [](Request& r) { r.payer.balance = Amount(9); }},
    {Outcome::kAboveCeiling, 1, kPayeeCeiling,
     [](Request& r) { r.payee.room = 8; }},
    {Outcome::kSequenceExhausted, kNoLeg, kSequence,
     [](Request& r) { r.has_no_sequence = true; }},
};

class PrecedenceTest : public testing::TestWithParam<Kind> {
 protected:
  AccountId Make(const Party& party) {
    if (!party.is_known) return AccountId(1'000'000'000 + ++unknown_);
    AccountOptions options;
    if (party.has_other_asset) options.asset = gems_;
    options.status = party.status;
    if (party.room != 0) {
      options.ceiling = Add(party.balance, Amount(party.room)).value();
    }
    const AccountId made = world_.Account(party.balance, options);
    if (party.is_locked) world_.Lock(made);
    return made;
  }

  Receipt Ask(const Request& request) {
    const AccountId payer = Make(request.payer);
    const AccountId payee = request.to_itself ? payer : Make(request.payee);
    const Sequence last = world_.session.last_sequence;
    if (request.has_no_sequence) world_.UseUpSequences();
    world_.session.inside = request.is_inside;
    const Receipt receipt = world_.core.Transfer(
        world_.session, payer, payee, request.amount,
        {.description = request.has_long_description ? kTooLong : "",
         .code = request.has_no_route ? 1U : 0U,
         .wait = Wait::Never(),
         .mode = request.has_no_mode ? kNoMode : std::get<Mode>(GetParam())});
    world_.session.inside = false;
    world_.session.last_sequence = last;
    return receipt;
  }

  // Tries the flaws, the lowest number of which is to decide. Does nothing if
  // they cannot be had together, or not in this kind of ledger.
  void ExpectTheFirstDecides(const std::vector<std::size_t>& flaws) {
    Request request;
    unsigned knobs = std::get<bool>(GetParam()) ? 0U : kRoute;
    for (const std::size_t flaw : flaws) {
      if ((knobs & kFlaws[flaw].knobs) != 0) return;
      knobs |= kFlaws[flaw].knobs;
      kFlaws[flaw].add(request);
    }
    const Flaw& first = kFlaws[*std::min_element(flaws.begin(), flaws.end())];
    const Receipt receipt = Ask(request);
    EXPECT_EQ(receipt.outcome(), first.outcome);
    EXPECT_EQ(receipt.refusal().leg, first.leg);
    ++tried_;
  }

  const test::Watchdog watchdog_;
  CoreWorld world_{std::get<Concurrency>(GetParam()),
                   std::get<bool>(GetParam())};
  AssetId gems_ = world_.Asset("GEMS");
  std::uint64_t unknown_ = 0;
  int tried_ = 0;
};

TEST_P(PrecedenceTest, WithoutAFlawATransferIsPosted) {
  EXPECT_TRUE(Ask(Request()).ok());
}

TEST_P(PrecedenceTest, EachFlawAloneDecides) {
  for (std::size_t flaw = 0; flaw < std::size(kFlaws); ++flaw) {
    SCOPED_TRACE(OutcomeName(kFlaws[flaw].outcome));
    ExpectTheFirstDecides({flaw});
  }
  EXPECT_EQ(tried_, static_cast<int>(std::size(kFlaws)) -
                        (std::get<bool>(GetParam()) ? 0 : 1));
}

TEST_P(PrecedenceTest, OfEachPairTheFirstDecides) {
  for (std::size_t one = 0; one < std::size(kFlaws); ++one) {
    for (std::size_t other = one + 1; other < std::size(kFlaws); ++other) {
      SCOPED_TRACE(testing::Message()
                   << OutcomeName(kFlaws[one].outcome) << " before "
                   << OutcomeName(kFlaws[other].outcome));
      ExpectTheFirstDecides({one, other});
    }
  }
  EXPECT_GT(tried_, 135)
      << "nearly all of the 171 pairs, or 190 with routes, can be had";
}

TEST_P(PrecedenceTest, OfManyTheFirstDecides) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  const std::uint64_t rounds = Scaled(5000);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) {
    std::vector<std::size_t> flaws;
    for (std::size_t flaw = 0; flaw < std::size(kFlaws); ++flaw) {
      if (random() % 5 == 0) flaws.push_back(flaw);
    }
    if (!flaws.empty()) ExpectTheFirstDecides(flaws);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PrecedenceTest, EachKind(), NameOfKind);

// --- Post ------------------------------------------------------------------

// Has legs for every flaw, each with accounts of its own, so that all sets of
// flaws can be had.
class PostPrecedenceTest : public testing::TestWithParam<Kind> {
 protected:
  struct Request {
    std::vector<Leg> legs;
    TransferOptions options = {.wait = Wait::Never()};
    bool is_inside = false;
    bool has_no_mode = false;
    bool is_locked = false;
    bool has_no_sequence = false;
  };
  struct PostFlaw {
    Outcome outcome;
    void (*add)(PostPrecedenceTest& test, Request& request);
    /// Whether a leg is to blame; null if none is.
    bool (*is_met)(const PostPrecedenceTest& test, const Leg& leg);
  };

  // Legs between an account that is to blame and one that is not.
  void AddLegs(Request& request, AccountId account,
               std::initializer_list<std::int64_t> amounts,
               AccountId opposite) const {
    for (const std::int64_t amount : amounts) {
      request.legs.push_back({account, Amount(amount)});
      request.legs.push_back({opposite, Amount(-amount)});
    }
  }

  static bool IsOneOf(const std::array<AccountId, 2>& accounts,
                      const Leg& leg) {
    return leg.account == accounts[0] || leg.account == accounts[1];
  }

  std::array<AccountId, 2> MakeTwo(Amount balance,
                                   const AccountOptions& options) {
    return {world_.Account(balance, options), world_.Account(balance, options)};
  }

  static const PostFlaw kPostFlaws[];

  Receipt Ask(const Request& request) {
    const Sequence last = world_.session.last_sequence;
    if (request.is_locked) world_.Lock(rich_);
    if (request.has_no_sequence) world_.UseUpSequences();
    world_.session.inside = request.is_inside;
    TransferOptions options = request.options;
    options.mode = request.has_no_mode ? kNoMode : std::get<Mode>(GetParam());
    const Receipt receipt =
        world_.core.Post(world_.session, request.legs, options);
    world_.session.inside = false;
    if (request.has_no_sequence) world_.session.last_sequence = last;
    if (request.is_locked) world_.Unlock(rich_);
    return receipt;
  }

  const test::Watchdog watchdog_;
  CoreWorld world_{std::get<Concurrency>(GetParam()),
                   std::get<bool>(GetParam())};
  AssetId gems_ = world_.Asset("GEMS");
  AccountId rich_ = world_.Account(Amount(1'000'000'000));
  AccountId other_ = world_.Account(Amount(1'000'000'000));
  AccountId jeweller_ = world_.Account(Amount(100), {.asset = gems_});
  AccountId debtor_ = world_.Account(Amount(0), {.floor = Amount::Min()});
  std::array<AccountId, 2> closed_ =
      MakeTwo(Amount(0), {.status = AccountStatus::kClosed});
  std::array<AccountId, 2> no_credits_ =
      MakeTwo(Amount(100), {.status = AccountStatus::kCreditsFrozen});
  std::array<AccountId, 2> full_ =
      MakeTwo(Subtract(Amount::Max(), Amount(4)).value(), {});
  std::array<AccountId, 2> empty_ = MakeTwo(Amount(4), {});
  std::array<AccountId, 2> capped_ =
      MakeTwo(Amount(96), {.ceiling = Amount(100)});
  std::array<AccountId, 2> barred_ = MakeTwo(Amount(4), {.account_class = 1});
  AccountId unknown_ = AccountId(1'000'000'000);
};

const PostPrecedenceTest::PostFlaw PostPrecedenceTest::kPostFlaws[] = {
    {Outcome::kInsideTransaction,
     [](PostPrecedenceTest&, Request& r) { r.is_inside = true; }, nullptr},
    {Outcome::kInvalidOption,
     [](PostPrecedenceTest&, Request& r) { r.has_no_mode = true; }, nullptr},
    {Outcome::kTooManyLegs,
     [](PostPrecedenceTest& t, Request& r) {
       while (r.legs.size() <= kMaxLegs) t.AddLegs(r, t.rich_, {1}, t.other_);
     },
     nullptr},
    {Outcome::kDescriptionTooLong,
     [](PostPrecedenceTest&, Request& r) { r.options.description = kTooLong; },
     nullptr},
    {Outcome::kZeroAmount,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.rich_, {0}, t.unknown_);
     },
     [](const PostPrecedenceTest&, const Leg& leg) {
       return leg.amount.is_zero();
     }},
    {Outcome::kUnknownAccount,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.unknown_, {5, -6}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return leg.account == t.unknown_;
     }},
    {Outcome::kUnbalanced,
     [](PostPrecedenceTest& t, Request& r) {
       r.legs.push_back({t.jeweller_, Amount(1)});
       r.legs.push_back({t.jeweller_, Amount(-2)});
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return leg.account == t.jeweller_;
     }},
    {Outcome::kBusy,
     [](PostPrecedenceTest&, Request& r) { r.is_locked = true; }, nullptr},
    {Outcome::kAccountClosed,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.closed_[0], {5, -5}, t.rich_);
       t.AddLegs(r, t.closed_[1], {-1}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.closed_, leg);
     }},
    // Only the legs that go the forbidden way are to blame.
    {Outcome::kAccountFrozen,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.no_credits_[0], {-5, 1}, t.rich_);
       t.AddLegs(r, t.no_credits_[1], {-2, 2}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.no_credits_, leg) && !leg.amount.is_negative();
     }},
    // From here an account's legs are to blame together, so the first of them
    // is named whichever way it goes.
    {Outcome::kRouteNotAllowed,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.barred_[0], {2, -7}, t.rich_);
       t.AddLegs(r, t.barred_[1], {-5}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.barred_, leg);
     }},
    {Outcome::kAmountOverflow,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.full_[0], {7, -2}, t.debtor_);
       t.AddLegs(r, t.full_[1], {5}, t.debtor_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.full_, leg);
     }},
    {Outcome::kInsufficientFunds,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.empty_[0], {2, -7}, t.rich_);
       t.AddLegs(r, t.empty_[1], {-5}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.empty_, leg);
     }},
    {Outcome::kAboveCeiling,
     [](PostPrecedenceTest& t, Request& r) {
       t.AddLegs(r, t.capped_[0], {-2, 7}, t.rich_);
       t.AddLegs(r, t.capped_[1], {5}, t.rich_);
     },
     [](const PostPrecedenceTest& t, const Leg& leg) {
       return IsOneOf(t.capped_, leg);
     }},
    {Outcome::kSequenceExhausted,
     [](PostPrecedenceTest&, Request& r) { r.has_no_sequence = true; },
     nullptr},
};

TEST_P(PostPrecedenceTest, OfEverySetOfFlawsTheFirstDecides) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  constexpr std::size_t kFlawCount = std::size(kPostFlaws);
  for (unsigned set = 0; set < (1U << kFlawCount) && !HasFailure(); ++set) {
    Request request;
    AddLegs(request, rich_, {-1}, other_);
    const PostFlaw* first = nullptr;
    for (std::size_t i = kFlawCount; i-- > 0;) {
      if ((set >> i & 1) == 0) continue;
      if (kPostFlaws[i].outcome == Outcome::kRouteNotAllowed &&
          !std::get<bool>(GetParam())) {
        continue;
      }
      first = &kPostFlaws[i];
      first->add(*this, request);
    }
    std::shuffle(request.legs.begin(), request.legs.end(), random);

    std::uint32_t leg = kNoLeg;
    if (first != nullptr && first->is_met != nullptr) {
      leg = 0;
      while (!first->is_met(*this, request.legs[leg])) ++leg;
    }
    const Receipt receipt = Ask(request);
    EXPECT_EQ(receipt.outcome(),
              first == nullptr ? Outcome::kOk : first->outcome);
    EXPECT_EQ(receipt.refusal().leg, leg) << "set " << set;
  }
}

TEST_P(PostPrecedenceTest, NoLegsComeBeforeTheDescription) {
  Request request;
  request.options.description = kTooLong;
  EXPECT_EQ(Ask(request).outcome(), Outcome::kNoLegs);
  request.is_inside = true;
  EXPECT_EQ(Ask(request).outcome(), Outcome::kInsideTransaction);
}

INSTANTIATE_TEST_SUITE_P(All, PostPrecedenceTest, EachKind(), NameOfKind);

}  // namespace
}  // namespace lockstep
