#include "engine/tool/options.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint32_t kDefaultThreads = 3;

std::variant<SimulateOptions, Reply> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "lockstep");
  return ParseCommandLine(static_cast<int>(words.size()), words.data(),
                          kDefaultThreads);
}

SimulateOptions Options(const std::vector<const char*>& words) {
  const auto command = Parse(words);
  const auto* reply = std::get_if<Reply>(&command);
  EXPECT_EQ(reply, nullptr) << (reply == nullptr ? "" : reply->text);
  return reply == nullptr ? std::get<SimulateOptions>(command)
                          : SimulateOptions{};
}

// The complaint about bad options.
std::string Complaint(const std::vector<const char*>& words) {
  const auto command = Parse(words);
  const auto* reply = std::get_if<Reply>(&command);
  if (reply == nullptr) return "no complaint";
  EXPECT_EQ(reply->exit_code, ExitCode::kBadOption);
  EXPECT_EQ(std::count(reply->text.begin(), reply->text.end(), '\n'), 1);
  EXPECT_THAT(reply->text, StartsWith("lockstep: "));
  EXPECT_THAT(reply->text, EndsWith("\n"));
  return reply->text;
}

TEST(Options, HaveDefaults) {
  const SimulateOptions options = Options({"simulate"});
  EXPECT_EQ(options.accounts, 100'000u);
  EXPECT_EQ(options.threads, kDefaultThreads);
  EXPECT_EQ(options.seconds, 5);
  EXPECT_FALSE(options.transfers.has_value());
  EXPECT_EQ(options.seed, 1u);
  EXPECT_EQ(options.zipf, 1.1);
  EXPECT_EQ(options.journal_mib, 64u);
  EXPECT_EQ(options.mode, Mode::kLocked);
  EXPECT_EQ(options.json, "");
  EXPECT_EQ(options.report, "");
}

TEST(Options, AreRead) {
  const SimulateOptions options =
      Options({"simulate", "--accounts", "250k", "--threads=256", "--transfers",
               "2M", "--seed", "18446744073709551615", "--zipf", "0",
               "--journal", "0", "--json", "-", "--report", "r.html"});
  EXPECT_EQ(options.accounts, 250'000u);
  EXPECT_EQ(options.threads, 256u);
  EXPECT_EQ(options.transfers, 2'000'000u);
  EXPECT_EQ(options.seed, UINT64_MAX);
  EXPECT_EQ(options.zipf, 0);
  EXPECT_EQ(options.journal_mib, 0u);
  EXPECT_EQ(options.json, "-");
  EXPECT_EQ(options.report, "r.html");
  EXPECT_EQ(Options({"simulate", "--seconds", "0.25"}).seconds, 0.25);
  EXPECT_EQ(Options({"simulate", "--threads", "1", "--threads", "2"}).threads,
            2u)
      << "the last one counts";
}

TEST(Options, NameEachMode) {
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic, Mode::kAuto}) {
    const std::string name(ModeName(mode));
    EXPECT_EQ(Options({"simulate", "--mode", name.c_str()}).mode, mode);
  }
  EXPECT_EQ(Complaint({"simulate", "--mode", "lock"}),
            "lockstep: --mode takes 'locked', 'optimistic' or 'auto', not "
            "'lock' (see 'lockstep simulate --help')\n");
}

TEST(Options, OutsideTheirRangeAreNamedInOneLine) {
  struct Case {
    const char* option;
    const char* value;
  };
  for (const Case bad : {
           Case{"--threads", "0"},
           {"--threads", "257"},
           {"--threads", "-1"},
           {"--threads", "two"},
           {"--threads", "1.5"},
           {"--threads", "2 "},
           {"--threads", "k"},
           {"--threads", "99999999999999999999999"},
           {"--accounts", "99"},
           {"--accounts", "-5"},
           {"--accounts", "100000001"},
           {"--accounts", "18446744073710G"},
           {"--accounts", "many"},
           {"--seconds", "0"},
           {"--seconds", "-1"},
           {"--seconds", "nan"},
           {"--seconds", "inf"},
           {"--seconds", "1e9"},
           {"--seconds", "3s"},
           {"--transfers", "0"},
           {"--transfers", "-7"},
           {"--transfers", "1.5k"},
           {"--seed", "-1"},
           {"--seed", "0x10"},
           {"--seed", "18446744073709551616"},
           {"--zipf", "0.5"},
           {"--zipf", "1"},
           {"--zipf", "6"},
           {"--zipf", "steep"},
           {"--journal", "-1"},
           {"--journal", "2M"},
           {"--journal", "off"},
           {"--mode", "1"},
           {"--mode", "LOCKED"},
           {"--mode", "locked,auto"},
       }) {
    const std::string complaint =
        Complaint({"simulate", bad.option, bad.value});
    EXPECT_THAT(complaint, HasSubstr(bad.option));
    EXPECT_THAT(complaint, HasSubstr(std::string("'") + bad.value + "'"));
  }
}

TEST(Options, ThatLackTheirValueAreNamed) {
  for (const char* option :
       {"--accounts", "--threads", "--seconds", "--transfers", "--seed",
        "--zipf", "--journal", "--mode", "--json", "--scenario", "--report"}) {
    EXPECT_THAT(Complaint({"simulate", option}), HasSubstr(option));
    EXPECT_THAT(Complaint({"simulate", option, ""}), HasSubstr(option));
  }
}

TEST(Options, SecondsAndTransfersExcludeEachOther) {
  EXPECT_THAT(Complaint({"simulate", "--seconds", "1", "--transfers", "5"}),
              HasSubstr("--seconds and --transfers exclude each other"));
}

TEST(Options, OfTheScenarioAreRead) {
  const SimulateOptions options =
      Options({"simulate", "--scenario", "a.json", "--seed", "1"});
  EXPECT_EQ(options.scenario, "a.json");
  EXPECT_FALSE(options.no_events);
  EXPECT_TRUE(options.given.seed) << "even if it is what it would be anyway";
  EXPECT_FALSE(options.given.accounts);
  EXPECT_FALSE(options.given.zipf);
  EXPECT_TRUE(Options({"simulate", "--no-events"}).no_events);
  EXPECT_THAT(
      Complaint({"simulate", "--scenario", "a.json", "--print-scenario"}),
      HasSubstr("exclude each other"));
}

TEST(Options, UnknownWordsAreNamed) {
  EXPECT_THAT(Complaint({"simulate", "--bogus", "3"}), HasSubstr("'--bogus'"));
  EXPECT_THAT(Complaint({"simulate", "extra"}), HasSubstr("'extra'"));
  EXPECT_THAT(Complaint({"frobnicate"}), HasSubstr("'frobnicate'"));
  EXPECT_THAT(Complaint({"--threads", "2"}), HasSubstr("'--threads'"));
}

TEST(Options, AComplaintStaysOneLineWhateverWasTyped) {
  EXPECT_THAT(Complaint({"simulate", "--threads", "1\n\x1b[2J"}),
              HasSubstr("'1??[2J'"));
}

std::string HelpFor(const std::vector<const char*>& words) {
  const auto command = Parse(words);
  const auto* reply = std::get_if<Reply>(&command);
  if (reply == nullptr || reply->exit_code != ExitCode::kOk) return "";
  return reply->text;
}

TEST(Help, IsWhatTheProgramAloneShows) {
  EXPECT_THAT(HelpFor({}), HasSubstr("simulate"));
  EXPECT_EQ(HelpFor({}), HelpFor({"--help"}));
  EXPECT_THAT(HelpFor({"--version"}), StartsWith("lockstep 0."));
}

TEST(Help, TellsOfEveryOptionAndExitCode) {
  const std::string help = HelpFor({"simulate", "--help"});
  for (const char* part :
       {"--accounts", "--threads", "--seconds", "--transfers", "--seed",
        "--zipf", "--journal", "--mode", "--json", "--scenario", "--no-events",
        "--print-scenario", "--report", "Examples", "Scenarios",
        "Exit codes"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

TEST(Help, FitsEightyColumns) {
  for (const std::string& help : {HelpFor({}), HelpFor({"simulate", "-h"})}) {
    std::string_view rest = help;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      EXPECT_LE(line.size(), 80u) << line;
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
}

TEST(Options, OnlyOneReportGoesToTheStandardOutput) {
  EXPECT_THAT(Complaint({"simulate", "--json", "-", "--report", "-"}),
              HasSubstr("cannot both be '-'"));
  EXPECT_EQ(Options({"simulate", "--json", "x", "--report", "-"}).report, "-");
}

}  // namespace
}  // namespace lockstep::tool
