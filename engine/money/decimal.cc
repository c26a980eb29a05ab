#include <algorithm>
#include <cstddef>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/int128.h"
#include "engine/money/wide.h"
#include "lockstep/amount.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::Int128;
using engine::Int256;
using engine::UInt128;

// The longest amounts, 2^127 - 1 and -2^127, have this many digits.
constexpr std::size_t kMaxDigits = 39;

// What a number's text consists of, before its digits are read.
struct NumberText {
  bool negative = false;
  std::string_view whole;     // the digits before the point
  std::string_view fraction;  // the digits behind it
};

bool AreDigits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return '0' <= c && c <= '9'; });
}

// Nothing if the text is no number.
std::optional<NumberText> TakeApart(std::string_view text) noexcept {
  NumberText number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  number.whole = text.substr(0, text.find('.'));
  text.remove_prefix(number.whole.size());
  if (!text.empty()) number.fraction = text.substr(1);

  if (number.whole.empty() && number.fraction.empty()) return {};
  if (!AreDigits(number.whole) || !AreDigits(number.fraction)) return {};
  return number;
}

Int256 AppendDigits(Int256 value, std::string_view digits) noexcept {
  for (const char digit : digits) {
    value *= 10;
    value += digit - '0';
  }
  return value;
}

}  // namespace

std::string FormatDecimal(Amount amount, int scale) noexcept {
  const int decimals = std::clamp(scale, 0, kMaxScale);
  UInt128 rest = engine::Magnitude(engine::ToInt128(amount));
  char text[kMaxDigits + 2];  // a sign and a point besides
  char* first = std::end(text);
  for (int place = 0; place <= decimals || rest != 0; ++place) {
    if (place == decimals && decimals > 0) *--first = '.';
    *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (amount.is_negative()) *--first = '-';
  try {
    return std::string(first, std::end(text));
  } catch (const std::bad_alloc&) {
    return {};
  }
}

Result<Amount> ParseDecimal(std::string_view text, int scale) noexcept {
  if (scale < 0 || scale > kMaxScale) return Outcome::kInvalidScale;
  if (text.empty()) return Outcome::kEmptyText;
  const std::optional<NumberText> number = TakeApart(text);
  if (!number) return Outcome::kMalformedNumber;
  const auto decimals = static_cast<std::size_t>(scale);
  if (number->fraction.size() > decimals) return Outcome::kTooManyDecimals;

  std::string_view whole = number->whole;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > kMaxDigits) return Outcome::kAmountOverflow;

  // At most 39 + 18 digits are left, which stay far below 2^256.
  Int256 minor_units = AppendDigits(0, whole);
  minor_units = AppendDigits(minor_units, number->fraction);
  for (std::size_t i = number->fraction.size(); i < decimals; ++i) {
    minor_units *= 10;
  }
  if (number->negative) minor_units = -minor_units;
  const std::optional<Int128> value = engine::Narrow(minor_units);
  if (!value) return Outcome::kAmountOverflow;
  return engine::ToAmount(*value);
}

}  // namespace lockstep::inline v0_1
