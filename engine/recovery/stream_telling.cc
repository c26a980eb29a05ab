#include "engine/recovery/stream_telling.h"

#include <algorithm>
#include <gsl/assert>

#include "engine/base/int128.h"
#include "engine/posting/id_table.h"
#include "engine/posting/reversal_table.h"

namespace lockstep::engine {

void StreamTelling::Tell(const JournalView& view, const Cut& from,
                         LogCut& cut) {
  last_counters_.assign(view.pieces().size(), 0);
  pinned_ids_.clear();
  for (std::uint32_t slot = 0; slot < view.pieces().size(); ++slot) {
    const std::uint64_t begin = slot < from.size() ? from[slot] : 0;
    is_in_run_ = false;
    for (const Piece& piece : view.pieces()[slot]) {
      TellPiece(piece, std::max(begin, piece.base), slot, cut);
    }
  }
}

void StreamTelling::TellPiece(const Piece& piece, std::uint64_t from,
                              std::uint32_t slot, LogCut& cut) {
  if (from >= piece.end) return;
  const std::byte* place = piece.chunk->data + (from - piece.base);
  const std::byte* const end = piece.chunk->data + (piece.end - piece.base);
  std::uint64_t& last = last_counters_[slot];
  while (place != end) {
    const RecordHead& head = RecordView(place).head();
    if (!is_in_run_ || head.epoch != epoch_) {  // which only rises
      epoch_ = head.epoch;
      cut.BeginRun(slot, epoch_base_ + epoch_, head.sequence.counter() - 1);
      is_in_run_ = true;
    }
    place = TellOperation(place, cut);
    last = record_.sequence.counter();
  }
}

const std::byte* StreamTelling::TellOperation(const std::byte* place,
                                              LogCut& cut) {
  const void* const id = RecordView(place).for_log().id;
  const std::byte* next = place;
  for (std::size_t number = 0;; ++number) {
    const RecordView record(next);
    const LogRecord& made = Make(record, id, number);
    if (!cut.Add(made)) return TellOperation(place, cut);  // in an empty batch
    next += record.head().bytes;
    if (made.goes_on) continue;
    if (id != nullptr) pinned_ids_.push_back(id);
    return next;
  }
}

const LogRecord& StreamTelling::Make(const RecordView& record, const void* id,
                                     std::size_t number) {
  const RecordHead& head = record.head();
  const ForLog for_log = record.for_log();
  record_ = {};
  record_.kind = head.kind;
  record_.goes_on = for_log.goes_on;
  record_.sequence = head.sequence;
  record_.tick = head.tick;
  if (head.kind == EntryKind::kRoute) {
    record_.route = record.route().route;
    record_.is_allowed = record.route().is_allowed;
    return record_;
  }
  if (head.kind == EntryKind::kStatus || head.kind == EntryKind::kLimits) {
    record_.account = record.legs().front().account;
    record_.status = record.change().status;
    record_.floor = record.change().floor;
    record_.ceiling = record.change().ceiling;
    return record_;
  }
  record_.code = head.code;
  record_.user_data = head.user_data;
  record_.description = record.description();
  record_.seen = for_log.seen;
  FillLegs(record, for_log);
  if (id != nullptr) FillId(record.id(), id, number);
  return record_;
}

void StreamTelling::FillLegs(const RecordView& record, const ForLog& for_log) {
  const std::span<const RecordLeg> rows = record.legs();
  if (IsOfHold(record.head().kind)) {
    record_.legs = for_log.legs;
    record_.deadline = for_log.deadline;
    if (record.head().kind != EntryKind::kHold) {
      record_.refers_to = record.hold();
    }
    if (record.head().kind != EntryKind::kCapture) return;
    for (std::size_t leg = 0; leg < rows.size(); ++leg) {
      parts_[leg] = rows[leg].amount;
    }
    record_.parts = std::span(parts_).first(rows.size());
    return;
  }
  if (record.head().kind == EntryKind::kReversal) {
    const auto* const reversed = static_cast<const Reversed*>(for_log.reversed);
    record_.refers_to = record.reverses();
    record_.legs = reversed->legs();
    const auto parts = std::span(parts_).first(record_.legs.size());
    std::fill(parts.begin(), parts.end(), Amount());
    for (std::size_t leg = 0; leg < rows.size(); ++leg) {
      parts[record.numbers()[leg]] = ToAmount(-ToInt128(rows[leg].amount));
    }
    record_.parts = parts;
    return;
  }
  for (std::size_t leg = 0; leg < rows.size(); ++leg) {
    legs_[leg] = {rows[leg].account, rows[leg].amount};
  }
  record_.legs = std::span(legs_).first(rows.size());
}

void StreamTelling::FillId(Bits128 id, const void* pinned, std::size_t number) {
  const Remembered& remembered = IdTable::OfPinned(pinned);
  content_.clear();
  if (number == 0) remembered.content().AppendTo(content_);
  const Remembered::OneReceipt receipt = remembered.receipt(number);
  for (std::size_t i = 0; i < receipt.changes.size(); ++i) {
    balances_[i] = {receipt.changes[i].account, receipt.changes[i].after};
  }
  record_.id = {id, number == 0 ? IdTable::NumberOfPinned(pinned) : 0, content_,
                std::span(balances_).first(receipt.changes.size()),
                receipt.flowed};
}

}  // namespace lockstep::engine
