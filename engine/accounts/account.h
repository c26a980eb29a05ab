#pragma once

#include <cstdint>

#include "engine/accounts/names.h"
#include "engine/base/account_word.h"
#include "engine/base/cache_line.h"
#include "engine/base/int128.h"
#include "lockstep/account.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// A 128-bit number that is written under an account's lock and may be read
/// without it, between two looks at the account's word. Its halves are atomic
/// each; that they belong together only the word says.
class SharedInt128 {
 public:
  SharedInt128() noexcept = default;
  /// As long as nobody else has it.
  SharedInt128(Int128 value) noexcept {
    StoreLocked(value);
  }  // NOLINT: a value
  SharedInt128(const SharedInt128& other) noexcept
      : SharedInt128(other.LoadLocked()) {}
  SharedInt128& operator=(const SharedInt128& other) noexcept {
    if (this != &other) StoreLocked(other.LoadLocked());
    return *this;
  }

  /// For the lock's holder, who alone writes it.
  [[nodiscard]] Int128 LoadLocked() const noexcept {
    return JoinHalves(high_.load(std::memory_order_relaxed),
                      low_.load(std::memory_order_relaxed));
  }
  /// Releases: an acquiring load below that sees this store also sees the lock
  /// bit that was set before it, and so learns that it read too early.
  void StoreLocked(Int128 value) noexcept {
    low_.store(LowHalf(value), std::memory_order_release);
    high_.store(HighHalf(value), std::memory_order_release);
  }
  /// For reading without the lock. Acquires: pairs with StoreLocked, and keeps
  /// the second look at the word behind it.
  [[nodiscard]] Int128 LoadShared() const noexcept {
    const std::uint64_t low = low_.load(std::memory_order_acquire);
    return JoinHalves(high_.load(std::memory_order_acquire), low);
  }

 private:
  sync::Atomic<std::uint64_t> low_ = 0;
  sync::Atomic<std::uint64_t> high_ = 0;
};

/// The epoch of the last operation that locked an account to post (see
/// engine/snapshot/epoch_clock.h); 0 before the first. Written under the
/// account's lock, and read without it behind a look at the word.
///
/// Relaxed throughout: who sees a word that an operation left sees its epoch,
/// too, since the word was released behind it; and who sees an epoch before the
/// word that belongs to it only takes the lock for nothing.
class SharedEpoch {
 public:
  [[nodiscard]] std::uint32_t Load() const noexcept {
    return epoch_.load(std::memory_order_relaxed);
  }
  /// For the lock's holder.
  void StoreLocked(std::uint32_t epoch) noexcept {
    epoch_.store(epoch, std::memory_order_relaxed);
  }

 private:
  sync::Atomic<std::uint32_t> epoch_ = 0;
};

/// What posting needs of an account, in one cache line. Everything rarer is in
/// the ColdAccount beside it.
struct alignas(kCacheLineBytes) Account {
  AccountWord word;

  SharedInt128 balance;
  SharedInt128 held;
  SharedInt128 floor;
  SharedEpoch epoch;

  Account(AssetId asset, Int128 floor_limit, bool has_ceiling,
          AccountStatus status) noexcept
      : asset_and_flags_(asset.value() << kFlagBits |
                         static_cast<std::uint32_t>(status) |
                         (has_ceiling ? kHasCeiling : 0)) {
    floor.StoreLocked(floor_limit);
  }

  /// Never changes.
  [[nodiscard]] AssetId asset() const noexcept {
    return AssetId(Bits() >> kFlagBits);
  }
  /// Whether the cold record has a ceiling to look at, for the lock's holder.
  [[nodiscard]] bool HasCeilingLocked() const noexcept {
    return (Bits() & kHasCeiling) != 0;
  }
  /// The same without the lock: in front of `status`, whose load from the same
  /// place sees what this one saw, or something newer, and acquires it.
  [[nodiscard]] bool HasCeilingShared() const noexcept {
    return (Bits() & kHasCeiling) != 0;
  }
  void SetHasCeilingLocked(bool has_ceiling) noexcept {
    // Releases, as SetStatusLocked does.
    asset_and_flags_.store(
        (Bits() & ~kHasCeiling) | (has_ceiling ? kHasCeiling : 0),
        std::memory_order_release);
  }
  /// Changes under the lock; without it, one of two looks at the word.
  [[nodiscard]] AccountStatus status() const noexcept {
    return static_cast<AccountStatus>(
        asset_and_flags_.load(std::memory_order_acquire) & kStatusMask);
  }
  void SetStatusLocked(AccountStatus status) noexcept {
    // Releases, as SharedInt128::StoreLocked does and for the same reason.
    asset_and_flags_.store(
        (Bits() & ~kStatusMask) | static_cast<std::uint32_t>(status),
        std::memory_order_release);
  }

 private:
  static constexpr std::uint32_t kFlagBits = 8;
  static constexpr std::uint32_t kStatusMask = 0x07;
  static constexpr std::uint32_t kHasCeiling = 0x08;

  [[nodiscard]] std::uint32_t Bits() const noexcept {
    // Relaxed: for the lock's holder, for what never changes, or in front of
    // `status`.
    return asset_and_flags_.load(std::memory_order_relaxed);
  }

  sync::Atomic<std::uint32_t> asset_and_flags_;
};

static_assert(sizeof(Account) == kCacheLineBytes);
static_assert(kMaxAssets < (std::uint32_t{1} << 24));

struct Image;

/// What posting rarely needs of an account. Immutable after construction, all
/// but the ceiling and the images.
struct ColdAccount {
  /// Changes as the hot fields do; to be looked at only where the account says
  /// that there is one.
  SharedInt128 ceiling;
  Bits128 user_data;
  OwnerId owner;
  Names names;
  PurposeId purpose;
  std::uint16_t account_class = 0;
  /// What the account had in earlier epochs, the latest first, as far as
  /// snapshots need it. Guarded by the account's lock.
  Image* images = nullptr;
};

static_assert(sizeof(ColdAccount) <= kCacheLineBytes);

}  // namespace lockstep::engine
