#include "engine/tool/scenario/scenario_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "engine/tool/scenario/scenario_values.h"

namespace lockstep::tool {
namespace {

constexpr std::size_t kMaxScenarioNameBytes = 60;
constexpr std::size_t kMaxDescriptionOfScenarioBytes = 1000;

const JsonNode& DefaultTree() {
  static const JsonNode tree =
      std::get<JsonNode>(ParseJson(DefaultScenarioText()));
  return tree;
}

AgentRule ReadAgentRule(const JsonNode& node, std::string_view key,
                        bool is_players) {
  AgentRule rule;
  rule.line = node.line;
  if (is_players || node.kind != JsonNode::Kind::kObject) {
    rule.number = static_cast<std::uint32_t>(
        ReadWhole(node, key, 1, kMaxEconomyAccounts));
    return rule;
  }
  const ObjectReader reader(node, "a rule for how many there are",
                            KeysOf("agent_rule"));
  const auto read = [&](const JsonNode& value, std::string_view its_key,
                        std::uint64_t min, std::uint64_t max) {
    return static_cast<std::uint32_t>(ReadWhole(value, its_key, min, max));
  };
  rule.per_thousand = read(reader.Need("per_thousand"), "per_thousand", 0, 900);
  if (const JsonNode* const least = reader.Find("least")) {
    rule.least = read(*least, "least", 1, kMaxEconomyAccounts);
  }
  if (const JsonNode* const most = reader.Find("most")) {
    rule.most = read(*most, "most", rule.least, kMaxEconomyAccounts);
  }
  return rule;
}

void ReadAgents(const JsonNode& node, const JsonNode& defaults,
                Scenario& scenario) {
  const ObjectReader reader(node, "'agents'", KeysOf("agents"));
  const ObjectReader others(defaults, "'agents'", KeysOf("agents"));
  for (std::size_t sort = 0; sort < kSortCount; ++sort) {
    const std::string_view key = KeysOf("agents")[sort];
    const JsonNode* value = reader.Find(key);
    if (value == nullptr) value = others.Find(key);
    if (value == nullptr) continue;
    scenario.agents[sort] = ReadAgentRule(*value, key, sort == 0);
  }
}

std::vector<Activity> ReadActivities(const JsonNode& list,
                                     std::span<const AssetTraits> assets) {
  if (list.kind != JsonNode::Kind::kList || list.items.empty() ||
      list.items.size() > kMaxActivities) {
    Complain(list, absl::StrCat("'activities' takes a list of 1 to ",
                                kMaxActivities, ", not ", Shown(list)));
  }
  std::vector<Activity> activities;
  for (const JsonNode& node : list.items) {
    Activity activity = ReadActivity(node, assets);
    CheckIsNew(node, activity, activities);
    activities.push_back(std::move(activity));
  }
  return activities;
}

/// A zipf exponent is 0 or above 1: in between the law has no end.
double ReadZipf(const JsonNode& node) {
  const double zipf = ReadNumber(node, "zipf", 0, kMaxZipf);
  if (zipf != 0 && zipf < kMinZipf) {
    Complain(node, absl::StrCat("'zipf' takes 0 or a number from ", kMinZipf,
                                " to ", kMaxZipf, ", not ", Shown(node)));
  }
  return zipf;
}

/// Reads the whole, section after section: the file's, or else the default's.
class WholeReader {
 public:
  explicit WholeReader(const JsonNode& root)
      : root_(root, "a scenario", KeysOf("scenario")),
        defaults_(DefaultTree(), "a scenario", KeysOf("scenario")) {}

  Scenario Read();

 private:
  const JsonNode& Section(std::string_view key) const {
    const JsonNode* const own = root_.Find(key);
    return own != nullptr ? *own : defaults_.Need(key);
  }
  void ReadRun(Scenario& scenario) const;
  void ReadAllActivities(Scenario& scenario) const;

  ObjectReader root_;
  ObjectReader defaults_;
};

void WholeReader::ReadRun(Scenario& scenario) const {
  scenario.name = ReadText(root_.Need("name"), "name", kMaxScenarioNameBytes);
  if (const JsonNode* const description = root_.Find("description")) {
    scenario.description =
        ReadText(*description, "description", kMaxDescriptionOfScenarioBytes);
  }
  scenario.accounts = ReadWhole(Section("accounts"), "accounts",
                                kMinEconomyAccounts, kMaxEconomyAccounts);
  if (const JsonNode* const accounts = root_.Find("accounts")) {
    scenario.accounts_line = accounts->line;
  }
  if (const JsonNode* const agents = root_.Find("agents")) {
    scenario.agents_line = agents->line;
  }
  scenario.seed = ReadWhole(Section("seed"), "seed", 0, UINT64_MAX);
  scenario.zipf = ReadZipf(Section("zipf"));
}

void WholeReader::ReadAllActivities(Scenario& scenario) const {
  const JsonNode* const own = root_.Find("activities");
  const JsonNode* const own_assets = root_.Find("assets");
  if (own != nullptr || own_assets == nullptr) {
    scenario.activities =
        ReadActivities(Section("activities"), scenario.assets);
    return;
  }
  // A fault in these is not one of a line that the user has.
  try {
    scenario.activities =
        ReadActivities(defaults_.Need("activities"), scenario.assets);
  } catch (const TextFault& fault) {
    Complain(*own_assets,
             absl::StrCat("these assets need activities of their own, for with "
                          "those that are played by default: ",
                          fault.reason));
  }
}

Scenario WholeReader::Read() {
  Scenario scenario;
  ReadRun(scenario);
  double elasticity = 0;
  if (const JsonNode* const node = root_.Find("elasticity")) {
    elasticity = ReadNumber(*node, "elasticity", 0, kMaxElasticity);
  }
  ReadAgents(Section("agents"), defaults_.Need("agents"), scenario);
  scenario.assets = ReadAssets(Section("assets"), elasticity);
  ReadAllActivities(scenario);
  if (const JsonNode* const change = root_.Find("change")) {
    ChangeActivities(*change, scenario.assets, scenario.activities);
    CheckWeights(change->line, scenario.activities);
  }
  const JsonNode* const activities = root_.Find("activities");
  CheckWeights(activities != nullptr ? activities->line : root_.line(),
               scenario.activities);
  ReadEvents(Section("events"), scenario);
  return scenario;
}

/// Where it is said how many accounts there are, or how many agents there are
/// to share them.
std::size_t LineOfAccounts(const Scenario& scenario, bool accounts_given) {
  if (!accounts_given && scenario.accounts_line > 0) {
    return scenario.accounts_line;
  }
  return std::max<std::size_t>(scenario.agents_line, 1);
}

}  // namespace

std::variant<Scenario, TextFault> ReadScenario(std::string_view text) {
  const std::variant<JsonNode, TextFault> tree = ParseJson(text);
  if (const auto* const fault = std::get_if<TextFault>(&tree)) return *fault;
  try {
    return WholeReader(std::get<JsonNode>(tree)).Read();
  } catch (const TextFault& fault) {
    return fault;
  }
}

std::optional<TextFault> CheckPopulation(const Scenario& scenario,
                                         std::uint64_t accounts,
                                         bool accounts_given) {
  const AgentRule& players = scenario.agents[0];
  if (accounts_given && players.number) {
    return TextFault{players.line, 0,
                     "the number of players is given here, so --accounts would "
                     "change nothing: leave one out"};
  }
  const Population population = PopulationFor(accounts, scenario);
  if (population.players == 0) {
    return TextFault{LineOfAccounts(scenario, accounts_given), 0,
                     absl::StrCat(Grouped(accounts),
                                  " accounts are too few for its shops, "
                                  "guilds and banks and at least one player")};
  }
  if (population.accounts() > kMaxEconomyAccounts) {
    return TextFault{
        std::max({players.line, scenario.agents_line, std::size_t{1}}), 0,
        absl::StrCat("its agents would have ", Grouped(population.accounts()),
                     " accounts: there can be ", Grouped(kMaxEconomyAccounts))};
  }
  for (const Activity& activity : scenario.activities) {
    const Culprits& culprits = activity.terms.culprits;
    if (culprits.count == 0 || culprits.first < population.players) continue;
    return TextFault{culprits.line, 0,
                     absl::StrCat("the culprits of ", Shown(activity.name),
                                  " are from rank ",
                                  Grouped(std::uint64_t{culprits.first} + 1),
                                  " on, and there are only ",
                                  Grouped(population.players), " players")};
  }
  for (const AssetTraits& asset : scenario.assets) {
    const Minor endowed = EndowmentOf(asset, population);
    const std::optional<Minor> cap = SupplyCapOf(asset, population);
    if (cap && endowed > *cap) {
      return TextFault{
          asset.line, 0,
          absl::StrCat("all agents together start with ",
                       GroupDigits(FormatDecimal(Amount(endowed), asset.scale)),
                       " ", asset.code, ", which is above the cap")};
    }
  }
  return std::nullopt;
}

FileText ReadScenarioFile(const std::string& path) {
  const auto cannot_read = [&](const std::string& why) {
    return FileText{{}, absl::StrCat("cannot read ", path, ": ", why)};
  };
  const auto system_error = [&](int error) {
    return cannot_read(std::generic_category().message(error));
  };
  const bool is_stdin = path == "-";
  std::FILE* const file = is_stdin ? stdin : std::fopen(path.c_str(), "re");
  if (file == nullptr) return system_error(errno);
  // One more than allowed, to see whether there is more.
  std::string text(kMaxScenarioBytes + 1, '\0');
  errno = 0;
  text.resize(std::fread(text.data(), 1, text.size(), file));
  const int error = std::ferror(file) != 0 ? errno : 0;
  if (!is_stdin) std::fclose(file);
  if (error != 0) return system_error(error);
  if (text.empty()) return cannot_read("it is empty");
  if (text.size() > kMaxScenarioBytes) {
    return cannot_read(
        absl::StrCat("it is larger than ", kMaxScenarioBytes >> 20, " MiB"));
  }
  return {std::move(text), std::nullopt};
}

std::string FaultText(const std::string& path, const TextFault& fault) {
  std::string place = absl::StrCat(path, ":", fault.line, ":");
  if (fault.column > 0) absl::StrAppend(&place, fault.column, ":");
  return absl::StrCat(place, " ", fault.reason);
}

}  // namespace lockstep::tool
