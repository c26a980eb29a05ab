#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep::engine::explore {

/// Follows the journal's rows, oldest first, as somebody would who keeps
/// balances of his own by them: of transfers between two accounts.
class RowFollower {
 public:
  /// Rows before this are not followed.
  void Start(const Ledger& ledger) {
    accounts_.assign(ledger.account_count() + 1, {});
    for (std::uint64_t id = 1; id < accounts_.size(); ++id) {
      const AccountInfo info = ledger.GetAccount(AccountId(id)).value();
      accounts_[id] = {info.balance, info.version, Tick()};
    }
  }

  /// What is wrong with the rows; empty if nothing is.
  [[nodiscard]] std::string_view Follow(const std::vector<Entry>& rows) {
    if (rows.size() % 2 != 0) return "a transfer is not whole";
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      const Entry& from = rows[i];
      const Entry& to = rows[i + 1];
      if (from.sequence != to.sequence || from.leg != 0 || to.leg != 1) {
        return "a transfer is not whole";
      }
      if (Add(from.amount, to.amount).value() != Amount()) {
        return "a transfer's rows do not sum to zero";
      }
      for (const Entry* const row : {&from, &to}) {
        if (const std::string_view wrong = Follow(*row); !wrong.empty()) {
          return wrong;
        }
      }
      ++transfers_;
    }
    return {};
  }

  /// After the last row.
  [[nodiscard]] std::string_view CompareWith(const Ledger& ledger) const {
    for (std::uint64_t id = 1; id < accounts_.size(); ++id) {
      const AccountInfo info = ledger.GetAccount(AccountId(id)).value();
      if (info.balance != accounts_[id].balance ||
          info.version != accounts_[id].version) {
        return "the rows do not end where the account does";
      }
    }
    return {};
  }

  [[nodiscard]] std::uint64_t transfers() const noexcept { return transfers_; }

 private:
  struct Followed {
    Amount balance;
    Sequence version;
    Tick tick;
  };

  [[nodiscard]] std::string_view Follow(const Entry& row) {
    Followed& account = accounts_.at(row.account.value());
    if (row.sequence <= account.version) {
      return "an account's rows are not in its own order";
    }
    if (row.tick < account.tick) return "time runs backwards along an account";
    const Amount after = Add(account.balance, row.amount).value();
    if (row.balance_after != after) return "a row is missing, or there twice";
    account = {after, row.sequence, row.tick};
    return {};
  }

  std::vector<Followed> accounts_;
  std::uint64_t transfers_ = 0;
};

}  // namespace lockstep::engine::explore
