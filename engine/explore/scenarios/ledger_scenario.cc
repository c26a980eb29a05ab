#include "engine/explore/scenarios/ledger_scenario.h"

#include <cstddef>
#include <utility>

#include "engine/explore/history/history_checker.h"
#include "sync_primitives.h"

namespace lockstep::engine::explore {
namespace {

std::vector<Leg> ToLegs(const LegsOf& legs,
                        const std::vector<AccountId>& accounts) {
  std::vector<Leg> made;
  for (const LegOf& leg : legs) {
    made.push_back({accounts[static_cast<std::size_t>(leg.account - 1)],
                    Amount(leg.amount)});
  }
  return made;
}

}  // namespace

std::string Describe(const LegsOf& legs) {
  if (legs.size() == 2 && legs[0].amount == -legs[1].amount &&
      legs[0].amount < 0) {
    return std::to_string(legs[0].account) + " -> " +
           std::to_string(legs[1].account) + ": " +
           std::to_string(legs[1].amount);
  }
  std::string text;
  for (const LegOf& leg : legs) {
    if (!text.empty()) text += ", ";
    text += std::to_string(leg.account) + (leg.amount < 0 ? " " : " +") +
            std::to_string(leg.amount);
  }
  return text;
}

LedgerScenario::LedgerScenario(const Setup& setup)
    : setup_(setup),
      ledger_(Ledger::Open(setup.options).value()),
      asset_(ledger_.CreateAsset({.code = "GOLD"}).value()),
      recorder_(static_cast<int>(setup.work.size()), &sync::CurrentThread),
      work_(setup.work.size()),
      outcomes_(setup.work.size()) {
  const AccountId issuer = ledger_.GetAsset(asset_)->issuer;
  for (const std::int64_t balance : setup.balances) {
    const AccountId made = ledger_.CreateAccount({.asset = asset_}).value();
    accounts_.push_back(made);
    if (balance > 0) ledger_.Transfer(issuer, made, Amount(balance));
  }
  for (std::size_t thread = 0; thread < setup.work.size(); ++thread) {
    if (setup.has_sessions) {
      sessions_.push_back(ledger_.OpenSession().value());
    }
    for (const LegsOf& legs : setup.work[thread]) {
      work_[thread].push_back(
          {recorder_.AddName(Describe(legs)), ToLegs(legs, accounts_)});
    }
  }
  StartHistory();
}

int LedgerScenario::threads() const {
  return static_cast<int>(setup_.work.size());
}

std::string LedgerScenario::TitleOf(int thread) const {
  std::string title;
  for (const LegsOf& legs : setup_.work[static_cast<std::size_t>(thread)]) {
    if (!title.empty()) title += "; ";
    title += Describe(legs);
  }
  return title;
}

void LedgerScenario::Run(int thread) {
  const auto place = static_cast<std::size_t>(thread);
  for (const Task& task : work_[place]) {
    BeforePosting(thread);
    Record([&] { recorder_.Begin(task.name, task.legs); });
    const Receipt receipt = PostOne(thread, task.legs);
    Record([&] { recorder_.End(receipt); });
    outcomes_[place].push_back(receipt.outcome());
  }
}

Receipt LedgerScenario::PostOne(int thread, const std::vector<Leg>& legs) {
  Session& mine = session(thread);
  if (legs.size() == 2 && legs[0].amount.is_negative()) {
    return mine.Transfer(legs[0].account, legs[1].account, legs[1].amount);
  }
  return mine.Post(legs);
}

std::string LedgerScenario::Check() {
  const AuditReport report = ledger_.Audit().value();
  if (!report.ok) {
    return "the audit finds that it does not hold that " +
           std::string(AuditRuleText(report.faults.front().rule));
  }
  recorder_.Take(history_, StatesOf(ledger_));
  const Verdict verdict = CheckHistory(history_);
  return verdict.ok() ? std::string() : verdict.findings.front().text;
}

std::string LedgerScenario::FinalState() {
  std::string text;
  for (std::uint64_t id = 1; id <= ledger_.account_count(); ++id) {
    const AccountInfo info = ledger_.GetAccount(AccountId(id)).value();
    text += FormatDecimal(info.balance, 0) + "@" +
            std::to_string(info.version.counter()) + "." +
            std::to_string(info.version.slot()) + " ";
    if (info.status == AccountStatus::kOpen) continue;
    text += std::string(AccountStatusName(info.status)) + " ";
  }
  for (const std::vector<Outcome>& outcomes : outcomes_) {
    for (const Outcome outcome : outcomes) {
      text += std::string(OutcomeName(outcome)) + " ";
    }
  }
  return text;
}

}  // namespace lockstep::engine::explore
