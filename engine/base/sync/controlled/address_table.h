#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::engine::sync {
inline namespace controlled {

/// Numbers addresses in the order in which they are first asked for, and
/// forgets all of them in no time.
class AddressTable {
 public:
  AddressTable() : places_(std::size_t{1} << kBits) {}

  /// The number of an address; `is_new` if it got it just now.
  std::uint16_t NumberOf(const void* address, bool& is_new) {
    const auto key = reinterpret_cast<std::uintptr_t>(address);
    // Fibonacci hashing: the golden ratio's bits spread what is close together.
    std::size_t at =
        static_cast<std::size_t>(key * 0x9E37'79B9'7F4A'7C15 >> (64 - kBits));
    while (places_[at].run == run_) {
      if (places_[at].key == key) {
        is_new = false;
        return places_[at].number;
      }
      at = (at + 1) & (places_.size() - 1);
    }
    is_new = true;
    places_[at] = {key, run_, static_cast<std::uint16_t>(size_)};
    ++size_;
    return places_[at].number;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// No more of them than this.
  [[nodiscard]] std::size_t capacity() const noexcept {
    return places_.size() / 2;
  }

  void Clear() noexcept {
    ++run_;
    size_ = 0;
  }

 private:
  static constexpr int kBits = 13;

  struct Place {
    std::uintptr_t key = 0;
    std::uint64_t run = 0;
    std::uint16_t number = 0;
  };
  std::vector<Place> places_;
  std::uint64_t run_ = 1;
  std::size_t size_ = 0;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
