#pragma once

#include <cstddef>
#include <memory>

namespace lockstep::engine::sync {
inline namespace controlled {

/// A stack of its own on which a function runs until it hands over to another
/// fiber. All fibers of a scheduler share one thread of the system, so that
/// exactly one of them runs at a time, and which one is the scheduler's choice.
///
/// A fiber may be left where it stands and started anew: what was on its stack
/// is forgotten, no destructor runs.
class Fiber {
 public:
  /// For the code that runs already: it has its stack.
  Fiber() noexcept;
  /// One to start. Throws std::bad_alloc.
  explicit Fiber(std::size_t stack_bytes);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Makes `entry(argument)` what runs when this fiber is next resumed. It must
  /// never return.
  void Start(void (*entry)(void*), void* argument) noexcept;

  /// Leaves `from`, which runs now, and goes on with `to` where it stands.
  /// Returns when somebody goes on with `from`.
  static void Switch(Fiber& from, Fiber& to) noexcept;

 private:
  static void Enter(void* self);

  struct Stack;
  std::unique_ptr<Stack> stack_;
  void* context_ = nullptr;
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  unsigned char exceptions_[16] = {};
  // What AddressSanitizer wants to know of a stack; not used without it.
  void* fake_stack_ = nullptr;
  const void* bottom_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
