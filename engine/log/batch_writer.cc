#include "engine/log/batch_writer.h"

#include <algorithm>
#include <gsl/assert>

#include "engine/log/checksum.h"

namespace lockstep::engine {

BatchWriter::BatchWriter(std::span<std::byte> room, Tick tick) noexcept
    : room_(room.first(std::min(room.size(), kMaxBatchBytes) / kBatchAlignment *
                       kBatchAlignment)),
      tick_(tick),
      writer_(room.data() + kBatchHeadBytes) {
  Expects(room_.size() >= kBatchHeadBytes);
}

void BatchWriter::BeginRun(std::uint32_t slot, std::uint64_t epoch,
                           std::uint64_t counter) noexcept {
  EndRun();
  is_in_run_ = true;
  run_ = {.epoch = epoch, .counter = counter, .slot = slot};
  base_ = {counter, tick_};
  run_place_ = writer_.place();
}

template <class Record>
bool BatchWriter::AddAny(const Record& record) noexcept {
  Expects(is_in_run_);
  const auto used = static_cast<std::size_t>(writer_.place() - room_.data());
  const std::size_t head = run_.records == 0 ? kRunHeadBytes : 0;
  if (room_.size() - used < head + MaxEncodedBytes(record)) return false;
  if (run_.records == 0) writer_.Zeros(kRunHeadBytes);
  EncodeRecord(record, base_, writer_);
  ++run_.records;
  return true;
}

bool BatchWriter::Add(const LogRecord& record) noexcept {
  return AddAny(record);
}

bool BatchWriter::Add(const Creation& creation) noexcept {
  return AddAny(creation);
}

void BatchWriter::TakeBack(const Mark& mark) noexcept {
  Expects(is_in_run_ && mark.place >= run_place_ &&
          mark.place <= writer_.place());
  writer_ = ByteWriter(mark.place);
  base_ = mark.base;
  run_.records = mark.records;
}

void BatchWriter::EndRun() noexcept {
  if (is_in_run_ && run_.records > 0) {
    run_.bytes = static_cast<std::uint32_t>(writer_.place() - run_place_ -
                                            std::ptrdiff_t{kRunHeadBytes});
    ByteWriter head(run_place_);
    head.Fixed(run_.epoch);
    head.Fixed(run_.counter);
    head.Fixed(run_.slot);
    head.Fixed(run_.records);
    head.Fixed(run_.bytes);
    ++runs_;
    records_ += run_.records;
  }
  is_in_run_ = false;
  run_ = {};
}

std::span<std::byte> BatchWriter::Close(BatchHead& head) noexcept {
  EndRun();
  const auto used = static_cast<std::size_t>(writer_.place() - room_.data());
  const std::size_t bytes =
      (used + kBatchAlignment - 1) / kBatchAlignment * kBatchAlignment;
  writer_.Zeros(bytes - used);
  head.tick = tick_;
  head.bytes = static_cast<std::uint32_t>(bytes);
  head.records = records_;
  head.runs = runs_;
  return room_.first(bytes);
}

std::span<const std::byte> BatchWriter::Finish(BatchHead& head,
                                               std::uint64_t seed) noexcept {
  const std::span<std::byte> batch = Close(head);
  WriteBatchHead(batch, head, seed);
  return batch;
}

void WriteBatchHead(std::span<std::byte> batch, BatchHead& head,
                    std::uint64_t seed) noexcept {
  Expects(batch.size() == head.bytes);
  ByteWriter place(batch.data() + sizeof(head.checksum));
  place.Fixed(head.previous);
  place.Fixed(head.position);
  place.Fixed(head.durable);
  place.Fixed(head.tick.value());
  place.Fixed(head.bytes);
  place.Fixed(head.records);
  place.Fixed(head.runs);
  place.Fixed(static_cast<std::uint8_t>(head.kind));
  place.Fixed(static_cast<std::uint8_t>(head.goes_on));
  place.Fixed(std::uint16_t{0});
  head.checksum = Checksum(batch.subspan(sizeof(head.checksum)), seed);
  ByteWriter(batch.data()).Fixed(head.checksum);
}

}  // namespace lockstep::engine
