#include "engine/tool/economy/activities.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/tool/economy/asking.h"
#include "engine/tool/economy/bidding.h"
#include "engine/tool/economy/deciding.h"
#include "engine/tool/economy/reckoning.h"
#include "engine/tool/economy/worker.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

// Whoever gets something out of another's purse gets at least this.
constexpr Minor kLeastPay = 50;

/// True for that part of the draws.
bool DrawIsAmong(Worker& worker, Share share) {
  return worker.random().Below(static_cast<std::uint32_t>(kWhole)) < share.ppm;
}

// --- Faucets: what comes from the issuers ----------------------------------

/// A quest, a mine or a treasure mints. (Bags hold only so much, and there may
/// be only so many of something.)
Outcome Mint(Worker& worker) {
  const std::string_view text = worker.DrawText();
  const Asset asset = worker.DrawAsset();
  const Minor amount = worker.Draw(worker.terms().amount);
  return worker.Transfer(worker.economy().IssuerOf(asset),
                         worker.DrawPurse(asset), amount, text);
}

// --- Sinks: what goes back to them -----------------------------------------

/// Repairs cost money, adventures use up potions and wear out swords.
Outcome Burn(Worker& worker) {
  const std::string_view text = worker.DrawText();
  const Asset asset = worker.DrawAsset();
  const Minor amount = worker.Draw(worker.terms().amount);
  return worker.Transfer(worker.DrawPurse(asset),
                         worker.economy().IssuerOf(asset), amount, text);
}

/// To offer something at the auction costs a part of what it is worth.
Outcome ListingFee(Worker& worker) {
  const Terms& terms = worker.terms();
  const Minor quantity = worker.Draw(terms.quantity);
  const Minor worth = quantity * worker.economy().PriceOf(worker.DrawAsset());
  return worker.Transfer(
      worker.DrawPurse(kMoney), worker.economy().IssuerOf(kMoney),
      PriceTimes(worth, terms.fee.ppm, kWhole, Rounding::kCeiling));
}

const Recipe& DrawRecipe(Worker& worker) {
  const std::vector<Recipe>& recipes = worker.terms().recipes;
  if (recipes.size() == 1) return recipes.front();
  std::uint32_t sum = 0;
  for (const Recipe& recipe : recipes) sum += recipe.weight;
  std::uint32_t drawn = worker.random().Below(sum);
  for (const Recipe& recipe : recipes) {
    if (drawn < recipe.weight) return recipe;
    drawn -= recipe.weight;
  }
  return recipes.back();
}

/// Crafting turns some goods into another: sinks and a faucet in one. An
/// enchantment only uses up.
Outcome Craft(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Recipe& recipe = DrawRecipe(worker);
  LegList legs;
  for (const Ingredient& used : recipe.uses) {
    legs.Move(economy.AccountOf(player, used.asset),
              economy.IssuerOf(used.asset), worker.Draw(used.amount));
  }
  for (const Ingredient& made : recipe.makes) {
    legs.Move(economy.IssuerOf(made.asset),
              economy.AccountOf(player, made.asset), worker.Draw(made.amount));
  }
  return worker.Post(legs, recipe.text);
}

// --- Trade ------------------------------------------------------------------

/// Three legs of money (buyer, seller, tax), and two of what is sold.
Outcome Auction(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Asset good = worker.DrawAsset();
  const Agent buyer = economy.Player(worker.DrawPlayer());
  const Agent seller = economy.Player(worker.DrawPlayer());
  const Minor quantity = worker.Draw(terms.quantity);
  const Minor price = PriceTimes(quantity * economy.PriceOf(good),
                                 worker.Draw(terms.bid_percent), 100,
                                 Rounding::kHalfAwayFromZero);
  LegList legs;
  legs.Pay(economy.AccountOf(buyer, kMoney), economy.AccountOf(seller, kMoney),
           economy.AccountOf(economy.AuctionHouse(), kMoney), price,
           TaxOn(price, terms.tax));
  legs.Move(economy.AccountOf(seller, good), economy.AccountOf(buyer, good),
            quantity);
  // Some bidders are bots that would rather bid elsewhere than wait.
  const bool is_bot = DrawIsAmong(worker, terms.bots);
  const bool waits = !is_bot || worker.is_alone();
  const Outcome outcome =
      worker.Post(legs, {}, waits ? Wait::Forever() : Wait::Never());
  if (outcome == Outcome::kOk) worker.CountSale(good, quantity, price);
  return outcome;
}

/// A shop sells above its price, and the town takes its tax.
Outcome ShopSale(Worker& worker) {
  const Agent player = worker.economy().Player(worker.DrawPlayer());
  return worker.Post(DrawSale(worker, player));
}

/// A shop buys below its price.
Outcome ShopPurchase(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Agent shop = economy.Shop(worker.DrawShop());
  const Asset good = worker.DrawAsset();
  const Minor price =
      PriceTimes(economy.PriceOf(good), worker.terms().price.ppm, kWhole,
                 Rounding::kHalfAwayFromZero);
  LegList legs;
  legs.Move(economy.AccountOf(shop, kMoney), economy.AccountOf(player, kMoney),
            price);
  legs.Move(economy.AccountOf(player, good), economy.AccountOf(shop, good), 1);
  return worker.Post(legs);
}

/// A bank changes gems into money and back, a little to its advantage.
Outcome Exchange(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Asset gem = terms.assets.front();
  const Agent player = economy.Player(worker.DrawPlayer());
  const Agent bank =
      economy.Bank(worker.random().Below(economy.population().banks));
  const Minor gems = worker.Draw(terms.quantity);
  const Minor value = gems * economy.PriceOf(gem);
  const bool buys_gems = worker.random().OneIn(2);
  const Agent payer = buys_gems ? player : bank;
  const Agent gem_payer = buys_gems ? bank : player;
  const Minor paid =
      buys_gems ? AskedFor(value, terms.spread) : BidFor(value, terms.spread);
  LegList legs;
  legs.Move(economy.AccountOf(payer, kMoney),
            economy.AccountOf(gem_payer, kMoney), paid);
  legs.Move(economy.AccountOf(gem_payer, gem), economy.AccountOf(payer, gem),
            gems);
  return worker.Post(legs);
}

// --- Between agents ---------------------------------------------------------

/// A gift; one to oneself is refused.
Outcome Gift(Worker& worker) {
  const AccountId giver = worker.DrawPurse(kMoney);
  const AccountId friend_purse = worker.DrawPurse(kMoney);
  return worker.Transfer(giver, friend_purse,
                         worker.Draw(worker.terms().amount));
}

Outcome Rent(Worker& worker) {
  const Economy& economy = worker.economy();
  const Agent tenant = DrawIsAmong(worker, worker.terms().shops)
                           ? economy.Shop(worker.DrawShop())
                           : economy.Player(worker.DrawPlayer());
  return worker.Transfer(economy.AccountOf(tenant, kMoney),
                         economy.AccountOf(economy.Town(), kMoney),
                         worker.Draw(worker.terms().amount));
}

Outcome GuildDues(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t player = worker.DrawPlayer();
  const Agent guild = economy.Guild(economy.GuildOf(player));
  const Minor dues = worker.Draw(worker.terms().amount);
  return worker.Transfer(economy.AccountOf(economy.Player(player), kMoney),
                         economy.AccountOf(guild, kMoney), dues,
                         worker.DrawText());
}

/// A part of what is in the purse, but at least a little for each payee.
Minor PartOfThePurse(Worker& worker, AccountId purse, std::size_t payees) {
  const Minor balance =
      ToMinor(worker.economy().ledger().Balance(purse).value());
  return std::max(
      RoundedShare(balance, worker.terms().share.ppm, kWhole, Rounding::kFloor),
      static_cast<Minor>(payees) * kLeastPay);
}

/// A guild shares out a part of its purse, more to those of higher rank.
Outcome Payroll(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t guild = economy.GuildOf(worker.DrawPlayer());
  const std::uint32_t members = economy.MembersOf(guild);
  const auto wanted =
      static_cast<std::uint32_t>(worker.random().Between(3, kMaxLegs - 1));
  const std::uint32_t payees = std::min(members, wanted);
  const std::uint32_t first = worker.random().Below(members);

  std::array<std::uint64_t, kMaxLegs> weights;
  std::array<Amount, kMaxLegs> parts;
  const auto member = [&](std::uint32_t i) { return (first + i) % members; };
  for (std::uint32_t i = 0; i < payees; ++i) weights[i] = 1 + member(i) % 5;
  const AccountId purse = economy.AccountOf(economy.Guild(guild), kMoney);
  const Minor total = PartOfThePurse(worker, purse, payees);
  const Outcome split = Split(Amount(total), std::span(weights).first(payees),
                              std::span(parts).first(payees));
  Ensures(split == Outcome::kOk);

  LegList legs;
  legs.Add(purse, -total);
  for (std::uint32_t i = 0; i < payees; ++i) {
    legs.Add(economy.AccountOf(economy.Member(guild, member(i)), kMoney),
             ToMinor(parts[i]));
  }
  return worker.Post(legs, worker.DrawText());
}

/// The town or the auction house treats a whole street to a part of its purse.
Outcome Festival(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t players = economy.population().players;
  const std::uint32_t guests = std::min<std::uint32_t>(players, kMaxLegs - 1);
  const std::uint32_t first = worker.random().Below(players);
  const Agent host =
      worker.random().OneIn(2) ? economy.Town() : economy.AuctionHouse();
  const AccountId purse = economy.AccountOf(host, kMoney);
  const Minor each = PartOfThePurse(worker, purse, guests) / guests;
  LegList legs;
  legs.Add(purse, -each * guests);
  for (std::uint32_t i = 0; i < guests; ++i) {
    const Agent guest = economy.Player((first + i) % players);
    legs.Add(economy.AccountOf(guest, kMoney), each);
  }
  return worker.Post(legs, worker.DrawText());
}

/// A game master fines a suspect and looks at the purse for a while, in which
/// nothing can leave it. The less known are more easily suspected.
Outcome Fine(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t suspect =
      std::max(worker.DrawPlayer(), worker.DrawPlayer());
  const AccountId purse = economy.AccountOf(economy.Player(suspect), kMoney);
  worker.Unfreeze();
  const Outcome outcome =
      worker.Transfer(purse, economy.AccountOf(economy.Town(), kMoney),
                      worker.Draw(worker.terms().amount), worker.DrawText());
  worker.Freeze(purse);
  return outcome;
}

const std::vector<ActivityKind>& Kinds() {
  static const std::vector<ActivityKind> kinds = {
      {"mint", Mint, {"assets", "amount"}, {"texts"}, false, true},
      {"reward_round", Reward, {"assets", "amount"}, {"texts"}, true, true},
      {"burn", Burn, {"assets", "amount"}, {"texts"}},
      {"craft", Craft, {"recipes"}, {}, false, true},
      {"listing_fee", ListingFee, {"goods", "quantity", "fee"}, {}},
      {"auction", Auction, {"goods", "quantity", "bid", "tax"}, {"bots"}},
      {"bidding",
       Bid,
       {"goods", "quantity", "bid", "raise", "tax", "lots", "ticks"},
       {}},
      {"shop_sale", ShopSale, {"goods", "price", "tax"}, {}},
      {"member_sale",
       SellToMember,
       {"goods", "price", "tax", "purse"},
       {"debt"}},
      {"shop_purchase", ShopPurchase, {"goods", "price"}, {}},
      {"exchange", Exchange, {"good", "quantity", "spread"}, {}},
      {"market_maker",
       MakeMarket,
       {"goods", "quantity", "spread", "stock", "purse"},
       {}},
      {"gift", Gift, {"amount"}, {}},
      {"rent", Rent, {"amount", "shops"}, {}},
      {"tax_round", Tax, {"amount"}, {"texts"}, true},
      {"guild_dues", GuildDues, {"amount"}, {"texts"}},
      {"guild_payroll", Payroll, {"share"}, {"texts"}},
      {"guild_bill", PayGuildBill, {"amount", "members"}, {"texts"}},
      {"festival", Festival, {"share"}, {"texts"}},
      {"lender",
       LendOrTakeBack,
       {"debt", "amount", "interest", "reserve", "enough"},
       {"texts"}},
      {"fine", Fine, {"amount"}, {"texts"}},
  };
  return kinds;
}

}  // namespace

std::span<const ActivityKind> ActivityKinds() { return Kinds(); }

LegList DrawSale(Worker& worker, Agent player) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Agent shop = economy.Shop(worker.DrawShop());
  const Asset good = worker.DrawAsset();
  const Minor price = PriceTimes(economy.PriceOf(good), terms.price.ppm, kWhole,
                                 Rounding::kHalfAwayFromZero);
  LegList legs;
  legs.Pay(economy.AccountOf(player, kMoney), economy.AccountOf(shop, kMoney),
           economy.AccountOf(economy.Town(), kMoney), price,
           TaxOn(price, terms.tax));
  legs.Move(economy.AccountOf(shop, good), economy.AccountOf(player, good), 1);
  return legs;
}

Outcome PerformDupe(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Asset asset = terms.assets.front();
  const Minor amount = worker.Draw(terms.amount);
  const std::uint32_t count = economy.CountOf(terms.culprits);
  const Agent culprit =
      economy.Player(terms.culprits.first + worker.random().Below(count));
  return worker.Transfer(economy.IssuerOf(asset),
                         economy.AccountOf(culprit, asset), amount,
                         worker.DrawText());
}

}  // namespace lockstep::tool
