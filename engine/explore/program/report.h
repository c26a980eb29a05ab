#pragma once

#include <optional>
#include <string>

#include "engine/explore/explorer.h"
#include "engine/explore/program/list.h"
#include "engine/explore/program/options.h"
#include "engine/explore/program/play.h"

namespace lockstep::engine::explore {

/// What a search came to. `first` is its first failure, played again.
struct Found {
  Cast cast;
  Exploration exploration;
  std::optional<Played> first;
};

/// For people, and as JSON.
[[nodiscard]] std::string SearchText(const ExploreOptions& options,
                                     const Found& found);
[[nodiscard]] std::string SearchJson(const ExploreOptions& options,
                                     const Found& found);

/// Of one schedule that was played.
[[nodiscard]] std::string ReplayText(const ExploreOptions& options,
                                     const Cast& cast, const Played& played);
[[nodiscard]] std::string ReplayJson(const ExploreOptions& options,
                                     const Cast& cast, const Played& played);

}  // namespace lockstep::engine::explore
