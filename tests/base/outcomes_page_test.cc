#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "lockstep/outcome.h"

namespace lockstep {
namespace {

// docs/outcomes.md has a row for each outcome, and says what the code says. If
// this fails, put the row it shows into the page.
TEST(OutcomesPage, SaysWhatTheCodeSays) {
  std::ifstream file(LOCKSTEP_SOURCE_DIR "/docs/outcomes.md");
  ASSERT_TRUE(file);
  std::stringstream page;
  page << file.rdbuf();
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    std::ostringstream row;
    row << "\n| " << i << " | `" << OutcomeName(outcome) << "` | "
        << OutcomeMeaning(outcome) << " | " << OutcomeAdvice(outcome) << " |\n";
    EXPECT_NE(page.str().find(row.str()), std::string::npos) << row.str();
  }
  EXPECT_EQ(page.str().find("| " + std::to_string(kOutcomeCount) + " |"),
            std::string::npos)
      << "a row too many";
}

}  // namespace
}  // namespace lockstep
