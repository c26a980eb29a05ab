#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "engine/accounts/creation_log.h"
#include "engine/base/mutex.h"
#include "engine/base/tick_clock.h"
#include "engine/journal/journal.h"
#include "engine/journal/stream_log.h"
#include "engine/log/log_appender.h"
#include "engine/log/log_cut.h"
#include "engine/log/storage.h"
#include "engine/posting/id_table.h"
#include "engine/recovery/recover.h"
#include "engine/recovery/stream_telling.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// The log of a ledger that is open: writes what is posted and made, cut after
/// cut, and has those wait who want to know that it is durable.
///
/// Whoever waits first writes for all: one consistent cut of all streams, one
/// write, one synchronization (group commit; D. DeWitt et al., "Implementation
/// Techniques for Main Memory Database Systems", 1984). No account is locked
/// meanwhile. Once anything has failed nothing is ever written again, and all
/// that would change the ledger is refused.
class DurableLog final : public StreamLog, public CreationLog {
 public:
  explicit DurableLog(std::unique_ptr<Storage> storage) noexcept
      : storage_(std::move(storage)) {}
  /// Writes what there is and says that it was closed, if nothing has failed.
  /// In the process that opened it.
  ~DurableLog();

  /// The directory that it has, for whoever recovers what is in it.
  [[nodiscard]] Storage& storage() noexcept { return *storage_; }

  /// False in a process that was forked off from the one that opened it.
  [[nodiscard]] bool IsOurs() const noexcept { return storage_->IsOurs(); }

  /// How it is to work.
  struct Options {
    /// The host tells the time, so that it is written even if nothing was
    /// posted.
    bool is_time_told = false;
    /// Every so often a thread of its own flushes, unless this is zero.
    std::chrono::nanoseconds flush_every{0};
    /// The same thread makes segments ready.
    bool has_keeper = true;
  };
  /// What it writes and where: before any other thread has the ledger. `ids`
  /// and `clock` outlive it. Until then it lets everything be. Throws
  /// std::bad_alloc.
  void Begin(RecoveredLog recovered, std::shared_ptr<Journal> journal,
             IdTable& ids, const TickClock& clock, const Options& options);

  /// All that was posted and made before is durable then. `kOk`, `kLogFailed`,
  /// `kOutOfMemory` (nothing was written; to be asked again).
  [[nodiscard]] Outcome Flush() noexcept;
  /// The operation with this sequence is durable then. As Flush, and
  /// `kInvalidOption`: there is none.
  [[nodiscard]] Outcome WaitDurable(Sequence sequence) noexcept;

  [[nodiscard]] Outcome MakeRoom(LockWait& wait) noexcept override;
  [[nodiscard]] Outcome PrepareCreation() noexcept override
      ABSL_LOCKS_EXCLUDED(creations_mutex_);
  void AddCreation(const Creation& creation) noexcept override
      ABSL_LOCKS_EXCLUDED(creations_mutex_);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Creations = std::list<Creation>;

  [[nodiscard]] bool IsDurableLocked(Sequence sequence) const noexcept;
  // Writes, if nobody does so already, or waits for whoever does. What came of
  // it is the outcome of the last one.
  void FlushOrWait(Lock& lock) noexcept;
  void FlushNow(Lock& lock) noexcept;
  void WaitForWoken() const noexcept;
  // By the one who writes, without the mutex.
  [[nodiscard]] Outcome WriteCut() noexcept;
  [[nodiscard]] Outcome WriteCutOrThrow();
  void WaitForSpare();
  void TellCreations();
  void TakeCreations() noexcept ABSL_LOCKS_EXCLUDED(creations_mutex_);
  void MarkDurable(const Cut& cut) noexcept;
  void FailLocked() noexcept;
  void Keep();
  void MakeSpare(Lock& lock);

  const std::unique_ptr<Storage> storage_;
  // Since it began:
  std::unique_ptr<LogAppender> appender_;
  Sequence recovered_;  // what has none above this is durable
  std::shared_ptr<Journal> journal_;
  IdTable* ids_ = nullptr;
  const TickClock* clock_ = nullptr;
  Options options_;

  // Nothing else is locked while this is, and the other way round.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_writing_ = false;
  bool is_turning_ = false;
  bool is_making_spare_ = false;
  bool wants_spare_ = false;
  bool ends_ = false;
  // By slot: the highest counter that is durable.
  std::array<std::uint64_t, Sequence::kMaxSlots> durable_{};
  // How many were begun, and how many of these are over.
  std::uint64_t begun_ = 0;
  std::uint64_t over_ = 0;
  Outcome outcome_of_last_ = Outcome::kOk;
  // How many waited for the last one, and may come again at once.
  std::uint32_t woken_ = 0;

  // Read without the mutex. Relaxed where it is: it only says when to look.
  sync::Atomic<bool> has_failed_ = false;
  sync::Atomic<std::uint32_t> waiting_ = 0;

  // Of the one who writes.
  LogCut cut_;
  StreamTelling telling_;
  Cut told_;  // how far the streams are in the log
  Creations creations_;
  std::uint64_t accounts_ = 0;  // in the log
  Tick last_tick_;
  std::chrono::nanoseconds last_took_{0};

  Mutex creations_mutex_{LockRank::kCreations};
  Creations made_ ABSL_GUARDED_BY(creations_mutex_);
  // A place for the next.
  Creations place_ ABSL_GUARDED_BY(creations_mutex_);

  std::thread keeper_;
};

}  // namespace lockstep::engine
