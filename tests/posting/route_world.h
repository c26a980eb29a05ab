#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/support/small_ledger.h"

namespace lockstep::test {

inline constexpr std::uint16_t kAny = Route::kAnyClass;
inline constexpr std::uint32_t kAnyCode = Route::kAnyCode;
// Those of the accounts below. What the issuer pays is always allowed.
inline constexpr std::uint16_t kMint = 1000;
inline constexpr Route kFromMint{kMint, kAny, kAnyCode};

inline std::string Text(const Route& route) {
  return std::to_string(route.payer_class) + ">" +
         std::to_string(route.payee_class) + ":" + std::to_string(route.code);
}

/// Players of class 1, shops of class 2, banks of class 3.
struct Town {
  explicit Town(Concurrency concurrency = Concurrency::kMultiThread)
      : ledger(Ledger::Open({.concurrency = concurrency, .routes_only = true})
                   .value()),
        gold(ledger.CreateAsset({.code = "GOLD", .issuer_class = kMint})
                 .value()),
        gems(ledger.CreateAsset({.code = "GEMS", .issuer_class = kMint})
                 .value()) {
    EXPECT_EQ(ledger.AllowRoute(kFromMint), Outcome::kOk);
  }

  AccountId Account(std::uint16_t account_class, std::int64_t balance = 100,
                    AccountOptions options = {}) {
    if (options.asset.is_none()) options.asset = gold;
    options.account_class = account_class;
    const AccountId made = ledger.CreateAccount(options).value();
    if (balance > 0) {
      const AccountId mint = ledger.GetAsset(options.asset)->issuer;
      EXPECT_TRUE(ledger.Transfer(mint, made, Amount(balance)).ok());
    }
    return made;
  }

  Ledger ledger;
  AssetId gold;
  AssetId gems;
};

}  // namespace lockstep::test
