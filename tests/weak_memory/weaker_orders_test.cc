// Every memory order of the engine's is needed: weakened by one notch, in one
// place, a protocol fails. The places are found by running, not by patches.

#include "tests/weak_memory/weaker_orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

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

void PrintRow(const Site& site, std::memory_order weaker,
              const std::string& result) {
  std::cout << std::left << std::setw(40) << Place(site) << std::setw(10)
            << ToString(site.operation) << std::setw(8) << ToString(site.order)
            << " -> " << std::setw(8) << ToString(weaker) << ' ' << result
            << std::endl;
}

TEST(WeakerOrderTest, EachIsFoundOrExplained) {
  const std::vector<UsedSite> sites = FindSites();
  ASSERT_FALSE(sites.empty());
  std::set<const Explained*> seen;
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
      PrintRow(used.site, weaker, result.str());
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
