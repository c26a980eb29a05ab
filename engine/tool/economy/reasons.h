#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lockstep::tool {

/// Why an agent that looked at its accounts decided against what it could have
/// done: the reason of a `Decision::Refuse`.
enum class Reason : std::uint32_t {
  kNone = 0,
  kStockIsRight = 1,   ///< a market maker has as much as it wants
  kShortOfBoth = 2,    ///< it lacks goods, and the money to buy them
  kNeedsNoLoan = 3,    ///< a player owes nothing and has enough
  kCannotPayBack = 4,  ///< a player owes, and has too little to pay it back
  kReserveTooLow = 5,  ///< too little would be left to the bank
};
inline constexpr std::size_t kReasonCount = 6;

/// As one word, for JSON.
[[nodiscard]] constexpr std::string_view ReasonName(Reason reason) noexcept {
  switch (reason) {
    case Reason::kNone:
      break;
    case Reason::kStockIsRight:
      return "stock_is_right";
    case Reason::kShortOfBoth:
      return "short_of_both";
    case Reason::kNeedsNoLoan:
      return "needs_no_loan";
    case Reason::kCannotPayBack:
      return "cannot_pay_back";
    case Reason::kReserveTooLow:
      return "reserve_too_low";
  }
  return "none";
}

/// As a sentence without a full stop.
[[nodiscard]] constexpr std::string_view ReasonMeaning(Reason reason) noexcept {
  switch (reason) {
    case Reason::kNone:
      break;
    case Reason::kStockIsRight:
      return "the market maker has just the stock that it wants";
    case Reason::kShortOfBoth:
      return "the market maker lacks the good, and the money to buy it";
    case Reason::kNeedsNoLoan:
      return "the player has enough and owes nothing";
    case Reason::kCannotPayBack:
      return "the debtor would have too little left after paying back";
    case Reason::kReserveTooLow:
      return "the bank's reserve would be too low";
  }
  return "no reason was given";
}

}  // namespace lockstep::tool
