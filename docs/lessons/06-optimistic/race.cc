#include "06-optimistic/race.h"

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <thread>
#include <vector>

#include "06-optimistic/thinking.h"

namespace lockstep::lessons {

namespace {

using Clock = std::chrono::steady_clock;

// So much that nobody runs out of it: coins go to and fro.
constexpr std::int64_t kCoinsEach = 1'000'000'000;

struct Pair {
  AccountId a;
  AccountId b;
};

// Draws two different accounts, each pair as likely as any other.
class Draw {
 public:
  Draw(std::span<const AccountId> accounts, std::uint64_t seed)
      : accounts_(accounts), state_(seed * 2654435761U) {}

  Pair Next() {
    const std::size_t a = Below(accounts_.size());
    const std::size_t other = Below(accounts_.size() - 1);
    return {accounts_[a], accounts_[other < a ? other : other + 1]};
  }

 private:
  std::size_t Below(std::size_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(((state_ >> 32) * limit) >> 32);
  }

  std::span<const AccountId> accounts_;
  std::uint64_t state_;
};

// What one thread did.
struct Tally {
  std::int64_t posted = 0;
  std::int64_t refused = 0;
  std::int64_t tries = 0;
};

struct Scene {
  Ledger& ledger;
  std::atomic<bool> is_over = false;
};

Tally Think(Scene& scene, const Race& race, const Thinking& thinking,
            Draw draw) {
  const TransferOptions options = {.mode = race.mode};
  Tally tally;
  do {
    const Pair pair = draw.Next();
    const Receipt receipt = scene.ledger.Transact(
        {pair.a, pair.b},
        [&](AccountStates seen) {
          ++tally.tries;
          // What is thought about depends on what was seen.
          if (thinking.Do(seen[0].version.value()) == 0) return Decision();
          const bool a_is_richer = seen[0].balance > seen[1].balance;
          return a_is_richer ? Decision().Move(pair.a, pair.b, Amount(1))
                             : Decision().Move(pair.b, pair.a, Amount(1));
        },
        options);
    ++(receipt.ok() ? tally.posted : tally.refused);
  } while (!scene.is_over);
  return tally;
}

Tally Pay(Scene& scene, Draw draw) {
  Tally tally;
  do {
    const Pair pair = draw.Next();
    const bool ok = scene.ledger.Transfer(pair.a, pair.b, Amount(1)).ok();
    ++(ok ? tally.posted : tally.refused);
  } while (!scene.is_over);
  return tally;
}

Tally Sum(std::span<const Tally> tallies) {
  Tally sum;
  for (const Tally& tally : tallies) {
    sum.posted += tally.posted;
    sum.refused += tally.refused;
    sum.tries += tally.tries;
  }
  return sum;
}

std::vector<AccountId> MakeAccounts(Ledger& ledger, AssetId gold,
                                    std::size_t count) {
  const AccountId mint = ledger.GetAsset(gold)->issuer;
  std::vector<AccountId> accounts;
  for (std::size_t i = 0; i < count; ++i) {
    accounts.push_back(ledger.CreateAccount({.asset = gold}).value());
    ledger.Transfer(mint, accounts.back(), Amount(kCoinsEach));
  }
  return accounts;
}

}  // namespace

std::string FindFault(const Ledger& ledger,
                      const std::vector<AccountId>& accounts, Amount expected) {
  if (!ledger.Audit()->ok) return "the books do not hold";
  Amount sum;
  for (const AccountId account : accounts) {
    sum = Add(sum, ledger.Balance(account).value()).value();
  }
  return sum == expected ? "" : "money was lost";
}

Finish RunRace(const Race& race) {
  Ledger ledger = Ledger::Open({.journal_bytes = 0}).value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const auto each = static_cast<std::size_t>(race.accounts);
  const std::vector<AccountId> accounts =
      MakeAccounts(ledger, gold, race.apart ? 2 * each : each);
  const auto thinkers = static_cast<std::size_t>(race.thinkers);
  const Thinking thinking(race.thinking);
  Scene scene{.ledger = ledger};

  Clock::time_point start;
  std::clock_t cpu_start = 0;
  std::barrier together(race.thinkers + race.payers + 1, [&]() noexcept {
    start = Clock::now();
    cpu_start = std::clock();
  });
  std::vector<Tally> tallies(thinkers + static_cast<std::size_t>(race.payers));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      threads.emplace_back([&, i] {
        const std::span<const AccountId> all(accounts);
        const bool is_thinker = i < thinkers;
        const Draw draw(is_thinker ? all.first(each) : all.last(each), i + 1);
        together.arrive_and_wait();
        tallies[i] =
            is_thinker ? Think(scene, race, thinking, draw) : Pay(scene, draw);
      });
    }
    together.arrive_and_wait();
    std::this_thread::sleep_for(race.length);
    scene.is_over = true;
  }
  const double wall_s =
      std::chrono::duration<double>(Clock::now() - start).count();
  const double cpu_s =
      static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;

  const std::span<const Tally> all(tallies);
  const Tally thoughts = Sum(all.first(thinkers));
  const Tally payments = Sum(all.subspan(thinkers));
  const auto coins = kCoinsEach * static_cast<std::int64_t>(accounts.size());
  std::string fault = FindFault(ledger, accounts, Amount(coins));
  if (thoughts.refused + payments.refused != 0) fault = "something was refused";
  const auto posted = static_cast<double>(thoughts.posted);
  return {
      .pace = {.thoughts_per_s = posted / wall_s,
               .payments_per_s = static_cast<double>(payments.posted) / wall_s,
               .tries_per_thought =
                   static_cast<double>(thoughts.tries) / posted,
               .cores = cpu_s / wall_s},
      .fault = fault};
}

}  // namespace lockstep::lessons
