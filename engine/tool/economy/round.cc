#include "engine/tool/economy/round.h"

namespace lockstep::tool {

void Round::Add(const RoundTransfer& transfer) {
  Part part{.activity = activity_,
            .legs = {Leg{transfer.from, Amount(-transfer.amount)},
                     Leg{transfer.to, Amount(transfer.amount)}},
            .flow = {.from = transfer.from,
                     .to = transfer.to,
                     .at_most = Amount(transfer.amount)},
            .is_flow = transfer.takes_what_there_is,
            .options = options_};
  part.options.description = transfer.text;
  parts_.push_back(part);
}

std::span<const Receipt> Round::Post(Session& session) {
  // The parts lie still from here on, so requests may refer to them.
  requests_.clear();
  for (const Part& part : parts_) {
    TransferRequest request{.options = part.options};
    if (part.is_flow) {
      request.flows = {&part.flow, 1};
    } else {
      request.legs = part.legs;
    }
    requests_.push_back(request);
  }
  if (receipts_.size() < parts_.size()) receipts_.resize(parts_.size());
  const std::span<Receipt> receipts(receipts_.data(), parts_.size());
  session.PostEach(requests_, receipts);
  return receipts;
}

}  // namespace lockstep::tool
