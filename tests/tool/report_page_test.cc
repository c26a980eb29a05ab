#include "engine/tool/report/report_page.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/report/report_data.h"
#include "engine/tool/report/report_picture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

Figures PlayOnce(SimulateOptions options) {
  options.report = "economy.html";
  return PlayDefaultGame(options);
}

Figures PlayFor(std::uint64_t transfers) {
  SimulateOptions options;
  options.transfers = transfers;
  return PlayOnce(options);
}

/// Data with hostile text wherever a person could have typed it.
ReportData Hostile() {
  ReportData data = ReportDataOf(PlayFor(20'000));
  const std::string evil = "</title><script>alert(\"'&\xFF\x01</script>";
  data.title = data.command = data.machine.processor = evil;
  data.currency = evil;
  data.events = {{data.seconds / 2, evil}};
  data.settings = {{evil, evil}};
  data.faults = {evil};
  data.ended_early = evil;
  for (ReportAsset& asset : data.assets) {
    asset.code = evil;
    for (ReportFlow& flow : asset.flows) flow.name = evil;
  }
  for (ReportGood& good : data.goods) good.code = evil;
  for (ReportRefusal& refusal : data.refusals) {
    refusal.name = refusal.meaning = refusal.example = evil;
  }
  for (ReportHotAccount& hot : data.hottest) hot.name = evil;
  return data;
}

TEST(ReportData, AgreesWithTheFigures) {
  SimulateOptions options;
  options.threads = 2;
  options.seconds = 0.1;
  const Figures figures = PlayOnce(options);
  const ReportData data = ReportDataOf(figures);
  ASSERT_GT(data.moments_s.size(), 3u);
  EXPECT_DOUBLE_EQ(data.moments_s.back(), figures.run.seconds);

  double posted = 0;
  for (std::size_t i = 0; i + 1 < data.moments_s.size(); ++i) {
    posted +=
        data.posted_per_second[i] * (data.moments_s[i + 1] - data.moments_s[i]);
  }
  EXPECT_NEAR(posted, static_cast<double>(figures.run.tally.posted()), 0.5);

  ASSERT_EQ(data.assets.size(), kDefaultAssets);
  const ReportAsset& gold = data.assets.front();
  EXPECT_EQ(gold.code, "GOLD");
  EXPECT_NEAR(gold.supply_at.front(), gold.endowed, 1e-6);
  EXPECT_NEAR(gold.supply_at.back(), gold.endowed + gold.minted - gold.burned,
              1e-6);
  EXPECT_NEAR(gold.supply_at.back(),
              std::stod(FormatDecimal(figures.assets[0].supply, 2)), 1e-6);
  EXPECT_NEAR(data.gini_at.back(), figures.inequality.gini, 1e-9)
      << "the sample is of all players";
  EXPECT_EQ(data.refusals.front().count,
            *std::max_element(figures.run.tally.outcomes.begin() + 1,
                              figures.run.tally.outcomes.end()));
}

TEST(ReportData, PricesAreWhatWasPaidForOne) {
  const ReportData data = ReportDataOf(PlayFor(20'000));
  ASSERT_EQ(data.goods.size(), 4u) << "the goods of the auction";
  for (const ReportGood& good : data.goods) {
    EXPECT_GT(good.list_price, 0);
    for (const double price : good.mean_prices) {
      if (std::isnan(price)) continue;
      EXPECT_GT(price, good.list_price * 0.6) << good.code;
      EXPECT_LT(price, good.list_price * 1.5) << good.code;
    }
  }
}

TEST(ReportData, NamesTheCommandThatDoesItAgain) {
  SimulateOptions options;
  options.accounts = 5000;
  options.threads = 2;
  options.seconds = 0.25;
  options.report = "what a mess/it's.html";
  EXPECT_EQ(CommandOf(options),
            "lockstep simulate --accounts 5000 --threads 2 --seconds 0.25 "
            "--seed 1 --zipf 1.1 --journal 64 --report "
            "'what a mess/it'\\''s.html'");
  options.seconds = 2'592'000;
  EXPECT_THAT(CommandOf(options), HasSubstr(" --seconds 2592000 "));
  options.mode = Mode::kOptimistic;
  EXPECT_THAT(CommandOf(options), HasSubstr(" --journal 64 --mode optimistic"));
  options.transfers = 1000;
  options.report = "";
  EXPECT_THAT(CommandOf(options), HasSubstr(" --transfers 1000 --seed"));
  EXPECT_THAT(CommandOf(options), Not(HasSubstr("--seconds")));
}

TEST(ReportPage, HasAPlotOfEverything) {
  const ReportData data = ReportDataOf(PlayFor(50'000));
  const std::string page = ReportPage(data);
  // Throughput, latency, a supply for each asset, Lorenz, Gini, a price for
  // each good, refusals.
  EXPECT_EQ(Count(page, "<svg class=\"plot\""), 5 + 7 + 4u);
  EXPECT_EQ(Count(page, "<table>"), 16u);
  EXPECT_GE(Count(page, "<svg class=\"bar\""), 20u);
  EXPECT_EQ(Count(page, "nan"), 0u);
  EXPECT_GE(Count(page, "✓ sound"), 1u);
  EXPECT_GE(Count(page, data.digest), 1u);
  EXPECT_GE(Count(page, "insufficient_funds"), 1u);
  EXPECT_GE(Count(page, ">issuer of GOLD<"), 1u);
  EXPECT_GE(Count(page, "--transfers 50000"), 1u);
}

TEST(ReportPage, SaysInWhichModeAndHowManyConflictsThereWere) {
  Figures figures = PlayFor(1000);
  figures.options.mode = Mode::kAuto;
  figures.stats.retries = 1250;
  const std::string page = ReportPage(ReportDataOf(figures));
  EXPECT_GE(Count(page, "<dt>mode</dt><dd>auto</dd>"), 1u);
  EXPECT_GE(
      Count(page, "1,250 attempts made again, 1.2500 for each posted transfer"),
      1u);
}

// There are no notes in circulation: for each there is a debt.
TEST(ReportPage, ShowsWhatIsOwed) {
  const Figures figures = PlayFor(50'000);
  const ReportData data = ReportDataOf(figures);
  const ReportAsset& notes = data.assets[Index(kNote)];
  EXPECT_TRUE(notes.is_debt);
  EXPECT_FALSE(data.assets[Index(kGold)].is_debt);
  EXPECT_EQ(figures.assets[Index(kNote)].supply, Amount(0));
  EXPECT_GT(notes.supply_at.back(), 0);
  EXPECT_NEAR(notes.supply_at.back(),
              std::stod(FormatDecimal(*figures.assets[Index(kNote)].owed, 2)),
              1e-6);
  const std::string page = ReportPage(data);
  EXPECT_GE(Count(page, "NOTE owed to the banks"), 1u);
  EXPECT_EQ(Count(page, "NOTE in circulation"), 0u);
}

TEST(ReportPage, FetchesNothing) {
  const std::string page = ReportPage(ReportDataOf(PlayFor(1000)));
  for (const char* part : {"http:", "https:", "src=", "url(", "@import",
                           "<link rel=\"stylesheet", "<img", "<iframe"}) {
    EXPECT_EQ(Count(page, part), 0u);
  }
  EXPECT_GE(Count(page, "default-src 'none'"), 1u);
  EXPECT_EQ(Count(page, "href="), 1u) << "the icon that is none";
  EXPECT_GE(Count(page, "href=\"data:,\""), 1u);
}

TEST(ReportPage, LetsNoTextBecomeMarkup) {
  const ReportData data = Hostile();
  const std::string page = ReportPage(data);
  EXPECT_EQ(Count(page, "<script"), 1u);
  EXPECT_EQ(Count(page, "</title>"), 1u);
  EXPECT_GE(Count(page, "&lt;script&gt;alert(&quot;&#39;&amp;"), 60u);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_EQ(page.find('\xFF'), std::string::npos);

  const std::string picture = ReportPicture(data);
  EXPECT_EQ(Count(picture, "<script"), 0u);
  EXPECT_EQ(picture.find('\xFF'), std::string::npos);
}

TEST(ReportPage, OfTheShortestRunIsStillComplete) {
  SimulateOptions options;
  options.transfers = 1;
  options.journal_mib = 0;
  const ReportData data = ReportDataOf(PlayOnce(options));
  const std::string page = ReportPage(data);
  EXPECT_GE(Count(page, "<svg class=\"plot\""), 3 + 7u);
  EXPECT_EQ(Count(page, "no request was timed"), data.total_p50_ns == 0);
  EXPECT_GE(Count(page, "1 transfer between"), 1u);
  EXPECT_GE(Count(page, "kept no journal"), 1u);
  EXPECT_EQ(Count(page, "nan"), 0u);
  EXPECT_EQ(Count(page, "inf "), 0u);
  EXPECT_EQ(Count(page, "every request was posted"), data.refused == 0);
}

TEST(ReportPage, SaysWhatWentWrong) {
  Figures figures = PlayFor(1000);
  figures.run.end = RunEnd::kInterrupted;
  figures.flows_match = false;
  const std::string page = ReportPage(ReportDataOf(figures));
  EXPECT_GE(Count(page, "✗ broken"), 1u);
  EXPECT_GE(Count(page, "THE BOOKS ARE BROKEN"), 1u);
  EXPECT_GE(Count(page, "a supply is not what was minted less"), 1u);
  EXPECT_GE(Count(page, "It was interrupted"), 1u);
}

TEST(ReportPage, MarksEventsInEveryPlotOverTime) {
  Figures figures = PlayFor(20'000);
  const double middle = figures.run.seconds / 2;
  figures.run.events = {{.tick = {}, .seconds = middle, .text = "a dupe"},
                        {.tick = {}, .seconds = middle, .text = "a tax"}};
  const std::string page = ReportPage(ReportDataOf(figures));
  EXPECT_EQ(Count(page, "<line class=\"mark\""), 2 * 15u) << "not in Lorenz's";
  EXPECT_GE(Count(page, ">1 a dupe</text>"), 1u);
  EXPECT_GE(Count(page, "<li>a tax"), 1u);
}

TEST(ReportPicture, StandsAlone) {
  const std::string picture = ReportPicture(ReportDataOf(PlayFor(20'000)));
  EXPECT_THAT(picture.substr(0, 40),
              StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(Count(picture, "<svg class=\"lines\""), 4u);
  EXPECT_EQ(Count(picture, "http"), 1u) << "but for the name of SVG itself";
  EXPECT_EQ(Count(picture, "<svg"), Count(picture, "</svg>"));
  EXPECT_EQ(Count(picture, "<text"), Count(picture, "</text>"));
  EXPECT_LT(picture.size(), 150'000u);
  EXPECT_EQ(Count(picture, "nan"), 0u);
}

}  // namespace
}  // namespace lockstep::tool
