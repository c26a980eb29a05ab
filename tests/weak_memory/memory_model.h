#pragma once

// Running a few threads under the C++ memory model, as Relacy has it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>

namespace lockstep::test::weak {

/// A number that is not atomic: a run in which one thread writes it and
/// another touches it, neither before the other, fails as a data race. What
/// the engine keeps in plain memory is invisible to the model, so a scenario
/// puts one of these beside it. (Destroying counts as writing.)
class Plain {
 public:
  using Where = std::source_location;

  explicit Plain(std::uint64_t value = 0, Where where = Where::current());
  ~Plain();
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  [[nodiscard]] std::uint64_t Load(Where where = Where::current()) const;
  void Store(std::uint64_t value, Where where = Where::current());

 private:
  std::size_t number_;
};

/// Numbers that stand beside plain things of one name of which the engine says
/// that it is about to read or write them (`sync::WillRead`, `WillWrite`): each
/// gets one as it is first named. One at a time, made and destroyed with its
/// scenario.
///
/// A thing that is freed and made anew in the same place keeps its number, so a
/// protocol must not let that happen.
class StandIns {
 public:
  explicit StandIns(std::string_view name);
  ~StandIns();
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;

  /// The number beside a thing; null if it has another name.
  [[nodiscard]] Plain* For(const void* thing, std::string_view name);

 private:
  static constexpr std::size_t kMost = 8;

  const std::string_view name_;
  Plain numbers_[kMost];
  const void* things_[kMost] = {};
};

/// Ends the run as failed if it does not hold. `what` must last.
void Check(bool holds, const char* what,
           std::source_location where = std::source_location::current());

/// A number below `limit`, each of them in some run.
unsigned Choose(unsigned limit);

/// What threads do to something that is made anew for each run. Must behave
/// the same in every run in which the machine chooses the same: no time, no
/// addresses, nothing that outlives it.
///
/// Aligned to more than what `new` gives without being asked, because Relacy
/// replaces that one, and every `delete` of it is one more choice to explore.
class alignas(2 * alignof(std::max_align_t)) Scenario {
 public:
  virtual ~Scenario() = default;
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  /// What thread number `thread`, from 0, does.
  virtual void Run(int thread) = 0;
  /// When all threads are through.
  virtual void After() {}

 protected:
  Scenario() = default;
};

template <class AnyScenario>
std::unique_ptr<Scenario> MakeScenario() {
  return std::make_unique<AnyScenario>();
}

enum class Search {
  kEverything,  ///< every schedule, every value that a load may return
  kRandom,      ///< run number N is seeded with N
};

struct Protocol {
  const char* name;
  int threads;  ///< 2 or 3
  Search search;
  std::uint64_t runs;  ///< at most
  std::unique_ptr<Scenario> (*make)();
};

struct Exploration {
  bool is_failed = false;
  /// There are no other runs than these.
  bool is_exhausted = false;
  /// How many there were; the last of them failed, if one did.
  std::uint64_t runs = 0;
  /// What was wrong, in a line.
  std::string what;
  /// Every operation of the failed run, if asked for.
  std::string history;
};

enum class WantHistory : bool { kNo, kYes };

/// Runs the protocol until a run fails, or there are no others, or `runs`
/// times.
Exploration Explore(const Protocol& protocol, std::uint64_t runs,
                    WantHistory want_history = WantHistory::kNo);

}  // namespace lockstep::test::weak
