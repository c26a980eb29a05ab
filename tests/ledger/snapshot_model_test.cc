// Random operations, and up to five snapshots that come and go meanwhile,
// against copies of what there was.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "tests/posting/ways.h"
#include "tests/support/account_states.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

class SnapshotModelTest : public testing::TestWithParam<ConcurrencyAndMode> {
 protected:
  static constexpr std::size_t kMostSnapshots = 5;

  // A snapshot, and a copy of all that it must say.
  struct Copy {
    Snapshot snapshot;
    std::vector<AccountState> states;
    std::uint32_t assets = 0;
    std::uint64_t rows = 0;
    Tick tick;
    Bits128 digest;
  };

  std::uint64_t Below(std::uint64_t end) { return random_() % end; }
  AccountId AnyAccount() {
    return AccountId(1 + Below(ledger_.account_count()));
  }
  TransferOptions Options() const {
    return {.mode = std::get<Mode>(GetParam())};
  }

  void DoSomething() {
    switch (Below(12)) {
      case 0:
        if (ledger_.SetStatus(
                AnyAccount(),
                static_cast<AccountStatus>(Below(3) == 0 ? Below(5) : 0)) ==
            Outcome::kOk)
          ++rows_;
        break;
      case 1:
        if (ledger_.account_count() < 40) {
          const AssetId asset(
              static_cast<std::uint32_t>(1 + Below(ledger_.asset_count())));
          EXPECT_TRUE(
              ledger_.CreateAccount({.asset = asset, .floor = Amount(-20)}));
        }
        break;
      case 2:
        ++tick_;
        EXPECT_EQ(ledger_.Advance(Tick(tick_)), Outcome::kOk);
        break;
      case 3: {
        const AccountId others[] = {AnyAccount(), AnyAccount(), AnyAccount()};
        const Receipt receipt = ledger_.Transact(
            others,
            [&](AccountStates states) {
              const Amount half(states[0].balance.low() / 2);
              return Decision().Move(others[0], others[1], half);
            },
            Options());
        if (receipt.ok()) rows_ += 2;
        break;
      }
      case 4: {
        const AccountId one = AnyAccount();
        const AccountId other = AnyAccount();
        const auto amount = static_cast<std::int64_t>(1 + Below(10));
        const Leg legs[] = {{one, Amount(-amount)},
                            {other, Amount(2 * amount)},
                            {one, Amount(-amount)}};
        if (ledger_.Post(legs, Options()).ok()) rows_ += 3;
        break;
      }
      default:
        if (ledger_
                .Transfer(AnyAccount(), AnyAccount(), Amount(1 + Below(30)),
                          Options())
                .ok()) {
          rows_ += 2;
        }
    }
  }

  void TakeOne() {
    if (copies_.size() == kMostSnapshots) return;
    // All that is compared later, from elsewhere. (The digest takes a snapshot
    // of its own.)
    const Bits128 digest = ledger_.Digest().value();
    copies_.push_back({.snapshot = ledger_.TakeSnapshot().value(),
                       .states = PresentStates(ledger_),
                       .assets = ledger_.asset_count(),
                       .rows = rows_,
                       .tick = Tick(tick_),
                       .digest = digest});
  }
  void EndOne() {
    if (copies_.empty()) return;
    std::swap(copies_[Below(copies_.size())], copies_.back());
    copies_.pop_back();
  }

  void Look(const Copy& copy) {
    switch (Below(6)) {
      case 0: {
        EXPECT_EQ(copy.snapshot.Digest().value(), copy.digest);
        const AuditReport report = copy.snapshot.Audit().value();
        EXPECT_TRUE(report.ok);
        EXPECT_EQ(report.rows, copy.rows);
        break;
      }
      case 1: {
        const Ledger clone = copy.snapshot.Clone().value();
        ExpectSame(PresentStates(clone), copy.states);
        EXPECT_EQ(clone.asset_count(), copy.assets);
        break;
      }
      default:
        ExpectAgrees(copy.snapshot, copy.states);
        EXPECT_EQ(copy.snapshot.asset_count(), copy.assets);
        EXPECT_EQ(copy.snapshot.tick(), copy.tick);
    }
  }

  const std::uint64_t seed_ =
      Seed() + 1000 * static_cast<std::uint64_t>(std::get<Mode>(GetParam()));
  std::mt19937_64 random_{seed_};
  SmallLedger small_{{.concurrency = std::get<Concurrency>(GetParam())}};
  Ledger& ledger_ = small_.ledger;
  std::vector<AccountId> rich_ = small_.Accounts(5, 1000);
  AssetId gems_ = ledger_.CreateAsset({.code = "GEMS"}).value();
  AccountId jeweller_ = small_.Account(500, {.asset = gems_});
  std::uint64_t rows_ = 2 * (5 + 1);
  std::uint64_t tick_ = 0;
  std::vector<Copy> copies_;
};

TEST_P(SnapshotModelTest, EachSnapshotStaysWhatItWas) {
  SCOPED_TRACE(SeedTrace(Seed()));
  const std::uint64_t operations = Scaled(20'000);
  for (std::uint64_t i = 0; i < operations; ++i) {
    const std::uint64_t what = Below(20);
    if (what == 0) {
      TakeOne();
    } else if (what == 1) {
      EndOne();
    } else if (what == 2 && !copies_.empty()) {
      Look(copies_[Below(copies_.size())]);
    } else {
      DoSomething();
    }
    if (HasFailure()) {
      ADD_FAILURE() << "operation " << i;
      return;
    }
  }
  for (const Copy& copy : copies_) {
    ExpectAgrees(copy.snapshot, copy.states);
    EXPECT_EQ(copy.snapshot.Digest().value(), copy.digest);
  }
  copies_.clear();
  small_.ExpectSound();
  EXPECT_GT(rows_, operations / 4) << "hardly anything was posted";
}

INSTANTIATE_TEST_SUITE_P(All, SnapshotModelTest, EachMode(), NameOfMode);

}  // namespace
}  // namespace lockstep::test
