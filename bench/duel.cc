#include "bench/duel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <latch>
#include <memory>
#include <numeric>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "bench/moves.h"

namespace lockstep::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Workers = std::vector<std::unique_ptr<Worker>>;

struct Turn {
  Clock::time_point begin;
  Clock::time_point end;
  std::uint64_t surprises = 0;
};

Turn RunTurn(Worker& worker, std::uint64_t first, std::uint64_t count) {
  Turn turn;
  turn.begin = Clock::now();
  for (std::uint64_t done = 0; done < count; done += kBatch) {
    turn.surprises += worker.Run(first + done, kBatch);
  }
  turn.end = Clock::now();
  return turn;
}

// All workers at once, each on a thread of its own; a single one on this
// thread. From the first one's begin to the last one's end.
Turn RunTogether(const Workers& workers, const Match& match,
                 std::uint64_t first) {
  const auto start_of = [&](std::size_t thread) {
    return first + FirstOperation(static_cast<int>(thread), match.threads,
                                  match.field->operations);
  };
  if (workers.size() == 1) {
    return RunTurn(*workers[0], first, match.operations_a_turn);
  }
  std::vector<Turn> turns(workers.size());
  std::latch ready(static_cast<std::ptrdiff_t>(workers.size()));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      turns[i] = RunTurn(*workers[i], start_of(i), match.operations_a_turn);
    });
  }
  for (std::thread& thread : threads) thread.join();
  Turn all = turns[0];
  for (std::size_t i = 1; i < turns.size(); ++i) {
    all.begin = std::min(all.begin, turns[i].begin);
    all.end = std::max(all.end, turns[i].end);
    all.surprises += turns[i].surprises;
  }
  return all;
}

struct Player {
  Contestant* contestant;
  Workers workers;
  std::uint64_t surprises = 0;
};

std::vector<Player> MakePlayers(const Match& match) {
  std::vector<Player> players;
  for (const std::string& name : match.names) {
    Player player{&match.field->Find(name).Get(), {}};
    for (int thread = 0; thread < match.threads; ++thread) {
      player.workers.push_back(player.contestant->NewWorker());
    }
    players.push_back(std::move(player));
  }
  return players;
}

void Rule(const Match& match, const std::vector<Player>& players,
          Ruling& ruling) {
  for (std::size_t i = 0; i < players.size(); ++i) {
    std::string fault =
        players[i].surprises != 0
            ? absl::StrCat(players[i].surprises,
                           " operations ended as they should not")
            : players[i].contestant->FindFault();
    if (fault.empty()) {
      ruling.Confirm();
    } else {
      ruling.Void(
          absl::StrCat("summary/", match.names[i], "/", match.field->variant),
          fault);
    }
  }
}

}  // namespace

void Play(const Match& match, int rounds, std::uint64_t seed, Ruling& ruling,
          Times& times) {
  std::vector<Player> players = MakePlayers(match);
  times.resize(players.size());
  std::vector<std::size_t> order(players.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(seed);
  const double operations =
      static_cast<double>(match.operations_a_turn) * match.threads;
  // The first round warms up and does not count.
  for (int round = 0; round <= rounds; ++round) {
    const std::uint64_t first =
        (static_cast<std::uint64_t>(round) + times[0].size()) *
        match.operations_a_turn;
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      const Turn turn = RunTogether(players[i].workers, match, first);
      players[i].surprises += turn.surprises;
      if (round == 0) continue;
      const std::chrono::duration<double, std::nano> took =
          turn.end - turn.begin;
      times[i].push_back(took.count() / operations);
    }
  }
  Rule(match, players, ruling);
}

Estimate EstimateMedian(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t size = values.size();
  const double half = static_cast<double>(size) / 2;
  const double spread = 1.96 * std::sqrt(static_cast<double>(size)) / 2;
  // Ranks counted from 1, rounded outwards.
  const auto low = static_cast<std::size_t>(std::max(1.0, half - spread));
  const auto high = static_cast<std::size_t>(
      std::min(static_cast<double>(size), std::ceil(half + 1 + spread)));
  const double median = size % 2 == 1
                            ? values[size / 2]
                            : (values[size / 2 - 1] + values[size / 2]) / 2;
  return {median, values[low - 1], values[high - 1]};
}

Estimate EstimateRatio(const std::vector<double>& numerators,
                       const std::vector<double>& denominators) {
  std::vector<double> ratios(numerators.size());
  std::transform(numerators.begin(), numerators.end(), denominators.begin(),
                 ratios.begin(), std::divides<>());
  return EstimateMedian(std::move(ratios));
}

}  // namespace lockstep::bench
