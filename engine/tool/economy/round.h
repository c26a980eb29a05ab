#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tool/economy/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// One of a round's transfers: an amount that moves, or as much of it as there
/// is. The text must live until the round is posted.
struct RoundTransfer {
  AccountId from;
  AccountId to;
  Minor amount = 0;
  bool takes_what_there_is = false;
  std::string_view text = {};
};

/// What a game does for many at once, with a tick of its time: put together and
/// posted in one call. For one thread; keeps its memory.
class Round {
 public:
  void Clear() noexcept { parts_.clear(); }
  /// What is added next belongs to that activity and carries these options.
  void Begin(std::size_t activity, const TransferOptions& options) noexcept {
    activity_ = activity;
    options_ = options;
  }
  void Add(const RoundTransfer& transfer);

  [[nodiscard]] std::size_t size() const noexcept { return parts_.size(); }
  [[nodiscard]] std::size_t ActivityOf(std::size_t i) const noexcept {
    return parts_[i].activity;
  }

  /// Posts them all. The receipts, in order, are good until the next time.
  std::span<const Receipt> Post(Session& session);

 private:
  struct Part {
    std::size_t activity = 0;
    std::array<Leg, 2> legs;
    Flow flow;
    bool is_flow = false;
    TransferOptions options;
  };

  std::size_t activity_ = 0;
  TransferOptions options_;
  std::vector<Part> parts_;
  std::vector<TransferRequest> requests_;
  std::vector<Receipt> receipts_;
};

}  // namespace lockstep::tool
