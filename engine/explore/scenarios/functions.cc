// Transactions that a function decides upon, while others post.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

Amount SumOf(AccountStates states) {
  Amount sum;
  for (const lockstep::AccountState& state : states) {
    sum = Add(sum, state.balance).value();
  }
  return sum;
}

// What those have in common whose threads call `Transact`.
class FunctionScenario : public MixedScenario {
 public:
  using MixedScenario::MixedScenario;

 protected:
  // As the thread is to post. `legs`: those that the function decides upon,
  // unless it refuses.
  Receipt Transact(int thread, std::span<const AccountId> declared,
                   const std::vector<Leg>& legs, TransactionFunction function) {
    return Recorded(thread, name_, legs, [&] {
      return session(thread).Transact(declared, function, how(thread));
    });
  }
  [[nodiscard]] static Decision ToPost(const std::vector<Leg>& legs) {
    Decision decision;
    for (const Leg& leg : legs) decision.Add(leg.account, leg.amount);
    return decision;
  }

 private:
  const std::uint32_t name_ = recorder().AddName("transaction");
};

// A posts between accounts 1 and 2; B's function sees both, and moves 1 back.
class FunctionAndWriter final : public FunctionScenario {
 public:
  explicit FunctionAndWriter(const Setup& setup)
      : FunctionScenario(setup, {"lets a function look at 2 and 3, 3 -> 2: 1"}),
        sum_(setup.balances[0] + setup.balances[1]) {}

 private:
  void RunOther(int thread) override {
    const std::array both = {account(1), account(2)};
    const std::vector<Leg> legs = {{account(2), Amount(-1)},
                                   {account(1), Amount(1)}};
    const Receipt receipt =
        Transact(thread, both, legs, [&](AccountStates states) {
          ++calls_;
          Require(SumOf(states) == sum_,
                  "a function sees a mix of two moments");
          Require(
              ledger().TakeSnapshot().error() == Outcome::kInsideTransaction,
              "a function may take a snapshot");
          return ToPost(legs);
        });
    Require(receipt.ok(), "a transaction is refused");
    Require(calls_ >= 1 && calls_ <= receipt.attempts(),
            "the function is called more often than there are attempts");
  }

  const Amount sum_;
  std::uint32_t calls_ = 0;
};

// Each thread may take 6 out of its own account, 1 or 2, as long as 10 are left
// in both together: one of them may, but not both (write skew, as H. Berenson
// and others call it in "A Critique of ANSI SQL Isolation Levels", 1995). What
// it looks at besides, it declares and does not move.
class JointLimit final : public FunctionScenario {
 public:
  explicit JointLimit(const Setup& setup)
      : FunctionScenario(setup, {"2 -> 4: 6, if 10 are left in 2 and 3",
                                 "3 -> 5: 6, if 10 are left in 2 and 3"}) {}

 private:
  static constexpr std::int64_t kLeft = 10;

  void RunOther(int thread) override {
    const AccountId own = account(1 + thread);
    const AccountId payee = account(3 + thread);
    const std::array declared = {account(1), account(2), payee};
    const Amount amount(6);
    const std::vector<Leg> legs = {{own, Negate(amount).value()},
                                   {payee, amount}};
    const Receipt receipt =
        Transact(thread, declared, legs, [&](AccountStates states) {
          const Amount left = Subtract(SumOf(states.first(2)), amount).value();
          return left < Amount(kLeft) ? Decision::Refuse() : ToPost(legs);
        });
    posted_ += receipt.ok() ? 1 : 0;
    Require(receipt.ok() || receipt.outcome() == Outcome::kRefusedByFunction,
            "a withdrawal is refused by another than its function");
  }
  std::string CheckMore() override {
    const Amount left = Add(ledger().Balance(account(1)).value(),
                            ledger().Balance(account(2)).value())
                            .value();
    if (left < Amount(kLeft)) return "together they fell below their limit";
    return posted_ == 1 ? std::string() : "both withdrawals are refused";
  }

  int posted_ = 0;
};

// B pays 1 -> 2 as long as account 3 has something; A takes that away. What B
// goes by it does not move, and yet A must come after B, and see that it does.
class WithCondition final : public FunctionScenario {
 public:
  explicit WithCondition(const Setup& setup)
      : FunctionScenario(setup, {"4 -> 5: 5", "2 -> 3: 4, while 4 has any"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) {
      const std::vector<Leg> legs = {{account(3), Amount(-5)},
                                     {account(4), Amount(5)}};
      Record([&] { recorder().Begin(pays_, legs); });
      const Receipt receipt =
          session(0).Transfer(account(3), account(4), Amount(5), how(0));
      Record([&] { recorder().End(receipt); });
      ended_ = receipt.sequence();
      return;
    }
    const std::array declared = {account(3), account(1), account(2)};
    const std::vector<Leg> legs = {{account(1), Amount(-4)},
                                   {account(2), Amount(4)}};
    const Receipt receipt =
        Transact(thread, declared, legs, [&](AccountStates states) {
          return states[0].balance.is_zero() ? Decision::Refuse()
                                             : ToPost(legs);
        });
    used_ = receipt.sequence();
    Require(receipt.ok() || receipt.outcome() == Outcome::kRefusedByFunction,
            "a payment is refused by another than its function");
  }
  std::string CheckMore() override {
    // None, if B was refused.
    return used_ < ended_ ? std::string()
                          : "somebody went by what was no longer so";
  }

  const std::uint32_t pays_ = recorder().AddName("4 -> 5: 5");
  Sequence ended_;
  Sequence used_;
};

}  // namespace

std::vector<NamedScenario> FunctionScenarios() {
  using Setup = LedgerScenario::Setup;
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const Setup writer = {.balances = {10, 10},
                        .work = {{{{1, -3}, {2, 3}}}, {}},
                        .how = {lock, lock}};
  Setup optimistic = writer;
  optimistic.how = {lock, once};
  Setup both_optimistic = writer;
  both_optimistic.how = {once, once};
  const Setup limit = {
      .balances = {10, 10, 0, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup limit_mixed = limit;
  limit_mixed.how = {lock, once};
  Setup limit_optimistic = limit;
  limit_optimistic.how = {once, once};
  const Setup condition = {
      .balances = {10, 0, 5, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup condition_optimistic = condition;
  condition_optimistic.how = {lock, once};
  return {
      {"function-and-writer",
       "a transaction function, under its locks, while a thread posts",
       MakeFrom<FunctionAndWriter>(writer), nullptr},
      {"optimistic-function-and-writer",
       "an optimistic transaction function while a thread posts",
       MakeFrom<FunctionAndWriter>(optimistic), nullptr},
      {"optimistic-function-and-optimistic",
       "an optimistic transaction function while a thread posts optimistically",
       MakeFrom<FunctionAndWriter>(both_optimistic), nullptr},
      {"joint-limit",
       "two threads withdraw from two accounts that have a limit together",
       MakeFrom<JointLimit>(limit), nullptr},
      {"joint-limit-mixed", "the same, one of them optimistic",
       MakeFrom<JointLimit>(limit_mixed), nullptr},
      {"joint-limit-optimistic", "the same, both optimistic",
       MakeFrom<JointLimit>(limit_optimistic), nullptr},
      {"condition",
       "a transaction that goes by an account which it does not move, and "
       "another thread does",
       MakeFrom<WithCondition>(condition), nullptr},
      {"condition-optimistic", "the same, optimistic",
       MakeFrom<WithCondition>(condition_optimistic), nullptr},
  };
}

}  // namespace lockstep::engine::explore
