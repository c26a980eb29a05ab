#include "thread_storage.h"

#include <array>
#include <cstddef>
#include <new>

#include "clock.h"

namespace lockstep::engine::sync {
inline namespace controlled {
namespace {

std::array<ThreadStorage, kMaxThreads + 1>& All() {
  static std::array<ThreadStorage, kMaxThreads + 1> all;
  return all;
}

}  // namespace

ThreadStorage& ThreadStorage::Of(int thread) {
  return All()[static_cast<std::size_t>(thread + 1)];
}

void ThreadStorage::ForgetAll() {
  for (ThreadStorage& storage : All()) new (&storage) ThreadStorage;
}

}  // namespace controlled
}  // namespace lockstep::engine::sync
