#include "engine/log/recovery_decision.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::engine {
namespace {

// The words that docs/log-format.md has for each value.
constexpr std::array<std::string_view, 10> kSegments = {
    "foreign", "newer",   "header damaged", "of two logs", "misnamed",
    "resized", "missing", "not joined",     "joined",      "none"};
constexpr std::array<std::string_view, 5> kCheckpoint = {
    "none", "good", "damaged", "of another log", "newer"};
constexpr std::array<std::string_view, 5> kLast = {"none", "whole", "part",
                                                   "turn", "seal"};
constexpr std::array<std::string_view, 6> kEnd = {
    "zeros", "torn", "damaged", "moved", "unchained", "hostile"};
constexpr std::array<std::string_view, 3> kSpare = {"none", "zeros", "torn"};
constexpr std::array<std::string_view, 18> kDone = {
    "create",
    "open, sealed",
    "open",
    "finish the turn, open",
    "cut the tail, open",
    "refuse: foreign file",
    "refuse: newer version",
    "refuse: damaged header",
    "refuse: another log's file",
    "refuse: wrong name",
    "refuse: wrong size",
    "refuse: missing segment",
    "refuse: segments not joined",
    "refuse: damaged checkpoint",
    "refuse: damaged batch",
    "refuse: gap or step back",
    "refuse: broken chain",
    "refuse: impossible content"};

using Row = std::vector<std::string>;

// The rows of the table below the heading "Recovery".
std::vector<Row> ReadTable() {
  std::ifstream page(std::string(LOCKSTEP_DOCS) + "/log-format.md");
  std::vector<Row> rows;
  bool is_there = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) is_there = line == "## Recovery";
    if (!is_there || line.rfind("| ", 0) != 0) continue;
    Row row;
    for (std::size_t at = 2; at < line.size();) {
      const std::size_t end = line.find(" |", at);
      row.push_back(line.substr(at, end - at));
      at = end + 3;
    }
    rows.push_back(row);
  }
  if (!rows.empty()) rows.erase(rows.begin());  // the names of the columns
  return rows;
}

// A cell is a word, several of them with "or", or "any".
bool Fits(const std::string& cell, std::string_view word) {
  if (cell == "any") return true;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = cell.find(" or ", at);
    if (cell.substr(at, end - at) == word) return true;
    if (end == std::string::npos) return false;
    at = end + 4;
  }
}

template <class Function>
void ForEachFound(const Function& function) {
  for (std::size_t segments = 0; segments < kSegments.size(); ++segments) {
    for (std::size_t checkpoint = 0; checkpoint < kCheckpoint.size();
         ++checkpoint) {
      for (std::size_t last = 0; last < kLast.size(); ++last) {
        for (std::size_t end = 0; end < kEnd.size(); ++end) {
          for (std::size_t spare = 0; spare < kSpare.size(); ++spare) {
            function(Row{std::string(kSegments[segments]),
                         std::string(kCheckpoint[checkpoint]),
                         std::string(kLast[last]), std::string(kEnd[end]),
                         std::string(kSpare[spare])},
                     LogFound{static_cast<CheckpointFound>(checkpoint),
                              static_cast<SegmentsFound>(segments),
                              static_cast<SpareFound>(spare),
                              static_cast<LastBatch>(last),
                              static_cast<EndFound>(end)});
          }
        }
      }
    }
  }
}

TEST(RecoveryDecision, IsThatOfThePage) {
  const std::vector<Row> table = ReadTable();
  ASSERT_FALSE(table.empty());
  std::vector<int> used(table.size(), 0);
  int tried = 0;
  ForEachFound([&](const Row& words, const LogFound& found) {
    std::size_t row = 0;
    const auto fits = [&] {
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (!Fits(table[row][i], words[i])) return false;
      }
      return true;
    };
    while (row < table.size() && !fits()) ++row;
    ASSERT_LT(row, table.size())
        << "no row for " << ::testing::PrintToString(words);
    ++used[row];
    ++tried;
    const auto done = static_cast<std::size_t>(DecideRecovery(found));
    ASSERT_LT(done, kDone.size());
    ASSERT_EQ(table[row][5], kDone[done]) << ::testing::PrintToString(words);
  });
  EXPECT_EQ(tried, 10 * 5 * 5 * 6 * 3);
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_GT(used[row], 0) << "never used: row " << row + 1;
  }
}

// What must hold, whatever the table says.
TEST(RecoveryDecision, LosesNothingThatWasDurable) {
  ForEachFound([](const Row& words, const LogFound& found) {
    const RecoveryDecision decision = DecideRecovery(found);
    if (IsRefused(decision)) return;
    const std::string seen = ::testing::PrintToString(words);
    const bool is_whole = found.segments == SegmentsFound::kJoined;
    EXPECT_TRUE(is_whole || found.segments == SegmentsFound::kNone) << seen;
    if (decision == RecoveryDecision::kCreate) {
      EXPECT_FALSE(is_whole) << seen;
      EXPECT_EQ(found.checkpoint, CheckpointFound::kNone) << seen;
      return;
    }
    EXPECT_TRUE(is_whole) << seen;
    EXPECT_TRUE(found.checkpoint == CheckpointFound::kNone ||
                found.checkpoint == CheckpointFound::kGood)
        << seen;
    EXPECT_TRUE(found.end == EndFound::kZeros || found.end == EndFound::kTorn)
        << seen;
    const bool has_tail =
        found.end == EndFound::kTorn || found.last == LastBatch::kPart;
    EXPECT_EQ(decision == RecoveryDecision::kCutTail, has_tail) << seen;
    EXPECT_EQ(decision == RecoveryDecision::kFinishTurn,
              found.last == LastBatch::kTurn)
        << seen;
    if (decision == RecoveryDecision::kOpenSealed) {
      EXPECT_EQ(found.last, LastBatch::kSeal) << seen;
    }
  });
}

}  // namespace
}  // namespace lockstep::engine
