#pragma once

// The synchronization seam under the C++ memory model: every operation goes to
// the machine in relacy_machine.cc, where a load may return an old value if the
// model lets it. It knows nothing of Relacy, so the engine's sources are
// compiled as they are, without its macros.
//
// Every operation knows the place in the source that it was called from: that
// is how one memory order at a time can be weakened.
//
// There is no `PerThread`: nothing that is compiled here asks for it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

namespace lockstep::engine::sync {
inline namespace weak {

using Where = std::source_location;

/// What the machine can do with the atomic at an address, whatever its type, by
/// its bits.
void MakeAtomic(void* address, std::uint64_t bits) noexcept;
std::uint64_t LoadAtomic(const void* address, std::memory_order order,
                         const Where& where) noexcept;
void StoreAtomic(void* address, std::uint64_t bits, std::memory_order order,
                 const Where& where) noexcept;
std::uint64_t AddToAtomic(void* address, std::uint64_t bits,
                          std::memory_order order, const Where& where) noexcept;
std::uint64_t OrIntoAtomic(void* address, std::uint64_t bits,
                           std::memory_order order,
                           const Where& where) noexcept;

enum class Spurious : bool { kNever, kSometimes };
bool CompareExchangeAtomic(void* address, std::uint64_t& expected,
                           std::uint64_t desired, std::memory_order success,
                           std::memory_order failure, Spurious spurious,
                           const Where& where) noexcept;

/// As much of std::atomic as the engine uses. It takes exactly T's room, since
/// an account must fit into its cache line, and its destructor is trivial, as
/// that of what lies in a SegmentedArray must be: the machine finds the atomic
/// by its address.
///
/// Sums of a number of less than 64 bits do not wrap round at its width.
template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);

 public:
  Atomic() noexcept : Atomic(T{}) {}
  Atomic(T value) noexcept { MakeAtomic(this, Bits(value)); }
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  [[nodiscard]] T load(std::memory_order order = std::memory_order_seq_cst,
                       Where where = Where::current()) const noexcept {
    return Value(LoadAtomic(this, order, where));
  }
  void store(T value, std::memory_order order = std::memory_order_seq_cst,
             Where where = Where::current()) noexcept {
    StoreAtomic(this, Bits(value), order, where);
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure,
                               Where where = Where::current()) noexcept {
    return CompareExchange(expected, desired, success, failure,
                           Spurious::kNever, where);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure,
                             Where where = Where::current()) noexcept {
    return CompareExchange(expected, desired, success, failure,
                           Spurious::kSometimes, where);
  }
  bool compare_exchange_weak(
      T& expected, T desired,
      std::memory_order order = std::memory_order_seq_cst,
      Where where = Where::current()) noexcept {
    return CompareExchange(expected, desired, order, OfFailure(order),
                           Spurious::kSometimes, where);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst,
             Where where = Where::current()) noexcept {
    // By comparing and exchanging until nobody comes between: as strong.
    T seen = load(std::memory_order_relaxed, where);
    while (!CompareExchange(seen, value, order, std::memory_order_relaxed,
                            Spurious::kNever, where)) {
    }
    return seen;
  }
  T fetch_add(T by, std::memory_order order = std::memory_order_seq_cst,
              Where where = Where::current()) noexcept {
    return Value(AddToAtomic(this, Bits(by), order, where));
  }
  T fetch_sub(T by, std::memory_order order = std::memory_order_seq_cst,
              Where where = Where::current()) noexcept {
    return Value(AddToAtomic(this, 0 - Bits(by), order, where));
  }
  T fetch_or(T bits, std::memory_order order = std::memory_order_seq_cst,
             Where where = Where::current()) noexcept {
    return Value(OrIntoAtomic(this, Bits(bits), order, where));
  }

 private:
  static std::uint64_t Bits(T value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));  // the low end comes first
    return bits;
  }
  static T Value(std::uint64_t bits) noexcept {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }
  static constexpr std::memory_order OfFailure(
      std::memory_order success) noexcept {
    switch (success) {
      case std::memory_order_acq_rel:
        return std::memory_order_acquire;
      case std::memory_order_release:
        return std::memory_order_relaxed;
      default:
        return success;
    }
  }
  bool CompareExchange(T& expected, T desired, std::memory_order success,
                       std::memory_order failure, Spurious spurious,
                       const Where& where) noexcept {
    std::uint64_t bits = Bits(expected);
    const bool done = CompareExchangeAtomic(this, bits, Bits(desired), success,
                                            failure, spurious, where);
    expected = Value(bits);
    return done;
  }

  [[maybe_unused]] alignas(T) std::byte room_[sizeof(T)];
};

/// Not watched here: what a protocol is to keep apart stands beside it as a
/// number of the machine's. (The controlled seam watches these.)
template <class T>
using Plain = T;
/// Watched if the protocol has numbers to stand beside things of that name.
void WillRead(const void* thing, const char* name) noexcept;
void WillWrite(const void* thing, const char* name) noexcept;

/// A mutex of the machine's.
class PlainMutex {
 public:
  PlainMutex() noexcept;
  ~PlainMutex();
  PlainMutex(const PlainMutex&) = delete;
  PlainMutex& operator=(const PlainMutex&) = delete;

  void lock();
  bool try_lock();  // may fail though it is free, as the standard allows
  void unlock();

 private:
  std::size_t number_;
};

/// Here it never lets two share: nothing that is compiled here takes one, but
/// a class that has one must be complete.
class PlainSharedMutex : public PlainMutex {
 public:
  void lock_shared() { lock(); }
  bool try_lock_shared() { return try_lock(); }
  void unlock_shared() { unlock(); }
};

/// Lets the other threads go on. A run in which they wait for ever ends as a
/// livelock.
void Yield() noexcept;
inline void Pause() noexcept { Yield(); }

}  // namespace weak
}  // namespace lockstep::engine::sync
