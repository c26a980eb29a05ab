#pragma once

#include <cstdint>

#include "engine/base/account_word.h"
#include "engine/base/cache_line.h"
#include "engine/journal/stream.h"
#include "engine/posting/counters.h"
#include "engine/posting/mode_chooser.h"
#include "engine/snapshot/image_stock.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// What a session keeps between operations. Belongs to one thread at a time;
/// the pool hands it on, under its lock, to the next.
struct alignas(kNoSharingBytes) SessionState {
  explicit SessionState(std::uint32_t slot_number) noexcept
      : slot(slot_number), jitter(slot_number) {}

  const std::uint32_t slot;
  /// An operation of this session is under way.
  sync::Plain<bool> inside = false;
  /// The last one posted in this slot; kept when the slot is reused, so that
  /// sequences rise along the slot for ever.
  sync::Plain<Sequence> last_sequence;
  /// The session's piece of the lock on routes (route_lock.h), with what was
  /// posted under it last.
  AccountWord routes;
  /// Null when the journal is off.
  sync::Plain<Stream*> stream = nullptr;
  /// For the states that snapshots need; empty until there is one.
  ImageStock images;
  /// Where the session's random delays go on.
  std::uint64_t jitter;
  ModeChooser modes;
  Counters counters;
};

/// Marks a session as inside an operation for as long as it lives.
class InsideOperation {
 public:
  explicit InsideOperation(SessionState& session) noexcept : session_(session) {
    session_.inside = true;
  }
  ~InsideOperation() { session_.inside = false; }
  InsideOperation(const InsideOperation&) = delete;
  InsideOperation& operator=(const InsideOperation&) = delete;

 private:
  SessionState& session_;
};

}  // namespace lockstep::engine
