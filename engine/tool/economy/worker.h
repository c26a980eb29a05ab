#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tool/base/random.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/leg_list.h"
#include "engine/tool/economy/round.h"
#include "engine/tool/economy/tally.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// One call in so many is timed: the clock costs as much as a lock.
inline constexpr std::uint32_t kCallsPerSample = 8;

/// Plays the agents, request after request: one thread's own random numbers,
/// session and counters. The activities use it as their hands.
class Worker {
 public:
  /// `number` tells the workers of one run apart; `mode` is that of all that
  /// it posts. The economy and the activities, of which some must have a
  /// weight, must outlive it.
  Worker(gsl::not_null<const Economy*> economy, Session session,
         std::span<const Activity> activities, std::uint64_t seed,
         std::uint32_t number, double zipf_exponent, Mode mode = Mode::kLocked);

  /// Lets some agent do something. What it is depends on the seed and the
  /// state of the ledger alone.
  Outcome PlayOne();

  /// Does what is done in a round, in one call of the ledger: all activities of
  /// that sort, each as often as it weighs, but no more than `most` transfers
  /// together. Returns how many of them were posted.
  std::uint64_t PlayRound(std::uint64_t most);
  /// How many transfers a whole round has.
  [[nodiscard]] std::uint64_t RoundSize() const noexcept;

  /// Plays by these from now on: the same activities, but perhaps with other
  /// weights and terms.
  void PlayBy(std::span<const Activity> activities);

  /// From now on nobody else plays: only a reader can hold a lock then, and
  /// what agents do must not depend on readers.
  void PlayAlone() noexcept { is_alone_ = true; }
  [[nodiscard]] bool is_alone() const noexcept { return is_alone_; }

  /// Does what follows as that activity. For what events do.
  void Become(std::size_t activity) noexcept { activity_ = activity; }

  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

  // --- For the activities ---------------------------------------------------

  [[nodiscard]] const Economy& economy() const noexcept { return *economy_; }
  [[nodiscard]] Random& random() noexcept { return random_; }
  /// The terms of the present activity.
  [[nodiscard]] const Terms& terms() const noexcept {
    return activities_[activity_].terms;
  }
  /// A number of a range. One that could only be one number is not drawn.
  Minor Draw(Range range) {
    if (range.low == range.high) return range.low;
    return random_.Between(static_cast<std::int32_t>(range.low),
                           static_cast<std::int32_t>(range.high));
  }

  /// One of the assets or texts of the present terms. There need be no text.
  Asset DrawAsset();
  std::string_view DrawText();

  /// The index of a player or a shop, the popular ones more often.
  std::uint32_t DrawPlayer() { return players_.Draw(random_); }
  std::uint32_t DrawShop() { return shops_.Draw(random_); }

  /// A player's account, the popular players' more often.
  AccountId DrawPurse(Asset asset) {
    return economy_->AccountOf(economy_->Player(DrawPlayer()), asset);
  }

  /// Post as the present activity, counting what comes of it.
  Outcome Transfer(AccountId from, AccountId to, Minor amount,
                   std::string_view description = {});
  Outcome Post(const LegList& legs, std::string_view description = {},
               Wait wait = Wait::Forever());
  /// The same for one that asks for more than legs; `flowed`, if it is as long
  /// as its flows, says what each of them moved.
  Outcome Post(TransferRequest request, std::string_view description = {},
               std::span<Minor> flowed = {});
  /// Adds a transfer to the round that is being put together.
  void AddToRound(const RoundTransfer& transfer) { round_.Add(transfer); }

  /// Places a hold of what the legs take out of accounts, which is what
  /// `reserved` says; its id is filled in.
  Outcome Hold(const LegList& legs, Tick deadline, Reserved& reserved);
  Outcome Reverse(Reversal reversal, std::string_view description);

  /// Resolve one. Afterwards it is open only if it still is in the ledger.
  Outcome Capture(Reserved& reserved);
  Outcome Release(Reserved& reserved);
  /// NoteExpiredLocked, for this worker.
  void NoteExpired(Lot& lot, Tick now) { NoteExpiredLocked(lot, now, tally_); }
  [[nodiscard]] LotCounts& lot_counts() noexcept { return tally_.lots; }

  /// Lets `decide` look at these accounts and posts what it decides. It may be
  /// called more than once.
  template <class Decide>
  Outcome Transact(std::span<const AccountId> accounts, const Decide& decide,
                   std::string_view description = {}) {
    Decision last;  // the one that counted
    const auto remember = [&](AccountStates states) {
      last = decide(states);
      return last;
    };
    const Receipt receipt = Time([&] {
      return session_.Transact(accounts, remember, OptionsWith(description));
    });
    return Count(receipt, last.legs());
  }

  /// Counts a sale at the auction that was posted: `paid` in minor units of
  /// GOLD, the tax included.
  void CountSale(Asset good, Minor quantity, Minor paid) noexcept {
    Sales& sales = tally_.sales[Index(good)];
    sales.quantity += static_cast<double>(quantity);
    sales.paid += static_cast<double>(paid);
  }

  /// Stops anything from leaving an account, and frees the one that this
  /// worker froze before.
  void Freeze(AccountId account);
  void Unfreeze();

 private:
  /// Those of the present activity.
  [[nodiscard]] TransferOptions OptionsWith(
      std::string_view description, Wait wait = Wait::Forever()) const noexcept;
  template <class Call>
  Receipt Time(const Call& call) {
    if (++calls_ % kCallsPerSample != 0) return call();
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    Receipt receipt = call();
    tally_.latency.Record(static_cast<std::uint64_t>(
        std::chrono::nanoseconds(Clock::now() - start).count()));
    return receipt;
  }
  Outcome Count(const Receipt& receipt, std::span<const Leg> legs);
  /// The same where the receipt alone knows what was moved.
  Outcome CountChanges(const Receipt& receipt);
  void NoteResolved(Outcome outcome, std::uint64_t& counter,
                    Reserved& reserved);

  gsl::not_null<const Economy*> economy_;
  Session session_;
  Mode mode_;
  bool is_alone_ = false;
  std::span<const Activity> activities_;
  Random random_;
  Popularity players_;
  Popularity shops_;
  /// Each activity's place in the table, as often as it weighs.
  std::vector<std::uint8_t> deck_;
  Round round_;
  std::size_t activity_ = 0;
  std::uint32_t calls_ = 0;
  AccountId frozen_;
  Tally tally_;
};

}  // namespace lockstep::tool
