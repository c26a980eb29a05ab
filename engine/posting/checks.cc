#include "engine/posting/checks.h"

#include <chrono>
#include <cstddef>

#include "absl/container/inlined_vector.h"

namespace lockstep::engine {
namespace {

// Sums the legs by asset, exactly, in order of first appearance.
class AssetSums {
 public:
  void Add(AssetId asset, std::size_t leg, Int128 amount) {
    // Legs of one asset tend to come together.
    if (sums_.empty() || sums_[last_].asset != asset) last_ = Find(asset, leg);
    sums_[last_].sum.Add(amount);
  }

  // kOk if every asset's legs sum to zero.
  [[nodiscard]] Verdict Check() const {
    for (const Sum& asset : sums_) {
      if (asset.sum.IsZero()) continue;
      Verdict verdict{Outcome::kUnbalanced, {}};
      verdict.refusal.leg = static_cast<std::uint32_t>(asset.first_leg);
      verdict.refusal.asset = asset.asset;
      verdict.refusal.required = ToAmount(asset.sum.Saturated());
      return verdict;
    }
    return {};
  }

 private:
  struct Sum {
    AssetId asset;
    std::size_t first_leg = 0;
    ExactSum sum;
  };

  std::size_t Find(AssetId asset, std::size_t leg) {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (sums_[i].asset == asset) return i;
    }
    sums_.push_back({asset, leg, ExactSum()});
    return sums_.size() - 1;
  }

  // Never more than fit in place, so it does not allocate.
  absl::InlinedVector<Sum, kMaxLegs> sums_;
  std::size_t last_ = 0;
};

}  // namespace

Verdict RefuseLeg(Outcome outcome, std::size_t leg, AccountId account) {
  Verdict verdict{outcome, {}};
  verdict.refusal.leg = static_cast<std::uint32_t>(leg);
  verdict.refusal.account = account;
  return verdict;
}

bool IsMode(const TransferOptions& options) noexcept {
  if (options.mode == Mode::kLocked) return true;  // where nothing conflicts
  constexpr std::chrono::nanoseconds kNone{0};
  const RetryPolicy& retry = options.retry;
  return options.mode <= Mode::kAuto && retry.attempts > 0 &&
         retry.attempts <= RetryPolicy::kMaxAttempts &&
         retry.then <= AfterLastAttempt::kRefuse && retry.base_delay >= kNone &&
         retry.max_delay >= kNone;
}

Verdict CheckTransferShape(const AccountTable& accounts, AccountId from,
                           AccountId to, Amount amount,
                           const TransferOptions& options) {
  if (options.description.size() > kMaxDescriptionBytes) {
    return {Outcome::kDescriptionTooLong, {}};
  }
  if (amount.is_zero()) return {Outcome::kZeroAmount, {}};
  if (amount.is_negative()) return {Outcome::kNegativeAmount, {}};
  if (from == to) return RefuseLeg(Outcome::kSameAccount, 1, to);
  if (!accounts.Contains(from)) {
    return RefuseLeg(Outcome::kUnknownAccount, 0, from);
  }
  if (!accounts.Contains(to)) {
    return RefuseLeg(Outcome::kUnknownAccount, 1, to);
  }
  const AssetId asset = accounts.Hot(to).asset();
  if (accounts.Hot(from).asset() != asset) {
    Verdict verdict = RefuseLeg(Outcome::kAssetsDiffer, 1, to);
    verdict.refusal.asset = asset;
    return verdict;
  }
  return {};
}

Verdict CheckPostShape(const AccountTable& accounts, std::span<const Leg> legs,
                       const TransferOptions& options) {
  if (legs.empty()) return {Outcome::kNoLegs, {}};
  if (legs.size() > kMaxLegs) return {Outcome::kTooManyLegs, {}};
  if (options.description.size() > kMaxDescriptionBytes) {
    return {Outcome::kDescriptionTooLong, {}};
  }
  const Verdict amounts = CheckNoZeroLeg(legs);
  if (amounts.outcome != Outcome::kOk) return amounts;
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (!accounts.Contains(legs[leg].account)) {
      return RefuseLeg(Outcome::kUnknownAccount, leg, legs[leg].account);
    }
  }
  return CheckBalance(accounts, legs);
}

Verdict CheckNoZeroLeg(std::span<const Leg> legs) {
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (legs[leg].amount.is_zero()) {
      return RefuseLeg(Outcome::kZeroAmount, leg, legs[leg].account);
    }
  }
  return {};
}

Verdict CheckBalance(const AccountTable& accounts, std::span<const Leg> legs) {
  AssetSums sums;
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    sums.Add(accounts.Hot(legs[leg].account).asset(), leg,
             ToInt128(legs[leg].amount));
  }
  return sums.Check();
}

Verdict CheckPartsOf(const AccountTable& accounts, std::span<const Leg> legs,
                     std::span<const Amount> parts, Outcome invalid) {
  if (parts.size() != legs.size()) return {invalid, {}};
  std::array<Leg, kMaxLegs> moved;
  bool is_any = false;
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (!IsPartOf(parts[leg], legs[leg].amount)) {
      return RefuseLeg(invalid, leg, legs[leg].account);
    }
    moved[leg] = {legs[leg].account, parts[leg]};
    is_any |= !parts[leg].is_zero();
  }
  if (!is_any) return {Outcome::kNothingToMove, {}};
  return CheckBalance(accounts,
                      std::span<const Leg>(moved.data(), legs.size()));
}

}  // namespace lockstep::engine
