#include "engine/explore/history/history_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/explore/history/expect_findings.h"
#include "tests/explore/history/scene.h"

namespace lockstep::test {
namespace {

using engine::explore::Anomaly;
using engine::explore::CheckHistory;
using engine::explore::Finding;
using engine::explore::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// --- Histories that are in order ---------------------------------------------

TEST(HistoryChecker, NothingAtAll) {
  Scene scene({100});
  scene.End({{kNone, 100}});
  ExpectClean(scene);
}

TEST(HistoryChecker, TransfersReadsAndRefusals) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  // At the same time as the first, and before it.
  scene.Add({1, 2, 3}, {Scene::Read(2, kNone, 0)});
  // Refused: what it meant to move counts for nothing.
  scene.Add({1, 5, 6, kNone, Outcome::kInsufficientFunds},
            {Scene::Read(1, V(1), 90), Scene::Read(2, V(1), 10)},
            {{AccountId(1), Amount(-500)}, {AccountId(2), Amount(500)}});
  // A change of status moves nothing, and leaves its version.
  scene.Add({0, 7, 8, V(2)}, {Scene::Write(1, V(1), 90, 90)});
  scene.Add({1, 9, 10}, {Scene::Read(1, V(2), 90), Scene::Read(2, V(1), 10)});
  scene.End({{V(2), 90}, {V(1), 10}});
  ExpectClean(scene);
}

// A session that was quiet posts below what others posted before it was called,
// on other accounts.
TEST(HistoryChecker, LowSequenceOfAQuietThread) {
  Scene scene({100, 0, 100, 0});
  scene.history.last_sequences = {V(1, 0), V(700, 1)};
  scene.Add({1, 1, 2, V(800, 1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({0, 3, 4, V(2, 0)},
            {Scene::Write(3, kNone, 100, 90), Scene::Write(4, kNone, 0, 10)});
  scene.End({{V(800, 1), 90}, {V(800, 1), 10}, {V(2), 90}, {V(2), 10}});
  ExpectClean(scene);
}

// A thread called before another one ended, and got that one's session.
TEST(HistoryChecker, SessionHandedOnInsideOfACall) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, V(9)}, {Scene::Write(1, kNone, 100, 100)});
  scene.Add({1, 2, 3, V(5)}, {Scene::Write(2, kNone, 0, 0)});
  scene.End({{V(9), 100}, {V(5), 0}});
  ExpectClean(scene);
}

TEST(HistoryChecker, AccountMadeMeanwhile) {
  Scene scene({100});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectClean(scene);
}

// One locked an account, gave up on another, and was refused as busy; one took
// what it looked at first for good.
TEST(HistoryChecker, LookedAtAndLockedAgain) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, kNone, Outcome::kBusy}, {Scene::Read(1, kNone, 100)});
  scene.Add({0, 3, 4, V(1)},
            {Scene::Read(1, kNone, 100), Scene::Write(1, kNone, 100, 90),
             Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectClean(scene);
}

TEST(HistoryChecker, BalancesAtTheEdgeOfTheirRange) {
  Scene scene({0, 0});
  scene.history.before[0].balance = Amount::Min();
  scene.history.before[1].balance = Amount::Max();
  scene.End({{V(1), 0}, {V(1), 0}});
  scene.history.after[0].balance = Amount::Max();
  scene.history.after[1].balance = Amount::Min();
  auto low = Scene::Write(1, kNone, 0, 0);
  auto high = Scene::Write(2, kNone, 0, 0);
  low.found = high.left = Amount::Min();
  low.left = high.found = Amount::Max();
  // 2^128 - 1 in legs that each fit.
  const Amount max = Amount::Max();
  scene.Add({0, 1, 2, V(1)}, {low, high},
            {{AccountId(1), max},
             {AccountId(2), Amount::Min()},
             {AccountId(1), max},
             {AccountId(2), Amount::Min()},
             {AccountId(1), Amount(1)},
             {AccountId(2), Amount(1)}});
  ExpectClean(scene);
  // One less, which 2^128 would hide.
  scene.history.legs.back().amount = Amount(-1);
  EXPECT_FALSE(CheckHistory(scene.history).ok());
}

// --- What accounts say -------------------------------------------------------

TEST(HistoryChecker, LostUpdate) {
  Scene scene({100, 0, 0});
  scene.Add({0, 1, 3, V(1, 0)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 2, 4, V(2, 1)},
            {Scene::Write(1, kNone, 100, 80), Scene::Write(3, kNone, 0, 20)});
  scene.End({{V(2, 1), 80}, {V(1), 10}, {V(2, 1), 20}});
  ExpectOnly(scene, Anomaly::kLostUpdate, {0, 1});
  EXPECT_EQ(CheckHistory(scene.history).Text(),
            "lost update: #0 is gone from account 1: found without it by #1\n"
            "  #0 operation (thread 0, clock 1 to 3, posted as 1@0), legs 1: "
            "-10, 2: 10\n"
            "    found account 1 at no version with 100, left 1@0 with 90\n"
            "    found account 2 at no version with 0, left 1@0 with 10\n"
            "  #1 operation (thread 1, clock 2 to 4, posted as 2@1), legs 1: "
            "-20, 3: 20\n"
            "    found account 1 at no version with 100, left 2@1 with 80\n"
            "    found account 3 at no version with 0, left 2@1 with 20\n");
}

// The later one by sequence may be the lost one.
TEST(HistoryChecker, LostUpdateOfTheHigherSequence) {
  Scene scene({100, 0, 0});
  scene.Add({0, 1, 3, V(1, 0)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 2, 4, V(2, 1)},
            {Scene::Write(1, kNone, 100, 80), Scene::Write(3, kNone, 0, 20)});
  scene.End({{V(1), 90}, {V(1), 10}, {V(2, 1), 20}});
  ExpectOnly(scene, Anomaly::kLostUpdate, {0, 1});
}

TEST(HistoryChecker, LostTransferWithTheSumKept) {
  Scene scene({100, 0});
  scene.Add({0, 1, 3, V(1, 0)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 2, 4, V(2, 1)},
            {Scene::Write(1, kNone, 100, 80), Scene::Write(2, kNone, 0, 20)});
  scene.End({{V(2, 1), 80}, {V(2, 1), 20}});
  ExpectOnly(scene, Anomaly::kLostTransfer, {0, 1});
}

TEST(HistoryChecker, LostTransferThatNobodyWroteOver) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{kNone, 100}, {kNone, 0}});
  ExpectOnly(scene, Anomaly::kLostTransfer, {0});
}

// Its versions are there, its balances are not.
TEST(HistoryChecker, LostTransferThatLeftItsVersion) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({0, 3, 4, V(2)},
            {Scene::Write(1, V(1), 100, 95), Scene::Write(2, V(1), 0, 5)});
  scene.End({{V(2), 95}, {V(2), 5}});
  ExpectOnly(scene, Anomaly::kLostTransfer, {0, 1});
}

TEST(HistoryChecker, Duplicate) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(1), 80}, {V(1), 20}});
  ExpectOnly(scene, Anomaly::kDuplicate, {0});
}

// Posted again under another sequence, which its receipt does not tell of.
TEST(HistoryChecker, DuplicateUnderAnotherSequence) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({0, 3, 4}, {Scene::Read(1, V(2), 80), Scene::Read(2, V(2), 20)});
  scene.End({{V(2), 80}, {V(2), 20}});
  ExpectOnly(scene, Anomaly::kDuplicate, {0, 1});
}

TEST(HistoryChecker, DirtyReadOfWhatWasNotYetPublished) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 2, 3}, {Scene::Read(1, kNone, 90)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kDirtyRead, {0, 1});
}

// Between two legs of one account.
TEST(HistoryChecker, DirtyReadInTheMiddle) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)},
            {{AccountId(1), Amount(-60)},
             {AccountId(1), Amount(50)},
             {AccountId(2), Amount(10)}});
  scene.Add({1, 2, 3}, {Scene::Read(1, kNone, 40)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kDirtyRead, {0, 1});
}

// It was refused, and took back what it had moved, but not before somebody saw.
TEST(HistoryChecker, DirtyReadOfWhatWasRefused) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, kNone, Outcome::kInsufficientFunds},
            {Scene::Read(1, kNone, 100), Scene::Read(2, kNone, 0)},
            {{AccountId(1), Amount(-500)}, {AccountId(2), Amount(500)}});
  scene.Add({1, 2, 3}, {Scene::Read(1, kNone, -400)});
  scene.End({{kNone, 100}, {kNone, 0}});
  ExpectOnly(scene, Anomaly::kDirtyRead, {0, 1});
}

TEST(HistoryChecker, BrokenChain) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({0, 3, 4, V(2)},
            {Scene::Write(1, V(1), 95, 94), Scene::Write(2, V(1), 10, 11)});
  scene.End({{V(2), 94}, {V(2), 11}});
  ExpectOnly(scene, Anomaly::kBrokenChain, {0, 1});
}

TEST(HistoryChecker, VersionThatNobodyLeft) {
  Scene scene({100});
  scene.Add({0, 1, 2}, {Scene::Read(1, V(7), 93)});
  scene.End({{V(7), 93}});
  const Verdict verdict = CheckHistory(scene.history);
  EXPECT_THAT(Anomalies(verdict),
              ElementsAre(Anomaly::kBrokenChain, Anomaly::kBrokenChain));
  EXPECT_THAT(verdict.Text(), HasSubstr("account 1 was found by #0 at 7@0"));
}

// The balance was stored and the version was not.
TEST(HistoryChecker, VersionNotPublished) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{kNone, 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kBrokenChain, {0});
}

// --- Circles -----------------------------------------------------------------

TEST(HistoryChecker, ReadSkew) {
  Scene scene({100, 0});
  scene.Add({0, 1, 3, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 2, 4}, {Scene::Read(1, kNone, 100), Scene::Read(2, V(1), 10)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kReadSkew, {0, 1});
  EXPECT_THAT(
      CheckHistory(scene.history).Text(),
      HasSubstr("read skew: #1 found account 1 at no version, before #0 left "
                "1@0; #1 found account 2 as #0 left it, 1@0"));
}

// It looked before it locked, and somebody else came in between.
TEST(HistoryChecker, CheckedBeforeItLocked) {
  Scene scene({100, 0});
  scene.Add({0, 1, 4, V(2, 0)},
            {Scene::Read(1, kNone, 100), Scene::Write(1, V(1, 1), 90, 80),
             Scene::Write(2, V(1, 1), 10, 20)});
  scene.Add({1, 2, 3, V(1, 1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(2), 80}, {V(2), 20}});
  ExpectOnly(scene, Anomaly::kReadSkew, {0, 1});
}

TEST(HistoryChecker, WriteSkew) {
  Scene scene({100, 100, 0, 0});
  scene.Add({0, 1, 3, V(1, 0)},
            {Scene::Read(1, kNone, 100), Scene::Write(2, kNone, 100, 0),
             Scene::Write(3, kNone, 0, 100)});
  scene.Add({1, 2, 4, V(1, 1)},
            {Scene::Read(2, kNone, 100), Scene::Write(1, kNone, 100, 0),
             Scene::Write(4, kNone, 0, 100)});
  scene.End({{V(1, 1), 0}, {V(1), 0}, {V(1), 100}, {V(1, 1), 100}});
  ExpectOnly(scene, Anomaly::kWriteSkew, {0, 1});
}

TEST(HistoryChecker, StaleRead) {
  Scene scene({100, 0});
  scene.Add({0, 1, 2, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.Add({1, 3, 4}, {Scene::Read(1, kNone, 100)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kStaleRead, {0, 1});
  EXPECT_THAT(CheckHistory(scene.history).Text(),
              HasSubstr("#0 had returned before #1 was called"));
}

// The other way round: found what was only then called.
TEST(HistoryChecker, ReadOfTheFuture) {
  Scene scene({100, 0});
  scene.Add({1, 1, 2}, {Scene::Read(1, V(1), 90)});
  scene.Add({0, 3, 4, V(1)},
            {Scene::Write(1, kNone, 100, 90), Scene::Write(2, kNone, 0, 10)});
  scene.End({{V(1), 90}, {V(1), 10}});
  ExpectOnly(scene, Anomaly::kOtherCycle, {0, 1});
}

// Each account has its own idea of who was first. That takes versions which are
// not the operations' sequences.
TEST(HistoryChecker, WriteCycle) {
  Scene scene({0, 0});
  scene.Add({0, 1, 3, V(9, 0)}, {Scene::Write(1, kNone, 0, 0, V(1, 0)),
                                 Scene::Write(2, V(3, 1), 0, 0, V(4, 0))});
  scene.Add({1, 2, 4, V(9, 1)}, {Scene::Write(1, V(1, 0), 0, 0, V(2, 1)),
                                 Scene::Write(2, kNone, 0, 0, V(3, 1))});
  scene.End({{V(2, 1), 0}, {V(4), 0}});
  EXPECT_THAT(
      Anomalies(CheckHistory(scene.history)),
      UnorderedElementsAre(Anomaly::kWrongVersion, Anomaly::kWrongVersion,
                           Anomaly::kWrongVersion, Anomaly::kWrongVersion,
                           Anomaly::kWriteCycle));
}

// Each found what the other left. One of them has a sequence below that.
TEST(HistoryChecker, CircularInformation) {
  Scene scene({0, 0});
  scene.Add({0, 1, 3, V(1, 0)},
            {Scene::Write(1, kNone, 0, 0), Scene::Read(2, V(2, 1), 0)});
  scene.Add({1, 2, 4, V(2, 1)},
            {Scene::Write(2, kNone, 0, 0), Scene::Read(1, V(1, 0), 0)});
  scene.End({{V(1), 0}, {V(2, 1), 0}});
  EXPECT_THAT(Anomalies(CheckHistory(scene.history)),
              UnorderedElementsAre(Anomaly::kSequenceNotRising,
                                   Anomaly::kCircularInformation));
}

// Of three that overlap: a reader between them makes the circle longer.
TEST(HistoryChecker, CircleOfThree) {
  Scene scene({0, 0, 0});
  scene.Add({0, 1, 4, V(1, 0)}, {Scene::Write(1, kNone, 0, 0)});
  scene.Add({1, 2, 5, V(2, 1)},
            {Scene::Read(1, V(1, 0), 0), Scene::Write(2, kNone, 0, 0)});
  scene.Add({2, 3, 6}, {Scene::Read(1, kNone, 0), Scene::Read(2, V(2, 1), 0)});
  scene.End({{V(1), 0}, {V(2, 1), 0}, {kNone, 0}});
  ExpectOnly(scene, Anomaly::kReadSkew, {0, 1, 2});
}

}  // namespace
}  // namespace lockstep::test
