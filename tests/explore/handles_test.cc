// The C interface's table of handles, in every schedule of those who close
// handles and those who use them.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/c/handle_table.h"
#include "engine/explore/explorer.h"

namespace lockstep::engine::explore {
namespace {

constexpr Handled::Kind kKind = Handled::Kind::kSession;

// What a handle stands for: knows its number, and tells when it goes.
class Numbered final : public Handled {
 public:
  Numbered(int its_number, int& gone) : number(its_number), gone_(gone) {}
  ~Numbered() override { ++gone_; }

  const int number;

 private:
  int& gone_;
};

// A table with one handle in it, whose object is number 1.
class OneHandle : public Scenario {
 public:
  explicit OneHandle(HandleTable::Sharing sharing)
      : sharing_(sharing), handle_(Add(1)) {}

  ~OneHandle() override { static_cast<void>(Close(handle_)); }

  std::string TitleOf(int) const override { return {}; }
  std::string Check() override {
    if (made_ != gone_) return "an object stays, or goes twice";
    return std::string(wrong_);
  }
  std::string FinalState() override { return seen_; }

 protected:
  HandleTable::Handle Add(int number) {
    ++made_;
    return table_
        .Add(std::make_unique<Numbered>(number, gone_), kKind, sharing_)
        .value();
  }
  Outcome Close(HandleTable::Handle handle) {
    return table_.Close(handle, kKind);
  }
  // Uses the object, if the handle still stands for it.
  Outcome Use(HandleTable::Handle handle, int number) {
    const HandleTable::Visit visit(table_, handle, kKind);
    if (visit.outcome() != Outcome::kOk) return visit.outcome();
    const auto& object = static_cast<const Numbered&>(visit.object());
    const bool is_alone = ++inside_ == 1;
    Require(is_alone || sharing_ == HandleTable::Sharing::kShared,
            "two are inside what only one may use");
    for (int look = 0; look < 2; ++look) {
      Require(object.number == number, "the object is another, or is gone");
      static_cast<void>(step_.load());  // where others may go on
    }
    --inside_;
    return Outcome::kOk;
  }
  void Require(bool holds, std::string_view complaint) {
    if (!holds && wrong_.empty()) wrong_ = complaint;
  }
  void Saw(Outcome outcome) { (seen_ += OutcomeName(outcome)) += ' '; }

  [[nodiscard]] HandleTable::Handle handle() const { return handle_; }

 private:
  const HandleTable::Sharing sharing_;
  HandleTable table_;
  int made_ = 0;
  int gone_ = 0;
  int inside_ = 0;
  sync::Atomic<int> step_ = 0;
  std::string seen_;
  std::string_view wrong_;
  const HandleTable::Handle handle_;
};

// Two close the handle while a third one uses it.
class CloseAndUse final : public OneHandle {
 public:
  CloseAndUse() : OneHandle(HandleTable::Sharing::kShared) {}

  int threads() const override { return 3; }
  void Run(int thread) override {
    const Outcome outcome = thread == 2 ? Use(handle(), 1) : Close(handle());
    Require(outcome == Outcome::kOk || outcome == Outcome::kInvalidHandle,
            "a handle is refused for another reason than that it is closed");
    if (thread != 2 && outcome == Outcome::kOk) ++closed_;
    Saw(outcome);
  }
  std::string Check() override {
    if (closed_ != 1) return "a handle is closed by more than one, or by none";
    return OneHandle::Check();
  }

 private:
  int closed_ = 0;
};

// One closes the handle and gives out another, which may be at the same place.
class UseAnew final : public OneHandle {
 public:
  UseAnew() : OneHandle(HandleTable::Sharing::kShared) {}

  int threads() const override { return 2; }
  void Run(int thread) override {
    if (thread == 0) {
      Require(Close(handle()) == Outcome::kOk, "an open handle is not closed");
      const HandleTable::Handle next = Add(2);
      Require(next != handle(), "a handle is given out twice");
      Require(Use(next, 2) == Outcome::kOk, "a new handle is refused");
      Require(Close(next) == Outcome::kOk, "an open handle is not closed");
    } else {
      Saw(Use(handle(), 1));
      Saw(Use(handle(), 1));
    }
  }
};

// Two use what only one may use at a time, while a third one closes it.
class UseAlone final : public OneHandle {
 public:
  UseAlone() : OneHandle(HandleTable::Sharing::kExclusive) {}

  int threads() const override { return 3; }
  void Run(int thread) override {
    const Outcome outcome = thread == 2 ? Close(handle()) : Use(handle(), 1);
    Require(thread != 2 || outcome == Outcome::kOk,
            "closing is refused because someone is inside");
    Saw(outcome);
  }
};

template <class ItsScenario>
Exploration Exhaust() {
  const auto search = DepthFirst(Reduction::kSourceSets);
  const Exploration found =
      Explore([] { return std::make_unique<ItsScenario>(); }, *search,
              {.stop_at_failure = true, .collect_final_states = true});
  EXPECT_FALSE(found.first_failure.has_value())
      << found.first_failure->what << "\nschedule "
      << found.first_failure->schedule.ToString();
  EXPECT_TRUE(found.exhausted);
  std::cout << (found.exhausted ? "exhausted, " : "stopped, ")
            << found.schedules << " schedules, " << found.final_states.size()
            << " final states, " << found.seconds << " s\n";
  return found;
}

TEST(ExploredHandles, AreClosedOnceAndKeepWhatIsInUse) {
  const Exploration found = Exhaust<CloseAndUse>();
  // The user comes first or too late, as the second or third to end.
  EXPECT_GT(found.final_states.size(), 3U);
}

TEST(ExploredHandles, NeverStandForWhatCameLater) {
  const Exploration found = Exhaust<UseAnew>();
  // Both uses, the first, or none.
  EXPECT_EQ(found.final_states.size(), 3U);
}

TEST(ExploredHandles, LetInOneAtATime) {
  const Exploration found = Exhaust<UseAlone>();
  EXPECT_GT(found.final_states.size(), 3U);
}

}  // namespace
}  // namespace lockstep::engine::explore
