#include "tests/allocation/scarce_memory.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace lockstep::test {
namespace {

// Trivial, so that having it takes no memory.
struct ThreadMemory {
  std::uint64_t asked;
  bool fails;
  bool stays_out;
  std::uint64_t left;  // so many more succeed before
  std::uint64_t failed;
};
thread_local ThreadMemory mine;

// Whether the calling thread, which asks for memory, may have it.
bool Ask() noexcept {
  ++mine.asked;
  if (!mine.fails) return true;
  if (mine.left > 0) {
    --mine.left;
    return true;
  }
  ++mine.failed;
  mine.fails = mine.stays_out;
  return false;
}

void* Allocate(std::size_t bytes) noexcept {
  return Ask() ? std::malloc(bytes == 0 ? 1 : bytes) : nullptr;
}
void* Allocate(std::size_t bytes, std::align_val_t alignment) noexcept {
  const auto unit = static_cast<std::size_t>(alignment);
  return Ask() ? std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)
               : nullptr;
}
void* OrThrow(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

CountAllocations::CountAllocations() noexcept : before_(mine.asked) {}
std::uint64_t CountAllocations::count() const noexcept {
  return mine.asked - before_;
}

FailAllocation::FailAllocation(std::uint64_t nth, After after) noexcept {
  mine.fails = true;
  mine.stays_out = after == After::kMemoryIsOut;
  mine.left = nth;
  mine.failed = 0;
}
FailAllocation::~FailAllocation() { mine.fails = false; }

bool FailAllocation::happened() const noexcept { return mine.failed != 0; }

}  // namespace lockstep::test

using lockstep::test::Allocate;
using lockstep::test::OrThrow;

// All forms, because a sanitizer's do not lead back to one of them.
void* operator new(std::size_t bytes) { return OrThrow(Allocate(bytes)); }
void* operator new[](std::size_t bytes) { return OrThrow(Allocate(bytes)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return OrThrow(Allocate(bytes, alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return OrThrow(Allocate(bytes, alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return Allocate(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return Allocate(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t&) noexcept {
  return Allocate(bytes, alignment);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment,
                     const std::nothrow_t&) noexcept {
  return Allocate(bytes, alignment);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t,
                     const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t,
                       const std::nothrow_t&) noexcept {
  std::free(memory);
}

// The linker leads all calls of mmap here (--wrap).
extern "C" void* __real_mmap(void*, std::size_t, int, int, int,  // NOLINT
                             off_t) noexcept;
extern "C" void* __wrap_mmap(void* address, std::size_t bytes,  // NOLINT
                             int protection, int flags, int file,
                             off_t offset) noexcept;
void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags,
                  int file, off_t offset) noexcept {
  if (!lockstep::test::Ask()) return MAP_FAILED;
  return __real_mmap(address, bytes, protection, flags, file, offset);
}
