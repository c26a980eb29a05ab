// The account table: an id in range has its account.

#include "engine/accounts/account_table.h"
#include "engine/locking/account_lock.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

constexpr engine::Int128 kFloor = engine::JoinHalves(3, 5);

// Thread 0 adds accounts; the others use each as soon as it is in range.
template <int kThreads>
class TableGrows : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      for (Plain& cold : cold_) Add(cold);
      return;
    }
    for (std::uint64_t id = 1; id <= kAccounts; ++id) {
      while (!table_.Contains(AccountId(id))) engine::sync::Yield();
      Use(AccountId(id));
    }
  }

 private:
  static constexpr std::uint64_t kAccounts = 2;

  void Add(Plain& cold) {
    Check(table_.ReserveOne(), "there is memory");
    cold.Store(7);
    // (Called for its effect; which id it gives, the lookers guess.)
    static_cast<void>(
        table_.Add(AssetId(9), kFloor, AccountStatus::kCreditsFrozen, {}));
  }

  void Use(AccountId id) {
    engine::Account& account = table_.Hot(id);
    Check(account.asset() == AssetId(9), "it has its asset");
    const engine::AccountView view = engine::ViewAccount(table_, id);
    Check(view.floor == kFloor, "it has its floor");
    Check(view.status == AccountStatus::kCreditsFrozen, "it has its status");
    // The cold record is plain memory; this stands for it.
    Check(cold_[id.value() - 1].Load() == 7, "its cold record is whole");
  }

  engine::AccountTable table_;
  Plain cold_[kAccounts];
};

constexpr Protocol kProtocols[] = {
    {"table_grows", 2, Search::kRandom, 50'000, MakeScenario<TableGrows<2>>},
    {"table_grows_before_two", 3, Search::kRandom, 50'000,
     MakeScenario<TableGrows<3>>},
};

}  // namespace

std::span<const Protocol> TableProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
