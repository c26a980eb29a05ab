#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/explore/explorer.h"

namespace lockstep::engine::explore {

// A scenario out of what its threads do to something shared.
template <class Shared>
class Small final : public Scenario {
 public:
  using Work = void (*)(Shared&);
  using Wrong = std::string (*)(const Shared&);

  Small(std::vector<Work> work, Wrong wrong)
      : work_(std::move(work)), wrong_(wrong) {}

  int threads() const override { return static_cast<int>(work_.size()); }
  std::string TitleOf(int) const override { return "small"; }
  void Run(int thread) override {
    work_[static_cast<std::size_t>(thread)](shared_);
  }
  std::string Check() override {
    return wrong_ == nullptr ? std::string() : wrong_(shared_);
  }

 private:
  const std::vector<Work> work_;
  const Wrong wrong_;
  Shared shared_;
};

template <class Shared>
MakeScenario Make(std::vector<typename Small<Shared>::Work> work,
                  typename Small<Shared>::Wrong wrong = nullptr) {
  return [work = std::move(work), wrong] {
    return std::make_unique<Small<Shared>>(work, wrong);
  };
}

inline Exploration ExploreAll(const MakeScenario& make,
                              Reduction reduction = Reduction::kSourceSets) {
  const auto search = DepthFirst(reduction);
  return Explore(make, *search);
}

}  // namespace lockstep::engine::explore
