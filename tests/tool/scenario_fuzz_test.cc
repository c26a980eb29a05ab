// Scenarios that were damaged at random: each is complained of or played, and
// none is the end of the program.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/base/random.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/scenario/scenario_file.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/tool/run_program.h"

namespace lockstep::tool {
namespace {

constexpr std::uint64_t kAccounts = 600;

std::uint32_t Below(Random& random, std::size_t count) {
  return random.Below(static_cast<std::uint32_t>(count));
}

/// Where a JSON text's words begin and how long they are: quoted texts,
/// numbers, and single marks.
std::vector<std::pair<std::size_t, std::size_t>> WordsOf(
    std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text[i] == '"') {
      while (end < text.size() && text[end] != '"') ++end;
      ++end;
    } else if (text[i] >= '0' && text[i] <= '9') {
      while (end < text.size() &&
             (text[end] == '.' || (text[end] >= '0' && text[end] <= '9'))) {
        ++end;
      }
    }
    if (text[i] != ' ' && text[i] != '\n') {
      words.emplace_back(i, std::min(end, text.size()) - i);
    }
    i = end;
  }
  return words;
}

/// One damage: a word is replaced by another of the text or by an odd one, or
/// dropped, or doubled, or a byte is changed, or the end is cut off.
void Damage(std::string& text, Random& random) {
  static constexpr std::string_view kOdd[] = {
      "0",         "-1",       "1",
      "0.5",       "1e9",      "99999999999999999999",
      "\"\"",      "\"0%\"",   "null",
      "true",      "[]",       "{}",
      "[1, 2]",    "\"GOLD\"", "\"100%\"",
      "100000000", "10000",    "[0.01, 1000000]"};
  const auto words = WordsOf(text);
  if (words.empty()) return;
  const auto [at, length] = words[Below(random, words.size())];
  const auto [other, other_length] = words[Below(random, words.size())];
  switch (random.Below(8)) {
    case 0:
      text[Below(random, text.size())] = static_cast<char>(random.Below(256));
      return;
    case 1:
      if (random.OneIn(10)) text.resize(Below(random, text.size()));
      return;
    case 2:
      text.erase(at, length);
      return;
    case 3:
      text.insert(at, std::string(text, other, other_length));
      return;
    case 4:
    case 5:
      text.replace(at, length, kOdd[Below(random, std::size(kOdd))]);
      return;
    default:
      text.replace(at, length, std::string(text, other, other_length));
      return;
  }
}

/// Plays a little. The books must hold, whatever the rules are.
void PlayALittle(const Scenario& scenario) {
  const Population population = PopulationFor(kAccounts, scenario);
  if (population.accounts() > 10 * kAccounts) return;  // slow, and no news
  Ledger ledger = Ledger::Open({.journal_bytes = 0}).value();
  const Result<Economy> economy = Economy::Build(&ledger, population, scenario);
  ASSERT_TRUE(economy.has_value()) << OutcomeName(economy.error());
  Worker worker(&*economy, ledger.OpenSession().value(), scenario.activities,
                scenario.seed, 0, scenario.zipf);
  Director director(&*economy, scenario.activities, scenario.timeline);
  for (int percent = 0; percent <= 100; percent += 10) {
    director.Perform({.fraction = percent / 100.0,
                      .tick = Tick(static_cast<std::uint64_t>(percent) * 100),
                      .seconds = 0},
                     worker);
    worker.PlayBy(director.RulesAfter(director.came()));
    economy->UpdatePrices();
    for (int i = 0; i < 20; ++i) worker.PlayOne();
  }
  ASSERT_TRUE(ledger.Audit()->ok);
}

std::vector<std::string> ValidTexts() {
  std::vector<std::string> texts = {std::string(DefaultScenarioText())};
  const std::string folder = LOCKSTEP_SOURCE_DIR "/docs/scenarios/";
  for (const char* name :
       {"dupe-exploit.json", "runaway-inflation.json", "tax-change.json"}) {
    texts.push_back(ReadFile(folder + name));
  }
  texts.push_back(R"({"name": "all that events can do", "events": [
    {"at": "10%", "until": "50%", "text": "a", "freeze": {"who": "banks"}},
    {"at": "20%", "text": "b", "grant": {"name": "dole", "who": "players",
     "count": 9, "asset": "GEM", "amount": 1, "code": 910}},
    {"at": "30%", "until": "60%", "text": "c", "dupe": {"name": "bug",
     "asset": "SWORD", "amount": [1, 4], "weight": 900, "culprits": 6,
     "from_rank": 3, "code": 901, "found_code": 905}},
    {"at": "40%", "text": "d", "close": ["quest", "gather"]},
    {"at": "70%", "text": "e", "change": {"auction": {"tax": "15%",
     "quantity": [2, 9]}, "gift": {"weight": 77}}}]})");
  return texts;
}

TEST(ScenarioFuzz, DamageIsComplainedOfOrPlayed) {
  const std::uint64_t seed = test::Seed();
  SCOPED_TRACE(test::SeedTrace(seed));
  Random random(seed, 0);
  const std::vector<std::string> valid = ValidTexts();
  std::uint64_t played = 0;
  std::uint64_t faults = 0;
  const std::uint64_t rounds = test::Scaled(5000);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::string text = valid[Below(random, valid.size())];
    const std::uint32_t damages = 1 + random.Below(3);
    for (std::uint32_t i = 0; i < damages && !text.empty(); ++i) {
      Damage(text, random);
    }
    const auto read = ReadScenario(text);
    if (const auto* const fault = std::get_if<TextFault>(&read)) {
      ++faults;
      ASSERT_GE(fault->line, 1u) << text;
      ASSERT_LE(fault->line, 1u + static_cast<std::size_t>(std::count(
                                      text.begin(), text.end(), '\n')))
          << text;
      ASSERT_FALSE(fault->reason.empty()) << text;
      ASSERT_EQ(fault->reason.find('\n'), std::string::npos) << text;
      continue;
    }
    const auto& scenario = std::get<Scenario>(read);
    if (CheckPopulation(scenario, kAccounts, false)) continue;
    ++played;
    ASSERT_NO_FATAL_FAILURE(PlayALittle(scenario)) << text;
  }
  // Damage that always or never shows would test little.
  if (rounds >= 1000) {
    EXPECT_GT(played, rounds / 50);
    EXPECT_GT(faults, rounds / 4);
  }
}

TEST(ScenarioFuzz, TheUndamagedTextsArePlayed) {
  for (const std::string& text : ValidTexts()) {
    const auto read = ReadScenario(text);
    ASSERT_TRUE(std::holds_alternative<Scenario>(read)) << text;
    PlayALittle(std::get<Scenario>(read));
  }
}

}  // namespace
}  // namespace lockstep::tool
