#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bench/contestant.h"
#include "bench/moves.h"

namespace lockstep::bench {

/// Hand-written transfers between two accounts; nobody is ever short of funds.
std::unique_ptr<Contestant> MakeMinimalPair(std::shared_ptr<const Moves> moves);
std::unique_ptr<Contestant> MakeMutexPair(std::shared_ptr<const Moves> moves);
std::unique_ptr<Contestant> MakeGlobalMutex(std::shared_ptr<const Moves> moves);
/// For one thread.
std::unique_ptr<Contestant> MakeNoLock(std::shared_ptr<const Moves> moves);

/// The minimal pair with empty accounts: every transfer is refused.
std::unique_ptr<Contestant> MakeMinimalRefusals(
    std::shared_ptr<const Moves> moves);
/// Balances read under a minimal lock.
std::unique_ptr<Contestant> MakeMinimalReads(
    std::shared_ptr<const Moves> moves);
/// Transfers of several legs under minimal locks, taken in order.
std::unique_ptr<Contestant> MakeMinimalPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls);

/// The minimal pair with a payee who gets one unit less than was paid. It must
/// be found out.
std::unique_ptr<Contestant> MakeLosingPair(std::shared_ptr<const Moves> moves);

/// A lock to compare: the hand-written transfer over it.
struct LockRow {
  std::string_view name;
  std::string_view label;
  int max_threads;
  std::unique_ptr<Contestant> (*make)(std::shared_ptr<const Moves> moves);
};

/// All of them.
std::span<const LockRow> LockRows();

}  // namespace lockstep::bench
