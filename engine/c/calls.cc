#include "engine/c/calls.h"

#include <cstddef>
#include <cstdint>

namespace lockstep::engine {

HandleTable& Handles() noexcept {
  alignas(HandleTable) static std::byte memory[sizeof(HandleTable)];
  // Where the table lies differs from one copy of the library to the next, and
  // from run to run: so does where the generations start, and no handle of one
  // is likely to be one of another.
  static HandleTable* const table =
      new (memory) HandleTable(static_cast<std::uint32_t>(
          reinterpret_cast<std::uintptr_t>(memory) >> 6 & INT32_MAX));
  return *table;
}

}  // namespace lockstep::engine
