#include "engine/recovery/durable_log.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace lockstep::engine {
namespace {

// No longer than this, or half of what the last one took, does whoever writes
// wait for those who were woken to come again: so that waiters do not fall into
// two groups of which each waits for the other's.
constexpr std::chrono::nanoseconds kMostPatience =
    std::chrono::microseconds(50);

}  // namespace

void DurableLog::Begin(RecoveredLog recovered, std::shared_ptr<Journal> journal,
                       IdTable& ids, const TickClock& clock,
                       const Options& options) {
  told_.reserve(Sequence::kMaxSlots);
  appender_ = std::move(recovered.appender);
  recovered_ = recovered.last;
  accounts_ = recovered.accounts;
  telling_.SetEpochBase(recovered.last_epoch);
  journal_ = std::move(journal);
  ids_ = &ids;
  clock_ = &clock;
  last_tick_ = clock.Now();
  options_ = options;
  wants_spare_ = appender_->WantsSpare();
  if (!options.has_keeper) return;
  try {
    keeper_ = std::thread([this] { Keep(); });
  } catch (const std::system_error&) {
    throw std::bad_alloc();
  }
}

DurableLog::~DurableLog() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  if (journal_ == nullptr || Flush() != Outcome::kOk) return;
  try {
    // Whether that was written the next opening finds out.
    static_cast<void>(appender_->Seal(last_tick_));
  } catch (const std::bad_alloc&) {
  }
}

// --- Waiting -----------------------------------------------------------------

bool DurableLog::IsDurableLocked(Sequence sequence) const noexcept {
  return sequence <= recovered_ ||
         durable_[sequence.slot()] >= sequence.counter();
}

Outcome DurableLog::WaitDurable(Sequence sequence) noexcept {
  if (sequence.is_none()) return Outcome::kInvalidOption;
  if (!storage_->IsOurs()) return Outcome::kLogFailed;
  Lock lock(mutex_);
  // One that is begun from now on has it, if there is such a one; the one that
  // is under way may have it.
  const std::uint64_t enough = begun_ + 1;
  while (!IsDurableLocked(sequence)) {
    if (has_failed_.load(std::memory_order_relaxed)) return Outcome::kLogFailed;
    if (over_ >= enough) {
      return outcome_of_last_ == Outcome::kOk ? Outcome::kInvalidOption
                                              : outcome_of_last_;
    }
    FlushOrWait(lock);
  }
  return Outcome::kOk;
}

Outcome DurableLog::Flush() noexcept {
  if (!storage_->IsOurs()) return Outcome::kLogFailed;
  Lock lock(mutex_);
  const std::uint64_t enough = begun_ + 1;
  while (over_ < enough) {
    if (has_failed_.load(std::memory_order_relaxed)) return Outcome::kLogFailed;
    FlushOrWait(lock);
  }
  return has_failed_.load(std::memory_order_relaxed) ? Outcome::kLogFailed
                                                     : outcome_of_last_;
}

Outcome DurableLog::MakeRoom(LockWait& wait) noexcept {
  if (has_failed_.load(std::memory_order_relaxed) || !storage_->IsOurs()) {
    return Outcome::kLogFailed;
  }
  Lock lock(mutex_);
  if (!journal_->IsFullForLog()) return Outcome::kOk;
  if (has_failed_.load(std::memory_order_relaxed)) return Outcome::kLogFailed;
  if (is_writing_) {
    lock.unlock();
    return wait.Again() ? Outcome::kOk : Outcome::kBusy;
  }
  FlushNow(lock);
  return has_failed_.load(std::memory_order_relaxed) ? Outcome::kLogFailed
                                                     : outcome_of_last_;
}

void DurableLog::FlushOrWait(Lock& lock) noexcept {
  waiting_.fetch_add(1, std::memory_order_relaxed);
  if (is_writing_) {
    const std::uint64_t over = over_;
    changed_.wait(lock, [&] { return over_ != over || !is_writing_; });
  } else {
    FlushNow(lock);
  }
  waiting_.fetch_sub(1, std::memory_order_relaxed);
}

void DurableLog::FlushNow(Lock& lock) noexcept {
  is_writing_ = true;
  ++begun_;
  lock.unlock();
  WaitForWoken();
  const auto began = std::chrono::steady_clock::now();
  const Outcome written = WriteCut();
  last_took_ = std::chrono::steady_clock::now() - began;
  lock.lock();
  is_writing_ = false;
  ++over_;
  outcome_of_last_ = written;
  if (written == Outcome::kLogFailed) FailLocked();
  woken_ = waiting_.load(std::memory_order_relaxed);
  is_turning_ = false;
  wants_spare_ = options_.has_keeper && appender_->WantsSpare();
  changed_.notify_all();
}

void DurableLog::WaitForWoken() const noexcept {
  if (woken_ <= 1) return;
  const auto until = std::chrono::steady_clock::now() +
                     std::min(kMostPatience, last_took_ / 2);
  while (waiting_.load(std::memory_order_relaxed) < woken_ &&
         std::chrono::steady_clock::now() < until) {
    sync::Yield();
  }
}

void DurableLog::FailLocked() noexcept {
  if (has_failed_.exchange(true, std::memory_order_relaxed)) return;
  journal_->StopForLog();
}

// --- Writing -----------------------------------------------------------------

Outcome DurableLog::WriteCut() noexcept {
  try {
    return WriteCutOrThrow();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

Outcome DurableLog::WriteCutOrThrow() {
  // What was made is looked at after the streams: so nothing that was posted
  // lacks its accounts.
  const Cut to = journal_->TakeCut();
  TakeCreations();
  const Tick tick = clock_->Now();
  const bool has_time_passed = options_.is_time_told && tick != last_tick_;
  if (to == told_ && creations_.empty() && !has_time_passed) {
    return Outcome::kOk;
  }
  {
    const JournalView view = journal_->View(to, told_);
    cut_.Begin(tick);
    telling_.Tell(view, told_, cut_);
  }
  TellCreations();
  const std::span<LogCut::Batch> batches = cut_.Close();
  if (appender_->WillTurn(batches)) WaitForSpare();
  if (!appender_->Append(batches).ok()) return Outcome::kLogFailed;
  last_tick_ = tick;
  accounts_ += creations_.size();
  creations_.clear();
  MarkDurable(to);
  return Outcome::kOk;
}

// Only one at a time makes a segment.
void DurableLog::WaitForSpare() {
  Lock lock(mutex_);
  is_turning_ = true;
  changed_.wait(lock, [this] { return !is_making_spare_; });
}

void DurableLog::TellCreations() {
  if (creations_.empty()) return;
  cut_.BeginRun(kCreationSlot, 0, accounts_);
  for (const Creation& creation : creations_) cut_.Add(creation);
}

void DurableLog::MarkDurable(const Cut& cut) noexcept {
  const std::vector<std::uint64_t>& last = telling_.last_counters();
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t slot = 0; slot < last.size(); ++slot) {
      durable_[slot] = std::max(durable_[slot], last[slot]);
    }
  }
  told_.assign(cut.begin(), cut.end());  // has room for all slots
  journal_->LoggedUpTo(cut);
  for (const void* const id : telling_.pinned_ids()) ids_->LetGo(id);
}

// --- What is made ------------------------------------------------------------

Outcome DurableLog::PrepareCreation() noexcept {
  if (has_failed_.load(std::memory_order_relaxed)) return Outcome::kLogFailed;
  const ExclusiveLock lock(creations_mutex_);
  try {
    if (place_.empty()) place_.emplace_back();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
  return Outcome::kOk;
}

void DurableLog::AddCreation(const Creation& creation) noexcept {
  const ExclusiveLock lock(creations_mutex_);
  place_.front() = creation;
  made_.splice(made_.end(), place_);
}

void DurableLog::TakeCreations() noexcept {
  const ExclusiveLock lock(creations_mutex_);
  creations_.splice(creations_.end(), made_);
}

// --- The keeper --------------------------------------------------------------

void DurableLog::Keep() {
  Lock lock(mutex_);
  while (!ends_) {
    const auto can_make_spare = [this] { return wants_spare_ && !is_turning_; };
    if (can_make_spare()) {
      MakeSpare(lock);
      continue;
    }
    const auto has_work = [&] { return ends_ || can_make_spare(); };
    if (options_.flush_every == std::chrono::nanoseconds::zero()) {
      changed_.wait(lock, has_work);
    } else if (!changed_.wait_for(lock, options_.flush_every, has_work)) {
      if (!is_writing_ && !has_failed_.load(std::memory_order_relaxed)) {
        FlushNow(lock);
      }
    }
  }
}

void DurableLog::MakeSpare(Lock& lock) {
  wants_spare_ = false;
  const std::uint64_t number = appender_->next_number();
  const std::uint64_t bytes = appender_->segment_bytes();
  is_making_spare_ = true;
  lock.unlock();
  bool is_made = false;
  try {
    is_made = LogAppender::MakeSpare(*storage_, number, bytes).ok();
  } catch (const std::bad_alloc&) {
  }
  lock.lock();
  // If there is none by then, whoever needs it makes it, or says why not.
  if (is_made && appender_->next_number() == number) appender_->HasSpare();
  is_making_spare_ = false;
  changed_.notify_all();
}

}  // namespace lockstep::engine
