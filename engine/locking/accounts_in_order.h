#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/accounts/account_table.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// The accounts of one operation, sorted by AccountId, each once, at "places"
/// counted from 0; and the place of each leg's account. This is the only sort
/// order that there is: whatever locks several accounts locks them by place.
///
/// On the stack, without allocation.
class AccountsInOrder {
 public:
  /// The accounts of the legs, at most kMaxLegs, which must be known.
  AccountsInOrder(const AccountTable& accounts,
                  std::span<const Leg> legs) noexcept {
    // Account and leg in one number: one comparison sorts by both.
    std::array<std::uint64_t, kMaxLegs> keys;
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      keys[leg] = legs[leg].account.value() << kLegBits | leg;
    }
    std::sort(keys.begin(), keys.begin() + legs.size());
    for (std::size_t i = 0; i < legs.size(); ++i) {
      const std::uint64_t id = keys[i] >> kLegBits;
      if (size_ == 0 || items_[size_ - 1].id != id) {
        Add(accounts, AccountId(id));
      }
      place_of_leg_[keys[i] & kLegMask] = static_cast<std::uint8_t>(size_ - 1);
    }
  }

  /// Two different accounts; the first one is leg 0's, the second one leg 1's.
  AccountsInOrder(const AccountTable& accounts, AccountId first,
                  AccountId second) noexcept {
    const bool in_order = first < second;
    Add(accounts, in_order ? first : second);
    Add(accounts, in_order ? second : first);
    place_of_leg_[0] = in_order ? 0 : 1;
    place_of_leg_[1] = in_order ? 1 : 0;
  }

  /// A single account, leg 0's.
  AccountsInOrder(const AccountTable& accounts, AccountId only) noexcept {
    Add(accounts, only);
    place_of_leg_[0] = 0;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Account& account(std::size_t place) const noexcept {
    return *items_[place].account;
  }
  [[nodiscard]] AccountId id(std::size_t place) const noexcept {
    return AccountId(items_[place].id);
  }
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return place_of_leg_[leg];
  }

 private:
  static constexpr int kLegBits = 8;
  static constexpr std::uint64_t kLegMask = (1 << kLegBits) - 1;
  static_assert(kMaxLegs <= kLegMask + 1);
  static_assert(kMaxAccounts <= UINT64_MAX >> kLegBits);

  struct Item {
    std::uint64_t id;
    Account* account;
  };

  void Add(const AccountTable& accounts, AccountId id) noexcept {
    items_[size_++] = {id.value(), &accounts.Hot(id)};
  }

  // Both unset beyond what is in use.
  std::array<Item, kMaxLegs> items_;
  std::array<std::uint8_t, kMaxLegs> place_of_leg_;
  std::size_t size_ = 0;
};

}  // namespace lockstep::engine
