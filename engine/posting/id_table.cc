#include "engine/posting/id_table.h"

#include <gsl/assert>

#include "absl/hash/hash.h"
#include "lock_watch.h"

namespace lockstep::engine {

// --- What is remembered ------------------------------------------------------

void Remembered::Reserve(std::size_t receipts, std::size_t changes,
                         std::size_t flows) {
  receipts_.reserve(receipts);
  changes_.reserve(changes);
  flowed_.reserve(flows);
}

void Remembered::Add(Sequence sequence, std::span<const AccountChange> changes,
                     std::span<const Amount> flowed) noexcept {
  changes_.insert(changes_.end(), changes.begin(), changes.end());
  flowed_.insert(flowed_.end(), flowed.begin(), flowed.end());
  receipts_.push_back({sequence, static_cast<std::uint32_t>(changes_.size()),
                       static_cast<std::uint32_t>(flowed_.size())});
}

Remembered::OneReceipt Remembered::receipt(std::size_t number) const noexcept {
  const End begin = number == 0 ? End() : receipts_[number - 1];
  const End& end = receipts_[number];
  const std::span changes(changes_);
  const std::span flowed(flowed_);
  return {end.sequence,
          changes.subspan(begin.changes, end.changes - begin.changes),
          flowed.subspan(begin.flowed, end.flowed - begin.flowed)};
}

// --- The table ---------------------------------------------------------------

std::size_t IdTable::Hash::operator()(const Bits128& id) const noexcept {
  return absl::HashOf(id.high, id.low);
}

IdTable::Garbage::~Garbage() {
  while (first_ != nullptr) {
    Entry* const entry = first_;
    first_ = entry->next;
    delete entry;
  }
}

void IdTable::Garbage::Add(Entry* entry) noexcept {
  entry->next = first_;
  first_ = entry;
}

IdTable::~IdTable() {
  Garbage all;
  for (Entry* entry = oldest_; entry != nullptr;) {
    Entry* const next = entry->next;
    all.Add(entry);
    entry = next;
  }
}

void IdTable::RememberLocked(Entry& entry, std::uint32_t epoch) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "ids");
  if (keeps_for_log_) ++entry.users;
  AppendLocked(entry, epoch);
}

void IdTable::LetGo(const void* pinned) noexcept {
  Garbage garbage;
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "ids");
  LeaveLocked(*const_cast<Entry*>(static_cast<const Entry*>(pinned)), garbage);
}

void IdTable::AppendLocked(Entry& entry, std::uint32_t epoch) noexcept {
  entry.is_posted = true;
  entry.posted_in = epoch;
  entry.number = ++posted_;
  if (newest_ == nullptr) {
    oldest_ = &entry;
  } else {
    newest_->next = &entry;
  }
  newest_ = &entry;
  if (oldest_remembered_ == nullptr) oldest_remembered_ = &entry;
}

bool IdTable::IsForgottenLocked(const Entry& entry) const noexcept {
  return posted_ - entry.number >= window_;
}

void IdTable::ForgetOldLocked(Garbage& garbage) noexcept {
  while (oldest_remembered_ != nullptr &&
         IsForgottenLocked(*oldest_remembered_)) {
    ids_.erase(oldest_remembered_->id);
    oldest_remembered_ = oldest_remembered_->next;
  }
  // Looked at under the lock: a snapshot that comes later wants nothing of what
  // is forgotten by now. A few at a time, should there be many.
  if (clock_.Load().wanted_below != 0) return;
  for (int i = 0; i < 4 && oldest_ != oldest_remembered_; ++i) {
    if (oldest_->users > 0) return;
    Entry* const entry = oldest_;
    oldest_ = entry->next;
    if (oldest_ == nullptr) newest_ = nullptr;
    garbage.Add(entry);
  }
}

void IdTable::LeaveLocked(Entry& entry, Garbage& garbage) noexcept {
  Expects(entry.users > 0);
  --entry.users;
  if (entry.users == 0 && !entry.is_posted) garbage.Add(&entry);
}

std::vector<std::pair<Bits128, Remembered>> IdTable::RememberedAt(
    std::uint32_t epoch) const {
  const Entry* entry = nullptr;
  {
    const ExclusiveLock lock(mutex_);
    sync::WillRead(this, "ids");
    entry = oldest_;
  }
  // What is in the list stays there while the snapshot lives, and of what is
  // posted only the end of the list changes.
  constexpr std::size_t kAtATime = 64;
  std::vector<const Entry*> posted;
  while (entry != nullptr) {
    posted.reserve(posted.size() + kAtATime);
    const ExclusiveLock lock(mutex_);
    sync::WillRead(this, "ids");
    for (std::size_t i = 0; i < kAtATime && entry != nullptr; ++i) {
      if (entry->posted_in <= epoch) posted.push_back(entry);
      entry = entry->next;
    }
  }
  std::vector<std::pair<Bits128, Remembered>> all;
  const std::size_t first =
      posted.size() > window_ ? posted.size() - window_ : 0;
  all.reserve(posted.size() - first);
  for (std::size_t i = first; i < posted.size(); ++i) {
    all.emplace_back(posted[i]->id, posted[i]->remembered);
  }
  return all;
}

void IdTable::Restore(Bits128 id, Remembered remembered, std::uint64_t number) {
  auto entry = std::make_unique<Entry>(id, std::move(remembered));
  entry->is_claimed.store(false, std::memory_order_relaxed);
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "ids");
  const bool is_new = ids_.emplace(id, entry.get()).second;
  Ensures(is_new);
  if (number != 0) posted_ = number - 1;
  AppendLocked(*entry.release(), 0);
}

// --- Claims ------------------------------------------------------------------

IdClaim::IdClaim(IdTable& table, Bits128 id, Remembered remembered)
    : table_(table),
      own_(std::make_unique<Entry>(id, std::move(remembered))),
      entry_(own_.get()) {
  IdTable::Ids ids;
  node_ = ids.extract(ids.emplace(id, entry_).first);
}

IdClaim::~IdClaim() {
  if (own_ != nullptr && read_ == nullptr) return;
  IdTable::Garbage garbage;
  const bool has_claimed = own_ == nullptr;
  if (has_claimed) {
    watch::Released(LockRank::kClaims, entry_->id.low, entry_);
  }
  const ExclusiveLock lock(table_.mutex_);
  sync::WillWrite(&table_, "ids");
  if (has_claimed) {
    if (!entry_->is_posted) node_ = table_.ids_.extract(entry_->id);
    entry_->is_claimed.store(false, std::memory_order_relaxed);
    table_.LeaveLocked(*entry_, garbage);
  } else {
    table_.LeaveLocked(*read_, garbage);
  }
  table_.ForgetOldLocked(garbage);
}

Outcome IdClaim::Take(LockWait& wait) {
  Entry* other = TryTake(nullptr);
  if (other == nullptr) return Outcome::kOk;
  const auto stop_waiting = [&] {
    watch::GaveUp(LockRank::kClaims, other->id.low, other);
    StopWaiting(*other);
    return Outcome::kBusy;
  };
  watch::Waiting(LockRank::kClaims, other->id.low, other);
  if (!wait.Begin()) return stop_waiting();
  for (;;) {
    while (other->is_claimed.load(std::memory_order_relaxed)) {
      if (!wait.Again()) return stop_waiting();
    }
    Entry* const next = TryTake(other);
    if (next == nullptr) break;
    other = next;
  }
  if (known_ != nullptr) {  // so nothing was locked in the end
    watch::GaveUp(LockRank::kClaims, read_->id.low, read_);
  }
  return Outcome::kOk;
}

IdTable::Entry* IdClaim::TryTake(Entry* waited_for) {
  IdTable::Garbage garbage;
  {
    const ExclusiveLock lock(table_.mutex_);
    sync::WillWrite(&table_, "ids");
    if (waited_for != nullptr) table_.LeaveLocked(*waited_for, garbage);
    table_.ForgetOldLocked(garbage);
    const auto found = table_.ids_.find(entry_->id);
    if (found != table_.ids_.end()) {
      Entry* const other = found->second;
      ++other->users;
      if (other->is_claimed.load(std::memory_order_relaxed)) return other;
      // What was refused is not in the table, so this was posted.
      read_ = other;
      known_ = &other->remembered;
      return nullptr;
    }
    table_.ids_.insert(std::move(node_));  // may have to grow, and throw
    entry_->users = 1;
    static_cast<void>(own_.release());
  }
  watch::Acquired(LockRank::kClaims, entry_->id.low, entry_);
  return nullptr;
}

void IdClaim::StopWaiting(Entry& entry) noexcept {
  IdTable::Garbage garbage;
  const ExclusiveLock lock(table_.mutex_);
  sync::WillWrite(&table_, "ids");
  table_.LeaveLocked(entry, garbage);
}

}  // namespace lockstep::engine
