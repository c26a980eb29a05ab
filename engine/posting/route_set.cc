#include "engine/posting/route_set.h"

#include <algorithm>
#include <utility>

namespace lockstep::engine {
namespace {

// A route as one number, whose parts that are wildcards have all bits set.
constexpr std::uint64_t ToKey(const Route& route) {
  return std::uint64_t{route.payer_class} << 48 |
         std::uint64_t{route.payee_class} << 32 | route.code;
}
constexpr Route ToRoute(std::uint64_t key) {
  return {static_cast<std::uint16_t>(key >> 48),
          static_cast<std::uint16_t>(key >> 32),
          static_cast<std::uint32_t>(key)};
}

// The parts of a key that can be wildcards, and each choice of them.
constexpr std::uint64_t kParts[] = {ToKey({Route::kAnyClass, 0, 0}),
                                    ToKey({0, Route::kAnyClass, 0}),
                                    ToKey({0, 0, Route::kAnyCode})};
constexpr unsigned kChoices = 8;

constexpr std::uint64_t BitsOf(unsigned choice) {
  std::uint64_t bits = 0;
  for (unsigned part = 0; part < 3; ++part) {
    if ((choice >> part & 1U) != 0) bits |= kParts[part];
  }
  return bits;
}
constexpr unsigned WildcardsOf(std::uint64_t key) {
  unsigned choice = 0;
  for (unsigned part = 0; part < 3; ++part) {
    if ((key & kParts[part]) == kParts[part]) choice |= 1U << part;
  }
  return choice;
}

}  // namespace

RouteSet::RouteSet(std::vector<std::uint64_t> keys) noexcept
    : keys_(std::move(keys)) {
  for (const std::uint64_t key : keys_) {
    wildcards_ |= static_cast<std::uint8_t>(1U << WildcardsOf(key));
  }
}

RouteSet RouteSet::With(const Route& route) const {
  std::vector<std::uint64_t> keys;
  keys.reserve(keys_.size() + 1);
  keys = keys_;
  const std::uint64_t key = ToKey(route);
  keys.insert(std::lower_bound(keys.begin(), keys.end(), key), key);
  return RouteSet(std::move(keys));
}

RouteSet RouteSet::Without(const Route& route) const {
  std::vector<std::uint64_t> keys = keys_;
  std::erase(keys, ToKey(route));
  return RouteSet(std::move(keys));
}

bool RouteSet::Contains(const Route& route) const noexcept {
  return std::binary_search(keys_.begin(), keys_.end(), ToKey(route));
}

bool RouteSet::Allows(std::uint16_t payer_class, std::uint16_t payee_class,
                      std::uint32_t code) const noexcept {
  const std::uint64_t key = ToKey({payer_class, payee_class, code});
  for (unsigned choice = 0; choice < kChoices; ++choice) {
    if ((wildcards_ >> choice & 1U) == 0) continue;
    if (std::binary_search(keys_.begin(), keys_.end(), key | BitsOf(choice))) {
      return true;
    }
  }
  return false;
}

std::vector<Route> RouteSet::ToRoutes() const {
  std::vector<Route> routes;
  routes.reserve(keys_.size());
  for (const std::uint64_t key : keys_) routes.push_back(ToRoute(key));
  return routes;
}

}  // namespace lockstep::engine
