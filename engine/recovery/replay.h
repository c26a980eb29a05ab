#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/int128.h"
#include "engine/log/batch.h"
#include "engine/log/log_fault.h"
#include "engine/log/log_record.h"
#include "engine/recovery/recovery_ground.h"
#include "lockstep/ids.h"
#include "lockstep/route.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Does what a log tells, cut by cut, to a ledger that is empty. Balances and
/// what is held are sums and need no order; whatever else an account, a route
/// has is as the record with the highest sequence says.
///
/// Nothing is believed: whatever could not have been posted is a fault, and the
/// ledger is to be thrown away.
class Replay {
 public:
  explicit Replay(const RecoveryGround& ground) noexcept : ground_(ground) {}
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// A batch of a cut, whole, with its head.
  struct Batch {
    std::span<const std::byte> bytes;
    BatchHead head;
  };
  /// The next cut. Throws std::bad_alloc.
  [[nodiscard]] LogFault Apply(std::span<const Batch> cut);
  /// After the last one: makes the ledger what all of them come to. Throws
  /// std::bad_alloc.
  [[nodiscard]] LogFault Finish();

  /// The highest sequence, the highest epoch, and how many operations there
  /// were.
  [[nodiscard]] Sequence last() const noexcept { return last_; }
  [[nodiscard]] std::uint64_t last_epoch() const noexcept { return epoch_; }
  [[nodiscard]] std::uint64_t operations() const noexcept {
    return operations_;
  }

 private:
  struct AccountSums {
    UInt128 balance = 0;  // modulo 2^128, as its way there may stray
    UInt128 held = 0;
    std::uint64_t version = 0;
  };
  struct Changes {
    std::uint64_t status_from = 0;
    AccountStatus status = AccountStatus::kOpen;
    std::uint64_t limits_from = 0;
    Amount floor;
    Amount ceiling;
  };
  struct KnownId {
    std::uint64_t number = 0;
    Bits128 id;
    Remembered remembered;
  };
  struct RouteState {
    std::uint64_t from = 0;
    bool is_allowed = false;
  };
  // What belongs to the operation that is being read.
  struct Operation {
    std::vector<AccountId> accounts;  // all that it locked
    std::optional<KnownId> id;
    std::size_t receipts = 0;
  };

  void ApplyCreations(std::span<const std::byte> bytes, const RunHead& run,
                      Tick tick);
  void ApplyRun(std::span<const std::byte> bytes, const RunHead& run,
                Tick tick);
  void Make(const Creation& creation);
  void ApplyRecord(const LogRecord& record);
  void ApplyLegs(const LogRecord& record);
  void ApplyHold(const LogRecord& record);
  void ApplyReversal(const LogRecord& record);
  void ApplyChange(const LogRecord& record);
  void ApplyRoute(const LogRecord& record);
  void CollectId(const LogRecord& record);
  void EndOperation(Sequence sequence);
  void EndHolds();
  void ForgetOldIds();
  [[nodiscard]] bool AreBalanced(const LogRecord& record);
  // Null, and a fault, if there is none.
  AccountSums* Find(AccountId account) noexcept;
  void Fail(LogFault fault) noexcept {
    if (fault_ == LogFault::kNone) fault_ = fault;
  }
  [[nodiscard]] bool ok() const noexcept { return fault_ == LogFault::kNone; }

  const RecoveryGround ground_;
  LogFault fault_ = LogFault::kNone;
  std::vector<AccountSums> sums_;  // by account
  std::unordered_map<std::uint64_t, Changes> changes_;
  std::array<std::uint64_t, Sequence::kMaxSlots> last_in_slot_{};
  std::unordered_map<std::uint64_t, Hold> holds_;
  // By this cut: it may name a hold before that is read.
  std::vector<std::pair<Sequence, std::vector<Leg>>> resolved_;
  std::map<Sequence, Reversed> reversed_;
  std::map<Route, RouteState> routes_;
  std::vector<KnownId> ids_;
  Operation operation_;
  Sequence last_;
  std::uint64_t epoch_ = 0;
  std::uint64_t operations_ = 0;
  Tick tick_;
};

}  // namespace lockstep::engine
