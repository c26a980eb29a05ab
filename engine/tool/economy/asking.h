#pragma once

#include "engine/tool/economy/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

// The agents that ask for more than legs: for as much as there is, from one
// payer after the other, or only if something holds; and what a game does for
// many with each tick of its time.

/// A kind of activities: a guild pays the town what it owes, and what its purse
/// lacks its members pay, one after the other; or nobody pays anything.
Outcome PayGuildBill(Worker& worker);

/// A player buys one from a shop at the price for members: if the guild is in
/// good standing, and the player owes nothing.
Outcome SellToMember(Worker& worker);

// --- In rounds --------------------------------------------------------------

/// A player gets something from an issuer, known or not.
Outcome Reward(Worker& worker);

/// A player pays the town a tax, or what there is.
Outcome Tax(Worker& worker);

}  // namespace lockstep::tool
