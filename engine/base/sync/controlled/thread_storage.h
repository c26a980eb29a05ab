#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace lockstep::engine::sync {
inline namespace controlled {

/// What PerThread keeps for one thread of a run, or for the code around it
/// (thread -1). Destroyed in the reverse order of its making.
class ThreadStorage {
 public:
  /// Each thread's own.
  static ThreadStorage& Of(int thread);
  /// Destroys what the thread has, as it ends.
  void Clear() {
    while (!things_.empty()) {
      // Taken out first: its destructor may ask for things of the thread.
      const std::unique_ptr<AnyThing> last = std::move(things_.back());
      things_.pop_back();
    }
    std::vector<std::unique_ptr<AnyThing>>().swap(things_);
  }
  /// Forgets all threads' things without destroying them: their memory has
  /// gone.
  static void ForgetAll();

  template <class T>
  T& Get() {
    for (const auto& thing : things_) {
      if (thing->type == &kTypeOf<T>) {
        return static_cast<Thing<T>*>(thing.get())->value;
      }
    }
    auto made = std::make_unique<Thing<T>>();
    T& value = made->value;
    things_.push_back(std::move(made));
    return value;
  }

 private:
  // A type's address stands for it.
  template <class T>
  static constexpr char kTypeOf = 0;

  struct AnyThing {
    explicit AnyThing(const char* its_type) : type(its_type) {}
    virtual ~AnyThing() = default;
    const char* const type;
  };
  template <class T>
  struct Thing : AnyThing {
    Thing() : AnyThing(&kTypeOf<T>) {}
    T value{};
  };

  std::vector<std::unique_ptr<AnyThing>> things_;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
