#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// Writes down what the threads of one run do and draws it: threads as columns,
/// time as rows. A line runs down a column from the first thing its thread does
/// to the last; it is dotted while the thread waits for a lock.
class Diagram final : public sync::Listener {
 public:
  /// `shows_steps`: every step, and not only what the threads say they do.
  explicit Diagram(bool shows_steps) : shows_steps_(shows_steps) {}

  void OnStep(const sync::Event& event, const void* address) override;
  void OnNote(int thread, std::string_view note) override;

  /// The rows, for so many threads. As wide as a terminal where two or three
  /// threads are; more take more.
  [[nodiscard]] std::string Draw(int threads) const;

  /// Of a run that ended in a deadlock: who waits for what, which whom has, the
  /// circle first, a line each. Empty if nobody waits for a lock.
  [[nodiscard]] std::string WhoWaits() const;

  /// Steps taken so far.
  [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

 private:
  struct Row {
    int thread = 0;
    std::string text;
    /// Of a step: what it was on, which gets its name later.
    const void* address = nullptr;
    /// From this row on its thread waits.
    bool begins_to_wait = false;
  };
  /// What a thread is in the middle of.
  struct Hand {
    std::string waits_for;
    /// It is about to be let go of: the step that does it is yet to come.
    std::string lets_go;
    const void* last_touched = nullptr;
  };

  Hand& HandOf(int thread) { return hands_[static_cast<std::size_t>(thread)]; }
  [[nodiscard]] const Hand& HandOf(int thread) const {
    return hands_[static_cast<std::size_t>(thread)];
  }
  void Add(int thread, std::string text);
  void LetGo(int thread);
  [[nodiscard]] int HolderOf(const std::string& lock) const;
  [[nodiscard]] std::vector<int> Circle() const;
  [[nodiscard]] std::string NameOf(const void* address) const;

  const bool shows_steps_;
  std::size_t steps_ = 0;
  std::vector<Row> rows_;
  std::array<Hand, sync::kMaxThreads> hands_;
  std::map<std::string, int> holders_;
  /// Where locks lie, as far as anybody has taken them; and everything else
  /// that was touched, in that order.
  std::map<const void*, std::string> locks_;
  std::vector<const void*> touched_;
};

/// A thread's name: A to H.
[[nodiscard]] std::string LetterOf(int thread);

}  // namespace lockstep::engine::explore
