#include "engine/tool/activities.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "gsl/assert"

namespace lockstep::tool {
namespace {

using enum Asset;

Minor RoundedShare(Minor whole, Minor numerator, Minor denominator,
                   Rounding rounding) {
  return ToMinor(Multiply(Amount(whole),
                          Rate{Amount(numerator), Amount(denominator)},
                          rounding)
                     .value());
}

/// Five in a hundred of a price, to the penny as bankers round it, but at
/// least a penny.
Minor TaxOn(Minor price) {
  return std::max<Minor>(1, RoundedShare(price, 5, 100, Rounding::kHalfToEven));
}

Asset DrawGood(Worker& worker) {
  static constexpr std::array kGoods = {kOre, kWood, kPotion, kSword};
  return kGoods[worker.random().Below(kGoods.size())];
}

// --- Faucets: what comes from the issuers ----------------------------------

/// A quest mints its reward.
Outcome Quest(Worker& worker) {
  static constexpr std::array<std::string_view, 4> kQuests = {
      "rats in the cellar", "the miller's ring", "wolves at the pass",
      "a letter to the abbot"};
  const std::string_view quest = kQuests[worker.random().Below(kQuests.size())];
  return worker.Transfer(worker.economy().IssuerOf(kGold),
                         worker.DrawPurse(kGold),
                         worker.random().Between(5'00, 45'00), quest);
}

/// Mining and felling fill the bag, which holds only so much.
Outcome Gather(Worker& worker) {
  const Asset good = worker.random().OneIn(2) ? kOre : kWood;
  return worker.Transfer(worker.economy().IssuerOf(good),
                         worker.DrawPurse(good), worker.random().Between(1, 5));
}

/// A treasure gives gems, of which there are only so many.
Outcome Treasure(Worker& worker) {
  return worker.Transfer(worker.economy().IssuerOf(kGem),
                         worker.DrawPurse(kGem), worker.random().Between(1, 3),
                         "treasure");
}

// --- Sinks: what goes back to them -----------------------------------------

Outcome Repair(Worker& worker) {
  return worker.Transfer(worker.DrawPurse(kGold),
                         worker.economy().IssuerOf(kGold),
                         worker.random().Between(5'00, 50'00));
}

/// To offer something at the auction costs a fiftieth of what it is worth.
Outcome ListingFee(Worker& worker) {
  const Minor worth = worker.random().Between(1, 20) *
                      worker.economy().PriceOf(DrawGood(worker));
  return worker.Transfer(worker.DrawPurse(kGold),
                         worker.economy().IssuerOf(kGold),
                         RoundedShare(worth, 1, 50, Rounding::kCeiling));
}

/// Adventures use up potions and wear out swords.
Outcome Adventure(Worker& worker) {
  const Asset good = worker.random().OneIn(2) ? kSword : kPotion;
  return worker.Transfer(worker.DrawPurse(good),
                         worker.economy().IssuerOf(good), 1);
}

/// An enchantment takes gems and gold together.
Outcome Enchant(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  LegList legs;
  legs.Move(economy.AccountOf(player, kGem), economy.IssuerOf(kGem),
            worker.random().Between(1, 2));
  legs.Move(economy.AccountOf(player, kGold), economy.IssuerOf(kGold), 10'00);
  return worker.Post(legs);
}

/// Crafting turns some goods into another: sinks and a faucet in one.
Outcome Craft(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const bool is_sword = worker.random().OneIn(3);
  LegList legs;
  if (is_sword) {
    legs.Move(economy.AccountOf(player, kOre), economy.IssuerOf(kOre), 5);
  }
  legs.Move(economy.AccountOf(player, kWood), economy.IssuerOf(kWood),
            is_sword ? 2 : 3);
  const Asset made = is_sword ? kSword : kPotion;
  legs.Move(economy.IssuerOf(made), economy.AccountOf(player, made), 1);
  return worker.Post(legs, is_sword ? "a sword" : "a potion");
}

// --- Trade ------------------------------------------------------------------

/// Three legs of money (buyer, seller, tax), and two of what is sold.
Outcome Auction(Worker& worker) {
  const Economy& economy = worker.economy();
  const Asset good = DrawGood(worker);
  const Agent buyer = economy.Player(worker.DrawPlayer());
  const Agent seller = economy.Player(worker.DrawPlayer());
  const Minor quantity = worker.random().Between(1, 3);
  const Minor price = RoundedShare(quantity * economy.PriceOf(good),
                                   worker.random().Between(70, 130), 100,
                                   Rounding::kHalfAwayFromZero);
  const Minor tax = TaxOn(price);
  LegList legs;
  legs.Add(economy.AccountOf(buyer, kGold), -price);
  legs.Add(economy.AccountOf(seller, kGold), price - tax);
  legs.Add(economy.AccountOf(economy.AuctionHouse(), kGold), tax);
  legs.Move(economy.AccountOf(seller, good), economy.AccountOf(buyer, good),
            quantity);
  // Some bidders are bots that would rather bid elsewhere than wait.
  const bool is_bot = worker.random().OneIn(8);
  const Outcome outcome =
      worker.Post(legs, {}, is_bot ? Wait::Never() : Wait::Forever());
  if (outcome == Outcome::kOk) worker.CountSale(good, quantity, price);
  return outcome;
}

/// A shop sells above its price, and the town takes its tax.
Outcome BuyFromShop(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Agent shop = economy.Shop(worker.DrawShop());
  const Asset good = DrawGood(worker);
  const Minor price = RoundedShare(economy.PriceOf(good), 115, 100,
                                   Rounding::kHalfAwayFromZero);
  const Minor tax = TaxOn(price);
  LegList legs;
  legs.Add(economy.AccountOf(player, kGold), -price);
  legs.Add(economy.AccountOf(shop, kGold), price - tax);
  legs.Add(economy.AccountOf(economy.Town(), kGold), tax);
  legs.Move(economy.AccountOf(shop, good), economy.AccountOf(player, good), 1);
  return worker.Post(legs);
}

/// A shop buys below its price.
Outcome SellToShop(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Agent shop = economy.Shop(worker.DrawShop());
  const Asset good = DrawGood(worker);
  const Minor price =
      RoundedShare(economy.PriceOf(good), 85, 100, Rounding::kHalfAwayFromZero);
  LegList legs;
  legs.Move(economy.AccountOf(shop, kGold), economy.AccountOf(player, kGold),
            price);
  legs.Move(economy.AccountOf(player, good), economy.AccountOf(shop, good), 1);
  return worker.Post(legs);
}

/// A bank changes gems into gold and back, a fiftieth to its advantage.
Outcome Exchange(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Agent bank =
      economy.Bank(worker.random().Below(economy.population().banks));
  const Minor gems = worker.random().Between(1, 3);
  const Minor value = gems * economy.PriceOf(kGem);
  const bool buys_gems = worker.random().OneIn(2);
  const Agent gold_payer = buys_gems ? player : bank;
  const Agent gem_payer = buys_gems ? bank : player;
  const Minor gold = buys_gems ? RoundedShare(value, 51, 50, Rounding::kCeiling)
                               : RoundedShare(value, 49, 50, Rounding::kFloor);
  LegList legs;
  legs.Move(economy.AccountOf(gold_payer, kGold),
            economy.AccountOf(gem_payer, kGold), gold);
  legs.Move(economy.AccountOf(gem_payer, kGem),
            economy.AccountOf(gold_payer, kGem), gems);
  return worker.Post(legs);
}

// --- Between agents ---------------------------------------------------------

/// A gift; one to oneself is refused.
Outcome Gift(Worker& worker) {
  const AccountId giver = worker.DrawPurse(kGold);
  const AccountId friend_purse = worker.DrawPurse(kGold);
  return worker.Transfer(giver, friend_purse,
                         worker.random().Between(50, 20'00));
}

Outcome Rent(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent tenant = worker.random().OneIn(4)
                           ? economy.Shop(worker.DrawShop())
                           : economy.Player(worker.DrawPlayer());
  return worker.Transfer(economy.AccountOf(tenant, kGold),
                         economy.AccountOf(economy.Town(), kGold),
                         worker.random().Between(3'00, 9'00));
}

std::uint32_t GuildOf(const Economy& economy, std::uint32_t player) {
  return player % economy.population().guilds;
}

Outcome GuildDues(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t player = worker.DrawPlayer();
  const Agent guild = economy.Guild(GuildOf(economy, player));
  return worker.Transfer(economy.AccountOf(economy.Player(player), kGold),
                         economy.AccountOf(guild, kGold),
                         worker.random().Between(2'00, 10'00), "dues");
}

/// Half of what is in the purse, but at least a little for each payee.
Minor HalfThePurse(Worker& worker, AccountId purse, std::size_t payees) {
  const Minor balance =
      ToMinor(worker.economy().ledger().Balance(purse).value());
  return std::max(RoundedShare(balance, 1, 2, Rounding::kFloor),
                  static_cast<Minor>(payees) * 50);
}

/// A guild shares out half of its purse, more to those of higher rank.
Outcome Payroll(Worker& worker) {
  const Economy& economy = worker.economy();
  const Population& population = economy.population();
  const std::uint32_t guild = GuildOf(economy, worker.DrawPlayer());
  const std::uint32_t members =
      (population.players - guild - 1) / population.guilds + 1;
  const auto wanted =
      static_cast<std::uint32_t>(worker.random().Between(3, kMaxLegs - 1));
  const std::uint32_t payees = std::min(members, wanted);
  const std::uint32_t first = worker.random().Below(members);

  std::array<std::uint64_t, kMaxLegs> weights;
  std::array<Amount, kMaxLegs> parts;
  const auto member = [&](std::uint32_t i) { return (first + i) % members; };
  for (std::uint32_t i = 0; i < payees; ++i) weights[i] = 1 + member(i) % 5;
  const AccountId purse = economy.AccountOf(economy.Guild(guild), kGold);
  const Minor total = HalfThePurse(worker, purse, payees);
  const Outcome split = Split(Amount(total), std::span(weights).first(payees),
                              std::span(parts).first(payees));
  Ensures(split == Outcome::kOk);

  LegList legs;
  legs.Add(purse, -total);
  for (std::uint32_t i = 0; i < payees; ++i) {
    const Agent player = economy.Player(guild + member(i) * population.guilds);
    legs.Add(economy.AccountOf(player, kGold), ToMinor(parts[i]));
  }
  return worker.Post(legs, "payday");
}

/// The town or the auction house treats a whole street to half of its purse.
Outcome Festival(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t players = economy.population().players;
  const std::uint32_t guests = std::min<std::uint32_t>(players, kMaxLegs - 1);
  const std::uint32_t first = worker.random().Below(players);
  const Agent host =
      worker.random().OneIn(2) ? economy.Town() : economy.AuctionHouse();
  const AccountId purse = economy.AccountOf(host, kGold);
  const Minor each = HalfThePurse(worker, purse, guests) / guests;
  LegList legs;
  legs.Add(purse, -each * guests);
  for (std::uint32_t i = 0; i < guests; ++i) {
    const Agent guest = economy.Player((first + i) % players);
    legs.Add(economy.AccountOf(guest, kGold), each);
  }
  return worker.Post(legs, "a feast for all");
}

/// A game master fines a suspect and looks at the purse for a while, in which
/// nothing can leave it. The less known are more easily suspected.
Outcome Fine(Worker& worker) {
  const Economy& economy = worker.economy();
  const AccountId suspect =
      std::max(worker.DrawPurse(kGold), worker.DrawPurse(kGold));
  worker.Unfreeze();
  const Outcome outcome = worker.Transfer(
      suspect, economy.AccountOf(economy.Town(), kGold), 25'00, "cheating");
  worker.Freeze(suspect);
  return outcome;
}

// clang-format off
constexpr std::array kActivities = std::to_array<Activity>({
    // name            code  per mille
    {"quest",           101,  150, Quest},
    {"gather",          102,  130, Gather},
    {"treasure",        103,   20, Treasure},
    {"repair",          201,   95, Repair},
    {"listing fee",     202,   60, ListingFee},
    {"adventure",       203,   60, Adventure},
    {"enchant",         204,   25, Enchant},
    {"craft",           301,   80, Craft},
    {"auction",         401,  110, Auction},
    {"buy from shop",   402,   60, BuyFromShop},
    {"sell to shop",    403,   60, SellToShop},
    {"exchange",        404,   35, Exchange},
    {"gift",            501,   40, Gift},
    {"rent",            502,   30, Rent},
    {"guild dues",      503,   38, GuildDues},
    {"guild payroll",   504,    4, Payroll},
    {"festival",        505,    2, Festival},
    {"fine",            506,    1, Fine},
});
// clang-format on

static_assert(std::accumulate(kActivities.begin(), kActivities.end(), 0u,
                              [](std::uint32_t sum, const Activity& activity) {
                                return sum + activity.per_mille;
                              }) == kMille);

}  // namespace

std::span<const Activity> Activities() noexcept { return kActivities; }

}  // namespace lockstep::tool
