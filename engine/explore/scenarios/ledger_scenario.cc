#include "engine/explore/scenarios/ledger_scenario.h"

#include <cstddef>
#include <utility>

#include "sync_primitives.h"

namespace lockstep::engine::explore {

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
      outcomes_(setup.work.size()) {
  const AccountId issuer = ledger_.GetAsset(asset_)->issuer;
  for (const std::int64_t balance : setup.balances) {
    const AccountId made = ledger_.CreateAccount({.asset = asset_}).value();
    accounts_.push_back(made);
    if (balance > 0) ledger_.Transfer(issuer, made, Amount(balance));
  }
  for (std::size_t thread = 0; thread < setup.work.size(); ++thread) {
    sessions_.push_back(ledger_.OpenSession().value());
    outcomes_[thread].resize(setup.work[thread].size());
  }
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
  for (const LegsOf& legs : setup_.work[static_cast<std::size_t>(thread)]) {
    PostOne(thread, legs);
  }
}

}  // namespace lockstep::engine::explore
