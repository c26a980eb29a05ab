#include "engine/ledger/ledger_core.h"

#include <chrono>
#include <new>

#include "engine/journal/journal_reader.h"

namespace lockstep::engine {

LedgerCore::LedgerCore(const LedgerOptions& options)
    : options_(options),
      is_single_threaded_(options.concurrency == Concurrency::kSingleThread),
      clock_(options.tick_source),
      directory_(accounts_),
      snapshots_(accounts_),
      ids_(options.id_window, snapshots_.clock()),
      routes_(options.routes_only ? std::make_unique<RouteTable>() : nullptr),
      journal_(options.journal_bytes == 0
                   ? nullptr
                   : std::make_shared<Journal>(options.journal_bytes)),
      sessions_(std::make_shared<SessionPool>(journal_)),
      poster_({accounts_, snapshots_, clock_, holds_, ids_, reversals_,
               routes_.get()}),
      single_poster_({accounts_, snapshots_, clock_, holds_, ids_, reversals_,
                      routes_.get()}) {
  if (options.expire_every <= std::chrono::nanoseconds::zero()) return;
  const Result<SessionState*> session = sessions_->Acquire();
  if (!session) throw std::bad_alloc();
  expiry_ = std::make_unique<ExpiryThread>(
      options.expire_every,
      // What cannot expire now, for lack of memory, can the next time.
      [this, own = *session] { static_cast<void>(ExpireDue(*own)); });
}

Result<SnapshotCut> LedgerCore::TakeCut() {
  Result<std::uint32_t> epoch = Outcome::kTooManySnapshots;
  SnapshotCut cut;
  cut.population = directory_.CountDuring([&] { epoch = snapshots_.Take(); });
  if (!epoch) return epoch.error();
  cut.epoch = *epoch;
  cut.tick = clock_.Now();
  return cut;
}

TransferFound LedgerCore::FindTransfer(Sequence transfer) const {
  if (transfer.is_none()) return {.is_unheard_of = true};
  if (transfer <= cloned_up_to_ || journal_ == nullptr) return {};
  const JournalView view = journal_->ViewOf(transfer);
  const std::byte* const found = FindRecord(view, transfer);
  if (found == nullptr) return {.is_unheard_of = transfer > view.horizon()};
  const RecordView record(found);
  switch (record.head().kind) {
    case EntryKind::kTransfer:
    case EntryKind::kCapture:
    case EntryKind::kReversal:
      break;
    default:
      return {.outcome = Outcome::kNotReversible};
  }
  TransferFound legs{.outcome = Outcome::kOk};
  for (const RecordLeg& leg : record.legs()) {
    legs.legs.push_back({leg.account, leg.amount});
  }
  return legs;
}

LedgerCore::~LedgerCore() {
  expiry_.reset();
  sessions_->Close();
}

}  // namespace lockstep::engine
