#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/contestant.h"

namespace lockstep::bench {

/// Contestants that make the same operations on the same accounts.
struct Field {
  std::string family;
  /// What sets it apart from the family's other fields ("accounts:1000").
  std::string variant;
  std::uint64_t accounts = 0;
  /// Each contestant has a row for each of these, as far as it goes.
  std::vector<int> threads;
  /// How many different operations there are before they come again.
  std::uint64_t operations = 0;
  std::vector<std::unique_ptr<Entrant>> entrants;

  /// The entrant of that name; there must be one.
  [[nodiscard]] Entrant& Find(const std::string& name) const;
};

inline constexpr std::uint64_t kFewAccounts = 1'000;
inline constexpr std::uint64_t kManyAccounts = 1'000'000;
inline constexpr std::uint64_t kHotAccounts = 10;

using Programme = std::vector<Field>;

/// Everything that is measured. The operations are drawn at once; the
/// contestants are made when they are first needed.
[[nodiscard]] Programme MakeProgramme(std::uint64_t seed);

}  // namespace lockstep::bench
