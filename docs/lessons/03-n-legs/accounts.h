#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "01-two-locks/wait_for_graph.h"

namespace lockstep::lessons {

struct Account {
  int number;
  std::string name;
  int balance = 0;
  Lock lock = {.name = name};
};

using Accounts = std::vector<Account*>;

/// One account's part in a transfer.
struct Leg {
  Account* account;
  int amount;
};

inline Accounts AccountsOf(const std::vector<Leg>& legs) {
  Accounts accounts;
  for (const Leg& leg : legs) accounts.push_back(leg.account);
  return accounts;
}

/// The order of all locks, and each of them once. Whatever locks several
/// accounts locks what comes out of here.
inline Accounts InLockOrder(Accounts accounts) {
  std::ranges::sort(accounts, {}, &Account::number);
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

/// The locks of several accounts, taken one after the other as they are listed
/// and held as long as this lives.
class HeldAll {
 public:
  HeldAll(WaitForGraph& graph, Party& self, const Accounts& accounts) {
    for (Account* account : accounts) {
      if (!held_.emplace_back(graph, self, account->lock)) {
        has_all_ = false;
        return;
      }
      // After the first one, so that what may happen does happen every time.
      if (held_.size() == 1) graph.AwaitEachHasTried();
    }
  }

  /// False if the party was told to give up on the way.
  explicit operator bool() const { return has_all_; }

 private:
  std::deque<Held> held_;
  bool has_all_ = true;
};

}  // namespace lockstep::lessons
