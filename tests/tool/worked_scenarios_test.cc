// The scenarios of docs/scenarios/: that each shows what its page says, and
// that the schema beside them knows the keys that the reader knows.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/tool/economy/activities.h"
#include "engine/tool/scenario/scenario_file.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/tool/run_program.h"

namespace lockstep::tool {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

const std::string kFolder = LOCKSTEP_SOURCE_DIR "/docs/scenarios/";

// Long enough for the claims, short enough for a test under sanitizers.
constexpr const char* kTransfers = "400k";

json PlayScenario(const std::string& name, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {
      "simulate", "--scenario", kFolder + name, "--threads", "1", "--transfers",
      kTransfers, "--accounts", "5000",         "--json",    "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = RunProgram(arguments);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  json figures = json::parse(ended.out);
  EXPECT_TRUE(figures["audit"]["ok"].get<bool>());
  EXPECT_TRUE(figures["audit"]["flows_match"].get<bool>());
  return figures;
}

double Number(const json& text) { return std::stod(text.get<std::string>()); }

std::string Largest(const json& flows) {
  std::string largest;
  for (const auto& [name, amount] : flows.items()) {
    if (largest.empty() || Number(amount) > Number(flows[largest])) {
      largest = name;
    }
  }
  return largest;
}

TEST(WorkedScenarios, TheDupeIsTheLargestFaucetAndPricesShowIt) {
  const json figures = PlayScenario("dupe-exploit.json");
  const json honest = PlayScenario("dupe-exploit.json", {"--no-events"});
  EXPECT_EQ(Largest(figures["faucets"]["GOLD"]), "mail bug");
  EXPECT_EQ(Largest(honest["faucets"]["GOLD"]), "quest");

  ASSERT_EQ(figures["events"].size(), 4u);
  const json& outbreak = figures["events"][0];
  const json& found = figures["events"][2];
  EXPECT_GT(Number(found["supply"]["GOLD"]),
            4 * Number(outbreak["supply"]["GOLD"]));
  for (const char* good : {"ORE", "WOOD", "POTION", "SWORD", "GEM"}) {
    EXPECT_GT(Number(found["prices"][good]),
              2 * Number(outbreak["prices"][good]));
    // Most of it was still in the culprits' purses.
    EXPECT_LT(Number(figures["prices"][good]["market"]),
              0.5 * Number(found["prices"][good]));
  }
  EXPECT_THAT(found["text"], HasSubstr("20 players frozen"));
  EXPECT_THAT(figures["events"][3]["text"], HasSubstr("20 players freed"));
}

TEST(WorkedScenarios, TheDeskFindsTheDupeByItsFiguresAndTakesItBack) {
  const json figures = PlayScenario("dupe-exploit.json");
  ASSERT_EQ(figures["frauds"].size(), 1u);
  const json& fraud = figures["frauds"][0];
  EXPECT_EQ(fraud["code"], 901);
  EXPECT_EQ(fraud["asset"], "GOLD");
  EXPECT_EQ(fraud["created"], figures["faucets"]["GOLD"]["mail bug"]);
  EXPECT_EQ(fraud["gained"], fraud["created"]);
  EXPECT_EQ(fraud["recovered"], figures["sinks"]["GOLD"]["fraud desk"]);
  EXPECT_EQ(fraud["culprits"], 20);
  EXPECT_GT(Number(fraud["recovered"]), 0.9 * Number(fraud["gained"]));
  EXPECT_NEAR(Number(fraud["lost"]),
              Number(fraud["gained"]) - Number(fraud["recovered"]), 0.01);
  EXPECT_TRUE(
      PlayScenario("dupe-exploit.json", {"--no-events"})["frauds"].empty());
}

TEST(WorkedScenarios, TheTaxMakesPlayersMoreEqualAndIsNoSink) {
  const json taxed = PlayScenario("tax-change.json");
  const json before = PlayScenario("tax-change.json", {"--no-events"});
  EXPECT_LT(taxed["gini"].get<double>(), before["gini"].get<double>() - 0.005);
  EXPECT_NEAR(
      Number(taxed["supply"]["GOLD"]) / Number(before["supply"]["GOLD"]), 1,
      0.02);
  for (const char* taxed_trade : {"auction", "bidding", "poll tax"}) {
    EXPECT_FALSE(taxed["sinks"]["GOLD"].contains(taxed_trade));
  }
}

TEST(WorkedScenarios, TheNewSinkEndsTheInflation) {
  const json figures = PlayScenario("runaway-inflation.json");
  ASSERT_EQ(figures["events"].size(), 2u);
  const json& patch = figures["events"][0];
  const json& licences = figures["events"][1];
  EXPECT_GT(Number(licences["supply"]["GOLD"]),
            2 * Number(patch["supply"]["GOLD"]));
  EXPECT_GT(Number(licences["prices"]["SWORD"]),
            1.5 * Number(patch["prices"]["SWORD"]));
  EXPECT_LT(Number(figures["supply"]["GOLD"]),
            Number(licences["supply"]["GOLD"]));
  EXPECT_LT(Number(figures["prices"]["SWORD"]["market"]),
            Number(licences["prices"]["SWORD"]));
  EXPECT_EQ(Largest(figures["sinks"]["GOLD"]), "riding licence");
}

TEST(WorkedScenarios, RepeatTheirDigests) {
  for (const char* name :
       {"dupe-exploit.json", "tax-change.json", "runaway-inflation.json"}) {
    const std::string digest = PlayScenario(name)["digest"];
    EXPECT_EQ(PlayScenario(name)["digest"], digest) << name;
    EXPECT_NE(PlayScenario(name, {"--no-events"})["digest"], digest) << name;
  }
}

TEST(ScenarioPage, ItsScenariosAreWhole) {
  const std::string page = ReadFile(kFolder + "README.md");
  const std::string begin = "```json\n";
  std::size_t found = 0;
  for (std::size_t at = page.find(begin); at != std::string::npos;
       at = page.find(begin, at + 1)) {
    const std::size_t first = at + begin.size();
    const std::string text =
        page.substr(first, page.find("```", first) - first);
    const auto read = ReadScenario(text);
    const auto* const fault = std::get_if<TextFault>(&read);
    EXPECT_EQ(fault, nullptr) << text << fault->reason;
    ++found;
  }
  EXPECT_EQ(found, 2u);
}

TEST(ScenarioPage, NamesEveryKeyAndKind) {
  const std::string page = ReadFile(kFolder + "README.md");
  const auto is_named = [&](std::string_view word) {
    const std::string name(word);
    return page.find("`" + name + "`") != std::string::npos ||
           page.find("\"" + name + "\"") != std::string::npos;
  };
  for (const ObjectKeys& object : ScenarioKeys()) {
    for (const std::string_view key : object.keys) {
      EXPECT_TRUE(is_named(key)) << key;
    }
  }
  for (const ActivityKind& kind : ActivityKinds()) {
    EXPECT_TRUE(is_named(kind.name)) << kind.name;
  }
}

TEST(ScenarioSchema, KnowsTheKeysThatTheReaderKnows) {
  const json schema = json::parse(ReadFile(kFolder + "scenario.schema.json"));
  const json& definitions = schema["definitions"];
  for (const ObjectKeys& object : ScenarioKeys()) {
    const std::string name(object.object);
    ASSERT_TRUE(definitions.contains(name)) << name;
    EXPECT_FALSE(definitions[name]["additionalProperties"].get<bool>());
    std::vector<std::string> keys;
    for (const auto& [key, value] : definitions[name]["properties"].items()) {
      keys.push_back(key);
    }
    EXPECT_THAT(keys, UnorderedElementsAreArray(object.keys)) << name;
  }
  std::vector<std::string_view> kinds;
  for (const ActivityKind& kind : ActivityKinds()) kinds.push_back(kind.name);
  EXPECT_THAT(definitions["activity"]["properties"]["kind"]["enum"]
                  .get<std::vector<std::string>>(),
              UnorderedElementsAreArray(kinds));
}

TEST(ScenarioSchema, HasADefinitionForAllThatItRefersTo) {
  const std::string text = ReadFile(kFolder + "scenario.schema.json");
  const json schema = json::parse(text);
  const std::string mark = "#/definitions/";
  std::size_t found = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(schema["definitions"].contains(name)) << name;
    ++found;
  }
  EXPECT_GT(found, 20u);
}

}  // namespace
}  // namespace lockstep::tool
