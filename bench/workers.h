#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "bench/contestant.h"

namespace lockstep::bench {

/// A worker that runs a function of (first, count).
template <class Function>
std::unique_ptr<Worker> MakeWorker(Function function) {
  class Made final : public Worker {
   public:
    explicit Made(Function&& run) : run_(std::move(run)) {}
    std::uint64_t Run(std::uint64_t first, std::uint64_t count) override {
      return run_(first, count);
    }

   private:
    Function run_;
  };
  return std::make_unique<Made>(std::move(function));
}

}  // namespace lockstep::bench
