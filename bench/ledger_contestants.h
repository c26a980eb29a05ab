#pragma once

#include <cstdint>
#include <memory>

#include "bench/books.h"
#include "bench/contestant.h"
#include "bench/moves.h"

namespace lockstep::bench {

/// lockstep's two-leg transfer; nobody is ever short of funds.
std::unique_ptr<Contestant> MakeLedgerTransfers(
    std::shared_ptr<const Moves> moves, const LedgerWay& way);

/// The same with empty accounts: every transfer is refused.
std::unique_ptr<Contestant> MakeLedgerRefusals(
    std::shared_ptr<const Moves> moves);

/// Balances read without a lock.
std::unique_ptr<Contestant> MakeLedgerReads(std::shared_ptr<const Moves> moves);

/// What snapshots cost. All of them go by the same moves.
enum class SnapshotUse : std::uint8_t {
  kNone,     ///< transfers, without one
  kRenewed,  ///< transfers, with one that is taken anew every 256 of them
  kTaken,    ///< one is taken and let go of, for each move
  kRead,     ///< the payer's balance is read in one
};
std::unique_ptr<Contestant> MakeLedgerSnapshots(
    std::shared_ptr<const Moves> moves, SnapshotUse use);

/// Transfers of several legs.
std::unique_ptr<Contestant> MakeLedgerPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls);

}  // namespace lockstep::bench
