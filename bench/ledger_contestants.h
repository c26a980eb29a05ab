#pragma once

#include <cstdint>
#include <memory>

#include "bench/contestant.h"
#include "bench/moves.h"
#include "lockstep/ledger.h"

namespace lockstep::bench {

/// How a ledger is opened and entered; otherwise it is as by default.
struct LedgerWay {
  bool journal = false;
  Concurrency concurrency = Concurrency::kMultiThread;
  /// Through a session of the worker's own, or through the ledger itself.
  bool session = true;
};

/// lockstep's two-leg transfer; nobody is ever short of funds.
std::unique_ptr<Contestant> MakeLedgerTransfers(
    std::shared_ptr<const Moves> moves, const LedgerWay& way);

/// The same with empty accounts: every transfer is refused.
std::unique_ptr<Contestant> MakeLedgerRefusals(
    std::shared_ptr<const Moves> moves);

/// Balances read without a lock.
std::unique_ptr<Contestant> MakeLedgerReads(std::shared_ptr<const Moves> moves);

/// Transfers of several legs.
std::unique_ptr<Contestant> MakeLedgerPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls);

}  // namespace lockstep::bench
