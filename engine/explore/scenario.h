#pragma once

#include <functional>
#include <memory>
#include <string>

namespace lockstep::engine::explore {

/// A few threads and what they do to a ledger, or to anything that is built on
/// the synchronization seam, to be run in every order that matters.
///
/// A new one is made for each run: its constructor sets things up. It must do
/// the same each time, whatever it does with what it finds; the order of its
/// threads' steps is all that may differ.
class Scenario {
 public:
  virtual ~Scenario() = default;

  /// How many threads there are: 1 to sync::kMaxThreads.
  [[nodiscard]] virtual int threads() const = 0;
  /// What there is before they begin, in a line: "account 2 has 10".
  [[nodiscard]] virtual std::string Setting() const { return {}; }
  /// What a thread is about, in a few words: "2 -> 3: 5".
  [[nodiscard]] virtual std::string TitleOf(int thread) const = 0;
  /// What a thread does.
  virtual void Run(int thread) = 0;
  /// After all threads have ended: what is wrong, as a sentence; empty if
  /// nothing is.
  [[nodiscard]] virtual std::string Check() { return {}; }
  /// How it ended, in full: two runs that differ in it differ in what a user
  /// can see. For comparing searches.
  [[nodiscard]] virtual std::string FinalState() { return {}; }
  /// Whether a run fails in which locks are taken against their ranks.
  [[nodiscard]] virtual bool ChecksLockOrder() const { return true; }
};

using MakeScenario = std::function<std::unique_ptr<Scenario>()>;

}  // namespace lockstep::engine::explore
