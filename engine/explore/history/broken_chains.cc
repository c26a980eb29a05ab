#include "engine/explore/history/broken_chains.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/int128.h"

namespace lockstep::engine::explore {
namespace {

// So many of those who found an account as nobody left it are looked into, each
// of which may take as long as the account has accesses.
constexpr std::size_t kMaxNamed = 1000;

constexpr std::size_t kMaxWitnesses = 8;

// The difference of two balances may not fit; where it does not, nothing that
// is asked here is so.
bool IsTwice(Amount from, Amount once, Amount twice) {
  Int128 change = 0;
  Int128 expected = 0;
  return from != once &&
         !__builtin_sub_overflow(ToInt128(once), ToInt128(from), &change) &&
         !__builtin_add_overflow(ToInt128(once), change, &expected) &&
         expected == ToInt128(twice);
}

}  // namespace

void BrokenChains::Diagnose(const AccountPlaces::Place& place,
                            std::span<const Link> links) {
  place_ = &place;
  links_ = links;
  CollectWrites();
  FindPath();
  for (const Link& link : links_) {
    const Access& access = history_.accesses[link.access];
    LookAt({link.operation, access.found_version, access.found});
  }
  LookAt({kNobody, place.after.version, place.after.balance});
  MarkLost();
  AddEdges();
}

void BrokenChains::CollectWrites() {
  writes_.clear();
  Write& first = writes_.emplace_back();
  first.left_version = place_->before.version;
  first.left = place_->before.balance;
  for (const Link& link : links_) {
    const Access& access = history_.accesses[link.access];
    if (!access.wrote || !history_.operations[link.operation].posted()) {
      continue;
    }
    writes_.push_back({link.operation, access.found_version, access.found,
                       access.left_version, access.left});
  }
  const auto is_before = [](const Write& a, const Write& b) {
    if (a.left_version != b.left_version) {
      return a.left_version < b.left_version;
    }
    return a.operation + 1 < b.operation + 1;  // kNobody comes first
  };
  std::sort(writes_.begin(), writes_.end(), is_before);
}

// Back from the last state: who left it, who left what that one found, and so
// on. Where nobody left it, who came last below it. Each step goes down.
void BrokenChains::FindPath() {
  Sequence version = place_->after.version;
  auto end = writes_.end();
  while (true) {
    const auto above = std::upper_bound(writes_.begin(), end, version,
                                        [](Sequence at, const Write& write) {
                                          return at < write.left_version;
                                        });
    if (above == writes_.begin()) return;
    end = above - 1;
    end->is_on_path = true;
    if (end->operation == kNobody) return;
    version = end->found_version;
  }
}

const BrokenChains::Write* BrokenChains::LeftBy(Sequence version) const {
  const auto found = std::lower_bound(
      writes_.begin(), writes_.end(), version,
      [](const Write& write, Sequence at) { return write.left_version < at; });
  return found != writes_.end() && found->left_version == version ? &*found
                                                                  : nullptr;
}

const BrokenChains::Write& BrokenChains::LastBelow(Sequence version) const {
  const auto found = std::lower_bound(
      writes_.begin(), writes_.end(), version,
      [](const Write& write, Sequence at) { return write.left_version < at; });
  return found == writes_.begin() ? writes_.front() : *(found - 1);
}

void BrokenChains::LookAt(const Found& found) {
  const Write* const source = LeftBy(found.version);
  if (source != nullptr && source->left == found.balance) return;
  if (++wrong_ > kMaxNamed) {
    return Add(Anomaly::kBrokenChain, {found.operation},
               Text(place_->before.account) +
                   " was found as nobody left it: too many to look into");
  }
  if (source == nullptr) {
    Unexplained(found);
  } else {
    WrongBalance(found, *source);
  }
}

// A version that nobody left.
void BrokenChains::Unexplained(const Found& found) {
  const Write& last = LastBelow(found.version);
  if (last.operation != kNobody &&
      IsTwice(last.found, last.left, found.balance)) {
    return AddMark(Anomaly::kDuplicate, last.operation, found.operation);
  }
  const std::uint32_t dirty = FindDirty(found, nullptr);
  if (dirty != kNobody) {
    return Add(Anomaly::kDirtyRead, {found.operation, dirty},
               NumberText(dirty) + " posted nothing, and yet " +
                   NumberText(found.operation) + " found what it left in " +
                   Text(place_->before.account));
  }
  Add(Anomaly::kBrokenChain, {found.operation, last.operation},
      Text(place_->before.account) + " was found by " +
          NumberText(found.operation) + " at " + Text(found.version) +
          ", which nobody left; the last one below was " +
          Text(last.left_version) + " with " + Text(last.left));
}

// A version that is known, with another balance than was left there.
void BrokenChains::WrongBalance(const Found& found, const Write& source) {
  const std::string account = Text(place_->before.account);
  const std::string who = NumberText(found.operation);
  const std::uint32_t dirty = FindDirty(found, &source);
  if (dirty != kNobody) {
    const bool wrote =
        found.operation == kNobody ||
        std::any_of(writes_.begin(), writes_.end(), [&](const Write& write) {
          return write.operation == found.operation;
        });
    // Who wrote over it knew of it: it is not lost.
    for (Write& write : writes_) {
      if (wrote && write.operation == dirty) write.is_on_path = true;
    }
    return Add(wrote ? Anomaly::kBrokenChain : Anomaly::kDirtyRead,
               {found.operation, dirty},
               who + " found in " + account + " the " + Text(found.balance) +
                   " of " + NumberText(dirty) + " at the version before it, " +
                   Text(found.version));
  }
  if (source.operation != kNobody && found.balance == source.found) {
    return AddMark(Anomaly::kLostUpdate, source.operation, found.operation);
  }
  if (source.operation != kNobody &&
      IsTwice(source.found, source.left, found.balance)) {
    return AddMark(Anomaly::kDuplicate, source.operation, found.operation);
  }
  Add(Anomaly::kBrokenChain, {found.operation, source.operation},
      who + " found " + account + " with " + Text(found.balance) + " at " +
          Text(found.version) + ", where " + Text(source.left) +
          " had been left");
}

// Whose balance it is that somebody found too early: that of an operation which
// posted nothing, or which had not yet left its version.
std::uint32_t BrokenChains::FindDirty(const Found& found,
                                      const Write* source) const {
  for (const Link& link : links_) {
    if (link.operation == found.operation) continue;
    const Access& access = history_.accesses[link.access];
    const Operation& operation = history_.operations[link.operation];
    if (operation.posted() && access.wrote) {
      if (source != nullptr && access.found_version == found.version &&
          source->operation != link.operation &&
          (access.left == found.balance ||
           IsPartOf(operation, access.found, found.balance))) {
        return link.operation;
      }
      continue;
    }
    // Refused: what it left, or what it would have left and took back.
    const bool is_left = access.left != access.found &&
                         access.left == found.balance &&
                         (access.left_version == found.version ||
                          access.found_version == found.version);
    const bool is_taken_back = !operation.posted() &&
                               access.found_version == found.version &&
                               IsPartOf(operation, access.found, found.balance);
    if (is_left || is_taken_back) return link.operation;
  }
  return kNobody;
}

// The balance is on an operation's way: after some of its legs.
bool BrokenChains::IsPartOf(const Operation& operation, Amount from,
                            Amount balance) const {
  Int128 sum = ToInt128(from);
  for (const Leg& leg : history_.LegsOf(operation)) {
    if (leg.account != place_->before.account) continue;
    if (__builtin_add_overflow(sum, ToInt128(leg.amount), &sum)) return false;
    if (sum == ToInt128(balance)) return true;
  }
  return false;
}

// Writes that are not on the path were written over by somebody who did not
// know of them, or are not in the last state. Who wrote over one is the first
// on the path above what that one found.
void BrokenChains::MarkLost() {
  std::vector<const Write*> next_on_path(writes_.size() + 1);
  for (std::size_t i = writes_.size(); i-- > 0;) {
    next_on_path[i] = writes_[i].is_on_path ? &writes_[i] : next_on_path[i + 1];
  }
  for (const Write& write : writes_) {
    if (write.is_on_path || write.operation == kNobody) continue;
    const auto above = FirstAbove(write.found_version);
    const Write* const over =
        next_on_path[static_cast<std::size_t>(above - writes_.begin())];
    const bool is_over =
        over != nullptr && over->found_version <= write.found_version;
    AddMark(Anomaly::kLostUpdate, write.operation,
            is_over ? over->operation : kNobody);
  }
}

std::vector<BrokenChains::Write>::const_iterator BrokenChains::FirstAbove(
    Sequence version) const {
  return std::upper_bound(
      writes_.begin(), writes_.end(), version,
      [](Sequence at, const Write& write) { return at < write.left_version; });
}

void BrokenChains::AddEdges() {
  for (std::size_t i = 1; i < writes_.size(); ++i) {
    const std::uint32_t before = writes_[i - 1].operation;
    const std::uint32_t after = writes_[i].operation;
    if (before == kNobody || after == kNobody) continue;
    graph_.Add(before, after, Dependency::kWriteWrite);
  }
  for (const Link& link : links_) {
    const Access& access = history_.accesses[link.access];
    const Write* const source = LeftBy(access.found_version);
    if (source != nullptr && source->operation != kNobody) {
      graph_.Add(source->operation, link.operation, Dependency::kWriteRead);
    }
    const auto over = FirstAbove(access.found_version);
    if (over != writes_.end() && over->operation != kNobody) {
      graph_.Add(link.operation, over->operation, Dependency::kReadWrite);
    }
  }
}

void BrokenChains::AddMark(Anomaly anomaly, std::uint32_t operation,
                           std::uint32_t witness) {
  marks_.push_back({anomaly, operation, place_->before.account, witness});
}

void BrokenChains::Add(Anomaly anomaly,
                       std::initializer_list<std::uint32_t> operations,
                       const std::string& text) {
  std::vector<std::uint32_t> somebody;
  std::copy_if(operations.begin(), operations.end(),
               std::back_inserter(somebody),
               [](std::uint32_t operation) { return operation != kNobody; });
  findings_.Add(anomaly, std::move(somebody), text);
}

std::size_t BrokenChains::AccountsWritten(std::uint32_t operation) const {
  std::vector<AccountId> accounts;
  for (const Access& access :
       history_.AccessesOf(history_.operations[operation])) {
    if (access.wrote) accounts.push_back(access.account);
  }
  std::sort(accounts.begin(), accounts.end());
  return static_cast<std::size_t>(
      std::unique(accounts.begin(), accounts.end()) - accounts.begin());
}

void BrokenChains::Tell() {
  const auto key = [](const Mark& mark) {
    return std::tuple(mark.operation, mark.anomaly, mark.account, mark.witness);
  };
  std::sort(marks_.begin(), marks_.end(),
            [&](const Mark& a, const Mark& b) { return key(a) < key(b); });
  for (auto first = marks_.begin(); first != marks_.end();) {
    const auto last = std::find_if(first, marks_.end(), [&](const Mark& mark) {
      return mark.operation != first->operation ||
             mark.anomaly != first->anomaly;
    });
    TellOne({first, last});
    first = last;
  }
}

// The marks of one operation, of one kind.
void BrokenChains::TellOne(std::span<const Mark> marks) {
  std::vector<std::uint32_t> operations = {marks.front().operation};
  std::string accounts;
  std::string witnesses;
  std::size_t count = 0;
  AccountId last;
  for (const Mark& mark : marks) {
    if (mark.account != last) {
      accounts += (count > 0 ? ", " : "") + Text(mark.account);
      last = mark.account;
      ++count;
    }
    if (mark.witness != kNobody && operations.size() <= kMaxWitnesses &&
        std::find(operations.begin(), operations.end(), mark.witness) ==
            operations.end()) {
      operations.push_back(mark.witness);
      witnesses += (witnesses.empty() ? "" : ", ") + NumberText(mark.witness);
    }
  }
  if (witnesses.empty()) witnesses = "the end";
  const std::string who = NumberText(marks.front().operation);
  if (marks.front().anomaly == Anomaly::kDuplicate) {
    findings_.Add(
        Anomaly::kDuplicate, std::move(operations),
        who + " was found twice in " + accounts + ", by " + witnesses);
    return;
  }
  const bool is_all =
      count > 1 && count == AccountsWritten(marks.front().operation);
  findings_.Add(is_all ? Anomaly::kLostTransfer : Anomaly::kLostUpdate,
                std::move(operations),
                who + " is gone from " + (is_all ? "all of " : "") + accounts +
                    ": found without it by " + witnesses);
}

}  // namespace lockstep::engine::explore
