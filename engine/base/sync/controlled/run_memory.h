#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep::engine::sync {
inline namespace controlled {

/// What a run allocates: one piece of memory, handed out from its beginning and
/// taken back all at once. So a run that is given up in the middle, its threads
/// left where they stand, leaves nothing behind; no address is used twice in a
/// run, which would look like a race; and the same run finds its things at the
/// same addresses.
///
/// A program that links this has its operators new and delete replaced: they
/// come here while a run's own code is what runs, and go to the heap otherwise.
class RunMemory {
 public:
  /// From now on, operator new takes from here; forgets what was there before.
  static void Open();
  /// And from now on no longer. What was taken stays until the next Open.
  static void Close() noexcept;
  /// Within a run: its own code goes on, or is left.
  static void Resume() noexcept;
  static void Suspend() noexcept;
  /// How many allocations of the run have not been freed.
  static std::int64_t live() noexcept;

  /// While it lives, operator new goes to the heap: for the code of the
  /// scheduler, which runs in the middle of a run's but outlives it.
  class Aside {
   public:
    Aside() noexcept;
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

   private:
    const bool was_open_;
  };

  /// Zeroed memory, whole pages of it. Null if there is none.
  static void* AllocatePages(std::size_t bytes) noexcept;
  static void FreePages(void* pages) noexcept;

  static void* Allocate(std::size_t bytes, std::size_t alignment) noexcept;
  static void Free(void* memory) noexcept;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
