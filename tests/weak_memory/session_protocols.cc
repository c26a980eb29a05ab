// The pool of sessions: a session belongs to one thread at a time.

#include "engine/posting/session_pool.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

// Two threads take sessions and give them back; a third one looks at the
// statistics and closes the pool.
class PoolHandsOn : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 2) {
      Check(!pool_.is_closed(), "nobody has closed it yet");
      static_cast<void>(pool_.GetStats());
      pool_.Close();
      Check(pool_.is_closed(), "who closed it knows");
      return;
    }
    for (int round = 0; round < 2; ++round) Use();
    was_closed_[thread] = pool_.is_closed();
    Check(!was_closed_[thread] || pool_.is_closed(), "it stays closed");
  }
  void After() override {
    const Stats stats = pool_.GetStats();
    Check(stats.waits == 4, "every session's counts are counted");
  }

 private:
  void Use() {
    const Result<engine::SessionState*> session = pool_.Acquire();
    Check(session.has_value(), "there are sessions enough");
    Plain& own = own_[(*session)->slot];
    own.Store(own.Load() + 1);
    (*session)->counters.CountWaits(1);
    pool_.Release(*session);
  }

  engine::SessionPool pool_{nullptr};
  Plain own_[2];  // what a session keeps, by slot
  bool was_closed_[2] = {};
};

constexpr Protocol kProtocols[] = {
    {"pool_hands_on_sessions", 3, Search::kRandom, 10'000,
     MakeScenario<PoolHandsOn>},
};

}  // namespace

std::span<const Protocol> SessionProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
