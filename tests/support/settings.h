#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace lockstep::test {

/// The seed that random tests start from: LOCKSTEP_TEST_SEED, or 1.
inline std::uint64_t Seed() {
  const char* const text = std::getenv("LOCKSTEP_TEST_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

/// How often a test that could go on for ever does what it does: `count` at
/// LOCKSTEP_TEST_SCALE = 100 (percent; the default), and never less than one
/// time.
inline std::uint64_t Scaled(std::uint64_t count) {
  const char* const text = std::getenv("LOCKSTEP_TEST_SCALE");
  if (text == nullptr) return count;
  const std::uint64_t scaled = count * std::strtoull(text, nullptr, 10) / 100;
  return scaled == 0 ? 1 : scaled;
}

/// For SCOPED_TRACE, so that a failure says how to get it again.
inline std::string SeedTrace(std::uint64_t seed) {
  return "LOCKSTEP_TEST_SEED=" + std::to_string(seed);
}

}  // namespace lockstep::test
