#include "engine/ledger/ledger_core.h"

namespace lockstep::engine {

LedgerCore::LedgerCore(const LedgerOptions& options)
    : is_single_threaded_(options.concurrency == Concurrency::kSingleThread),
      clock_(options.tick_source),
      directory_(accounts_),
      journal_(options.journal_bytes == 0
                   ? nullptr
                   : std::make_shared<Journal>(options.journal_bytes)),
      sessions_(std::make_shared<SessionPool>(journal_)),
      poster_(accounts_, clock_),
      single_poster_(accounts_, clock_) {}

LedgerCore::~LedgerCore() { sessions_->Close(); }

}  // namespace lockstep::engine
