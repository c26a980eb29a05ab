#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/journal/stream.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/posting/checks.h"
#include "engine/posting/id_table.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/request_work.h"
#include "engine/posting/reversal_work.h"
#include "lockstep/request.h"

namespace lockstep::engine {

/// A plan (see legs_plan.h) that posts requests, one or several, all of them or
/// none, each upon what those before it leave.
template <std::size_t kCapacity>
class RequestsPlan {
 public:
  using Order = AccountsInOrder<kCapacity>;

  static constexpr bool kNeedsOneView = true;
  static constexpr bool kCommitsItself = true;
  static constexpr bool kMayBeDry = true;
  static constexpr bool kJudgesRoutes = true;
  [[nodiscard]] static constexpr bool may_judge_routes() noexcept {
    return true;
  }

  /// `order` is that of the accounts which the requests name, one after the
  /// other, so many of them. Their shapes are right. `claim` is null if they
  /// have no id; `works` are empty unless they are reversals.
  RequestsPlan(const AccountTable& accounts, const Order& order,
               std::size_t named, std::span<const TransferRequest> requests,
               LinkedReceipts receipts, bool is_dry_run, IdClaim* claim,
               std::span<ReversalWork* const> works) noexcept
      : accounts_(accounts),
        order_(order),
        requests_(requests),
        receipts_(receipts),
        is_dry_run_(is_dry_run),
        claim_(claim),
        works_(works) {
    for (std::size_t i = 0; i < named; ++i) {
      places_[i] = static_cast<std::uint8_t>(order.PlaceOf(i));
    }
  }
  RequestsPlan(const RequestsPlan&) = delete;
  RequestsPlan& operator=(const RequestsPlan&) = delete;

  template <class StateOf, class Routes>
  bool Think(const StateOf& state_of, AccountChange* /*results*/,
             Routes& routes) noexcept {
    LookAt(state_of);
    const RouteSet* const allowed = routes.Hold();
    verdict_ = {};
    ForEachRequest([&](std::size_t transfer, const TransferRequest& request,
                       std::span<const std::uint8_t> places) {
      verdict_ = Do(transfer, request, places, allowed);
      if (verdict_.outcome != Outcome::kOk) {
        if (requests_.size() > 1) {
          verdict_.refusal.transfer = static_cast<std::uint32_t>(transfer);
        }
        return false;
      }
      if (is_dry_run_) FillIn(transfer, Sequence());
      return true;
    });
    return verdict_.outcome == Outcome::kOk;
  }
  template <class StateOf>
  [[nodiscard]] Verdict WhyNot(const StateOf& /*state_of*/) const noexcept {
    return verdict_;
  }

  [[nodiscard]] bool is_dry_run() const noexcept { return is_dry_run_; }
  [[nodiscard]] std::uint64_t transfers() const noexcept {
    return requests_.size();
  }
  [[nodiscard]] Sequence LastOf(Sequence first) const noexcept {
    return Sequence(first.counter() + transfers() - 1, first.slot());
  }
  [[nodiscard]] std::uint32_t RoomBytes(
      const TransferOptions& options) const noexcept {
    std::uint32_t bytes = 0;
    for (const TransferRequest& request : requests_) {
      bytes +=
          ReversalRecordBytes(request.legs.size() + 2 * request.flows.size(),
                              request.options.description.size()) +
          IdBytes(options.id);
    }
    return bytes;
  }
  [[nodiscard]] std::uint32_t ForLogBytes() const noexcept {
    std::uint32_t bytes = engine::ForLogBytes(order_.size(), 0, 0);
    for (const ReversalWork* const work : works_) {
      bytes += engine::ForLogBytes(0, 0, work->numbers().size());
    }
    if (works_.empty()) {
      bytes += static_cast<std::uint32_t>(requests_.size()) *
               engine::ForLogBytes(0, 0, 0);
    }
    return bytes;
  }
  [[nodiscard]] std::size_t PickResults(AccountChange*) const noexcept {
    return 0;
  }

  /// Does to the accounts, whose locks are held, what was thought about them:
  /// balances, receipts, and, unless `stream` is null, the records, which
  /// readers see all at once. The first transfer has the sequence `first`.
  void CommitLocked(Stream* stream, Sequence first, std::uint32_t epoch,
                    Tick tick) noexcept {
    if (requests_.size() > 1) {  // of one the work is still there
      LookAt([&](std::size_t place) {
        return LockedState{accounts_, order_.id(place), order_.account(place)};
      });
    }
    Sequence sequence = first;
    std::uint32_t bytes = 0;
    const bool is_logged = stream != nullptr && stream->is_logged();
    if (is_logged) has_leg_ = {};
    ForEachRequest([&](std::size_t transfer, const TransferRequest& request,
                       std::span<const std::uint8_t> places) {
      if (requests_.size() > 1) {
        // By routes it was judged, and they are as they were.
        const Verdict again = Do(transfer, request, places, nullptr);
        Ensures(again.outcome == Outcome::kOk);
      }
      sequence = Sequence(first.counter() + transfer, first.slot());
      FillIn(transfer, sequence);
      if (stream != nullptr) {
        RecordHead& head = Record(stream->place() + bytes, transfer, sequence,
                                  epoch, tick, request.options);
        if (is_logged) TellLog(head, transfer);
        bytes += head.bytes;
      }
      // Not before: the reversals that follow are judged by what was left.
      if (!works_.empty()) works_[transfer]->AddLocked(epoch);
      return true;
    });
    order_.ForEachPlace([&](std::size_t place) {
      order_.account(place).balance.StoreLocked(states_[place].balance);
    });
    // Before the records are seen: they may tell the log of it.
    if (claim_ != nullptr) claim_->RememberLocked(epoch);
    if (stream != nullptr) stream->Publish(bytes, requests_.size(), sequence);
  }

 private:
  [[nodiscard]] std::span<AccountView> States() noexcept {
    return {states_, order_.size()};
  }

  template <class StateOf>
  void LookAt(const StateOf& state_of) noexcept {
    order_.ForEachPlace([&](std::size_t place) {
      new (&states_[place]) AccountView(state_of(place).view());
    });
  }

  // Works out what one request moves, upon what those before it leave.
  // `allowed`: null if everything is.
  Verdict Do(std::size_t transfer, const TransferRequest& request,
             std::span<const std::uint8_t> places,
             const RouteSet* allowed) noexcept {
    if (works_.empty()) {
      return work_.Do(accounts_, request, places, States(), allowed);
    }
    ReversalWork& work = *works_[transfer];
    if (const Verdict left = work.Check(); left.outcome != Outcome::kOk) {
      return left;
    }
    Verdict verdict = work_.Do(
        accounts_, request, places, States(), allowed,
        work.asked().despite_freeze ? Freezes::kIgnored : Freezes::kObeyed);
    if (verdict.refusal.leg != Refusal::kNoLeg) {
      verdict.refusal.leg = work.NumberOf(verdict.refusal.leg);
    }
    return verdict;
  }

  // Calls `function(number, request, places)` for each until it gives false.
  template <class Function>
  void ForEachRequest(const Function& function) noexcept {
    std::size_t first = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const std::size_t named = CountNamed(requests_[i]);
      if (!function(i, requests_[i],
                    std::span<const std::uint8_t>(&places_[first], named))) {
        return;
      }
      first += named;
    }
  }

  void FillIn(std::size_t transfer, Sequence sequence) noexcept {
    if (claim_ != nullptr && !is_dry_run_) {
      claim_->remembered().Add(sequence, work_.changes(), work_.flowed());
    }
    Receipt* const asked_for = receipts_.Of(transfer);
    if (asked_for == nullptr) return;
    ReceiptWriter receipt(*asked_for);
    const std::size_t changes = work_.changes().size();
    std::uninitialized_copy_n(work_.changes().data(), changes,
                              receipt.changes());
    if (is_dry_run_) {
      receipt.SetDryRun(0, changes);
    } else {
      receipt.SetPosted(sequence, 0, changes);
    }
    receipt.SetFlowed(work_.flowed());
  }

  // Tells it of the id with the first transfer, and with the last one of the
  // accounts that none of them has a leg of.
  void TellLog(RecordHead& head, std::size_t transfer) noexcept {
    for (std::size_t leg = 0; leg < work_.legs().size(); ++leg) {
      has_leg_[work_.PlaceOf(leg)] = true;
    }
    ForLog what;
    if (transfer == 0 && claim_ != nullptr) what.id = claim_->pinned();
    what.goes_on = transfer + 1 < requests_.size();
    if (!works_.empty()) {
      what.reversed = works_[transfer]->reversed();
      what.numbers = works_[transfer]->numbers();
    }
    if (what.goes_on) return WriteForLog(head, what);
    std::array<AccountId, kCapacity> seen;
    std::size_t count = 0;
    order_.ForEachPlace([&](std::size_t place) {
      if (!has_leg_[place]) seen[count++] = order_.id(place);
    });
    what.seen = std::span<const AccountId>(seen.data(), count);
    WriteForLog(head, what);
  }

  RecordHead& Record(std::byte* place, std::size_t transfer, Sequence sequence,
                     std::uint32_t epoch, Tick tick,
                     const TransferOptions& options) noexcept {
    const auto leg_at = [&](std::size_t leg) {
      const Leg& moved = work_.legs()[leg];
      return RecordLeg{moved.account, moved.amount,
                       work_.BalanceAfter(work_.PlaceOf(leg))};
    };
    const Bits128 id = claim_ == nullptr ? Bits128() : claim_->id();
    if (works_.empty()) {
      return WriteRecord(place, sequence, epoch, tick, options,
                         work_.legs().size(), leg_at, id);
    }
    return WriteReversalRecord(place, works_[transfer]->asked().transfer,
                               sequence, epoch, tick, options,
                               work_.legs().size(), leg_at, id);
  }

  const AccountTable& accounts_;
  const Order& order_;
  const std::span<const TransferRequest> requests_;
  LinkedReceipts receipts_;
  const bool is_dry_run_;
  IdClaim* const claim_;
  const std::span<ReversalWork* const> works_;
  Verdict verdict_;
  RequestWork work_;
  std::array<std::uint8_t, kCapacity> places_;
  std::array<bool, kCapacity> has_leg_;  // by place; set only for the log
  union {  // as the requests so far leave them, by place
    AccountView states_[kCapacity];
  };
};

}  // namespace lockstep::engine
