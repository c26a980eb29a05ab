#include "engine/explore/history/operation_checks.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "engine/base/int128.h"

namespace lockstep::engine::explore {

void OperationChecks::Check(const History& history, const AccountPlaces& places,
                            Findings& findings) {
  CheckPlaces(history, places, findings);
  net_.assign(places.places().size(), ExactSum());
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    CheckVersions(history, i, findings);
    CheckLegs(history, places, i, findings);
  }
  CheckSequences(history, findings);
}

void OperationChecks::CheckPlaces(const History& history,
                                  const AccountPlaces& places,
                                  Findings& findings) const {
  for (const AccountPlaces::Place& place : places.places()) {
    if (place.is_in_after) continue;
    findings.Add(Anomaly::kMalformed, {},
                 Text(place.before.account) + " is not there at the end");
  }
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (operation.posted() && operation.outcome != Outcome::kOk) {
      findings.Add(Anomaly::kMalformed, {i},
                   NumberText(i) + " was refused and has a sequence");
    }
    for (const Access& access : history.AccessesOf(operation)) {
      if (places.Find(access.account) != AccountPlaces::kNowhere) continue;
      findings.Add(Anomaly::kMalformed, {i},
                   Text(access.account) + " is not there at either end");
    }
  }
}

void OperationChecks::CheckVersions(const History& history,
                                    std::uint32_t number,
                                    Findings& findings) const {
  const Operation& operation = history.operations[number];
  for (const Access& access : history.AccessesOf(operation)) {
    if (access.wrote && !operation.posted()) {
      const bool is_ok = operation.outcome == Outcome::kOk;
      findings.Add(
          is_ok ? Anomaly::kWrongVersion : Anomaly::kRefusedWrote, {number},
          NumberText(number) +
              (is_ok ? " was done, and no version of it is to be seen in "
                     : " was refused, and left a version in ") +
              Text(access.account));
      continue;
    }
    if (operation.posted() && operation.sequence <= access.found_version) {
      findings.Add(Anomaly::kSequenceNotRising, {number},
                   NumberText(number) + " is not above what it found in " +
                       Text(access.account));
    }
    const Sequence expected =
        access.wrote ? operation.sequence : access.found_version;
    if (access.left_version != expected) {
      findings.Add(Anomaly::kWrongVersion, {number},
                   NumberText(number) + " left " + Text(access.account) +
                       " at " + Text(access.left_version) + " and not at " +
                       Text(expected));
    }
  }
}

// Found, and its legs, and less what it left: nothing, for each account.
void OperationChecks::CheckLegs(const History& history,
                                const AccountPlaces& places,
                                std::uint32_t number, Findings& findings) {
  const Operation& operation = history.operations[number];
  const std::span<const Access> accesses = history.AccessesOf(operation);
  // What was refused moves nothing.
  const std::span<const Leg> legs =
      operation.posted() ? history.LegsOf(operation) : std::span<const Leg>();
  for (const Leg& leg : legs) {
    const std::uint32_t place = places.Find(leg.account);
    if (place == AccountPlaces::kNowhere) {
      findings.Add(Anomaly::kMalformed, {number},
                   Text(leg.account) + " is not there at either end");
      continue;
    }
    net_[place].Add(ToInt128(leg.amount));
  }
  for (const Access& access : accesses) {
    const std::uint32_t place = places.Find(access.account);
    if (place == AccountPlaces::kNowhere) continue;
    net_[place].Add(ToInt128(access.found));
    net_[place].Subtract(ToInt128(access.left));
  }
  const auto look = [&](AccountId account) {
    const std::uint32_t place = places.Find(account);
    if (place == AccountPlaces::kNowhere || net_[place].IsZero()) return;
    findings.Add(
        operation.posted() ? Anomaly::kLegsMismatch : Anomaly::kRefusedWrote,
        {number},
        NumberText(number) + " changed " + Text(account) +
            " by something else than its legs");
    net_[place] = ExactSum();
  };
  for (const Access& access : accesses) look(access.account);
  for (const Leg& leg : legs) look(leg.account);
  if (!legs.empty()) CheckAssets(history, places, number, findings);
}

void OperationChecks::CheckAssets(const History& history,
                                  const AccountPlaces& places,
                                  std::uint32_t number, Findings& findings) {
  sums_.clear();
  for (const Leg& leg : history.LegsOf(history.operations[number])) {
    const std::uint32_t place = places.Find(leg.account);
    if (place == AccountPlaces::kNowhere) continue;
    const AssetId asset = places.places()[place].before.asset;
    auto sum = std::find_if(
        sums_.begin(), sums_.end(),
        [asset](const AssetSum& its) { return its.asset == asset; });
    if (sum == sums_.end()) sum = sums_.insert(sum, {asset, ExactSum()});
    sum->sum.Add(ToInt128(leg.amount));
  }
  for (const AssetSum& sum : sums_) {
    if (sum.sum.IsZero()) continue;
    findings.Add(Anomaly::kUnbalanced, {number},
                 "the legs of " + NumberText(number) + " in asset " +
                     std::to_string(sum.asset.value()) + " sum to " +
                     Text(ToAmount(sum.sum.Saturated())));
  }
}

// A slot goes on to another session only when the operations of the one before
// have returned, so they posted in the order in which they returned. (Not in
// that of their calls: a thread gets a session inside of its first one.) A
// sequence names its slot: if it rises along each slot, none comes twice.
void OperationChecks::CheckSequences(const History& history,
                                     Findings& findings) {
  const std::vector<Operation>& operations = history.operations;
  by_return_.resize(operations.size());
  std::iota(by_return_.begin(), by_return_.end(), 0U);
  const auto is_before = [&](std::uint32_t a, std::uint32_t b) {
    return operations[a].returned < operations[b].returned;
  };
  if (!std::is_sorted(by_return_.begin(), by_return_.end(), is_before)) {
    std::sort(by_return_.begin(), by_return_.end(), is_before);
  }
  last_ = history.last_sequences;
  whose_.assign(last_.size(), kNobody);
  std::vector<NotRising> not_rising;
  for (const std::uint32_t number : by_return_) {
    const Sequence sequence = operations[number].sequence;
    if (sequence.is_none()) continue;
    const std::uint32_t slot = sequence.slot();
    if (slot >= last_.size()) {
      last_.resize(slot + 1);
      whose_.resize(slot + 1, kNobody);
    }
    if (sequence <= last_[slot]) {
      not_rising.push_back({whose_[slot], number});
      continue;
    }
    last_[slot] = sequence;
    whose_[slot] = number;
  }
  if (!not_rising.empty()) TellSequences(history, not_rising, findings);
}

void OperationChecks::TellSequences(const History& history,
                                    const std::vector<NotRising>& not_rising,
                                    Findings& findings) const {
  const std::vector<Operation>& operations = history.operations;
  std::vector<std::uint32_t> by_sequence = by_return_;
  std::sort(by_sequence.begin(), by_sequence.end(),
            [&](std::uint32_t a, std::uint32_t b) {
              if (operations[a].sequence != operations[b].sequence) {
                return operations[a].sequence < operations[b].sequence;
              }
              return operations[a].returned < operations[b].returned;
            });
  std::vector<bool> is_told(operations.size());
  for (std::size_t first = 0, last = 0; first < by_sequence.size();
       first = last) {
    const Sequence sequence = operations[by_sequence[first]].sequence;
    for (last = first + 1; last < by_sequence.size(); ++last) {
      if (operations[by_sequence[last]].sequence != sequence) break;
    }
    if (sequence.is_none() || last - first == 1) continue;
    const std::vector<std::uint32_t> same(
        by_sequence.begin() + static_cast<std::ptrdiff_t>(first),
        by_sequence.begin() + static_cast<std::ptrdiff_t>(last));
    for (const std::uint32_t number : same) is_told[number] = true;
    findings.Add(Anomaly::kDuplicateSequence, same,
                 "these were all posted as " + Text(sequence));
  }
  for (const NotRising& pair : not_rising) {
    if (is_told[pair.operation]) continue;
    const bool is_known = pair.before != kNobody;
    std::vector<std::uint32_t> numbers = {pair.operation};
    if (is_known) numbers.insert(numbers.begin(), pair.before);
    findings.Add(Anomaly::kSequenceNotRising, std::move(numbers),
                 NumberText(pair.operation) + " is not above " +
                     (is_known ? NumberText(pair.before)
                               : "what was posted before this history") +
                     " in its session");
  }
}

}  // namespace lockstep::engine::explore
