#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "gsl/assert"
#include "lockstep/transfer.h"

namespace lockstep::tool {

/// The legs of one transfer while they are put together; never allocates.
class LegList {
 public:
  LegList() noexcept {}  // leaves the unused legs unset: there are many

  /// A positive amount of minor units enters the account.
  void Add(AccountId account, std::int64_t minor_units) noexcept {
    Expects(size_ < kMaxLegs);
    legs_.items[size_++] = Leg{account, Amount(minor_units)};
  }
  /// Two legs: out of one account and into the other.
  void Move(AccountId from, AccountId to, std::int64_t minor_units) noexcept {
    Add(from, -minor_units);
    Add(to, minor_units);
  }
  /// What a buyer pays to a seller, less the tax.
  void Pay(AccountId buyer, AccountId seller, AccountId taxer,
           std::int64_t price, std::int64_t tax) noexcept {
    Add(buyer, -price);
    if (price > tax) Add(seller, price - tax);
    if (tax > 0) Add(taxer, tax);
  }
  void Clear() noexcept { size_ = 0; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const Leg> span() const noexcept {
    return {legs_.items, size_};
  }

 private:
  union Legs {
    Legs() noexcept {}
    Leg items[kMaxLegs];
  };

  Legs legs_;
  std::size_t size_ = 0;
};

}  // namespace lockstep::tool
