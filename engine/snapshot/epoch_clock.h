#pragma once

#include <cstdint>

#include "sync_primitives.h"

namespace lockstep::engine {

/// The ledger's epochs, by which a snapshot cuts it in two.
///
/// An operation belongs to the epoch that it reads after its last lock; a
/// snapshot raises the epoch, and what belongs to the epochs before is what it
/// sees. That is closed under dependency: who locks an account after another
/// operation unlocked it reads the epoch later, and epochs only rise.
///
/// Memory orders. An operation takes a lock (a read-modify-write of the
/// account's word), then reads the epoch; a snapshot raises the epoch, then
/// looks at the word. One of the two must see the other's write: if the
/// operation reads the old epoch, so that it belongs to the snapshot, then the
/// snapshot must find the account locked, and wait. This is store buffering,
/// which nothing weaker than sequential consistency (S) forbids: of these four
/// accesses each is S.
class EpochClock {
 public:
  /// What an operation needs to know, in one word, so that it is of one moment.
  struct Reading {
    /// The present epoch.
    std::uint32_t epoch = 0;
    /// States of epochs before this one are wanted by a snapshot; 0: there is
    /// none. Not above `epoch`.
    std::uint32_t wanted_below = 0;
  };

  /// Epochs begin above 0, which is that of an account nothing was posted to.
  static constexpr std::uint32_t kFirst = 1;
  static constexpr std::uint32_t kLast = UINT32_MAX;

  explicit EpochClock(std::uint32_t first) noexcept : word_(Pack({first, 0})) {}

  [[nodiscard]] Reading Load() const noexcept {
    const std::uint64_t word = word_.load(std::memory_order_seq_cst);  // S
    return {static_cast<std::uint32_t>(word >> 32),
            static_cast<std::uint32_t>(word)};
  }
  /// One thread at a time.
  void Store(Reading reading) noexcept {
    word_.store(Pack(reading), std::memory_order_seq_cst);  // S
  }

 private:
  static constexpr std::uint64_t Pack(Reading reading) noexcept {
    return std::uint64_t{reading.epoch} << 32 | reading.wanted_below;
  }

  sync::Atomic<std::uint64_t> word_;
};

}  // namespace lockstep::engine
