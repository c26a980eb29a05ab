#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Holds of the C interface.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

// The C enumeration has the values of the C++ one.
static_assert(LOCKSTEP_HOLD_STATUS_OPEN == static_cast<int>(HoldStatus::kOpen));
static_assert(LOCKSTEP_HOLD_STATUS_CAPTURED ==
              static_cast<int>(HoldStatus::kCaptured));
static_assert(LOCKSTEP_HOLD_STATUS_RELEASED ==
              static_cast<int>(HoldStatus::kReleased));
static_assert(LOCKSTEP_HOLD_STATUS_EXPIRED ==
              static_cast<int>(HoldStatus::kExpired));
static_assert(LOCKSTEP_RESOLVED_HOLDS_KEPT == kResolvedHoldsKept);

// What is wrong with an array that may only be null if it is empty.
Outcome CheckArray(const void* items, std::uint64_t count) noexcept {
  return items == nullptr && count > 0 ? Outcome::kNullPointer : Outcome::kOk;
}

template <class Handle>
lockstep_outcome PlaceFromC(Handle* handle, const lockstep_leg* legs,
                            std::uint64_t leg_count, std::uint64_t deadline,
                            const lockstep_transfer_options* options,
                            lockstep_receipt* receipt) noexcept {
  return PostFromC(handle, CheckArray(legs, leg_count), options, receipt,
                   [&](auto& its, const TransferOptions& with) {
                     const ItemsFromC<Leg> copied(
                         legs, leg_count,
                         [](const lockstep_leg& leg) { return FromC(leg); });
                     return its.Hold(copied.span(), Tick(deadline), with);
                   });
}

template <class Handle>
lockstep_outcome CaptureFromC(Handle* handle, lockstep_hold_id hold,
                              const lockstep_amount* amounts,
                              std::uint64_t amount_count,
                              const lockstep_transfer_options* options,
                              lockstep_receipt* receipt) noexcept {
  return PostFromC(handle, CheckArray(amounts, amount_count), options, receipt,
                   [&](auto& its, const TransferOptions& with) {
                     const ItemsFromC<Amount> copied(
                         amounts, amount_count,
                         [](lockstep_amount amount) { return FromC(amount); });
                     return its.Capture(HoldId(hold), copied.span(), with);
                   });
}

template <class Handle>
lockstep_outcome ReleaseFromC(Handle* handle, lockstep_hold_id hold,
                              const lockstep_transfer_options* options,
                              lockstep_receipt* receipt) noexcept {
  return PostFromC(handle, Outcome::kOk, options, receipt,
                   [&](auto& its, const TransferOptions& with) {
                     return its.Release(HoldId(hold), with);
                   });
}

lockstep_hold_info InfoToC(const HoldInfo& info) noexcept {
  lockstep_hold_info mine = LOCKSTEP_HOLD_INFO_INIT;
  mine.status = static_cast<std::uint32_t>(info.status);
  mine.hold = info.id.value();
  mine.deadline = info.deadline.value();
  mine.user_data = ToC(info.user_data);
  mine.code = info.code;
  mine.leg_count = static_cast<std::uint32_t>(info.legs.size());
  return mine;
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_hold_place(lockstep_ledger* ledger,
                                     const lockstep_leg* legs,
                                     std::uint64_t leg_count,
                                     std::uint64_t deadline,
                                     const lockstep_transfer_options* options,
                                     lockstep_receipt* receipt) noexcept {
  return PlaceFromC(ledger, legs, leg_count, deadline, options, receipt);
}

lockstep_outcome lockstep_hold_capture(lockstep_ledger* ledger,
                                       lockstep_hold_id hold,
                                       const lockstep_amount* amounts,
                                       std::uint64_t amount_count,
                                       const lockstep_transfer_options* options,
                                       lockstep_receipt* receipt) noexcept {
  return CaptureFromC(ledger, hold, amounts, amount_count, options, receipt);
}

lockstep_outcome lockstep_hold_release(lockstep_ledger* ledger,
                                       lockstep_hold_id hold,
                                       const lockstep_transfer_options* options,
                                       lockstep_receipt* receipt) noexcept {
  return ReleaseFromC(ledger, hold, options, receipt);
}

lockstep_outcome lockstep_hold_expire_due(lockstep_ledger* ledger) noexcept {
  return With(ledger, [](Ledger& its) { return its.ExpireHolds(); });
}

lockstep_outcome lockstep_hold_get(lockstep_ledger* ledger,
                                   lockstep_hold_id hold,
                                   lockstep_hold_info* info, lockstep_leg* legs,
                                   std::uint64_t capacity) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (info == nullptr || (legs == nullptr && capacity > 0)) {
      return Outcome::kNullPointer;
    }
    const std::uint32_t size = info->struct_size;
    const Outcome sized = CheckStructSize<lockstep_hold_info>(size);
    if (sized != Outcome::kOk) return sized;
    const Result<HoldInfo> got = its.GetHold(HoldId(hold));
    if (!got) return got.error();
    WriteStruct(InfoToC(*got), info, size);
    const std::size_t count =
        std::min<std::uint64_t>(capacity, got->legs.size());
    for (std::size_t leg = 0; leg < count; ++leg) {
      legs[leg] = ToC(got->legs[leg]);
    }
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_session_hold_place(
    lockstep_session* session, const lockstep_leg* legs,
    std::uint64_t leg_count, std::uint64_t deadline,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) noexcept {
  return PlaceFromC(session, legs, leg_count, deadline, options, receipt);
}

lockstep_outcome lockstep_session_hold_capture(
    lockstep_session* session, lockstep_hold_id hold,
    const lockstep_amount* amounts, std::uint64_t amount_count,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) noexcept {
  return CaptureFromC(session, hold, amounts, amount_count, options, receipt);
}

lockstep_outcome lockstep_session_hold_release(
    lockstep_session* session, lockstep_hold_id hold,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) noexcept {
  return ReleaseFromC(session, hold, options, receipt);
}

}  // extern "C"
