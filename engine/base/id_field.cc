#include <array>
#include <cstddef>

#include "lockstep/transfer.h"

namespace lockstep::inline v0_1 {
namespace {

// By value.
constexpr std::array<std::string_view, 14> kNames = {
    "nothing",     "operation", "number of transfers",
    "legs",        "flows",     "conditions",
    "accounts",    "deadline",  "hold",
    "amounts",     "code",      "user data",
    "description", "transfer"};
static_assert(kNames.size() ==
              static_cast<std::size_t>(IdField::kTransfer) + 1);

}  // namespace

std::string_view IdFieldName(IdField field) noexcept {
  const auto index = static_cast<std::size_t>(field);
  return index < kNames.size() ? kNames[index] : "unknown field";
}

}  // namespace lockstep::inline v0_1
