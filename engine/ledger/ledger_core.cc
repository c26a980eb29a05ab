#include "engine/ledger/ledger_core.h"

namespace lockstep::engine {

LedgerCore::LedgerCore(const LedgerOptions& options)
    : options_(options),
      is_single_threaded_(options.concurrency == Concurrency::kSingleThread),
      clock_(options.tick_source),
      directory_(accounts_),
      snapshots_(accounts_),
      routes_(options.routes_only ? std::make_unique<RouteTable>() : nullptr),
      journal_(options.journal_bytes == 0
                   ? nullptr
                   : std::make_shared<Journal>(options.journal_bytes)),
      sessions_(std::make_shared<SessionPool>(journal_)),
      poster_({accounts_, snapshots_, clock_, holds_, routes_.get()}),
      single_poster_({accounts_, snapshots_, clock_, holds_, routes_.get()}) {}

Result<SnapshotCut> LedgerCore::TakeCut() {
  Result<std::uint32_t> epoch = Outcome::kTooManySnapshots;
  SnapshotCut cut;
  cut.population = directory_.CountDuring([&] { epoch = snapshots_.Take(); });
  if (!epoch) return epoch.error();
  cut.epoch = *epoch;
  cut.tick = clock_.Now();
  return cut;
}

LedgerCore::~LedgerCore() { sessions_->Close(); }

}  // namespace lockstep::engine
