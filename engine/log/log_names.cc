#include "engine/log/log_names.h"

#include <charconv>

namespace lockstep::engine {
namespace {

constexpr std::string_view kPrefix = "segment-";
constexpr std::size_t kDigits = 10;

}  // namespace

std::string SegmentName(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  const std::size_t zeros =
      digits.size() < kDigits ? kDigits - digits.size() : 0;
  return std::string(kPrefix) + std::string(zeros, '0') + digits;
}

std::uint64_t SegmentNumber(std::string_view name) noexcept {
  if (!name.starts_with(kPrefix)) return 0;
  const std::string_view digits = name.substr(kPrefix.size());
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_all = end == digits.data() + digits.size();
  // One number has one name.
  const bool is_plain = digits.size() == kDigits ||
                        (digits.size() > kDigits && digits.front() != '0');
  return error == std::errc() && is_all && is_plain ? number : 0;
}

}  // namespace lockstep::engine
