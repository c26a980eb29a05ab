#include "engine/c/calls.h"

#include <cstddef>

namespace lockstep::engine {

HandleTable& Handles() noexcept {
  alignas(HandleTable) static std::byte memory[sizeof(HandleTable)];
  static HandleTable* const table = new (memory) HandleTable;
  return *table;
}

}  // namespace lockstep::engine
