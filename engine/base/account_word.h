#pragma once

#include <cstdint>

#include "lockstep/concurrency.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// An account's lock and version, fused into one word: bit 0 is the lock, the
/// bits above it are the Sequence of the last operation that posted to the
/// account. Taking the lock sets the bit and leaves the version readable;
/// releasing it is a plain store of the version that follows.
///
/// Memory orders. Taking the lock acquires (A); releasing it is a store that
/// releases (R). R of one holder pairs with A of the next, so the next sees
/// everything written under the lock; and R pairs with the acquiring `Load` of
/// those who read without the lock. Besides, taking the lock and
/// `LoadAfterRaise` are sequentially consistent (S), for snapshots: see
/// engine/snapshot/epoch_clock.h.
class AccountWord {
 public:
  static constexpr std::uint64_t kLockedBit = 1;

  /// For looking without the lock; pairs with R.
  [[nodiscard]] std::uint64_t Load() const noexcept {
    return word_.load(std::memory_order_acquire);
  }
  /// For looking after the epoch was raised; S, and pairs with R.
  [[nodiscard]] std::uint64_t LoadAfterRaise() const noexcept {
    return word_.load(std::memory_order_seq_cst);
  }
  /// For looking again, after acquiring loads of what the word guards; those
  /// keep this one from moving up.
  [[nodiscard]] std::uint64_t LoadAgain() const noexcept {
    return word_.load(std::memory_order_relaxed);
  }
  /// The version, for the lock's holder, who alone changes it.
  [[nodiscard]] Sequence VersionLocked() const noexcept {
    return VersionOf(word_.load(std::memory_order_relaxed));
  }

  [[nodiscard]] static constexpr bool IsLocked(std::uint64_t word) noexcept {
    return (word & kLockedBit) != 0;
  }
  [[nodiscard]] static constexpr Sequence VersionOf(
      std::uint64_t word) noexcept {
    return Sequence(word >> 1);
  }

  /// Takes the lock if it is free. Test, then test-and-set: the line is asked
  /// for writing only when there is a chance.
  template <Concurrency kConcurrency>
  [[nodiscard]] bool TryLock() noexcept {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    if (IsLocked(seen)) return false;
    if constexpr (kConcurrency == Concurrency::kSingleThread) {
      word_.store(seen | kLockedBit, std::memory_order_relaxed);
      return true;
    } else {
      return Exchange(seen);
    }
  }

  /// Takes the lock if the word is still what `Load` found, which is free: then
  /// nothing was posted to the account in between.
  template <Concurrency kConcurrency>
  [[nodiscard]] bool TryLockFrom(std::uint64_t seen) noexcept {
    if constexpr (kConcurrency == Concurrency::kSingleThread) {
      if (word_.load(std::memory_order_relaxed) != seen) return false;
      word_.store(seen | kLockedBit, std::memory_order_relaxed);
      return true;
    } else {
      return Exchange(seen);
    }
  }

  /// Releases the lock and leaves `version` behind.
  void Unlock(Sequence version) noexcept {
    word_.store(version.value() << 1, std::memory_order_release);  // R
  }
  /// Releases the lock of an account that was not posted to.
  void UnlockUnchanged() noexcept { Unlock(VersionLocked()); }

 private:
  [[nodiscard]] bool Exchange(std::uint64_t seen) noexcept {
    return word_.compare_exchange_strong(seen, seen | kLockedBit,
                                         std::memory_order_seq_cst,  // A, S
                                         std::memory_order_relaxed);
  }

  sync::Atomic<std::uint64_t> word_ = 0;
};

}  // namespace lockstep::engine
