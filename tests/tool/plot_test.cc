#include "engine/tool/report/plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/tool/report/figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

LinePlot PlotOf(std::vector<double> values) {
  LinePlot plot;
  plot.title = "prices <of> \"things\"";
  plot.x_name = "time, s";
  plot.y_name = "GOLD & co";
  plot.x_axis = TimeAxis(4, "s");
  plot.y_axis = LinearAxis(0, 10);
  for (std::size_t i = 0; i < values.size(); ++i) {
    plot.x.push_back(static_cast<double>(i));
  }
  plot.series = {{"mean <price>", std::move(values)}};
  plot.height = 100;
  return plot;
}

std::string Path(const LinePlot& plot) {
  return PathOf(plot, plot.series.front());
}

TEST(Plot, DrawsALineFromPointToPoint) {
  EXPECT_EQ(Path(PlotOf({0, 10, 5, 2.5, 0})),
            "M0 100L250 0L500 50L750 75L1000 100");
}

TEST(Plot, LeavesGapsWhereThereIsNoValue) {
  EXPECT_EQ(Path(PlotOf({0, 10, kNone, 2.5, 0})),
            "M0 100L250 0M750 75L1000 100");
  EXPECT_EQ(Path(PlotOf({kNone, 10, kNone, 0, 5})), "M250 0h0M750 100L1000 50")
      << "a lone point is a dot";
  EXPECT_EQ(Path(PlotOf({kNone, kNone})), "");
}

TEST(Plot, OfIntervalsReachesBothEdges) {
  LinePlot plot = PlotOf({5, 10});
  plot.x = {1, 3};
  plot.is_of_intervals = true;
  EXPECT_EQ(Path(plot), "M0 50L250 50L750 0L1000 0");
  plot.series.front().values = {5, kNone};
  EXPECT_EQ(Path(plot), "M0 50L250 50");
  plot.x = {2};
  plot.series.front().values = {5};
  EXPECT_EQ(Path(plot), "M0 50L500 50L1000 50") << "a run of one interval";
}

TEST(Plot, StaysInItsBoxWhateverTheValues) {
  EXPECT_EQ(Path(PlotOf({-1e300, 1e300})), "M0 100L250 0");
}

TEST(Plot, EscapesEveryText) {
  LinePlot plot = PlotOf({1, 2, 3, 4, 5});
  plot.description = "what it \"shows\" <b>";
  plot.marks = {{1, "dupe <exploit>"}};
  plot.names_marks = true;
  plot.reference = PlotReference{5, "list & price"};
  plot.series.push_back({"'other'", {1, 1, 1, 1, 1}});
  plot.unit = "<unit>";
  plot.x_axis.ticks.front().text = "<0>";
  plot.y_axis.ticks.front().text = "<0>";
  const std::string html = PlotFigure(plot, "<note>");
  for (const char* raw :
       {"<of>", "<price>", "<b>", "<exploit>", "& co", "list & price",
        "'other'", "<unit>", "<note>", "<0>"}) {
    EXPECT_THAT(html, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(html, HasSubstr("1 dupe &lt;exploit&gt;"));
  EXPECT_THAT(html, HasSubstr("GOLD &amp; co"));
}

TEST(Plot, NumbersItsMarksAndNamesThemWhereThereIsRoom) {
  LinePlot plot = PlotOf({1, 2, 3, 4, 5});
  plot.marks = {{1, "first"}, {4, "second"}};
  EXPECT_THAT(DrawLinePlot(plot), Not(HasSubstr("first")));
  EXPECT_THAT(DrawLinePlot(plot), HasSubstr(">2</text>"));
  plot.names_marks = true;
  const std::string svg = DrawLinePlot(plot);
  EXPECT_THAT(svg, HasSubstr(">1 first</text>"));
  EXPECT_THAT(svg, HasSubstr("class=\"mark\" x1=\"25%\""));
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\" dx=\"-4\" x=\"100%\""))
      << "a late one has its text on the left";
  plot.marks[0].text = "überaus lange Rede, kurzer Sinn";
  EXPECT_THAT(DrawLinePlot(plot),
              HasSubstr(">1 überaus lange Rede, kurzer…</text>"));
}

TEST(Plot, NamesItsLinesAtTheirEndsIfThereAreSeveral) {
  LinePlot plot = PlotOf({1, 2, 3, 4, 5});
  EXPECT_THAT(DrawLinePlot(plot), Not(HasSubstr("mean")));
  const double alone = MarginsOf(plot).right;
  plot.series.push_back({"a name that takes room", {1, 1, 1, 1, 1}});
  EXPECT_THAT(DrawLinePlot(plot), HasSubstr("a name that takes room</text>"));
  EXPECT_GT(MarginsOf(plot).right, alone + 100);
  plot.has_legend = true;
  EXPECT_THAT(DrawLinePlot(plot), Not(HasSubstr("a name that takes room")));
  EXPECT_EQ(MarginsOf(plot).right, alone);
  EXPECT_THAT(PlotFigure(plot, ""), HasSubstr("a name that takes room</li>"));
}

TEST(Plot, FillsBelowAnUnbrokenLineOnly) {
  LinePlot plot = PlotOf({1, 2, 3});
  plot.is_filled = true;
  EXPECT_THAT(DrawLinePlot(plot), HasSubstr("L500 100L0 100Z"));
  plot.series.front().values[1] = kNone;
  EXPECT_THAT(DrawLinePlot(plot), Not(HasSubstr("class=\"area")));
  plot.series.front().values[1] = 2;
  plot.y_axis = LinearAxis(60, 100);
  EXPECT_THAT(DrawLinePlot(plot), Not(HasSubstr("class=\"area")))
      << "an area that starts in the middle of things lies";
}

TEST(Plot, HasItsNumbersInATable) {
  LinePlot plot = PlotOf({1234567.891, kNone, 3});
  plot.decimals = 2;
  plot.unit = "GOLD";
  const std::string html = PlotFigure(plot, "");
  EXPECT_THAT(html, HasSubstr("<td>1,234,567.89</td>"));
  EXPECT_THAT(html, HasSubstr("<td>–</td>"));
  EXPECT_THAT(html, HasSubstr("mean &lt;price&gt;, GOLD</th>"));
  EXPECT_THAT(html, HasSubstr("<tr data-at=\"0.5000\"><th scope=\"row\">2<"));
}

std::vector<double> Spread(std::vector<double> heights, double low,
                           double high) {
  SpreadApart(heights, 10, low, high);
  return heights;
}

TEST(SpreadApart, MovesOnlyWhatIsTooNear) {
  EXPECT_THAT(Spread({10, 30, 50}, 0, 100), ElementsAre(10, 30, 50));
  EXPECT_THAT(Spread({10, 12, 50}, 0, 100), ElementsAre(10, 20, 50));
  EXPECT_THAT(Spread({50, 50, 50}, 0, 100), ElementsAre(50, 60, 70));
  EXPECT_THAT(Spread({98, 99, 100}, 0, 100), ElementsAre(80, 90, 100));
  EXPECT_THAT(Spread({-5, 0}, 0, 100), ElementsAre(0, 10));
  EXPECT_THAT(Spread({}, 0, 100), ElementsAre());
}

TEST(DivergingBar, KeepsBothSidesOnOneScale) {
  const std::string bar = DivergingBar(25, 50, 100, 300);
  EXPECT_THAT(bar, HasSubstr("class=\"s2\" height=\"10\" rx=\"2\" x=\"18.75%\" "
                             "width=\"6.25%\""));
  EXPECT_THAT(bar, HasSubstr("class=\"s1\" height=\"10\" rx=\"2\" x=\"25%\" "
                             "width=\"12.5%\""));
  EXPECT_EQ(DivergingBar(0, 0, 0, 0), "");
}

TEST(Durations, AreReadable) {
  EXPECT_EQ(DurationText(121), "121 ns");
  EXPECT_EQ(DurationText(1119), "1.12 µs");
  EXPECT_EQ(DurationText(30'700'000), "30.7 ms");
  EXPECT_EQ(DurationText(999'999), "1000 µs");
  EXPECT_EQ(DurationText(12'000'000'000), "12.0 s");
  EXPECT_EQ(SecondsText(0.000703), "703 µs");
  EXPECT_EQ(SecondsText(0.2), "200 ms");
  EXPECT_EQ(SecondsText(5), "5.00 s");
  EXPECT_EQ(SecondsText(600), "10 min");
  EXPECT_EQ(SecondsText(7500 * 2), "4 h 10 min");
}

}  // namespace
}  // namespace lockstep::tool
