// Those who look at accounts without their locks, while others post.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"
#include "engine/ledger/ledger_core.h"
#include "engine/snapshot/read_together.h"

namespace lockstep::engine::explore {
namespace {

// 2^64 - 1, which one more turns into 2^64: both halves change.
constexpr Amount kLowHalfFull = Amount::FromHalves(0, UINT64_MAX);

// Thread A posts to account 1, whose balance is 2^64 - 1 at first; thread B
// looks at it without its lock.
class TornHalves final : public MixedScenario {
 public:
  explicit TornHalves(const Setup& setup)
      : MixedScenario(setup, {"reads account 2 twice"}),
        name_(recorder().AddName("read of account 2")) {
    const AccountId issuer = ledger().GetAsset(asset())->issuer;
    const Amount had = ledger().Balance(account(1)).value();
    ledger().Transfer(issuer, account(1), Subtract(kLowHalfFull, had).value());
    StartHistory();
    Amount balance = kLowHalfFull;
    balances_.push_back(balance);
    for (const LegsOf& legs : setup.work[0]) {
      for (const LegOf& leg : legs) {
        if (leg.account == 1)
          balance = Add(balance, Amount(leg.amount)).value();
      }
      balances_.push_back(balance);
    }
  }

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const AccountInfo info = ledger().GetAccount(account(1)).value();
    Record([&] {
      recorder().Read(info.id, info.version, info.balance);
      recorder().End(Outcome::kOk);
    });
    const std::size_t first = PlaceOf(info.balance);
    const std::size_t second = PlaceOf(ledger().Balance(account(1)).value());
    Require(first < balances_.size() && second < balances_.size(),
            "the balance read is a mix of two balances");
    Require(first <= second, "the balance went back to what it was before");
    Saw(thread, first);
    Saw(thread, second);
  }

  // Which of the balances it is that account 1 has in turn; none: their number.
  [[nodiscard]] std::size_t PlaceOf(Amount balance) const {
    std::size_t place = 0;
    while (place < balances_.size() && balances_[place] != balance) ++place;
    return place;
  }

  const std::uint32_t name_;
  std::vector<Amount> balances_;
};

// The last thread reads two accounts together. `looks`: how often without their
// locks.
class ReadTwoTogether : public MixedScenario {
 public:
  ReadTwoTogether(const Setup& setup, std::string_view title, int first,
                  int second, int looks)
      : MixedScenario(setup, {title}),
        numbers_{first, second},
        looks_(looks),
        reads_(recorder().AddName(std::string(title))) {}

 private:
  void RunOther(int thread) override {
    const std::array accounts = {account(numbers_[0]), account(numbers_[1])};
    std::array<lockstep::AccountState, 2> states;
    Record([&] { recorder().Begin(reads_); });
    if (looks_ == kLooksWithoutLocks) {
      Require(ledger().Read(accounts, states) == Outcome::kOk,
              "reading is refused");
    } else {
      ReadTogether(LedgerCore::Of(ledger()).accounts(), accounts, states,
                   looks_);
    }
    Record([&] { recorder().End(Outcome::kOk); });
    for (const lockstep::AccountState& state : states) {
      Saw(thread, state.balance.low());
      Saw(thread, state.version.value());
    }
    RequireOneMoment(states[0].balance, states[1].balance);
  }
  virtual void RequireOneMoment(Amount first, Amount second) = 0;

  const std::array<int, 2> numbers_;
  const int looks_;
  const std::uint32_t reads_;
};

// Between accounts 1 and 2 the others move money.
template <int kLooks>
class ReadAndWriters final : public ReadTwoTogether {
 public:
  explicit ReadAndWriters(const Setup& setup)
      : ReadTwoTogether(setup, "reads 2 and 3 together", 1, 2, kLooks),
        sum_(setup.balances[0] + setup.balances[1]) {}

 private:
  void RequireOneMoment(Amount first, Amount second) override {
    Require(Add(first, second).value() == sum_,
            "what is read together is a mix of two moments");
  }

  const Amount sum_;
};

// A pays 1 -> 2 all that there is, B hands it on, 2 -> 3, if it came first; the
// two ends are read together. (There are far fewer schedules than with both
// accounts of each writer.)
template <int kLooks>
class ReadAndRelay final : public ReadTwoTogether {
 public:
  explicit ReadAndRelay(const Setup& setup)
      : ReadTwoTogether(setup, "reads 2 and 4 together", 1, 3, kLooks) {}

 private:
  void RequireOneMoment(Amount first, Amount second) override {
    Require(first.is_zero() || second.is_zero(),
            "a payment is seen without the one that it depended on");
  }
};

}  // namespace

std::vector<NamedScenario> ReadingScenarios() {
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const LedgerScenario::Setup one = {.balances = {10, 10},
                                     .work = {{there}, {}}};
  LedgerScenario::Setup optimistic = one;
  optimistic.how = {Optimistic(1)};
  LedgerScenario::Setup twice = one;
  twice.work = {{there, back}, {}};
  twice.real_time = false;
  const LedgerScenario::Setup relay = {
      .balances = {5, 0, 0},
      .work = {{{{1, -5}, {2, 5}}}, {{{2, -5}, {3, 5}}}, {}},
      .real_time = false};
  return {
      {"torn-halves",
       "two transfers over 2^64, half by half, against reads without the lock",
       MakeFrom<TornHalves>(
           {{10, 10}, {{{{2, -1}, {1, 1}}, {{1, -5}, {2, 5}}}, {}}}),
       nullptr},
      {"read-and-writer", "two accounts are read together while a thread posts",
       MakeFrom<ReadAndWriters<kLooksWithoutLocks>>(one), nullptr},
      {"read-and-two-posts", "the same while it posts twice",
       MakeFrom<ReadAndWriters<kLooksWithoutLocks>>(twice), nullptr},
      {"read-and-optimistic", "the same while a thread posts optimistically",
       MakeFrom<ReadAndWriters<kLooksWithoutLocks>>(optimistic), nullptr},
      {"read-and-relay",
       "the same while a thread pays, and another one hands it on",
       MakeFrom<ReadAndRelay<kLooksWithoutLocks>>(relay), nullptr},
      {"read-then-lock",
       "two accounts are read together, after one look under their locks, "
       "while "
       "a thread posts",
       MakeFrom<ReadAndWriters<1>>(one), nullptr},
      {"read-then-lock-and-relay",
       "the same while a thread pays, and another one hands it on",
       MakeFrom<ReadAndRelay<1>>(relay), nullptr},
  };
}

}  // namespace lockstep::engine::explore
