#include "bench/c_contestants.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/workers.h"
#include "lockstep/c.h"

namespace lockstep::bench {
namespace {

void Must(std::string_view what, lockstep_outcome outcome) {
  if (outcome == LOCKSTEP_OK) return;
  std::cerr << "lockstep_bench: " << what << ": "
            << lockstep_outcome_meaning(outcome) << "\n";
  std::exit(1);
}

class SessionHandle {
 public:
  explicit SessionHandle(lockstep_ledger* ledger) {
    Must("opening a session", lockstep_session_open(ledger, &session_));
  }
  ~SessionHandle() { lockstep_session_close(session_); }
  SessionHandle(SessionHandle&& other) noexcept
      : session_(std::exchange(other.session_, nullptr)) {}

  [[nodiscard]] lockstep_session* get() const { return session_; }

 private:
  lockstep_session* session_ = nullptr;
};

class CTransfers final : public Contestant {
 public:
  CTransfers(std::shared_ptr<const Moves> moves, bool session)
      : moves_(std::move(moves)), session_(session) {
    lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
    options.journal_bytes = 0;
    Must("opening a ledger", lockstep_ledger_open(&options, &ledger_));
    lockstep_asset_options unit = LOCKSTEP_ASSET_OPTIONS_INIT;
    unit.code = "UNIT";
    lockstep_account_options account = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
    Must("making the asset",
         lockstep_asset_create(ledger_, &unit, &account.asset));
    for (std::uint64_t i = 0; i < moves_->accounts(); ++i) {
      lockstep_account_id made = 0;
      Must("making an account",
           lockstep_account_create(ledger_, &account, &made));
      Must("funding it", lockstep_transfer(ledger_, kIssuer, made,
                                           lockstep_amount_of(kBalanceEach),
                                           nullptr, nullptr));
    }
  }
  ~CTransfers() override { lockstep_ledger_close(ledger_); }

  std::unique_ptr<Worker> NewWorker() override {
    if (session_) {
      return MakeWorker([this, session = SessionHandle(ledger_)](
                            std::uint64_t first, std::uint64_t count) {
        return MakeMoves(first, count, [&](const Move& move) {
          return lockstep_session_transfer(
              session.get(), IdOf(move.from), IdOf(move.to),
              lockstep_amount_of(move.amount), nullptr, nullptr);
        });
      });
    }
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      return MakeMoves(first, count, [&](const Move& move) {
        return lockstep_transfer(ledger_, IdOf(move.from), IdOf(move.to),
                                 lockstep_amount_of(move.amount), nullptr,
                                 nullptr);
      });
    });
  }

  [[nodiscard]] std::string FindFault() const override {
    std::int64_t found = 0;
    for (std::uint64_t i = 0; i < moves_->accounts(); ++i) {
      lockstep_amount balance = {};
      Must("reading a balance",
           lockstep_account_balance(ledger_, IdOf(i), &balance));
      if (balance.high != 0) return "a balance makes no sense";
      found += static_cast<std::int64_t>(balance.low);
    }
    const std::int64_t total =
        kBalanceEach * static_cast<std::int64_t>(moves_->accounts());
    if (found == total) return {};
    return absl::StrCat("there were ", total, " units, there are ", found);
  }

 private:
  static constexpr lockstep_account_id kIssuer = 1;
  static lockstep_account_id IdOf(std::uint64_t index) { return index + 2; }

  template <class Call>
  std::uint64_t MakeMoves(std::uint64_t first, std::uint64_t count,
                          const Call& transfer) const {
    std::uint64_t surprises = 0;
    for (const Move& move : moves_->Batch(first, count)) {
      surprises += transfer(move) != LOCKSTEP_OK ? 1U : 0U;
    }
    return surprises;
  }

  const std::shared_ptr<const Moves> moves_;
  const bool session_;
  lockstep_ledger* ledger_ = nullptr;
};

}  // namespace

std::unique_ptr<Contestant> MakeCTransfers(std::shared_ptr<const Moves> moves,
                                           bool session) {
  return std::make_unique<CTransfers>(std::move(moves), session);
}

}  // namespace lockstep::bench
