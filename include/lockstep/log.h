#pragma once

#include <cstdint>
#include <string>

#include "lockstep/ids.h"

namespace lockstep::inline v0_1 {

/// When the caller of something that is posted hears of it, in a ledger with a
/// log (`LedgerOptions::directory`).
enum class Durability : std::uint8_t {
  /// Once it is posted: what becomes of it if the machine ends suddenly is
  /// known only after a `Flush`, or a `WaitDurable`.
  kLater = 0,
  /// Once it is durable as well, or is known not to become so
  /// (`Receipt::is_durable`).
  kSync = 1,
};

/// What `Ledger::Open` found where the log is, and what it did about it.
struct LogReport {
  /// There was nothing: a log was made.
  bool was_created = false;
  /// It had been closed, and so all of it is known to be there.
  bool was_sealed = false;
  /// So many bytes behind the last whole cut were cut off: they had never been
  /// reported durable to anybody.
  std::uint64_t tail_bytes = 0;
  /// How far the log reaches, counted in bytes of batches from its beginning.
  std::uint64_t end = 0;
  /// How many operations were done again, and the last one's sequence.
  std::uint64_t operations = 0;
  /// The highest of their sequences.
  Sequence last;
  /// If it was refused: which file, where in it, why, and the system's own
  /// number for that if it has one.
  std::string file;
  /// In bytes from the file's beginning.
  std::uint64_t offset = 0;
  /// In a few words ("a wrong checksum in a batch").
  std::string reason;
  /// `errno`, or 0.
  int system_error = 0;
};

}  // namespace lockstep::inline v0_1
