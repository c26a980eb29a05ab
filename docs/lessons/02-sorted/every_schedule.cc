// The exercise's solution: every way in which threads can take turns.

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <set>
#include <vector>

namespace {

// The locks that a thread takes, in the order in which it takes them. After
// the last one it lets go of all of them.
using Program = std::vector<int>;

// How many locks each thread has taken; one more than all: it has let go.
using State = std::vector<std::size_t>;

bool IsHeld(int lock, const std::vector<Program>& programs,
            const State& state) {
  for (std::size_t i = 0; i < programs.size(); ++i) {
    if (state[i] > programs[i].size()) continue;
    const auto taken = programs[i].begin() + static_cast<long>(state[i]);
    if (std::find(programs[i].begin(), taken, lock) != taken) return true;
  }
  return false;
}

struct Search {
  std::set<State> seen;
  std::vector<State> stuck;
};

// Visits all states that can be reached from this one by one thread's step
// after another.
void Visit(const std::vector<Program>& programs, const State& state,
           Search& search) {
  if (!search.seen.insert(state).second) return;
  bool all_done = true;
  bool somebody_can = false;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const std::size_t step = state[i];
    if (step > programs[i].size()) continue;
    all_done = false;
    if (step < programs[i].size() &&
        IsHeld(programs[i][step], programs, state)) {
      continue;  // this thread would have to wait
    }
    somebody_can = true;
    State next = state;
    ++next[i];
    Visit(programs, next, search);
  }
  if (!all_done && !somebody_can) search.stuck.push_back(state);
}

Search VisitAll(const std::vector<Program>& programs) {
  Search search;
  Visit(programs, State(programs.size(), 0), search);
  return search;
}

std::size_t Report(const char* what, const std::vector<Program>& programs) {
  const Search search = VisitAll(programs);
  std::cout << what << search.seen.size() << " states, " << search.stuck.size()
            << " stuck\n";
  return search.stuck.size();
}

// Every rising list that can be made of the locks 0 to 3.
std::vector<Program> RisingPrograms() {
  std::vector<Program> all;
  for (unsigned bits = 1; bits < 16; ++bits) {
    Program program;
    for (int lock = 0; lock < 4; ++lock) {
      if ((bits >> lock & 1U) != 0) program.push_back(lock);
    }
    all.push_back(program);
  }
  return all;
}

}  // namespace

int main() {
  const std::size_t crossed =
      Report("two threads, opposite orders: ", {{0, 1}, {1, 0}});
  const std::size_t sorted =
      Report("two threads, sorted:          ", {{0, 1}, {0, 1}});
  const std::size_t circle =
      Report("three in a circle:            ", {{0, 1}, {1, 2}, {2, 0}});
  const std::size_t turned =
      Report("the same, sorted:             ", {{0, 1}, {1, 2}, {0, 2}});

  std::size_t combinations = 0;
  std::size_t states = 0;
  std::size_t stuck = 0;
  for (const Program& a : RisingPrograms()) {
    for (const Program& b : RisingPrograms()) {
      for (const Program& c : RisingPrograms()) {
        const Search search = VisitAll({a, b, c});
        ++combinations;
        states += search.seen.size();
        stuck += search.stuck.size();
      }
    }
  }
  std::cout << "all " << combinations << " combinations of three sorted lists "
            << "of four locks:\n  " << states << " states, " << stuck
            << " stuck\n";
  return crossed == 1 && sorted == 0 && circle == 1 && turned == 0 && stuck == 0
             ? 0
             : 1;
}
