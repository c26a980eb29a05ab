#include "engine/journal/journal.h"

#include <algorithm>
#include <gsl/assert>
#include <new>
#include <utility>

namespace lockstep::engine {

Journal::Journal(std::uint64_t max_bytes, StreamLog* log,
                 std::uint64_t max_unlogged_bytes)
    : max_sealed_(std::max<std::uint64_t>(max_bytes / kChunkBytes, 1)),
      log_(log),
      max_unlogged_(
          std::max<std::uint64_t>(max_unlogged_bytes / kChunkBytes, 1)) {
  if (log_ != nullptr) logged_.reserve(Sequence::kMaxSlots);
}

Journal::~Journal() {
  // No view is left: each keeps the journal alive.
  const ExclusiveLock lock(mutex_);
  for (const ChunkList& list : chunks_) {
    for (Chunk* const chunk : list) delete chunk;
  }
}

Stream& Journal::OpenStream(std::uint32_t slot) {
  Expects(slot < Sequence::kMaxSlots);
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&chunks_, "list of chunks");
  // Each by its own size: one may have found memory when the other had none.
  if (slot >= owned_streams_.size()) owned_streams_.resize(slot + 1);
  if (slot >= chunks_.size()) chunks_.resize(slot + 1);
  std::unique_ptr<Stream>& stream = owned_streams_[slot];
  if (stream == nullptr) {
    stream = std::make_unique<Stream>(*this, gate_, sealed_through_, slot,
                                      log_ != nullptr);
    // Releases: pairs with TryTakeCut.
    streams_[slot].store(stream.get(), std::memory_order_release);
    const std::uint32_t count = slot_count_.load(std::memory_order_relaxed);
    slot_count_.store(std::max(count, slot + 1), std::memory_order_relaxed);
  }
  return *stream;
}

bool Journal::TryTakeCut(Cut& cut) const {
  const auto tail_of = [this](std::size_t slot) {
    // Acquires: pairs with OpenStream. If it is not to be seen yet, then
    // nothing seen so far depends on a record in it.
    const Stream* const stream = streams_[slot].load(std::memory_order_acquire);
    return stream == nullptr ? 0 : stream->tail();
  };
  cut.resize(slot_count_.load(std::memory_order_relaxed));
  for (std::size_t slot = 0; slot < cut.size(); ++slot) {
    cut[slot] = tail_of(slot);
  }
  // Tails only rise. If all are what they were, then between the last look of
  // the first round and the first look of the second one they were all so at
  // once. (Acquiring loads keep the rounds apart.)
  for (std::size_t slot = 0; slot < cut.size(); ++slot) {
    if (cut[slot] != tail_of(slot)) return false;
  }
  // Relaxed both times: if a record in the cut depends on one in a newer slot,
  // then that slot was counted before the tail was stored that shows it.
  return cut.size() == slot_count_.load(std::memory_order_relaxed);
}

Cut Journal::TakeCut() {
  constexpr int kTriesBeforeGate = 8;
  Cut cut;
  cut.reserve(Sequence::kMaxSlots);  // what follows does not allocate
  for (int tries = 0; tries < kTriesBeforeGate; ++tries) {
    if (TryTakeCut(cut)) return cut;
  }
  gate_.fetch_add(1, std::memory_order_relaxed);
  // Ends: writers finish what they began before they saw the gate, and begin
  // nothing after.
  while (!TryTakeCut(cut)) sync::Yield();
  gate_.fetch_sub(1, std::memory_order_relaxed);
  return cut;
}

JournalView Journal::View(const Cut& cut,
                          const std::vector<std::uint64_t>& from) {
  JournalView view;
  view.pieces_.resize(cut.size());
  const ExclusiveLock lock(mutex_);
  sync::WillRead(&chunks_, "list of chunks");
  // First everything that may throw, then the pins.
  for (std::size_t slot = 0; slot < cut.size(); ++slot) {
    const std::uint64_t first = slot < from.size() ? from[slot] : 0;
    const std::uint64_t tail = cut[slot];
    const ChunkList& list = chunks_[slot];
    auto it = std::partition_point(list.begin(), list.end(),
                                   [first](const Chunk* chunk) {
                                     return chunk->base + kChunkBytes <= first;
                                   });
    // Up to the tail; and if everything before a chunk was dropped, that chunk
    // even if it is empty, for it knows how many records there were.
    for (; it != list.end() && ((*it)->base < tail || it == list.begin());
         ++it) {
      const bool is_sealed = it + 1 != list.end();
      const std::uint64_t base = (*it)->base;
      const std::uint64_t end =
          is_sealed ? std::min<std::uint64_t>((*it)->end, tail) : tail;
      view.pieces_[slot].push_back(
          {*it, base, std::max(end, base), (*it)->records_before});
    }
  }
  view.horizon_ = horizon_;
  view.journal_ = shared_from_this();
  for (const auto& pieces : view.pieces_) {
    for (const Piece& piece : pieces) ++piece.chunk->pins;
  }
  return view;
}

JournalView Journal::ViewOf(Sequence sequence) {
  JournalView view;
  view.pieces_.resize(1);
  view.pieces_.front().reserve(1);
  const ExclusiveLock lock(mutex_);
  sync::WillRead(&chunks_, "list of chunks");
  view.horizon_ = horizon_;
  if (sequence.slot() >= chunks_.size()) return view;
  // Sequences rise along a stream, and a sealed chunk knows its last one.
  const ChunkList& list = chunks_[sequence.slot()];
  auto it = list.begin();
  while (it != list.end() && it + 1 != list.end() &&
         (*it)->last_sequence < sequence) {
    ++it;
  }
  if (it == list.end()) return view;
  const bool is_sealed = it + 1 != list.end();
  const std::uint64_t base = (*it)->base;
  const std::uint64_t end = is_sealed ? std::uint64_t{(*it)->end}
                                      : owned_streams_[sequence.slot()]->tail();
  view.pieces_.front().push_back(
      {*it, base, std::max(end, base), (*it)->records_before});
  view.journal_ = shared_from_this();
  ++(*it)->pins;
  return view;
}

void Journal::Unpin(const Pieces& pieces) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(&chunks_, "list of chunks");
  for (const auto& list : pieces) {
    for (const Piece& piece : list) {
      if (--piece.chunk->pins == 0 && piece.chunk->dropped) delete piece.chunk;
    }
  }
}

JournalView::~JournalView() {
  if (journal_ != nullptr) journal_->Unpin(pieces_);
}

JournalView& JournalView::operator=(JournalView&& other) noexcept {
  std::swap(journal_, other.journal_);
  std::swap(pieces_, other.pieces_);
  std::swap(horizon_, other.horizon_);
  return *this;
}

Outcome Journal::Roll(Stream& stream) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&chunks_, "list of chunks");
  ChunkList& list = chunks_[stream.slot_];
  Chunk* const full = stream.chunk_;
  bool has_place = false;
  try {
    list.push_back(nullptr);  // the new chunk's place
    has_place = true;
    if (full != nullptr) sealed_.push_back(full);
  } catch (const std::bad_alloc&) {
    if (has_place) list.pop_back();
    return Outcome::kOutOfMemory;
  }
  Chunk* const chunk = TakeEmptyChunkLocked();
  if (chunk == nullptr) {
    list.pop_back();
    if (full != nullptr) sealed_.pop_back();
    return Outcome::kOutOfMemory;
  }
  // From here nothing fails.
  if (full != nullptr) {
    full->end = stream.base_ + stream.used_;
    full->last_sequence = stream.last_sequence_;
    const Sequence last = stream.last_sequence_;
    const std::uint64_t sealed =
        sealed_through_.load(std::memory_order_relaxed);
    sealed_through_.store(std::max(sealed, last.value()),
                          std::memory_order_relaxed);
    stream.base_ += kChunkBytes;
  }
  chunk->slot = stream.slot_;
  chunk->base = stream.base_;
  chunk->records_before = stream.records_;
  list.back() = chunk;
  stream.chunk_ = chunk;
  stream.used_ = 0;
  if (log_ != nullptr && full != nullptr && ++unlogged_ > max_unlogged_) {
    SetFull(true);
  }
  return Outcome::kOk;
}

void Journal::SetFull(bool is_full) noexcept {
  if (is_full_.load(std::memory_order_relaxed) == is_full) return;
  is_full_.store(is_full, std::memory_order_relaxed);
  if (is_full) {
    gate_.fetch_add(1, std::memory_order_relaxed);
  } else {
    gate_.fetch_sub(1, std::memory_order_relaxed);
  }
}

bool Journal::IsLoggedLocked(const Chunk& chunk) const noexcept {
  if (log_ == nullptr) return true;
  return chunk.slot < logged_.size() && chunk.end <= logged_[chunk.slot];
}

void Journal::LoggedUpTo(const Cut& cut) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&chunks_, "list of chunks");
  logged_.assign(cut.begin(), cut.end());
  // They were sealed in about the order in which the log takes them in; what is
  // in front of one that it does not have counts with that one.
  std::uint64_t logged = sealed_.size() - unlogged_;
  while (logged < sealed_.size() && IsLoggedLocked(*sealed_[logged])) ++logged;
  unlogged_ = sealed_.size() - logged;
  SetFull(unlogged_ > max_unlogged_);
}

void Journal::StopForLog() noexcept {
  if (is_stopped_.exchange(true, std::memory_order_relaxed)) return;
  gate_.fetch_add(1, std::memory_order_relaxed);
}

Chunk* Journal::TakeEmptyChunkLocked() noexcept {
  // The chunk sealed last stays, so there is always one to keep.
  while (sealed_.size() > max_sealed_ && IsLoggedLocked(*sealed_.front())) {
    Chunk* const oldest = DropOldestLocked();
    if (oldest->pins == 0) {
      oldest->dropped = false;
      return oldest;
    }
  }
  return new (std::nothrow) Chunk;
}

Chunk* Journal::DropOldestLocked() noexcept {
  Chunk* const oldest = sealed_.front();
  sealed_.pop_front();
  ChunkList& list = chunks_[oldest->slot];
  Ensures(list.front() == oldest);
  list.pop_front();
  horizon_ = std::max(horizon_, oldest->last_sequence);
  oldest->dropped = true;
  return oldest;
}

Outcome Stream::ReserveSlow(std::uint32_t bytes, LockWait& wait) noexcept {
  if (!HasRoom(bytes)) {
    const Outcome rolled = journal_.Roll(*this);
    if (rolled != Outcome::kOk) return rolled;
  }
  bool has_begun = false;
  while (GateIsClosed()) {
    // Also for who does not want to wait: if the log has failed he is told, and
    // if nobody writes it he does.
    if (is_logged_) {
      const Outcome room = journal_.MakeRoomInLog(wait);
      if (room != Outcome::kOk) return room;
      if (!GateIsClosed()) break;
    }
    const bool goes_on = has_begun ? wait.Again() : wait.Begin();
    if (!goes_on) return Outcome::kBusy;
    has_begun = true;
  }
  return Outcome::kOk;
}

Outcome Journal::MakeRoomInLog(LockWait& wait) noexcept {
  const bool is_asked_for = is_full_.load(std::memory_order_relaxed) ||
                            is_stopped_.load(std::memory_order_relaxed);
  return is_asked_for ? log_->MakeRoom(wait) : Outcome::kOk;
}

void Stream::RollAhead() noexcept {
  // If there is no memory, Reserve tries again and says so.
  static_cast<void>(journal_.Roll(*this));
}

}  // namespace lockstep::engine
