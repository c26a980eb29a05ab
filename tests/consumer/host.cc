// A host that knows neither exceptions nor run-time type information: it opens
// a ledger, moves money and explains a refusal. Built in every way in which
// lockstep can be had.

#include <cstdio>
#include <string>

#include "lockstep/lockstep.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this host is meant to be built with -fno-exceptions -fno-rtti"
#endif

namespace {

using lockstep::AccountId;
using lockstep::Amount;
using lockstep::Outcome;
using lockstep::Receipt;

int failures = 0;

void Check(bool holds, const char* what) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "host: not so: %s\n", what);
}

AccountId CreateAccount(lockstep::Ledger& ledger, lockstep::AssetId asset,
                        const char* label) {
  lockstep::AccountOptions options;
  options.asset = asset;
  options.label = label;
  return ledger.CreateAccount(options).value();
}

}  // namespace

int main() {
  lockstep::Result<lockstep::Ledger> opened = lockstep::Ledger::Open();
  if (!opened) return 1;
  lockstep::Ledger& ledger = *opened;

  lockstep::AssetOptions gold_options;
  gold_options.code = "GOLD";
  gold_options.scale = 2;
  const lockstep::AssetId gold = ledger.CreateAsset(gold_options).value();
  const AccountId bank = ledger.GetAsset(gold)->issuer;
  const AccountId alice = CreateAccount(ledger, gold, "alice");
  const AccountId bob = CreateAccount(ledger, gold, "bob");

  const Receipt minted = ledger.Transfer(bank, alice, Amount(1000));
  Check(minted.ok(), "the issuer mints 10.00 GOLD for alice");
  const Receipt paid = ledger.Post({{alice, Amount(-700)}, {bob, Amount(700)}});
  Check(paid.ok(), "alice pays bob 7.00");
  Check(ledger.Balance(alice).value() == Amount(300), "alice has 3.00 left");

  const Receipt refused = ledger.Transfer(alice, bob, Amount(15000));
  Check(refused.outcome() == Outcome::kInsufficientFunds,
        "alice cannot pay 150.00");
  const std::string why = ledger.Explain(refused);
  Check(why.find("3.00 GOLD") != std::string::npos, "it says what alice has");
  Check(why.find("150.00") != std::string::npos, "it says what is needed");
  Check(ledger.Audit().value().ok, "the books balance");

  std::printf("%s\n", why.c_str());
  return failures == 0 ? 0 : 1;
}
