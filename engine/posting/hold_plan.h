#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "absl/container/inlined_vector.h"
#include "engine/journal/stream.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/money/exact_sum.h"
#include "engine/posting/checks.h"
#include "engine/posting/hold_table.h"
#include "engine/posting/posting_ground.h"
#include "engine/posting/refusal.h"
#include "lockstep/hold.h"
#include "lockstep/journal.h"

namespace lockstep::engine {

/// What is to be done with a hold.
struct HoldWork {
  /// kHold, kCapture, kRelease or kExpiry.
  EntryKind kind = EntryKind::kHold;
  /// Which one; none: one that is to be placed.
  Sequence hold = {};
  /// What it holds.
  std::span<const Leg> legs = {};
  /// What of that is captured, leg by leg; none: nothing.
  std::span<const Amount> captured = {};
  Tick deadline = {};
};

/// A plan (see legs_plan.h) that places a hold or resolves one. It changes what
/// accounts have held, and by capturing also their balances.
///
/// A hold takes what its legs take out of their accounts out of what is
/// available there. It is judged as if it were posted at once, and so is what
/// is captured, once the whole hold has let go.
class HoldPlan {
 public:
  using Order = AccountsInOrder<kMaxLegs>;

  static constexpr bool kNeedsOneView = true;
  static constexpr bool kCommitsItself = true;
  static constexpr bool kMayBeDry = true;
  static constexpr bool kJudgesRoutes = true;

  /// `order` is that of the hold's legs; `prepared` is null unless it is to be
  /// placed, `claim` unless the operation has an id.
  HoldPlan(const PostingGround& ground, const Order& order,
           const HoldWork& work, const TransferOptions& options,
           HoldTable::Prepared* prepared, IdClaim* claim) noexcept
      : ground_(ground),
        order_(order),
        work_(work),
        options_(options),
        prepared_(prepared),
        claim_(claim) {
    for (std::size_t leg = 0; leg < work.legs.size(); ++leg) {
      const Amount amount = work.legs[leg].amount;
      if (!amount.is_negative()) continue;
      takes_[order.PlaceOf(leg)].Subtract(ToInt128(amount));
    }
  }
  HoldPlan(const HoldPlan&) = delete;
  HoldPlan& operator=(const HoldPlan&) = delete;

  template <class StateOf, class Routes>
  bool Think(const StateOf& state_of, AccountChange* results,
             Routes& routes) noexcept {
    order_.ForEachPlace([&](std::size_t place) {
      new (&states_[place]) AccountView(state_of(place).view());
    });
    return WorkOut(results, may_judge_routes() ? routes.Hold() : nullptr);
  }
  // Who lets go of a hold moves nothing.
  [[nodiscard]] bool may_judge_routes() const noexcept {
    return work_.kind == EntryKind::kHold || work_.kind == EntryKind::kCapture;
  }
  template <class StateOf>
  [[nodiscard]] Verdict WhyNot(const StateOf& /*state_of*/) const noexcept {
    return verdict_;
  }

  [[nodiscard]] bool is_dry_run() const noexcept { return options_.dry_run; }
  [[nodiscard]] static constexpr std::uint64_t transfers() noexcept {
    return 1;
  }
  [[nodiscard]] static Sequence LastOf(Sequence first) noexcept {
    return first;
  }
  [[nodiscard]] std::uint32_t RoomBytes(
      const TransferOptions& options) const noexcept {
    return HoldRecordBytes(work_.legs.size(), options.description.size()) +
           IdBytes(options.id);
  }
  [[nodiscard]] std::uint32_t ForLogBytes() const noexcept {
    return engine::ForLogBytes(0, work_.legs.size(), 0);
  }
  [[nodiscard]] std::size_t PickResults(AccountChange*) const noexcept {
    return order_.size();
  }

  void CommitLocked(Stream* stream, Sequence sequence, std::uint32_t epoch,
                    Tick tick) noexcept;

 private:
  // Works out, of states_, what becomes of the accounts; sets verdict_.
  bool WorkOut(AccountChange* results, const RouteSet* routes) noexcept;
  [[nodiscard]] Verdict CheckOpen() noexcept;
  // What its legs take out of the account of a place, of a hold that was found
  // to fit.
  [[nodiscard]] Int128 HeldAt(std::size_t place) const noexcept {
    return takes_[place].value();
  }
  // What moves by this leg: all of it in a hold that is placed, and judged as
  // if it were posted.
  [[nodiscard]] Amount JudgedAt(std::size_t leg) const noexcept;
  [[nodiscard]] Amount MovedAt(std::size_t leg) const noexcept {
    return work_.captured.empty() ? Amount() : work_.captured[leg];
  }
  // Only what moves is judged, and has its number among all legs. (Neither is
  // ever longer than fits in place, so they do not allocate.)
  struct Judged {
    absl::InlinedVector<Leg, kMaxLegs> legs;
    absl::InlinedVector<std::uint32_t, kMaxLegs> numbers;
  };
  [[nodiscard]] Judged CollectJudged() const noexcept;
  [[nodiscard]] Verdict FindFault(const RouteFault& route_fault) const noexcept;
  void Record(Stream& stream, Sequence sequence, std::uint32_t epoch,
              Tick tick) const noexcept;

  const PostingGround& ground_;
  const Order& order_;
  const HoldWork work_;
  const TransferOptions& options_;
  HoldTable::Prepared* const prepared_;
  IdClaim* const claim_;
  // By place; may be more than can be held.
  std::array<ExactSum, kMaxLegs> takes_;
  AccountChange* results_ = nullptr;
  Tick judged_at_;  // if it has a deadline
  Verdict verdict_;
  union {  // by place: as found, but that a hold to be resolved has let go
    AccountView states_[kMaxLegs];
  };
};

}  // namespace lockstep::engine
