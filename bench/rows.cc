#include "bench/rows.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/moves.h"

namespace lockstep::bench {
namespace {

using Clock = std::chrono::steady_clock;

// How long a row's threads take together, by the clock on the wall. Google
// Benchmark takes the mean of each thread's own time; where threads outnumber
// the cores and wait for their turn to begin, that is too little.
class WallClock {
 public:
  explicit WallClock(int threads) : all_(threads, Close{this}) {}

  /// Each thread says when it began and that all are through; each gets the
  /// time from the first begin to the first look after the end.
  double Seconds(Clock::time_point begin, Clock::time_point end) {
    {
      const std::lock_guard<std::mutex> locked(mutex_);
      begin_ = std::min(begin_, begin);
      end_ = std::min(end_, end);
    }
    all_.arrive_and_wait();
    return seconds_;
  }

 private:
  struct Close {
    WallClock* clock;
    void operator()() const noexcept { clock->CloseRound(); }
  };
  void CloseRound() {
    seconds_ = std::chrono::duration<double>(end_ - begin_).count();
    begin_ = Clock::time_point::max();
    end_ = Clock::time_point::max();
  }

  std::mutex mutex_;
  Clock::time_point begin_ = Clock::time_point::max();
  Clock::time_point end_ = Clock::time_point::max();
  double seconds_ = 0;
  std::barrier<Close> all_;
};

// Shared by a row's threads.
struct Row {
  Row(const Field& field, Entrant& contestant, int threads, Ruling& judge)
      : name(absl::StrCat(field.family, "/", contestant.name(), "/",
                          field.variant)),
        entrant(contestant),
        operations(field.operations),
        ruling(judge),
        clock(threads) {}

  const std::string name;
  Entrant& entrant;
  const std::uint64_t operations;
  Ruling& ruling;
  WallClock clock;
};

// What became of one thread's part; empty if all is well. Thread 0 answers for
// the books: the library lets nobody out of the loop before all are through.
std::string FindFault(const benchmark::State& state, std::uint64_t surprises,
                      const Contestant& contestant) {
  if (surprises != 0) {
    return absl::StrCat(surprises, " operations ended as they should not");
  }
  return state.thread_index() == 0 ? contestant.FindFault() : std::string();
}

// One thread's part in a row.
void RunRow(benchmark::State& state, Row& row) {
  Contestant& contestant = row.entrant.Get();
  const std::unique_ptr<Worker> worker = contestant.NewWorker();
  std::uint64_t next =
      FirstOperation(state.thread_index(), state.threads(), row.operations);
  std::uint64_t surprises = 0;
  Clock::time_point begin;
  while (state.KeepRunningBatch(kBatch)) {
    if (begin == Clock::time_point()) begin = Clock::now();
    surprises += worker->Run(next, kBatch);
    next += kBatch;
  }
  state.SetIterationTime(row.clock.Seconds(begin, Clock::now()));
  state.SetItemsProcessed(state.iterations());

  const std::string fault = FindFault(state, surprises, contestant);
  if (!fault.empty()) {
    row.ruling.Void(row.name, fault);
    state.SkipWithError(fault.c_str());
  } else if (state.thread_index() == 0) {
    row.ruling.Confirm();
  }
}

void RegisterRow(const Field& field, Entrant& entrant, int threads,
                 Ruling& ruling) {
  const auto row = std::make_shared<Row>(field, entrant, threads, ruling);
  benchmark::RegisterBenchmark(
      row->name.c_str(),
      [row](benchmark::State& state) { RunRow(state, *row); })
      ->Threads(threads)
      ->UseManualTime();
}

}  // namespace

int RegisterRows(const Programme& programme, Ruling& ruling) {
  int rows = 0;
  for (const Field& field : programme) {
    for (const int threads : field.threads) {
      for (const auto& entrant : field.entrants) {
        if (entrant->max_threads() < threads) continue;
        RegisterRow(field, *entrant, threads, ruling);
        ++rows;
      }
    }
  }
  return rows;
}

}  // namespace lockstep::bench
