#pragma once

#include <utility>

#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// Says what the running thread does to whoever listens to the run. The words
/// are made, by `make_words()`, only if somebody does.
///
/// "begins ..." and "ends: ..." are for operations: what is between the two is
/// one for a reader.
template <class MakeWords>
void Tell(MakeWords&& make_words) {
  if (sync::running_scheduler == nullptr ||
      !sync::running_scheduler->has_listener()) {
    return;
  }
  const sync::RunMemory::Aside aside;  // it is no part of the run
  sync::running_scheduler->Note(std::forward<MakeWords>(make_words)());
}

}  // namespace lockstep::engine::explore
