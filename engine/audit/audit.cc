#include "engine/audit/audit.h"

#include <algorithm>
#include <gsl/assert>
#include <map>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "engine/journal/journal_reader.h"
#include "engine/money/exact_sum.h"
#include "engine/money/wide.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {
namespace {

class Audit {
 public:
  Audit(const AccountTable& accounts, const HoldTable& holds,
        const SnapshotCut& cut)
      : accounts_(accounts), holds_(holds), cut_(cut) {
    report_.faults.reserve(kMaxAuditFaults);
  }

  AuditReport Run(Journal* journal) {
    CopyBalances();
    CheckSums();
    CheckHolds();
    // After the balances: an operation of the cut that was still under way had
    // its accounts locked, so by now it has published its rows.
    if (journal != nullptr) FollowRows(journal->View(journal->TakeCut(), {}));
    report_.ok = report_.fault_count == 0;
    return std::move(report_);
  }

 private:
  // What the row that was followed last said about an account.
  struct LastRow {
    Int128 balance = 0;
    bool is_known = false;
  };

  void CopyBalances() {
    report_.accounts = cut_.population.accounts;
    balances_.reserve(report_.accounts);
    for (std::uint64_t i = 1; i <= report_.accounts; ++i) {
      const AccountId id(i);
      const AccountView view = ViewAtCut(accounts_, id, cut_.epoch);
      balances_.push_back(view.balance);
      if (view.held != 0) held_[id] = view.held;
      CheckLimits(id, view);
    }
  }

  void CheckLimits(AccountId id, const AccountView& view) {
    const auto& [balance, held, floor, ceiling, status, version] = view;
    if (balance - held < floor) {
      AddFault(AuditRule::kBalanceNotBelowFloor, id, floor, balance - held);
    }
    if (balance > ceiling) {
      AddFault(AuditRule::kBalanceNotAboveCeiling, id, ceiling, balance);
    }
    if (status == AccountStatus::kClosed && balance != 0) {
      AddFault(AuditRule::kClosedAccountIsEmpty, id, 0, balance);
    }
  }

  void CheckSums() {
    std::vector<Int256> sums;  // by asset; cannot overflow
    for (std::uint64_t i = 1; i <= balances_.size(); ++i) {
      const std::size_t asset = accounts_.Hot(AccountId(i)).asset().value() - 1;
      if (asset >= sums.size()) sums.resize(asset + 1);
      sums[asset] += Widen(balances_[i - 1]);
    }
    report_.assets = cut_.population.assets;
    for (std::size_t asset = 0; asset < sums.size(); ++asset) {
      if (sums[asset] == 0) continue;
      AuditFault fault;
      fault.rule = AuditRule::kAssetSumsToZero;
      fault.asset = AssetId(static_cast<std::uint32_t>(asset + 1));
      fault.found = ToAmount(Saturate(sums[asset]));
      AddFault(fault);
    }
  }

  // After the balances, for the same reason as the rows.
  void CheckHolds() {
    std::map<AccountId, Int128> expected;
    for (const auto& [id, hold] : holds_.OpenAt(cut_.epoch)) {
      for (const Leg& leg : hold.legs) {
        if (!leg.amount.is_negative()) continue;
        expected[leg.account] -= ToInt128(leg.amount);
      }
    }
    for (const auto& [account, held] : held_) {
      if (expected[account] == held) continue;
      AddFault(AuditRule::kHeldIsOfHolds, account, expected[account], held);
    }
    for (const auto& [account, held] : expected) {
      if (held == 0 || held_.contains(account)) continue;
      AddFault(AuditRule::kHeldIsOfHolds, account, held, 0);
    }
  }

  // Each account's rows, from the first one that is certain to have no gap
  // behind it, must lead from one balance to the next and end at the present.
  void FollowRows(const JournalView& view) {
    std::vector<LastRow> last_rows(balances_.size());
    ForwardReader reader(view, {});
    for (RecordView record; reader.Peek(record); reader.Pop()) {
      if (record.head().sequence <= view.horizon()) continue;
      // What came after the cut depends on what is in it, never the other way
      // round: to leave it out leaves no gap.
      if (record.head().epoch > cut_.epoch) continue;
      FollowRecord(record, last_rows);
    }
    for (std::size_t i = 0; i < last_rows.size(); ++i) {
      const LastRow& last = last_rows[i];
      if (!last.is_known || last.balance == balances_[i]) continue;
      AddFault(AuditRule::kRowsEndAtBalance, AccountId(i + 1), balances_[i],
               last.balance);
    }
  }

  void FollowRecord(const RecordView& record, std::vector<LastRow>& last_rows) {
    // The legs of one account count together.
    struct Net {
      AccountId account;
      ExactSum sum;
      Int128 after;
    };
    absl::InlinedVector<Net, 4> nets;
    for (const RecordLeg& leg : record.legs()) {
      ++report_.rows;
      auto net = std::find_if(nets.begin(), nets.end(), [&](const Net& seen) {
        return seen.account == leg.account;
      });
      if (net == nets.end()) {
        nets.push_back({leg.account, ExactSum(), ToInt128(leg.balance_after)});
        net = nets.end() - 1;
      }
      net->sum.Add(ToInt128(leg.amount));
    }
    for (Net& net : nets) {
      Expects(net.account.value() <= last_rows.size());
      LastRow& last = last_rows[net.account.value() - 1];
      const bool is_first = !std::exchange(last.is_known, true);
      const Int128 before = std::exchange(last.balance, net.after);
      if (is_first) continue;
      net.sum.Add(before);
      if (net.sum.Fits() && net.sum.value() == net.after) continue;
      AddFault(AuditRule::kRowsChainUp, net.account, net.sum.Saturated(),
               net.after, record.head().sequence);
    }
  }

  void AddFault(AuditRule rule, AccountId account, Int128 expected,
                Int128 found, Sequence sequence = {}) {
    AddFault({rule, account, accounts_.Hot(account).asset(), sequence,
              ToAmount(expected), ToAmount(found)});
  }
  void AddFault(const AuditFault& fault) {
    ++report_.fault_count;
    if (report_.faults.size() < kMaxAuditFaults) {
      report_.faults.push_back(fault);
    }
  }

  const AccountTable& accounts_;
  const HoldTable& holds_;
  const SnapshotCut& cut_;
  std::vector<Int128> balances_;
  std::map<AccountId, Int128> held_;  // of those that have any
  AuditReport report_;
};

}  // namespace

AuditReport RunAudit(const AccountTable& accounts, const HoldTable& holds,
                     const SnapshotCut& cut, Journal* journal) {
  return Audit(accounts, holds, cut).Run(journal);
}

}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

std::string_view AuditRuleText(AuditRule rule) noexcept {
  switch (rule) {
    case AuditRule::kAssetSumsToZero:
      return "an asset's balances sum to zero";
    case AuditRule::kBalanceNotBelowFloor:
      return "no balance is below its account's floor";
    case AuditRule::kBalanceNotAboveCeiling:
      return "no balance is above its account's ceiling";
    case AuditRule::kClosedAccountIsEmpty:
      return "a closed account is empty";
    case AuditRule::kRowsChainUp:
      return "an account's rows lead from one balance to the next";
    case AuditRule::kRowsEndAtBalance:
      return "an account's rows end at its balance";
    case AuditRule::kHeldIsOfHolds:
      return "what is held of an account is what open holds hold";
  }
  return "unknown rule";
}

}  // namespace lockstep::inline v0_1
