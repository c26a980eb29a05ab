#pragma once

#include "engine/tool/economy/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

// The agents that decide by what they have: market makers and lenders. Each
// declares the accounts that matter, looks at all of them as they are at one
// moment, and then says what is to be done, or why nothing is. The deciding
// itself is a function of the balances alone, so it can be done again when
// somebody else was faster.

/// What a market maker goes by when a player comes.
struct Quote {
  /// Of one smallest unit of the good, between what is bid and what is asked.
  Minor price = 1;
  Share spread;
  /// The most that is traded at once.
  Minor quantity = 1;
  /// As much of the good as it wants to have.
  Minor stock = 0;
  /// What it keeps of its money, whatever it lacks.
  Minor purse = 0;
};

/// Of its own purse and stock, then the player's: sells what is more than it
/// wants, buys what it lacks, neither beyond that.
[[nodiscard]] Decision DecideTrade(const Quote& quote, AccountStates accounts);

/// What a bank goes by when a player comes.
struct Loan {
  /// What the player would get, and owe then.
  Minor amount = 1;
  Minor debt = 1;
  /// What part of all that is owed to it the bank must have in money.
  Share reserve;
  /// Who has less and owes nothing gets a loan; who has so much beyond the debt
  /// pays it back.
  Minor enough = 0;
};

/// Of the bank's money and the notes that it holds, then the player's: a debt
/// is a balance of notes below zero.
[[nodiscard]] Decision DecideLoan(const Loan& loan, AccountStates accounts);

/// The kinds of activities: a shop trades with a player; a player's bank lends
/// to the player or takes back.
Outcome MakeMarket(Worker& worker);
Outcome LendOrTakeBack(Worker& worker);

}  // namespace lockstep::tool
