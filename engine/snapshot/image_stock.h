#pragma once

#include <cstddef>
#include <gsl/assert>
#include <new>
#include <utility>

#include "engine/accounts/account_table.h"
#include "lockstep/transfer.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// Images that a session has ready, empty, so that under account locks none has
/// to be allocated. Stays empty until the session first meets a snapshot.
class ImageStock {
 public:
  /// As many as one operation needs, unless it is of an uncommon size.
  static constexpr std::size_t kFull = kMaxLegs;

  ImageStock() noexcept = default;
  ~ImageStock() {
    while (size_ > 0) delete Take();
  }
  ImageStock(const ImageStock&) = delete;
  ImageStock& operator=(const ImageStock&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Fills it up, for an operation that needs so many at the most. False: there
  /// is no memory for all of it.
  [[nodiscard]] bool Fill(std::size_t needed = kFull) noexcept {
    is_in_use_ = true;
    while (size_ < kFull || size_ < needed) {
      auto* const image = new (std::nothrow) Image;
      if (image == nullptr) return false;
      image->next = first_;
      first_ = image;
      ++size_;
    }
    return true;
  }

  /// Fills up one that was filled before, as far as there is memory.
  void Refill() noexcept {
    if (is_in_use_) static_cast<void>(Fill());
  }

  /// One of them, which the caller owns. There must be one.
  [[nodiscard]] Image* Take() noexcept {
    Expects(size_ > 0);
    --size_;
    Image* const image = std::exchange(first_, first_->next);
    image->next = nullptr;
    return image;
  }

 private:
  Image* first_ = nullptr;
  sync::Plain<std::size_t> size_ = 0;
  sync::Plain<bool> is_in_use_ = false;
};

}  // namespace lockstep::engine
