#pragma once

#include <compare>
#include <cstdint>

namespace lockstep::inline v0_1 {

/// Says that accounts of one class may pay accounts of another one by transfers
/// with a code. (Captures and reversals are transfers too, each with a code of
/// its own. A reversal pays the other way round.) In a ledger that was opened
/// with `LedgerOptions::routes_only`, nothing moves but along routes that were
/// allowed (`Ledger::AllowRoute`).
///
/// Who pays and who is paid in a transfer: of each asset, the accounts whose
/// balance falls by all of its legs and flows together pay those whose balance
/// rises, each of them each, and the `from` of a flow pays its `to`. So many
/// routes it needs.
struct Route {
  /// A class that stands for every class.
  static constexpr std::uint16_t kAnyClass = UINT16_MAX;
  /// A code that stands for every code.
  static constexpr std::uint32_t kAnyCode = UINT32_MAX;

  /// The class of who pays (`AccountOptions::account_class`).
  std::uint16_t payer_class = 0;
  /// The class of who is paid.
  std::uint16_t payee_class = 0;
  /// The transfer's code (`TransferOptions::code`).
  std::uint32_t code = 0;

  friend constexpr auto operator<=>(const Route&,
                                    const Route&) noexcept = default;
};

}  // namespace lockstep::inline v0_1
