#include "engine/base/watch/lock_name.h"

#include "absl/strings/str_cat.h"

namespace lockstep::engine::watch {

std::string ToString(const LockName& name) {
  switch (name.rank) {
    case LockRank::kClaims:
      return absl::StrCat("the id that ends in ", name.id);
    case LockRank::kDirectory:
      return "the directory";
    case LockRank::kSnapshots:
      return "the snapshots";
    case LockRank::kAccount:
      return absl::StrCat("account ", name.id);
    case LockRank::kRoutes:
      return name.id == 0
                 ? "the routes"
                 : absl::StrCat("the routes' piece of session ", name.id - 1);
    case LockRank::kHolds:
      return "the holds";
    case LockRank::kIds:
      return "the ids";
    case LockRank::kReversals:
      return "the reversals";
    case LockRank::kSessions:
      return "the session pool";
    case LockRank::kJournal:
      return "the journal";
    case LockRank::kHandles:
      return "the free handles";
    case LockRank::kCreations:
      return "the creations for the log";
  }
  return absl::StrCat("rank ", static_cast<int>(name.rank), " id ", name.id);
}

}  // namespace lockstep::engine::watch
