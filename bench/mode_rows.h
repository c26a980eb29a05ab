#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bench/contestant.h"
#include "lockstep/mode.h"

namespace lockstep::bench {

/// Whom a row's transactions fall upon.
enum class Skew : std::uint8_t {
  kUniform,  ///< every account alike
  kZipf,     ///< the k-th account in proportion to k^-0.9
  kHot,      ///< the payer is the same account in four of five
};

/// A row of the comparison of modes. What is said here is the base case; every
/// row differs from it in one thing.
struct ModeRow {
  std::string_view name;
  std::size_t legs = 2;
  Skew skew = Skew::kUniform;
  std::uint64_t thinking_ns = 1'000;
  int threads = 2;
};

inline constexpr std::uint64_t kModeAccounts = 1'000;
/// How many different transactions a row has before they come again.
inline constexpr std::uint64_t kModeTransactions = std::uint64_t{1} << 14;

[[nodiscard]] std::span<const ModeRow> ModeRows();

/// Transactions of a row, in one mode: a function looks at `legs` accounts,
/// thinks, and lets the first one pay the others.
[[nodiscard]] std::unique_ptr<Contestant> MakeTransactions(const ModeRow& row,
                                                           Mode mode,
                                                           std::uint64_t seed);

}  // namespace lockstep::bench
