#include "engine/explore/history/fill_sequences.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

namespace lockstep::engine::explore {
namespace {

// An account with such operations.
struct Gaps {
  std::vector<std::uint32_t> operations;
  std::vector<Sequence> seen;
  std::vector<Sequence> left;
};

void Sort(std::vector<Sequence>& sequences) {
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()),
                  sequences.end());
}

bool IsUntold(const History& history, const Operation& operation) {
  return !operation.posted() && operation.outcome == Outcome::kOk &&
         operation.access_count == 1 && history.AccessesOf(operation)[0].wrote;
}

// Both rise along the account, so the first untold one gets the first version
// that nobody told of, and so on.
void Fill(History& history, Gaps& gaps) {
  Sort(gaps.seen);
  Sort(gaps.left);
  std::vector<Sequence> untold;
  std::set_difference(gaps.seen.begin(), gaps.seen.end(), gaps.left.begin(),
                      gaps.left.end(), std::back_inserter(untold));
  const auto access_of = [&](std::uint32_t number) -> Access& {
    return history.accesses[history.operations[number].first_access];
  };
  std::sort(gaps.operations.begin(), gaps.operations.end(),
            [&](std::uint32_t a, std::uint32_t b) {
              return access_of(a).found_version < access_of(b).found_version;
            });
  auto next = untold.begin();
  for (const std::uint32_t number : gaps.operations) {
    Access& access = access_of(number);
    next = std::upper_bound(next, untold.end(), access.found_version);
    if (next == untold.end()) return;
    access.left_version = *next;
    history.operations[number].sequence = *next;
    ++next;
  }
}

}  // namespace

void FillSequences(History& history) {
  std::map<AccountId, Gaps> gaps_of;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (!IsUntold(history, operation)) continue;
    const AccountId account = history.AccessesOf(operation)[0].account;
    gaps_of[account].operations.push_back(static_cast<std::uint32_t>(i));
  }
  if (gaps_of.empty()) return;
  for (const Access& access : history.accesses) {
    const auto gaps = gaps_of.find(access.account);
    if (gaps == gaps_of.end()) continue;
    gaps->second.seen.push_back(access.found_version);
    if (access.wrote && access.left_version != access.found_version) {
      gaps->second.left.push_back(access.left_version);
    }
  }
  for (const AccountState& state : history.before) {
    const auto gaps = gaps_of.find(state.account);
    if (gaps != gaps_of.end()) gaps->second.left.push_back(state.version);
  }
  for (const AccountState& state : history.after) {
    const auto gaps = gaps_of.find(state.account);
    if (gaps != gaps_of.end()) gaps->second.seen.push_back(state.version);
  }
  for (auto& [account, gaps] : gaps_of) Fill(history, gaps);
}

}  // namespace lockstep::engine::explore
