#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "lockstep/concurrency.h"

namespace lockstep {

inline void PrintTo(Concurrency concurrency, std::ostream* out) {
  *out << (concurrency == Concurrency::kMultiThread ? "MultiThread"
                                                    : "SingleThread");
}

}  // namespace lockstep

namespace lockstep::test {

/// For INSTANTIATE_TEST_SUITE_P: a ledger for many threads and one for a single
/// one, which must not differ in what they do.
inline auto BothModes() {
  return testing::Values(Concurrency::kMultiThread, Concurrency::kSingleThread);
}

}  // namespace lockstep::test
