#include "engine/c/reversals_from_c.h"

#include "engine/c/convert.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"

namespace lockstep::engine {

Outcome ReversalsFromC::Add(const lockstep_reversal& theirs) {
  lockstep_reversal mine = LOCKSTEP_REVERSAL_INIT;
  const Outcome sized = ReadStruct(&theirs, mine);
  if (sized != Outcome::kOk) return sized;
  if (IsMissing(mine.amounts, mine.amount_count) ||
      IsMissing(mine.legs, mine.leg_count)) {
    return Outcome::kNullPointer;
  }
  Reversal reversal{.transfer = Sequence(mine.transfer),
                    .despite_freeze = mine.despite_freeze != 0};
  const Outcome read = ReadOptions(mine.options, reversal.options);
  if (read != Outcome::kOk) return read;
  if (mine.despite_freeze > 1) return Outcome::kInvalidOption;
  AppendFromC(
      mine.amounts, mine.amount_count, kMost,
      [](lockstep_amount amount) { return FromC(amount); }, amounts_);
  AppendFromC(
      mine.legs, mine.leg_count, kMost,
      [](const lockstep_leg& leg) { return FromC(leg); }, legs_);
  ends_.push_back({amounts_.size(), legs_.size()});
  reversals_.push_back(reversal);
  return Outcome::kOk;
}

std::span<const Reversal> ReversalsFromC::reversals() noexcept {
  Ends begin = {};
  for (std::size_t i = 0; i < reversals_.size(); ++i) {
    const Ends& end = ends_[i];
    reversals_[i].amounts = {amounts_.data() + begin.amounts,
                             end.amounts - begin.amounts};
    reversals_[i].legs = {legs_.data() + begin.legs, end.legs - begin.legs};
    begin = end;
  }
  return reversals_;
}

}  // namespace lockstep::engine
