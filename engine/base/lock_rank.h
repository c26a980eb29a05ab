#pragma once

#include <cstdint>

namespace lockstep::engine {

/// The order in which a thread may take locks: upwards by (rank, id) only. A
/// cycle of waiting threads would need one that goes down, so there is none.
/// `docs/concurrency.md` says what each lock guards.
enum class LockRank : std::uint8_t {
  kClaims = 1,     ///< the id of an operation under way; ids are its low half
  kDirectory = 2,  ///< creation, assets, keys
  kSnapshots = 3,  ///< which snapshots live
  kAccount = 4,    ///< an account; ids are AccountIds
  kRoutes = 5,     ///< routes: 0 to change them, above it a session's own piece
  kHolds = 6,      ///< the table of holds
  kIds = 7,        ///< the table of ids
  kReversals = 8,  ///< the table of reversals
  kSessions = 9,   ///< the pool of sessions
  kJournal = 10,   ///< the journal's list of chunks
  kHandles = 11,   ///< the C interface's free handles
  kCreations = 12,  ///< what was made and is not in the log
};

}  // namespace lockstep::engine
