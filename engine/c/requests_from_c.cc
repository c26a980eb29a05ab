#include "engine/c/requests_from_c.h"

#include <algorithm>

#include "engine/c/convert.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"

namespace lockstep::engine {
namespace {

static_assert(LOCKSTEP_REQUIRE_BALANCE_AT_LEAST ==
              static_cast<int>(ConditionKind::kBalanceAtLeast));
static_assert(LOCKSTEP_REQUIRE_BALANCE_AT_MOST ==
              static_cast<int>(ConditionKind::kBalanceAtMost));
static_assert(LOCKSTEP_REQUIRE_BALANCE_EQUALS ==
              static_cast<int>(ConditionKind::kBalanceEquals));
static_assert(LOCKSTEP_REQUIRE_VERSION_EQUALS ==
              static_cast<int>(ConditionKind::kVersionEquals));
static_assert(LOCKSTEP_REQUIRE_STATUS_EQUALS ==
              static_cast<int>(ConditionKind::kStatusEquals));

Flow FlowFromC(const lockstep_flow& flow) noexcept {
  return {.from = AccountId(flow.from),
          .to = AccountId(flow.to),
          .at_most = FromC(flow.at_most),
          .shares_limit = flow.shares_limit != 0,
          .at_least = FromC(flow.at_least)};
}

Condition ConditionFromC(const lockstep_condition& condition) noexcept {
  return {.account = AccountId(condition.account),
          .kind = EnumFromC<ConditionKind>(condition.kind),
          .status = EnumFromC<AccountStatus>(condition.status),
          .amount = FromC(condition.amount),
          .version = Sequence(condition.version)};
}

// How many of a request's parts are copied.
std::size_t Copied(std::uint64_t count, std::size_t most) noexcept {
  return std::min<std::uint64_t>(count, most);
}

// What is wrong with it, as far as C alone can say, and its options.
Outcome ReadRequest(const lockstep_transfer_request& theirs,
                    lockstep_transfer_request& mine,
                    TransferOptions& options) noexcept {
  const Outcome sized = ReadStruct(&theirs, mine);
  if (sized != Outcome::kOk) return sized;
  if (IsMissing(mine.legs, mine.leg_count) ||
      IsMissing(mine.flows, mine.flow_count) ||
      IsMissing(mine.conditions, mine.condition_count)) {
    return Outcome::kNullPointer;
  }
  const Outcome read = ReadOptions(mine.options, options);
  if (read != Outcome::kOk) return read;
  const std::span flows(mine.flows, Copied(mine.flow_count, kMaxFlows));
  const bool has_good_numbers =
      std::ranges::all_of(flows, [](const lockstep_flow& flow) {
        return flow.shares_limit <= 1 && flow.reserved == 0;
      });
  return has_good_numbers && mine.reserved == 0 ? Outcome::kOk
                                                : Outcome::kInvalidOption;
}

}  // namespace

Outcome RequestsFromC::Add(const lockstep_transfer_request& theirs) {
  lockstep_transfer_request mine = LOCKSTEP_TRANSFER_REQUEST_INIT;
  TransferRequest request;
  const Outcome read = ReadRequest(theirs, mine, request.options);
  if (read != Outcome::kOk) return read;
  AppendFromC(
      mine.legs, mine.leg_count, kMostLegs,
      [](const lockstep_leg& leg) { return FromC(leg); }, legs_);
  AppendFromC(mine.flows, mine.flow_count, kMostFlows, FlowFromC, flows_);
  AppendFromC(mine.conditions, mine.condition_count, kMostLegs, ConditionFromC,
              conditions_);
  ends_.push_back({legs_.size(), flows_.size(), conditions_.size()});
  requests_.push_back(request);
  return Outcome::kOk;
}

bool RequestsFromC::HasRoomFor(
    const lockstep_transfer_request& theirs) const noexcept {
  return requests_.size() < kInPlace &&
         legs_.size() + Copied(theirs.leg_count, kMostLegs) <= kMostLegs &&
         flows_.size() + Copied(theirs.flow_count, kMostFlows) <= kMostFlows &&
         conditions_.size() + Copied(theirs.condition_count, kMostLegs) <=
             kMostLegs;
}

std::span<const TransferRequest> RequestsFromC::requests() noexcept {
  Ends begin = {};
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const Ends& end = ends_[i];
    TransferRequest& request = requests_[i];
    request.legs = {legs_.data() + begin.legs, end.legs - begin.legs};
    request.flows = {flows_.data() + begin.flows, end.flows - begin.flows};
    request.conditions = {conditions_.data() + begin.conditions,
                          end.conditions - begin.conditions};
    begin = end;
  }
  return requests_;
}

}  // namespace lockstep::engine
