#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/tool/economy/agent.h"
#include "engine/tool/economy/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

struct Tally;

/// A hold that an agent placed, and what it reserves: so much of one asset.
/// Without an id: none, or not any more.
struct Reserved {
  HoldId id;
  Agent payer;
  Asset asset = Asset::kMoney;
  Minor amount = 0;

  [[nodiscard]] bool is_open() const noexcept { return !id.is_none(); }
};

/// How far the sale of a lot has come. Each step is one operation of the
/// ledger.
enum class LotStage : std::uint8_t {
  kEmpty,      ///< nothing is offered
  kOpen,       ///< the goods are held, and perhaps the money of the best bid
  kCalledOff,  ///< the goods could not be had: all is let go of
  kTaken,      ///< the house has the goods, and not yet the money
  kUnpaid,     ///< the money could not be had: the goods go back
  kPaid,       ///< the goods go to the bidder
};

/// A place at the auction house, and what is offered there.
struct Lot {
  /// Held while a step is made; it guards all the rest.
  std::mutex mutex;
  LotStage stage = LotStage::kEmpty;
  Agent seller;
  Agent bidder;
  Asset good = Asset::kMoney;
  Minor quantity = 0;
  /// The best bid; 0: there is none.
  Minor price = 0;
  /// The first bid, and the one that ends it at once.
  Minor opening = 0;
  Minor most = 0;
  /// The house's part of the price.
  Share tax;
  /// No bids from then on.
  Tick closes;
  /// Then all its holds expire.
  Tick deadline;
  /// What the seller, the best bidder and the one before have reserved.
  Reserved goods;
  Reserved best;
  Reserved outbid;
  /// How often the goods could not be handed over.
  int tries = 0;
};

/// The lots of the one auction house, which all that bid share. For any number
/// of threads.
class Lots {
 public:
  explicit Lots(std::size_t count) : lots_(count) {}

  [[nodiscard]] std::size_t size() const noexcept { return lots_.size(); }
  [[nodiscard]] Lot& at(std::size_t place) noexcept { return lots_[place]; }

  /// Notes of all holds that are due that they expired. For when all have
  /// stopped.
  void NoteExpired(Tick now, Tally& tally);

 private:
  std::vector<Lot> lots_;
};

/// Notes of a lot's holds that they expired, if they are due; what is offered
/// then is not any more. The lot's mutex must be held.
void NoteExpiredLocked(Lot& lot, Tick now, Tally& tally);

/// As many lots as the activities of a scenario need, at any time of it.
[[nodiscard]] std::size_t LotsOf(const Scenario& scenario) noexcept;

}  // namespace lockstep::tool
