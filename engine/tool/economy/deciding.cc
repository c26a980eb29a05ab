#include "engine/tool/economy/deciding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/tool/economy/reasons.h"
#include "engine/tool/economy/reckoning.h"
#include "engine/tool/economy/worker.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

Decision Decline(Reason reason) {
  return Decision::Refuse(static_cast<std::uint32_t>(reason));
}

Minor Has(const AccountState& account) { return ToMinor(account.available()); }

}  // namespace

// --- Market makers ----------------------------------------------------------

// What the player lacks is the ledger's to refuse.
Decision DecideTrade(const Quote& quote, AccountStates accounts) {
  Expects(accounts.size() == 4);
  const AccountState& purse = accounts[0];
  const AccountState& shelf = accounts[1];
  const AccountState& players_purse = accounts[2];
  const AccountState& players_bag = accounts[3];
  const Minor surplus = Has(shelf) - quote.stock;
  if (surplus == 0) return Decline(Reason::kStockIsRight);
  Decision decision;
  if (surplus > 0) {
    const Minor sold = std::min(quote.quantity, surplus);
    const Minor paid = AskedFor(sold * quote.price, quote.spread);
    decision.Move(players_purse.id, purse.id, Amount(paid));
    decision.Move(shelf.id, players_bag.id, Amount(sold));
    return decision;
  }
  const Minor bought = std::min(quote.quantity, -surplus);
  const Minor paid = BidFor(bought * quote.price, quote.spread);
  if (Has(purse) - paid < quote.purse) return Decline(Reason::kShortOfBoth);
  decision.Move(purse.id, players_purse.id, Amount(paid));
  decision.Move(players_bag.id, shelf.id, Amount(bought));
  return decision;
}

Outcome MakeMarket(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Agent shop = economy.Shop(worker.DrawShop());
  const Agent player = economy.Player(worker.DrawPlayer());
  const Asset good = worker.DrawAsset();
  // The price is looked up out here: inside, no ledger answers.
  const Quote quote = {.price = economy.PriceOf(good),
                       .spread = terms.spread,
                       .quantity = worker.Draw(terms.quantity),
                       .stock = terms.stock,
                       .purse = terms.purse};
  const std::array<AccountId, 4> accounts = {
      economy.AccountOf(shop, kMoney), economy.AccountOf(shop, good),
      economy.AccountOf(player, kMoney), economy.AccountOf(player, good)};
  return worker.Transact(accounts, [&](AccountStates states) {
    return DecideTrade(quote, states);
  });
}

// --- Lenders ----------------------------------------------------------------

Decision DecideLoan(const Loan& loan, AccountStates accounts) {
  Expects(accounts.size() == 4);
  const AccountState& vault = accounts[0];
  const AccountState& notes = accounts[1];
  const AccountState& players_purse = accounts[2];
  const AccountState& players_notes = accounts[3];
  const Minor owed = -ToMinor(players_notes.balance);
  Decision decision;
  if (owed > 0) {
    if (Has(players_purse) - owed < loan.enough) {
      return Decline(Reason::kCannotPayBack);
    }
    decision.Move(players_purse.id, vault.id, Amount(owed));
    decision.Move(notes.id, players_notes.id, Amount(owed));
    return decision;
  }
  if (Has(players_purse) >= loan.enough) return Decline(Reason::kNeedsNoLoan);
  const Minor owed_in_all = ToMinor(notes.balance) + loan.debt;
  const Minor least =
      RoundedShare(owed_in_all, loan.reserve.ppm, kWhole, Rounding::kCeiling);
  if (Has(vault) - loan.amount < least) {
    return Decline(Reason::kReserveTooLow);
  }
  decision.Move(vault.id, players_purse.id, Amount(loan.amount));
  decision.Move(players_notes.id, notes.id, Amount(loan.debt));
  return decision;
}

// Each player has one bank, so a bank's notes are what its own customers owe.
Outcome LendOrTakeBack(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const std::uint32_t customer = worker.DrawPlayer();
  const Agent player = economy.Player(customer);
  const Agent bank = economy.Bank(customer % economy.population().banks);
  const Minor amount = worker.Draw(terms.amount);
  const Loan loan = {.amount = amount,
                     .debt = amount + RoundedShare(amount, terms.interest.ppm,
                                                   kWhole, Rounding::kCeiling),
                     .reserve = terms.reserve,
                     .enough = terms.enough};
  const std::array<AccountId, 4> accounts = {
      economy.AccountOf(bank, kMoney), economy.AccountOf(bank, terms.debt),
      economy.AccountOf(player, kMoney), economy.AccountOf(player, terms.debt)};
  return worker.Transact(
      accounts, [&](AccountStates states) { return DecideLoan(loan, states); },
      worker.DrawText());
}

}  // namespace lockstep::tool
