#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "engine/base/pages.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// An array that grows and never moves what is in it: segments, each as large
/// as all before it together (D. Dechev, P. Pirkelbauer, B. Stroustrup,
/// "Lock-free Dynamically Resizable Arrays", 2006). Finding an element is a
/// few instructions and one load from a directory that stays in the first-level
/// cache.
///
/// One thread at a time may grow it (a lock of the owner's sees to that); any
/// thread may look at elements that were published to it.
template <class T>
class SegmentedArray {
  static_assert(std::is_trivially_destructible_v<T>,
                "elements go with their memory");

 public:
  /// Room for this many elements at most.
  static constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 32;

  SegmentedArray() noexcept = default;
  SegmentedArray(const SegmentedArray&) = delete;
  SegmentedArray& operator=(const SegmentedArray&) = delete;

  /// The element at `index`, which must have been made and published.
  [[nodiscard]] T& operator[](std::uint64_t index) const noexcept {
    const auto segment = SegmentOf(index);
    // Relaxed: whoever knows the index got it by way of a release that came
    // after the directory's entry was stored.
    const std::uintptr_t origin =
        origins_[segment].load(std::memory_order_relaxed);
    return *std::launder(reinterpret_cast<T*>(origin + index * sizeof(T)));
  }

  /// Makes the next element from `arguments`; null if there is no memory or no
  /// room for it. It is up to the caller to publish its index afterwards.
  template <class... Arguments>
  [[nodiscard]] T* Append(Arguments&&... arguments) {
    if (!ReserveNext()) return nullptr;
    const auto segment = SegmentOf(size_);
    const std::uintptr_t origin =
        origins_[segment].load(std::memory_order_relaxed);
    void* const place = reinterpret_cast<void*>(origin + size_ * sizeof(T));
    T* const made = new (place) T(std::forward<Arguments>(arguments)...);
    ++size_;
    return made;
  }

  /// Gets the memory for the next element; false if there is none.
  [[nodiscard]] bool ReserveNext() noexcept {
    if (size_ == kMaxElements) return false;
    const auto segment = SegmentOf(size_);
    if (!segments_[segment].empty()) return true;
    const std::uint64_t first = segment == 0 ? 0 : SegmentElements(segment);
    Pages pages = Pages::Allocate(SegmentElements(segment) * sizeof(T));
    if (pages.empty()) return false;
    segments_[segment] = std::move(pages);
    // The address that element 0 would have if this segment began with it.
    origins_[segment].store(
        reinterpret_cast<std::uintptr_t>(segments_[segment].data()) -
            first * sizeof(T),
        std::memory_order_relaxed);
    return true;
  }

 private:
  static constexpr int kFirstSegmentBits = 12;
  static constexpr std::size_t kSegments = 32 - kFirstSegmentBits + 1;

  static constexpr std::size_t SegmentOf(std::uint64_t index) noexcept {
    constexpr std::uint64_t kFirst =
        (std::uint64_t{1} << kFirstSegmentBits) - 1;
    // The number of the highest bit, as the processor gives it.
    const auto highest_bit =
        static_cast<std::size_t>(std::countl_zero(index | kFirst) ^ 63);
    return highest_bit - (kFirstSegmentBits - 1);
  }
  static constexpr std::uint64_t SegmentElements(std::size_t segment) noexcept {
    return std::uint64_t{1}
           << (kFirstSegmentBits + (segment == 0 ? 0 : segment - 1));
  }

  std::array<sync::Atomic<std::uintptr_t>, kSegments> origins_{};
  std::array<Pages, kSegments> segments_;
  sync::Plain<std::uint64_t> size_ = 0;
};

}  // namespace lockstep::engine
