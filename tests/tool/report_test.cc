#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/report/report_json.h"
#include "engine/tool/report/summary.h"
#include "engine/tool/simulate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "nlohmann/json.hpp"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReportTest : public ::testing::Test {
 protected:
  static Figures Collect() {
    SimulateOptions options;
    options.transfers = 5000;
    return PlayDefaultGame(options);
  }

  static Figures WithAFault() {
    Figures figures = Collect();
    figures.audit.ok = false;
    figures.audit.fault_count = 1;
    figures.audit.faults.push_back({.rule = AuditRule::kBalanceNotBelowFloor,
                                    .account = AccountId(12),
                                    .asset = AssetId(1),
                                    .sequence = {},
                                    .expected = Amount(0),
                                    .found = Amount(-5)});
    return figures;
  }
};

TEST_F(ReportTest, TheDescriptionIsBelowTheNameInLinesThatFit) {
  Figures figures = Collect();
  figures.scenario_description = "First words";
  for (int i = 0; i < 30; ++i) figures.scenario_description += " and others";
  const std::string summary = Summary(figures, false);
  EXPECT_THAT(summary, HasSubstr(" thread\n  First words and others"));
  EXPECT_THAT(summary, HasSubstr(" and others\n  135 players"));
  std::size_t begin = 0;
  for (std::size_t end = summary.find('\n'); end < summary.find(" players,");
       end = summary.find('\n', begin)) {
    EXPECT_LE(end - begin, 80u) << summary.substr(begin, end - begin);
    begin = end + 1;
  }
  const std::string long_word(200, 'x');
  figures.scenario_description = long_word + " y";
  EXPECT_THAT(Summary(figures, false),
              HasSubstr("\n  " + long_word + "\n  y\n"));
}

TEST_F(ReportTest, SumsAgree) {
  const Figures figures = Collect();
  const Tally& tally = figures.run.tally;
  EXPECT_TRUE(figures.books_hold());
  EXPECT_GT(tally.refused(), 0u);
  std::uint64_t posted = 0;
  std::uint64_t refused = 0;
  for (const ActivityTally& activity : tally.activities) {
    posted += activity.posted;
    refused += activity.refused;
  }
  EXPECT_EQ(posted, tally.posted());
  EXPECT_EQ(refused, tally.refused());
  EXPECT_GT(tally.in_rounds, 0u);
  EXPECT_EQ(tally.latency.count(),
            (figures.requests() - tally.in_rounds) / kCallsPerSample)
      << "all calls are timed but those that post many";
  EXPECT_GE(figures.retained_rows, tally.legs);
  EXPECT_TRUE(std::is_sorted(
      figures.hottest.begin(), figures.hottest.end(),
      [](const auto& a, const auto& b) { return a.rows > b.rows; }));
  EXPECT_EQ(figures.hottest.size(), 5u);
}

TEST_F(ReportTest, ALostMintingIsNoticed) {
  SimulateOptions options;
  options.transfers = 1000;
  const Figures figures = PlayDefaultGame(options, [](RunResult& run) {
    --run.tally.activities[0].minted[Index(kGold)];
  });
  EXPECT_TRUE(figures.audit.ok);
  EXPECT_FALSE(figures.flows_match);
  EXPECT_FALSE(figures.books_hold());
  EXPECT_THAT(Summary(figures, false), HasSubstr("A SUPPLY IS NOT WHAT"));
}

TEST_F(ReportTest, ALostHoldIsNoticed) {
  SimulateOptions options;
  options.transfers = 5000;
  const Figures figures = PlayDefaultGame(options, [](RunResult& run) {
    // Somebody's money that a worker believes to be free.
    --run.tally.held[Index(kGold)];
  });
  EXPECT_TRUE(figures.audit.ok);
  EXPECT_TRUE(figures.flows_match);
  EXPECT_FALSE(figures.holds_match);
  EXPECT_FALSE(figures.books_hold());
  EXPECT_THAT(Summary(figures, false), HasSubstr("WHAT IS HELD IS NOT"));
}

TEST_F(ReportTest, TheSummaryTellsOfHoldsAndFrauds) {
  Figures figures = Collect();
  figures.run.tally.holds = {
      .placed = 5000, .captured = 2000, .released = 1500, .expired = 400};
  figures.run.frauds = {{.code = 901,
                         .asset = kGold,
                         .created = 123'400,
                         .destroyed = 100,
                         .culprits = 2,
                         .gained = 123'300,
                         .recovered = 120'000,
                         .reversed = 17}};
  const std::string summary = Summary(figures, false);
  EXPECT_THAT(summary, HasSubstr("5,000: 2,000 captured, 1,500 released, 400 "
                                 "expired, 1,100 open\n"));
  EXPECT_THAT(
      summary,
      HasSubstr("  code 901 created 1,234.00 GOLD and "
                "destroyed 1.00: 2 culprits\n"
                "    1,200.00 taken back by 17 reversals, 33.00 not: it had "
                "been passed on\n"));
}

TEST_F(ReportTest, TheSummaryNamesWhatPeopleLookFor) {
  const Figures figures = Collect();
  const std::string summary = Summary(figures, false);
  for (const char* part :
       {"5,000 in", "transfers/s", "p50", "p99", "p99.9", "insufficient_funds",
        "GOLD", "SWORD", "+ quest", "- repair", "= supply", "Gini",
        "issuer of GOLD", "the books hold"}) {
    EXPECT_THAT(summary, HasSubstr(part));
  }
  EXPECT_THAT(summary, HasSubstr(DigestText(figures.digest)));
  EXPECT_THAT(summary, Not(HasSubstr("\x1b")));
}

TEST_F(ReportTest, TheSummarySaysInWhichModeAndWhyAgentsDecidedAgainst) {
  Figures figures = Collect();
  figures.options.mode = Mode::kOptimistic;
  figures.stats.retries = 1250;
  figures.run.tally.reasons[2] = 1234;
  const std::string summary = Summary(figures, false);
  for (const char* part :
       {"; mode optimistic\n",
        "\n  conflicts         1,250 attempts made again, 0.2500 for each "
        "posted\n",
        "refused_by_function",
        "\n      1,234: the market maker lacks the good, and the money to buy "
        "it\n",
        "owed to the banks"}) {
    EXPECT_THAT(summary, HasSubstr(part));
  }
}

TEST_F(ReportTest, ColoursAddNothingButEscapeCodes) {
  const Figures figures = Collect();
  std::string coloured = Summary(figures, true);
  ASSERT_THAT(coloured, HasSubstr("\x1b[1m"));
  for (const char* code :
       {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m"}) {
    for (std::size_t at; (at = coloured.find(code)) != std::string::npos;) {
      coloured.erase(at, std::string_view(code).size());
    }
  }
  EXPECT_EQ(coloured, Summary(figures, false));
}

TEST_F(ReportTest, AFaultFailsTheProgramAndIsShown) {
  const Figures good = Collect();
  const Figures bad = WithAFault();
  ReportFiles nowhere;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(Report(good, nowhere), ExitCode::kOk);
  EXPECT_EQ(Report(bad, nowhere), ExitCode::kFailed);
  const std::string out = ::testing::internal::GetCapturedStdout();
  const std::string err = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(out, HasSubstr("THE BOOKS DO NOT HOLD: 1 fault"));
  EXPECT_THAT(out, HasSubstr("account 12"));
  EXPECT_EQ(err, "lockstep: the audit found the books broken\n");

  const auto json = nlohmann::json::parse(JsonReport(bad));
  EXPECT_FALSE(json["audit"]["ok"].get<bool>());
  EXPECT_EQ(json["audit"]["faults"][0]["account"], 12);
  EXPECT_EQ(json["audit"]["faults"][0]["found"], "-5");
}

TEST_F(ReportTest, ARunThatWasGivenUpFailsTheProgram) {
  Figures figures = Collect();
  figures.run.end = RunEnd::kStalled;
  ReportFiles nowhere;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(Report(figures, nowhere), ExitCode::kFailed);
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("given up"));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("given up"));
}

}  // namespace
}  // namespace lockstep::tool
