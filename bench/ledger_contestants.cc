#include "bench/ledger_contestants.h"

#include <cstdlib>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/workers.h"

namespace lockstep::bench {
namespace {

// What must not fail here says more about the bench than about lockstep: there
// is nothing to go on with.
[[noreturn]] void GiveUp(std::string_view what, Outcome outcome) {
  std::cerr << "lockstep_bench: " << what << ": " << OutcomeMeaning(outcome)
            << "\n";
  std::exit(1);
}

template <class T>
T Must(std::string_view what, Result<T> result) {
  if (!result) GiveUp(what, result.error());
  return *std::move(result);
}

// A ledger with funded accounts of one asset.
class Books {
 public:
  Books(std::uint64_t accounts, std::int64_t balance_each, const LedgerWay& way)
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

  [[nodiscard]] Ledger& ledger() { return ledger_; }

  /// The first account is the issuer's.
  static AccountId IdOf(std::uint64_t index) { return AccountId(index + 2); }

  [[nodiscard]] std::string FindFault() const {
    std::int64_t found = 0;
    for (std::uint64_t index = 0; index < accounts_; ++index) {
      const Result<Amount> balance = ledger_.Balance(IdOf(index));
      if (!balance || balance->high() != 0) return "a balance makes no sense";
      found += static_cast<std::int64_t>(balance->low());
    }
    if (found == total_) return {};
    return absl::StrCat("there were ", total_, " units, there are ", found);
  }

  [[nodiscard]] std::string Audit() const {
    const Result<AuditReport> report = ledger_.Audit();
    if (!report) return std::string(OutcomeMeaning(report.error()));
    if (report->ok) return {};
    return absl::StrCat(
        "the audit found ", report->fault_count,
        " faults: ", std::string(AuditRuleText(report->faults.front().rule)));
  }

 private:
  static LedgerOptions OptionsOf(const LedgerWay& way) {
    LedgerOptions options;
    options.concurrency = way.concurrency;
    if (!way.journal) options.journal_bytes = 0;
    return options;
  }

  Ledger ledger_;
  const std::uint64_t accounts_;
  const std::int64_t total_;
};

// What all of lockstep's contestants share.
class LedgerContestant : public Contestant {
 public:
  LedgerContestant(std::uint64_t accounts, std::int64_t balance_each,
                   const LedgerWay& way)
      : books_(accounts, balance_each, way) {}

  [[nodiscard]] std::string FindFault() const final {
    return books_.FindFault();
  }
  [[nodiscard]] std::string FindFaultSlowly() const final {
    std::string fault = books_.FindFault();
    return fault.empty() ? books_.Audit() : fault;
  }

 protected:
  [[nodiscard]] Ledger& ledger() { return books_.ledger(); }
  Session OpenSession() {
    return Must("opening a session", ledger().OpenSession());
  }

 private:
  Books books_;
};

class LedgerTransfers final : public LedgerContestant {
 public:
  LedgerTransfers(std::shared_ptr<const Moves> moves, const LedgerWay& way,
                  std::int64_t balance_each)
      : LedgerContestant(moves->accounts(), balance_each, way),
        moves_(std::move(moves)),
        way_(way),
        expected_(balance_each > 0 ? Outcome::kOk
                                   : Outcome::kInsufficientFunds) {}

  std::unique_ptr<Worker> NewWorker() override {
    if (way_.session) {
      return MakeWorker([this, session = OpenSession()](
                            std::uint64_t first, std::uint64_t count) mutable {
        return MakeMoves(session, first, count);
      });
    }
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      return MakeMoves(ledger(), first, count);
    });
  }

 private:
  template <class Door>
  std::uint64_t MakeMoves(Door& door, std::uint64_t first,
                          std::uint64_t count) const {
    std::uint64_t surprises = 0;
    for (const Move& move : moves_->Batch(first, count)) {
      const Receipt receipt = door.Transfer(
          Books::IdOf(move.from), Books::IdOf(move.to), Amount(move.amount));
      surprises += receipt.outcome() != expected_ ? 1U : 0U;
    }
    return surprises;
  }

  const std::shared_ptr<const Moves> moves_;
  const LedgerWay way_;
  const Outcome expected_;
};

class LedgerReads final : public LedgerContestant {
 public:
  explicit LedgerReads(std::shared_ptr<const Moves> moves)
      : LedgerContestant(moves->accounts(), kBalanceEach, LedgerWay()),
        moves_(std::move(moves)) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      std::uint64_t surprises = 0;
      for (const Move& move : moves_->Batch(first, count)) {
        const Result<Amount> balance = ledger().Balance(Books::IdOf(move.from));
        surprises += balance && *balance == Amount(kBalanceEach) ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  const std::shared_ptr<const Moves> moves_;
};

class LedgerPayrolls final : public LedgerContestant {
 public:
  LedgerPayrolls(std::uint64_t accounts,
                 const std::shared_ptr<const Payrolls>& payrolls)
      : LedgerContestant(accounts, kBalanceEach, LedgerWay()),
        legs_(payrolls->legs()),
        size_(payrolls->size()) {
    for (std::uint64_t i = 0; i < size_; ++i) {
      for (const BareLeg& leg : payrolls->At(i)) {
        all_.push_back({Books::IdOf(leg.account), Amount(leg.amount)});
      }
    }
  }

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this, session = OpenSession()](
                          std::uint64_t first, std::uint64_t count) mutable {
      std::uint64_t surprises = 0;
      for (std::uint64_t i = first; i < first + count; ++i) {
        const std::span<const Leg> legs(all_.data() + (i & (size_ - 1)) * legs_,
                                        legs_);
        surprises += session.Post(legs).ok() ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  const std::size_t legs_;
  const std::uint64_t size_;
  std::vector<Leg> all_;
};

}  // namespace

std::unique_ptr<Contestant> MakeLedgerTransfers(
    std::shared_ptr<const Moves> moves, const LedgerWay& way) {
  return std::make_unique<LedgerTransfers>(std::move(moves), way, kBalanceEach);
}

std::unique_ptr<Contestant> MakeLedgerRefusals(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<LedgerTransfers>(std::move(moves), LedgerWay(), 0);
}

std::unique_ptr<Contestant> MakeLedgerReads(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<LedgerReads>(std::move(moves));
}

std::unique_ptr<Contestant> MakeLedgerPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls) {
  return std::make_unique<LedgerPayrolls>(accounts, payrolls);
}

}  // namespace lockstep::bench
