#include "01-two-locks/wait_for_graph.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::lessons {

bool WaitForGraph::Acquire(Party& party, Lock& lock) {
  std::unique_lock guard(mutex_);
  party.waits_for = &lock;
  party.has_tried = true;
  // An arrow is drawn here and nowhere else, so a circle closes here or never.
  if (circle_.empty()) circle_ = CircleThroughLocked(party);
  changed_.notify_all();

  changed_.wait(guard,
                [&] { return party.must_give_up || lock.holder == nullptr; });
  party.waits_for = nullptr;
  if (party.must_give_up) return false;
  lock.holder = &party;
  return true;
}

void WaitForGraph::Release(Lock& lock) {
  const std::scoped_lock guard(mutex_);
  lock.holder = nullptr;
  changed_.notify_all();
}

Circle WaitForGraph::CircleThroughLocked(const Party& start) const {
  Circle circle;
  const Party* party = &start;
  // A party waits for one lock at most and a lock has one holder at most, so
  // there is only one way to go. Further than once past everybody it cannot
  // lead back to the start any more.
  while (party->waits_for != nullptr && circle.size() < parties_.size()) {
    const Lock& lock = *party->waits_for;
    if (lock.holder == nullptr) return {};
    circle.push_back({party->name, lock.name, lock.holder->name});
    party = lock.holder;
    if (party == &start) return circle;
  }
  return {};
}

void WaitForGraph::AwaitEachHasTried() {
  std::unique_lock guard(mutex_);
  changed_.wait(
      guard, [&] { return std::ranges::all_of(parties_, &Party::has_tried); });
}

Circle WaitForGraph::AwaitCircleOrEnd() {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] {
    return !circle_.empty() ||
           std::ranges::all_of(parties_, &Party::has_finished);
  });
  Circle circle = circle_;
  // Whose arrow closed it is chance; the first name in front is not.
  std::rotate(circle.begin(),
              std::ranges::min_element(circle, {}, &Wait::party), circle.end());
  return circle;
}

void WaitForGraph::Abort(Party& party) {
  const std::scoped_lock guard(mutex_);
  party.must_give_up = true;
  changed_.notify_all();
}

void WaitForGraph::Finish(Party& party) {
  const std::scoped_lock guard(mutex_);
  party.has_finished = true;
  changed_.notify_all();
}

std::string Describe(const Circle& circle) {
  std::string text;
  for (const Wait& wait : circle) {
    text += "  " + wait.party + " waits for " + wait.lock + ", held by " +
            wait.holder + "\n";
  }
  return text;
}

std::string Draw(const Circle& circle) {
  std::size_t widest = 0;
  for (const Wait& wait : circle) {
    widest = std::max({widest, wait.party.size(), wait.lock.size() + 2});
  }
  const std::size_t axis = widest / 2;  // the column that everything hangs on
  const auto centred = [&](const std::string& name) {
    return std::string(axis - std::min(axis, name.size() / 2), ' ') + name;
  };

  const std::string side = "  |   ";
  const std::string shaft = side + std::string(axis, ' ') + "|";
  std::string text;
  for (const Wait& wait : circle) {
    text += (text.empty() ? "  .-> " : side) + centred(wait.party) + "\n";
    text += shaft + " waits for\n";
    text += side + centred("[" + wait.lock + "]") + "\n";
    text += shaft + " held by\n";
  }
  return text + "  '---" + std::string(axis, '-') + "'\n";
}

}  // namespace lockstep::lessons
