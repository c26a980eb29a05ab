#pragma once

// The lock watch, on: what debug builds and the lock-order tests have. It
// checks that every thread takes its locks upwards by (rank, id), and knows who
// holds and who waits for what.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/watch/lock_name.h"

namespace lockstep::engine::watch {
inline namespace on {

// What the engine tells. A thread says that it is `Waiting` when it finds a
// lock taken, then `Acquired` or `GaveUp`; one that got a lock at once says
// `Acquired` alone.
void Waiting(LockRank rank, std::uint64_t id, const void* address);
void GaveUp(LockRank rank, std::uint64_t id, const void* address);
void Acquired(LockRank rank, std::uint64_t id, const void* address);
void Released(LockRank rank, std::uint64_t id, const void* address);
void Viewed(std::uint64_t account, std::uint64_t version, Int128 balance);
void TookForImages();
void StartedOver();

/// Called when a lock is taken whose (rank, id) is not above that of every
/// lock the thread holds. The default prints both and aborts.
using ViolationHandler = void (*)(const LockName& held, const LockName& taken);

/// Returns the handler before. For tests, while no other thread runs.
ViolationHandler SetViolationHandler(ViolationHandler handler);

/// Returns the one before; null: none. While no other thread runs.
Observer* SetObserver(Observer* observer);

/// From now on, notes which lock was taken while which was held.
void StartRecording();

/// Ends that and gives what was noted: (held, taken), each pair once. Only the
/// lock taken last among those held is noted: the others reach it by pairs
/// noted before.
std::vector<std::pair<LockName, LockName>> StopRecording();

/// Who holds what and who waits for whom, a line per thread that does either;
/// empty when none does. May be called at any time from any thread.
std::string DescribeWaits();

/// How often `Acquired` was called in the process so far: a pulse for those
/// who watch for progress.
std::uint64_t AcquisitionCount() noexcept;

}  // namespace on
}  // namespace lockstep::engine::watch
