#include "engine/ledger/ledger_core.h"

#include <chrono>
#include <new>

#include "engine/journal/journal_reader.h"

namespace lockstep::engine {

namespace {

// The streams of a ledger that has a journal or a log.
std::shared_ptr<Journal> MakeStreams(const LedgerOptions& options,
                                     DurableLog* log) {
  if (options.journal_bytes == 0 && log == nullptr) return nullptr;
  return std::make_shared<Journal>(options.journal_bytes, log,
                                   options.log_backlog_bytes);
}

// Without what does not outlast the call.
LedgerOptions Kept(LedgerOptions options) {
  options.directory = {};
  return options;
}

}  // namespace

LedgerCore::LedgerCore(const LedgerOptions& options,
                       std::unique_ptr<DurableLog> log)
    : options_(Kept(options)),
      is_single_threaded_(options.concurrency == Concurrency::kSingleThread),
      clock_(options.tick_source),
      directory_(accounts_),
      snapshots_(accounts_),
      ids_(options.id_window, snapshots_.clock()),
      routes_(options.routes_only ? std::make_unique<RouteTable>() : nullptr),
      log_(std::move(log)),
      streams_(MakeStreams(options, log_.get())),
      journal_(options.journal_bytes == 0 ? nullptr : streams_),
      sessions_(std::make_shared<SessionPool>(streams_)),
      poster_({accounts_, snapshots_, clock_, holds_, ids_, reversals_,
               routes_.get()}),
      single_poster_({accounts_, snapshots_, clock_, holds_, ids_, reversals_,
                      routes_.get()}) {}

Outcome LedgerCore::RecoverFrom(const LogOpening& opening, bool has_keeper,
                                LogReport& report) {
  RecoveredLog recovered;
  const Outcome outcome =
      RecoverLog(log_->storage(), opening,
                 {accounts_, directory_, holds_, ids_, reversals_, clock_,
                  routes_.get(), options_.id_window},
                 recovered, report);
  if (outcome != Outcome::kOk) return outcome;
  // Sequences of before stand for holds and transfers, and the journal begins
  // anew.
  sessions_->StartAbove(recovered.last);
  SetClonedUpTo(recovered.last);
  ids_.KeepForLog();
  directory_.SetLog(log_.get());
  log_->Begin(std::move(recovered), streams_, ids_, clock_,
              {.is_time_told = options_.tick_source == TickSource::kHost,
               .flush_every = options_.flush_every,
               .has_keeper = has_keeper});
  return Outcome::kOk;
}

void LedgerCore::Start() {
  if (options_.expire_every <= std::chrono::nanoseconds::zero()) return;
  const Result<SessionState*> session = sessions_->Acquire();
  if (!session) throw std::bad_alloc();
  expiry_ = std::make_unique<ExpiryThread>(
      options_.expire_every,
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

Outcome LedgerCore::WhyNotDurable(Durability durability) const noexcept {
  if (durability > Durability::kSync) return Outcome::kInvalidOption;
  return log_ == nullptr ? Outcome::kLogOff : Outcome::kOk;
}

void LedgerCore::AwaitDurable(Receipt& receipt) const noexcept {
  if (!receipt.ok() || receipt.sequence().is_none()) return;
  // For one who was asked again, that it was posted, too.
  if (log_->WaitDurable(receipt.sequence()) == Outcome::kOk) {
    ReceiptWriter(receipt).SetDurable();
  }
}

void LedgerCore::AwaitDurable(BatchResult& result,
                              std::span<Receipt> receipts) const noexcept {
  // Where one was refused others may have been given again, which waits, too.
  result.is_durable = log_->Flush() == Outcome::kOk;
  if (!result.is_durable) return;
  for (Receipt& receipt : receipts) {
    if (!receipt.sequence().is_none()) ReceiptWriter(receipt).SetDurable();
  }
}

LedgerCore::~LedgerCore() {
  expiry_.reset();
  sessions_->Close();
  // While there is all that it writes. In a process that was forked off nothing
  // of it can be taken down: its thread is in the other process, asleep.
  if (log_ != nullptr && !log_->IsOurs()) static_cast<void>(log_.release());
  log_.reset();
}

}  // namespace lockstep::engine
