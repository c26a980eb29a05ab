#include "engine/ledger/open.h"

#include <sys/random.h>

#include <string>
#include <utility>

#include "engine/log/disk.h"

namespace lockstep::engine {
namespace {

// So that nothing of another log is ever taken for this one's.
bool DrawLogId(Bits128& id) noexcept {
  do {
    if (::getrandom(&id, sizeof(id), 0) != ssize_t{sizeof(id)}) return false;
  } while (id == Bits128());
  return true;
}

std::uint32_t MarksFor(const LedgerOptions& options) noexcept {
  std::uint32_t marks = 0;
  if (options.routes_only) marks |= LedgerMarks::kRoutesOnly;
  if (options.tick_source == TickSource::kSystemClock) {
    marks |= LedgerMarks::kSystemClock;
  }
  return marks;
}

}  // namespace

Result<std::shared_ptr<LedgerCore>> OpenCore(const LedgerOptions& options,
                                             LogReport& report) {
  if (options.directory.empty()) {
    auto core = std::make_shared<LedgerCore>(options);
    core->Start();
    return core;
  }
  std::unique_ptr<Storage> storage;
  const IoResult opened = OpenDisk(std::string(options.directory), storage);
  if (!opened.ok()) return ReportFailure(opened, report);
  Bits128 new_log_id;
  if (!DrawLogId(new_log_id)) {
    return ReportFailure({IoOutcome::kFailed, 0}, report);
  }
  return OpenCoreIn(options, std::move(storage), new_log_id, true, report);
}

Result<std::shared_ptr<LedgerCore>> OpenCoreIn(const LedgerOptions& options,
                                               std::unique_ptr<Storage> storage,
                                               Bits128 new_log_id,
                                               bool has_keeper,
                                               LogReport& report) {
  auto core = std::make_shared<LedgerCore>(
      options, std::make_unique<DurableLog>(std::move(storage)));
  const Outcome recovered =
      core->RecoverFrom({.new_log_id = new_log_id,
                         .marks = MarksFor(options),
                         .segment_bytes = options.log_segment_bytes},
                        has_keeper, report);
  if (recovered != Outcome::kOk) return recovered;
  core->Start();
  return core;
}

}  // namespace lockstep::engine
