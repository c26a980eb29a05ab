#include "bench/moves.h"

#include <algorithm>
#include <bit>
#include <random>

#include "bench/contestant.h"

namespace lockstep::bench {
namespace {

// The remainder favours small numbers by less than limit / 2^64.
std::uint64_t Below(std::mt19937_64& random, std::uint64_t limit) {
  return random() % limit;
}

std::int64_t RandomAmount(std::mt19937_64& random) {
  return static_cast<std::int64_t>(1 + Below(random, 100));
}

}  // namespace

Moves::Moves(std::uint64_t accounts, std::uint64_t seed) : accounts_(accounts) {
  // So many that nearly every account comes up, and that no branch predictor
  // learns them by heart.
  constexpr std::uint64_t kAtLeast = std::uint64_t{1} << 16;
  moves_.resize(std::max(kAtLeast, std::bit_ceil(accounts)));
  std::mt19937_64 random(seed);
  for (Move& move : moves_) {
    move.from = Below(random, accounts);
    move.to = (move.from + 1 + Below(random, accounts - 1)) % accounts;
    move.amount = RandomAmount(random);
  }
}

Payrolls::Payrolls(std::uint64_t accounts, std::size_t legs, std::uint64_t seed)
    : legs_(legs) {
  constexpr std::uint64_t kLegsInAll = std::uint64_t{1} << 16;
  const std::uint64_t count =
      std::max(kBatch, std::bit_floor(kLegsInAll / legs));
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> drawn;
  all_.reserve(count * legs);
  for (std::uint64_t i = 0; i < count; ++i) {
    drawn.clear();
    while (drawn.size() < legs) {
      const std::uint64_t account = Below(random, accounts);
      if (std::find(drawn.begin(), drawn.end(), account) == drawn.end()) {
        drawn.push_back(account);
      }
    }
    const std::int64_t amount = RandomAmount(random);
    const auto payees = static_cast<std::int64_t>(legs - 1);
    for (const std::uint64_t account : drawn) {
      const bool pays = account == drawn.front();
      all_.push_back({account, pays ? -amount * payees : amount});
    }
  }
}

std::uint64_t FirstOperation(int thread, int threads, std::uint64_t size) {
  const std::uint64_t apart = size / static_cast<std::uint64_t>(threads);
  return static_cast<std::uint64_t>(thread) * apart / kBatch * kBatch;
}

}  // namespace lockstep::bench
