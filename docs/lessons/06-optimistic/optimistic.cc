// Thinking outside the locks: a function that runs twice, two people who look
// at each other's account, and a refusal that needs no lock.

#include <barrier>
#include <cstdint>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "lockstep/lockstep.h"

namespace {

using lockstep::AccountId;
using lockstep::AccountStates;
using lockstep::Amount;
using lockstep::AssetId;
using lockstep::Decision;
using lockstep::Ledger;
using lockstep::Mode;
using lockstep::Outcome;
using lockstep::OutcomeName;
using lockstep::Receipt;
using lockstep::Wait;

// Anna and Ben, a shop, and a purse for each of the two. Their accounts may be
// overdrawn.
struct Town {
  Town(Amount annas, Amount bens) {
    const AccountId mint = ledger.GetAsset(gold)->issuer;
    if (!annas.is_zero()) ledger.Transfer(mint, anna, annas);
    if (!bens.is_zero()) ledger.Transfer(mint, ben, bens);
  }

  AccountId NewAccount(int floor = 0) {
    return ledger.CreateAccount({.asset = gold, .floor = Amount(floor)})
        .value();
  }

  Ledger ledger = Ledger::Open().value();
  AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  AccountId anna = NewAccount(-100);
  AccountId ben = NewAccount(-100);
  AccountId shop = NewAccount();
  AccountId annas_purse = NewAccount();
  AccountId bens_purse = NewAccount();
};

std::string Text(Amount amount) { return FormatDecimal(amount, 0); }

Amount Half(Amount amount) {
  return Amount(static_cast<std::int64_t>(amount.low()) / 2);
}

Amount Together(AccountStates seen) {
  return Add(seen[0].balance, seen[1].balance).value();
}

Amount Together(const Town& town) {
  return Together(town.ledger.Read({town.anna, town.ben}).value());
}

// --- Once or twice ---------------------------------------------------------

// Anna gives Ben half of what she has. While that is thought about for the
// first time, somebody else moves 10 of hers.
bool GiveHalf(Mode mode, int expected_runs, Amount expected) {
  Town town(Amount(100), Amount(0));
  Ledger& ledger = town.ledger;
  const AccountId anna = town.anna;
  const AccountId ben = town.ben;
  const auto somebody = [&] {
    // Without patience: in locked mode it would wait for us, and we for it.
    const Outcome outcome =
        ledger.Transfer(anna, town.shop, Amount(10), {.wait = Wait::Never()})
            .outcome();
    std::cout << "    somebody moves 10 of hers: " << OutcomeName(outcome)
              << "\n";
  };

  int runs = 0;
  const auto give_half = [&](AccountStates seen) {
    std::cout << "  the function sees that anna has " << Text(seen[0].balance)
              << "\n";
    if (++runs == 1) std::thread(somebody).join();
    return Decision().Move(anna, ben, Half(seen[0].balance));
  };
  const Receipt receipt =
      ledger.Transact({anna, ben}, give_half, {.mode = mode});

  std::cout << "  attempts: " << receipt.attempts() << ", anna "
            << Text(receipt.Find(anna)->after) << ", ben "
            << Text(receipt.Find(ben)->after) << "\n";
  return receipt.ok() && runs == expected_runs &&
         receipt.Find(ben)->after == expected;
}

// --- Write skew ------------------------------------------------------------

// Both withdraw 80 at once, each in a thread; true: together they kept to
// their limit.
template <class Withdraw>
bool BothWithdraw(const Withdraw& withdraw) {
  Town town(Amount(50), Amount(50));
  std::barrier<> both_have_looked(2);
  Receipt annas;
  Receipt bens;
  {
    const std::jthread first([&] {
      annas = withdraw(town.ledger, town.anna, town.ben, town.annas_purse,
                       both_have_looked);
    });
    const std::jthread second([&] {
      bens = withdraw(town.ledger, town.ben, town.anna, town.bens_purse,
                      both_have_looked);
    });
  }
  // Who of the two is first differs from run to run.
  if (!annas.ok()) std::swap(annas, bens);
  for (const Receipt& receipt : {annas, bens}) {
    std::cout << "  " << OutcomeName(receipt.outcome())
              << ", attempts: " << receipt.attempts() << "\n";
  }
  const Amount together = Together(town);
  std::cout << "  together they have " << Text(together) << "\n";
  return !together.is_negative();
}

// Looks without locks, thinks, and then checks under the locks that what it
// changes is as it was. What it only looked at, it does not.
Receipt WithdrawByHand(Ledger& ledger, AccountId mine, AccountId others,
                       AccountId purse, std::barrier<>& both_have_looked) {
  const auto seen = ledger.Read({mine, others}).value();
  both_have_looked.arrive_and_wait();
  return ledger.Transact({mine, purse}, [&](AccountStates now) {
    if (now[0].version != seen[0].version) return Decision::Refuse();
    if (Together(seen) < Amount(80)) return Decision::Refuse();
    return Decision().Move(mine, purse, Amount(80));
  });
}

// Declares all that it looks at.
Receipt WithdrawOptimistic(Ledger& ledger, AccountId mine, AccountId others,
                           AccountId purse, std::barrier<>& both_have_looked) {
  bool is_first_look = true;
  const auto withdraw = [&](AccountStates seen) {
    if (std::exchange(is_first_look, false)) both_have_looked.arrive_and_wait();
    if (Together(seen) < Amount(80)) return Decision::Refuse();
    return Decision().Move(mine, purse, Amount(80));
  };
  return ledger.Transact({mine, others, purse}, withdraw,
                         {.mode = Mode::kOptimistic});
}

// --- A refusal -------------------------------------------------------------

// Anna gives Ben all that she has while somebody looks at one after the other.
bool LookOneByOne() {
  Town town(Amount(100), Amount(0));
  const Amount bens = town.ledger.Balance(town.ben).value();
  town.ledger.Transfer(town.anna, town.ben, Amount(100));
  const Amount annas = town.ledger.Balance(town.anna).value();
  std::cout << "  ben " << Text(bens) << ", anna " << Text(annas)
            << ": together " << Text(Add(annas, bens).value()) << "\n";
  return Add(annas, bens)->is_zero();
}

// The same while a function thinks, which then refuses.
bool RefuseWithoutALock() {
  Town town(Amount(100), Amount(0));
  const auto refuse_below_150 = [&](AccountStates seen) {
    std::thread([&] {
      const Receipt gift = town.ledger.Transfer(
          town.anna, town.ben, Amount(100), {.wait = Wait::Never()});
      std::cout << "    anna gives ben 100: " << OutcomeName(gift.outcome())
                << "\n";
    }).join();
    if (Together(seen) < Amount(150)) return Decision::Refuse();
    return Decision().Move(town.anna, town.shop, Amount(150));
  };
  const Receipt receipt =
      town.ledger.Transact({town.anna, town.ben, town.shop}, refuse_below_150,
                           {.mode = Mode::kOptimistic});
  std::cout << "  " << OutcomeName(receipt.outcome())
            << ", attempts: " << receipt.attempts() << "\n";
  return receipt.outcome() == Outcome::kRefusedByFunction &&
         receipt.attempts() == 1;
}

// Many looks, each at one moment, while the money goes to and fro.
bool LookOftenAtOneMoment(int looks) {
  Town town(Amount(100), Amount(0));
  int moments_that_never_were = 0;
  {
    const std::jthread to_and_fro([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        town.ledger.Transfer(town.anna, town.ben, Amount(100));
        town.ledger.Transfer(town.ben, town.anna, Amount(100));
      }
    });
    for (int i = 0; i < looks; ++i) {
      town.ledger.Transact({town.anna, town.ben},
                           [&](AccountStates seen) {
                             if (Together(seen) != Amount(100))
                               ++moments_that_never_were;
                             return Decision::Refuse();
                           },
                           {.mode = Mode::kOptimistic});
    }
  }
  std::cout << "  " << looks << " looks by functions, together not 100: "
            << moments_that_never_were << "\n";
  return moments_that_never_were == 0;
}

}  // namespace

int main() {
  std::cout << "locked: anna gives ben half of what she has\n";
  const bool locked = GiveHalf(Mode::kLocked, 1, Amount(50));
  std::cout << "optimistic: the same\n";
  const bool optimistic = GiveHalf(Mode::kOptimistic, 2, Amount(45));

  std::cout << "\nby hand: anna and ben have 50 each, each withdraws 80\n";
  const bool skewed = !BothWithdraw(WithdrawByHand);
  std::cout << "optimistic: the same\n";
  const bool kept = BothWithdraw(WithdrawOptimistic);

  std::cout << "\none by one: anna has 100 and gives them to ben\n";
  const bool half_old = LookOneByOne();
  std::cout << "optimistic: the same, refused if they have less than 150\n";
  const bool refused = RefuseWithoutALock();
  const bool one_moment = LookOftenAtOneMoment(20'000);
  return locked && optimistic && skewed && kept && half_old && refused &&
                 one_moment
             ? 0
             : 1;
}
