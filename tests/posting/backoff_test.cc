#include "engine/posting/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <vector>

#include "tests/support/settings.h"

namespace lockstep::engine {
namespace {

using std::chrono::nanoseconds;

RetryPolicy Policy(std::int64_t base_ns, std::int64_t max_ns) {
  return {.base_delay = nanoseconds(base_ns), .max_delay = nanoseconds(max_ns)};
}

// The first delays of many operations: [n][i] is the nth of the ith.
std::vector<std::vector<std::int64_t>> Delays(const RetryPolicy& policy,
                                              std::size_t count,
                                              int operations) {
  std::uint64_t jitter = test::Seed();
  std::vector<std::vector<std::int64_t>> delays(count);
  for (int i = 0; i < operations; ++i) {
    Backoff backoff(policy, jitter);
    for (auto& nth : delays) nth.push_back(backoff.NextDelayNs());
  }
  return delays;
}

TEST(Backoff, StaysBelowADoublingLimitAndTheCap) {
  SCOPED_TRACE(test::SeedTrace(test::Seed()));
  const auto delays = Delays(Policy(100, 5'000), 12, 2'000);
  for (std::size_t n = 0; n < delays.size(); ++n) {
    const std::int64_t limit =
        std::min<std::int64_t>(std::int64_t{100} << n, 5'000);
    const auto [least, most] =
        std::minmax_element(delays[n].begin(), delays[n].end());
    EXPECT_GE(*least, 0);
    EXPECT_LE(*most, limit) << "delay " << n;
    // Full jitter: all of the range, evenly.
    EXPECT_LT(*least, limit / 20) << "delay " << n;
    EXPECT_GT(*most, limit - limit / 20) << "delay " << n;
    const auto below_half =
        std::count_if(delays[n].begin(), delays[n].end(),
                      [&](std::int64_t delay) { return delay < limit / 2; });
    EXPECT_GT(below_half, 800);
    EXPECT_LT(below_half, 1'200);
  }
}

TEST(Backoff, TheLimitIsReachedItself) {
  const auto delays = Delays(Policy(2, 2), 1, 200);
  EXPECT_EQ(std::set(delays[0].begin(), delays[0].end()),
            (std::set<std::int64_t>{0, 1, 2}));
}

TEST(Backoff, ACapBelowTheBaseHoldsFromTheBeginning) {
  for (const auto& nth : Delays(Policy(1'000'000, 10), 5, 100)) {
    EXPECT_LE(*std::max_element(nth.begin(), nth.end()), 10);
  }
}

TEST(Backoff, NothingIsWaitedWithoutABase) {
  // However often: what is zero stays zero when it is doubled.
  for (const auto& nth : Delays(Policy(0, INT64_MAX), 200, 10)) {
    EXPECT_EQ(*std::max_element(nth.begin(), nth.end()), 0);
  }
}

TEST(Backoff, NothingIsWaitedWithACapOfNothing) {
  for (const auto& nth : Delays(Policy(1'000, 0), 200, 10)) {
    EXPECT_EQ(*std::max_element(nth.begin(), nth.end()), 0);
  }
}

TEST(Backoff, TheLargestValuesDoNotOverflow) {
  for (const std::int64_t base :
       {std::int64_t{1}, std::int64_t{3}, INT64_MAX / 2 + 1, INT64_MAX}) {
    const auto delays = Delays(Policy(base, INT64_MAX), 200, 20);
    for (std::size_t n = 0; n < delays.size(); ++n) {
      for (const std::int64_t delay : delays[n]) {
        ASSERT_GE(delay, 0);
        // In time the cap alone holds.
        if (n < 20 && base < 4) {
          ASSERT_LE(delay, base << n);
        }
      }
    }
    EXPECT_GT(*std::max_element(delays.back().begin(), delays.back().end()),
              INT64_MAX / 2);
  }
}

TEST(Backoff, EachOperationBeginsAnew) {
  std::uint64_t jitter = 0;
  const RetryPolicy policy = Policy(1, 1'000'000);
  std::vector<std::int64_t> delays;
  for (int operation = 0; operation < 3; ++operation) {
    Backoff backoff(policy, jitter);
    EXPECT_LE(backoff.NextDelayNs(), 1);
    for (int i = 0; i < 15; ++i) delays.push_back(backoff.NextDelayNs());
  }
  // And yet not like the one before: the session's numbers go on.
  EXPECT_FALSE(
      std::equal(delays.begin(), delays.begin() + 15, delays.begin() + 15));
}

TEST(Backoff, WaitsAtLeastAsLongAsItSays) {
  std::uint64_t jitter = 1;
  std::uint64_t same_jitter = 1;
  const RetryPolicy policy = Policy(200'000, 200'000);
  Backoff backoff(policy, jitter);
  Backoff same(policy, same_jitter);
  for (int i = 0; i < 5; ++i) {
    const auto began = std::chrono::steady_clock::now();
    backoff.Wait();
    EXPECT_GE(std::chrono::steady_clock::now() - began,
              nanoseconds(same.NextDelayNs()));
  }
}

}  // namespace
}  // namespace lockstep::engine
