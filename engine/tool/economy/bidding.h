#pragma once

#include <span>

#include "engine/tool/economy/agent.h"
#include "engine/tool/economy/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

// Auctions that go on for a while. What is offered is held at the seller's, so
// that it cannot be sold twice; what is bid is held at the bidder's, so that it
// is there in the end; the bidder who is outbid is let go. Nothing moves until
// the hammer falls. What nobody comes back to expires with the ledger's time.

/// A kind of activities: somebody comes to a lot and makes its next step, which
/// is one request to the ledger: offers something, bids, lets go of who was
/// outbid, or settles what is over.
Outcome Bid(Worker& worker);

/// Lets go of all that these agents (in rising order) have reserved at the
/// auction house, and of what others bid for their goods. As the worker's
/// present activity.
void CallOff(std::span<const Agent> agents, Worker& worker);

}  // namespace lockstep::tool
