#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "engine/posting/receipt_writer.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// What transfers, posts and transactions of the C interface have in common:
// they take options and give receipts.

namespace lockstep::engine {

/// `options` may be null; what it does not have stays as `read` was.
/// `kInvalidStructSize`, `kInvalidOption`.
[[nodiscard]] Outcome ReadOptions(const lockstep_transfer_options* options,
                                  TransferOptions& read) noexcept;
[[nodiscard]] Outcome ReadOptions(const lockstep_link_options* options,
                                  LinkOptions& read) noexcept;
[[nodiscard]] Outcome ReadOptions(const lockstep_each_options* options,
                                  EachOptions& read) noexcept;

/// Writes all of the caller's receipt, whose size was checked, but what is the
/// caller's.
void WriteReceipt(const Receipt& receipt, lockstep_receipt* theirs) noexcept;

/// A call with a handle, a receipt and what `read()` reads, or says what is
/// wrong with: `post(object)` once all of these were checked; `arguments` is
/// what checking the others gave. The receipt, if it is a good one, says what
/// came of it wherever it ended.
template <class Handle, class Read, class Post>
lockstep_outcome PostFromC(Handle* handle, Outcome arguments,
                           lockstep_receipt* receipt, const Read& read,
                           const Post& post) noexcept {
  bool is_written = false;
  const lockstep_outcome outcome = With(handle, [&](auto& its) {
    Outcome checked = arguments;
    if (checked == Outcome::kOk && receipt != nullptr) {
      checked = CheckStruct(receipt);
    }
    if (checked == Outcome::kOk) checked = read();
    if (checked != Outcome::kOk) return checked;
    const Receipt its_receipt = post(its);
    if (receipt != nullptr) WriteReceipt(its_receipt, receipt);
    is_written = true;
    return its_receipt.outcome();
  });
  if (!is_written && receipt != nullptr &&
      CheckStruct(receipt) == Outcome::kOk) {
    Receipt refused;
    ReceiptWriter(refused).Refuse(static_cast<Outcome>(outcome), 0);
    WriteReceipt(refused, receipt);
  }
  return outcome;
}

/// The same with options: `post(object, options)`.
template <class Handle, class Post>
lockstep_outcome PostFromC(Handle* handle, Outcome arguments,
                           const lockstep_transfer_options* options,
                           lockstep_receipt* receipt,
                           const Post& post) noexcept {
  TransferOptions with;
  return PostFromC(
      handle, arguments, receipt, [&] { return ReadOptions(options, with); },
      [&](auto& its) { return post(its, with); });
}

[[nodiscard]] inline Leg FromC(const lockstep_leg& leg) noexcept {
  return {AccountId(leg.account), FromC(leg.amount)};
}
[[nodiscard]] inline lockstep_leg ToC(const Leg& leg) noexcept {
  return {leg.account.value(), ToC(leg.amount)};
}

/// A caller's legs, accounts or amounts as the ledger takes them. Of too many,
/// one too many.
template <class Item>
class ItemsFromC {
 public:
  template <class TheirItem, class Convert>
  ItemsFromC(const TheirItem* theirs, std::uint64_t count,
             const Convert& convert) noexcept
      : count_(std::min<std::uint64_t>(count, kMaxLegs + 1)) {
    for (std::size_t i = 0; i < std::min(count_, kMaxLegs); ++i) {
      new (&items_.made[i]) Item(convert(theirs[i]));
    }
    if (count_ > kMaxLegs) new (&items_.made[kMaxLegs]) Item();
  }
  [[nodiscard]] std::span<const Item> span() const noexcept {
    return {items_.made, count_};
  }

 private:
  // Set only as far as there are items.
  union Items {
    Items() noexcept {}
    Item made[kMaxLegs + 1];
  };

  std::size_t count_;
  Items items_;
};

/// The same of several callers' items that are kept in one place: appends them.
/// `most` is one more than there may be; of one too many it only counts that it
/// is there. Throws std::bad_alloc where they do not fit in place.
template <class Items, class TheirItem, class Convert>
void AppendFromC(const TheirItem* theirs, std::uint64_t count, std::size_t most,
                 const Convert& convert, Items& items) {
  const std::size_t looked_at = std::min<std::uint64_t>(count, most - 1);
  for (std::size_t i = 0; i < looked_at; ++i) {
    items.push_back(convert(theirs[i]));
  }
  if (count > looked_at) items.emplace_back();
}

/// Whether an array is null that may only be so if it is empty.
[[nodiscard]] inline bool IsMissing(const void* items,
                                    std::uint64_t count) noexcept {
  return items == nullptr && count > 0;
}

}  // namespace lockstep::engine
