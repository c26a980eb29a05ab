#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

// Locks that know who waits for whom: slow, and made to be looked at. They
// really block; a thread that waits for one of them sleeps until it may go on.

namespace lockstep::lessons {

struct Lock;

/// Somebody who takes locks: one thread, under a name. The graph's from when it
/// is made until the graph is gone.
struct Party {
  std::string name;
  const Lock* waits_for = nullptr;
  bool has_tried = false;  ///< to get a lock: has one, or waits for one
  bool must_give_up = false;
  bool has_finished = false;
};

/// A lock with a name. Has one holder at most.
struct Lock {
  std::string name;
  const Party* holder = nullptr;
};

/// One arrow of a circle, and the arrow after it.
struct Wait {
  std::string party;
  std::string lock;
  std::string holder;
};

/// Who waits for whom, back to the first; empty if nobody waits in a circle.
using Circle = std::vector<Wait>;

/// The parties, the locks that they have and the ones that they wait for.
/// Every function may be called from any thread.
class WaitForGraph {
 public:
  explicit WaitForGraph(std::vector<Party*> parties)
      : parties_(std::move(parties)) {}

  /// Waits until the lock is free and takes it. False, without the lock, if the
  /// party is told to give up instead.
  [[nodiscard]] bool Acquire(Party& party, Lock& lock);
  void Release(Lock& lock);

  /// Where the threads meet: returns once each party has a lock or waits for
  /// one.
  void AwaitEachHasTried();

  /// For somebody who only watches. Returns the first circle as soon as it has
  /// closed, or none when all parties have finished.
  [[nodiscard]] Circle AwaitCircleOrEnd();

  /// Makes the party's `Acquire` fail, the one that it waits in and any later.
  void Abort(Party& party);

  /// The party's last word.
  void Finish(Party& party);

 private:
  [[nodiscard]] Circle CircleThroughLocked(const Party& start) const;

  std::mutex mutex_;  // guards all parties, all locks and what is below
  std::condition_variable changed_;
  std::vector<Party*> parties_;
  Circle circle_;
};

/// One lock of the graph, held as long as this lives, unless it says that its
/// party had to give up.
class Held {
 public:
  Held(WaitForGraph& graph, Party& party, Lock& lock)
      : graph_(graph), lock_(lock), is_held_(graph.Acquire(party, lock)) {}
  ~Held() {
    if (is_held_) graph_.Release(lock_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  explicit operator bool() const { return is_held_; }

 private:
  WaitForGraph& graph_;
  Lock& lock_;
  const bool is_held_;
};

/// The circle as sentences, a line each, and as a drawing.
[[nodiscard]] std::string Describe(const Circle& circle);
[[nodiscard]] std::string Draw(const Circle& circle);

}  // namespace lockstep::lessons
