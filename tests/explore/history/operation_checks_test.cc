#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/explore/history/fill_sequences.h"
#include "engine/explore/history/history_checker.h"
#include "tests/explore/history/expect_findings.h"
#include "tests/explore/history/scene.h"

// What single operations say of themselves.

namespace lockstep::test {
namespace {

using engine::explore::Anomaly;
using engine::explore::CheckHistory;
using engine::explore::Verdict;
using testing::ElementsAre;

TEST(OperationChecks, SequenceNotRisingAlongASession) {
  Scene scene({0, 0});
  scene.Add({0, 1, 2, V(5)}, {Scene::Write(1, kNone, 0, 0)});
  scene.Add({0, 3, 4, V(4)}, {Scene::Write(2, kNone, 0, 0)});
  scene.End({{V(5), 0}, {V(4), 0}});
  ExpectOnly(scene, Anomaly::kSequenceNotRising, {0, 1});
}

TEST(OperationChecks, SequenceNotAboveTheWindowBefore) {
  Scene scene({0});
  scene.history.last_sequences = {V(5)};
  scene.Add({0, 1, 2, V(5)}, {Scene::Write(1, kNone, 0, 0)});
  scene.End({{V(5), 0}});
  ExpectOnly(scene, Anomaly::kSequenceNotRising, {0});
}

TEST(OperationChecks, SequenceNotAboveWhatItOnlyRead) {
  Scene scene({0, 0});
  scene.Add({0, 1, 2, V(5, 0)}, {Scene::Write(1, kNone, 0, 0)});
  scene.Add({1, 3, 4, V(4, 1)},
            {Scene::Read(1, V(5, 0), 0), Scene::Write(2, kNone, 0, 0)});
  scene.End({{V(5), 0}, {V(4, 1), 0}});
  ExpectOnly(scene, Anomaly::kSequenceNotRising, {1});
}

TEST(OperationChecks, TwoWithOneSequence) {
  Scene scene({0, 0});
  scene.Add({0, 1, 3, V(1)}, {Scene::Write(1, kNone, 0, 0)});
  scene.Add({1, 2, 4, V(1)}, {Scene::Write(2, kNone, 0, 0)});
  scene.End({{V(1), 0}, {V(1), 0}});
  ExpectOnly(scene, Anomaly::kDuplicateSequence, {0, 1});
}

TEST(OperationChecks, LegsThatDoNotSumToZero) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 9)});
  scene.End({{V(1), 90}, {V(1), 9}});
  ExpectOnly(scene, Anomaly::kUnbalanced, {0});
}

// Over both assets they do.
TEST(OperationChecks, EachAssetSumsToZero) {
  Scene scene({100, 0});
  scene.history.before[1].asset = AssetId(2);
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(1), 90}, {V(1), 10}});
  const Verdict verdict = CheckHistory(scene.history);
  EXPECT_THAT(Anomalies(verdict),
              ElementsAre(Anomaly::kUnbalanced, Anomaly::kUnbalanced));
}

TEST(OperationChecks, ChangedByMoreThanItsLegs) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 80), Scene::Write(2, kNone, 0, 10)},
            {{AccountId(1), Amount(-10)}, {AccountId(2), Amount(10)}});
  scene.End({{V(1), 80}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kLegsMismatch, {0});
}

TEST(OperationChecks, LegOnAnAccountThatItNeverLocked) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)}, {Scene::Write(1, kNone, 100, 90)},
            {{AccountId(1), Amount(-10)}, {AccountId(2), Amount(10)}});
  scene.End({{V(1), 90}, {kNone, 0}});
  ExpectOnly(scene, Anomaly::kLegsMismatch, {0});
}

TEST(OperationChecks, WrongVersionLeft) {
  Scene scene({0});
  scene.Add({0, 1, 2, V(1)}, {Scene::Write(1, kNone, 0, 0, V(2))});
  scene.End({{V(2), 0}});
  ExpectOnly(scene, Anomaly::kWrongVersion, {0});
}

TEST(OperationChecks, RefusedAndYetItChangedABalance) {
  Scene scene({100});
  auto access = Scene::Read(1, kNone, 100);
  access.left = Amount(90);
  scene.Add({0, 1, 2, kNone, Outcome::kInsufficientFunds}, {access});
  scene.End({{kNone, 90}});
  EXPECT_THAT(Anomalies(CheckHistory(scene.history)),
              testing::Contains(Anomaly::kRefusedWrote));
}

TEST(OperationChecks, MalformedHistories) {
  Scene backwards({0});
  backwards.Add({0, 2, 1}, {});
  backwards.End({{kNone, 0}});
  ExpectOnly(backwards, Anomaly::kMalformed, {0});

  Scene twice({0});
  twice.Add({0, 1, 2}, {});
  twice.Add({0, 2, 3}, {});
  twice.End({{kNone, 0}});
  EXPECT_THAT(Anomalies(CheckHistory(twice.history)),
              ElementsAre(Anomaly::kMalformed));

  Scene unknown({0});
  unknown.Add({0, 1, 2}, {Scene::Read(7, kNone, 0)});
  unknown.End({{kNone, 0}});
  ExpectOnly(unknown, Anomaly::kMalformed, {0});

  Scene vanished({0});
  EXPECT_THAT(Anomalies(CheckHistory(vanished.history)),
              testing::Contains(Anomaly::kMalformed));

  Scene refused({0});
  refused.Add({0, 1, 2, V(1), Outcome::kBusy}, {});
  refused.End({{kNone, 0}});
  ExpectOnly(refused, Anomaly::kMalformed, {0});
}

TEST(OperationChecks, CountsMoreFindingsThanItKeeps) {
  Scene scene({0});
  for (std::uint64_t i = 0; i < 2 * Verdict::kMaxFindings; ++i) {
    scene.Add({0, 2 * i + 1, 2 * i + 2}, {Scene::Read(1, V(9), 0)});
  }
  scene.End({{kNone, 0}});
  const Verdict verdict = CheckHistory(scene.history);
  EXPECT_EQ(verdict.findings.size(), Verdict::kMaxFindings);
  EXPECT_EQ(verdict.finding_count, 2 * Verdict::kMaxFindings);
}

// --- Windows, and sequences that were not told -------------------------------

TEST(OperationChecks, WindowsFollowEachOther) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(3)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(3), 90}, {V(3), 10}});
  ExpectClean(scene);
  scene.history.StartNextWindow();
  scene.Add({0, 1, 2, V(4)},
            {Scene::Write(1, V(3), 90, 80), Scene::Write(2, V(3), 10, 20)});
  scene.End({{V(4), 80}, {V(4), 20}});
  ExpectClean(scene);
  scene.history.StartNextWindow();
  scene.Add({0, 1, 2, V(4)}, {Scene::Write(1, V(4), 80, 80)});
  scene.End({{V(4), 80}, {V(4), 20}});
  EXPECT_FALSE(CheckHistory(scene.history).ok());
}

TEST(FillSequences, GivesWhatTheAccountShows) {
  Scene scene({100, 0});
  const auto untold = [](Sequence found) {
    auto access = Scene::Read(1, found, 100);
    access.wrote = true;
    access.left_version = kNone;
    return access;
  };
  scene.Add({0, 1, 2}, {untold(kNone)});
  scene.Add({1, 3, 4, V(5, 1)}, {Scene::Write(1, V(4), 100, 100)});
  scene.Add({0, 5, 6}, {untold(V(5, 1))});
  scene.End({{V(6), 100}, {kNone, 0}});
  engine::explore::FillSequences(scene.history);
  EXPECT_EQ(scene.history.operations[0].sequence, V(4));
  EXPECT_EQ(scene.history.operations[2].sequence, V(6));
  EXPECT_EQ(scene.history.accesses[2].left_version, V(6));
  ExpectClean(scene);
}

// It says that it posted, and nobody ever saw its version.
TEST(FillSequences, LeavesAloneWhatNobodySaw) {
  Scene scene({100});
  auto access = Scene::Read(1, kNone, 100);
  access.wrote = true;
  access.left_version = kNone;
  scene.Add({0, 1, 2}, {access});
  scene.End({{kNone, 100}});
  engine::explore::FillSequences(scene.history);
  EXPECT_TRUE(scene.history.operations[0].sequence.is_none());
  EXPECT_THAT(Anomalies(CheckHistory(scene.history)),
              testing::Contains(Anomaly::kWrongVersion));
}

}  // namespace
}  // namespace lockstep::test
