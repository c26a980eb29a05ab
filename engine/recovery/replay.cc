#include "engine/recovery/replay.h"

#include <algorithm>
#include <memory>
#include <set>

#include "absl/container/inlined_vector.h"
#include "engine/money/exact_sum.h"

namespace lockstep::engine {
namespace {

UInt128 Wrapped(Amount amount) {
  return static_cast<UInt128>(ToInt128(amount));
}

// What a hold's leg takes out of what is available.
UInt128 HeldBy(const Leg& leg) {
  return leg.amount.is_negative() ? -Wrapped(leg.amount) : 0;
}

// What a record's leg moves.
Amount MovedBy(const LogRecord& record, std::size_t leg) {
  switch (record.kind) {
    case EntryKind::kTransfer:
      return record.legs[leg].amount;
    case EntryKind::kCapture:
      return record.parts[leg];
    case EntryKind::kReversal:
      return ToAmount(static_cast<Int128>(-Wrapped(record.parts[leg])));
    default:
      return {};
  }
}

bool AreSame(std::span<const Leg> a, std::span<const Leg> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Leg& x, const Leg& y) {
                      return x.account == y.account && x.amount == y.amount;
                    });
}

}  // namespace

LogFault Replay::Apply(std::span<const Batch> cut) {
  // What is made first: operations of the cut may already use it, and what was
  // made has the last runs.
  for (const bool is_of_creations : {true, false}) {
    for (const Batch& batch : cut) {
      tick_ = std::max(tick_, batch.head.tick);
      RunsReader runs(batch.bytes, batch.head);
      RunHead run;
      std::span<const std::byte> bytes;
      while (ok() && runs.Next(run, bytes)) {
        if ((run.slot == kCreationSlot) != is_of_creations) continue;
        if (is_of_creations) {
          ApplyCreations(bytes, run, batch.head.tick);
        } else {
          ApplyRun(bytes, run, batch.head.tick);
        }
      }
      Fail(runs.fault());
    }
  }
  if (ok()) EndHolds();
  return fault_;
}

// --- What was made -----------------------------------------------------------

void Replay::ApplyCreations(std::span<const std::byte> bytes,
                            const RunHead& run, Tick tick) {
  if (run.counter != ground_.accounts.count()) {
    return Fail(LogFault::kCreation);
  }
  RecordsReader records(run, bytes, tick);
  Creation creation;
  while (ok() && records.Next(creation)) Make(creation);
  Fail(records.fault());
  sums_.resize(ground_.accounts.count());
}

void Replay::Make(const Creation& creation) {
  if (creation.made_asset.is_none()) {
    const Result<AccountId> made =
        ground_.directory.CreateAccount(creation.options);
    if (!made && made.error() == Outcome::kOutOfMemory) throw std::bad_alloc();
    if (!made || *made != creation.account) Fail(LogFault::kCreation);
    return;
  }
  const Result<AssetId> made = ground_.directory.CreateAsset(creation.asset);
  if (!made && made.error() == Outcome::kOutOfMemory) throw std::bad_alloc();
  if (!made || *made != creation.made_asset ||
      ground_.accounts.count() != creation.account.value()) {
    Fail(LogFault::kCreation);
  }
}

// --- What was posted ---------------------------------------------------------

Replay::AccountSums* Replay::Find(AccountId account) noexcept {
  if (account.value() - 1 < sums_.size()) return &sums_[account.value() - 1];
  Fail(LogFault::kUnknownAccount);
  return nullptr;
}

void Replay::ApplyRun(std::span<const std::byte> bytes, const RunHead& run,
                      Tick tick) {
  epoch_ = std::max(epoch_, run.epoch);
  std::uint64_t& last_in_slot = last_in_slot_[run.slot];
  RecordsReader records(run, bytes, tick);
  LogRecord record;
  while (ok() && records.Next(record)) {
    const std::uint64_t counter = record.sequence.counter();
    if (counter <= last_in_slot) return Fail(LogFault::kRepeated);
    last_in_slot = counter;
    tick_ = std::max(tick_, record.tick);
    ApplyRecord(record);
  }
  Fail(records.fault());
}

void Replay::ApplyRecord(const LogRecord& record) {
  switch (record.kind) {
    case EntryKind::kStatus:
    case EntryKind::kLimits:
      ApplyChange(record);
      break;
    case EntryKind::kRoute:
      ApplyRoute(record);
      break;
    default:
      ApplyLegs(record);
  }
  if (!ok()) return;
  operation_.accounts.insert(operation_.accounts.end(), record.seen.begin(),
                             record.seen.end());
  if (record.id.id != Bits128()) CollectId(record);
  if (!record.goes_on) EndOperation(record.sequence);
}

bool Replay::AreBalanced(const LogRecord& record) {
  struct Sum {
    AssetId asset;
    ExactSum moved;
    ExactSum held;
  };
  absl::InlinedVector<Sum, 4> sums;
  for (std::size_t leg = 0; leg < record.legs.size(); ++leg) {
    const AssetId asset =
        ground_.accounts.Hot(record.legs[leg].account).asset();
    auto found =
        std::find_if(sums.begin(), sums.end(),
                     [asset](const Sum& sum) { return sum.asset == asset; });
    if (found == sums.end()) {
      sums.push_back({asset, ExactSum(), ExactSum()});
      found = sums.end() - 1;
    }
    found->moved.Add(ToInt128(MovedBy(record, leg)));
    found->held.Add(ToInt128(record.legs[leg].amount));
  }
  return std::all_of(sums.begin(), sums.end(), [](const Sum& sum) {
    return sum.moved.IsZero() && sum.held.IsZero();
  });
}

void Replay::ApplyLegs(const LogRecord& record) {
  for (const Leg& leg : record.legs) {
    if (Find(leg.account) == nullptr) return;
  }
  for (const AccountId seen : record.seen) {
    if (Find(seen) == nullptr) return;
  }
  if (!AreBalanced(record)) return Fail(LogFault::kUnbalanced);
  for (std::size_t leg = 0; leg < record.legs.size(); ++leg) {
    const AccountId account = record.legs[leg].account;
    const Amount moved = MovedBy(record, leg);
    sums_[account.value() - 1].balance += Wrapped(moved);
    // Of a reversal those only of which something was taken back.
    if (record.kind != EntryKind::kReversal || !moved.is_zero()) {
      operation_.accounts.push_back(account);
    }
  }
  if (record.kind == EntryKind::kReversal) {
    ApplyReversal(record);
  } else if (record.kind != EntryKind::kTransfer) {
    ApplyHold(record);
  }
}

void Replay::ApplyHold(const LogRecord& record) {
  const bool is_placed = record.kind == EntryKind::kHold;
  for (const Leg& leg : record.legs) {
    AccountSums& sums = sums_[leg.account.value() - 1];
    sums.held += is_placed ? HeldBy(leg) : -HeldBy(leg);
  }
  std::vector<Leg> legs(record.legs.begin(), record.legs.end());
  if (!is_placed) {
    resolved_.emplace_back(record.refers_to, std::move(legs));
    return;
  }
  Hold hold;
  hold.legs = std::move(legs);
  hold.deadline = record.deadline;
  hold.code = record.code;
  hold.user_data = record.user_data;
  holds_.emplace(record.sequence.value(), std::move(hold));
}

void Replay::EndHolds() {
  for (const auto& [id, legs] : resolved_) {
    const auto found = holds_.find(id.value());
    if (found == holds_.end() || !AreSame(found->second.legs, legs)) {
      return Fail(LogFault::kHold);
    }
    holds_.erase(found);
  }
  resolved_.clear();
}

void Replay::ApplyReversal(const LogRecord& record) {
  const auto [found, is_new] =
      reversed_.try_emplace(record.refers_to, record.legs);
  if (!AreSame(found->second.legs(), record.legs) ||
      !found->second.AddBefore(record.parts)) {
    Fail(LogFault::kReversal);
  }
}

void Replay::ApplyChange(const LogRecord& record) {
  if (Find(record.account) == nullptr) return;
  operation_.accounts.push_back(record.account);
  Changes& changes = changes_[record.account.value()];
  const std::uint64_t sequence = record.sequence.value();
  if (record.kind == EntryKind::kStatus) {
    if (sequence < changes.status_from) return;
    changes.status_from = sequence;
    changes.status = record.status;
  } else {
    if (sequence < changes.limits_from) return;
    changes.limits_from = sequence;
    changes.floor = record.floor;
    changes.ceiling = record.ceiling;
  }
}

void Replay::ApplyRoute(const LogRecord& record) {
  if (ground_.routes == nullptr) return Fail(LogFault::kRoute);
  RouteState& state = routes_[record.route];
  if (record.sequence.value() < state.from) return;
  state = {record.sequence.value(), record.is_allowed};
}

void Replay::CollectId(const LogRecord& record) {
  std::optional<KnownId>& known = operation_.id;
  if (!known.has_value()) {
    std::optional<IdContent> content = IdContent::FromBytes(record.id.content);
    if (!content.has_value() || record.id.number == 0) {
      return Fail(LogFault::kId);
    }
    known.emplace(KnownId{record.id.number, record.id.id,
                          Remembered(*std::move(content))});
  } else if (known->id != record.id.id || record.id.number != 0 ||
             !record.id.content.empty()) {
    return Fail(LogFault::kId);
  }
  // What each had before follows from what moved.
  absl::InlinedVector<AccountChange, kMaxLegs> receipt;
  for (const LoggedBalance& balance : record.id.balances) {
    UInt128 before = Wrapped(balance.after);
    for (std::size_t leg = 0; leg < record.legs.size(); ++leg) {
      if (record.legs[leg].account == balance.account) {
        before -= Wrapped(MovedBy(record, leg));
      }
    }
    receipt.push_back({balance.account, ToAmount(static_cast<Int128>(before)),
                       balance.after});
  }
  known->remembered.Add(record.sequence, receipt, record.id.flowed);
}

void Replay::EndOperation(Sequence sequence) {
  for (const AccountId account : operation_.accounts) {
    std::uint64_t& version = sums_[account.value() - 1].version;
    version = std::max(version, sequence.value());
  }
  operation_.accounts.clear();
  if (operation_.id.has_value()) {
    ids_.push_back(*std::move(operation_.id));
    operation_.id.reset();
    if (ids_.size() >= 2 * std::size_t{ground_.id_window} + 1024)
      ForgetOldIds();
  }
  last_ = std::max(last_, sequence);
  ++operations_;
}

void Replay::ForgetOldIds() {
  const auto newer = [](const KnownId& a, const KnownId& b) {
    return a.number > b.number;
  };
  std::sort(ids_.begin(), ids_.end(), newer);
  // Each until so many others were posted after it.
  const std::uint64_t newest_number = ids_.empty() ? 0 : ids_.front().number;
  std::erase_if(ids_, [&](const KnownId& id) {
    return newest_number - id.number >= ground_.id_window;
  });
  const auto same = std::adjacent_find(
      ids_.begin(), ids_.end(),
      [](const KnownId& a, const KnownId& b) { return a.number == b.number; });
  if (same != ids_.end()) Fail(LogFault::kId);
}

// --- What it comes to --------------------------------------------------------

LogFault Replay::Finish() {
  if (!ok()) return fault_;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const AccountId account(i + 1);
    AccountView view = ViewAccount(ground_.accounts, account);
    view.balance = static_cast<Int128>(sums_[i].balance);
    view.held = static_cast<Int128>(sums_[i].held);
    view.version = Sequence(sums_[i].version);
    if (const auto found = changes_.find(account.value());
        found != changes_.end()) {
      const Changes& changes = found->second;
      if (changes.status_from != 0) view.status = changes.status;
      if (changes.limits_from != 0) {
        view.floor = ToInt128(changes.floor);
        view.ceiling = ToInt128(changes.ceiling);
      }
    }
    const bool is_possible =
        view.held >= 0 && view.balance <= view.ceiling &&
        ExactSum(view.balance - (view.balance < 0 ? 0 : view.held)).Fits();
    if (!is_possible) Fail(LogFault::kBalance);
    ground_.accounts.Restore(account, view);
  }
  std::map<Sequence, Hold> open;
  for (auto& [id, hold] : holds_) open.emplace(Sequence(id), std::move(hold));
  for (auto& [id, hold] : open) ground_.holds.Restore(id, std::move(hold));
  for (auto& [transfer, reversed] : reversed_) {
    ground_.reversals.Restore(transfer, std::move(reversed));
  }
  ForgetOldIds();
  // One that was forgotten may have been used again.
  std::set<Bits128> known;
  std::erase_if(ids_,
                [&](const KnownId& id) { return !known.insert(id.id).second; });
  if (!ok()) return fault_;
  // The oldest first.
  for (auto id = ids_.rbegin(); id != ids_.rend(); ++id) {
    ground_.ids.Restore(id->id, std::move(id->remembered), id->number);
  }
  if (ground_.routes != nullptr) {
    RouteSet routes;
    for (const auto& [route, state] : routes_) {
      if (!state.is_allowed) continue;
      routes = routes.With(route);
    }
    ground_.routes->Restore(std::make_shared<const RouteSet>(routes));
  }
  // One that is told by the system needs no setting.
  static_cast<void>(ground_.clock.Advance(tick_));
  return fault_;
}

}  // namespace lockstep::engine
