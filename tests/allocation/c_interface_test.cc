// The C interface when there is no memory: each call that asks for some is
// refused with LOCKSTEP_OUT_OF_MEMORY and works when there is some again.

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <thread>

#include "lockstep/c.h"
#include "tests/allocation/scarce_memory.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::After;
using test::FailAllocation;

// Memory that fails once, or from then on until something was refused.
class ScarceMemory {
 public:
  ScarceMemory(std::uint64_t nth, After after) { fail_.emplace(nth, after); }

  /// Makes a call, and makes it again if there was no memory for it.
  template <class Call>
  void Insist(const char* name, const Call& call) {
    lockstep_outcome outcome = call();
    if (outcome == LOCKSTEP_OUT_OF_MEMORY) {
      ++refused_;
      happened_ = happened_ || (fail_ && fail_->happened());
      EXPECT_TRUE(happened_);
      fail_.reset();
      outcome = call();
    }
    // Nothing here may ask for memory itself.
    if (outcome != LOCKSTEP_OK) {
      fail_.reset();
      ADD_FAILURE() << name << ": " << lockstep_outcome_name(outcome);
    }
  }

  [[nodiscard]] bool happened() const {
    return happened_ || (fail_ && fail_->happened());
  }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  std::optional<FailAllocation> fail_;
  bool happened_ = false;
  int refused_ = 0;
};

// As long as to need memory.
const std::string kLongLabel(200, 'x');

void MoveOne(void* /*context*/, const lockstep_account_state* accounts,
             std::uint64_t /*count*/, lockstep_decision* decision) {
  lockstep_decision_move(decision, accounts[0].account, accounts[1].account,
                         lockstep_amount_of(1));
}

int32_t GoOn(void* /*context*/, const lockstep_account_state* /*account*/) {
  return 0;
}

// What needs no memory: reads of few accounts, and looks at a snapshot.
void LookAround(ScarceMemory& memory, lockstep_ledger* ledger,
                lockstep_snapshot* snapshot) {
  const lockstep_account_id issuer = 1;
  lockstep_account_state state;
  const int refused = memory.refused();
  memory.Insist("read",
                [&] { return lockstep_read(ledger, &issuer, 1, &state); });
  memory.Insist("snapshot_get", [&] {
    return lockstep_snapshot_get(snapshot, issuer, &state);
  });
  memory.Insist("snapshot_foreach", [&] {
    return lockstep_snapshot_foreach(snapshot, GoOn, nullptr);
  });
  EXPECT_EQ(memory.refused(), refused);
}

// All that there is to do with a snapshot.
void ReadAtOneMoment(ScarceMemory& memory, lockstep_ledger* ledger,
                     lockstep_asset_id gold,
                     const std::array<lockstep_account_id, 2>& accounts) {
  lockstep_snapshot* snapshot = nullptr;
  lockstep_ledger* clone = nullptr;
  std::uint64_t count = 0;
  memory.Insist("snapshot_take",
                [&] { return lockstep_snapshot_take(ledger, &snapshot); });
  // The first one after a snapshot keeps what the accounts had.
  memory.Insist("transact", [&] {
    return lockstep_transact(ledger, accounts.data(), accounts.size(), MoveOne,
                             nullptr, nullptr, nullptr);
  });
  LookAround(memory, ledger, snapshot);
  memory.Insist("read of many", [&] {
    std::array<lockstep_account_id, 100> many;
    many.fill(accounts[0]);
    std::array<lockstep_account_state, 100> states;
    return lockstep_read(ledger, many.data(), many.size(), states.data());
  });
  memory.Insist("snapshot_totals", [&] {
    lockstep_asset_total total = LOCKSTEP_ASSET_TOTAL_INIT;
    return lockstep_snapshot_totals(snapshot, &total, 1);
  });
  memory.Insist("snapshot_top", [&] {
    lockstep_account_state top;
    return lockstep_snapshot_top(snapshot, gold, &top, 1, &count);
  });
  memory.Insist("snapshot_histogram", [&] {
    const lockstep_amount bound = lockstep_amount_of(5);
    std::array<lockstep_balance_bucket, 2> buckets;
    return lockstep_snapshot_histogram(snapshot, gold, &bound, 1,
                                       buckets.data());
  });
  memory.Insist("snapshot_audit", [&] {
    lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
    return lockstep_snapshot_audit(snapshot, &report, nullptr, 0);
  });
  memory.Insist("snapshot_digest", [&] {
    lockstep_bits128 digest;
    return lockstep_snapshot_digest(snapshot, &digest);
  });
  memory.Insist("snapshot_clone", [&] {
    return lockstep_snapshot_clone(snapshot, nullptr, &clone);
  });
  EXPECT_EQ(lockstep_ledger_close(clone), LOCKSTEP_OK);
  memory.Insist("ledger_clone",
                [&] { return lockstep_ledger_clone(ledger, &clone); });
  EXPECT_EQ(lockstep_ledger_close(clone), LOCKSTEP_OK);
  EXPECT_EQ(lockstep_snapshot_close(snapshot), LOCKSTEP_OK);
}

// One each from the issuer.
template <std::size_t kCount>
struct Payments {
  explicit Payments(lockstep_account_id to) {
    legs = {{{1, lockstep_amount_of(-1)}, {to, lockstep_amount_of(1)}}};
    for (std::size_t i = 0; i < kCount; ++i) {
      requests[i] = LOCKSTEP_TRANSFER_REQUEST_INIT;
      requests[i].legs = legs.data();
      requests[i].leg_count = legs.size();
      receipts[i] = LOCKSTEP_RECEIPT_INIT;
    }
  }

  std::array<lockstep_leg, 2> legs;
  std::array<lockstep_transfer_request, kCount> requests;
  std::array<lockstep_receipt, kCount> receipts;
};

// Only for the receipts of many, and for many that are linked, is there memory
// needed; without it not even the first of them is posted.
void PostSeveral(ScarceMemory& memory, lockstep_ledger* ledger,
                 lockstep_account_id to) {
  constexpr std::size_t kFew = 4;
  constexpr std::size_t kMany = 100;
  Payments<kMany> paid(to);
  const int refused = memory.refused();
  memory.Insist("post_request", [&] {
    return lockstep_post_request(ledger, paid.requests.data(),
                                 paid.receipts.data());
  });
  memory.Insist("post_all of few", [&] {
    return lockstep_post_all(ledger, paid.requests.data(), kFew, nullptr,
                             paid.receipts.data(), nullptr);
  });
  memory.Insist("post_each of few", [&] {
    return lockstep_post_each(ledger, paid.requests.data(), kFew, nullptr,
                              nullptr, paid.receipts.data(), nullptr);
  });
  memory.Insist("post_each without receipts", [&] {
    std::array<lockstep_outcome, kMany> outcomes;
    return lockstep_post_each(ledger, paid.requests.data(), kMany, nullptr,
                              outcomes.data(), nullptr, nullptr);
  });
  EXPECT_EQ(memory.refused(), refused);
  memory.Insist("post_each", [&] {
    return lockstep_post_each(ledger, paid.requests.data(), kMany, nullptr,
                              nullptr, paid.receipts.data(), nullptr);
  });
  memory.Insist("post_all", [&] {
    return lockstep_post_all(ledger, paid.requests.data(), kMany, nullptr,
                             paid.receipts.data(), nullptr);
  });
  lockstep_amount balance = {};
  EXPECT_EQ(lockstep_account_balance(ledger, to, &balance), LOCKSTEP_OK);
  EXPECT_EQ(balance.low, 9 + 1 + 2 * kFew + 3 * kMany);
}

// All that a host does, each step insisted on.
void DoEverything(ScarceMemory& memory) {
  lockstep_ledger* ledger = nullptr;
  lockstep_session* session = nullptr;
  lockstep_journal* journal = nullptr;
  lockstep_asset_id gold = 0;
  std::array<lockstep_account_id, 2> accounts = {};
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  std::array<lockstep_entry, LOCKSTEP_MAX_LEGS> entries;
  entries[0].struct_size = sizeof(entries[0]);
  std::array<char, 200> text;
  std::uint64_t count = 0;
  memory.Insist("ledger_open",
                [&] { return lockstep_ledger_open(nullptr, &ledger); });
  memory.Insist("asset_create", [&] {
    lockstep_asset_options options = LOCKSTEP_ASSET_OPTIONS_INIT;
    options.code = "GOLD";
    return lockstep_asset_create(ledger, &options, &gold);
  });
  for (lockstep_account_id& account : accounts) {
    memory.Insist("account_create", [&] {
      lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
      options.asset = gold;
      options.label = kLongLabel.c_str();
      return lockstep_account_create(ledger, &options, &account);
    });
  }
  memory.Insist("account_get", [&] {
    lockstep_account_info info;
    info.struct_size = sizeof(info);
    return lockstep_account_get(ledger, accounts[0], &info);
  });
  memory.Insist("transfer", [&] {
    return lockstep_transfer(ledger, 1, accounts[0], lockstep_amount_of(10),
                             nullptr, &receipt);
  });
  memory.Insist("session_open",
                [&] { return lockstep_session_open(ledger, &session); });
  memory.Insist("session_transfer", [&] {
    return lockstep_session_transfer(session, accounts[0], accounts[1],
                                     lockstep_amount_of(1), nullptr, &receipt);
  });
  memory.Insist("explain", [&] {
    return lockstep_explain(ledger, &receipt, text.data(), text.size(),
                            nullptr);
  });
  memory.Insist("history", [&] {
    return lockstep_history(ledger, accounts[0], 0, entries.data(),
                            entries.size(), &count, nullptr);
  });
  EXPECT_EQ(count, 2u);
  memory.Insist("journal_open",
                [&] { return lockstep_journal_open(ledger, &journal); });
  memory.Insist("journal_read", [&] {
    return lockstep_journal_read(journal, entries.data(), entries.size(),
                                 &count, nullptr);
  });
  EXPECT_EQ(count, 4u);
  memory.Insist("audit", [&] {
    lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
    const lockstep_outcome outcome =
        lockstep_audit(ledger, &report, nullptr, 0);
    EXPECT_TRUE(outcome != LOCKSTEP_OK || report.ok == 1);
    return outcome;
  });
  memory.Insist("digest", [&] {
    lockstep_bits128 digest;
    return lockstep_digest(ledger, &digest);
  });
  PostSeveral(memory, ledger, accounts[0]);
  ReadAtOneMoment(memory, ledger, gold, accounts);
  EXPECT_EQ(lockstep_session_close(session), LOCKSTEP_OK);
  EXPECT_EQ(lockstep_journal_close(journal), LOCKSTEP_OK);
  EXPECT_EQ(lockstep_ledger_close(ledger), LOCKSTEP_OK);
}

TEST(COutOfMemoryTest, IsAnOutcomeWhereverItHappens) {
  const test::Watchdog watchdog;
  for (const After after : {After::kMemoryIsBack, After::kMemoryIsOut}) {
    int refused = 0;
    bool happened = true;
    for (std::uint64_t nth = 0; happened && !HasFailure(); ++nth) {
      SCOPED_TRACE(testing::Message() << "allocation " << nth);
      // A thread of its own: it has no session yet.
      std::jthread([&] {
        ScarceMemory memory(nth, after);
        DoEverything(memory);
        happened = memory.happened();
        refused += memory.refused();
      }).join();
    }
    // Every step above asks for memory, but the two transfers, most posts, and
    // what looks around.
    EXPECT_GE(refused, 24);
  }
}

}  // namespace
}  // namespace lockstep
