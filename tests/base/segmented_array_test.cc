#include "engine/base/segmented_array.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/base/cache_line.h"
#include "tests/support/settings.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::engine {
namespace {

// Reaches into the sixth segment.
constexpr std::uint64_t kMany = 100'000;

struct alignas(kCacheLineBytes) Line {
  explicit Line(std::uint64_t first) : number(first), twin(first) {}
  std::uint64_t number;
  std::uint64_t twin;
};

TEST(SegmentedArrayTest, FindsEveryElementThatItMade) {
  SegmentedArray<Line> array;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ASSERT_NE(array.Append(i), nullptr);
  }
  for (std::uint64_t i = 0; i < kMany; ++i) ASSERT_EQ(array[i].number, i);
}

TEST(SegmentedArrayTest, NeverMovesAnElement) {
  SegmentedArray<Line> array;
  std::vector<const Line*> made;
  for (std::uint64_t i = 0; i < kMany; ++i) made.push_back(array.Append(i));
  for (std::uint64_t i = 0; i < kMany; ++i) ASSERT_EQ(&array[i], made[i]);
}

TEST(SegmentedArrayTest, GivesEachElementMemoryOfItsOwn) {
  SegmentedArray<Line> array;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ASSERT_NE(array.Append(i), nullptr);
    array[i].twin = ~i;
  }
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(array[i].number, i);
    ASSERT_EQ(array[i].twin, ~i);
  }
}

TEST(SegmentedArrayTest, AlignsElementsToCacheLines) {
  SegmentedArray<Line> array;
  for (std::uint64_t i = 0; i < 3 * 4096; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(array.Append(i));
    ASSERT_EQ(address % kCacheLineBytes, 0U);
  }
}

TEST(SegmentedArrayTest, MakesNothingByReserving) {
  SegmentedArray<Line> array;
  for (std::uint64_t i = 0; i < 2 * 4096; ++i) {
    ASSERT_TRUE(array.ReserveNext());
    ASSERT_TRUE(array.ReserveNext()) << "again, for the same element";
    ASSERT_NE(array.Append(i), nullptr);
    ASSERT_EQ(array[i].number, i);
  }
}

TEST(SegmentedArrayTest, SaysWhenThereIsNoMemory) {
  // A segment of these would take more than there are addresses.
  struct Huge {
    char bytes[std::size_t{1} << 44];
  };
  SegmentedArray<Huge> array;
  EXPECT_FALSE(array.ReserveNext());
  EXPECT_FALSE(array.ReserveNext()) << "no segment came of the first try";
}

TEST(SegmentedArrayTest, MakesNothingWithoutMemory) {
  struct Huge {
    explicit Huge(bool& was_made) { was_made = true; }
    char bytes[std::size_t{1} << 44];
  };
  SegmentedArray<Huge> array;
  bool was_made = false;
  EXPECT_EQ(array.Append(was_made), nullptr);
  EXPECT_FALSE(was_made);
}

TEST(ConcurrentSegmentedArrayTest, GrowsWhileOthersLook) {
  const test::Watchdog watchdog;
  const std::uint64_t many = test::Scaled(kMany);
  SegmentedArray<Line> array;
  std::atomic<std::uint64_t> published = 0;
  std::atomic<std::uint64_t> wrong = 0;
  test::RunThreads(3, [&](int thread) {
    if (thread == 0) {
      for (std::uint64_t i = 0; i < many; ++i) {
        if (array.Append(i) == nullptr) ++wrong;
        published.store(i + 1, std::memory_order_release);
      }
      return;
    }
    for (std::uint64_t size = 0; size < many;) {
      size = published.load(std::memory_order_acquire);
      if (size == 0) continue;
      // The newest element, and one from some older segment.
      if (array[size - 1].number != size - 1) ++wrong;
      if (array[size / 3].twin != size / 3) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace lockstep::engine
