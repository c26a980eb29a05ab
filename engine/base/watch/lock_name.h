#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "engine/base/lock_rank.h"

namespace lockstep::engine::watch {

/// A lock, by its place in the order and by where it lies (two ledgers have
/// locks with the same place).
struct LockName {
  LockRank rank = LockRank::kSessions;
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
/// about to be released.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnAcquired(const LockName& name) = 0;
  virtual void OnReleased(const LockName& name) = 0;
};

}  // namespace lockstep::engine::watch
