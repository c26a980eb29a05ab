#pragma once

#include <span>

#include "lockstep/ids.h"
#include "lockstep/transfer.h"

namespace lockstep::inline v0_1 {

/// What of an earlier transfer is to be taken back, and how.
///
/// Refers to what it is made of, which must outlive the call.
struct Reversal {
  /// The transfer, by its sequence. Anything that moved amounts can be
  /// reversed: transfers of whatever form, captures, and reversals, too.
  Sequence transfer = {};
  /// How much of each leg, in the order of its legs and with their signs; none:
  /// all that is left of them.
  std::span<const Amount> amounts = {};
  /// Its legs, in order, in case the journal has forgotten it: then they are
  /// what is believed. If it has not, they must be the same.
  std::span<const Leg> legs = {};
  /// True: that an account is frozen does not forbid it. (That it is closed
  /// does.) So stolen goods are taken back while the thief stays frozen.
  bool despite_freeze = false;
  /// What the transfer that takes it back carries, and how it is to be posted.
  TransferOptions options = {};
};

}  // namespace lockstep::inline v0_1
