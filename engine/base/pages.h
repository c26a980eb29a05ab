#pragma once

#include <cstddef>
#include <utility>

namespace lockstep::engine {

/// Zeroed memory straight from the system, which takes up room only where it
/// is written, in huge pages where the system has them and it is large enough.
class Pages {
 public:
  Pages() noexcept = default;
  /// Empty if there is no memory to be had.
  static Pages Allocate(std::size_t bytes) noexcept;

  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Pages();

  /// Aligned to a page at least. Null if empty.
  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] bool empty() const noexcept { return data_ == nullptr; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace lockstep::engine
