// Routes that change beside transfers: who judges by them has his own session's
// piece of their lock, who changes them has all.

#include <cstddef>
#include <cstdint>

#include "engine/posting/poster.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_pool.h"
#include "tests/weak_memory/memory_model.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

// Two threads pay along a route, each between accounts of its own, so that they
// have nothing in common but the route; the last one forbids it meanwhile.
template <Mode kMode>
class RouteBesideTransfers : public Scenario {
 public:
  RouteBesideTransfers() {
    constexpr engine::Int128 kFloor = -1000;
    engine::ColdAccount cold;
    cold.ceiling = engine::kInt128Max;  // none
    for (int i = 0; i < 4; ++i) {
      Check(accounts_.ReserveOne(), "there is memory");
      static_cast<void>(
          accounts_.Add(AssetId(1), kFloor, AccountStatus::kOpen, cold));
    }
    for (engine::SessionState*& session : sessions_) {
      session = pool_.Acquire().value();
    }
    Check(Change(true) == Outcome::kOk, "the route is allowed");
  }

  void Run(int thread) override {
    if (thread == 2) {
      Check(Change(false) == Outcome::kOk, "the route is forbidden");
      changed_ = sessions_[2]->last_sequence;
      return;
    }
    for (int i = 0; i < 2; ++i) {
      const Receipt receipt = Pay(thread);
      if (receipt.ok()) {
        Check(!was_refused_[thread], "what is forbidden stays so");
        last_[thread] = receipt.sequence();
      } else {
        Check(receipt.outcome() == Outcome::kRouteNotAllowed,
              "nothing else is wrong");
        was_refused_[thread] = true;
      }
    }
  }
  void After() override {
    for (const Sequence last : last_) {
      Check(last < changed_, "what went along it came before the change");
    }
    for (int thread = 0; thread < 2; ++thread) {
      Check(Pay(thread).outcome() == Outcome::kRouteNotAllowed,
            "in the end it is forbidden");
    }
  }

 private:
  [[nodiscard]] Outcome Change(bool is_allowed) {
    return poster_.SetRoute(*sessions_[2], pool_, Route{}, is_allowed);
  }
  [[nodiscard]] Receipt Pay(int thread) {
    const auto first = static_cast<std::uint64_t>(2 * thread + 1);
    Receipt receipt = engine::ReceiptWriter::Unfilled();
    poster_.Transfer(*sessions_[thread], AccountId(first), AccountId(first + 1),
                     Amount(1), {.mode = kMode}, receipt);
    return receipt;
  }

  StandIns in_force_{"routes in force"};
  engine::AccountTable accounts_;
  engine::LiveSnapshots snapshots_{accounts_};
  engine::TickClock clock_{TickSource::kHost};
  engine::HoldTable holds_;
  engine::IdTable ids_{1, snapshots_.clock()};
  engine::ReversalTable reversals_;
  engine::RouteTable routes_;
  engine::SessionPool pool_{nullptr};
  engine::Poster<Concurrency::kMultiThread> poster_{engine::PostingGround{
      accounts_, snapshots_, clock_, holds_, ids_, reversals_, &routes_}};
  engine::SessionState* sessions_[3] = {};
  Sequence last_[2];
  Sequence changed_;
  bool was_refused_[2] = {};
};

constexpr Protocol kProtocols[] = {
    {"route_beside_locked", 3, Search::kRandom, 20'000,
     MakeScenario<RouteBesideTransfers<Mode::kLocked>>},
    {"route_beside_optimistic", 3, Search::kRandom, 20'000,
     MakeScenario<RouteBesideTransfers<Mode::kOptimistic>>},
};

}  // namespace

std::span<const Protocol> RouteProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
