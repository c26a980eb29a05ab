// Transfers in optimistic mode, beside each other and beside locked ones.

#include <string>
#include <utility>

#include "engine/explore/scenarios/ledger_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// Each thread posts in its own mode. Nobody is refused for a conflict who did
// not ask for that; and of several who want the same accounts, whoever meets a
// conflict has met somebody who goes on.
class OptimisticWriters final : public LedgerScenario {
 public:
  using LedgerScenario::LedgerScenario;

 private:
  std::string Check() override {
    bool has_posted = false;
    for (int thread = 0; thread < threads(); ++thread) {
      for (const Outcome outcome : outcomes(thread)) {
        has_posted |= outcome == Outcome::kOk;
        if (outcome != Outcome::kConflict) continue;
        if (how(thread).retry.then != AfterLastAttempt::kRefuse) {
          return "who would rather lock is refused for a conflict";
        }
      }
    }
    if (!has_posted) return "all meet conflicts, and nobody goes on";
    return LedgerScenario::Check();
  }
};

// A funds account 2, and B pays out of it without locking it to find out that
// it cannot.
class RefusedWithoutLocks final : public LedgerScenario {
 public:
  using LedgerScenario::LedgerScenario;

 private:
  Receipt PostOne(int thread, const std::vector<Leg>& legs) override {
    const Receipt receipt = LedgerScenario::PostOne(thread, legs);
    if (thread == 1 && receipt.outcome() == Outcome::kInsufficientFunds &&
        receipt.refusal().available != Amount()) {
      complaint_ = "a refusal's reason was never true";
    }
    return receipt;
  }
  std::string Check() override {
    if (!complaint_.empty()) return complaint_;
    if (outcomes(0)[0] != Outcome::kOk) return "who can pay is refused";
    const Outcome outcome = outcomes(1)[0];
    if (outcome != Outcome::kOk && outcome != Outcome::kInsufficientFunds) {
      return "a payment is refused for another reason than its funds";
    }
    return LedgerScenario::Check();
  }

  std::string complaint_;
};

}  // namespace

std::vector<NamedScenario> OptimisticScenarios() {
  using Setup = LedgerScenario::Setup;
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const TransferOptions twice = Optimistic(2);
  const TransferOptions refuse = Optimistic(1, AfterLastAttempt::kRefuse);

  Setup locked_beside = {
      .balances = {10, 10}, .work = {{there}, {back}}, .how = {lock, once}};
  Setup retries = locked_beside;
  retries.how = {lock, twice};
  retries.real_time = false;
  Setup both = locked_beside;
  both.how = {once, once};
  Setup refusing = locked_beside;
  refusing.how = {refuse, refuse};
  Setup three = {.balances = {10, 10, 10},
                 .work = {{there}, {{{2, -2}, {3, 2}}}, {{{3, -1}, {1, 1}}}},
                 .real_time = false,
                 .how = {refuse, lock, lock}};
  // What B goes by as it is refused must have been so at one moment: that the
  // history says.
  Setup too_much = locked_beside;
  too_much.work[1] = {{{2, -20}, {1, 20}}};
  Setup funding = {.balances = {10, 0, 0},
                   .work = {{{{1, -5}, {2, 5}}}, {{{2, -4}, {3, 4}}}},
                   .how = {lock, once}};
  return {
      {"optimistic-and-locked",
       "an optimistic transfer, which locks after a conflict, and a locked one",
       MakeFrom<OptimisticWriters>(locked_beside), nullptr},
      {"optimistic-retries",
       "an optimistic transfer that tries twice, and a locked one",
       MakeFrom<OptimisticWriters>(retries), nullptr},
      {"two-optimistic",
       "two optimistic transfers in opposite directions, which lock after a "
       "conflict",
       MakeFrom<OptimisticWriters>(both), nullptr},
      {"two-optimistic-refusing",
       "two optimistic transfers that a conflict refuses",
       MakeFrom<OptimisticWriters>(refusing), nullptr},
      {"optimistic-ring",
       "three threads pay round a ring, one of them optimistic",
       MakeFrom<OptimisticWriters>(three), nullptr},
      {"optimistic-refused",
       "an optimistic transfer of more than there is, and a locked one",
       MakeFrom<OptimisticWriters>(too_much), nullptr},
      {"optimistic-and-funding",
       "an optimistic transfer, refused without a lock unless a locked one was "
       "first",
       MakeFrom<RefusedWithoutLocks>(funding), nullptr},
  };
}

}  // namespace lockstep::engine::explore
