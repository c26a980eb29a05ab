#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "engine/base/int128.h"
#include "engine/base/lock_rank.h"

namespace lockstep::engine::watch {

/// A lock, by its place in the order and by where it lies (two ledgers have
/// locks with the same place).
struct LockName {
  LockRank rank = LockRank::kClaims;
  std::uint64_t id = 0;
  const void* address = nullptr;

  friend auto operator<=>(const LockName&, const LockName&) = default;
};

/// "account 7", for messages.
std::string ToString(const LockName& name);

/// Whether a thread that holds `held` may take `taken`.
[[nodiscard]] constexpr bool IsAbove(const LockName& taken,
                                     const LockName& held) noexcept {
  if (taken.rank != held.rank) return taken.rank > held.rank;
  return taken.id > held.id;
}

/// Told, on the thread that took it, of each lock taken (under it) and of each
/// about to be released; and of accounts that were looked at without their
/// locks, once it is certain that what was seen belongs to one moment.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnAcquired(const LockName& name) = 0;
  virtual void OnReleased(const LockName& name) = 0;
  virtual void OnViewed(std::uint64_t /*account*/, std::uint64_t /*version*/,
                        Int128 /*balance*/) {}
  /// The lock taken last, an account's, was not taken to look at the account.
  virtual void OnTookForImages() {}
  /// The operation forgets what it has looked at so far, and begins again.
  virtual void OnStartedOver() {}
};

}  // namespace lockstep::engine::watch
