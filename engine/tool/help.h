#pragma once

#include <string_view>

namespace lockstep::tool {

// What `--help` says around the list of options. 80 columns at most.

inline constexpr std::string_view kProgramSummary =
    "lockstep: an in-process ledger that moves amounts between accounts, from\n"
    "any number of threads, atomically and without deadlock.\n";

inline constexpr std::string_view kProgramFooter =
    "Start with 'lockstep simulate': it takes five seconds and explains "
    "itself.\n"
    "Then read 'lockstep simulate --help'.\n"
    "'lockstep explore two-transfers --unsorted' draws a deadlock.";

inline constexpr std::string_view kSimulateSummary =
    "Play the economy of an online game against one ledger";

inline constexpr std::string_view kExploreSummary =
    "Run the engine in every order of its threads' steps";

inline constexpr std::string_view kSimulateFooter =
    R"(The numbers may end in k, M or G: 250k is 250,000.

What is played
  The economy of a made-up online game: the threads post its transfers to one
  ledger, all at once, and in the end the ledger's books are audited.
  Players, shops, guilds, banks, an auction house and a town each have an
  account for every asset: GOLD (in hundredths), GEM, ORE, WOOD, POTION,
  SWORD and NOTE. Quests, mining and treasures mint: they take from the asset's
  issuer. Repairs, listing fees, adventures and enchantments burn: they give
  back to it. Crafting does both at once. An auction moves the money in three
  legs (buyer, seller, tax) and the goods in two more; a bank exchanges gems
  and gold; a guild pays up to 63 members in one transfer. Every transfer is
  posted whole or refused whole. Some are bound to be refused: purses are
  empty, bags are full, suspects are frozen, gems run out.
  Market makers and lenders look at their accounts, and the player's, inside of
  their transfers, and decide by what is there at that moment. A shop buys what
  it lacks and sells what is too much; a bank lends while its reserve is large
  enough. Debts are kept in NOTE: a debtor has less than nothing of it.
  At the auction house goods are also bid for over some ticks of the ledger's
  time: what is offered and what is bid is held, who is outbid is released, the
  best bid is captured in the end, and what nobody comes back to expires. A
  guild's bill drains its purse and then its members', in order; a member's
  price is on the condition that the guild has money. With each tick comes a
  round of rewards and taxes for many, posted in one call; a tax takes what
  there is.
  Who acts is drawn by Zipf's law: with --zipf 1.1 the n-th most popular
  player acts n to the power of 1.1 times less often than the first.

What the figures mean
  posted      transfers that happened, and how many in a second; to place a
              hold, or to release or capture it, counts as one
  refused     requests that changed nothing, by the ledger's outcome
  latency     how long the ledger took to answer: half the calls were no
              slower than p50, 99 in 100 than p99, 999 in 1000 than p99.9.
              One call in 8 is timed, refused ones too; a figure is exact to
              3 % and holds about 20 ns for reading the clock
  conflicts   attempts that were given up because somebody else had changed an
              account meanwhile, and were made again (never with --mode locked)
  rounds      how many there were; their requests are not timed
  holds       what became of them: whoever placed one captured or released it,
              or it expired, or it is open. What the ledger holds at the end
              must be what was placed and not resolved
  supply      what is in circulation of an asset; it must be what its faucets
              minted less what its sinks burned
  Gini        how unequally the players' wealth, at list prices, is spread:
              0 if all own the same (they start so), near 1 if one owns all
  hottest     the accounts with the most rows in what the journal still holds
  audit       whether each asset sums to zero over all accounts, no account is
              beyond its limits, and each account's rows add up to its balance
  digest      a fingerprint of all balances, limits and states

Scenarios
  --scenario FILE plays another economy: how many agents there are and what they
  start with, the assets, what is done how often and for how much, taxes and
  fees, how prices follow the supply. What the file leaves out is as it is by
  default, so {"name": "mine"} is a scenario. Events come at a part of the run
  or at a tick: a bug that mints for a while until it is found, another tax or
  reward, a faucet or sink that opens or closes, frozen accounts, a grant, a
  fraud desk that finds by the journal what a bug created, freezes the culprits
  and takes back what they still have. What they do is posted like everything
  else, on top of --transfers.
  A bad file is named before the run, as FILE:LINE: reason.
  docs/scenarios/README.md has every key and three scenarios with their stories.

What --report shows
  A page for a browser, in one file that fetches nothing: throughput and
  latency, each asset's supply, the Gini coefficient, the auction's prices and
  the refusals over time; faucets against sinks; the Lorenz curve; the hottest
  accounts; and below each plot its numbers. Into a file whose name ends in
  .svg goes a picture of four of the plots instead.

Examples
  lockstep simulate
  lockstep simulate --threads 8 --seconds 30 --accounts 1M
  lockstep simulate --zipf 2 --journal 0          a few hot accounts, no journal
  lockstep simulate --zipf 2 --mode optimistic    the same without waiting
  lockstep simulate --threads 1 --transfers 100k  the same digest every time
  lockstep simulate --json - | jq .supply
  lockstep simulate --print-scenario > mine.json  to begin a scenario with
  lockstep simulate --scenario mine.json
  lockstep simulate --report economy.html         then open it in a browser

With one thread, --transfers and the same seed and other options, two runs end
in the same digest, in whichever mode. With more threads they differ, as
requests meet by chance.
Ctrl-C ends the run early; summary, reports and audit still come.

Exit codes
  0  the audit holds
  1  the audit found a fault, the run could not be finished (memory, threads,
     a million refusals in a row), or a report could not be written
  2  an option or the scenario makes no sense, or a file cannot be written at
     all)";

}  // namespace lockstep::tool
