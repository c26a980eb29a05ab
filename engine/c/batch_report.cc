#include "engine/c/batch_report.h"

#include <algorithm>

#include "engine/c/convert.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"
#include "engine/posting/receipt_writer.h"

namespace lockstep::engine {

Outcome BatchReport::Check() const noexcept {
  if (wants_receipts()) {
    const ArrayFromC receipts(receipts_);
    for (std::uint64_t i = 0; i < count_; ++i) {
      const Outcome checked = receipts.Check(i);
      if (checked != Outcome::kOk) return checked;
    }
  }
  return result_ == nullptr ? Outcome::kOk : CheckStruct(result_);
}

void BatchReport::Write(std::uint64_t transfer,
                        const Receipt& receipt) const noexcept {
  if (wants_receipts()) {
    WriteReceipt(receipt, &ArrayFromC(receipts_)[transfer]);
  }
  Write(transfer, receipt.outcome());
}

void BatchReport::Write(std::uint64_t transfer,
                        Outcome outcome) const noexcept {
  if (outcomes_ != nullptr) outcomes_[transfer] = ToC(outcome);
}

void BatchReport::WriteFrom(std::uint64_t first,
                            const Receipt& receipt) const noexcept {
  if (outcomes_ == nullptr && !wants_receipts()) return;
  for (std::uint64_t i = first; i < count_; ++i) Write(i, receipt);
}

void BatchReport::Write(const BatchResult& result) const noexcept {
  if (result_ == nullptr) return;
  lockstep_batch_result mine = LOCKSTEP_BATCH_RESULT_INIT;
  mine.outcome = ToC(result.outcome);
  mine.posted = result.posted;
  mine.first_refused = result.first_refused;
  mine.is_replay = result.is_replay ? 1 : 0;
  WriteStruct(mine, result_, result_->struct_size);
}

void BatchReport::RefuseAll(Outcome outcome) const noexcept {
  Receipt refused;
  ReceiptWriter(refused).Refuse(outcome, 0);
  if (wants_receipts() && CheckStructSize<lockstep_receipt>(
                              receipts_->struct_size) == Outcome::kOk) {
    const ArrayFromC receipts(receipts_);
    for (std::uint64_t i = 0; i < count_; ++i) {
      if (receipts.Check(i) == Outcome::kOk) {
        WriteReceipt(refused, &receipts[i]);
      }
    }
  }
  if (outcomes_ != nullptr) std::fill_n(outcomes_, count_, ToC(outcome));
  if (result_ != nullptr && CheckStruct(result_) == Outcome::kOk) {
    BatchResult none{.outcome = outcome};
    if (count_ > 0) none.first_refused = 0;
    Write(none);
  }
}

}  // namespace lockstep::engine
