// Every memory order of the engine's is needed: weakened by one notch, in one
// place, a protocol fails. The places are found by running, not by patches.

#include "tests/weak_memory/weaker_orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

namespace lockstep::test::weak {
namespace {

std::string Place(const Site& site) {
  return site.file + ':' + std::to_string(site.line);
}

// A call may begin on a line before the one with its order.
bool IsWithin(const OrderedLine& ordered, const Site& site) {
  constexpr unsigned kLinesOfACall = 4;
  return ordered.file == site.file && ordered.line >= site.line &&
         ordered.line < site.line + kLinesOfACall;
}

const Explained* ExplanationOf(const Site& site, std::memory_order weaker) {
  const std::string text = SourceLine(site.file, site.line);
  for (const Explained& explained : ExplainedOrders()) {
    if (explained.file == site.file && explained.weaker == weaker &&
        text.find(explained.text) != text.npos) {
      return &explained;
    }
  }
  return nullptr;
}

void PrintRow(std::string_view place, std::string_view operation,
              std::string_view order, std::string_view weaker,
              std::string_view result) {
  std::cout << std::left << std::setw(38) << place << std::setw(16) << operation
            << std::setw(9) << order << std::setw(9) << weaker << result
            << std::endl;
}

TEST(WeakerOrderTest, IsOneNotchBelow) {
  using Orders = std::vector<std::memory_order>;
  const auto below = [](Operation operation, std::memory_order order) {
    return OneNotchBelow({"engine/x.h", 1, 1, operation, order});
  };
  constexpr auto kRelaxed = std::memory_order_relaxed;
  constexpr auto kAcquire = std::memory_order_acquire;
  constexpr auto kRelease = std::memory_order_release;
  constexpr auto kAcqRel = std::memory_order_acq_rel;
  constexpr auto kSeqCst = std::memory_order_seq_cst;
  EXPECT_EQ(below(Operation::kLoad, kRelaxed), Orders{});
  EXPECT_EQ(below(Operation::kLoad, kAcquire), Orders{kRelaxed});
  EXPECT_EQ(below(Operation::kLoad, kSeqCst), Orders{kAcquire});
  EXPECT_EQ(below(Operation::kStore, kRelease), Orders{kRelaxed});
  EXPECT_EQ(below(Operation::kStore, kSeqCst), Orders{kRelease});
  EXPECT_EQ(below(Operation::kExchange, kAcquire), Orders{kRelaxed});
  EXPECT_EQ(below(Operation::kModify, kSeqCst), Orders{kAcqRel});
  EXPECT_EQ(below(Operation::kModify, kAcqRel), (Orders{kAcquire, kRelease}));
}

TEST(WeakerOrderTest, EachIsFoundOrExplained) {
  const std::vector<UsedSite> sites = FindSites();
  ASSERT_FALSE(sites.empty());
  std::set<const Explained*> seen;
  PrintRow("place", "operation", "order", "weaker",
           "found by, in how many runs");
  for (const UsedSite& used : sites) {
    for (const std::memory_order weaker : OneNotchBelow(used.site)) {
      const Finding finding = LookFor(used, weaker);
      const Explained* const explained = ExplanationOf(used.site, weaker);
      std::ostringstream result;
      if (finding.is_found) {
        result << finding.protocol << " in " << finding.runs << ": "
               << finding.what;
      } else {
        result << "not found in " << finding.runs
               << (explained != nullptr ? ", as explained" : "");
      }
      PrintRow(Place(used.site), ToString(used.site.operation),
               ToString(used.site.order), ToString(weaker), result.str());
      if (explained != nullptr) seen.insert(explained);
      EXPECT_NE(finding.is_found, explained != nullptr)
          << Place(used.site) << ": "
          << SourceLine(used.site.file, used.site.line) << '\n'
          << (finding.is_found ? "It is found, though the list says that it "
                                 "cannot be: take it off the list."
                               : "Nothing finds it: is the order needed? What "
                                 "protocol needs it?");
    }
  }
  for (const Explained& explained : ExplainedOrders()) {
    EXPECT_TRUE(seen.contains(&explained))
        << "no such place: " << explained.file << ": " << explained.text;
  }
}

TEST(WeakerOrderTest, NoOrderOfTheEngineIsLeftOut) {
  const std::vector<UsedSite> sites = FindSites();
  for (const OrderedLine& ordered : FindOrderedLines()) {
    const bool is_used = std::any_of(
        sites.begin(), sites.end(),
        [&](const UsedSite& used) { return IsWithin(ordered, used.site); });
    EXPECT_TRUE(is_used) << ordered.file << ':' << ordered.line << ": "
                         << ordered.text << "\nno protocol comes by here";
  }
}

}  // namespace
}  // namespace lockstep::test::weak
