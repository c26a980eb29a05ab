#include "engine/tool/base/numerals.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

TEST(Numerals, GroupsThreeDigitsInFrontOfThePoint) {
  EXPECT_EQ(GroupDigits("0"), "0");
  EXPECT_EQ(GroupDigits("123"), "123");
  EXPECT_EQ(GroupDigits("1234"), "1,234");
  EXPECT_EQ(GroupDigits("-123"), "-123");
  EXPECT_EQ(GroupDigits("-123456"), "-123,456");
  EXPECT_EQ(GroupDigits("1234567.8912"), "1,234,567.8912");
  EXPECT_EQ(GroupDigits(""), "");
  EXPECT_EQ(Grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Plural, CountsThings) {
  EXPECT_EQ(Plural(0, "shop"), "0 shops");
  EXPECT_EQ(Plural(1, "shop"), "1 shop");
  EXPECT_EQ(Plural(1200, "shop"), "1,200 shops");
}

}  // namespace
}  // namespace lockstep::tool
