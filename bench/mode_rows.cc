#include "bench/mode_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "bench/books.h"
#include "bench/thinking.h"
#include "bench/workers.h"

namespace lockstep::bench {
namespace {

constexpr std::array kRows = {
    ModeRow{.name = "base"},
    ModeRow{.name = "legs:3", .legs = 3},
    ModeRow{.name = "legs:8", .legs = 8},
    ModeRow{.name = "legs:32", .legs = 32},
    ModeRow{.name = "skew:zipf", .skew = Skew::kZipf},
    ModeRow{.name = "skew:hot", .skew = Skew::kHot},
    ModeRow{.name = "think:0", .thinking_ns = 0},
    ModeRow{.name = "think:100us", .thinking_ns = 100'000},
    ModeRow{.name = "threads:1", .threads = 1},
    ModeRow{.name = "threads:8", .threads = 8},
};

// Draws accounts, counted from 0, as a row's skew has it.
class Draw {
 public:
  Draw(Skew skew, std::uint64_t seed) : skew_(skew), random_(seed) {
    double sum = 0;
    for (std::uint64_t k = 1; k <= kModeAccounts; ++k) {
      sum += skew == Skew::kZipf ? std::pow(static_cast<double>(k), -0.9) : 1;
      up_to_.push_back(sum);
    }
  }

  // `count` different accounts.
  std::vector<std::uint64_t> Accounts(std::size_t count) {
    std::vector<std::uint64_t> drawn;
    if (skew_ == Skew::kHot && random_() % 5 != 0) drawn.push_back(0);
    while (drawn.size() < count) {
      const std::uint64_t account = One();
      if (std::find(drawn.begin(), drawn.end(), account) == drawn.end()) {
        drawn.push_back(account);
      }
    }
    return drawn;
  }
  std::int64_t Amount() { return 1 + static_cast<std::int64_t>(random_() % 9); }

 private:
  std::uint64_t One() {
    std::uniform_real_distribution<double> uniform(0, up_to_.back());
    const auto found =
        std::upper_bound(up_to_.begin(), up_to_.end(), uniform(random_));
    return static_cast<std::uint64_t>(found - up_to_.begin());
  }

  const Skew skew_;
  std::mt19937_64 random_;
  std::vector<double> up_to_;
};

class Transactions final : public LedgerContestant {
 public:
  Transactions(const ModeRow& row, Mode mode, std::uint64_t seed)
      : LedgerContestant(kModeAccounts, kBalanceEach, LedgerWay()),
        legs_(row.legs),
        thinking_(row.thinking_ns) {
    options_.mode = mode;
    Draw draw(row.skew, seed);
    for (std::uint64_t i = 0; i < kModeTransactions; ++i) {
      for (const std::uint64_t account : draw.Accounts(legs_)) {
        accounts_.push_back(Books::IdOf(account));
      }
      amounts_.push_back(draw.Amount());
    }
  }

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this, session = OpenSession()](
                          std::uint64_t first, std::uint64_t count) mutable {
      std::uint64_t surprises = 0;
      for (std::uint64_t i = first; i < first + count; ++i) {
        surprises += MakeOne(session, i & (kModeTransactions - 1)) ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  bool MakeOne(Session& session, std::uint64_t index) const {
    const std::span<const AccountId> accounts(accounts_.data() + index * legs_,
                                              legs_);
    const std::int64_t amount = amounts_[index];
    const auto decide = [&](AccountStates states) {
      // What is thought about depends on what was seen.
      const std::uint64_t thought = thinking_.Do(states[0].balance.low());
      Decision decision;
      if (thought == 0) return decision;  // never, but it must be known
      const auto payees = static_cast<std::int64_t>(legs_ - 1);
      decision.Add(accounts[0], Amount(-amount * payees));
      for (const AccountId payee : accounts.subspan(1)) {
        decision.Add(payee, Amount(amount));
      }
      return decision;
    };
    return session.Transact(accounts, decide, options_).ok();
  }

  const std::size_t legs_;
  const Thinking thinking_;
  TransferOptions options_;
  std::vector<AccountId> accounts_;
  std::vector<std::int64_t> amounts_;
};

}  // namespace

std::span<const ModeRow> ModeRows() { return kRows; }

std::unique_ptr<Contestant> MakeTransactions(const ModeRow& row, Mode mode,
                                             std::uint64_t seed) {
  return std::make_unique<Transactions>(row, mode, seed);
}

}  // namespace lockstep::bench
