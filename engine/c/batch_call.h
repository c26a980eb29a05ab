#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/container/inlined_vector.h"
#include "engine/c/batch_report.h"
#include "engine/c/calls.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"
#include "engine/posting/receipt_writer.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// What calls of the C interface with several requests, or several reversals,
// have in common.

namespace lockstep::engine {

// Receipts take much room, so only those of a few transfers are in place.
using Receipts = absl::InlinedVector<Receipt, 4>;

[[nodiscard]] inline Receipt Refused(Outcome outcome,
                                     const Refusal& why = {}) noexcept {
  Receipt refused;
  ReceiptWriter(refused).Refuse(outcome, 0, why);
  return refused;
}

/// A call with a handle and several items, which are structures:
/// `post(object, items, options)` once what they come with was checked. The
/// report says what came of it wherever it ended.
template <class Read, class Handle, class Item, class Options, class Post>
lockstep_outcome PostSeveralFromC(Handle* handle, const Item* items,
                                  const Options* options,
                                  const BatchReport& report,
                                  const Post& post) noexcept {
  bool is_written = false;
  const lockstep_outcome outcome = With(handle, [&](auto& its) {
    const bool is_empty = report.count() == 0;
    if (IsMissing(items, report.count())) return Outcome::kNullPointer;
    Read read;
    Outcome checked = report.Check();
    if (checked == Outcome::kOk && !is_empty) {
      checked = CheckStructSize<Item>(items->struct_size);
    }
    if (checked == Outcome::kOk) checked = ReadOptions(options, read);
    if (checked != Outcome::kOk) return checked;
    const BatchResult result =
        is_empty ? BatchResult()
                 : post(its, ArrayFromC<const Item>(items), read);
    report.Write(result);
    is_written = true;
    return result.outcome;
  });
  if (!is_written) report.RefuseAll(static_cast<Outcome>(outcome));
  return outcome;
}

/// That one of linked items is not even what it should be.
[[nodiscard]] inline BatchResult Blame(std::size_t transfer, Outcome fault,
                                       const BatchReport& report) noexcept {
  Refusal why;
  why.transfer = static_cast<std::uint32_t>(transfer);
  report.WriteFrom(0, Refused(Outcome::kLinkedRefused, why));
  report.Write(transfer, Refused(fault, why));
  return {.outcome = fault, .first_refused = transfer};
}

/// A call with a handle and several items, all of them or none. `Made` is what
/// the ledger takes, made by `Add` of each item:
/// `post(object, made, receipts, options)`.
template <class Made, class Handle, class Item, class Post>
lockstep_outcome PostLinkedFromC(Handle* handle, const Item* items,
                                 const lockstep_link_options* options,
                                 const BatchReport& report,
                                 const Post& post) noexcept {
  const auto post_all = [&](auto& its, const ArrayFromC<const Item>& all,
                            const LinkOptions& with) {
    // Each names an account, or is refused: of so many, one is.
    const std::size_t looked_at =
        std::min<std::uint64_t>(report.count(), kMaxLinkedLegs + 1);
    Made made;
    for (std::size_t i = 0; i < looked_at; ++i) {
      Outcome read = all.Check(i);
      if (read == Outcome::kOk) read = made.Add(all[i]);
      if (read != Outcome::kOk) return Blame(i, read, report);
    }
    Receipts receipts(report.wants_receipts() ? looked_at : 0);
    const BatchResult result =
        post(its, made, std::span<Receipt>(receipts), with);
    if (!report.wants_receipts()) return result;
    for (std::size_t i = 0; i < looked_at; ++i) report.Write(i, receipts[i]);
    if (report.count() > looked_at) {
      // What became of any that is not to blame.
      report.WriteFrom(looked_at, receipts[result.first_refused == 0 ? 1 : 0]);
    }
    return result;
  };
  return PostSeveralFromC<LinkOptions>(handle, items, options, report,
                                       post_all);
}

}  // namespace lockstep::engine
