#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep::engine {

/// The same operations each time, of every kind that a log tells of, on a
/// ledger that was empty. Some wait until they are durable.
class Workload {
 public:
  /// How many there are.
  static constexpr std::size_t kOperations = 44;

  Workload() = default;
  /// So many are done.
  explicit Workload(std::size_t done) noexcept : done_(done) {}

  /// Does the next one. True: it says that all so far is durable.
  bool Do(Ledger& ledger);
  [[nodiscard]] std::size_t done() const noexcept { return done_; }

  /// What a ledger is before the first one and after each, if nothing fails.
  static std::vector<std::string> AllStates();
  /// All that can be seen of a ledger that did some of this, as text.
  static std::string Describe(Ledger& ledger);

 private:
  bool DoOne(Ledger& ledger);
  // Transfers that take many bytes.
  static void Fill(Ledger& ledger);

  std::size_t done_ = 0;
};

}  // namespace lockstep::engine
