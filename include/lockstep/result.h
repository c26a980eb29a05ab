#pragma once

#include <cstdlib>
#include <optional>
#include <utility>

#include "lockstep/outcome.h"

namespace lockstep::inline v0_1 {

/// A value, or the outcome that says why there is none. Shaped like
/// `std::expected<T, Outcome>`, so that it can become it.
///
/// Asking for a value that is not there stops the program: look first.
template <class T>
class [[nodiscard]] Result {
 public:
  // Both constructors are implicit, so that a function can `return value;` or
  // `return Outcome::kUnknownAccount;`.

  /// With a value.
  Result(T value) noexcept : value_(std::move(value)) {}  // NOLINT
  /// Without one, and why; `kOk` is no reason and stops the program.
  Result(Outcome error) noexcept : error_(error) {  // NOLINT
    if (error == Outcome::kOk) std::abort();        // an error must say why
  }

  /// Is there a value?
  [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
  /// Is there a value?
  explicit operator bool() const noexcept { return value_.has_value(); }

  /// The value, which must be there.
  [[nodiscard]] T& value() & noexcept {
    if (!value_) std::abort();
    return *value_;
  }
  /// The value, which must be there.
  [[nodiscard]] const T& value() const& noexcept {
    if (!value_) std::abort();
    return *value_;
  }
  /// The value, to be moved from.
  [[nodiscard]] T&& value() && noexcept {
    if (!value_) std::abort();
    return std::move(*value_);
  }

  /// As `value()`.
  [[nodiscard]] T& operator*() & noexcept { return value(); }
  /// As `value()`.
  [[nodiscard]] const T& operator*() const& noexcept { return value(); }
  /// As `value()`.
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*this).value(); }
  /// Into the value, which must be there.
  [[nodiscard]] T* operator->() noexcept { return &value(); }
  /// Into the value, which must be there.
  [[nodiscard]] const T* operator->() const noexcept { return &value(); }

  /// The value, or another one if there is none.
  [[nodiscard]] T value_or(T fallback) const& {
    return value_ ? *value_ : std::move(fallback);
  }

  /// Why there is no value; `kOk` when there is one.
  [[nodiscard]] Outcome error() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  Outcome error_ = Outcome::kOk;
};

}  // namespace lockstep::inline v0_1
