#include "bench/bare_contestants.h"

#include <array>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

#include "bench/bare_bank.h"
#include "bench/workers.h"

namespace lockstep::bench {
namespace {

enum class Way { kSorted, kTryAndBackOff, kUnderGlobalMutex, kLosing };

template <class Lock, Way kWay = Way::kSorted>
class BareTransfers final : public Contestant {
 public:
  explicit BareTransfers(std::shared_ptr<const Moves> moves,
                         std::int64_t balance_each = kBalanceEach)
      : moves_(std::move(moves)),
        bank_(moves_->accounts(), balance_each),
        expected_(balance_each > 0) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      std::uint64_t surprises = 0;
      for (const Move& move : moves_->Batch(first, count)) {
        surprises += Make(move) != expected_ ? 1U : 0U;
      }
      return surprises;
    });
  }

  [[nodiscard]] std::string FindFault() const override {
    return bank_.FindFault();
  }

 private:
  bool Make(const Move& move) {
    if constexpr (kWay == Way::kSorted) {
      return bank_.TransferSorted(move);
    } else if constexpr (kWay == Way::kTryAndBackOff) {
      return bank_.TransferTryAndBackOff(move);
    } else if constexpr (kWay == Way::kLosing) {
      return bank_.TransferLosing(move);
    } else {
      const std::lock_guard<std::mutex> locked(global_mutex_);
      return bank_.TransferSorted(move);
    }
  }

  const std::shared_ptr<const Moves> moves_;
  BareBank<Lock> bank_;
  const bool expected_;
  alignas(kNoSharingBytes) std::mutex global_mutex_;
};

template <class Lock, Way kWay = Way::kSorted>
std::unique_ptr<Contestant> MakeTransfers(std::shared_ptr<const Moves> moves) {
  return std::make_unique<BareTransfers<Lock, kWay>>(std::move(moves));
}

class MinimalReads final : public Contestant {
 public:
  explicit MinimalReads(std::shared_ptr<const Moves> moves)
      : moves_(std::move(moves)), bank_(moves_->accounts(), kBalanceEach) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      std::uint64_t surprises = 0;
      for (const Move& move : moves_->Batch(first, count)) {
        surprises += bank_.Balance(move.from) != kBalanceEach ? 1U : 0U;
      }
      return surprises;
    });
  }

  [[nodiscard]] std::string FindFault() const override {
    return bank_.FindFault();
  }

 private:
  const std::shared_ptr<const Moves> moves_;
  BareBank<MinimalLock> bank_;
};

class MinimalPayrolls final : public Contestant {
 public:
  MinimalPayrolls(std::uint64_t accounts,
                  std::shared_ptr<const Payrolls> payrolls)
      : payrolls_(std::move(payrolls)), bank_(accounts, kBalanceEach) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      std::uint64_t surprises = 0;
      for (std::uint64_t i = first; i < first + count; ++i) {
        surprises += bank_.PostSorted(payrolls_->At(i)) ? 0U : 1U;
      }
      return surprises;
    });
  }

  [[nodiscard]] std::string FindFault() const override {
    return bank_.FindFault();
  }

 private:
  const std::shared_ptr<const Payrolls> payrolls_;
  BareBank<MinimalLock> bank_;
};

constexpr std::array kLockRows = {
    LockRow{"none", "no lock", 1, MakeTransfers<NoLock>},
    LockRow{"ttas", "test and test-and-set, spin then yield", kUnlimitedThreads,
            MakeTransfers<MinimalLock>},
    LockRow{"ttas_spin", "the same, never yielding", kUnlimitedThreads,
            MakeTransfers<TtasLock<SpinOnly>>},
    LockRow{"tas", "test-and-set", kUnlimitedThreads, MakeTransfers<TasLock>},
    LockRow{"fused", "lock bit in a version word", kUnlimitedThreads,
            MakeTransfers<FusedVersionLock>},
    LockRow{"ticket", "ticket lock", kUnlimitedThreads,
            MakeTransfers<TicketLock>},
    LockRow{"mcs", "MCS queue lock", kUnlimitedThreads, MakeTransfers<McsLock>},
    LockRow{"pthread_spin", "pthread_spinlock", kUnlimitedThreads,
            MakeTransfers<PthreadSpinLock>},
    LockRow{"futex", "4-byte futex lock", kUnlimitedThreads,
            MakeTransfers<FutexLock>},
    LockRow{"atomic_wait", "4-byte std::atomic::wait lock", kUnlimitedThreads,
            MakeTransfers<AtomicWaitLock>},
    LockRow{"mutex", "std::mutex", kUnlimitedThreads,
            MakeTransfers<std::mutex>},
    LockRow{"shared_mutex", "std::shared_mutex, held alone", kUnlimitedThreads,
            MakeTransfers<std::shared_mutex>},
    LockRow{"absl_mutex", "absl::Mutex as installed", kUnlimitedThreads,
            MakeTransfers<AbslMutex>},
    LockRow{"scoped_lock", "std::scoped_lock(a, b): not ordered",
            kUnlimitedThreads, MakeTransfers<std::mutex, Way::kTryAndBackOff>},
    LockRow{"global_mutex", "one std::mutex for all", kUnlimitedThreads,
            MakeTransfers<NoLock, Way::kUnderGlobalMutex>},
};

}  // namespace

std::unique_ptr<Contestant> MakeMinimalPair(
    std::shared_ptr<const Moves> moves) {
  return MakeTransfers<MinimalLock>(std::move(moves));
}
std::unique_ptr<Contestant> MakeMutexPair(std::shared_ptr<const Moves> moves) {
  return MakeTransfers<std::mutex>(std::move(moves));
}
std::unique_ptr<Contestant> MakeGlobalMutex(
    std::shared_ptr<const Moves> moves) {
  return MakeTransfers<NoLock, Way::kUnderGlobalMutex>(std::move(moves));
}
std::unique_ptr<Contestant> MakeNoLock(std::shared_ptr<const Moves> moves) {
  return MakeTransfers<NoLock>(std::move(moves));
}

std::unique_ptr<Contestant> MakeLosingPair(std::shared_ptr<const Moves> moves) {
  return MakeTransfers<MinimalLock, Way::kLosing>(std::move(moves));
}
std::unique_ptr<Contestant> MakeMinimalRefusals(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<BareTransfers<MinimalLock>>(std::move(moves), 0);
}
std::unique_ptr<Contestant> MakeMinimalReads(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<MinimalReads>(std::move(moves));
}
std::unique_ptr<Contestant> MakeMinimalPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls) {
  return std::make_unique<MinimalPayrolls>(accounts, std::move(payrolls));
}

std::span<const LockRow> LockRows() { return kLockRows; }

}  // namespace lockstep::bench
