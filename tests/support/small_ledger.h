#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep {

// So that failures print names and not bytes. All in one place, for every test:
// of two that print the same type, one with these in sight and one without, the
// linker takes whichever it likes.
inline void PrintTo(Outcome outcome, std::ostream* out) {
  *out << OutcomeName(outcome);
}
inline void PrintTo(Concurrency concurrency, std::ostream* out) {
  *out << (concurrency == Concurrency::kMultiThread ? "MultiThread"
                                                    : "SingleThread");
}
inline void PrintTo(Mode mode, std::ostream* out) {
  *out << (mode == Mode::kLocked       ? "Locked"
           : mode == Mode::kOptimistic ? "Optimistic"
                                       : "Auto");
}
inline void PrintTo(const Amount& amount, std::ostream* out) {
  *out << FormatDecimal(amount, 0);
}
template <class Tag, class Number>
void PrintTo(const Id<Tag, Number>& id, std::ostream* out) {
  *out << "#" << id.value();
}

}  // namespace lockstep

namespace lockstep::test {

/// What a refusal says that is no leg's.
inline constexpr std::uint32_t kNoLeg = Refusal::kNoLeg;

/// A ledger with one asset, GOLD with two decimals, to try things on.
struct SmallLedger {
  explicit SmallLedger(const LedgerOptions& options = {})
      : ledger(Ledger::Open(options).value()),
        gold(ledger.CreateAsset({.code = "GOLD", .scale = 2}).value()),
        issuer(ledger.GetAsset(gold)->issuer) {}

  /// A new account with so much in it.
  AccountId Account(std::int64_t balance = 0, AccountOptions options = {}) {
    if (options.asset.is_none()) options.asset = gold;
    const AccountId made = ledger.CreateAccount(options).value();
    if (balance > 0) {
      const AccountId from = ledger.GetAsset(options.asset)->issuer;
      EXPECT_TRUE(ledger.Transfer(from, made, Amount(balance)).ok());
    }
    return made;
  }
  std::vector<AccountId> Accounts(int count, std::int64_t balance = 0) {
    std::vector<AccountId> made;
    for (int i = 0; i < count; ++i) made.push_back(Account(balance));
    return made;
  }

  [[nodiscard]] Amount Balance(AccountId account) const {
    return ledger.Balance(account).value();
  }

  /// Fails the test if the books are wrong.
  void ExpectSound() const {
    const AuditReport report = ledger.Audit().value();
    EXPECT_TRUE(report.ok);
    for (const AuditFault& fault : report.faults) {
      ADD_FAILURE() << AuditRuleText(fault.rule) << ": account "
                    << fault.account.value() << ", expected "
                    << FormatDecimal(fault.expected, 0) << ", found "
                    << FormatDecimal(fault.found, 0);
    }
  }

  Ledger ledger;
  AssetId gold;
  AccountId issuer;
};

}  // namespace lockstep::test
