// Snapshots, while others post.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"
#include "engine/ledger/ledger_core.h"

namespace lockstep::engine::explore {
namespace {

// What these have in common. The snapshots that threads take live until all are
// through, but where ending one is the point: so there is less to explore.
class SnapshotScenario : public MixedScenario {
 public:
  SnapshotScenario(const Setup& setup, std::vector<std::string_view> titles)
      : MixedScenario(setup, std::move(titles)), kept_(kPlaces) {}

 protected:
  static constexpr std::size_t kPlaces = 3;

  // Takes a snapshot, kept in a place, and gives what accounts have in it, by
  // number: one operation of the history, which must have it all.
  std::vector<Amount> TakeAndRead(int thread, std::size_t place,
                                  const std::vector<int>& numbers) {
    Record([&] { recorder().Begin(takes_); });
    kept_[place].emplace(ledger().TakeSnapshot().value());
    std::vector<Amount> balances;
    for (const int number : numbers) {
      balances.push_back(kept_[place]->Balance(account(number)).value());
    }
    Record([&] { recorder().End(Outcome::kOk); });
    for (const Amount balance : balances) Saw(thread, balance.low());
    return balances;
  }
  [[nodiscard]] std::optional<Snapshot>& kept(std::size_t place) {
    return kept_[place];
  }

  // For constructors: lets every thread's session meet a snapshot, so that it
  // has images ready. (One that has none finds that out under its locks, and
  // begins again: twice as much to explore.)
  void MeetASnapshot() {
    const Snapshot first = ledger().TakeSnapshot().value();
    for (int thread = 0; thread < threads(); ++thread) {
      session(thread).Transfer(account(0), account(1), Amount(1));
      session(thread).Transfer(account(1), account(0), Amount(1));
    }
    StartHistory();
  }

  // While nobody is at work: whether anything is kept for snapshots. The next
  // one that ends takes away what an operation added as the last one ended.
  [[nodiscard]] bool KeepsImages() {
    static_cast<void>(ledger().TakeSnapshot());
    const AccountTable& accounts = LedgerCore::Of(ledger()).accounts();
    for (std::uint64_t id = 1; id <= accounts.count(); ++id) {
      if (accounts.ImagesLocked(AccountId(id)) != nullptr) return true;
    }
    return false;
  }

 private:
  const std::uint32_t takes_ = recorder().AddName("snapshot");
  std::vector<std::optional<Snapshot>> kept_;
};

// B takes a snapshot and reads accounts 1 and 2 in it, between which A moves
// money.
class SnapshotAndWriter final : public SnapshotScenario {
 public:
  explicit SnapshotAndWriter(const Setup& setup)
      : SnapshotScenario(setup, {"takes a snapshot, reads 2 and 3"}),
        sum_(setup.balances[0] + setup.balances[1]) {}

 private:
  void RunOther(int thread) override {
    const std::vector<Amount> seen = TakeAndRead(thread, 0, {1, 2});
    Require(Add(seen[0], seen[1]).value() == sum_,
            "a snapshot's balances do not add up");
  }

  const Amount sum_;
};

// A pays 1 -> 2 all that there is, B hands it on, 2 -> 3, if it came first; C
// takes a snapshot and looks whether it arrived. Whether it left, one looks
// when all are through: there is an image by then.
class SnapshotOfRelay final : public SnapshotScenario {
 public:
  explicit SnapshotOfRelay(const Setup& setup)
      : SnapshotScenario(setup, {"takes a snapshot, reads 4"}) {
    MeetASnapshot();
  }

 private:
  void RunOther(int thread) override {
    arrived_ = TakeAndRead(thread, 0, {3})[0];
  }
  std::string CheckMore() override {
    if (kept(0)->Balance(account(3)).value() != arrived_) {
      return "a snapshot has changed";
    }
    const Amount stayed = kept(0)->Balance(account(1)).value();
    return arrived_.is_zero() || stayed.is_zero()
               ? std::string()
               : "a snapshot has a payment without the one that it depended on";
  }

  Amount arrived_;
};

// B takes two snapshots, one after the other, and reads account 2, to which A
// pays, in both: in the later one first.
class LaterSnapshot final : public SnapshotScenario {
 public:
  explicit LaterSnapshot(const Setup& setup)
      : SnapshotScenario(setup, {"takes two snapshots, reads 3 in both"}) {}

 private:
  void RunOther(int thread) override {
    kept(0).emplace(ledger().TakeSnapshot().value());
    const Amount later = TakeAndRead(thread, 1, {2})[0];
    const Amount earlier = kept(0)->Balance(account(2)).value();
    Saw(thread, earlier.low());
    Require(earlier <= later, "a later snapshot is older");
  }
};

// B and C take a snapshot each, and read one of the two accounts between which
// A moves money. The rest is read when all are through.
class TwoSnapshots final : public SnapshotScenario {
 public:
  explicit TwoSnapshots(const Setup& setup)
      : SnapshotScenario(
            setup, {"takes a snapshot, reads 2", "takes a snapshot, reads 3"}),
        sum_(setup.balances[0] + setup.balances[1]) {
    MeetASnapshot();
  }

 private:
  void RunOther(int thread) override {
    const auto place = static_cast<std::size_t>(thread) - 1;
    seen_[place] = TakeAndRead(thread, place, {thread})[0];
  }
  std::string CheckMore() override {
    for (std::size_t place = 0; place < 2; ++place) {
      const Amount first = kept(place)->Balance(account(1)).value();
      const Amount second = kept(place)->Balance(account(2)).value();
      if ((place == 0 ? first : second) != seen_[place]) {
        return "a snapshot has changed";
      }
      if (Add(first, second).value() != sum_) {
        return "a snapshot's balances do not add up";
      }
    }
    return {};
  }

  const Amount sum_;
  std::array<Amount, 2> seen_;
};

// Snapshots were taken before the threads began, each followed by a payment
// 1 -> 2 of 1, so that images are kept; now A posts, and the others end some of
// them and read the rest. Account 3 has not been posted to since the first one.
class SnapshotsEnd : public SnapshotScenario {
 public:
  SnapshotsEnd(const Setup& setup, std::vector<std::string_view> titles,
               std::size_t count)
      : SnapshotScenario(setup, std::move(titles)), count_(count) {
    MeetASnapshot();
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Amount>& had = had_.emplace_back();
      for (int number = 0; number <= kAccounts; ++number) {
        had.push_back(ledger().Balance(account(number)).value());
      }
      kept(i).emplace(ledger().TakeSnapshot().value());
      if (i + 1 < count) {
        ledger().Transfer(account(1), account(2), Amount(1));
      }
    }
    StartHistory();
  }

 protected:
  void End(std::size_t place) { kept(place).reset(); }
  [[nodiscard]] bool IsAsItWas(std::size_t place, int number) {
    return kept(place)->Balance(account(number)).value() ==
           had_[place][static_cast<std::size_t>(number)];
  }
  std::string CheckMore() override {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!kept(i)) continue;
      for (int number = 0; number <= kAccounts; ++number) {
        if (!IsAsItWas(i, number)) return "a snapshot has changed";
      }
      End(i);
    }
    return KeepsImages() ? "an image is kept for nobody" : std::string();
  }

 private:
  static constexpr int kAccounts = 3;

  const std::size_t count_;
  std::vector<std::vector<Amount>> had_;  // by place and number
};

class OnlySnapshotEnds final : public SnapshotsEnd {
 public:
  explicit OnlySnapshotEnds(const Setup& setup)
      : SnapshotsEnd(setup, {"ends the only snapshot"}, 1) {}

 private:
  void RunOther(int /*thread*/) override { End(0); }
};

class OldSnapshotEnds final : public SnapshotsEnd {
 public:
  explicit OldSnapshotEnds(const Setup& setup)
      : SnapshotsEnd(setup, {"ends the older of two snapshots"}, 2) {}

 private:
  void RunOther(int /*thread*/) override { End(0); }
};

class YoungSnapshotEnds final : public SnapshotsEnd {
 public:
  explicit YoungSnapshotEnds(const Setup& setup)
      : SnapshotsEnd(setup, {"ends the younger of two snapshots"}, 2) {}

 private:
  void RunOther(int /*thread*/) override { End(1); }
};

class BothSnapshotsEnd final : public SnapshotsEnd {
 public:
  explicit BothSnapshotsEnd(const Setup& setup)
      : SnapshotsEnd(
            setup, {"ends the older of two snapshots", "ends the younger"}, 2) {
  }

 private:
  void RunOther(int thread) override {
    End(static_cast<std::size_t>(thread) - 1);
  }
};

// B reads account 1 in a snapshot, of which an image may be there or not yet,
// while C ends the one after it.
class ReadWhileOtherEnds final : public SnapshotsEnd {
 public:
  explicit ReadWhileOtherEnds(const Setup& setup)
      : SnapshotsEnd(
            setup,
            {"reads 2 in the older of two snapshots", "ends the younger"}, 2) {}

 private:
  void RunOther(int thread) override {
    if (thread == 2) return End(1);
    Require(IsAsItWas(0, 1), "a snapshot has changed");
  }
};

// B takes a snapshot, reads account 1 and ends it, all while A posts.
class ShortSnapshot final : public SnapshotScenario {
 public:
  explicit ShortSnapshot(const Setup& setup)
      : SnapshotScenario(setup, {"takes a snapshot, reads 2, and ends it"}) {}

 private:
  void RunOther(int thread) override {
    TakeAndRead(thread, 0, {1});
    kept(0).reset();
  }
  std::string CheckMore() override {
    return KeepsImages() ? "an image is kept for nobody" : std::string();
  }
};

// A freezes account 1, then account 2; B takes a snapshot and looks at both.
// When all are through it must still have what B saw.
class SnapshotAndStatus final : public SnapshotScenario {
 public:
  explicit SnapshotAndStatus(const Setup& setup)
      : SnapshotScenario(setup, {"freezes account 2, then account 3",
                                 "takes a snapshot, looks at 2 and 3"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return Freeze();
    kept(0).emplace(ledger().TakeSnapshot().value());
    has_first_ = IsFrozen(1);
    has_second_ = IsFrozen(2);
    Saw(thread, std::uint64_t{has_first_});
    Saw(thread, std::uint64_t{has_second_});
    Require(has_first_ || !has_second_,
            "a snapshot has what was done later, and not what was before");
  }
  std::string CheckMore() override {
    return IsFrozen(1) == has_first_ && IsFrozen(2) == has_second_
               ? std::string()
               : "a snapshot has changed";
  }
  void Freeze() {
    for (int number = 1; number <= 2; ++number) {
      Record([&] { recorder().Begin(freezes_); });
      const Outcome outcome =
          ledger().SetStatus(account(number), AccountStatus::kFrozen);
      Record([&] { recorder().EndStatusChange(outcome); });
    }
  }
  bool IsFrozen(int number) {
    return kept(0)->Get(account(number))->status == AccountStatus::kFrozen;
  }

  const std::uint32_t freezes_ = recorder().AddName("freeze");
  bool has_first_ = false;
  bool has_second_ = false;
};

// A posts what a function decides; B takes a snapshot, also in the middle of
// it.
class SnapshotAndFunction final : public SnapshotScenario {
 public:
  explicit SnapshotAndFunction(const Setup& setup)
      : SnapshotScenario(setup, {"lets a function decide upon 2 -> 3: 3",
                                 "takes a snapshot, reads 2 and 3"}),
        sum_(setup.balances[0] + setup.balances[1]) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return Transact();
    const std::vector<Amount> seen = TakeAndRead(thread, 0, {1, 2});
    Require(Add(seen[0], seen[1]).value() == sum_,
            "a snapshot's balances do not add up");
  }
  void Transact() {
    const std::vector<Leg> legs = {{account(1), Amount(-3)},
                                   {account(2), Amount(3)}};
    Record([&] { recorder().Begin(decides_, legs); });
    const Receipt receipt = session(0).Transact(
        {account(1), account(2)},
        [&](AccountStates states) {
          // A step of its own, before and after which others may go on.
          looks_.fetch_add(1);
          Require(
              ledger().TakeSnapshot().error() == Outcome::kInsideTransaction,
              "a function takes a snapshot");
          return Decision().Move(states[0].id, states[1].id, Amount(3));
        },
        how(0));
    Record([&] { recorder().End(receipt); });
    Require(receipt.ok(), "a transaction is refused");
  }

  const std::uint32_t decides_ = recorder().AddName("transaction");
  const Amount sum_;
  sync::Atomic<int> looks_ = 0;
};

}  // namespace

std::vector<NamedScenario> SnapshotScenarios() {
  using Setup = LedgerScenario::Setup;
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const auto with = [](std::vector<std::vector<LegsOf>> work,
                       std::vector<TransferOptions> how = {}) {
    return Setup{.balances = {10, 10},
                 .work = std::move(work),
                 .options = {.journal_bytes = 0},
                 .real_time = false,
                 .how = std::move(how)};
  };
  // Ends: one account that has an image for the older one, one that has none.
  const auto ending = [&with](std::vector<std::vector<LegsOf>> work) {
    Setup setup = with(std::move(work));
    setup.balances = {10, 10, 10};
    return setup;
  };
  const LegsOf onward = {{1, -3}, {3, 3}};
  Setup relay = with({{{{1, -5}, {2, 5}}}, {{{2, -5}, {3, 5}}}, {}});
  relay.balances = {5, 0, 0};
  return {
      {"snapshot-and-writer", "a snapshot while a thread posts",
       MakeFrom<SnapshotAndWriter>(with({{there}, {}})), nullptr},
      {"snapshot-and-two-posts", "a snapshot while a thread posts twice",
       MakeFrom<SnapshotAndWriter>(with({{there, back}, {}})), nullptr},
      {"snapshot-and-optimistic",
       "a snapshot while a thread posts optimistically",
       MakeFrom<SnapshotAndWriter>(with({{there}, {}}, {Optimistic(1)})),
       nullptr},
      {"snapshot-of-relay",
       "a snapshot while a thread pays, and another one hands it on",
       MakeFrom<SnapshotOfRelay>(relay), nullptr},
      {"later-snapshot", "two snapshots, one after the other, beside a writer",
       MakeFrom<LaterSnapshot>(with({{there}, {}})), nullptr},
      {"two-snapshots", "two threads take a snapshot each beside a writer",
       MakeFrom<TwoSnapshots>(with({{there}, {}, {}})), nullptr},
      {"short-snapshot",
       "a snapshot is taken, read and ended while a thread posts",
       MakeFrom<ShortSnapshot>(with({{there}, {}})), nullptr},
      {"snapshot-ends", "the only snapshot ends while a thread posts twice",
       MakeFrom<OnlySnapshotEnds>(ending({{there, back}, {}})), nullptr},
      {"snapshot-ends-beside-writers",
       "the only snapshot ends while two threads post",
       MakeFrom<OnlySnapshotEnds>(ending({{there}, {back}, {}})), nullptr},
      {"older-snapshot-ends", "the older of two ends while a thread posts",
       MakeFrom<OldSnapshotEnds>(ending({{onward}, {}})), nullptr},
      {"younger-snapshot-ends", "the younger of two ends while a thread posts",
       MakeFrom<YoungSnapshotEnds>(ending({{onward}, {}})), nullptr},
      {"two-snapshots-end", "two snapshots end while a thread posts",
       MakeFrom<BothSnapshotsEnd>(ending({{onward}, {}, {}})), nullptr},
      {"read-while-other-ends",
       "a snapshot is read while a thread posts and another snapshot ends",
       MakeFrom<ReadWhileOtherEnds>(ending({{onward}, {}, {}})), nullptr},
      {"snapshot-and-status",
       "a snapshot while a thread freezes two accounts in turn",
       MakeFrom<SnapshotAndStatus>(with({{}, {}})), nullptr},
      {"snapshot-and-function",
       "a snapshot while a transaction function is under way",
       MakeFrom<SnapshotAndFunction>(with({{}, {}})), nullptr},
      {"snapshot-and-optimistic-function", "the same, optimistic",
       MakeFrom<SnapshotAndFunction>(with({{}, {}}, {Optimistic(1)})), nullptr},
  };
}

}  // namespace lockstep::engine::explore
