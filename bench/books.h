#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "bench/contestant.h"
#include "lockstep/ledger.h"

namespace lockstep::bench {

/// How a ledger is opened and entered; otherwise it is as by default.
struct LedgerWay {
  bool journal = false;
  Concurrency concurrency = Concurrency::kMultiThread;
  /// Through a session of the worker's own, or through the ledger itself.
  bool session = true;
};

/// What must not fail here says more about the bench than about lockstep: there
/// is nothing to go on with.
[[noreturn]] void GiveUp(std::string_view what, Outcome outcome);

template <class T>
T Must(std::string_view what, Result<T> result) {
  if (!result) GiveUp(what, result.error());
  return *std::move(result);
}

/// A ledger with funded accounts of one asset.
class Books {
 public:
  Books(std::uint64_t accounts, std::int64_t balance_each,
        const LedgerWay& way);

  [[nodiscard]] Ledger& ledger() { return ledger_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

  /// The first account is the issuer's.
  static AccountId IdOf(std::uint64_t index) { return AccountId(index + 2); }

  /// As in Contestant.
  [[nodiscard]] std::string FindFault() const;
  [[nodiscard]] std::string Audit() const;

 private:
  Ledger ledger_;
  const std::uint64_t accounts_;
  const std::int64_t total_;
};

/// What all of lockstep's contestants share.
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
  [[nodiscard]] std::uint64_t Retries() const final {
    return books_.ledger().GetStats().retries;
  }

 protected:
  [[nodiscard]] Ledger& ledger() { return books_.ledger(); }
  Session OpenSession() {
    return Must("opening a session", ledger().OpenSession());
  }

 private:
  Books books_;
};

}  // namespace lockstep::bench
