// The exercise's solution: an account that is only read, a rate.

#include <cstdint>
#include <iostream>
#include <thread>

#include "lockstep/lockstep.h"

namespace {

using lockstep::AccountId;
using lockstep::AccountStates;
using lockstep::Amount;
using lockstep::AssetId;
using lockstep::Decision;
using lockstep::Ledger;
using lockstep::Mode;
using lockstep::OutcomeName;
using lockstep::Receipt;
using lockstep::Wait;

// The rate is an account like any other, of an asset of its own: its balance
// is the tax in percent.
struct Town {
  Ledger ledger = Ledger::Open().value();
  AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  AssetId percent = ledger.CreateAsset({.code = "PERCENT"}).value();
  AccountId law = ledger.GetAsset(percent)->issuer;
  AccountId buyer = ledger.CreateAccount({.asset = gold}).value();
  AccountId shop = ledger.CreateAccount({.asset = gold}).value();
  AccountId treasury = ledger.CreateAccount({.asset = gold}).value();
  AccountId rate = ledger.CreateAccount({.asset = percent}).value();
};

// A sale for 200 and the tax, which goes up from 10 to 15 percent while the
// sale is thought about for the first time.
Receipt Sell(Town& town, bool declares_the_rate) {
  Ledger& ledger = town.ledger;
  const AccountId buyer = town.buyer;
  const AccountId shop = town.shop;
  const AccountId treasury = town.treasury;
  const Amount rate_before = ledger.Balance(town.rate).value();
  int runs = 0;

  const auto sell = [&](AccountStates seen) {
    const Amount rate = declares_the_rate ? seen[3].balance : rate_before;
    std::cout << "  the function goes by " << FormatDecimal(rate, 0) << " %\n";
    if (++runs == 1) {
      std::thread([&] {
        const Receipt law = ledger.Transfer(town.law, town.rate, Amount(5),
                                            {.wait = Wait::Never()});
        std::cout << "    the rate goes up to 15 %: "
                  << OutcomeName(law.outcome()) << "\n";
      }).join();
    }
    const auto tax = static_cast<std::int64_t>(200 * rate.low() / 100);
    return Decision()
        .Move(buyer, shop, Amount(200))
        .Move(buyer, treasury, Amount(tax));
  };

  if (!declares_the_rate) {
    return ledger.Transact({buyer, shop, treasury}, sell,
                           {.mode = Mode::kOptimistic});
  }
  return ledger.Transact({buyer, shop, treasury, town.rate}, sell,
                         {.mode = Mode::kOptimistic});
}

// Says how the sale went, and returns the tax that was paid; -1, if something
// is not as it should be.
int Play(const char* title, bool declares_the_rate, std::uint32_t attempts) {
  std::cout << title << "\n";
  Town town;
  town.ledger.Transfer(town.ledger.GetAsset(town.gold)->issuer, town.buyer,
                       Amount(500));
  town.ledger.Transfer(town.law, town.rate, Amount(10));
  const Receipt receipt = Sell(town, declares_the_rate);
  if (!receipt.ok()) return -1;
  const Amount tax = receipt.Find(town.treasury)->after;
  const auto rate = town.ledger.Read({town.rate}).value();
  const bool is_stamped = rate[0].version == receipt.sequence();
  std::cout << "  attempts: " << receipt.attempts() << ", tax "
            << FormatDecimal(tax, 0)
            << ", accounts changed: " << receipt.changes().size() << "\n"
            << "  the rate's version is "
            << (is_stamped ? "the sale's" : "not the sale's") << "\n";
  if (is_stamped != declares_the_rate) return -1;
  if (receipt.attempts() != attempts || !town.ledger.Audit()->ok) return -1;
  return static_cast<int>(tax.low());
}

}  // namespace

int main() {
  const int before = Play("the rate looked up before:", false, 1);
  const int declared = Play("the rate declared:", true, 2);
  return before == 20 && declared == 30 ? 0 : 1;
}
