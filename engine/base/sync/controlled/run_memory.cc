#include "run_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace lockstep::engine::sync {
inline namespace controlled {
namespace {

// A piece of address space, of which only what is touched takes up memory.
class Reserve {
 public:
  explicit Reserve(std::size_t bytes) noexcept : bytes_(bytes) {
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    begin_ = static_cast<std::byte*>(memory);
  }

  void* Take(std::size_t bytes, std::size_t alignment) noexcept {
    const std::size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (bytes > bytes_ || at > bytes_ - bytes) return nullptr;
    used_ = at + bytes;
    return begin_ + at;
  }
  [[nodiscard]] bool Owns(const void* memory) const noexcept {
    const auto* const place = static_cast<const std::byte*>(memory);
    return place >= begin_ && place < begin_ + bytes_;
  }
  void Rewind() noexcept { used_ = 0; }
  // The same, and what was used reads as zero.
  void RewindZeroed() noexcept {
    if (used_ != 0) madvise(begin_, used_, MADV_DONTNEED);
    used_ = 0;
  }

 private:
  const std::size_t bytes_;
  std::byte* begin_ = nullptr;
  std::size_t used_ = 0;
};

struct State {
  Reserve heap{std::size_t{1} << 28};
  Reserve pages{std::size_t{1} << 32};
  std::int64_t live = 0;
  bool is_in_run = false;
  bool is_open = false;
};

State& TheState() {
  static State state;
  return state;
}

// In front of what was allocated, so that freeing knows how much it was.
struct alignas(std::max_align_t) Head {
  std::size_t bytes;
};

// What was freed is not what it was: who looks at it still, sees that.
constexpr int kFreed = 0xDD;

constexpr std::size_t kPageBytes = 4096;

}  // namespace

void RunMemory::Open() {
  State& state = TheState();
  state.heap.Rewind();
  state.pages.RewindZeroed();
  state.live = 0;
  state.is_in_run = true;
  state.is_open = true;
}
void RunMemory::Close() noexcept {
  TheState().is_in_run = false;
  TheState().is_open = false;
}
void RunMemory::Resume() noexcept { TheState().is_open = TheState().is_in_run; }
void RunMemory::Suspend() noexcept { TheState().is_open = false; }
std::int64_t RunMemory::live() noexcept { return TheState().live; }

RunMemory::Aside::Aside() noexcept : was_open_(TheState().is_open) {
  TheState().is_open = false;
}
RunMemory::Aside::~Aside() { TheState().is_open = was_open_; }

void* RunMemory::AllocatePages(std::size_t bytes) noexcept {
  State& state = TheState();
  if (state.is_open) {
    void* const pages = state.pages.Take(bytes, kPageBytes);
    if (pages != nullptr) ++state.live;
    return pages;
  }
  void* const pages = std::aligned_alloc(kPageBytes, bytes);
  if (pages != nullptr) std::memset(pages, 0, bytes);
  return pages;
}

void RunMemory::FreePages(void* pages) noexcept {
  State& state = TheState();
  if (!state.pages.Owns(pages)) return std::free(pages);
  --state.live;
}

void* RunMemory::Allocate(std::size_t bytes, std::size_t alignment) noexcept {
  State& state = TheState();
  alignment = std::max(alignment, alignof(Head));
  if (!state.is_open) {
    const std::size_t rounded = (bytes + alignment - 1) & ~(alignment - 1);
    return std::aligned_alloc(alignment, std::max(rounded, alignment));
  }
  if (bytes > SIZE_MAX - alignment) return nullptr;
  void* const memory = state.heap.Take(alignment + bytes, alignment);
  if (memory == nullptr) return nullptr;
  ++state.live;
  std::byte* const given = static_cast<std::byte*>(memory) + alignment;
  new (given - sizeof(Head)) Head{bytes};
  return given;
}

void RunMemory::Free(void* memory) noexcept {
  State& state = TheState();
  if (!state.heap.Owns(memory)) return std::free(memory);
  --state.live;
  const auto* const head = reinterpret_cast<const Head*>(
      static_cast<const std::byte*>(memory) - sizeof(Head));
  std::memset(memory, kFreed, head->bytes);
}

}  // namespace controlled
}  // namespace lockstep::engine::sync

namespace {

using lockstep::engine::sync::RunMemory;

void* New(std::size_t bytes, std::size_t alignment) {
  void* const memory = RunMemory::Allocate(bytes, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

constexpr std::size_t kDefault = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

// Every form that there is: a sanitizer has each of them itself.
void* operator new(std::size_t bytes) { return New(bytes, kDefault); }
void* operator new[](std::size_t bytes) { return New(bytes, kDefault); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return New(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return New(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return RunMemory::Allocate(bytes, kDefault);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return RunMemory::Allocate(bytes, kDefault);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t&) noexcept {
  return RunMemory::Allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment,
                     const std::nothrow_t&) noexcept {
  return RunMemory::Allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { RunMemory::Free(memory); }
void operator delete[](void* memory) noexcept { RunMemory::Free(memory); }
void operator delete(void* memory, std::size_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  RunMemory::Free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  RunMemory::Free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  RunMemory::Free(memory);
}
