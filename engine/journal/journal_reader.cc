#include "engine/journal/journal_reader.h"

#include <algorithm>
#include <string>
#include <utility>

namespace lockstep::engine {
namespace {

// For heaps with the lowest, or the highest, sequence on top.
constexpr auto kLowestOnTop = [](const auto& a, const auto& b) {
  return a.sequence > b.sequence;
};
constexpr auto kHighestOnTop = [](const auto& a, const auto& b) {
  return a.sequence < b.sequence;
};

}  // namespace

ForwardReader::ForwardReader(const JournalView& view, ReadPositions positions)
    : view_(view), positions_(std::move(positions)) {
  const std::size_t slots = view_.pieces().size();
  // A cut taken later may know more slots than the last one, never fewer.
  positions_.bytes.resize(std::max(slots, positions_.bytes.size()));
  positions_.records.resize(positions_.bytes.size());
  piece_.resize(slots);
  heap_.reserve(slots);
  for (std::uint32_t slot = 0; slot < slots; ++slot) Push(slot);
}

RecordView ForwardReader::RecordAt(std::uint32_t slot) const {
  const Piece& piece = view_.pieces()[slot][piece_[slot]];
  return RecordView(piece.chunk->data + (positions_.bytes[slot] - piece.base));
}

void ForwardReader::Push(std::uint32_t slot) {
  const std::vector<Piece>& pieces = view_.pieces()[slot];
  std::uint64_t& position = positions_.bytes[slot];
  std::size_t& current = piece_[slot];
  for (; current < pieces.size(); ++current) {
    const Piece& piece = pieces[current];
    if (position < piece.base) {
      // On to the next chunk; or, if chunks were dropped, over the gap.
      position = piece.base;
      missed_ += piece.records_before - positions_.records[slot];
      positions_.records[slot] = piece.records_before;
    }
    if (position < piece.end) break;
  }
  if (current == pieces.size()) return;
  heap_.push_back({RecordAt(slot).head().sequence, slot});
  std::push_heap(heap_.begin(), heap_.end(), kLowestOnTop);
}

bool ForwardReader::Peek(RecordView& record) const {
  if (heap_.empty()) return false;
  record = RecordAt(heap_.front().slot);
  return true;
}

void ForwardReader::Pop() {
  const std::uint32_t slot = heap_.front().slot;
  positions_.bytes[slot] += RecordAt(slot).head().bytes;
  ++positions_.records[slot];
  std::pop_heap(heap_.begin(), heap_.end(), kLowestOnTop);
  heap_.pop_back();
  Push(slot);
}

BackwardReader::BackwardReader(const JournalView& view)
    : view_(view), walks_(view.pieces().size()) {
  heap_.reserve(walks_.size());
  for (std::uint32_t slot = 0; slot < walks_.size(); ++slot) {
    walks_[slot].pieces_left = view_.pieces()[slot].size();
    Push(slot);
  }
}

void BackwardReader::Push(std::uint32_t slot) {
  Walk& walk = walks_[slot];
  while (walk.records.empty()) {
    if (walk.pieces_left == 0) return;
    const Piece& piece = view_.pieces()[slot][--walk.pieces_left];
    // Records can be walked only forward: note where they begin.
    const std::byte* record = piece.chunk->data;
    const std::byte* const end = record + (piece.end - piece.base);
    while (record != end) {
      walk.records.push_back(record);
      record += RecordView(record).head().bytes;
    }
  }
  const Sequence sequence = RecordView(walk.records.back()).head().sequence;
  if (sequence <= view_.horizon()) return;  // older ones may lack neighbours
  heap_.push_back({sequence, slot});
  std::push_heap(heap_.begin(), heap_.end(), kHighestOnTop);
}

bool BackwardReader::Next(RecordView& record) {
  if (heap_.empty()) return false;
  const std::uint32_t slot = heap_.front().slot;
  record = RecordView(walks_[slot].records.back());
  walks_[slot].records.pop_back();
  std::pop_heap(heap_.begin(), heap_.end(), kHighestOnTop);
  heap_.pop_back();
  Push(slot);
  return true;
}

const std::byte* FindRecord(const JournalView& view,
                            Sequence sequence) noexcept {
  for (const std::vector<Piece>& pieces : view.pieces()) {
    for (const Piece& piece : pieces) {
      const std::byte* record = piece.chunk->data;
      const std::byte* const end = record + (piece.end - piece.base);
      while (record != end) {
        const RecordHead& head = RecordView(record).head();
        if (head.sequence == sequence) return record;
        if (head.sequence > sequence) return nullptr;
        record += head.bytes;
      }
    }
  }
  return nullptr;
}

Entry MakeEntry(const RecordView& record, std::size_t leg,
                const AccountTable& accounts) {
  const RecordHead& head = record.head();
  Entry entry;
  entry.kind = head.kind;
  entry.sequence = head.sequence;
  entry.tick = head.tick;
  if (head.kind == EntryKind::kRoute) {
    entry.route = record.route().route;
    entry.is_allowed = record.route().is_allowed;
    return entry;
  }
  const RecordLeg& row = record.legs()[leg];
  entry.leg = static_cast<std::uint32_t>(leg);
  entry.account = row.account;
  entry.asset = accounts.Hot(row.account).asset();
  entry.amount = row.amount;
  entry.balance_after = row.balance_after;
  if (head.legs == 2 && record.legs()[1 - leg].account != row.account) {
    entry.counterpart = record.legs()[1 - leg].account;
  }
  entry.code = head.code;
  entry.user_data = head.user_data;
  entry.description = std::string(record.description());
  entry.id = record.id();
  if (IsOfHold(head.kind)) {
    entry.hold = record.hold();
    entry.held = record.held()[leg];
  } else if (head.kind == EntryKind::kReversal) {
    entry.reverses = record.reverses();
  } else if (head.kind != EntryKind::kTransfer) {
    entry.status = record.change().status;
    entry.floor = record.change().floor;
    entry.ceiling = record.change().ceiling;
  }
  return entry;
}

}  // namespace lockstep::engine
