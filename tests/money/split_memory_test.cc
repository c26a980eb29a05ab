#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "lockstep/rate.h"

namespace {

// How many arrays this thread has asked for without wanting an exception, and
// whether it gets them.
thread_local int arrays_asked_for = 0;
thread_local bool memory_is_out = false;

}  // namespace

// Split takes its working memory from here, and it may be the only one.
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  ++arrays_asked_for;
  if (memory_is_out) return nullptr;
  try {
    return ::operator new[](size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

namespace lockstep {
namespace {

using testing::Each;

class SplitMemoryTest : public testing::Test {
 protected:
  SplitMemoryTest() { arrays_asked_for = 0; }
  ~SplitMemoryTest() override { memory_is_out = false; }

  const std::vector<std::uint64_t> weights_ = {1, 2, 3};
  const std::vector<std::uint64_t> zeros_ = {0, 0, 0};
  const Amount untouched_ = Amount(-77);
  std::vector<Amount> parts_ = std::vector<Amount>(3, untouched_);
};

TEST_F(SplitMemoryTest, IsTakenOnce) {
  EXPECT_EQ(Split(Amount(10), weights_, parts_), Outcome::kOk);
  EXPECT_EQ(arrays_asked_for, 1);
}

TEST_F(SplitMemoryTest, MayBeOutAndThenNothingIsWritten) {
  memory_is_out = true;
  EXPECT_EQ(Split(Amount(10), weights_, parts_), Outcome::kOutOfMemory);
  EXPECT_THAT(parts_, Each(untouched_));
  EXPECT_EQ(Split(Amount(10), weights_).error(), Outcome::kOutOfMemory);
}

TEST_F(SplitMemoryTest, IsNotAskedForBeforeTheWeightsAreChecked) {
  memory_is_out = true;
  EXPECT_EQ(Split(Amount(10), zeros_, parts_), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(10), zeros_).error(), Outcome::kInvalidWeights);
  EXPECT_EQ(arrays_asked_for, 0);
}

}  // namespace
}  // namespace lockstep
