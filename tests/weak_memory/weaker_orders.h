#pragma once

// Planting a weaker order and looking whether a protocol fails; and the list of
// those that nothing can find.

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/weak_memory/memory_model.h"
#include "tests/weak_memory/orders.h"

namespace lockstep::test::weak {

/// A site, and which protocols come by it.
struct UsedSite {
  Site site;
  std::vector<Protocol> protocols;
};

/// Every site that the protocols come by, in the order of the source.
std::vector<UsedSite> FindSites();

/// What became of a weaker order.
struct Finding {
  bool is_found = false;
  std::string protocol;    ///< which found it
  std::uint64_t runs = 0;  ///< in how many runs; if not found, of all protocols
  std::string what;
};

/// Runs the protocols that come by the site, with the weaker order there, each
/// in a process of its own: it may crash.
Finding LookFor(const UsedSite& used, std::memory_order weaker);

/// A weaker order that nothing finds, and why that is as it should be. The
/// place is named by what the source says there, since lines move.
struct Explained {
  std::string_view file;
  std::string_view text;
  std::memory_order weaker;
  std::string_view why;
};
std::span<const Explained> ExplainedOrders();

/// A line of the engine's source that asks for more than relaxed.
struct OrderedLine {
  std::string file;
  unsigned line = 0;
  std::string text;
};
std::vector<OrderedLine> FindOrderedLines();

/// A line of the engine's source, without the space around it.
std::string SourceLine(const std::string& file, unsigned line);

}  // namespace lockstep::test::weak
