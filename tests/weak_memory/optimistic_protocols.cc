// Those who look at several accounts without their locks: to post (optimistic
// mode), or only to know.

#include <array>
#include <cstddef>

#include "engine/locking/observed_accounts.h"
#include "engine/snapshot/read_together.h"
#include "tests/weak_memory/books.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

// Two sessions, each of which posts in its own mode.
class ModeBooks : public Books {
 protected:
  static TransferOptions OptimisticOnce() {
    return {.mode = Mode::kOptimistic, .retry = {.attempts = 1}};
  }

  engine::SessionState sessions_[2] = {engine::SessionState(0),
                                       engine::SessionState(1)};
};

// Two threads post twice between accounts 0 and 1, in opposite directions, the
// first one optimistically: no transfer is lost, and each found what another
// left.
template <Mode kOther>
class NothingIsLost : public ModeBooks {
 public:
  void Run(int thread) override {
    const auto from = static_cast<std::size_t>(thread);
    const bool is_optimistic = thread == 0 || kOther == Mode::kOptimistic;
    for (int i = 0; i < 2; ++i) {
      Transfer(sessions_[from], from, 1 - from, 1 + 2 * thread,
               is_optimistic ? OptimisticOnce() : TransferOptions());
    }
  }
  void After() override {
    Check(View(0).balance == 4 && View(1).balance == -4,
          "every transfer counts, once");
  }
};

// The third thread looks at both accounts, as optimistic operations do, while
// the others post between them: what passes for one view is one.
class OneViewBesideTransfers : public ModeBooks {
 public:
  void Run(int thread) override {
    if (thread < 2) {
      const auto from = static_cast<std::size_t>(thread);
      Transfer(sessions_[from], from, 1 - from, 1 + thread,
               thread == 0 ? OptimisticOnce() : TransferOptions());
      return;
    }
    WaitFor(Choose(3));
    const engine::AccountsInOrder<2> order(accounts_, Id(0), Id(1));
    engine::ObservedAccounts<2> observed(accounts_, order);
    engine::LockWait wait(Wait::Forever());
    Check(observed.Look(wait), "who waits for ever sees them unlocked");
    if (!observed.IsOneView()) return;
    Check(observed.view(0).balance + observed.view(1).balance == 0,
          "one view is of one moment");
  }
};

// The same by way of the function that reads, which locks them in the end.
class ReadBesideTransfers : public ModeBooks {
 public:
  void Run(int thread) override {
    if (thread < 2) {
      const auto from = static_cast<std::size_t>(thread);
      Transfer(sessions_[from], from, from + 1, 1 + thread);
      return;
    }
    WaitFor(Choose(3));
    const std::array ids = {Id(0), Id(1), Id(2)};
    std::array<AccountState, kAccounts> states;
    const int looks = static_cast<int>(Choose(2));
    engine::ReadTogether(accounts_, ids, states, looks);
    engine::Int128 sum = 0;
    for (const AccountState& state : states) {
      sum += engine::ToInt128(state.balance);
    }
    Check(sum == 0, "what is read together is of one moment");
  }
};

constexpr Protocol kProtocols[] = {
    {"optimistic_beside_locked", 2, Search::kRandom, 20'000,
     MakeScenario<NothingIsLost<Mode::kLocked>>},
    {"optimistic_beside_optimistic", 2, Search::kRandom, 20'000,
     MakeScenario<NothingIsLost<Mode::kOptimistic>>},
    {"one_view_beside_transfers", 3, Search::kRandom, 20'000,
     MakeScenario<OneViewBesideTransfers>},
    {"read_together_beside_transfers", 3, Search::kRandom, 20'000,
     MakeScenario<ReadBesideTransfers>},
};

}  // namespace

std::span<const Protocol> OptimisticProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
