#include "engine/tool/economy/worker.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "gsl/assert"

namespace lockstep::tool {

Worker::Worker(gsl::not_null<const Economy*> economy, Session session,
               std::span<const Activity> activities, std::uint64_t seed,
               std::uint32_t number, double zipf_exponent, Mode mode)
    : economy_(economy),
      session_(std::move(session)),
      mode_(mode),
      activities_(activities),
      random_(seed, number),
      players_(economy->population().players, zipf_exponent),
      shops_(economy->population().shops, zipf_exponent),
      tally_(activities.size()) {
  PlayBy(activities);
}

void Worker::PlayBy(std::span<const Activity> activities) {
  Expects(activities.size() == activities_.size());
  Expects(activities.size() <= UINT8_MAX);
  activities_ = activities;
  deck_.clear();
  for (std::size_t i = 0; i < activities.size(); ++i) {
    if (activities[i].is_in_rounds) continue;
    deck_.insert(deck_.end(), activities[i].weight,
                 static_cast<std::uint8_t>(i));
  }
  Ensures(!deck_.empty());
}

Outcome Worker::PlayOne() {
  activity_ = deck_[random_.Below(static_cast<std::uint32_t>(deck_.size()))];
  return activities_[activity_].perform(*this);
}

std::uint64_t Worker::RoundSize() const noexcept {
  std::uint64_t sum = 0;
  for (const Activity& activity : activities_) {
    if (activity.is_in_rounds) sum += activity.weight;
  }
  return sum;
}

std::uint64_t Worker::PlayRound(std::uint64_t most) {
  round_.Clear();
  for (activity_ = 0; activity_ < activities_.size(); ++activity_) {
    const Activity& activity = activities_[activity_];
    if (!activity.is_in_rounds) continue;
    for (std::uint32_t i = 0; i < activity.weight; ++i) {
      if (round_.size() == most) break;
      round_.Begin(activity_, OptionsWith({}));
      activity.perform(*this);
    }
  }
  if (round_.size() == 0) return 0;
  const std::span<const Receipt> receipts = round_.Post(session_);
  std::uint64_t posted = 0;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    activity_ = round_.ActivityOf(i);
    if (CountChanges(receipts[i]) == Outcome::kOk) ++posted;
  }
  ++tally_.rounds;
  tally_.in_rounds += receipts.size();
  return posted;
}

Asset Worker::DrawAsset() {
  const std::vector<Asset>& assets = terms().assets;
  if (assets.size() == 1) return assets.front();
  return assets[random_.Below(static_cast<std::uint32_t>(assets.size()))];
}

std::string_view Worker::DrawText() {
  const std::vector<std::string>& texts = terms().texts;
  if (texts.empty()) return {};
  if (texts.size() == 1) return texts.front();
  return texts[random_.Below(static_cast<std::uint32_t>(texts.size()))];
}

TransferOptions Worker::OptionsWith(std::string_view description,
                                    Wait wait) const noexcept {
  return {.description = description,
          .code = activities_[activity_].code,
          .wait = wait,
          .mode = mode_};
}

Outcome Worker::Transfer(AccountId from, AccountId to, Minor amount,
                         std::string_view description) {
  const TransferOptions options = OptionsWith(description);
  const std::array<Leg, 2> legs = {Leg{from, Amount(-amount)},
                                   Leg{to, Amount(amount)}};
  return Count(Time([&] {
                 return session_.Transfer(from, to, Amount(amount), options);
               }),
               legs);
}

Outcome Worker::Post(const LegList& legs, std::string_view description,
                     Wait wait) {
  const TransferOptions options = OptionsWith(description, wait);
  return Count(Time([&] { return session_.Post(legs.span(), options); }),
               legs.span());
}

Outcome Worker::Post(TransferRequest request, std::string_view description,
                     std::span<Minor> flowed) {
  request.options = OptionsWith(description);
  const Receipt receipt = Time([&] { return session_.Post(request); });
  if (flowed.size() == receipt.flowed().size()) {
    std::transform(receipt.flowed().begin(), receipt.flowed().end(),
                   flowed.begin(), ToMinor);
  }
  return CountChanges(receipt);
}

Outcome Worker::Reverse(Reversal reversal, std::string_view description) {
  reversal.options = OptionsWith(description);
  return CountChanges(Time([&] { return session_.Reverse(reversal); }));
}

Outcome Worker::Hold(const LegList& legs, Tick deadline, Reserved& reserved) {
  const TransferOptions options = OptionsWith({});
  const Receipt receipt =
      Time([&] { return session_.Hold(legs.span(), deadline, options); });
  reserved.id = receipt.sequence();
  if (receipt.ok()) {
    ++tally_.holds.placed;
    tally_.held[Index(reserved.asset)] += reserved.amount;
  }
  return Count(receipt, {});  // nothing moves
}

Outcome Worker::Capture(Reserved& reserved) {
  const TransferOptions options = OptionsWith({});
  const Receipt receipt =
      Time([&] { return session_.Capture(reserved.id, {}, options); });
  NoteResolved(receipt.outcome(), tally_.holds.captured, reserved);
  return CountChanges(receipt);
}

Outcome Worker::Release(Reserved& reserved) {
  const TransferOptions options = OptionsWith({});
  const Receipt receipt =
      Time([&] { return session_.Release(reserved.id, options); });
  NoteResolved(receipt.outcome(), tally_.holds.released, reserved);
  return Count(receipt, {});
}

/// A hold that the ledger does not know any more expired long ago: only who
/// placed it resolves it.
void Worker::NoteResolved(Outcome outcome, std::uint64_t& counter,
                          Reserved& reserved) {
  if (outcome == Outcome::kOk) {
    ++counter;
  } else if (outcome == Outcome::kHoldExpired ||
             outcome == Outcome::kUnknownHold) {
    ++tally_.holds.expired;
  } else {
    return;
  }
  tally_.held[Index(reserved.asset)] -= reserved.amount;
  reserved = {};
}

Outcome Worker::CountChanges(const Receipt& receipt) {
  LegList legs;
  for (const AccountChange& change : receipt.changes()) {
    if (change.after == change.before) continue;  // a flow of nothing
    legs.Add(change.account, ToMinor(change.after) - ToMinor(change.before));
  }
  return Count(receipt, legs.span());
}

Outcome Worker::Count(const Receipt& receipt, std::span<const Leg> legs) {
  const auto outcome = static_cast<std::size_t>(receipt.outcome());
  ++tally_.outcomes[outcome];
  ActivityTally& tally = tally_.activities[activity_];
  if (!receipt.ok()) {
    ++tally.refused;
    const auto reason = static_cast<std::size_t>(receipt.refusal().reason);
    if (receipt.outcome() == Outcome::kRefusedByFunction) {
      Expects(reason < kReasonCount);
      ++tally_.reasons[reason];
    }
    std::string& example = tally_.examples[outcome];
    if (example.empty()) {
      example = reason == 0
                    ? economy_->ledger().Explain(receipt)
                    : std::string(ReasonMeaning(static_cast<Reason>(reason)));
    }
    return receipt.outcome();
  }
  ++tally.posted;
  tally_.legs += legs.size();
  for (const Leg& leg : legs) {
    const std::optional<Asset> issued = economy_->IssuedBy(leg.account);
    if (!issued) continue;
    const Minor amount = ToMinor(leg.amount);
    auto& side = amount < 0 ? tally.minted : tally.burned;
    side[Index(*issued)] += amount < 0 ? -amount : amount;
  }
  return Outcome::kOk;
}

void Worker::Freeze(AccountId account) {
  Unfreeze();
  economy_->custody().Watch(account);
  frozen_ = account;
}

void Worker::Unfreeze() {
  if (frozen_.is_none()) return;
  economy_->custody().Unwatch(frozen_);
  frozen_ = AccountId();
}

}  // namespace lockstep::tool
