#pragma once

// The lock watch of the controlled engine: it knows who holds and who waits for
// what in a run, tells an observer under the locks, and a listener what to
// report.

#include <cstdint>
#include <string>

#include "engine/base/watch/lock_name.h"

namespace lockstep::engine::watch {
inline namespace controlled {

// What the engine tells, as to the other implementations.
void Waiting(LockRank rank, std::uint64_t id, const void* address);
void GaveUp(LockRank rank, std::uint64_t id, const void* address);
void Acquired(LockRank rank, std::uint64_t id, const void* address);
void Released(LockRank rank, std::uint64_t id, const void* address);
void Viewed(std::uint64_t account, std::uint64_t version, Int128 balance);
void TookForImages();
void StartedOver();

/// Returns the one before; null: none. While no thread runs.
Observer* SetObserver(Observer* observer);

/// A new run begins: nobody holds anything. `checks_order`: a run in which
/// locks are not taken upwards by (rank, id) fails.
void StartRun(bool checks_order);

/// Who holds what and who waits for whom, a line per thread that does either.
std::string DescribeWaits();

}  // namespace controlled
}  // namespace lockstep::engine::watch
