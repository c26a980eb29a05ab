#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include "engine/base/int128.h"
#include "lockstep/amount.h"

namespace lockstep {

/// A number from the environment, so that a failure can be run again and a
/// nightly run can do more.
inline std::uint64_t FromEnvironment(const char* name,
                                     std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Random numbers of every length: a uniform one is nearly always a huge one.
class RandomValues {
 public:
  RandomValues() : seed_(FromEnvironment("LOCKSTEP_TEST_SEED", 1)) {
    engine_.seed(seed_);
  }

  /// How to get these numbers again, for SCOPED_TRACE.
  [[nodiscard]] std::string Trace() const {
    return "LOCKSTEP_TEST_SEED=" + std::to_string(seed_);
  }

  /// How many random cases a test tries.
  [[nodiscard]] static int Rounds(int otherwise) {
    return static_cast<int>(FromEnvironment(
        "LOCKSTEP_TEST_ROUNDS", static_cast<std::uint64_t>(otherwise)));
  }

  std::uint64_t Below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
  }
  bool Maybe() { return Below(2) == 0; }

  /// Of 0 to `bits` bits.
  std::uint64_t Unsigned(int bits = 64) {
    const auto length = Below(static_cast<std::uint64_t>(bits) + 1);
    return length == 0 ? 0 : engine_() >> (64 - length);
  }

  /// Of up to `bits` bits and a sign, some of them next to a power of two.
  engine::Int128 Signed(int bits = 127) {
    const auto length = Below(static_cast<std::uint64_t>(bits) + 1);
    const engine::UInt128 top = engine::UInt128{1} << length;
    const engine::UInt128 all = engine::UInt128{engine_()} << 64 | engine_();
    const engine::UInt128 magnitude =
        Below(8) == 0 ? top - Below(2) - (length == 127 ? 1 : 0)
                      : all & (top - 1);
    const auto value = static_cast<engine::Int128>(magnitude);
    return Maybe() ? value : ~value;
  }
  Amount AnyAmount(int bits = 127) { return engine::ToAmount(Signed(bits)); }

  std::mt19937_64& engine() { return engine_; }

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace lockstep
