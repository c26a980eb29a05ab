#include "bench/programme.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/bare_contestants.h"
#include "bench/c_contestants.h"
#include "bench/ledger_contestants.h"
#include "bench/mode_rows.h"
#include "bench/moves.h"

namespace lockstep::bench {
namespace {

using SharedMoves = std::shared_ptr<const Moves>;

void Enter(Field& field, std::string_view name, std::string_view label,
           int max_threads, Entrant::Maker maker) {
  field.entrants.push_back(std::make_unique<Entrant>(
      std::string(name), std::string(label), max_threads, std::move(maker)));
}

Field MakeField(std::string family, const SharedMoves& moves,
                std::vector<int> threads) {
  Field field;
  field.family = std::move(family);
  field.accounts = moves->accounts();
  field.variant = absl::StrCat("accounts:", field.accounts);
  field.threads = std::move(threads);
  field.operations = moves->size();
  return field;
}

// The two-leg transfer: lockstep, and what sets its limits.
Field MakeTransferField(const SharedMoves& moves, std::vector<int> threads) {
  Field field = MakeField("transfer", moves, std::move(threads));
  const auto enter_ledger = [&](std::string_view name, std::string_view label,
                                int max_threads, LedgerWay way) {
    Enter(field, name, label, max_threads,
          [moves, way] { return MakeLedgerTransfers(moves, way); });
  };
  enter_ledger("lockstep", "lockstep", kUnlimitedThreads, {});
  enter_ledger("lockstep_no_session", "lockstep, no session of one's own",
               kUnlimitedThreads, {.session = false});
  enter_ledger("lockstep_journal", "lockstep, journal on", kUnlimitedThreads,
               {.journal = true});
  enter_ledger("lockstep_single_thread", "lockstep, kSingleThread", 1,
               {.concurrency = Concurrency::kSingleThread});
  const auto enter_bare =
      [&](std::string_view name, std::string_view label, int max_threads,
          std::unique_ptr<Contestant> (*make)(SharedMoves)) {
        Enter(field, name, label, max_threads,
              [moves, make] { return make(moves); });
      };
  enter_bare("no_lock", "no lock", 1, MakeNoLock);
  enter_bare("minimal_pair", "minimal-lock pair", kUnlimitedThreads,
             MakeMinimalPair);
  enter_bare("mutex_pair", "std::mutex pair", kUnlimitedThreads, MakeMutexPair);
  enter_bare("global_mutex", "one global std::mutex", kUnlimitedThreads,
             MakeGlobalMutex);
  return field;
}

Field MakeLockField(const SharedMoves& moves, std::vector<int> threads) {
  Field field = MakeField("locks", moves, std::move(threads));
  for (const LockRow& row : LockRows()) {
    if (row.max_threads < field.threads.front()) continue;
    Enter(field, row.name, row.label, row.max_threads,
          [moves, make = row.make] { return make(moves); });
  }
  return field;
}

Field MakeLegsField(std::size_t legs, std::uint64_t seed) {
  const auto payrolls =
      std::make_shared<const Payrolls>(kFewAccounts, legs, seed);
  Field field;
  field.family = "post";
  field.variant = absl::StrCat("legs:", legs);
  field.accounts = kFewAccounts;
  field.threads = {1};
  field.operations = payrolls->size();
  Enter(field, "lockstep", "lockstep", 1,
        [payrolls] { return MakeLedgerPayrolls(kFewAccounts, payrolls); });
  Enter(field, "minimal", "minimal locks, sorted", 1,
        [payrolls] { return MakeMinimalPayrolls(kFewAccounts, payrolls); });
  return field;
}

Field MakeRefusalField(const SharedMoves& moves) {
  Field field = MakeField("refusal", moves, {1});
  Enter(field, "lockstep", "lockstep", 1,
        [moves] { return MakeLedgerRefusals(moves); });
  Enter(field, "minimal_pair", "minimal-lock pair", 1,
        [moves] { return MakeMinimalRefusals(moves); });
  return field;
}

Field MakeBalanceField(const SharedMoves& moves) {
  Field field = MakeField("balance", moves, {1});
  Enter(field, "lockstep", "lockstep", 1,
        [moves] { return MakeLedgerReads(moves); });
  Enter(field, "minimal_lock", "under a minimal lock", 1,
        [moves] { return MakeMinimalReads(moves); });
  return field;
}

// What going through the C interface costs.
Field MakeCField(const SharedMoves& moves) {
  Field field = MakeField("c_interface", moves, {1, 2});
  Enter(field, "cpp", "C++, a session each", kUnlimitedThreads,
        [moves] { return MakeLedgerTransfers(moves, LedgerWay()); });
  Enter(field, "session", "C, a session each", kUnlimitedThreads,
        [moves] { return MakeCTransfers(moves, true); });
  Enter(field, "ledger", "C, one ledger handle", kUnlimitedThreads,
        [moves] { return MakeCTransfers(moves, false); });
  return field;
}

// What a snapshot costs those who make it, read it, or only meet it.
Field MakeSnapshotField(const SharedMoves& moves) {
  Field field = MakeField("snapshot", moves, {1});
  const auto enter = [&](std::string_view name, std::string_view label,
                         SnapshotUse use) {
    Enter(field, name, label, 1,
          [moves, use] { return MakeLedgerSnapshots(moves, use); });
  };
  enter("transfer", "a transfer, no snapshot", SnapshotUse::kNone);
  enter("transfer_beside", "a transfer, a new snapshot every 256",
        SnapshotUse::kRenewed);
  enter("take", "to take one and let go of it", SnapshotUse::kTaken);
  enter("balance", "a balance in one", SnapshotUse::kRead);
  return field;
}

// One transaction in each mode.
Field MakeModeField(const ModeRow& row, std::uint64_t seed) {
  Field field;
  field.family = "modes";
  field.variant = std::string(row.name);
  field.accounts = kModeAccounts;
  field.threads = {row.threads};
  field.operations = kModeTransactions;
  const auto enter = [&](std::string_view name, Mode mode) {
    Enter(field, name, name, kUnlimitedThreads,
          [&row, mode, seed] { return MakeTransactions(row, mode, seed); });
  };
  enter("locked", Mode::kLocked);
  enter("optimistic", Mode::kOptimistic);
  enter("auto", Mode::kAuto);
  return field;
}

}  // namespace

Entrant& Field::Find(const std::string& name) const {
  for (const auto& entrant : entrants) {
    if (entrant->name() == name) return *entrant;
  }
  std::abort();  // the programme does not have what its reader expects
}

Programme MakeProgramme(std::uint64_t seed) {
  const auto few = std::make_shared<const Moves>(kFewAccounts, seed);
  const auto many = std::make_shared<const Moves>(kManyAccounts, seed);
  const auto hot = std::make_shared<const Moves>(kHotAccounts, seed);
  Programme programme;
  programme.push_back(MakeTransferField(few, {1, 2, 8}));
  programme.push_back(MakeTransferField(many, {1, 2, 8}));
  programme.push_back(MakeTransferField(hot, {2, 8}));
  for (const std::size_t legs : {3U, 8U, 32U, 64U}) {
    programme.push_back(MakeLegsField(legs, seed));
  }
  programme.push_back(MakeRefusalField(few));
  programme.push_back(MakeBalanceField(few));
  programme.push_back(MakeCField(few));
  programme.push_back(MakeSnapshotField(few));
  for (const ModeRow& row : ModeRows()) {
    programme.push_back(MakeModeField(row, seed));
  }
  programme.push_back(MakeLockField(few, {1, 2, 8}));
  programme.push_back(MakeLockField(hot, {2, 8}));
  return programme;
}

}  // namespace lockstep::bench
