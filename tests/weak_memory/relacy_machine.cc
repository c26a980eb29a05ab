// The machine: the synchronization seam and the scenarios' plain memory on top
// of Relacy (D. Vyukov). The only file that sees Relacy's headers, which
// replace operator new and define macros called `new`, `delete` and `assert`;
// what is included here are its parts, without those macros.

#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/backoff.hpp>
#include <relacy/base.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/thread_local.hpp>
#include <relacy/var.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <ostream>
#include <source_location>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>

#include "sync_primitives.h"
#include "tests/weak_memory/memory_model.h"
#include "tests/weak_memory/orders.h"

// Relacy replaces these by inline functions, which a compiler may put into no
// object at all; then some memory would come from its own and go to the
// standard library's. Naming them puts them here.
[[gnu::used]] void* (*const relacy_new)(std::size_t) = &::operator new;
[[gnu::used]] void* (*const relacy_new_array)(std::size_t) = &::operator new[];
[[gnu::used]] void (*const relacy_delete)(void*) = &::operator delete;
[[gnu::used]] void (*const relacy_delete_array)(void*) = &::operator delete[];

// It leaves out those with a size.
void operator delete(void* place, std::size_t /*bytes*/) noexcept {
  ::operator delete(place);
}
void operator delete[](void* place, std::size_t /*bytes*/) noexcept {
  ::operator delete[](place);
}

namespace lockstep::test::weak {
namespace {

using Where = std::source_location;

rl::debug_info Info(const Where& where) {
  return {where.function_name(), where.file_name(), where.line()};
}

// What the failed run says, for the report; Relacy keeps its own to itself.
const char* failed_check = nullptr;

[[noreturn]] void Fail(const char* what, rl::test_result_e result,
                       const Where& where) {
  failed_check = what;
  rl::ctx().fail_test(what, result, Info(where));
  std::abort();  // it does not come back
}

// The machine's own room is used up: that is no finding.
[[noreturn]] void IsFull(const char* what) {
  std::fprintf(stderr, "relacy_machine.cc: too few %s, make more\n", what);
  std::abort();
}

// Relacy's objects of one kind, by number; no number is used twice in a run, so
// that use after the end is seen. Those of a run that failed are forgotten, not
// destroyed: its threads are gone where they stood.
template <class T, std::size_t kCapacity>
class Pool {
 public:
  explicit Pool(const char* name) : name_(name) {}

  template <class... Arguments>
  std::size_t Make(Arguments&&... arguments) {
    const std::size_t number = made_++;
    if (number >= kCapacity) IsFull(name_);
    new (&rooms_[number]) T(std::forward<Arguments>(arguments)...);
    is_live_[number] = true;
    return number;
  }
  void Destroy(std::size_t number) {
    std::launder(reinterpret_cast<T*>(&rooms_[number]))->~T();
    is_live_[number] = false;
  }
  T& At(std::size_t number, const Where& where) {
    if (number >= kCapacity || !is_live_[number]) {
      Fail("used after its end", rl::test_result_access_to_freed_memory, where);
    }
    return *std::launder(reinterpret_cast<T*>(&rooms_[number]));
  }
  void DestroyAll() {
    for (std::size_t number = 0; number < made_; ++number) {
      if (is_live_[number]) Destroy(number);
    }
    ForgetAll();
  }
  void ForgetAll() {
    std::fill_n(is_live_.begin(), std::min(made_, kCapacity), false);
    made_ = 0;
  }

 private:
  struct alignas(T) Room {
    std::byte bytes[sizeof(T)];
  };
  const char* const name_;
  std::array<Room, kCapacity> rooms_;
  std::array<bool, kCapacity> is_live_{};
  std::size_t made_ = 0;
};

// The atomics of a run, by the address of the engine's.
//
// What is made before the threads start holds what it was made with, for all of
// them. Most of that is zero and never used, like a thousand slots of the
// journal's; so a zero is given its atomic when it is first used, one of a few
// that were made beforehand. What a thread makes while others run is visible to
// those alone that synchronize with it; whoever reads it without fails.
class Atomics {
 public:
  using Atomic = rl::atomic<std::uint64_t>;

  void Make(const void* address, std::uint64_t bits) {
    const bool is_new = Find(address).address == nullptr;
    if (bits == 0 && is_new && !threads_run_) return;
    // If another object lay here, its atomic stays, unused, until the run ends.
    Enter(address, pool_.Make(bits));
  }

  Atomic& At(const void* address, const Where& where) {
    // A stale pointer to a segment gives an index times a size.
    constexpr std::uintptr_t kNothingBelow = std::uintptr_t{1} << 20;
    if (reinterpret_cast<std::uintptr_t>(address) < kNothingBelow) {
      Fail("an atomic that is not there",
           rl::test_result_access_to_freed_memory, where);
    }
    Entry& entry = Find(address);
    if (entry.address == nullptr) {
      if (!threads_run_) {
        Enter(address, pool_.Make(std::uint64_t{0}));
      } else {
        if (spares_left_ == 0) IsFull("spare atomics");
        Enter(address, spares_[--spares_left_]);
      }
    }
    return pool_.At(entry.number, where);
  }

  void BeforeThreads() {
    for (std::size_t& spare : spares_) spare = pool_.Make(std::uint64_t{0});
    spares_left_ = spares_.size();
    threads_run_ = true;
  }
  void DestroyAll() {
    pool_.DestroyAll();
    ForgetAll();
  }
  void ForgetAll() {
    pool_.ForgetAll();
    for (std::size_t i = 0; i < used_count_; ++i) entries_[used_[i]] = {};
    used_count_ = 0;
    spares_left_ = 0;
    threads_run_ = false;
  }

 private:
  static constexpr std::size_t kEntries = 4096;  // a power of two
  struct Entry {
    const void* address = nullptr;
    std::size_t number = 0;
  };

  Entry& Find(const void* address) {
    const auto bits = reinterpret_cast<std::uintptr_t>(address);
    std::size_t at = (bits * 0x9E3779B97F4A7C15u) >> 52;
    while (entries_[at].address != nullptr && entries_[at].address != address) {
      at = (at + 1) % kEntries;
    }
    return entries_[at];
  }
  void Enter(const void* address, std::size_t number) {
    Entry& entry = Find(address);
    if (entry.address == nullptr) {
      used_[used_count_++] = static_cast<std::size_t>(&entry - &entries_[0]);
    }
    entry = {address, number};
  }

  Pool<Atomic, 1024> pool_{"atomics"};
  std::array<Entry, kEntries> entries_{};
  std::array<std::size_t, kEntries> used_{};
  std::size_t used_count_ = 0;
  std::array<std::size_t, 32> spares_{};
  std::size_t spares_left_ = 0;
  bool threads_run_ = false;
};

Atomics atomics;
Pool<rl::var<std::uint64_t>, 256> plains("plain numbers");
Pool<rl::mutex, 64> mutexes("mutexes");

// Of the scenario that runs, if it has any.
StandIns* stand_ins = nullptr;

rl::memory_order ToRelacy(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return rl::mo_relaxed;
    case std::memory_order_consume:
      return rl::mo_consume;
    case std::memory_order_acquire:
      return rl::mo_acquire;
    case std::memory_order_release:
      return rl::mo_release;
    case std::memory_order_acq_rel:
      return rl::mo_acq_rel;
    case std::memory_order_seq_cst:
      return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

// What Relacy runs: makes the scenario, runs its threads, destroys it.
const Protocol* explored = nullptr;

template <int kThreads>
struct Suite : rl::test_suite<Suite<kThreads>, kThreads> {
  Suite() : scenario(explored->make()) {}
  ~Suite() {
    scenario.reset();
    plains.DestroyAll();
    mutexes.DestroyAll();
    atomics.DestroyAll();
  }
  void before() { atomics.BeforeThreads(); }
  void thread(unsigned number) { scenario->Run(static_cast<int>(number)); }
  void after() { scenario->After(); }

  std::unique_ptr<Scenario> scenario;
};

// The search of all schedules, with an end if there are too many.
bool is_exhausted = false;

template <int kThreads>
class CappedSearch : public rl::full_search_scheduler<kThreads> {
 public:
  using Base = rl::full_search_scheduler<kThreads>;

  CappedSearch(rl::test_params& params, typename Base::shared_context_t& shared,
               rl::thread_id_t dynamic_threads)
      : Base(params, shared, dynamic_threads) {}

  bool iteration_end() {
    is_exhausted = Base::iteration_end();
    return is_exhausted || this->iter_ >= this->params_.iteration_count;
  }
};

template <int kThreads>
rl::test_result_e RunSuite(rl::test_params& params, std::ostream& state) {
  using rl::fair_full_search_scheduler_type;
  if (params.search_type == fair_full_search_scheduler_type) {
    using Scheduler = CappedSearch<kThreads>;
    return rl::run_test<Suite<kThreads>, Scheduler>(params, state, false);
  }
  using Scheduler = rl::random_scheduler<kThreads>;
  return rl::run_test<Suite<kThreads>, Scheduler>(params, state, false);
}

rl::test_result_e RunOnce(const Protocol& protocol, rl::test_params& params,
                          std::ostream& state) {
  explored = &protocol;
  failed_check = nullptr;
  is_exhausted = false;
  const rl::test_result_e result = protocol.threads == 2
                                       ? RunSuite<2>(params, state)
                                       : RunSuite<3>(params, state);
  plains.ForgetAll();
  mutexes.ForgetAll();
  atomics.ForgetAll();
  stand_ins = nullptr;
  return result;
}

// Relacy's history without the same again by threads, and without the atomics
// that are made beforehand.
std::string Shortened(std::string_view history) {
  history = history.substr(0, history.find("\nthread 0:"));
  std::string lines;
  while (!history.empty()) {
    const std::size_t end = std::min(history.find('\n'), history.size() - 1);
    const std::string_view line = history.substr(0, end + 1);
    if (line.find("relacy/atomic.hpp") == line.npos) lines += line;
    history.remove_prefix(end + 1);
  }
  return lines;
}

class NullBuffer : public std::streambuf {
  int overflow(int character) override { return character; }
};

}  // namespace

Exploration Explore(const Protocol& protocol, std::uint64_t runs,
                    WantHistory want_history) {
  NullBuffer nowhere;
  std::ostream quiet(&nowhere);
  rl::test_params params;
  params.iteration_count = runs;
  params.output_stream = &quiet;
  params.progress_stream = &quiet;
  params.search_type = protocol.search == Search::kEverything
                           ? rl::fair_full_search_scheduler_type
                           : rl::random_scheduler_type;
  params.execution_depth_limit = 20'000;  // then it is a livelock

  Exploration exploration;
  // Streams that do without operator new, which is Relacy's as they are
  // written.
  rl::ostringstream state;
  const rl::test_result_e result = RunOnce(protocol, params, state);
  exploration.runs = params.stop_iteration;
  exploration.is_exhausted = is_exhausted;
  if (result == rl::test_result_success) return exploration;
  exploration.is_failed = true;
  exploration.what = rl::test_result_str(result);
  if (failed_check != nullptr) {
    exploration.what += std::string(": ") + failed_check;
  }
  if (want_history == WantHistory::kYes) {
    rl::ostringstream history;
    params.output_stream = &history;
    params.collect_history = true;
    params.initial_state = state.str();
    RunOnce(protocol, params, quiet);
    exploration.history = Shortened(history.str().c_str());
  }
  return exploration;
}

void Check(bool holds, const char* what, Where where) {
  if (!holds) Fail(what, rl::test_result_user_assert_failed, where);
}

unsigned Choose(unsigned limit) { return rl::rand(limit); }

Plain::Plain(std::uint64_t value, Where where) : number_(plains.Make()) {
  Store(value, where);
}

Plain::~Plain() {
  Store(0);
  plains.Destroy(number_);
}

std::uint64_t Plain::Load(Where where) const {
  return plains.At(number_, where)(Info(where)).load();
}

void Plain::Store(std::uint64_t value, Where where) {
  plains.At(number_, where)(Info(where)).store(value);
}

StandIns::StandIns(std::string_view name) : name_(name) { stand_ins = this; }

StandIns::~StandIns() { stand_ins = nullptr; }

Plain* StandIns::For(const void* thing, std::string_view name) {
  if (name != name_) return nullptr;
  for (std::size_t i = 0; i < kMost; ++i) {
    if (things_[i] == nullptr) things_[i] = thing;
    if (things_[i] == thing) return &numbers_[i];
  }
  IsFull("stand-ins");
}

}  // namespace lockstep::test::weak

namespace lockstep::engine::sync::inline weak {

using test::weak::atomics;
using test::weak::Info;
using test::weak::mutexes;
using test::weak::Operation;
using test::weak::OrderAt;
using test::weak::stand_ins;
using test::weak::ToRelacy;

void MakeAtomic(void* address, std::uint64_t bits) noexcept {
  atomics.Make(address, bits);
}

std::uint64_t LoadAtomic(const void* address, std::memory_order order,
                         const Where& where) noexcept {
  order = OrderAt(where, Operation::kLoad, order);
  return atomics.At(address, where).load(ToRelacy(order), Info(where));
}

void StoreAtomic(void* address, std::uint64_t bits, std::memory_order order,
                 const Where& where) noexcept {
  order = OrderAt(where, Operation::kStore, order);
  atomics.At(address, where).store(bits, ToRelacy(order), Info(where));
}

std::uint64_t AddToAtomic(void* address, std::uint64_t bits,
                          std::memory_order order,
                          const Where& where) noexcept {
  order = OrderAt(where, Operation::kModify, order);
  return atomics.At(address, where)
      .fetch_add(bits, ToRelacy(order), Info(where));
}

std::uint64_t OrIntoAtomic(void* address, std::uint64_t bits,
                           std::memory_order order,
                           const Where& where) noexcept {
  order = OrderAt(where, Operation::kModify, order);
  return atomics.At(address, where)
      .fetch_or(bits, ToRelacy(order), Info(where));
}

bool CompareExchangeAtomic(void* address, std::uint64_t& expected,
                           std::uint64_t desired, std::memory_order success,
                           std::memory_order failure, Spurious spurious,
                           const Where& where) noexcept {
  const rl::memory_order if_done =
      ToRelacy(OrderAt(where, Operation::kExchange, success));
  rl::memory_order if_not =
      ToRelacy(OrderAt(where, Operation::kFailedExchange, failure));
  // Relacy does not know an exchange that fails more strongly than it succeeds.
  if (if_not > if_done || if_done == rl::mo_release) if_not = rl::mo_relaxed;
  auto& atomic = atomics.At(address, where);
  const rl::debug_info info = Info(where);
  return spurious == Spurious::kSometimes
             ? atomic.compare_exchange_weak(expected, desired, if_done, info,
                                            if_not, info)
             : atomic.compare_exchange_strong(expected, desired, if_done, info,
                                              if_not, info);
}

void WillRead(const void* thing, const char* name) noexcept {
  if (stand_ins == nullptr) return;
  const test::weak::Plain* const number = stand_ins->For(thing, name);
  if (number != nullptr) static_cast<void>(number->Load());
}

void WillWrite(const void* thing, const char* name) noexcept {
  if (stand_ins == nullptr) return;
  test::weak::Plain* const number = stand_ins->For(thing, name);
  if (number != nullptr) number->Store(1);
}

PlainMutex::PlainMutex() noexcept : number_(mutexes.Make()) {}
PlainMutex::~PlainMutex() { mutexes.Destroy(number_); }

void PlainMutex::lock() {
  mutexes.At(number_, Where::current()).lock(Info(Where::current()));
}
bool PlainMutex::try_lock() {
  return mutexes.At(number_, Where::current()).try_lock(Info(Where::current()));
}
void PlainMutex::unlock() {
  mutexes.At(number_, Where::current()).unlock(Info(Where::current()));
}

void Yield() noexcept { rl::ctx().yield(1, Info(Where::current())); }

}  // namespace lockstep::engine::sync::inline weak
