#pragma once

// A header alone: it sees an engine's accounts, so it is compiled with
// whichever engine it records.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <gsl/assert>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/accounts/account.h"
#include "engine/base/cache_line.h"
#include "engine/base/int128.h"
#include "engine/base/lock_rank.h"
#include "engine/explore/history/fill_sequences.h"
#include "engine/explore/history/history.h"
#include "lock_watch.h"
#include "lockstep/ledger.h"
#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// All accounts of a ledger, while nobody is at work.
inline std::vector<AccountState> StatesOf(const Ledger& ledger) {
  std::vector<AccountState> states;
  for (std::uint64_t id = 1; id <= ledger.account_count(); ++id) {
    const AccountInfo info = ledger.GetAccount(AccountId(id)).value();
    states.push_back({info.id, info.asset, info.version, info.balance});
  }
  return states;
}

/// Writes down what operations find and leave, while they run: it is told of
/// every account's lock that is taken and released. Around each call of the
/// ledger's goes a Begin and an End, on the same thread; what happens outside
/// of them is not recorded.
///
/// Threads share nothing here but the clock. Its readings order them, so a
/// history says little about memory orders that are too weak: that is for other
/// tests. One recorder at a time, for one ledger, made while no other thread
/// runs.
class HistoryRecorder final : public watch::Observer {
 public:
  /// `current_thread` says which of the threads, 0 to `threads` - 1, runs now
  /// (with fibers, which fiber); another number: one that is not recorded.
  HistoryRecorder(int threads, std::function<int()> current_thread)
      : current_thread_(std::move(current_thread)),
        tracks_(static_cast<std::size_t>(threads)),
        observer_before_(watch::SetObserver(this)) {}
  ~HistoryRecorder() override { watch::SetObserver(observer_before_); }
  HistoryRecorder(const HistoryRecorder&) = delete;
  HistoryRecorder& operator=(const HistoryRecorder&) = delete;

  /// What operations are called, for Begin. While no other thread runs.
  std::uint32_t AddName(std::string name) {
    names_.push_back(std::move(name));
    return static_cast<std::uint32_t>(names_.size() - 1);
  }

  /// Call right before an operation, with the legs that it is to post.
  void Begin(std::uint32_t name, std::span<const Leg> legs = {}) {
    Track& track = Mine();
    Expects(!track.is_open);
    track.is_open = true;
    Operation operation;
    operation.thread = static_cast<std::uint32_t>(&track - tracks_.data());
    operation.name = name;
    operation.first_access = static_cast<std::uint32_t>(track.accesses.size());
    operation.first_leg = static_cast<std::uint32_t>(track.legs.size());
    operation.leg_count = static_cast<std::uint32_t>(legs.size());
    track.legs.insert(track.legs.end(), legs.begin(), legs.end());
    operation.invoked = ReadClock();
    track.operations.push_back(operation);
  }
  /// Between Begin and End: legs that nobody knew before.
  void Moved(std::span<const Leg> legs) {
    Track& track = Mine();
    Expects(track.is_open);
    track.operations.back().leg_count +=
        static_cast<std::uint32_t>(legs.size());
    track.legs.insert(track.legs.end(), legs.begin(), legs.end());
  }
  /// Call right after it: a transfer, ...
  void End(const Receipt& receipt) {
    Finish(receipt.outcome(), receipt.sequence(), false);
  }
  /// ... what only reads, ...
  void End(Outcome outcome) { Finish(outcome, Sequence(), false); }
  /// ... what posted without a receipt, but is known to have this sequence, ...
  void End(Sequence sequence) { Finish(Outcome::kOk, sequence, false); }
  /// ... or a change of status, which posts without a receipt.
  void EndStatusChange(Outcome outcome) {
    Finish(outcome, Sequence(), outcome == Outcome::kOk);
  }

  /// Between Begin and End: what was read without a lock.
  void Read(AccountId account, Sequence version, Amount balance) {
    Track& track = Mine();
    Expects(track.is_open);
    track.accesses.push_back(
        {account, version, balance, version, balance, false});
  }

  /// Moves what was recorded to a history that has no operations, in the order
  /// of their calls, and sets the state of its accounts at the end. While
  /// nobody is at work.
  void Take(History& history, std::vector<AccountState> after) {
    history.names = names_;
    history.after = std::move(after);
    for (Track& track : tracks_) Expects(!track.is_open);
    while (Track* const first = FirstTrack()) {
      const Operation& operation = first->operations[first->taken++];
      history.Add(operation,
                  std::span(first->accesses)
                      .subspan(operation.first_access, operation.access_count),
                  std::span(first->legs)
                      .subspan(operation.first_leg, operation.leg_count));
    }
    Forget();
    FillSequences(history);
  }
  /// Forgets what was recorded, also of operations that never returned. The
  /// clock begins anew. While nobody is at work.
  void Forget() {
    for (Track& track : tracks_) track.Clear();
    clock_.store(0);
  }

  void OnAcquired(const watch::LockName& name) override {
    Track* const track = OpenTrack(name);
    if (track == nullptr) return;
    const Account& account = *static_cast<const Account*>(name.address);
    const Sequence version = account.word.VersionLocked();
    const Amount balance = ToAmount(account.balance.LoadLocked());
    track->held.push_back(track->accesses.size());
    track->accesses.push_back(
        {AccountId(name.id), version, balance, version, balance, false});
  }
  void OnReleased(const watch::LockName& name) override {
    Track* const track = OpenTrack(name);
    if (track == nullptr) return;
    // Released in reverse, so it is the last one as a rule.
    for (std::size_t i = track->held.size(); i-- > 0;) {
      Access& access = track->accesses[track->held[i]];
      if (access.account.value() != name.id) continue;
      const Account& account = *static_cast<const Account*>(name.address);
      access.left = ToAmount(account.balance.LoadLocked());
      track->held.erase(track->held.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  void OnViewed(std::uint64_t account, std::uint64_t version,
                Int128 balance) override {
    Track* const track = OpenTrack();
    if (track == nullptr) return;
    const Amount found = ToAmount(balance);
    track->accesses.push_back({AccountId(account), Sequence(version), found,
                               Sequence(version), found, false});
  }
  void OnTookForImages() override {
    Track* const track = OpenTrack();
    if (track == nullptr) return;
    track->held.pop_back();
    track->accesses.pop_back();
  }
  void OnStartedOver() override {
    Track* const track = OpenTrack();
    if (track == nullptr) return;
    track->accesses.resize(track->operations.back().first_access);
    track->held.clear();
  }

 private:
  // What one thread did.
  struct alignas(kNoSharingBytes) Track {
    bool is_open = false;
    std::vector<Operation> operations;
    std::vector<Access> accesses;
    std::vector<Leg> legs;
    std::vector<std::size_t> held;  // accesses whose account is locked still
    std::size_t taken = 0;

    void Clear() {
      is_open = false;
      operations.clear();
      accesses.clear();
      legs.clear();
      held.clear();
      taken = 0;
    }
  };

  Track& Mine() {
    return tracks_.at(static_cast<std::size_t>(current_thread_()));
  }
  // The current thread's, if it is inside an operation and this is an account.
  Track* OpenTrack(const watch::LockName& name) {
    return name.rank == LockRank::kAccount ? OpenTrack() : nullptr;
  }
  Track* OpenTrack() {
    const auto thread = static_cast<std::size_t>(current_thread_());
    if (thread >= tracks_.size() || !tracks_[thread].is_open) return nullptr;
    return &tracks_[thread];
  }
  // The one whose next operation was called before all others'.
  Track* FirstTrack() {
    Track* first = nullptr;
    for (Track& track : tracks_) {
      if (track.taken == track.operations.size()) continue;
      if (first == nullptr || track.operations[track.taken].invoked <
                                  first->operations[first->taken].invoked) {
        first = &track;
      }
    }
    return first;
  }

  // Sequentially consistent: an operation that returned before another was
  // called has the lower reading, whichever threads they were on. (Through the
  // seam, so that a scheduler tries every order of the readings.)
  std::uint64_t ReadClock() { return clock_.fetch_add(1) + 1; }

  void Finish(Outcome outcome, Sequence sequence, bool is_untold) {
    const std::uint64_t now = ReadClock();
    Track& track = Mine();
    Expects(track.is_open);
    track.is_open = false;
    track.held.clear();
    Operation& operation = track.operations.back();
    operation.returned = now;
    operation.outcome = outcome;
    operation.sequence = sequence;
    operation.access_count = static_cast<std::uint32_t>(track.accesses.size() -
                                                        operation.first_access);
    if (sequence.is_none() && !is_untold) return;
    const auto accesses =
        std::span(track.accesses).subspan(operation.first_access);
    for (std::size_t i = 0; i < accesses.size(); ++i) {
      // An account that was locked again later was only looked at before,
      // unless something changed.
      const bool is_last =
          std::none_of(accesses.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                       accesses.end(), [&](const Access& later) {
                         return later.account == accesses[i].account;
                       });
      if (!is_last && accesses[i].left == accesses[i].found) continue;
      accesses[i].wrote = true;
      accesses[i].left_version = sequence;
    }
  }

  const std::function<int()> current_thread_;
  std::vector<std::string> names_;
  std::vector<Track> tracks_;
  watch::Observer* const observer_before_;
  alignas(kNoSharingBytes) sync::Atomic<std::uint64_t> clock_ = 0;
};

}  // namespace lockstep::engine::explore
