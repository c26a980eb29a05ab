#include "engine/tool/base/progress.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProgressLine, FillsItsBarWithTheFraction) {
  EXPECT_THAT(ProgressLine(0, 0, 0, 100), StartsWith("[...."));
  const std::string half = ProgressLine(0.5, 1'234'567, 2, 100);
  EXPECT_THAT(half, StartsWith("[###############...............]"));
  EXPECT_THAT(half, HasSubstr("50 %"));
  EXPECT_THAT(half, HasSubstr("1,234,567 transfers"));
  EXPECT_THAT(half, HasSubstr("0.62 M/s"));
  EXPECT_THAT(half, HasSubstr("2 s left"));
  EXPECT_THAT(ProgressLine(7, 1, 1, 100), Not(HasSubstr(".]")));
}

TEST(ProgressLine, IsNeverWiderThanTheTerminal) {
  for (std::size_t columns = 0; columns < 120; ++columns) {
    EXPECT_LE(ProgressLine(0.3, 123'456'789'012, 60, columns).size(), columns);
  }
}

}  // namespace
}  // namespace lockstep::tool
