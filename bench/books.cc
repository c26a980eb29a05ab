#include "bench/books.h"

#include <iostream>

#include "absl/strings/str_cat.h"

namespace lockstep::bench {
namespace {

LedgerOptions OptionsOf(const LedgerWay& way) {
  LedgerOptions options;
  options.concurrency = way.concurrency;
  if (!way.journal) options.journal_bytes = 0;
  return options;
}

}  // namespace

void GiveUp(std::string_view what, Outcome outcome) {
  std::cerr << "lockstep_bench: " << what << ": " << OutcomeMeaning(outcome)
            << "\n";
  std::exit(1);
}

Books::Books(std::uint64_t accounts, std::int64_t balance_each,
             const LedgerWay& way)
    : ledger_(Must("opening a ledger", Ledger::Open(OptionsOf(way)))),
      accounts_(accounts),
      total_(balance_each * static_cast<std::int64_t>(accounts)) {
  const AssetId asset =
      Must("making the asset", ledger_.CreateAsset({.code = "UNIT"}));
  const AccountId issuer =
      Must("finding the issuer", ledger_.GetAsset(asset)).issuer;
  for (std::uint64_t index = 0; index < accounts; ++index) {
    AccountOptions options;
    options.asset = asset;
    const AccountId made =
        Must("making an account", ledger_.CreateAccount(options));
    if (made != IdOf(index)) GiveUp("ids are dense", Outcome::kOk);
    if (balance_each == 0) continue;
    const Receipt receipt =
        ledger_.Transfer(issuer, made, Amount(balance_each));
    if (!receipt.ok()) GiveUp("funding an account", receipt.outcome());
  }
}

std::string Books::FindFault() const {
  std::int64_t found = 0;
  for (std::uint64_t index = 0; index < accounts_; ++index) {
    const Result<Amount> balance = ledger_.Balance(IdOf(index));
    if (!balance || balance->high() != 0) return "a balance makes no sense";
    found += static_cast<std::int64_t>(balance->low());
  }
  if (found == total_) return {};
  return absl::StrCat("there were ", total_, " units, there are ", found);
}

std::string Books::Audit() const {
  const Result<AuditReport> report = ledger_.Audit();
  if (!report) return std::string(OutcomeMeaning(report.error()));
  if (report->ok) return {};
  return absl::StrCat("the audit found ", report->fault_count, " faults: ",
                      std::string(AuditRuleText(report->faults.front().rule)));
}

}  // namespace lockstep::bench
