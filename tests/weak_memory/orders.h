#pragma once

// Which memory orders the engine uses where, and how one of them is weakened.

#include <atomic>
#include <compare>
#include <cstddef>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::test::weak {

enum class Operation {
  kLoad,
  kStore,
  kExchange,        ///< a compare-exchange that succeeds
  kFailedExchange,  ///< one that does not
  kModify,          ///< any other read-modify-write
};

/// A place in the engine's source that asks for an order stronger than relaxed.
struct Site {
  std::string file;  ///< from the root of the tree
  unsigned line = 0;
  unsigned column = 0;
  Operation operation = Operation::kLoad;
  std::memory_order order = std::memory_order_relaxed;

  friend auto operator<=>(const Site&, const Site&) = default;
};

std::string_view ToString(std::memory_order order);
std::string_view ToString(Operation operation);

/// "engine/...", or nothing for a file of the tests'.
std::string EngineFile(std::string_view path);

/// The orders one notch below a site's: what may be planted there.
std::vector<std::memory_order> OneNotchBelow(const Site& site);

/// From now on that site, and no other, has a weaker order.
void Weaken(const Site& site, std::memory_order order);

/// From now on notes the sites that are come by, without allocating.
void StartCollecting();
/// Ends that: the engine's sites, each once.
std::vector<Site> StopCollecting();

/// For the machine: the order that an operation shall have.
std::memory_order OrderAt(const std::source_location& where,
                          Operation operation, std::memory_order asked);

}  // namespace lockstep::test::weak
