// Handles of the C interface: who enters sees the object, and it goes when the
// last one has left.

#include <memory>

#include "engine/c/handle_table.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

using engine::Handled;
using engine::HandleTable;

class Thing : public Handled {
 public:
  ~Thing() override { Check(alive_.Load() == 1, "destroyed once"); }

  void Look() const { Check(alive_.Load() == 1, "it is whole"); }
  void Change() { changes_.Store(changes_.Load() + 1); }

 private:
  Plain alive_{1};
  Plain changes_;
};

constexpr Handled::Kind kKind = Handled::Kind::kSession;

// A handle's number is known beforehand: the first place, and its generation.
constexpr HandleTable::Handle Expected(std::uint64_t generation) {
  return generation << 32 |
         std::uint64_t{static_cast<std::uint8_t>(kKind)} << 24 | 1;
}

// Thread 0 opens a handle and closes it; the others call with it meanwhile,
// whether it is open yet, or still, or not. The place is new, or was used
// before, kGeneration times: then its number is no news to the others.
template <HandleTable::Sharing kSharing, std::uint64_t kGeneration>
class HandleIsUsed : public Scenario {
 public:
  HandleIsUsed() {
    for (std::uint64_t i = 0; i < kGeneration; ++i) {
      const auto handle = Add();
      Check(table_.Close(handle, kKind) == Outcome::kOk, "it closes");
    }
  }

  void Run(int thread) override {
    if (thread == 0) {
      const HandleTable::Handle handle = Add();
      Check(handle == Expected(kGeneration), "the handle that was expected");
      Call();
      Check(table_.Close(handle, kKind) == Outcome::kOk, "it closes");
      return;
    }
    for (int call = 0; call < 4; ++call) Call();
  }

 private:
  HandleTable::Handle Add() {
    const Result<HandleTable::Handle> handle =
        table_.Add(std::make_unique<Thing>(), kKind, kSharing);
    Check(handle.has_value(), "there is a place");
    return *handle;
  }
  void Call() {
    const HandleTable::Visit visit(table_, Expected(kGeneration), kKind);
    if (visit.outcome() != Outcome::kOk) return;
    auto& thing = static_cast<Thing&>(visit.object());
    thing.Look();
    if constexpr (kSharing == HandleTable::Sharing::kExclusive) thing.Change();
  }

  HandleTable table_;
};

// Two threads close the same handle; one of them does.
class HandleIsClosedTwice : public Scenario {
 public:
  void Run(int thread) override {
    closed_[thread] = table_.Close(handle_, kKind) == Outcome::kOk;
  }
  void After() override {
    Check(closed_[0] != closed_[1], "one of the two closed it");
  }

 private:
  HandleTable table_;
  HandleTable::Handle handle_ =
      table_
          .Add(std::make_unique<Thing>(), kKind, HandleTable::Sharing::kShared)
          .value();
  bool closed_[2] = {};
};

constexpr Protocol kProtocols[] = {
    {"handle_is_shared", 3, Search::kRandom, 50'000,
     MakeScenario<HandleIsUsed<HandleTable::Sharing::kShared, 0>>},
    {"handle_is_exclusive", 3, Search::kRandom, 50'000,
     MakeScenario<HandleIsUsed<HandleTable::Sharing::kExclusive, 0>>},
    {"handle_of_a_used_place", 3, Search::kRandom, 50'000,
     MakeScenario<HandleIsUsed<HandleTable::Sharing::kShared, 1>>},
    {"handle_is_closed_twice", 2, Search::kRandom, 50'000,
     MakeScenario<HandleIsClosedTwice>},
};

}  // namespace

std::span<const Protocol> HandleProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
