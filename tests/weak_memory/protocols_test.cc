// The engine's protocols between threads, as they are: no run may fail.

#include <gtest/gtest.h>

#include <iostream>
#include <ostream>
#include <string>

#include "tests/support/settings.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {

void PrintTo(const Protocol& protocol, std::ostream* stream) {
  *stream << protocol.name;
}

namespace {

class ProtocolTest : public testing::TestWithParam<Protocol> {};

TEST_P(ProtocolTest, HoldsInEveryRun) {
  const Protocol& protocol = GetParam();
  const Exploration exploration =
      Explore(protocol, Scaled(protocol.runs), WantHistory::kYes);
  std::cout << protocol.name << ": " << exploration.runs << " runs, "
            << (exploration.is_exhausted ? "all that there are"
                : protocol.search == Search::kEverything
                    ? "the first of all"
                    : "seeded with 1, 2, 3...")
            << '\n';
  EXPECT_FALSE(exploration.is_failed)
      << "run " << exploration.runs << ": " << exploration.what << '\n'
      << exploration.history;
}

INSTANTIATE_TEST_SUITE_P(All, ProtocolTest, testing::ValuesIn(AllProtocols()),
                         [](const auto& protocol) {
                           return std::string(protocol.param.name);
                         });

}  // namespace
}  // namespace lockstep::test::weak
