#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "engine/c/convert.h"
#include "engine/c/handle_table.h"
#include "engine/posting/inside_function.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

namespace lockstep::engine {

/// The handles of this process: with a count of threads (open_decision.cc) the
/// one thing in lockstep that is global, for a stale handle can only be told by
/// something that outlives what it named (docs/decisions/0007). Never
/// destroyed.
[[nodiscard]] HandleTable& Handles() noexcept;

/// An object that a handle of the C interface stands for.
template <class Object, Handled::Kind kKind>
class HandledAs final : public Handled {
 public:
  static constexpr Kind kind = kKind;

  explicit HandledAs(Object its_object) : object(std::move(its_object)) {}

  Object object;
};

/// Which of them each type of handle stands for.
template <class Handle>
struct HandledBy;
template <>
struct HandledBy<lockstep_ledger> {
  using type = HandledAs<Ledger, Handled::Kind::kLedger>;
};
template <>
struct HandledBy<lockstep_session> {
  using type = HandledAs<Session, Handled::Kind::kSession>;
};
template <>
struct HandledBy<lockstep_journal> {
  using type = HandledAs<JournalCursor, Handled::Kind::kJournal>;
};
template <>
struct HandledBy<lockstep_snapshot> {
  using type = HandledAs<Snapshot, Handled::Kind::kSnapshot>;
};

static_assert(sizeof(void*) >= sizeof(HandleTable::Handle),
              "a handle must fit where C has a pointer");

template <class Handle>
[[nodiscard]] HandleTable::Handle NumberOf(const Handle* handle) noexcept {
  return reinterpret_cast<std::uintptr_t>(handle);
}

/// What the standard library throws ends here.
template <class Function>
[[nodiscard]] Outcome OrOutOfMemory(const Function& function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

/// What a call with a handle is refused with on a thread that is inside a
/// transaction function. It does not enter: should the handle be closed
/// meanwhile, then whoever is the last one out ends the object, and that may
/// take locks, which this thread must not wait for.
template <class Handle>
[[nodiscard]] Outcome InsideOutcome(Handle* handle) noexcept {
  const Outcome seen =
      Handles().Look(NumberOf(handle), HandledBy<Handle>::type::kind);
  return seen == Outcome::kOk ? Outcome::kInsideTransaction : seen;
}

/// A call with a handle: `work(object)` while it cannot be closed.
template <class Handle, class Work>
[[nodiscard]] lockstep_outcome With(Handle* handle, const Work& work) noexcept {
  using Object = typename HandledBy<Handle>::type;
  if (IsInsideFunction()) [[unlikely]]
    return ToC(InsideOutcome(handle));
  const HandleTable::Visit visit(Handles(), NumberOf(handle), Object::kind);
  if (visit.outcome() != Outcome::kOk) return ToC(visit.outcome());
  return ToC(OrOutOfMemory(
      [&] { return work(static_cast<Object&>(visit.object()).object); }));
}

/// Gives out a handle for an object.
template <class Handle, class Object>
[[nodiscard]] Outcome GiveHandle(Object object, HandleTable::Sharing sharing,
                                 Handle** handle) {
  using Its = typename HandledBy<Handle>::type;
  const Result<HandleTable::Handle> number = Handles().Add(
      std::make_unique<Its>(std::move(object)), Its::kind, sharing);
  if (!number) return number.error();
  *handle = reinterpret_cast<Handle*>(*number);
  return Outcome::kOk;
}

template <class Handle>
[[nodiscard]] lockstep_outcome CloseHandle(Handle* handle) noexcept {
  if (IsInsideFunction()) return ToC(InsideOutcome(handle));
  return ToC(Handles().Close(NumberOf(handle), HandledBy<Handle>::type::kind));
}

/// Stores a result's value, if there is one.
template <class Value, class Target, class Convert>
[[nodiscard]] Outcome Store(const Result<Value>& result, Target* target,
                            const Convert& convert) noexcept {
  if (!result) return result.error();
  *target = convert(*result);
  return Outcome::kOk;
}

}  // namespace lockstep::engine
