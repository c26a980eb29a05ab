// The program as a user meets it: built, started, and judged by what it prints
// and how it ends.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/amount.h"
#include "nlohmann/json.hpp"
#include "tests/tool/run_program.h"

namespace lockstep::tool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> Simulate(std::vector<std::string> more) {
  more.insert(more.begin(), {"simulate", "--accounts", "2000"});
  return more;
}

// The JSON that a run with these options prints.
nlohmann::json FiguresOf(std::vector<std::string> options) {
  options.insert(options.end(), {"--json", "-"});
  const Ended ended = RunProgram(Simulate(std::move(options)));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, IsEmpty());
  return nlohmann::json::parse(ended.out);
}

std::string Digest(const std::vector<std::string>& options) {
  return FiguresOf(options)["digest"];
}

TEST(Program, WithOneThreadAndASeedEndsInTheSameDigestEveryTime) {
  const std::vector<std::string> options = {
      "--threads", "1", "--transfers", "10000", "--seed", "7"};
  const std::string digest = Digest(options);
  EXPECT_EQ(digest.size(), 32u);
  EXPECT_EQ(digest.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(Digest(options), digest);
  EXPECT_EQ(Digest(options), digest);
  EXPECT_EQ(Digest({"--threads", "1", "--transfers", "10000", "--seed", "7",
                    "--journal", "0"}),
            digest)
      << "the journal is no part of the state";
  EXPECT_NE(Digest({"--threads", "1", "--transfers", "10000", "--seed", "8"}),
            digest);
  EXPECT_NE(Digest({"--threads", "1", "--transfers", "10001", "--seed", "7"}),
            digest);
  EXPECT_NE(Digest({"--threads", "1", "--transfers", "10000", "--seed", "7",
                    "--zipf", "0"}),
            digest);
}

TEST(Program, WithOneThreadTheModeChangesNothing) {
  const std::vector<std::string> options = {"--threads", "1", "--transfers",
                                            "20000"};
  const nlohmann::json locked = FiguresOf(options);
  EXPECT_EQ(locked["options"]["mode"], "locked");
  for (const char* mode : {"locked", "optimistic", "auto"}) {
    std::vector<std::string> with_mode = options;
    with_mode.insert(with_mode.end(), {"--mode", mode});
    const nlohmann::json figures = FiguresOf(with_mode);
    EXPECT_EQ(figures["options"]["mode"], mode);
    EXPECT_EQ(figures["retries"], 0) << "nobody else is there";
    for (const char* part :
         {"digest", "supply", "owed", "refusals", "decided_against",
          "activities", "faucets", "sinks"}) {
      EXPECT_EQ(figures[part], locked[part]) << mode << ' ' << part;
    }
  }
}

TEST(Program, ManyThreadsHoldTheBooksInEachMode) {
  for (const char* mode : {"locked", "optimistic", "auto"}) {
    // A few accounts that everybody wants.
    const nlohmann::json figures =
        FiguresOf({"--threads", "4", "--transfers", "40000", "--zipf", "2",
                   "--mode", mode});
    EXPECT_EQ(figures["transfers"], 40'000);
    EXPECT_TRUE(figures["audit"]["ok"].get<bool>()) << mode;
    EXPECT_TRUE(figures["audit"]["flows_match"].get<bool>()) << mode;
    EXPECT_TRUE(figures["audit"]["holds_match"].get<bool>()) << mode;
    EXPECT_NEAR(figures["retries_per_transfer"].get<double>(),
                figures["retries"].get<double>() / 40'000, 1e-9);
    if (mode == std::string("locked")) {
      EXPECT_EQ(figures["retries"], 0);
    }
  }
}

TEST(Program, WithOneThreadRepeatsAllItsFigures) {
  const std::vector<std::string> options = {"--threads", "1", "--transfers",
                                            "10000"};
  nlohmann::json one = FiguresOf(options);
  nlohmann::json other = FiguresOf(options);
  for (nlohmann::json* figures : {&one, &other}) {
    for (const char* timed : {"seconds", "transfers_per_second", "latency_ns",
                              "peak_memory_bytes"}) {
      figures->erase(timed);
    }
    (*figures)["audit"].erase("seconds");
  }
  EXPECT_EQ(one, other);
}

TEST(Program, PostsExactlyAsManyTransfersAsAskedWithAnyThreads) {
  for (const char* threads : {"1", "2", "3", "8"}) {
    for (const std::uint64_t transfers : {1u, 100u, 10'001u}) {
      const nlohmann::json figures = FiguresOf(
          {"--threads", threads, "--transfers", std::to_string(transfers)});
      EXPECT_EQ(figures["transfers"], transfers);
      EXPECT_EQ(figures["end"], "done");
      EXPECT_TRUE(figures["audit"]["ok"].get<bool>());
    }
  }
}

TEST(Program, ItsJsonIsCompleteAndAgreesWithItself) {
  const nlohmann::json figures =
      FiguresOf({"--threads", "2", "--seconds", "0.1", "--seed", "3"});
  EXPECT_GT(figures["transfers"].get<std::uint64_t>(), 0u);
  EXPECT_GE(figures["seconds"].get<double>(), 0.1);
  EXPECT_NEAR(
      figures["transfers_per_second"].get<double>(),
      figures["transfers"].get<double>() / figures["seconds"].get<double>(), 1);
  EXPECT_EQ(figures["options"]["threads"], 2);
  EXPECT_EQ(figures["options"]["seed"], 3);
  EXPECT_EQ(figures["options"]["seconds"], 0.1);

  const nlohmann::json& latency = figures["latency_ns"];
  EXPECT_GT(latency["p50"].get<std::uint64_t>(), 0u);
  EXPECT_LE(latency["p50"], latency["p99"]);
  EXPECT_LE(latency["p99"], latency["p999"]);
  EXPECT_LE(latency["p999"], latency["max"]);

  std::uint64_t refused = 0;
  for (const auto& [name, count] : figures["refusals"].items()) {
    refused += count.get<std::uint64_t>();
  }
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(figures["refused"], refused);
  std::uint64_t decided = 0;
  for (const auto& [name, count] : figures["decided_against"].items()) {
    decided += count.get<std::uint64_t>();
  }
  EXPECT_GT(decided, 0u);
  EXPECT_EQ(figures["refusals"]["refused_by_function"], decided);
  EXPECT_EQ(figures["requests"].get<std::uint64_t>(),
            figures["transfers"].get<std::uint64_t>() + refused);

  const auto number = [](const nlohmann::json& of, const char* key) {
    return of[key].get<std::uint64_t>();
  };
  const nlohmann::json& holds = figures["holds"];
  EXPECT_GT(number(holds, "placed"), 0u);
  EXPECT_EQ(number(holds, "placed"),
            number(holds, "captured") + number(holds, "released") +
                number(holds, "expired") + number(holds, "open"));
  const nlohmann::json& lots = figures["lots"];
  EXPECT_GT(number(lots, "offered"), 0u);
  EXPECT_EQ(number(lots, "offered"),
            number(lots, "sold") + number(lots, "unsold") +
                number(lots, "called_off") + number(lots, "standing"));
  EXPECT_LE(number(figures["rounds"], "played"), number(figures, "ticks"));

  EXPECT_GT(figures["gini"].get<double>(), 0);
  EXPECT_LT(figures["gini"].get<double>(), 1);
  EXPECT_EQ(figures["audit"]["fault_count"], 0);
  EXPECT_EQ(figures["audit"]["accounts"], figures["accounts"]);
  EXPECT_EQ(figures["audit"]["assets"], figures["supply"].size());
}

// A decimal text's amount, in units of the asset with the most decimals.
std::int64_t Parsed(const nlohmann::json& text) {
  const Result<Amount> amount = ParseDecimal(text.get<std::string>(), 2);
  EXPECT_TRUE(amount.has_value()) << text;
  return amount ? static_cast<std::int64_t>(amount->low()) : 0;
}

std::int64_t Sum(const nlohmann::json& amounts) {
  std::int64_t sum = 0;
  for (const auto& [name, amount] : amounts.items()) sum += Parsed(amount);
  return sum;
}

TEST(Program, EachSupplyIsWhatTheFaucetsMintedLessWhatTheSinksBurned) {
  const nlohmann::json figures =
      FiguresOf({"--threads", "3", "--transfers", "10000"});
  ASSERT_EQ(figures["supply"].size(), 7u);
  for (const auto& [asset, supply] : figures["supply"].items()) {
    EXPECT_EQ(Parsed(supply),
              Sum(figures["faucets"][asset]) - Sum(figures["sinks"][asset]))
        << asset;
  }
  EXPECT_GT(Parsed(figures["faucets"]["GOLD"]["quest"]), 0);
  EXPECT_GT(Parsed(figures["sinks"]["GOLD"]["repair"]), 0);
  EXPECT_GT(Parsed(figures["sinks"]["GOLD"]["listing fee"]), 0);
}

TEST(Program, WritesItsSummaryAndNothingElseWhereThereIsNoTerminal) {
  const Ended ended =
      RunProgram(Simulate({"--transfers", "5000", "--threads", "2"}));
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_THAT(ended.out, StartsWith("lockstep 0."));
  EXPECT_THAT(ended.out, HasSubstr("the books hold"));
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos) << "colours";
  EXPECT_EQ(ended.out.find('\r'), std::string::npos) << "a progress bar";
}

TEST(Program, ReplacesTheJsonFileAndLeavesNothingBeside) {
  const ScratchFolder folder;
  const std::string file = folder.File("figures.json");
  std::ofstream(file) << "something old";
  const Ended ended =
      RunProgram(Simulate({"--transfers", "500", "--json", file}));
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.out, HasSubstr("the books hold")) << "the summary, too";
  EXPECT_EQ(nlohmann::json::parse(ReadFile(file))["transfers"], 500);
  EXPECT_EQ(folder.Count(), 1u);
}

TEST(Program, WritesItsReportAndNamesTheFile) {
  const ScratchFolder folder;
  const std::string page = folder.File("economy.html");
  const std::string picture = folder.File("economy.svg");
  const Ended ended =
      RunProgram(Simulate({"--transfers", "500", "--report", page}));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, EndsWith("\n  report   " + page + "\n"));
  EXPECT_THAT(ReadFile(page), StartsWith("<!doctype html>"));
  EXPECT_THAT(ReadFile(page), EndsWith("</html>\n"));
  EXPECT_EQ(RunProgram(Simulate({"--transfers", "500", "--report", picture}))
                .exit_code,
            0);
  EXPECT_THAT(ReadFile(picture), StartsWith("<svg "));
  EXPECT_THAT(ReadFile(picture), EndsWith("</svg>\n"));
  EXPECT_EQ(folder.Count(), 2u);

  const Ended piped = RunProgram(Simulate(
      {"--transfers", "500", "--report", "-", "--json", folder.File("j")}));
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_THAT(piped.out, StartsWith("<!doctype html>"));
  EXPECT_THAT(piped.out, EndsWith("</html>\n"));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(folder.File("j")))["transfers"],
            500);
}

TEST(Program, LookingAtTheEconomyDoesNotChangeIt) {
  const ScratchFolder folder;
  const std::vector<std::string> options = {"--threads", "1", "--transfers",
                                            "100000"};
  std::vector<std::string> observed = options;
  observed.insert(observed.end(), {"--report", folder.File("page")});
  EXPECT_EQ(Digest(observed), Digest(options));
}

TEST(Program, WritesThroughALinkToItsTarget) {
  const ScratchFolder folder;
  std::ofstream(folder.File("target")) << "something old";
  std::filesystem::create_symlink("target", folder.File("link"));
  const Ended ended = RunProgram(
      Simulate({"--transfers", "500", "--json", folder.File("link")}));
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.File("link")));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(folder.File("target")))["transfers"],
            500);
}

void ExpectOneLine(const std::string& text) {
  EXPECT_THAT(text, StartsWith("lockstep: "));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_EQ(text.back(), '\n');
}

TEST(Program, AnswersBadOptionsWithOneLineAndCodeTwo) {
  const ScratchFolder folder;
  const std::vector<std::vector<std::string>> bad = {
      {"simulate", "--threads", "0"},
      {"simulate", "--threads", "100000"},
      {"simulate", "--threads", "-4"},
      {"simulate", "--threads", "four"},
      {"simulate", "--threads"},
      {"simulate", "--accounts", "1"},
      {"simulate", "--accounts", "100G"},
      {"simulate", "--seconds", "0"},
      {"simulate", "--seconds", "soon"},
      {"simulate", "--seconds", "1", "--transfers", "1"},
      {"simulate", "--transfers", "0"},
      {"simulate", "--seed", "x"},
      {"simulate", "--zipf", "0.9"},
      {"simulate", "--journal", "-1"},
      {"simulate", "--mode", "fast"},
      {"simulate", "--mode", "Locked"},
      {"simulate", "--mode"},
      {"simulate", "--json"},
      {"simulate", "--nonsense"},
      {"simulate", "nonsense"},
      {"nonsense"},
      // These two would take minutes if they were found out only at the end.
      {"simulate", "--seconds", "600", "--json", folder.path()},
      {"simulate", "--seconds", "600", "--json", folder.File("no/such/file")},
      {"simulate", "--seconds", "600", "--report", folder.path()},
      {"simulate", "--seconds", "600", "--json", folder.File("j"), "--report",
       folder.File("no/such/file")},
  };
  for (const std::vector<std::string>& arguments : bad) {
    const Ended ended = RunProgram(arguments);
    EXPECT_EQ(ended.exit_code, 2) << arguments.back();
    EXPECT_THAT(ended.out, IsEmpty());
    ExpectOneLine(ended.err);
  }
  EXPECT_EQ(folder.Count(), 0u);
}

// A file in a folder of its own.
class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text) {
    std::ofstream(path()) << text;
  }
  std::string path() const { return folder_.File("economy.json"); }

 private:
  ScratchFolder folder_;
};

TEST(Program, TheScenarioThatItPrintsIsTheOneThatItPlays) {
  const Ended printed = RunProgram({"simulate", "--print-scenario"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  const ScenarioFile file(printed.out);
  const std::vector<std::string> options = {"--threads", "1", "--transfers",
                                            "20000"};
  std::vector<std::string> from_file = options;
  from_file.insert(from_file.end(), {"--scenario", file.path()});
  const nlohmann::json one = FiguresOf(options);
  const nlohmann::json other = FiguresOf(from_file);
  for (const char* part : {"scenario", "digest", "supply", "faucets", "sinks",
                           "activities", "refusals", "population"}) {
    EXPECT_EQ(one[part], other[part]) << part;
  }
}

TEST(Program, TheCommandLineWinsOverTheScenario) {
  const ScenarioFile file(
      R"({"name": "x", "accounts": 600, "seed": 5, "zipf": 0})");
  const std::vector<std::string> run = {
      "simulate", "--scenario", file.path(), "--transfers", "100", "--threads",
      "1",        "--json",     "-"};
  const auto options = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    const Ended ended = RunProgram(more);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return nlohmann::json::parse(ended.out)["options"];
  };
  const nlohmann::json own = options({});
  EXPECT_EQ(own["accounts"], 600);
  EXPECT_EQ(own["seed"], 5);
  EXPECT_EQ(own["zipf"], 0);
  const nlohmann::json typed =
      options({"--accounts", "1200", "--seed", "1", "--zipf", "1.1"});
  EXPECT_EQ(typed["accounts"], 1200);
  EXPECT_EQ(typed["seed"], 1);
  EXPECT_EQ(typed["zipf"], 1.1);
}

TEST(Program, NoReportIsWrittenOverTheScenarioOrAnother) {
  const std::string text = R"({"name": "mine"})";
  const ScenarioFile file(text);
  const ScratchFolder folder;
  const std::string fresh = folder.File("both");
  const std::vector<std::vector<std::string>> clashes = {
      {"--scenario", file.path(), "--report", file.path()},
      {"--scenario", file.path(), "--json", file.path()},
      {"--json", fresh, "--report", folder.path() + "/./both"}};
  for (std::vector<std::string> arguments : clashes) {
    arguments.insert(arguments.begin(), {"simulate", "--seconds", "600"});
    const Ended ended = RunProgram(arguments);
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, AnyOf(HasSubstr("write over the scenario"),
                                 HasSubstr("name the same file")));
  }
  EXPECT_EQ(ReadFile(file.path()), text);
  EXPECT_EQ(folder.Count(), 0u);
}

// What stands between two texts of a page.
std::string Between(const std::string& page, const std::string& before,
                    const std::string& after) {
  const std::size_t begin = page.find(before);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + before.size();
  return page.substr(from, page.find(after, from) - from);
}

TEST(Program, TheReportsCommandDoesItAgain) {
  const ScenarioFile file(
      R"({"name": "x", "agents": {"players": 20}, "zipf": 1.23456789})");
  const ScratchFolder folder;
  const std::string path = folder.File("page.html");
  const std::vector<std::vector<std::string>> runs = {
      {"--scenario", file.path(), "--transfers", "2000"},
      {"--accounts", "700", "--zipf", "2.3456789012", "--transfers", "3000"}};
  for (std::vector<std::string> arguments : runs) {
    arguments.insert(arguments.begin(),
                     {"simulate", "--threads", "1", "--report", path});
    ASSERT_EQ(RunProgram(arguments).exit_code, 0);
    const std::string page = ReadFile(path);
    const std::string digest = Between(page, "<dt>digest</dt><dd><code>", "<");
    EXPECT_EQ(digest.size(), 32u);
    std::istringstream command(Between(page, "<pre><code>", "</code>"));
    const std::vector<std::string> words(
        std::istream_iterator<std::string>(command), {});
    ASSERT_GT(words.size(), 2u);
    const Ended again = RunProgram({words.begin() + 1, words.end()});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(ReadFile(path), HasSubstr(digest));
  }
}

TEST(Program, EventsAreInTheSummaryAndInTheJson) {
  const ScenarioFile file(R"({"name": "a bank holiday", "events": [
    {"at": "50%", "until": "60%", "text": "no bank is open",
     "freeze": {"who": "banks"}},
    {"at": "99%", "text": "dole", "grant": {"name": "dole", "who": "players",
     "asset": "GOLD", "amount": 1, "code": 900}}]})");
  // With more threads the one that keeps the time may begin late.
  const std::vector<std::string> options = {
      "--threads", "1", "--transfers", "20000", "--scenario", file.path()};
  const nlohmann::json figures = FiguresOf(options);
  EXPECT_EQ(figures["scenario"], "a bank holiday");
  ASSERT_EQ(figures["events"].size(), 3u);
  EXPECT_EQ(figures["events"][0]["text"], "no bank is open");
  EXPECT_EQ(figures["events"][1]["text"], "no bank is open: over");
  EXPECT_GT(figures["events"][0]["tick"], 0);
  EXPECT_TRUE(figures["faucets"]["GOLD"].contains("dole"));
  const Ended ended = RunProgram(Simulate(options));
  EXPECT_EQ(ended.exit_code, 0);
  for (const char* part : {"a bank holiday", "no bank is open: over", "+ dole",
                           "the books hold"}) {
    EXPECT_THAT(ended.out, HasSubstr(part));
  }
  std::vector<std::string> without = options;
  without.push_back("--no-events");
  EXPECT_TRUE(FiguresOf(without)["events"].empty());
}

TEST(Program, ABadScenarioIsNamedWithItsLine) {
  const auto run = [](const std::string& path) {
    const Ended ended =
        RunProgram({"simulate", "--seconds", "600", "--scenario", path});
    EXPECT_EQ(ended.exit_code, 2) << path;
    EXPECT_THAT(ended.out, IsEmpty());
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1);
    return ended.err;
  };
  const ScenarioFile syntax("{\n\"name\": \"x\"\n\"seed\": 1}");
  EXPECT_THAT(run(syntax.path()), StartsWith(syntax.path() + ":3:6: "));
  const ScenarioFile key("{\n\"name\": \"x\",\n\"sede\": 1}");
  EXPECT_EQ(
      run(key.path()),
      key.path() + ":3: a scenario has no key 'sede' (did you mean 'seed'?)\n");
  const ScenarioFile binary(
      std::string("\x00\xff\x7f"
                  "ELF",
                  6));
  EXPECT_THAT(run(binary.path()), StartsWith(binary.path() + ":1:1: "));
  const ScenarioFile crowded(R"({"name": "x", "agents": {"shops": 99999}})");
  EXPECT_THAT(run(crowded.path()), HasSubstr("accounts are too few"));

  const ScratchFolder folder;
  EXPECT_THAT(run(folder.path()), HasSubstr("Is a directory"));
  EXPECT_THAT(run(folder.File("no\nne")), HasSubstr("No such file"));
  EXPECT_THAT(run(ScenarioFile("").path()), HasSubstr("cannot read"));
  const ScenarioFile huge(std::string((1 << 20) + 1, ' '));
  EXPECT_THAT(run(huge.path()), HasSubstr("larger than 1 MiB"));
}

TEST(Program, AFullDiskIsNotTakenForSuccess) {
  const std::string full = "/dev/full";
  if (!std::filesystem::exists(full)) GTEST_SKIP() << "there is no " << full;
  for (const Ended& ended : {
           RunProgram(Simulate({"--transfers", "100", "--json", full})),
           RunProgram(Simulate({"--transfers", "100", "--report", full})),
           RunProgram(Simulate({"--transfers", "100"}), full),
           RunProgram(Simulate({"--transfers", "100", "--json", "-"}), full),
           RunProgram({"--help"}, full),
       }) {
    EXPECT_EQ(ended.exit_code, 1);
    ExpectOneLine(ended.err);
    EXPECT_THAT(ended.err, HasSubstr("No space left"));
  }
}

TEST(Program, AloneShowsItsHelp) {
  const Ended alone = RunProgram({});
  EXPECT_EQ(alone.exit_code, 0);
  EXPECT_THAT(alone.err, IsEmpty());
  EXPECT_THAT(alone.out, HasSubstr("lockstep simulate"));
  EXPECT_EQ(RunProgram({"--help"}).out, alone.out);

  const Ended help = RunProgram({"simulate", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Exit codes"));

  const Ended version = RunProgram({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, StartsWith("lockstep 0."));
}

}  // namespace
}  // namespace lockstep::tool
