#pragma once

#include <string_view>

namespace lockstep::engine::explore {

// What `lockstep explore --help` says around the list of options. 80 columns.

inline constexpr std::string_view kExploreSummary =
    "lockstep explore: runs the engine in every order of its threads' steps.\n";

inline constexpr std::string_view kExploreFooter =
    R"(The numbers may end in k, M or G: 250k is 250,000.

What it does
  A scenario is a small ledger and a few threads, each of which does a thing or
  two to it. The engine is the one that ships, compiled so that each operation
  on something that threads share (a lock, an atomic word) is a step, and a
  scheduler says whose step comes next. That gives a schedule: A3B2A is three
  steps of thread A's, two of B's, one of A's. The scenario is run again and
  again, in another schedule each time, until there are none left.
  After each run the books are audited and what the threads saw of each other
  is checked: is there an order of their operations that explains all of it?

What can be found
  deadlock    threads wait for each other, and nobody is left to end it
  livelock    threads are at work, and there is no end
  broken      a data race, a lock taken against the order, a broken contract
  unsound     it ended, and the books or the history are wrong
  leak        it ended well and left memory behind
  Each comes with its schedule, and --replay plays that again, step by step.
  --unsorted shows what the engine is built to avoid: the same transfers, each
  taking its locks in the order of its legs.

Ways to search
  Schedules that differ only in the order of steps that do not touch each other
  end alike. By default one of each such family is run (source sets), which is
  as good as all of them. --reduction none runs all, sleep-sets more than need
  be: to compare. --preemptions N runs, unreduced, the schedules in which a
  thread that could go on is interrupted at most N times. --random RUNS takes
  schedules at random that find a bug which takes D steps in a certain order
  (--depth D) with a known probability, however many schedules there are.
  What it says in the end is either exhausted, or the bound.

The diagrams
  Time runs downwards. A thread's column says what it does, and shows | while
  it has something to do and : while it waits for a lock. --steps adds every
  step, with a - in front. What is touched goes by the account it belongs to;
  where it belongs to none (a table's, the clock that orders the history), it
  is a shared thing with a number.

What it cannot show
  Memory is sequentially consistent here; weak memory is for other tests. And
  what holds for two or three threads and accounts is shown for those.

Examples
  lockstep explore --list
  lockstep explore two-transfers                 every schedule: none is bad
  lockstep explore two-transfers --unsorted      some end in a deadlock
  lockstep explore two-transfers --replay A5B    one schedule, drawn
  lockstep explore two-transfers --replay A5B --steps
  lockstep explore ring-of-three --unsorted --random 1000 --depth 3 --first
  lockstep explore two-transfers --json | jq .schedules

Exit codes
  0  nothing is wrong with any schedule that was run
  1  something is wrong with one
  2  an option makes no sense, or the scenario or the schedule is none
  3  it could not be done (memory, output))";

}  // namespace lockstep::engine::explore
