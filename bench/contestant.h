#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace lockstep::bench {

/// How many operations are made between two looks at whether to go on: enough
/// for the look and the virtual call to vanish.
inline constexpr std::uint64_t kBatch = 256;

/// What every account of every contestant starts with, where nothing else is
/// said: so much that no row gets an account near zero, and so little that a
/// million of them stay far from 2^63.
inline constexpr std::int64_t kBalanceEach = 1'000'000'000'000;

/// As many threads as one likes.
inline constexpr int kUnlimitedThreads = 1 << 10;

/// What two threads write must be this far apart, or they slow each other down
/// without sharing anything.
inline constexpr std::size_t kNoSharingBytes = 128;

/// One thread's way into a contestant.
class alignas(kNoSharingBytes) Worker {
 public:
  virtual ~Worker() = default;

  /// Makes the operations numbered from `first`, a multiple of kBatch, to
  /// `first + count`; `count` is one as well. Returns how many ended in another
  /// way than they should have.
  virtual std::uint64_t Run(std::uint64_t first, std::uint64_t count) = 0;
};

/// Accounts with money in them, a way to move it, and the operations to make.
class Contestant {
 public:
  virtual ~Contestant() = default;

  /// For one thread at a time. Any number of them may run at once, if the
  /// contestant is meant for threads at all.
  virtual std::unique_ptr<Worker> NewWorker() = 0;

  /// What is wrong with the books: the money that was there at the beginning
  /// must still be there. Empty if all is well. No worker may be running.
  [[nodiscard]] virtual std::string FindFault() const = 0;
  /// How many attempts were given up because of conflicts, so far.
  [[nodiscard]] virtual std::uint64_t Retries() const { return 0; }
  /// The same as FindFault with everything that it can check of itself.
  [[nodiscard]] virtual std::string FindFaultSlowly() const {
    return FindFault();
  }
};

/// A contestant's place in the programme. It is made when it is first needed (a
/// million accounts take a while) and then kept for all rows.
class Entrant {
 public:
  using Maker = std::function<std::unique_ptr<Contestant>()>;

  /// `name` is for row names, `label` for people.
  Entrant(std::string name, std::string label, int max_threads, Maker maker)
      : name_(std::move(name)),
        label_(std::move(label)),
        max_threads_(max_threads),
        maker_(std::move(maker)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& label() const { return label_; }
  [[nodiscard]] int max_threads() const { return max_threads_; }

  /// Any thread may ask.
  Contestant& Get() {
    std::call_once(once_, [this] { contestant_ = maker_(); });
    return *contestant_;
  }
  /// Null if nobody has asked yet.
  [[nodiscard]] const Contestant* Made() const { return contestant_.get(); }

 private:
  const std::string name_;
  const std::string label_;
  const int max_threads_;
  const Maker maker_;
  std::once_flag once_;
  std::unique_ptr<Contestant> contestant_;
};

}  // namespace lockstep::bench
