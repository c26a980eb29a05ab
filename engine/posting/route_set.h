#pragma once

#include <cstdint>
#include <vector>

#include "lockstep/route.h"

namespace lockstep::engine {

/// The routes that are allowed at one time. Immutable: a change makes another
/// one, so that who has one need not know of changes.
class RouteSet {
 public:
  RouteSet() noexcept = default;

  /// This one and one route more, or less. Throws std::bad_alloc.
  [[nodiscard]] RouteSet With(const Route& route) const;
  [[nodiscard]] RouteSet Without(const Route& route) const;

  /// Whether it has just this route, wildcards and all.
  [[nodiscard]] bool Contains(const Route& route) const noexcept;
  /// Whether one of its routes lets an account of the one class pay one of the
  /// other with this code.
  [[nodiscard]] bool Allows(std::uint16_t payer_class,
                            std::uint16_t payee_class,
                            std::uint32_t code) const noexcept;

  /// In order. Throws std::bad_alloc.
  [[nodiscard]] std::vector<Route> ToRoutes() const;

 private:
  explicit RouteSet(std::vector<std::uint64_t> keys) noexcept;

  // A number for each, rising.
  std::vector<std::uint64_t> keys_;
  // Bit n: some route has the wildcards of which n consists.
  std::uint8_t wildcards_ = 0;
};

}  // namespace lockstep::engine
