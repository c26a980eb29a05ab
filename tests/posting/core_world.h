#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string_view>

#include "engine/ledger/ledger_core.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {

/// A ledger's inside with one asset and one session, to bring about what cannot
/// be brought about from outside: an operation under way, locks that others
/// hold, and sequences that are used up.
class CoreWorld {
 public:
  /// With routes it allows only what accounts of class 0 pay by transfers of
  /// code 0.
  explicit CoreWorld(Concurrency concurrency, bool has_routes = false)
      : core({.concurrency = concurrency, .routes_only = has_routes}),
        session(*core.sessions()->Acquire().value()),
        gold(Asset("GOLD")) {
    if (!has_routes) return;
    EXPECT_EQ(core.SetRoute(session, {0, Route::kAnyClass, 0}, true),
              Outcome::kOk);
  }

  AssetId Asset(std::string_view code) {
    return core.directory().CreateAsset({.code = code}).value();
  }

  /// An account with so much in it, taken from one made for that, which may
  /// owe as much as there is.
  AccountId Account(Amount balance = {}, AccountOptions options = {}) {
    if (options.asset.is_none()) options.asset = gold;
    const AccountStatus status = options.status;
    options.status = AccountStatus::kOpen;
    const AccountId made = core.directory().CreateAccount(options).value();
    if (!balance.is_zero()) {
      const AccountId source =
          core.directory()
              .CreateAccount({.asset = options.asset, .floor = Amount::Min()})
              .value();
      EXPECT_TRUE(core.Transfer(session, source, made, balance, {}).ok());
    }
    if (status != AccountStatus::kOpen) {
      EXPECT_EQ(core.SetStatus(session, made, status, Wait::Forever()),
                Outcome::kOk);
    }
    return made;
  }

  // As those of a Session.
  Receipt Transfer(AccountId from, AccountId to, Amount amount,
                   const TransferOptions& options) {
    return core.Transfer(session, from, to, amount, options);
  }
  Receipt Post(std::span<const Leg> legs, const TransferOptions& options) {
    return core.Post(session, legs, options);
  }
  Receipt Transact(std::span<const AccountId> accounts,
                   TransactionFunction function,
                   const TransferOptions& options) {
    return core.Transact(session, accounts, function, options);
  }

  /// Locks an account as another operation would; behind the back of those who
  /// watch the order, since here one thread plays both.
  void Lock(AccountId account) {
    ASSERT_TRUE(
        core.accounts().Hot(account).word.TryLock<Concurrency::kMultiThread>());
  }
  void Unlock(AccountId account) {
    core.accounts().Hot(account).word.UnlockUnchanged();
  }

  [[nodiscard]] bool IsLocked(AccountId account) {
    return engine::AccountWord::IsLocked(
        core.accounts().Hot(account).word.Load());
  }

  /// Leaves no sequence for this session's next operation.
  void UseUpSequences() {
    session.last_sequence = Sequence(Sequence::kMaxCounter, session.slot);
  }

  engine::LedgerCore core;
  engine::SessionState& session;
  AssetId gold;
};

}  // namespace lockstep::test
