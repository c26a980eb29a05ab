#include "engine/tool/economy/asking.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/tool/economy/activities.h"
#include "engine/tool/economy/leg_list.h"
#include "engine/tool/economy/worker.h"

namespace lockstep::tool {
static_assert(kMaxPayingMembers + 1 <= kMaxFlows);

Outcome PayGuildBill(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t guild = economy.GuildOf(worker.DrawPlayer());
  const std::uint32_t members = economy.MembersOf(guild);
  const std::uint32_t payers = std::min(members, worker.terms().members);
  const std::uint32_t first = worker.random().Below(members);
  const AccountId town = economy.AccountOf(economy.Town(), kMoney);
  const Amount bill(worker.Draw(worker.terms().amount));

  std::array<Flow, kMaxFlows> flows;
  flows[0] = {.from = economy.AccountOf(economy.Guild(guild), kMoney),
              .to = town,
              .at_most = bill};
  for (std::uint32_t i = 0; i < payers; ++i) {
    const Agent member = economy.Member(guild, (first + i) % members);
    flows[i + 1] = {.from = economy.AccountOf(member, kMoney),
                    .to = town,
                    .shares_limit = true};
  }
  flows[payers].at_least = bill;
  return worker.Post({.flows = std::span(flows).first(payers + 1)},
                     worker.DrawText());
}

Outcome SellToMember(Worker& worker) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const std::uint32_t drawn = worker.DrawPlayer();
  const Agent player = economy.Player(drawn);
  const LegList legs = DrawSale(worker, player);

  const AccountId guild =
      economy.AccountOf(economy.Guild(economy.GuildOf(drawn)), kMoney);
  std::array<Condition, 3> conditions = {
      Require::StatusEquals(guild, AccountStatus::kOpen),
      Require::BalanceAtLeast(guild, Amount(terms.purse))};
  std::size_t count = 2;
  if (terms.debt != kMoney) {
    conditions[count++] = Require::BalanceAtLeast(
        economy.AccountOf(player, terms.debt), Amount(0));
  }
  return worker.Post(
      {.legs = legs.span(), .conditions = std::span(conditions).first(count)});
}

Outcome Reward(Worker& worker) {
  const Economy& economy = worker.economy();
  const std::uint32_t players = economy.population().players;
  const Agent player = economy.Player(worker.random().Below(players));
  const Asset asset = worker.DrawAsset();
  worker.AddToRound({.from = economy.IssuerOf(asset),
                     .to = economy.AccountOf(player, asset),
                     .amount = worker.Draw(worker.terms().amount),
                     .text = worker.DrawText()});
  return Outcome::kOk;
}

Outcome Tax(Worker& worker) {
  const Economy& economy = worker.economy();
  worker.AddToRound({.from = worker.DrawPurse(kMoney),
                     .to = economy.AccountOf(economy.Town(), kMoney),
                     .amount = worker.Draw(worker.terms().amount),
                     .takes_what_there_is = true,
                     .text = worker.DrawText()});
  return Outcome::kOk;
}

}  // namespace lockstep::tool
