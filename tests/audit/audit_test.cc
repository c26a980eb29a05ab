#include <gtest/gtest.h>

#include <string>

#include "engine/ledger/ledger_core.h"
#include "engine/posting/thread_session.h"
#include "tests/support/at_a_cut.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

// A ledger's inside, to break rules in that the outside keeps.
struct Broken {
  Broken() : core(LedgerOptions()) {
    gold = core.directory().CreateAsset({.code = "GOLD"}).value();
    issuer = core.directory().GetAsset(gold)->issuer;
    AccountOptions options;
    options.asset = gold;
    options.ceiling = Amount(1000);
    alice = core.directory().CreateAccount(options).value();
    bob = core.directory().CreateAccount(options).value();
    Pay(issuer, alice, 100);
    Pay(alice, bob, 30);
  }

  void Pay(AccountId from, AccountId to, int amount) {
    SessionState& session = *ThreadSession(core.sessions()).value();
    ASSERT_TRUE(
        core.Transfer(session, from, to, Amount(amount), TransferOptions())
            .ok());
  }
  void SetBalance(AccountId account, int balance) {
    core.accounts().Hot(account).balance.StoreLocked(balance);
  }
  AuditReport Audit() { return test::Audit(core, core.journal().get()); }
  // The only fault there is.
  AuditFault Fault() {
    const AuditReport report = Audit();
    EXPECT_FALSE(report.ok);
    EXPECT_EQ(report.fault_count, 1U);
    EXPECT_EQ(report.faults.size(), 1U);
    return report.faults.empty() ? AuditFault() : report.faults[0];
  }

  LedgerCore core;
  AssetId gold;
  AccountId issuer;
  AccountId alice;
  AccountId bob;
};

TEST(Audit, FindsNothingWrongWithSoundBooks) {
  Broken sound;
  const AuditReport report = sound.Audit();
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.accounts, 3U);
  EXPECT_EQ(report.assets, 1U);
  EXPECT_EQ(report.rows, 4U);
  EXPECT_EQ(report.fault_count, 0U);
}

TEST(Audit, FindsAnAssetThatDoesNotSumToZero) {
  Broken broken;
  // The rows would tell as well; take them away.
  broken.SetBalance(broken.alice, 71);
  const AuditReport report = test::Audit(broken.core, nullptr);
  ASSERT_EQ(report.fault_count, 1U);
  EXPECT_EQ(report.faults[0].rule, AuditRule::kAssetSumsToZero);
  EXPECT_EQ(report.faults[0].asset, broken.gold);
  EXPECT_EQ(report.faults[0].expected, Amount(0));
  EXPECT_EQ(report.faults[0].found, Amount(1));
}

TEST(Audit, SumsBeyondTheRangeOfAnAmountDoNotOverflow) {
  Broken broken;
  for (const AccountId id : {broken.alice, broken.bob}) {
    broken.core.accounts().Hot(id).balance.StoreLocked(kInt128Max);
  }
  broken.SetBalance(broken.issuer, 2);  // wraps round to zero in 128 bits
  const AuditReport report = test::Audit(broken.core, nullptr);
  ASSERT_FALSE(report.ok);
  EXPECT_EQ(report.faults.back().rule, AuditRule::kAssetSumsToZero);
  EXPECT_EQ(report.faults.back().found, Amount::Max());
}

TEST(Audit, FindsABalanceBelowItsFloor) {
  Broken broken;
  broken.core.accounts().Hot(broken.alice).floor.StoreLocked(71);
  const AuditFault fault = broken.Fault();
  EXPECT_EQ(fault.rule, AuditRule::kBalanceNotBelowFloor);
  EXPECT_EQ(fault.account, broken.alice);
  EXPECT_EQ(fault.expected, Amount(71));
  EXPECT_EQ(fault.found, Amount(70));
}

TEST(Audit, FindsABalanceAboveItsCeiling) {
  Broken broken;
  broken.SetBalance(broken.issuer, -2000);
  broken.SetBalance(broken.alice, 1970);
  const AuditReport report = test::Audit(broken.core, nullptr);
  ASSERT_EQ(report.fault_count, 1U);
  EXPECT_EQ(report.faults[0].rule, AuditRule::kBalanceNotAboveCeiling);
  EXPECT_EQ(report.faults[0].account, broken.alice);
  EXPECT_EQ(report.faults[0].expected, Amount(1000));
}

TEST(Audit, FindsAClosedAccountWithSomethingInIt) {
  Broken broken;
  broken.core.accounts()
      .Hot(broken.bob)
      .SetStatusLocked(AccountStatus::kClosed);
  const AuditFault fault = broken.Fault();
  EXPECT_EQ(fault.rule, AuditRule::kClosedAccountIsEmpty);
  EXPECT_EQ(fault.account, broken.bob);
}

// Money moved behind the journal's back between two accounts of one asset:
// sums and limits hold, only the rows tell.
TEST(Audit, FindsRowsThatDoNotEndAtTheBalance) {
  Broken broken;
  broken.SetBalance(broken.alice, 69);
  broken.SetBalance(broken.bob, 31);
  const AuditReport report = broken.Audit();
  EXPECT_EQ(report.fault_count, 2U);
  for (const AuditFault& fault : report.faults) {
    EXPECT_EQ(fault.rule, AuditRule::kRowsEndAtBalance);
  }
}

TEST(Audit, FindsRowsThatDoNotChain) {
  Broken broken;
  broken.SetBalance(broken.alice, 60);
  broken.SetBalance(broken.bob, 40);
  broken.Pay(broken.bob, broken.alice, 10);  // rows say 70 and 30 after
  const AuditReport report = broken.Audit();
  ASSERT_EQ(report.fault_count, 2U);
  for (const AuditFault& fault : report.faults) {
    EXPECT_EQ(fault.rule, AuditRule::kRowsChainUp);
    EXPECT_FALSE(fault.sequence.is_none());
  }
  EXPECT_EQ(report.faults[0].expected,
            report.faults[0].account == broken.alice ? Amount(80) : Amount(20));
}

TEST(Audit, ListsSoManyFaultsAndCountsTheRest) {
  Broken broken;
  AccountOptions options;
  options.asset = broken.gold;
  for (std::size_t i = 0; i < kMaxAuditFaults + 50; ++i) {
    const AccountId id = broken.core.directory().CreateAccount(options).value();
    broken.SetBalance(id, -1);
  }
  broken.SetBalance(broken.issuer, 50);
  const AuditReport report = test::Audit(broken.core, nullptr);
  EXPECT_EQ(report.faults.size(), kMaxAuditFaults);
  EXPECT_EQ(report.fault_count, kMaxAuditFaults + 50);
}

TEST(Audit, LeavesNoLockBehind) {
  Broken broken;
  ASSERT_TRUE(broken.Audit().ok);
  for (const AccountId id : {broken.issuer, broken.alice, broken.bob}) {
    EXPECT_FALSE(
        AccountWord::IsLocked(broken.core.accounts().Hot(id).word.Load()));
  }
}

TEST(AuditRule, EachHasAText) {
  for (int rule = 0; rule <= static_cast<int>(AuditRule::kRowsEndAtBalance);
       ++rule) {
    EXPECT_NE(AuditRuleText(static_cast<AuditRule>(rule)), "unknown rule");
  }
}

}  // namespace
}  // namespace lockstep::engine
