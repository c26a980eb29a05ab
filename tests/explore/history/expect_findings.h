#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/explore/history/history_checker.h"
#include "tests/explore/history/scene.h"

namespace lockstep::test {

inline std::vector<engine::explore::Anomaly> Anomalies(
    const engine::explore::Verdict& verdict) {
  std::vector<engine::explore::Anomaly> anomalies;
  for (const engine::explore::Finding& finding : verdict.findings) {
    anomalies.push_back(finding.anomaly);
  }
  return anomalies;
}

/// One finding, of this name, on these operations.
inline void ExpectOnly(const Scene& scene, engine::explore::Anomaly anomaly,
                       const std::vector<std::uint32_t>& operations) {
  const engine::explore::Verdict verdict =
      engine::explore::CheckHistory(scene.history);
  SCOPED_TRACE(verdict.Text());
  EXPECT_FALSE(verdict.ok());
  ASSERT_THAT(Anomalies(verdict), testing::ElementsAre(anomaly));
  EXPECT_THAT(verdict.findings[0].operations,
              testing::UnorderedElementsAreArray(operations));
}

inline void ExpectClean(const Scene& scene) {
  const engine::explore::Verdict verdict =
      engine::explore::CheckHistory(scene.history);
  EXPECT_TRUE(verdict.ok()) << verdict.Text();
}

}  // namespace lockstep::test
