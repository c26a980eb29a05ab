#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/accounts/account_table.h"
#include "engine/posting/checks.h"
#include "engine/posting/reversal_table.h"
#include "lockstep/reversal.h"

namespace lockstep::engine {

/// What the journal knows of a transfer that is to be reversed.
struct TransferFound {
  /// kOk, kTransferForgotten, or kNotReversible.
  Outcome outcome = Outcome::kTransferForgotten;
  /// There never was one, whatever the caller says.
  bool is_unheard_of = false;
  std::vector<Leg> legs = {};
};

/// Looks a transfer up in the journal, by its sequence. May throw
/// std::bad_alloc.
using FindTransfer = absl::FunctionRef<TransferFound(Sequence)>;

/// One reversal, from what was asked for to the legs that it posts.
///
/// The legs are decided upon before any lock, of what is left of the transfer
/// by then, since the locks are those of the legs' accounts. Under them it is
/// seen whether that much is still left.
class ReversalWork {
 public:
  ReversalWork(const AccountTable& accounts, ReversalTable& table,
               const Reversal& reversal) noexcept
      : accounts_(accounts), table_(table), asked_(reversal) {}
  ~ReversalWork();
  ReversalWork(const ReversalWork&) = delete;
  ReversalWork& operator=(const ReversalWork&) = delete;

  /// Whether the table knows the transfer's legs; once.
  [[nodiscard]] bool Enter() noexcept;
  /// If it does not: has a look at those that the journal knows. Once. Throws
  /// std::bad_alloc.
  [[nodiscard]] Verdict EnterNew(const TransferFound& found);
  /// Once it is entered, whether what was asked for fits the legs.
  [[nodiscard]] Verdict CheckShape() const;

  /// Decides upon the legs. Throws std::bad_alloc.
  [[nodiscard]] Verdict Decide();
  /// Those that take it back, once that was done; none is zero.
  [[nodiscard]] std::span<const Leg> legs() const noexcept { return legs_; }
  [[nodiscard]] const Reversal& asked() const noexcept { return asked_; }
  /// The number among all of the transfer's legs of one of these.
  [[nodiscard]] std::uint32_t NumberOf(std::size_t leg) const noexcept {
    return numbers_[leg];
  }

  /// What the table knows of the transfer: once a reversal of it is posted, for
  /// good.
  [[nodiscard]] const Reversed* reversed() const noexcept { return reversed_; }
  [[nodiscard]] std::span<const std::uint32_t> numbers() const noexcept {
    return numbers_;
  }

  /// Whether so much is still left. For the holder of the locks of the legs'
  /// accounts, or for who will find that these did not change meanwhile.
  [[nodiscard]] Verdict Check() noexcept;
  /// It is not, but the legs can be decided upon anew.
  [[nodiscard]] bool is_stale() const noexcept { return is_stale_; }
  /// It is posted; for the holder of those locks.
  void AddLocked(std::uint32_t epoch) noexcept {
    table_.AddLocked(*reversed_, *prepared_, epoch);
  }

 private:
  using Amounts = std::array<Amount, kMaxLegs>;

  // Whether `left` is enough for `amounts`.
  [[nodiscard]] Verdict CheckLeft(std::span<const Amount> amounts,
                                  const Amounts& left) const noexcept;

  const AccountTable& accounts_;
  ReversalTable& table_;
  const Reversal& asked_;
  Reversed* reversed_ = nullptr;
  std::optional<ReversalTable::Prepared> prepared_;
  std::vector<Leg> legs_;
  std::vector<std::uint32_t> numbers_;
  bool is_stale_ = false;
};

}  // namespace lockstep::engine
