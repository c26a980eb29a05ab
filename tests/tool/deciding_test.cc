// Market makers and lenders: what they decide by what they have, and that it
// is still true when their legs are posted.

#include "engine/tool/economy/deciding.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/reasons.h"
#include "engine/tool/economy/run.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

constexpr std::array kModes = {Mode::kLocked, Mode::kOptimistic, Mode::kAuto};

// Four accounts with these balances, numbered from 1.
class Accounts {
 public:
  explicit Accounts(const std::array<Minor, 4>& balances) {
    for (std::size_t i = 0; i < 4; ++i) {
      states_[i].id = AccountId(i + 1);
      states_[i].balance = Amount(balances[i]);
    }
  }
  [[nodiscard]] AccountStates states() const { return states_; }

 private:
  std::array<AccountState, 4> states_ = {};
};

// What a decision does to the four, or why it does nothing.
struct Decided {
  std::array<Minor, 4> changes = {};
  Reason reason = Reason::kNone;
  bool operator==(const Decided&) const = default;
};

Decided Of(const Decision& decision) {
  EXPECT_EQ(decision.fault(), Outcome::kOk);
  Decided decided;
  if (decision.is_refusal()) {
    decided.reason = static_cast<Reason>(decision.reason());
    EXPECT_NE(decided.reason, Reason::kNone);
    return decided;
  }
  for (const Leg& leg : decision.legs()) {
    decided.changes[leg.account.value() - 1] += ToMinor(leg.amount);
  }
  return decided;
}

// --- Market makers ----------------------------------------------------------

constexpr Quote kQuote = {.price = 100,
                          .spread = {50'000},
                          .quantity = 10,
                          .stock = 500,
                          .purse = 1000};

Decided Trade(Minor purse, Minor stock) {
  const Accounts accounts({purse, stock, 0, 0});
  return Of(DecideTrade(kQuote, accounts.states()));
}

TEST(DecideTrade, SellsWhatIsTooMuchAndAsksMoreThanThePrice) {
  EXPECT_EQ(Trade(0, 700), (Decided{{1050, -10, -1050, 10}}));
  EXPECT_EQ(Trade(0, 503), (Decided{{315, -3, -315, 3}})) << "not beyond";
}

TEST(DecideTrade, BuysWhatItLacksAndBidsLessThanThePrice) {
  EXPECT_EQ(Trade(9000, 100), (Decided{{-950, 10, 950, -10}}));
  EXPECT_EQ(Trade(9000, 498), (Decided{{-190, 2, 190, -2}})) << "not beyond";
}

TEST(DecideTrade, DeclinesWhenItsStockIsRight) {
  EXPECT_EQ(Trade(9000, 500), (Decided{{}, Reason::kStockIsRight}));
}

TEST(DecideTrade, DeclinesWhenItLacksTheMoneyToo) {
  EXPECT_EQ(Trade(1950, 100), (Decided{{-950, 10, 950, -10}}));
  EXPECT_EQ(Trade(1949, 100), (Decided{{}, Reason::kShortOfBoth}));
}

TEST(DecideTrade, LooksAtWhatIsAvailable) {
  Accounts accounts({9000, 700, 0, 0});
  std::array<AccountState, 4> states;
  for (std::size_t i = 0; i < 4; ++i) states[i] = accounts.states()[i];
  states[1].held = Amount(200);
  EXPECT_EQ(Of(DecideTrade(kQuote, states)).reason, Reason::kStockIsRight);
}

// --- Lenders ----------------------------------------------------------------

constexpr Loan kLoan = {
    .amount = 100, .debt = 110, .reserve = {500'000}, .enough = 200};

Decided Lending(const std::array<Minor, 4>& balances) {
  const Accounts accounts(balances);
  return Of(DecideLoan(kLoan, accounts.states()));
}

TEST(DecideLoan, LendsToWhomHasTooLittleAndOwesNothing) {
  EXPECT_EQ(Lending({1000, 0, 199, 0}), (Decided{{-100, 110, 100, -110}}));
  EXPECT_EQ(Lending({1000, 0, 200, 0}), (Decided{{}, Reason::kNeedsNoLoan}));
}

TEST(DecideLoan, KeepsAReserveOfWhatIsOwedToIt) {
  // 300 are owed after it, so 150 must be left.
  EXPECT_EQ(Lending({250, 190, 0, 0}), (Decided{{-100, 110, 100, -110}}));
  EXPECT_EQ(Lending({249, 190, 0, 0}), (Decided{{}, Reason::kReserveTooLow}));
  // Of 301 the reserve is 151: it is rounded up.
  EXPECT_EQ(Lending({250, 191, 0, 0}), (Decided{{}, Reason::kReserveTooLow}));
}

TEST(DecideLoan, TakesBackAllThatIsOwedFromWhomHasEnough) {
  EXPECT_EQ(Lending({0, 500, 310, -110}), (Decided{{110, -110, -110, 110}}));
  EXPECT_EQ(Lending({0, 500, 309, -110}),
            (Decided{{}, Reason::kCannotPayBack}));
}

TEST(Reasons, HaveNamesAndMeaningsOfTheirOwn) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto one = static_cast<Reason>(i);
      const auto other = static_cast<Reason>(j);
      EXPECT_NE(ReasonName(one), ReasonName(other));
      EXPECT_NE(ReasonMeaning(one), ReasonMeaning(other));
    }
  }
}

// --- Many threads at once ---------------------------------------------------

constexpr std::uint32_t kCode = 10;

// A run of a scenario with three threads, and the transfers with that code.
class Played {
 public:
  Played(std::string_view text, Mode mode) : scenario_(Read(text)) {
    SimulateOptions options;
    options.threads = 3;
    options.transfers = 20'000;
    options.zipf = 0;
    options.mode = mode;
    Progress progress;
    tally_ = RunEconomy(&economy_, options, scenario_.activities, progress)
                 .value()
                 .tally;
    EXPECT_EQ(tally_.posted(), *options.transfers);
    EXPECT_TRUE(ledger_.Audit()->ok);
  }

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const Economy& economy() const { return economy_; }
  [[nodiscard]] std::uint64_t DeclinedFor(Reason reason) const {
    return tally_.reasons[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t declined() const {
    return tally_
        .outcomes[static_cast<std::size_t>(Outcome::kRefusedByFunction)];
  }
  [[nodiscard]] Minor BalanceOf(Agent agent, Asset asset) const {
    return ToMinor(ledger_.Balance(economy_.AccountOf(agent, asset)).value());
  }

  // Each of them, as its rows.
  [[nodiscard]] std::vector<std::vector<Entry>> Transfers() const {
    std::vector<std::vector<Entry>> transfers;
    JournalCursor cursor = ledger_.OpenJournal().value();
    while (true) {
      const JournalBatch batch = cursor.Read().value();
      if (batch.entries.empty()) return transfers;
      for (const Entry& entry : batch.entries) {
        if (entry.code != kCode) continue;
        if (entry.leg == 0) transfers.emplace_back();
        transfers.back().push_back(entry);
      }
    }
  }

 private:
  Scenario scenario_;
  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ =
      Economy::Build(&ledger_, PopulationFor(1000, scenario_), scenario_)
          .value();
  Tally tally_{scenario_.activities.size()};
};

constexpr Asset kLent{1};

// Two shops, and players who buy there and sell there all the time.
constexpr std::string_view kTeaTrade = R"({
  "name": "tea", "agents": {"players": 12, "shops": 2},
  "assets": [
    {"code": "CASH", "start": {"players": 100000, "shops": 1000}},
    {"code": "TEA", "price": 10, "start": {"players": 1000, "shops": 420}}],
  "activities": [
    {"name": "make market", "kind": "market_maker", "code": 10, "weight": 3,
     "goods": "TEA", "quantity": [1, 7], "spread": "5%", "stock": 500,
     "purse": 400},
    {"name": "buy", "kind": "shop_sale", "code": 11, "weight": 1,
     "goods": "TEA", "price": "100%", "tax": "0%"},
    {"name": "sell", "kind": "shop_purchase", "code": 12, "weight": 1,
     "goods": "TEA", "price": "90%"}]})";

// A shop that went by a look that was no longer true would trade beyond the
// stock that it wants, in the wrong direction, or below its purse.
void ExpectGoodTrade(const Economy& economy, const std::vector<Entry>& rows) {
  const auto shop_row = [&](Asset asset) -> const Entry& {
    for (const Entry& row : rows) {
      for (const std::uint32_t shop : {0u, 1u}) {
        const AccountId its = economy.AccountOf(economy.Shop(shop), asset);
        if (row.account == its) return row;
      }
    }
    ADD_FAILURE() << "no shop took part";
    return rows.front();
  };
  const Entry& tea = shop_row(kTea);
  const Minor after = ToMinor(tea.balance_after);
  const Minor before = after - ToMinor(tea.amount);
  EXPECT_NE(before, 500);
  if (before > 500) {
    EXPECT_GE(after, 500);
    EXPECT_LT(after, before);
  } else {
    EXPECT_LE(after, 500);
    EXPECT_GT(after, before);
    EXPECT_GE(ToMinor(shop_row(kCash).balance_after), 400);
  }
}

TEST(ConcurrentDecisions, MarketMakersKeepTheirStockAndTheirPurse) {
  for (const Mode mode : kModes) {
    SCOPED_TRACE(ModeName(mode));
    const Played played(kTeaTrade, mode);
    const auto trades = played.Transfers();
    EXPECT_GT(trades.size(), 1000u);
    for (const std::vector<Entry>& rows : trades) {
      ASSERT_EQ(rows.size(), 4u);
      ExpectGoodTrade(played.economy(), rows);
    }
    EXPECT_GT(played.DeclinedFor(Reason::kStockIsRight), 0u);
    EXPECT_GT(played.DeclinedFor(Reason::kShortOfBoth), 0u);
    EXPECT_EQ(played.declined(), played.DeclinedFor(Reason::kStockIsRight) +
                                     played.DeclinedFor(Reason::kShortOfBoth));
  }
}

// Two small banks, and players who earn and spend.
constexpr std::string_view kCredit = R"({
  "name": "credit", "agents": {"players": 9, "banks": 2},
  "assets": [
    {"code": "CASH", "start": {"players": 100, "banks": 100}, "bag": 260},
    {"code": "IOU", "price": 1, "credit": 100}],
  "activities": [
    {"name": "lend", "kind": "lender", "code": 10, "weight": 2,
     "debt": "IOU", "amount": [20, 60], "interest": "10%", "reserve": "200%",
     "enough": 120},
    {"name": "wage", "kind": "mint", "code": 11, "weight": 1,
     "assets": "CASH", "amount": [5, 40]},
    {"name": "meal", "kind": "burn", "code": 12, "weight": 1,
     "assets": "CASH", "amount": [5, 40]}]})";

// One transfer's rows by whose they are.
struct LoanRows {
  Minor vault, lent, notes, purse, paid, debt, debt_change;
};

LoanRows RowsOf(const Economy& economy, const std::vector<Entry>& rows) {
  LoanRows found = {};
  const std::uint64_t first_bank =
      economy.AccountOf(economy.Bank(0), kCash).value();
  for (const Entry& row : rows) {
    const bool is_bank = row.account.value() >= first_bank;
    const bool is_cash = row.asset == economy.IdOf(kCash);
    const Minor after = ToMinor(row.balance_after);
    if (is_bank && is_cash) {
      found.vault = after;
      found.lent = -ToMinor(row.amount);
    } else if (is_bank) {
      found.notes = after;
    } else if (is_cash) {
      found.purse = after;
      found.paid = -ToMinor(row.amount);
    } else {
      found.debt = -after;
      found.debt_change = -ToMinor(row.amount);
    }
  }
  return found;
}

void ExpectGoodLoan(const LoanRows& loan) {
  if (loan.lent > 0) {
    EXPECT_EQ(loan.debt, loan.debt_change) << "there was a debt already";
    EXPECT_LT(loan.purse - loan.lent, 120) << "there was enough";
    EXPECT_GE(loan.vault, 2 * loan.notes) << "the reserve is too low";
  } else {
    EXPECT_EQ(loan.debt, 0);
    EXPECT_EQ(loan.paid, -loan.debt_change);
    EXPECT_GE(loan.purse, 120) << "too little is left";
  }
}

TEST(ConcurrentDecisions, LendersKeepTheirReserveAndLendOnce) {
  for (const Mode mode : kModes) {
    SCOPED_TRACE(ModeName(mode));
    const Played played(kCredit, mode);
    const Economy& economy = played.economy();
    const auto loans = played.Transfers();
    EXPECT_GT(loans.size(), 200u);
    std::size_t paid_back = 0;
    for (const std::vector<Entry>& rows : loans) {
      ASSERT_EQ(rows.size(), 4u);
      const LoanRows loan = RowsOf(economy, rows);
      ExpectGoodLoan(loan);
      if (loan.lent < 0) ++paid_back;
    }
    EXPECT_GT(paid_back, 50u);
    for (const Reason reason : {Reason::kNeedsNoLoan, Reason::kCannotPayBack,
                                Reason::kReserveTooLow}) {
      EXPECT_GT(played.DeclinedFor(reason), 0u) << ReasonName(reason);
    }
    // What a bank is owed is what its own customers owe.
    for (std::uint32_t bank = 0; bank < 2; ++bank) {
      Minor owed = 0;
      for (std::uint32_t player = bank; player < 9; player += 2) {
        owed -= played.BalanceOf(economy.Player(player), kLent);
      }
      EXPECT_EQ(played.BalanceOf(economy.Bank(bank), kLent), owed);
    }
    EXPECT_EQ(economy.SupplyOf(kLent), 0);
  }
}

// A debt that the asset's credit does not allow is the ledger's to refuse.
TEST(Lenders, NobodyOwesMoreThanTheCredit) {
  const Scenario scenario = Read(R"({
    "name": "credit", "agents": {"players": 9, "banks": 2},
    "assets": [{"code": "CASH", "start": {"players": 10, "banks": 1000}},
               {"code": "IOU", "price": 1, "credit": 54}],
    "activities": [{"name": "lend", "kind": "lender", "code": 10, "weight": 1,
      "debt": "IOU", "amount": 50, "interest": "10%", "reserve": "0%",
      "enough": 120}]})");
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(1000, scenario), scenario).value();
  Worker worker(&economy, ledger.OpenSession().value(), scenario.activities, 1,
                0, 0);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(worker.PlayOne(), Outcome::kInsufficientFunds);
  }
}

}  // namespace
}  // namespace lockstep::tool
