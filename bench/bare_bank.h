#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/locks.h"
#include "bench/moves.h"

namespace lockstep::bench {

/// An account as one would write it by hand: a lock and a 64-bit balance, alone
/// on its cache line.
template <TakesPart Lock>
struct alignas(64) BareAccount {
  Lock lock;
  std::int64_t balance = 0;
};

/// A fixed array in huge pages where the system has them and it is large
/// enough, as lockstep's own tables are.
template <class T>
class BareArray {
 public:
  explicit BareArray(std::size_t size) : size_(size) {
    const std::size_t bytes = (size * sizeof(T) + kHugePageBytes - 1) /
                              kHugePageBytes * kHugePageBytes;
    void* const memory = std::aligned_alloc(kHugePageBytes, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    if (bytes >= 2 * kHugePageBytes) madvise(memory, bytes, MADV_HUGEPAGE);
    items_ = static_cast<T*>(memory);
    std::uninitialized_value_construct_n(items_, size_);
  }
  ~BareArray() {
    std::destroy_n(items_, size_);
    std::free(items_);
  }
  BareArray(const BareArray&) = delete;
  BareArray& operator=(const BareArray&) = delete;

  [[nodiscard]] T& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] std::span<T> all() const { return {items_, size_}; }

 private:
  static constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
  std::size_t size_;
  T* items_;
};

/// The transfer as one would write it by hand: lock both accounts, look at the
/// funds, move the money. No versions, no journal, no receipt, no 128-bit
/// amounts, no check of the accounts' numbers: a limit, not a ledger.
template <TakesPart Lock>
class BareBank {
 public:
  BareBank(std::uint64_t accounts, std::int64_t balance_each)
      : accounts_(accounts),
        total_(balance_each * static_cast<std::int64_t>(accounts)) {
    for (auto& account : accounts_.all()) account.balance = balance_each;
  }

  /// Takes the two locks in order of the accounts, so that no two threads can
  /// wait for each other. False: the payer lacks the funds.
  bool TransferSorted(const Move& move) {
    BareAccount<Lock>& payer = accounts_[move.from];
    BareAccount<Lock>& payee = accounts_[move.to];
    const bool in_order = move.from < move.to;
    const GuardOf<Lock> first(in_order ? payer.lock : payee.lock);
    const GuardOf<Lock> second(in_order ? payee.lock : payer.lock);
    return MoveLocked(payer, payee, move.amount);
  }

  /// Takes them with `std::scoped_lock`, which is not ordered: it locks one,
  /// tries the other, and if that fails lets go and starts with the other.
  bool TransferTryAndBackOff(const Move& move) {
    BareAccount<Lock>& payer = accounts_[move.from];
    BareAccount<Lock>& payee = accounts_[move.to];
    const std::scoped_lock both(payer.lock, payee.lock);
    return MoveLocked(payer, payee, move.amount);
  }

  /// Loses a unit on the way, to show that losses are noticed.
  bool TransferLosing(const Move& move) {
    const bool moved = TransferSorted(move);
    const GuardOf<Lock> locked(accounts_[move.to].lock);
    if (moved) --accounts_[move.to].balance;
    return moved;
  }

  /// Any number of legs, all on different accounts, at most 64.
  bool PostSorted(std::span<const BareLeg> legs) {
    std::array<std::uint64_t, 64> order;
    for (std::size_t i = 0; i < legs.size(); ++i) order[i] = legs[i].account;
    const std::span<std::uint64_t> ids(order.data(), legs.size());
    std::sort(ids.begin(), ids.end());
    for (const std::uint64_t id : ids) accounts_[id].lock.lock();
    const bool is_allowed =
        std::all_of(legs.begin(), legs.end(), [this](const BareLeg& leg) {
          return leg.amount > 0 ||
                 accounts_[leg.account].balance + leg.amount >= 0;
        });
    if (is_allowed) {
      for (const BareLeg& leg : legs) {
        accounts_[leg.account].balance += leg.amount;
      }
    }
    for (std::size_t i = ids.size(); i-- > 0;) accounts_[ids[i]].lock.unlock();
    return is_allowed;
  }

  [[nodiscard]] std::int64_t Balance(std::uint64_t index) {
    BareAccount<Lock>& account = accounts_[index];
    const GuardOf<Lock> locked(account.lock);
    return account.balance;
  }

  /// Nobody may be moving anything.
  [[nodiscard]] std::string FindFault() const {
    std::int64_t found = 0;
    for (const auto& account : accounts_.all()) {
      if (account.balance < 0) return "an account is below zero";
      found += account.balance;
    }
    if (found == total_) return {};
    return absl::StrCat("there were ", total_, " units, there are ", found);
  }

 private:
  static bool MoveLocked(BareAccount<Lock>& payer, BareAccount<Lock>& payee,
                         std::int64_t amount) {
    if (payer.balance < amount) return false;
    payer.balance -= amount;
    payee.balance += amount;
    return true;
  }

  const BareArray<BareAccount<Lock>> accounts_;
  const std::int64_t total_;
};

}  // namespace lockstep::bench
