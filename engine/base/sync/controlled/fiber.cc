#include "fiber.h"

#include <cxxabi.h>
#include <boost/context/detail/fcontext.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define LOCKSTEP_TELLS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKSTEP_TELLS_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef LOCKSTEP_TELLS_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace lockstep::engine::sync {
inline namespace controlled {
namespace {

// Boost.Context's inner layer: its public fiber unwinds the stack of one that
// is given up, by an exception, which cannot pass through our noexcept
// functions. Here a stack is just left.
namespace context = boost::context::detail;

#ifdef LOCKSTEP_TELLS_ADDRESS_SANITIZER
void Leave(void** fake_stack, const void* bottom, std::size_t bytes) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
}
void Arrive(void* fake_stack, const void** bottom, std::size_t* bytes) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, bytes);
}
void ForgetStack(const void* bottom, std::size_t bytes) {
  __asan_unpoison_memory_region(bottom, bytes);
}
#else
void Leave(void**, const void*, std::size_t) {}
void Arrive(void*, const void**, std::size_t*) {}
void ForgetStack(const void*, std::size_t) {}
#endif

// Whom the switch that is under way left.
thread_local Fiber* left = nullptr;

}  // namespace

struct Fiber::Stack {
  explicit Stack(std::size_t bytes)
      : allocator(bytes), memory(allocator.allocate()) {}
  ~Stack() { allocator.deallocate(memory); }

  boost::context::protected_fixedsize_stack allocator;
  boost::context::stack_context memory;
};

Fiber::Fiber(std::size_t stack_bytes)
    : stack_(std::make_unique<Stack>(stack_bytes)) {
  bytes_ = stack_->memory.size;
  bottom_ = static_cast<const std::byte*>(stack_->memory.sp) - bytes_;
}

Fiber::Fiber() noexcept = default;
Fiber::~Fiber() = default;

void Fiber::Start(void (*entry)(void*), void* argument) noexcept {
  entry_ = entry;
  argument_ = argument;
  ForgetStack(bottom_, bytes_);
  fake_stack_ = nullptr;
  std::memset(exceptions_, 0, sizeof exceptions_);
  context_ = context::make_fcontext(stack_->memory.sp, stack_->memory.size,
                                    [](context::transfer_t from) {
                                      left->context_ = from.fctx;
                                      Enter(from.data);
                                    });
}

void Fiber::Enter(void* self) {
  Fiber& fiber = *static_cast<Fiber*>(self);
  Arrive(nullptr, &left->bottom_, &left->bytes_);
  fiber.entry_(fiber.argument_);
}

void Fiber::Switch(Fiber& from, Fiber& to) noexcept {
  // The exceptions being handled are the thread's of the system; here they are
  // a fiber's.
  auto* const handled = abi::__cxa_get_globals();
  std::memcpy(from.exceptions_, handled, sizeof from.exceptions_);
  std::memcpy(static_cast<void*>(handled), to.exceptions_,
              sizeof to.exceptions_);
  Leave(&from.fake_stack_, to.bottom_, to.bytes_);
  left = &from;
  const context::transfer_t back = context::jump_fcontext(to.context_, &to);
  // Somebody has gone on with `from`.
  left->context_ = back.fctx;
  Arrive(from.fake_stack_, &left->bottom_, &left->bytes_);
}

}  // namespace controlled
}  // namespace lockstep::engine::sync
