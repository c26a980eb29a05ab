// Snapshots, while others post.

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// Those who do not post take a snapshot each and read all accounts in it.
class SnapshotsAndWriters final : public MixedScenario {
 public:
  explicit SnapshotsAndWriters(const Setup& setup)
      : MixedScenario(setup, {"takes a snapshot", "takes another one"}),
        name_(recorder().AddName("snapshot")) {
    for (const std::int64_t balance : setup.balances) sum_ += balance;
    accounts_ = setup.balances.size();
  }

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const Snapshot snapshot = ledger().TakeSnapshot().value();
    Amount sum;
    for (std::size_t i = 1; i <= accounts_; ++i) {
      const Amount balance =
          snapshot.Balance(account(static_cast<int>(i))).value();
      sum = Add(sum, balance).value();
      Saw(thread, balance.low());
    }
    Record([&] { recorder().End(Outcome::kOk); });
    Require(sum == Amount(sum_), "a snapshot's balances do not add up");
  }

  const std::uint32_t name_;
  std::int64_t sum_ = 0;
  std::size_t accounts_ = 0;
};

}  // namespace

std::vector<NamedScenario> SnapshotScenarios() {
  const LedgerScenario::Setup one_writer = {.balances = {10, 10},
                                            .work = {{{{1, -3}, {2, 3}}}, {}},
                                            .options = {.journal_bytes = 0},
                                            .real_time = false};
  LedgerScenario::Setup two_posts = one_writer;
  two_posts.work = {{{{1, -3}, {2, 3}}, {{2, -2}, {1, 2}}}, {}};
  LedgerScenario::Setup two_writers = one_writer;
  two_writers.work = {{{{1, -3}, {2, 3}}}, {{{2, -2}, {1, 2}}}, {}};
  LedgerScenario::Setup two_snapshots = one_writer;
  two_snapshots.work = {{{{1, -3}, {2, 3}}}, {}, {}};
  return {
      {"snapshot-and-writer", "a snapshot while a thread posts",
       MakeFrom<SnapshotsAndWriters>(one_writer), nullptr},
      {"snapshot-and-two-posts", "a snapshot while a thread posts twice",
       MakeFrom<SnapshotsAndWriters>(two_posts), nullptr},
      {"snapshot-and-writers", "a snapshot while two threads post",
       MakeFrom<SnapshotsAndWriters>(two_writers), nullptr},
      {"two-snapshots", "two snapshots at once while a thread posts",
       MakeFrom<SnapshotsAndWriters>(two_snapshots), nullptr},
  };
}

}  // namespace lockstep::engine::explore
