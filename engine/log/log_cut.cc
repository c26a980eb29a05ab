#include "engine/log/log_cut.h"

#include <gsl/assert>

namespace lockstep::engine {

void LogCut::Begin(Tick tick) {
  tick_ = tick;
  batches_.clear();
  goes_on_ = false;
  BeginBatch();
}

void LogCut::BeginBatch() {
  const std::size_t next = batches_.size();
  batches_.reserve(next + 1);
  if (next == blocks_.size()) {
    blocks_.reserve(next + 1);
    blocks_.emplace_back(new std::byte[kBlockBytes]);
  }
  writer_.emplace(std::span<std::byte>(blocks_[next].get(), kBlockBytes),
                  tick_);
}

void LogCut::EndBatch() {
  Batch batch;
  batch.bytes = writer_->Close(batch.head);
  batches_.push_back(batch);
  writer_.reset();
}

void LogCut::GoOnInNext(std::uint64_t counter) {
  const bool is_empty = writer_->records() == 0;
  Ensures(!is_empty);  // whatever is one fits into an empty batch
  EndBatch();
  BeginBatch();
  writer_->BeginRun(slot_, epoch_, counter);
}

void LogCut::BeginRun(std::uint32_t slot, std::uint64_t epoch,
                      std::uint64_t counter) noexcept {
  Expects(!goes_on_);
  slot_ = slot;
  epoch_ = epoch;
  counter_ = counter;
  writer_->BeginRun(slot, epoch, counter);
}

bool LogCut::Add(const LogRecord& record) {
  Expects(record.sequence.slot() == slot_);
  if (!goes_on_) operation_ = writer_->mark();
  if (!writer_->Add(record)) {
    writer_->TakeBack(operation_);
    goes_on_ = false;
    GoOnInNext(counter_);
    return false;
  }
  goes_on_ = record.goes_on;
  if (!goes_on_) counter_ = record.sequence.counter();
  return true;
}

void LogCut::Add(const Creation& creation) {
  Expects(slot_ == kCreationSlot);
  if (!writer_->Add(creation)) {
    GoOnInNext(counter_);
    const bool added = writer_->Add(creation);
    Ensures(added);
  }
  counter_ = creation.account.value();
}

std::span<LogCut::Batch> LogCut::Close() {
  Expects(!goes_on_);
  EndBatch();
  return batches_;
}

}  // namespace lockstep::engine
