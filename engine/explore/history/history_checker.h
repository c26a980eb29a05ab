#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explore/history/history.h"

namespace lockstep::engine::explore {

/// What can be wrong with a history. Where the field has a name for it, it has
/// that name: A. Adya, "Weak Consistency", 1999 (G0, G1a, ...); K. Kingsbury,
/// P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental
/// Observations", 2020 (those with real time in them).
enum class Anomaly : std::uint8_t {
  // What accounts say, one operation after the other.
  kLostUpdate,    ///< two found the same, both wrote, one is gone
  kLostTransfer,  ///< gone from all its accounts: every sum is as it was
  kDuplicate,     ///< in an account twice
  kDirtyRead,     ///< found what was refused, or not yet all there (G1a, G1b)
  kBrokenChain,   ///< found what nobody left; no better name fits

  // Circles of operations, each of which must have been before the next.
  kReadSkew,             ///< one anti-dependency (G-single)
  kWriteSkew,            ///< each found what the next one changed (G2-item)
  kWriteCycle,           ///< over writes alone (G0)
  kCircularInformation,  ///< over writes, and reads of them (G1c)
  kStaleRead,            ///< found what had been replaced before it was called
  kOtherCycle,           ///< any other

  // What single operations say.
  kDuplicateSequence,  ///< two operations with one sequence
  kSequenceNotRising,  ///< along its session, or above what it found
  kWrongVersion,       ///< left an account at another version than its own
  kUnbalanced,         ///< an asset's legs do not sum to zero
  kLegsMismatch,       ///< changed an account by something else than its legs
  kRefusedWrote,       ///< posted nothing, and yet wrote

  kMalformed,  ///< the history itself is at fault: no ledger could do this
};

/// Its name in words: "write skew".
[[nodiscard]] std::string_view AnomalyName(Anomaly anomaly) noexcept;

/// One thing that is wrong.
struct Finding {
  Anomaly anomaly = Anomaly::kMalformed;
  /// On whom: indices of `History::operations`; along the circle, if it is one.
  std::vector<std::uint32_t> operations;
  /// For people: what it is, who, and what each of them found and left.
  std::string text;
};

struct Verdict {
  /// So many findings are kept.
  static constexpr std::size_t kMaxFindings = 20;

  std::vector<Finding> findings;
  /// How many there were.
  std::uint64_t finding_count = 0;
  /// How many dependencies there were between operations, those of real time
  /// not counted.
  std::uint64_t dependency_count = 0;

  [[nodiscard]] bool ok() const noexcept { return finding_count == 0; }
  /// All findings' texts; "" if there are none.
  [[nodiscard]] std::string Text() const;
};

/// Says whether a history is strictly serializable, and its books hold:
///
/// - along each account, every operation found the version and the balance that
///   the one before it left, from the beginning to the end;
/// - sequences are unique, rise along each session and above every version that
///   their operation found, and are the version that it left;
/// - legs sum to zero for each asset, and are what the balances changed by;
/// - no circle is made of "read what it wrote", "wrote over what it wrote",
///   "read what it wrote over" and "returned before it was called". (Of each
///   knot of circles one is told: the shortest of the most telling kind.)
///
/// Cost: n log n, for the sorting of n accesses by version and of the clocks;
/// all else is linear, in the accounts as well. Where something is wrong, the
/// search for a short circle is bounded. Memory: about 100 bytes an access,
/// kept for the next history.
///
/// Not more than 2^28 operations at once; ids of accounts should be dense. For
/// one thread.
class HistoryChecker {
 public:
  HistoryChecker();
  ~HistoryChecker();
  HistoryChecker(const HistoryChecker&) = delete;
  HistoryChecker& operator=(const HistoryChecker&) = delete;

  [[nodiscard]] Verdict Check(const History& history);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

/// The same, for once.
[[nodiscard]] Verdict CheckHistory(const History& history);

}  // namespace lockstep::engine::explore
