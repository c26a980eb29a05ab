#include "engine/base/pages.h"

#include <sys/mman.h>

namespace lockstep::engine {

Pages Pages::Allocate(std::size_t bytes) noexcept {
  Pages pages;
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return pages;
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;
  // Advice only: where it is not taken, nothing is lost but speed.
  if (bytes >= 2 * kHugePageBytes) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  pages.data_ = data;
  pages.bytes_ = bytes;
  return pages;
}

Pages::~Pages() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

}  // namespace lockstep::engine
