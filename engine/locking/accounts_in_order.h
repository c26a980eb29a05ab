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
/// counted from 0. This is the only sort order that there is: whatever locks
/// several accounts locks them by place.
///
/// Besides its place each account has a number as a "party", which is what
/// posting goes by where order does not matter.
///
/// On the stack, without allocation. The capacity is in the type, so that what
/// is done for each of one or two accounts is compiled for just that many.
template <std::size_t kCapacity>
class AccountsInOrder {
 public:
  /// The accounts of the legs, at most kCapacity, which must be known.
  AccountsInOrder(const AccountTable& accounts,
                  std::span<const Leg> legs) noexcept {
    Fill(accounts, legs.size(),
         [&](std::size_t leg) { return legs[leg].account; });
  }
  /// The accounts of a list, at most kCapacity, which must be known. What is
  /// called a leg below is an element of the list then.
  AccountsInOrder(const AccountTable& accounts,
                  std::span<const AccountId> ids) noexcept {
    Fill(accounts, ids.size(), [&](std::size_t index) { return ids[index]; });
  }
  AccountsInOrder(const AccountsInOrder&) = delete;
  AccountsInOrder& operator=(const AccountsInOrder&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Account& account(std::size_t place) const noexcept {
    return *items_[place].account;
  }
  [[nodiscard]] AccountId id(std::size_t place) const noexcept {
    return AccountId(items_[place].id);
  }
  /// The place of a leg's account.
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return place_of_leg_[leg];
  }

  /// The place of an account; size() if it has none.
  [[nodiscard]] std::size_t Find(AccountId id) const noexcept {
    const auto end = items_.begin() + size_;
    const auto found = std::lower_bound(
        items_.begin(), end, id.value(),
        [](const Item& item, std::uint64_t value) { return item.id < value; });
    return found != end && found->id == id.value()
               ? static_cast<std::size_t>(found - items_.begin())
               : size_;
  }

  /// Calls `function(place)` for each place in order.
  template <class Function>
  void ForEachPlace(Function&& function) const {
    for (std::size_t place = 0; place < size_; ++place) function(place);
  }

  /// Calls `function(party, place, id, account)` for each party. Here a party's
  /// number is its place.
  template <class Function>
  void ForEachParty(Function&& function) const {
    ForEachPlace([&](std::size_t place) {
      function(place, place, id(place), account(place));
    });
  }

 private:
  static constexpr int kLegBits = 8;
  static constexpr std::uint64_t kLegMask = (1 << kLegBits) - 1;
  static_assert(kCapacity <= kLegMask + 1);
  static_assert(kMaxAccounts <= UINT64_MAX >> kLegBits);

  struct Item {
    std::uint64_t id;
    Account* account;
  };

  template <class IdOf>
  void Fill(const AccountTable& accounts, std::size_t count,
            const IdOf& id_of) noexcept {
    // Account and leg in one number: one comparison sorts by both.
    std::array<std::uint64_t, kCapacity> keys;
    for (std::size_t leg = 0; leg < count; ++leg) {
      keys[leg] = id_of(leg).value() << kLegBits | leg;
    }
    std::sort(keys.begin(), keys.begin() + count);
    for (std::size_t i = 0; i < count; ++i) {
      const AccountId id(keys[i] >> kLegBits);
      if (size_ == 0 || items_[size_ - 1].id != id.value()) {
        items_[size_++] = {id.value(), &accounts.Hot(id)};
      }
      place_of_leg_[keys[i] & kLegMask] = static_cast<std::uint8_t>(size_ - 1);
    }
  }

  // Both unset beyond what is in use.
  std::array<Item, kCapacity> items_;
  std::array<std::uint8_t, kCapacity> place_of_leg_;
  std::size_t size_ = 0;
};

/// Two different accounts: the fast case. A party's number is its leg's.
template <>
class AccountsInOrder<2> {
 public:
  /// Of leg 0 and leg 1. Both must be known.
  AccountsInOrder(const AccountTable& accounts, AccountId first,
                  AccountId second) noexcept
      : ids_{first, second},
        of_leg_{&accounts.Hot(first), &accounts.Hot(second)},
        place_of_leg_0_(first > second ? 1 : 0),
        at_place_{Swapped(of_leg_[0], of_leg_[1], place_of_leg_0_),
                  Swapped(of_leg_[1], of_leg_[0], place_of_leg_0_)} {}
  AccountsInOrder(const AccountsInOrder&) = delete;
  AccountsInOrder& operator=(const AccountsInOrder&) = delete;

  [[nodiscard]] static constexpr std::size_t size() noexcept { return 2; }
  [[nodiscard]] Account& account(std::size_t place) const noexcept {
    return *at_place_[place];
  }
  [[nodiscard]] AccountId id(std::size_t place) const noexcept {
    return ids_[place ^ place_of_leg_0_];
  }
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return leg ^ place_of_leg_0_;
  }

  template <class Function>
  [[gnu::always_inline]] void ForEachPlace(Function&& function) const {
    function(std::size_t{0});
    function(std::size_t{1});
  }
  template <class Function>
  [[gnu::always_inline]] void ForEachParty(Function&& function) const {
    function(std::size_t{0}, PlaceOf(0), ids_[0], *of_leg_[0]);
    function(std::size_t{1}, PlaceOf(1), ids_[1], *of_leg_[1]);
  }

 private:
  // `other` if `swap` is 1, `one` if it is 0, without a branch: which account
  // comes first is as good as random, so a branch would be mispredicted half
  // the time.
  static Account* Swapped(Account* one, Account* other,
                          std::size_t swap) noexcept {
    const auto a = reinterpret_cast<std::uintptr_t>(one);
    const auto b = reinterpret_cast<std::uintptr_t>(other);
    return reinterpret_cast<Account*>(a ^ ((a ^ b) & (0 - swap)));
  }

  const std::array<AccountId, 2> ids_;  // by leg
  const std::array<Account*, 2> of_leg_;
  const std::size_t place_of_leg_0_;
  const std::array<Account*, 2> at_place_;
};

/// A single account.
template <>
class AccountsInOrder<1> {
 public:
  AccountsInOrder(const AccountTable& accounts, AccountId only) noexcept
      : id_(only), account_(accounts.Hot(only)) {}

  [[nodiscard]] static constexpr std::size_t size() noexcept { return 1; }
  [[nodiscard]] Account& account(std::size_t /*place*/) const noexcept {
    return account_;
  }
  [[nodiscard]] AccountId id(std::size_t /*place*/) const noexcept {
    return id_;
  }
  template <class Function>
  void ForEachPlace(Function&& function) const {
    function(std::size_t{0});
  }

 private:
  const AccountId id_;
  Account& account_;
};

}  // namespace lockstep::engine
