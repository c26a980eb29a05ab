#include "lockstep/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "lockstep/amount.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

static_assert(std::is_convertible_v<int, Result<int>>);
static_assert(std::is_convertible_v<Outcome, Result<int>>);
static_assert(!std::is_convertible_v<Result<int>, bool>,
              "a result in arithmetic would be a mistake");
static_assert(std::is_constructible_v<bool, Result<int>>);
static_assert(!std::is_default_constructible_v<Result<int>>,
              "it holds a value or says why not");
static_assert(std::is_same_v<decltype(*std::declval<Result<int>&>()), int&>);
static_assert(
    std::is_same_v<decltype(*std::declval<const Result<int>&>()), const int&>);
static_assert(std::is_same_v<decltype(*std::declval<Result<int>>()), int&&>);

TEST(ResultTest, HoldsAValue) {
  const Result<int> result = 7;
  EXPECT_TRUE(result.has_value());
  EXPECT_TRUE(result);
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(*result, 7);
  EXPECT_EQ(result.error(), Outcome::kOk);
}

TEST(ResultTest, SaysWhyThereIsNone) {
  const Result<int> result = Outcome::kUnknownAccount;
  EXPECT_FALSE(result.has_value());
  EXPECT_FALSE(result);
  EXPECT_EQ(result.error(), Outcome::kUnknownAccount);
}

TEST(ResultTest, FallsBackOnlyWhereThereIsNoValue) {
  EXPECT_EQ(Result<int>(7).value_or(9), 7);
  EXPECT_EQ(Result<int>(Outcome::kBusy).value_or(9), 9);
  EXPECT_EQ(Result<Amount>(Outcome::kBusy).value_or(Amount(3)), Amount(3));
}

TEST(ResultTest, GivesItsValueToBeChanged) {
  Result<std::string> result = std::string("lock");
  result->append("step");
  *result += "!";
  result.value() += "?";
  EXPECT_EQ(*result, "lockstep!?");
}

TEST(ResultTest, CopiesItsValue) {
  const Result<std::string> one = std::string("one");
  Result<std::string> other = Outcome::kBusy;
  other = one;
  EXPECT_EQ(*other, "one");
  EXPECT_EQ(*one, "one");
  EXPECT_EQ(other.error(), Outcome::kOk);
}

TEST(ResultTest, MovesOutWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  Result<std::unique_ptr<int>> moved = std::move(result);
  const std::unique_ptr<int> out = std::move(moved).value();
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(*out, 7);
  EXPECT_EQ(*moved, nullptr) << "it was moved, not copied";
}

using ResultDeathTest = testing::Test;

TEST(ResultDeathTest, StopsWhoAsksForAValueThatIsNotThere) {
  Result<int> result = Outcome::kBusy;
  const Result<std::string> constant = Outcome::kBusy;
  EXPECT_DEATH(static_cast<void>(result.value()), "");
  EXPECT_DEATH(static_cast<void>(*result), "");
  EXPECT_DEATH(static_cast<void>(constant->size()), "");
  EXPECT_DEATH(static_cast<void>(std::move(result).value()), "");
}

TEST(ResultDeathTest, StopsWhoGivesSuccessAsTheReasonForAnError) {
  EXPECT_DEATH(static_cast<void>(Result<int>(Outcome::kOk)), "");
}

}  // namespace
}  // namespace lockstep
