// All there is to post between a few accounts, by a few threads, each of it in
// every schedule: in every direction, with refusals that depend on who was
// first.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/explore/explorer.h"
#include "engine/explore/scenarios/ledger_scenario.h"
#include "tests/support/settings.h"

namespace lockstep::engine::explore {
namespace {

// What a sanitizer makes of a second takes ten without it.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kSlowness = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::uint64_t kSlowness = 10;
#else
constexpr std::uint64_t kSlowness = 1;
#endif
#else
constexpr std::uint64_t kSlowness = 1;
#endif

using Work = std::vector<LegsOf>;  // what one thread posts

// Runs each of some ways to share out work among threads to exhaustion.
class Total {
 public:
  void Run(std::vector<Work> work, int accounts, bool real_time) {
    const LedgerScenario::Setup setup = {
        .balances = std::vector<std::int64_t>(
            static_cast<std::size_t>(accounts), kBalance),
        .work = std::move(work),
        .real_time = real_time};
    const auto search = DepthFirst(Reduction::kSourceSets);
    const Exploration found =
        Explore([&] { return std::make_unique<LedgerScenario>(setup); },
                *search, {.stop_at_failure = true});
    EXPECT_FALSE(found.first_failure.has_value())
        << found.first_failure->what << "\nafter " << found.first_failure_at
        << " schedules, in " << Text(setup) << "\nschedule "
        << found.first_failure->schedule.ToString();
    EXPECT_TRUE(found.exhausted) << Text(setup);
    ++combinations_;
    schedules_ += found.schedules;
    seconds_ += found.seconds;
  }
  void Print() const {
    std::cout << combinations_ << " combinations exhausted, " << schedules_
              << " schedules, " << seconds_ << " s\n";
  }
  [[nodiscard]] std::uint64_t combinations() const { return combinations_; }
  [[nodiscard]] std::uint64_t schedules() const { return schedules_; }

  // So little that a second transfer out of an account is refused if nothing
  // came into it before.
  static constexpr std::int64_t kBalance = 3;

 private:
  static std::string Text(const LedgerScenario::Setup& setup) {
    std::string text;
    for (const Work& work : setup.work) {
      text += text.empty() ? "[" : " [";
      for (const LegsOf& legs : work) {
        if (text.back() != '[') text += "; ";
        for (const LegOf& leg : legs) {
          text += std::to_string(leg.account) + ':' +
                  std::to_string(leg.amount) + ' ';
        }
      }
      text += "]";
    }
    return text;
  }

  std::uint64_t combinations_ = 0;
  std::uint64_t schedules_ = 0;
  double seconds_ = 0;
};

// --- Every direction ---------------------------------------------------------

struct Shape {
  const char* name;
  int threads;
  int transfers;  // of each thread
  int accounts;
  bool real_time;
  // A test each, so that they can run side by side.
  int slices;
  // How many combinations in all, at LOCKSTEP_TEST_SCALE = 100 and from 1000
  // on; no more than there are.
  std::uint64_t by_day;
  std::uint64_t by_night;
};

constexpr std::uint64_t kAll = 1'000'000;

// By night more than 100 million schedules; two million by day.
constexpr Shape kShapes[] = {
    {"TwoByTwoOnTwoAccounts", 2, 2, 2, true, 1, kAll, kAll},
    {"TwoByTwoOnThreeAccounts", 2, 2, 3, false, 4, kAll, kAll},
    {"TwoByTwoInRealTime", 2, 2, 3, true, 4, 24, kAll},
    {"ThreeByOne", 3, 1, 3, false, 1, kAll, kAll},
    {"ThreeByOneInRealTime", 3, 1, 3, true, 4, 4, kAll},
    {"TwoByThreeOnTwoAccounts", 2, 3, 2, false, 4, 4, kAll},
    {"TwoByThreeOnThreeAccounts", 2, 3, 3, false, 32, 32, 3840},
};

// All there is for one thread to do: of each transfer, who pays whom. The
// second one moves more than the first.
std::vector<Work> AllWork(const Shape& shape) {
  std::vector<Work> all = {{}};
  for (int i = 0; i < shape.transfers; ++i) {
    std::vector<Work> longer;
    for (const Work& work : all) {
      for (int from = 1; from <= shape.accounts; ++from) {
        for (int to = 1; to <= shape.accounts; ++to) {
          if (from == to) continue;
          longer.push_back(work);
          longer.back().push_back({{from, -2 - i}, {to, 2 + i}});
        }
      }
    }
    all = std::move(longer);
  }
  return all;
}

// All ways to give each thread one of `choices`, those left out that come of
// others by exchanging threads. As places, in order.
std::vector<std::vector<std::size_t>> AllCombinations(std::size_t choices,
                                                      int threads) {
  std::vector<std::vector<std::size_t>> all = {{}};
  for (int i = 0; i < threads; ++i) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& combination : all) {
      const std::size_t first = combination.empty() ? 0 : combination.back();
      for (std::size_t next = first; next < choices; ++next) {
        longer.push_back(combination);
        longer.back().push_back(next);
      }
    }
    all = std::move(longer);
  }
  return all;
}

struct Slice {
  Shape shape;
  int number;
};

void PrintTo(const Slice& slice, std::ostream* out) {
  *out << slice.shape.name << " " << slice.number;
}

std::vector<Slice> AllSlices() {
  std::vector<Slice> slices;
  for (const Shape& shape : kShapes) {
    for (int i = 0; i < shape.slices; ++i) slices.push_back({shape, i});
  }
  return slices;
}

// How many of the `all` combinations are to be tried.
std::uint64_t CountFor(const Shape& shape, std::uint64_t all) {
  const std::uint64_t percent = test::Scaled(100);
  const std::uint64_t wanted = percent < 1000 ? shape.by_day * percent / 100
                                              : shape.by_night * percent / 1000;
  return std::max<std::uint64_t>(std::min(wanted, all) / kSlowness, 1);
}

class Sweep : public testing::TestWithParam<Slice> {};

TEST_P(Sweep, HoldsInEverySchedule) {
  const Shape& shape = GetParam().shape;
  const std::vector<Work> work = AllWork(shape);
  const auto all = AllCombinations(work.size(), shape.threads);
  const std::uint64_t count = CountFor(shape, all.size());
  const auto slices = static_cast<std::uint64_t>(shape.slices);
  Total total;
  // Those chosen are spread evenly over all.
  for (auto i = static_cast<std::uint64_t>(GetParam().number); i < count;
       i += slices) {
    std::vector<Work> threads;
    for (const std::size_t place : all[i * all.size() / count]) {
      threads.push_back(work[place]);
    }
    total.Run(std::move(threads), shape.accounts, shape.real_time);
    if (HasFailure()) return;
  }
  if (total.combinations() == 0) GTEST_SKIP() << "none at this test scale";
  total.Print();
}

INSTANTIATE_TEST_SUITE_P(All, Sweep, testing::ValuesIn(AllSlices()),
                         [](const testing::TestParamInfo<Slice>& one) {
                           std::string name = one.param.shape.name;
                           if (one.param.shape.slices == 1) return name;
                           name += '_';
                           return name += std::to_string(one.param.number);
                         });

// --- Rings -------------------------------------------------------------------

LegsOf Pay(int from, int to, std::int64_t amount) {
  return {{from, -amount}, {to, amount}};
}

// Each thread pays its neighbour round the ring: whoever is first may be the
// only one that can pay.
TEST(SweepRing, OfThreeHoldsInBothDirections) {
  Total total;
  total.Run({{Pay(1, 2, 3)}, {Pay(2, 3, 5)}, {Pay(3, 1, 7)}}, 3, true);
  total.Run({{Pay(2, 1, 3)}, {Pay(3, 2, 5)}, {Pay(1, 3, 7)}}, 3, true);
  total.Print();
}

TEST(SweepRing, OfFourHoldsInBothDirections) {
  Total total;
  total.Run({{Pay(1, 2, 3)}, {Pay(2, 3, 5)}, {Pay(3, 4, 7)}, {Pay(4, 1, 9)}}, 4,
            false);
  total.Run({{Pay(2, 1, 3)}, {Pay(3, 2, 5)}, {Pay(4, 3, 7)}, {Pay(1, 4, 9)}}, 4,
            false);
  total.Print();
}

// --- Legs --------------------------------------------------------------------

// Shapes of three legs and more: one pays two, two pay one, an account that
// comes twice, one whose legs cancel out, all in orders of their own.
TEST(SweepLegs, OfThreeHoldWithRepeats) {
  const std::vector<LegsOf> shapes = {
      {{1, -3}, {2, 2}, {3, 1}},           // one pays two
      {{3, 3}, {2, -2}, {1, -1}},          // two pay one
      {{2, -2}, {1, 4}, {2, -2}},          // one pays twice
      {{3, 2}, {1, -3}, {3, 1}},           // one is paid twice
      {{1, -2}, {2, 2}, {1, 2}, {3, -2}},  // account 1 nets to zero
      {{3, 1}, {2, -1}, {3, -1}, {2, 1}},  // nothing changes at all
  };
  Total total;
  for (std::size_t a = 0; a < shapes.size(); ++a) {
    for (std::size_t b = a; b < shapes.size(); ++b) {
      total.Run({{shapes[a]}, {shapes[b]}}, 3, true);
      total.Run({{shapes[a], shapes[b]}, {shapes[b], shapes[a]}}, 3, false);
    }
  }
  EXPECT_EQ(total.combinations(), 42U);
  total.Print();
}

TEST(SweepLegs, OfThreeHoldAmongThreeThreads) {
  const LegsOf one_pays_two = {{1, -3}, {2, 2}, {3, 1}};
  const LegsOf two_pay_one = {{3, 4}, {2, -2}, {1, -2}};
  const LegsOf nets_to_zero = {{1, -2}, {2, 2}, {1, 2}, {3, -2}};
  Total total;
  total.Run({{one_pays_two}, {two_pay_one}, {nets_to_zero}}, 3, false);
  total.Run({{one_pays_two}, {nets_to_zero}, {Pay(3, 2, 1)}}, 3, false);
  total.Run({{nets_to_zero}, {nets_to_zero}, {Pay(2, 1, 4)}}, 3, false);
  total.Print();
}

}  // namespace
}  // namespace lockstep::engine::explore
