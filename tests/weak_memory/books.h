#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/base/tick_clock.h"
#include "engine/posting/poster.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_state.h"
#include "engine/snapshot/live_snapshots.h"
#include "tests/weak_memory/memory_model.h"

namespace lockstep::test::weak {

/// Three accounts, empty and allowed to owe, and the engine's own transfers
/// between them. What threads do with them is up to those who inherit.
class Books : public Scenario {
 public:
  Books() {
    constexpr engine::Int128 kFloor = -1000;
    engine::ColdAccount cold;
    cold.ceiling = engine::kInt128Max;  // none
    for (std::size_t i = 0; i < kAccounts; ++i) {
      Check(accounts_.ReserveOne(), "there is memory");
      static_cast<void>(
          accounts_.Add(AssetId(1), kFloor, AccountStatus::kOpen, cold));
    }
  }

 protected:
  static constexpr std::size_t kAccounts = 3;

  [[nodiscard]] static constexpr AccountId Id(std::size_t number) {
    return AccountId(number + 1);
  }

  Receipt Transfer(engine::SessionState& session, std::size_t from,
                   std::size_t to, std::int64_t amount,
                   const TransferOptions& options = {}) {
    Receipt receipt = engine::ReceiptWriter::Unfilled();
    poster_.Transfer(session, Id(from), Id(to), Amount(amount), options,
                     receipt);
    Check(receipt.ok(), "it is posted");
    // Relaxed: tells a reader when to look, and nothing about what it sees.
    posted_.fetch_add(1, std::memory_order_relaxed);
    return receipt;
  }

  /// Waits until so many transfers are posted, without having looked at what
  /// they write: so it may still see anything of it.
  void WaitFor(unsigned posted) {
    while (posted_.load(std::memory_order_relaxed) < posted) {
      engine::sync::Yield();
    }
  }

  [[nodiscard]] engine::AccountView View(std::size_t account) const {
    return engine::ViewAccount(accounts_, Id(account));
  }
  [[nodiscard]] engine::AccountView ViewAt(std::uint32_t cut,
                                           std::size_t account) const {
    return engine::ViewAtCut(accounts_, Id(account), cut);
  }

  /// Looks at every account as of one cut, as an audit does.
  void CheckSumAt(std::uint32_t cut) {
    engine::Int128 sum = 0;
    for (std::size_t i = 0; i < kAccounts; ++i) sum += ViewAt(cut, i).balance;
    Check(sum == 0, "all balances together are zero");
  }

  engine::AccountTable accounts_;
  engine::LiveSnapshots snapshots_{accounts_};

 private:
  engine::TickClock clock_{TickSource::kHost};
  engine::HoldTable holds_;
  engine::IdTable ids_{1, snapshots_.clock()};
  engine::ReversalTable reversals_;
  engine::Poster<Concurrency::kMultiThread> poster_{engine::PostingGround{
      accounts_, snapshots_, clock_, holds_, ids_, reversals_}};
  engine::sync::Atomic<std::uint32_t> posted_ = 0;
};

}  // namespace lockstep::test::weak
