// Whether the searches that leave schedules out leave out only what makes no
// difference: they must come to the very same final states as a search that
// leaves out nothing.

#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/explore/explorer.h"
#include "sync_primitives.h"
#include "tests/support/settings.h"

namespace lockstep::engine::explore {
namespace {

// One step of a small random program, or a few that belong together.
struct Instruction {
  enum Kind {
    kLoad,
    kStore,
    kAdd,
    kExchangeIf,  // 0 for what it says
    kLocked,      // a lock around the next instruction
    kTryLocked,
    kShared,
    kTryShared,
    kExclusive,
    kTryExclusive,
    kAwaitChange,  // until it is no longer 0
    kAwaitEither,  // until one of the two is not
    kFailIf,       // unless it is 0: the run ends there
    kTouch,        // a plain field, which may be a data race
    kKinds,
  };
  Kind kind = kLoad;
  int object = 0;
  int value = 0;
};

using Program = std::vector<std::vector<Instruction>>;

std::string ToString(const Program& program) {
  static constexpr std::array<const char*, Instruction::kKinds> kNames = {
      "load",      "store",         "add",    "exchange-if",
      "locked",    "try-locked",    "shared", "try-shared",
      "exclusive", "try-exclusive", "await",  "await-either",
      "fail-if",   "touch"};
  std::string text;
  for (const auto& thread : program) {
    text += "\n ";
    for (const Instruction& instruction : thread) {
      text += std::string(" ") + kNames.at(instruction.kind) + "(" +
              std::to_string(instruction.object) + "," +
              std::to_string(instruction.value) + ")";
    }
  }
  return text;
}

// Runs a program and remembers all that its threads saw.
class ProgramScenario final : public Scenario {
 public:
  explicit ProgramScenario(const Program& program)
      : program_(program), seen_(program.size()) {}

  int threads() const override { return static_cast<int>(program_.size()); }
  std::string TitleOf(int) const override { return "random"; }
  bool ChecksLockOrder() const override { return false; }

  void Run(int thread) override {
    const auto& mine = program_[static_cast<std::size_t>(thread)];
    for (std::size_t i = 0; i < mine.size();) {
      i += Perform(mine, i, seen_[static_cast<std::size_t>(thread)]);
    }
  }
  std::string FinalState() override {
    std::string text;
    for (const auto& atomic : atomics_) {
      text += std::to_string(atomic.load()) + " ";
    }
    for (const std::string& seen : seen_) text += "| " + seen;
    return text;
  }

 private:
  // Performs the instruction at `at`; returns how many it took.
  std::size_t Perform(const std::vector<Instruction>& mine, std::size_t at,
                      std::string& seen) {
    if (at == mine.size()) return 0;
    const Instruction& instruction = mine[at];
    const auto object = static_cast<std::size_t>(instruction.object);
    auto& atomic = atomics_[object];
    std::size_t inner = 0;
    switch (instruction.kind) {
      case Instruction::kLoad:
        seen += std::to_string(atomic.load()) + " ";
        break;
      case Instruction::kStore:
        atomic.store(instruction.value);
        break;
      case Instruction::kAdd:
        seen += std::to_string(atomic.fetch_add(instruction.value)) + " ";
        break;
      case Instruction::kExchangeIf: {
        int expected = 0;
        atomic.compare_exchange_strong(expected, instruction.value);
        seen += std::to_string(expected) + " ";
        break;
      }
      case Instruction::kLocked:
        mutexes_[object].lock();
        inner = Perform(mine, at + 1, seen);
        mutexes_[object].unlock();
        break;
      case Instruction::kTryLocked:
        if (!mutexes_[object].try_lock()) {
          seen += "busy ";
          break;
        }
        inner = Perform(mine, at + 1, seen);
        mutexes_[object].unlock();
        break;
      case Instruction::kShared:
        shared_.lock_shared();
        inner = Perform(mine, at + 1, seen);
        shared_.unlock_shared();
        break;
      case Instruction::kTryShared:
        if (!shared_.try_lock_shared()) {
          seen += "busy ";
          break;
        }
        inner = Perform(mine, at + 1, seen);
        shared_.unlock_shared();
        break;
      case Instruction::kExclusive:
        shared_.lock();
        inner = Perform(mine, at + 1, seen);
        shared_.unlock();
        break;
      case Instruction::kTryExclusive:
        if (!shared_.try_lock()) {
          seen += "busy ";
          break;
        }
        inner = Perform(mine, at + 1, seen);
        shared_.unlock();
        break;
      case Instruction::kAwaitChange:
        while (atomic.load() == 0) sync::Pause();
        break;
      case Instruction::kAwaitEither: {
        auto& other = atomics_[1 - object];
        while (atomic.load() == 0 && other.load() == 0) sync::Pause();
        break;
      }
      case Instruction::kFailIf:
        if (atomic.load() != 0) {
          sync::running_scheduler->Fail("not 0: " +
                                        std::to_string(instruction.value));
        }
        break;
      case Instruction::kTouch:
        if (instruction.value == 1) {
          seen += std::to_string(plain_) + " ";
        } else {
          plain_ = instruction.value;
        }
        break;
      case Instruction::kKinds:
        break;
    }
    return 1 + inner;
  }

  const Program& program_;
  std::array<sync::Atomic<int>, 2> atomics_{};
  std::array<sync::PlainMutex, 2> mutexes_;
  sync::PlainSharedMutex shared_;
  sync::Plain<int> plain_ = 0;
  std::vector<std::string> seen_;
};

Program RandomProgram(std::mt19937_64& random) {
  const auto pick = [&random](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  Program program(pick(3) == 0 ? 3 : 2);
  for (auto& thread : program) {
    const int length = program.size() == 3 ? 1 + pick(2) : 2 + pick(2);
    for (int i = 0; i < length; ++i) {
      thread.push_back(
          {static_cast<Instruction::Kind>(pick(Instruction::kKinds)), pick(2),
           1 + pick(2)});
    }
  }
  return program;
}

Exploration Search(const Program& program, Reduction reduction,
                   std::uint64_t max_schedules) {
  const MakeScenario make = [&program] {
    return std::make_unique<ProgramScenario>(program);
  };
  const auto search = DepthFirst(reduction);
  ExploreLimits limits;
  limits.collect_final_states = true;
  limits.max_schedules = max_schedules;
  Exploration found = Explore(make, *search, limits);
  // Which of the two is told as the first one in a race depends on the order of
  // what is no step.
  if (std::erase_if(found.final_states, [](const std::string& state) {
        return state.starts_with("data race");
      }) != 0) {
    found.final_states.insert("data race");
  }
  return found;
}

class RandomPrograms : public testing::TestWithParam<int> {};

TEST_P(RandomPrograms, ReducedSearchesSeeTheSameFinalStates) {
  const std::uint64_t seed =
      test::Seed() + static_cast<std::uint64_t>(GetParam());
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  std::uint64_t all = 0;
  std::uint64_t asleep = 0;
  std::uint64_t reduced = 0;
  std::uint64_t deadlocking = 0;
  std::uint64_t compared = 0;
  for (std::uint64_t i = 0; i < test::Scaled(300); ++i) {
    const Program program = RandomProgram(random);
    SCOPED_TRACE("program " + std::to_string(i) + ":" + ToString(program));
    const Exploration plain = Search(program, Reduction::kNone, 50'000);
    if (!plain.exhausted) continue;
    const Exploration sleep =
        Search(program, Reduction::kSleepSets, UINT64_MAX);
    const Exploration source =
        Search(program, Reduction::kSourceSets, UINT64_MAX);
    ASSERT_TRUE(sleep.exhausted && source.exhausted);
    ASSERT_EQ(plain.final_states, sleep.final_states);
    ASSERT_EQ(plain.final_states, source.final_states);
    ASSERT_LE(source.schedules, plain.schedules);
    ++compared;
    all += plain.schedules;
    asleep += sleep.schedules + sleep.redundant;
    reduced += source.schedules + source.redundant;
    if (plain.deadlocks > 0) ++deadlocking;
  }
  std::cout << compared << " programs, " << deadlocking
            << " of them with deadlocks: " << all << " schedules in all, "
            << asleep << " runs with sleep sets, " << reduced
            << " with source sets\n";
  EXPECT_GT(compared, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0, 4));

}  // namespace
}  // namespace lockstep::engine::explore
