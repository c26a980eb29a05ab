#include "engine/explore/scenarios/ledger_scenario.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/explore/history/history_checker.h"
#include "engine/explore/tell.h"
#include "sync_primitives.h"

namespace lockstep::engine::explore {
namespace {

std::vector<Leg> ToLegs(const LegsOf& legs,
                        const std::vector<AccountId>& accounts) {
  std::vector<Leg> made;
  for (const LegOf& leg : legs) {
    made.push_back(
        {accounts[static_cast<std::size_t>(leg.account)], Amount(leg.amount)});
  }
  return made;
}

// "posted", or "refused, insufficient funds".
std::string Describe(const Receipt& receipt) {
  if (receipt.ok()) return "posted";
  std::string name(OutcomeName(receipt.outcome()));
  std::replace(name.begin(), name.end(), '_', ' ');
  return "refused, " + name;
}

}  // namespace

TransferOptions Optimistic(std::uint16_t attempts, AfterLastAttempt then) {
  return {.mode = Mode::kOptimistic,
          .retry = {.attempts = attempts, .then = then}};
}

std::string Describe(std::span<const Leg> legs) {
  const auto id = [](const Leg& leg) {
    return std::to_string(leg.account.value());
  };
  if (legs.size() == 2 && legs[0].amount.is_negative()) {
    return id(legs[0]) + " -> " + id(legs[1]) + ": " +
           FormatDecimal(legs[1].amount, 0);
  }
  std::string text;
  for (const Leg& leg : legs) {
    if (!text.empty()) text += ", ";
    text += id(leg) + (leg.amount.is_negative() ? " " : " +") +
            FormatDecimal(leg.amount, 0);
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
  accounts_.push_back(issuer);
  // All are of one class, and all transfers have one code.
  if (setup.options.routes_only) static_cast<void>(ledger_.AllowRoute({}));
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
      std::vector<Leg> made = ToLegs(legs, accounts_);
      const std::uint32_t name = recorder_.AddName(Describe(made));
      work_[thread].push_back({name, std::move(made)});
    }
  }
  StartHistory();
}

int LedgerScenario::threads() const {
  return static_cast<int>(setup_.work.size());
}

std::string LedgerScenario::Setting() const {
  std::string text;
  for (std::size_t i = 1; i < accounts_.size(); ++i) {
    text += (i == 1 ? "account " : ", account ") +
            std::to_string(accounts_[i].value()) + " has " +
            std::to_string(setup_.balances[i - 1]);
  }
  return text;
}

std::string LedgerScenario::TitleOf(int thread) const {
  std::string title;
  for (const Task& task : work_[static_cast<std::size_t>(thread)]) {
    if (!title.empty()) title += "; ";
    title += Describe(task.legs);
  }
  if (how(thread).mode == Mode::kOptimistic) title += " (optimistic)";
  return title;
}

const TransferOptions& LedgerScenario::how(int thread) const {
  const auto place = static_cast<std::size_t>(thread);
  return place < setup_.how.size() ? setup_.how[place]
                                   : kDefaultTransferOptions;
}

void LedgerScenario::Run(int thread) {
  const auto place = static_cast<std::size_t>(thread);
  for (const Task& task : work_[place]) {
    BeforePosting(thread);
    Record([&] { recorder_.Begin(task.name, task.legs); });
    Tell([&] { return "begins " + Describe(task.legs); });
    const Receipt receipt = PostOne(thread, task.legs);
    Record([&] { recorder_.End(receipt); });
    Tell([&] { return "ends: " + Describe(receipt); });
    outcomes_[place].push_back(receipt.outcome());
  }
}

Receipt LedgerScenario::PostOne(int thread, const std::vector<Leg>& legs) {
  Session& mine = session(thread);
  if (legs.size() == 2 && legs[0].amount.is_negative()) {
    return mine.Transfer(legs[0].account, legs[1].account, legs[1].amount,
                         how(thread));
  }
  return mine.Post(legs, how(thread));
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
