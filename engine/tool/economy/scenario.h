#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep::tool {

class Worker;

/// An amount in an asset's minor units. The game's amounts are small, so its
/// agents reckon in plain integers and make an `Amount` at the ledger's door.
using Minor = std::int64_t;

[[nodiscard]] constexpr Minor ToMinor(Amount amount) noexcept {
  return static_cast<Minor>(amount.low());
}

// --- What a scenario may hold -----------------------------------------------

inline constexpr std::size_t kMaxScenarioBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxGameAssets = 16;
inline constexpr std::size_t kMaxActivities = 100;
inline constexpr std::size_t kMaxEvents = 50;
/// The sum of the activities' weights.
inline constexpr std::uint32_t kMaxTotalWeight = 10'000;
/// The largest amounts, in minor units: of a request (and of what is paid at
/// once), what an agent starts with, and prices. It takes 90,000,000,000 of the
/// largest requests until a sum of a run outgrows 64 bits: hours at any speed.
inline constexpr Minor kMaxRequestAmount = 100'000'000;
inline constexpr Minor kMaxStartAmount = 10'000'000'000;
inline constexpr Minor kMaxPrice = 100'000'000;
/// How many lots the auction house has at the most, and how long one of them is
/// open, in ticks.
inline constexpr std::uint64_t kMaxLots = 10'000;
inline constexpr Minor kMaxLotTicks = 10'000;
/// How many members of a guild pay its bill with it at the most.
inline constexpr std::uint32_t kMaxPayingMembers = 31;
/// How many transfers of an activity a round has at the most.
inline constexpr std::uint32_t kMaxRoundWeight = 1'000;
/// How strongly a price may follow the money that chases the good.
inline constexpr double kMaxElasticity = 4;
/// How much the popular few do: 0, or within these.
inline constexpr double kMinZipf = 1.01;
inline constexpr double kMaxZipf = 5;

// --- Assets -----------------------------------------------------------------

/// What is owned in the game: the place of an asset in its scenario. The first
/// is the money in which prices are paid.
enum class Asset : std::uint8_t { kMoney = 0 };
inline constexpr Asset kMoney = Asset::kMoney;

[[nodiscard]] constexpr std::size_t Index(Asset asset) noexcept {
  return static_cast<std::size_t>(asset);
}

/// The sorts of agents of which there are many.
enum class Sort : std::uint8_t { kPlayer, kShop, kGuild, kBank };
inline constexpr std::size_t kSortCount = 4;

/// An asset's part in the game.
struct AssetTraits {
  std::string code;
  int scale = 0;
  /// What one minor unit of it is worth, in minor units of the money.
  Minor list_price = 1;
  /// The price follows the money there is for each unit of it, compared to the
  /// start, to this power; 0: it does not.
  double elasticity = 0;
  /// What each agent starts with, by sort.
  Minor start[kSortCount] = {};
  /// The most that a player can carry; 0: no limit.
  Minor bag = 0;
  /// How far below zero a player's balance may fall: it is what debts are
  /// kept in. 0: it is not.
  Minor credit = 0;
  /// The most that there can ever be: so much for each player and what the
  /// others start with, or so much in all. 0: no limit.
  Minor cap_per_player = 0;
  Minor supply_cap = 0;
  /// Where in the file the cap is.
  std::size_t line = 0;
};

// --- Activities -------------------------------------------------------------

/// An exact fraction, in millionths: 5 % is 50,000.
struct Share {
  std::int64_t ppm = 0;
};
inline constexpr std::int64_t kWhole = 1'000'000;

/// A number is drawn from these, both included.
struct Range {
  Minor low = 1;
  Minor high = 1;
};

/// What a recipe uses up or makes of an asset.
struct Ingredient {
  Asset asset = Asset::kMoney;
  Range amount;
};

/// What is used up and what is made of it, in one transfer.
struct Recipe {
  std::string text;
  std::uint32_t weight = 1;
  std::vector<Ingredient> uses;
  std::vector<Ingredient> makes;
};

/// So many players, one popular after the other: from the most popular one on,
/// or from one further down.
struct Culprits {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  /// Where in the file they are.
  std::size_t line = 0;
};

/// The terms on which an activity is done. Each kind looks at some of them.
struct Terms {
  /// One of these is drawn for each request.
  std::vector<Asset> assets;
  Range amount;
  Range quantity;
  /// What is bid at the auction, in hundredths of the price.
  Range bid_percent;
  Share tax;
  Share fee;
  /// What a shop asks or gives, of the good's price.
  Share price;
  Share spread;
  /// The part of the bidders who would rather bid elsewhere than wait.
  Share bots;
  /// The part of the tenants who are shops.
  Share shops;
  /// What part of its purse an agent pays out.
  Share share;
  /// By what part of the best bid the next one is higher, at least.
  Share raise;
  /// How many lots the auction house has, and for how long they are open.
  std::uint32_t lots = 0;
  Range ticks;
  /// How many members of a guild pay what it cannot.
  std::uint32_t members = 0;
  /// What a market maker wants to have of the good, and what it keeps of its
  /// money (or what a guild must have of it).
  Minor stock = 0;
  Minor purse = 0;
  /// What debts are kept in, what is owed beyond what was lent, what part of
  /// all debts a bank must have in money, and the money that is enough for a
  /// player.
  Asset debt = Asset::kMoney;
  Share interest;
  Share reserve;
  Minor enough = 0;
  /// One of these is drawn as the transfer's description.
  std::vector<std::string> texts;
  std::vector<Recipe> recipes;
  /// Who knows of a bug.
  Culprits culprits;
};

/// Something that agents do: one request to the ledger.
struct Activity {
  std::string name;
  /// What its transfers carry as their code.
  std::uint32_t code = 0;
  /// How often it is done, compared to the others.
  std::uint32_t weight = 0;
  /// None: only an event does it.
  Outcome (*perform)(Worker& worker) = nullptr;
  Terms terms = {};
  /// It is not drawn like the others but done with each tick of the ledger's
  /// time, as often as its weight says, all in one call.
  bool is_in_rounds = false;
  /// It is meant to take from issuers.
  bool creates = false;
};

// --- Events -----------------------------------------------------------------

/// When something happens: at a part of the run (of its time, or of its
/// transfers where their number is given), or at a tick.
struct EventTime {
  bool is_tick = false;
  /// The tick, or the part of the run in millionths.
  std::int64_t value = 0;
};

/// The first `count` agents of a sort, the most popular ones; 0: all.
struct Group {
  Sort sort = Sort::kPlayer;
  std::uint32_t count = 0;
};

/// Nothing can enter or leave the group's accounts from then on, or can again.
struct Freeze {
  Group who;
  bool is_over = false;
};

/// A bug is found: the accounts of those who used it are frozen, and what they
/// have of the asset is burned.
struct Confiscate {
  Culprits culprits;
  Asset asset = Asset::kMoney;
  /// The place of the activity that its transfers are counted with.
  std::size_t activity = 0;
};

/// Each agent of the group is given that much by the issuer.
struct Grant {
  Group who;
  Asset asset = Asset::kMoney;
  Minor amount = 0;
  std::size_t activity = 0;
};

/// A fraud desk looks at what each code has created and destroyed. Whoever got
/// something under a code that is not meant to create anything is frozen and
/// gives it back as far as it is still there, and is freed when it is over.
struct Desk {
  /// The place of the activity that its transfers are counted with.
  std::size_t activity = 0;
  /// Frees at once, or only frees.
  bool frees_at_once = false;
  bool is_over = false;
};

/// A point of the run from which on other rules hold, and what is done there.
struct Moment {
  EventTime at;
  std::string text;
  /// All the activities, as they are from then on.
  std::vector<Activity> activities;
  std::variant<std::monostate, Freeze, Confiscate, Grant, Desk> deed;
};

// --- The whole --------------------------------------------------------------

/// How many agents of a sort there are: a number, or a part of all agents.
struct AgentRule {
  std::optional<std::uint32_t> number;
  std::uint32_t per_thousand = 0;
  std::uint32_t least = 1;
  std::uint32_t most = UINT32_MAX;
  /// Where in the file it is.
  std::size_t line = 0;
};

/// An economy and what happens in it.
struct Scenario {
  std::string name;
  std::string description;

  /// What a run takes if the command line does not say.
  std::uint64_t accounts = 0;
  std::uint64_t seed = 0;
  double zipf = 0;
  /// Where in the file `accounts` and `agents` are; 0: they are not.
  std::size_t accounts_line = 0;
  std::size_t agents_line = 0;

  /// By sort. A rule for players that has no number leaves them what the
  /// others leave.
  AgentRule agents[kSortCount];
  std::vector<AssetTraits> assets;
  /// At the start. Those that only events begin come last, with a weight of 0.
  std::vector<Activity> activities;
  /// In the order in which they come.
  std::vector<Moment> timeline;
};

/// The economy that is played without a file, and its text.
[[nodiscard]] const Scenario& DefaultScenario();
[[nodiscard]] std::string_view DefaultScenarioText() noexcept;

}  // namespace lockstep::tool
