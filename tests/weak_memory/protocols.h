#pragma once

#include <span>
#include <vector>

#include "tests/weak_memory/memory_model.h"

namespace lockstep::test::weak {

// The engine's protocols between threads, by the file that they are in.
std::span<const Protocol> AccountProtocols();
std::span<const Protocol> TableProtocols();
std::span<const Protocol> JournalProtocols();
std::span<const Protocol> PostingProtocols();
std::span<const Protocol> EpochProtocols();
std::span<const Protocol> OptimisticProtocols();
std::span<const Protocol> RouteProtocols();
std::span<const Protocol> SessionProtocols();
std::span<const Protocol> HandleProtocols();

/// All of them.
inline std::vector<Protocol> AllProtocols() {
  std::vector<Protocol> all;
  for (const auto& some :
       {AccountProtocols(), TableProtocols(), JournalProtocols(),
        PostingProtocols(), EpochProtocols(), OptimisticProtocols(),
        RouteProtocols(), SessionProtocols(), HandleProtocols()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace lockstep::test::weak
