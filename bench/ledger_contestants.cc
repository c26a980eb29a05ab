#include "bench/ledger_contestants.h"

#include <span>
#include <utility>
#include <vector>

#include "bench/books.h"
#include "bench/workers.h"

namespace lockstep::bench {
namespace {

class LedgerTransfers final : public LedgerContestant {
 public:
  LedgerTransfers(std::shared_ptr<const Moves> moves, const LedgerWay& way,
                  std::int64_t balance_each)
      : LedgerContestant(moves->accounts(), balance_each, way),
        moves_(std::move(moves)),
        way_(way),
        expected_(balance_each > 0 ? Outcome::kOk
                                   : Outcome::kInsufficientFunds) {}

  std::unique_ptr<Worker> NewWorker() override {
    if (way_.session) {
      return MakeWorker([this, session = OpenSession()](
                            std::uint64_t first, std::uint64_t count) mutable {
        return MakeMoves(session, first, count);
      });
    }
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      return MakeMoves(ledger(), first, count);
    });
  }

 private:
  template <class Door>
  std::uint64_t MakeMoves(Door& door, std::uint64_t first,
                          std::uint64_t count) const {
    std::uint64_t surprises = 0;
    for (const Move& move : moves_->Batch(first, count)) {
      const Receipt receipt = door.Transfer(
          Books::IdOf(move.from), Books::IdOf(move.to), Amount(move.amount));
      surprises += receipt.outcome() != expected_ ? 1U : 0U;
    }
    return surprises;
  }

  const std::shared_ptr<const Moves> moves_;
  const LedgerWay way_;
  const Outcome expected_;
};

class LedgerReads final : public LedgerContestant {
 public:
  explicit LedgerReads(std::shared_ptr<const Moves> moves)
      : LedgerContestant(moves->accounts(), kBalanceEach, LedgerWay()),
        moves_(std::move(moves)) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this](std::uint64_t first, std::uint64_t count) {
      std::uint64_t surprises = 0;
      for (const Move& move : moves_->Batch(first, count)) {
        const Result<Amount> balance = ledger().Balance(Books::IdOf(move.from));
        surprises += balance && *balance == Amount(kBalanceEach) ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  const std::shared_ptr<const Moves> moves_;
};

class LedgerSnapshots final : public LedgerContestant {
 public:
  LedgerSnapshots(std::shared_ptr<const Moves> moves, SnapshotUse use)
      : LedgerContestant(moves->accounts(), kBalanceEach, LedgerWay()),
        moves_(std::move(moves)),
        use_(use) {}

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this, session = OpenSession(),
                       snapshot = ledger().TakeSnapshot().value()](
                          std::uint64_t first, std::uint64_t count) mutable {
      std::uint64_t surprises = 0;
      if (use_ == SnapshotUse::kRenewed) {
        snapshot = ledger().TakeSnapshot().value();
      } else if (use_ == SnapshotUse::kNone) {
        const Snapshot ends = std::move(snapshot);
      }
      for (const Move& move : moves_->Batch(first, count)) {
        surprises += MakeOne(session, snapshot, move) ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  bool MakeOne(Session& session, const Snapshot& snapshot, const Move& move) {
    switch (use_) {
      case SnapshotUse::kTaken:
        return ledger().TakeSnapshot().has_value();
      case SnapshotUse::kRead:
        return snapshot.Balance(Books::IdOf(move.from)).has_value();
      default:
        return session
            .Transfer(Books::IdOf(move.from), Books::IdOf(move.to),
                      Amount(move.amount))
            .ok();
    }
  }

  const std::shared_ptr<const Moves> moves_;
  const SnapshotUse use_;
};

class LedgerPayrolls final : public LedgerContestant {
 public:
  LedgerPayrolls(std::uint64_t accounts,
                 const std::shared_ptr<const Payrolls>& payrolls)
      : LedgerContestant(accounts, kBalanceEach, LedgerWay()),
        legs_(payrolls->legs()),
        size_(payrolls->size()) {
    for (std::uint64_t i = 0; i < size_; ++i) {
      for (const BareLeg& leg : payrolls->At(i)) {
        all_.push_back({Books::IdOf(leg.account), Amount(leg.amount)});
      }
    }
  }

  std::unique_ptr<Worker> NewWorker() override {
    return MakeWorker([this, session = OpenSession()](
                          std::uint64_t first, std::uint64_t count) mutable {
      std::uint64_t surprises = 0;
      for (std::uint64_t i = first; i < first + count; ++i) {
        const std::span<const Leg> legs(all_.data() + (i & (size_ - 1)) * legs_,
                                        legs_);
        surprises += session.Post(legs).ok() ? 0U : 1U;
      }
      return surprises;
    });
  }

 private:
  const std::size_t legs_;
  const std::uint64_t size_;
  std::vector<Leg> all_;
};

}  // namespace

std::unique_ptr<Contestant> MakeLedgerTransfers(
    std::shared_ptr<const Moves> moves, const LedgerWay& way) {
  return std::make_unique<LedgerTransfers>(std::move(moves), way, kBalanceEach);
}

std::unique_ptr<Contestant> MakeLedgerRefusals(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<LedgerTransfers>(std::move(moves), LedgerWay(), 0);
}

std::unique_ptr<Contestant> MakeLedgerReads(
    std::shared_ptr<const Moves> moves) {
  return std::make_unique<LedgerReads>(std::move(moves));
}

std::unique_ptr<Contestant> MakeLedgerSnapshots(
    std::shared_ptr<const Moves> moves, SnapshotUse use) {
  return std::make_unique<LedgerSnapshots>(std::move(moves), use);
}

std::unique_ptr<Contestant> MakeLedgerPayrolls(
    std::uint64_t accounts, std::shared_ptr<const Payrolls> payrolls) {
  return std::make_unique<LedgerPayrolls>(accounts, payrolls);
}

}  // namespace lockstep::bench
