// Cuts through the ledger by its epochs: what a snapshot reads of accounts that
// others change meanwhile, and what is kept for it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "engine/locking/account_lock.h"
#include "tests/weak_memory/books.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

// The four accesses that epoch_clock.h speaks of and nothing else, by the
// engine's own functions: a writer locks its account and reads the epoch, a
// snapshot raises the epoch and looks at the account.
class LockAgainstRaise : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      engine::LockWait wait(Wait::Forever());
      const bool locked = engine::LockAccount<Concurrency::kMultiThread>(
          account_, AccountId(1), wait);
      Check(locked, "who waits for ever gets the lock");
      wrote_in_ = clock_.Load().epoch;
      account_.balance.StoreLocked(kPosted);
      engine::UnlockAccount(account_, AccountId(1), Sequence(1));
      return;
    }
    clock_.Store({kCut + 1, kCut + 1});
    std::uint64_t word = account_.word.LoadAfterRaise();
    while (engine::AccountWord::IsLocked(word)) {
      engine::sync::Yield();
      word = account_.word.LoadAfterRaise();
    }
    has_seen_ = account_.balance.LoadShared() == kPosted;
  }
  void After() override {
    Check(has_seen_ || wrote_in_ > kCut,
          "what belongs to an epoch is seen by who ended it");
  }

 private:
  static constexpr std::uint32_t kCut = engine::EpochClock::kFirst;
  static constexpr engine::Int128 kPosted = 5;

  engine::EpochClock clock_{kCut};
  engine::Account account_{AssetId(1), 0, false, AccountStatus::kOpen};
  // Each its thread's own until both are through.
  std::uint32_t wrote_in_ = 0;
  bool has_seen_ = false;
};

// Two sessions that have images ready, as those have that met a snapshot
// before: what an operation allocates as it meets its first one is a matter of
// one thread.
class EpochBooks : public Books {
 public:
  EpochBooks() {
    for (engine::SessionState& session : sessions_) {
      Check(session.images.Fill(), "there is memory");
    }
  }

 protected:
  engine::SessionState sessions_[2] = {engine::SessionState(0),
                                       engine::SessionState(1)};
};

// Two threads post; the third takes a cut and looks at it later than that, so
// that it may have to look for images.
class CutThenWait : public EpochBooks {
 public:
  void Run(int thread) override {
    if (thread == 2) {
      const std::uint32_t cut = snapshots_.Take().value();
      WaitFor(Choose(3));
      CheckSumAt(cut);
      return snapshots_.End(cut);
    }
    const auto from = static_cast<std::size_t>(thread);
    Transfer(sessions_[from], from, from + 1, 1 + thread);
  }
};

// A cut is there before the threads begin, and with it images.
class CutFromBefore : public EpochBooks {
 public:
  CutFromBefore() {
    Transfer(sessions_[0], 0, 1, 7);
    cut_ = snapshots_.Take().value();
    Transfer(sessions_[0], 0, 1, 5);
  }

  void Run(int thread) override {
    if (thread < 2) {
      const auto from = static_cast<std::size_t>(thread);
      Transfer(sessions_[from], from, 2, 1 + thread);
      return;
    }
    WaitFor(1 + Choose(3));
    constexpr engine::Int128 kThen[kAccounts] = {-7, 7, 0};
    for (std::size_t i = 0; i < kAccounts; ++i) {
      Check(ViewAt(cut_, i).balance == kThen[i],
            "a cut stays as it was when it was taken");
    }
  }
  void After() override { snapshots_.End(cut_); }

 private:
  std::uint32_t cut_ = 0;
};

// One thread posts twice, the other two take a cut each. Of two cuts the later
// one, by its epoch, is nowhere older.
class TwoCuts : public EpochBooks {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      for (int i = 0; i < 2; ++i) Transfer(sessions_[0], 0, 1, 1);
      return;
    }
    WaitFor(Choose(3));
    Seen& seen = seen_[thread - 1];
    seen.cut = snapshots_.Take().value();
    for (std::size_t i = 0; i < kAccounts; ++i) {
      seen.balances[i] = ViewAt(seen.cut, i).balance;
    }
    snapshots_.End(seen.cut);
  }
  void After() override {
    const bool is_in_order = seen_[0].cut < seen_[1].cut;
    const Seen& earlier = seen_[is_in_order ? 0 : 1];
    const Seen& later = seen_[is_in_order ? 1 : 0];
    Check(earlier.cut < later.cut, "each cut ends an epoch of its own");
    Check(earlier.balances[1] <= later.balances[1], "a later cut is not older");
    for (const Seen& seen : seen_) {
      Check(seen.balances[0] + seen.balances[1] == 0, "a cut adds up");
    }
  }

 private:
  struct Seen {
    std::uint32_t cut = 0;
    std::array<engine::Int128, kAccounts> balances{};
  };
  Seen seen_[2];  // each its thread's own until all are through
};

// The last cuts end while operations add images for them: who takes an image
// from the list of new ones finds it whole.
class EndWhileAdding : public EpochBooks {
 public:
  EndWhileAdding() {
    for (std::uint32_t& cut : cuts_) cut = snapshots_.Take().value();
  }

  void Run(int thread) override {
    if (thread < 2) {
      const auto from = static_cast<std::size_t>(thread);
      Transfer(sessions_[from], from, from + 1, 1);
      return;
    }
    WaitFor(Choose(3));
    for (const std::uint32_t cut : cuts_) snapshots_.End(cut);
  }
  void After() override {
    // Those that came after the last one ended go with the next.
    snapshots_.End(snapshots_.Take().value());
    for (std::size_t i = 0; i < kAccounts; ++i) {
      Check(accounts_.ImagesLocked(Id(i)) == nullptr,
            "nothing is kept for nobody");
    }
  }

 private:
  StandIns images_{"image"};
  std::uint32_t cuts_[2];
};

// More than there are.
constexpr std::uint64_t kEnough = 1'000'000'000;

// A snapshot whose end is put off on one thread goes with one that ends on
// another.
class EndPutOff : public EpochBooks {
 public:
  EndPutOff() {
    put_off_->epoch = snapshots_.Take().value();
    ended_ = snapshots_.Take().value();
  }
  void Run(int thread) override {
    if (thread == 0) {
      snapshots_.PutOffEnd(std::move(put_off_));
    } else {
      snapshots_.End(ended_);
    }
  }
  void After() override {
    snapshots_.End(snapshots_.Take().value());
    Check(snapshots_.clock().Load().wanted_below == 0, "none lives on");
  }

 private:
  StandIns cuts_{"cut"};
  std::unique_ptr<engine::SnapshotCut> put_off_ =
      std::make_unique<engine::SnapshotCut>();
  std::uint32_t ended_ = 0;
};

constexpr Protocol kProtocols[] = {
    {"epoch_end_put_off", 2, Search::kRandom, 20'000, MakeScenario<EndPutOff>},
    {"epoch_all_schedules", 2, Search::kEverything, kEnough,
     MakeScenario<LockAgainstRaise>},
    {"epoch_cut_then_wait", 3, Search::kRandom, 20'000,
     MakeScenario<CutThenWait>},
    {"epoch_cut_from_before", 3, Search::kRandom, 20'000,
     MakeScenario<CutFromBefore>},
    {"epoch_two_cuts", 3, Search::kRandom, 20'000, MakeScenario<TwoCuts>},
    {"epoch_end_while_adding", 3, Search::kRandom, 20'000,
     MakeScenario<EndWhileAdding>},
};

}  // namespace

std::span<const Protocol> EpochProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
