// Pages, from the memory of a run: in the place of base/pages.cc.

#include "engine/base/pages.h"
#include "run_memory.h"

namespace lockstep::engine {

Pages Pages::Allocate(std::size_t bytes) noexcept {
  Pages pages;
  pages.data_ = sync::RunMemory::AllocatePages(bytes);
  if (pages.data_ != nullptr) pages.bytes_ = bytes;
  return pages;
}

Pages::~Pages() {
  if (data_ != nullptr) sync::RunMemory::FreePages(data_);
}

}  // namespace lockstep::engine
