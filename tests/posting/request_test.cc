// Requests: flows, conditions, dry runs. Every outcome that they add, that a
// refusal changes nothing, and what a posted one does.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::LedgerState;
using test::SmallLedger;
using test::StateOf;

constexpr std::uint32_t kNone = Refusal::kNoLeg;

struct RequestWorld {
  explicit RequestWorld(Concurrency concurrency)
      : small({.concurrency = concurrency}) {
    const auto set = [this](AccountId account, AccountStatus status) {
      EXPECT_EQ(small.ledger.SetStatus(account, status), Outcome::kOk);
    };
    set(frozen, AccountStatus::kFrozen);
    set(closed, AccountStatus::kClosed);
  }

  SmallLedger small;
  AccountId rich = small.Account(1000);
  AccountId poor = small.Account(30);
  AccountId broke = small.Account();
  AccountId debtor = small.Account(0, {.floor = Amount(-50)});
  AccountId capped = small.Account(90, {.ceiling = Amount(100)});
  AccountId frozen = small.Account(1000);
  AccountId closed = small.Account();
  AssetId gems = small.ledger.CreateAsset({.code = "GEMS"}).value();
  AccountId jeweller = small.Account(1000, {.asset = gems});
  AccountId none;
};

// A request and what it refers to.
struct Ask {
  std::vector<Leg> legs = {};
  std::vector<Flow> flows = {};
  std::vector<Condition> conditions = {};
  std::string description = {};

  [[nodiscard]] TransferRequest request(Mode mode) const {
    return {
        legs, flows, conditions, {.description = description, .mode = mode}};
  }
};

struct Refused {
  const char* what;
  Outcome outcome;
  std::uint32_t leg;
  std::uint32_t flow;
  std::uint32_t condition;
  Ask (*ask)(const RequestWorld& w);
};

const Refused kRefused[] = {
    {"nothing asked for", Outcome::kNoLegs, kNone, kNone, kNone,
     [](const RequestWorld&) { return Ask(); }},
    {"conditions alone", Outcome::kNoLegs, kNone, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.conditions = {Require::BalanceAtLeast(w.rich, Amount(1))}};
     }},
    {"more accounts than kMaxLegs", Outcome::kTooManyLegs, kNone, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = std::vector<Flow>(kMaxFlows,
                                             {.from = w.rich, .to = w.poor}),
                  .conditions = {Require::BalanceAtLeast(w.rich, Amount(1))}};
     }},
    {"a long description", Outcome::kDescriptionTooLong, kNone, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .description = std::string(kMaxDescriptionBytes + 1, 'd')};
     }},
    {"a leg of zero", Outcome::kZeroAmount, 0, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.legs = {{w.rich, Amount()}},
                  .flows = {{.from = w.rich, .to = w.poor}}};
     }},
    {"a flow of zero", Outcome::kZeroAmount, kNone, 1, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor},
                            {.from = w.rich, .to = w.poor, .at_most = {}}}};
     }},
    {"a flow of less than zero", Outcome::kNegativeAmount, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.rich, .to = w.poor, .at_most = Amount(-1)}}};
     }},
    {"a flow to itself", Outcome::kSameAccount, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.rich}}};
     }},
    {"the first flow shares a limit", Outcome::kInvalidFlow, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.rich, .to = w.poor, .shares_limit = true}}};
     }},
    {"at least more than at most", Outcome::kInvalidFlow, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich,
                             .to = w.poor,
                             .at_most = Amount(5),
                             .at_least = Amount(6)}}};
     }},
    {"at least more than the shared limit", Outcome::kInvalidFlow, kNone, 1,
     kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.rich, .to = w.poor, .at_most = Amount(5)},
                     {.from = w.debtor,
                      .to = w.poor,
                      .shares_limit = true,
                      .at_least = Amount(6)}}};
     }},
    {"at least less than nothing", Outcome::kInvalidFlow, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.rich, .to = w.poor, .at_least = Amount(-1)}}};
     }},
    {"no such condition", Outcome::kInvalidCondition, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {{.account = w.rich,
                                  .kind = static_cast<ConditionKind>(5)}}};
     }},
    {"a condition on no such status", Outcome::kInvalidCondition, kNone, kNone,
     1,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.rich, .to = w.poor}},
           .conditions = {
               Require::StatusEquals(w.rich, AccountStatus::kOpen),
               Require::StatusEquals(w.rich, static_cast<AccountStatus>(5))}};
     }},
    {"a flow from nobody", Outcome::kUnknownAccount, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.none, .to = w.poor}}};
     }},
    {"a flow to nobody", Outcome::kUnknownAccount, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.none}}};
     }},
    {"a condition on nobody", Outcome::kUnknownAccount, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {Require::BalanceAtMost(w.none, Amount())}};
     }},
    {"a flow into another asset", Outcome::kAssetsDiffer, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.jeweller}}};
     }},
    {"legs that flows would have to balance", Outcome::kUnbalanced, 0, kNone,
     kNone,
     [](const RequestWorld& w) {
       return Ask{.legs = {{w.rich, Amount(-5)}},
                  .flows = {{.from = w.rich, .to = w.poor}}};
     }},
    {"too little", Outcome::kConditionNotMet, kNone, kNone, 1,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {Require::BalanceAtLeast(w.poor, Amount(30)),
                                 Require::BalanceAtLeast(w.poor, Amount(31))}};
     }},
    {"too much", Outcome::kConditionNotMet, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {Require::BalanceAtMost(w.poor, Amount(29))}};
     }},
    {"something else", Outcome::kConditionNotMet, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {Require::BalanceEquals(w.broke, Amount(1))}};
     }},
    {"another version", Outcome::kConditionNotMet, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {Require::VersionEquals(w.rich, Sequence())}};
     }},
    {"another status", Outcome::kConditionNotMet, kNone, kNone, 0,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor}},
                  .conditions = {
                      Require::StatusEquals(w.frozen, AccountStatus::kOpen)}};
     }},
    {"a flow from a closed account", Outcome::kAccountClosed, kNone, 1, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.rich, .to = w.poor},
                            {.from = w.closed, .to = w.poor}}};
     }},
    {"a flow from a frozen account", Outcome::kAccountFrozen, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.frozen, .to = w.poor}}};
     }},
    {"a flow to a frozen account that gets nothing", Outcome::kAccountFrozen,
     kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{.legs = {{w.rich, Amount(-1)}, {w.poor, Amount(1)}},
                  .flows = {{.from = w.broke, .to = w.frozen}}};
     }},
    {"legs beyond what there is", Outcome::kInsufficientFunds, 0, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.legs = {{w.poor, Amount(-31)}, {w.rich, Amount(31)}},
                  .flows = {{.from = w.broke, .to = w.rich}}};
     }},
    {"legs beyond the ceiling", Outcome::kAboveCeiling, 1, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.legs = {{w.rich, Amount(-11)}, {w.capped, Amount(11)}},
                  .flows = {{.from = w.poor, .to = w.capped}}};
     }},
    {"less than the least", Outcome::kTooLittleAvailable, kNone, 0, kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.poor, .to = w.rich, .at_least = Amount(31)}}};
     }},
    {"less than the least of three", Outcome::kTooLittleAvailable, kNone, 2,
     kNone,
     [](const RequestWorld& w) {
       return Ask{
           .flows = {{.from = w.poor, .to = w.rich, .at_most = Amount(100)},
                     {.from = w.broke, .to = w.rich, .shares_limit = true},
                     {.from = w.debtor,
                      .to = w.rich,
                      .shares_limit = true,
                      .at_least = Amount(81)}}};
     }},
    {"nothing there", Outcome::kNothingToMove, kNone, kNone, kNone,
     [](const RequestWorld& w) {
       return Ask{.flows = {{.from = w.broke, .to = w.rich}}};
     }},
};

class RequestTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  RequestTest() : world_(std::get<Concurrency>(GetParam())) {}

  [[nodiscard]] static Mode mode() { return std::get<Mode>(GetParam()); }
  Receipt Post(const Ask& ask, bool dry_run = false) {
    TransferRequest request = ask.request(mode());
    request.options.dry_run = dry_run;
    return world_.small.ledger.Post(request);
  }
  [[nodiscard]] Amount Balance(AccountId account) const {
    return world_.small.Balance(account);
  }

  const test::Watchdog watchdog_;
  RequestWorld world_;
};

TEST_P(RequestTest, ARefusedOneChangesNothing) {
  const Ledger& ledger = world_.small.ledger;
  for (const Refused& refused : kRefused) {
    SCOPED_TRACE(refused.what);
    const Ask ask = refused.ask(world_);
    const LedgerState before = StateOf(ledger);
    for (const bool dry_run : {true, false}) {
      const Stats counted = ledger.GetStats();
      const Receipt receipt = Post(ask, dry_run);
      EXPECT_EQ(receipt.outcome(), refused.outcome);
      EXPECT_EQ(receipt.refusal().leg, refused.leg);
      EXPECT_EQ(receipt.refusal().flow, refused.flow);
      EXPECT_EQ(receipt.refusal().condition, refused.condition);
      EXPECT_TRUE(receipt.changes().empty());
      EXPECT_TRUE(receipt.flowed().empty());
      EXPECT_FALSE(receipt.is_dry_run());
      test::ExpectCounted(test::Since(counted, ledger.GetStats()),
                          refused.outcome, dry_run ? 0 : 1);
      EXPECT_TRUE(StateOf(ledger) == before);
    }
  }
}

TEST_P(RequestTest, AFlowMovesWhatThereIs) {
  const Receipt receipt =
      Post({.flows = {{.from = world_.poor, .to = world_.rich}}});
  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(receipt.flowed().size(), 1U);
  EXPECT_EQ(receipt.flowed()[0], Amount(30));
  EXPECT_EQ(Balance(world_.poor), Amount(0));
  EXPECT_EQ(Balance(world_.rich), Amount(1030));
  EXPECT_EQ(receipt.Find(world_.poor)->before, Amount(30));
  EXPECT_EQ(receipt.Find(world_.poor)->after, Amount(0));
}

TEST_P(RequestTest, AFlowGoesDownToTheFloorAndUpToTheCeiling) {
  const Receipt receipt =
      Post({.flows = {{.from = world_.debtor, .to = world_.rich},
                      {.from = world_.rich, .to = world_.capped}}});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.flowed()[0], Amount(50));
  EXPECT_EQ(receipt.flowed()[1], Amount(10));
  EXPECT_EQ(Balance(world_.debtor), Amount(-50));
  EXPECT_EQ(Balance(world_.capped), Amount(100));
}

TEST_P(RequestTest, PayersAreDrainedInOrder) {
  const Receipt receipt = Post(
      {.flows = {
           {.from = world_.poor, .to = world_.capped, .at_most = Amount(5)},
           {.from = world_.poor, .to = world_.rich, .at_most = Amount(100)},
           {.from = world_.broke, .to = world_.rich, .shares_limit = true},
           {.from = world_.debtor,
            .to = world_.rich,
            .shares_limit = true,
            .at_least = Amount(75)}}});
  ASSERT_TRUE(receipt.ok());
  const std::vector<Amount> flowed(receipt.flowed().begin(),
                                   receipt.flowed().end());
  EXPECT_EQ(flowed,
            (std::vector{Amount(5), Amount(25), Amount(0), Amount(50)}));
  EXPECT_EQ(receipt.Find(world_.broke), nullptr) << "nothing left it";
  // A row for each side that moved something.
  const JournalBatch journal =
      world_.small.ledger.OpenJournal()->Read(SIZE_MAX).value();
  ASSERT_GE(journal.entries.size(), 6U);
  const Entry& last = journal.entries.back();
  EXPECT_EQ(last.account, world_.rich);
  EXPECT_EQ(last.leg, 5U);
  EXPECT_EQ(last.amount, Amount(50));
  EXPECT_EQ(last.balance_after, Amount(1075));
}

// A flow finds what the legs and the flows before it leave.
TEST_P(RequestTest, FlowsFollowLegs) {
  const Receipt receipt = Post(
      {.legs = {{world_.rich, Amount(-70)}, {world_.broke, Amount(70)}},
       .flows = {
           {.from = world_.broke, .to = world_.poor},
           {.from = world_.poor, .to = world_.debtor, .at_most = Amount(99)}}});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.flowed()[0], Amount(70));
  EXPECT_EQ(receipt.flowed()[1], Amount(99));
  EXPECT_EQ(Balance(world_.broke), Amount(0));
  EXPECT_EQ(Balance(world_.poor), Amount(1));
}

// What a leg takes too much, a flow may bring: the whole of it counts.
TEST_P(RequestTest, OnlyTheNetChangeCounts) {
  const Receipt receipt = Post(
      {.legs = {{world_.poor, Amount(-100)}, {world_.broke, Amount(100)}},
       .flows = {
           {.from = world_.rich, .to = world_.poor, .at_most = Amount(80)}}});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(Balance(world_.poor), Amount(10));
}

TEST_P(RequestTest, ConditionsLookAtTheStateBefore) {
  const Ledger& ledger = world_.small.ledger;
  const Sequence version = ledger.GetAccount(world_.frozen)->version;
  const Receipt receipt =
      Post({.legs = {{world_.poor, Amount(-30)}, {world_.rich, Amount(30)}},
            .conditions = {
                Require::BalanceAtLeast(world_.poor, Amount(30)),
                Require::BalanceAtMost(world_.rich, Amount(1000)),
                Require::BalanceEquals(world_.broke, Amount(0)),
                Require::VersionEquals(world_.frozen, version),
                Require::StatusEquals(world_.closed, AccountStatus::kClosed)}});
  ASSERT_TRUE(receipt.ok()) << OutcomeName(receipt.outcome());
  EXPECT_TRUE(receipt.flowed().empty());
  // To be looked at is to take part: what was true is in the serial order.
  EXPECT_EQ(ledger.GetAccount(world_.frozen)->version, receipt.sequence());
  EXPECT_EQ(receipt.changes().size(), 2U);
}

TEST_P(RequestTest, ARefusalTellsWhatWasFoundAndAskedFor) {
  const Receipt unmet =
      Post({.legs = {{world_.poor, Amount(-1)}, {world_.rich, Amount(1)}},
            .conditions = {Require::BalanceAtLeast(world_.poor, Amount(31))}});
  EXPECT_EQ(unmet.refusal().account, world_.poor);
  EXPECT_EQ(unmet.refusal().asset, world_.small.gold);
  EXPECT_EQ(unmet.refusal().available, Amount(30));
  EXPECT_EQ(unmet.refusal().required, Amount(31));
  const Receipt little = Post({.flows = {{.from = world_.poor,
                                          .to = world_.rich,
                                          .at_most = Amount(40),
                                          .at_least = Amount(35)}}});
  EXPECT_EQ(little.refusal().account, world_.poor);
  EXPECT_EQ(little.refusal().available, Amount(30));
  EXPECT_EQ(little.refusal().required, Amount(35));
  EXPECT_EQ(world_.small.ledger.Explain(little),
            "too little available: flow 0 (account 3) comes to 0.30 GOLD, not "
            "0.35");
}

// Of one that was only tried: it says all that the real one will, and nothing
// has changed.
TEST_P(RequestTest, ADryRunForetells) {
  Ledger& ledger = world_.small.ledger;
  const Ask ask = {
      .legs = {{world_.rich, Amount(-70)}, {world_.broke, Amount(70)}},
      .flows = {{.from = world_.poor, .to = world_.rich}}};
  const LedgerState before = StateOf(ledger);
  const Stats counted = ledger.GetStats();
  const Receipt dry = Post(ask, true);
  EXPECT_TRUE(StateOf(ledger) == before);
  EXPECT_EQ(ledger.GetStats().posted(), counted.posted());
  ASSERT_TRUE(dry.ok());
  EXPECT_TRUE(dry.is_dry_run());
  EXPECT_TRUE(dry.sequence().is_none());
  EXPECT_EQ(dry.attempts(), 1U);

  const Receipt real = Post(ask);
  ASSERT_TRUE(real.ok());
  EXPECT_FALSE(real.is_dry_run());
  ASSERT_EQ(dry.changes().size(), real.changes().size());
  for (std::size_t i = 0; i < real.changes().size(); ++i) {
    EXPECT_EQ(dry.changes()[i].account, real.changes()[i].account);
    EXPECT_EQ(dry.changes()[i].after, real.changes()[i].after);
  }
  EXPECT_EQ(dry.flowed()[0], real.flowed()[0]);
}

TEST_P(RequestTest, EverythingCanBeTriedDry) {
  Ledger& ledger = world_.small.ledger;
  const TransferOptions dry = {.mode = mode(), .dry_run = true};
  const Leg legs[] = {{world_.rich, Amount(-5)}, {world_.poor, Amount(5)}};
  const AccountId declared[] = {world_.rich, world_.poor};
  const LedgerState before = StateOf(ledger);
  for (const Receipt& receipt :
       {ledger.Transfer(world_.rich, world_.poor, Amount(5), dry),
        ledger.Post(legs, dry),
        ledger.Transact(
            declared, [&](AccountStates) { return test::Decide(legs); },
            dry)}) {
    EXPECT_TRUE(receipt.is_dry_run());
    EXPECT_EQ(receipt.Find(world_.poor)->after, Amount(35));
  }
  EXPECT_EQ(
      ledger.Transfer(world_.poor, world_.rich, Amount(31), dry).outcome(),
      Outcome::kInsufficientFunds);
  EXPECT_EQ(
      ledger.Transfer(world_.rich, world_.jeweller, Amount(1), dry).outcome(),
      Outcome::kAssetsDiffer);
  EXPECT_EQ(ledger.Transfer(world_.rich, world_.rich, Amount(1), dry).outcome(),
            Outcome::kSameAccount);
  EXPECT_TRUE(StateOf(ledger) == before);
}

TEST_P(RequestTest, WithoutFlowsAndConditionsItIsAPost) {
  const Receipt receipt =
      Post({.legs = {{world_.rich, Amount(-5)}, {world_.poor, Amount(5)}}});
  ASSERT_TRUE(receipt.ok());
  EXPECT_TRUE(receipt.flowed().empty());
  EXPECT_EQ(Balance(world_.poor), Amount(35));
}

INSTANTIATE_TEST_SUITE_P(All, RequestTest, test::EachMode(), test::NameOfMode);

}  // namespace
}  // namespace lockstep
