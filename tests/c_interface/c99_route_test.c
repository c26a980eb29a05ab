/* Ledgers in which nothing moves but along routes, as a C99 program sees them.
 */
#include <string.h>

#include "c99_world.h"

static const lockstep_route kPlayerToShop = {1, 2, 7};
static const lockstep_route kFromMint = {9, LOCKSTEP_ANY_CLASS,
                                         LOCKSTEP_ANY_CODE};

static lockstep_account_id account_of(lockstep_ledger* ledger,
                                      lockstep_asset_id asset,
                                      uint32_t account_class) {
  lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_account_id account = 0;
  options.asset = asset;
  options.account_class = account_class;
  WORKS(lockstep_account_create(ledger, &options, &account));
  return account;
}

/* Alice is of class 1 and has 100.00, Bob of class 2; the mint may pay both. */
static world new_routed_world(void) {
  world w = {NULL, 0, 0, 0, 0};
  lockstep_ledger_options routed = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_info info = LOCKSTEP_ASSET_INFO_INIT;
  routed.routes_only = 1;
  gold.code = "GOLD";
  gold.scale = 2;
  gold.issuer_class = 9;
  WORKS(lockstep_ledger_open(&routed, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  WORKS(lockstep_asset_get(w.ledger, w.gold, &info));
  w.mint = info.issuer;
  w.alice = account_of(w.ledger, w.gold, 1);
  w.bob = account_of(w.ledger, w.gold, 2);
  WORKS(lockstep_route_allow(w.ledger, kFromMint));
  WORKS(lockstep_transfer(w.ledger, w.mint, w.alice, OF(10000), NULL, NULL));
  return w;
}

static lockstep_outcome pay(const world* w, uint32_t code,
                            lockstep_receipt* receipt) {
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  options.code = code;
  return lockstep_transfer(w->ledger, w->alice, w->bob, OF(5), &options,
                           receipt);
}

static void transfers_keep_to_the_routes_that_are_allowed(void) {
  world w = new_routed_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  char text[200] = "";
  GIVES(LOCKSTEP_ROUTE_NOT_ALLOWED, pay(&w, 7, &receipt));
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == w.alice);
  CHECK(receipt.refused_payee == w.bob && receipt.refused_asset == w.gold);
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strcmp(text,
               "route not allowed: account 2 of class 1 may not pay account 3 "
               "of class 2 with this code (leg 0)") == 0);
  WORKS(lockstep_route_allow(w.ledger, kPlayerToShop));
  WORKS(pay(&w, 7, &receipt));
  CHECK(receipt.refused_payee == 0);
  GIVES(LOCKSTEP_ROUTE_NOT_ALLOWED, pay(&w, 8, &receipt));
  WORKS(lockstep_route_forbid(w.ledger, kPlayerToShop));
  GIVES(LOCKSTEP_ROUTE_NOT_ALLOWED, pay(&w, 7, &receipt));
  GIVES(LOCKSTEP_UNKNOWN_ROUTE, lockstep_route_forbid(w.ledger, kPlayerToShop));
  WORKS(lockstep_account_get(w.ledger, w.mint, &info));
  CHECK(info.account_class == 9 && info.reserved == 0);
  WORKS(lockstep_account_get(w.ledger, w.bob, &info));
  CHECK(info.account_class == 2);
  CHECK(has_balance(w.ledger, w.bob, 5));
  end_world(&w);
}

static void routes_are_listed(void) {
  world w = new_routed_world();
  lockstep_route routes[3] = {{3, 3, 3}, {3, 3, 3}, {3, 3, 3}};
  uint64_t count = 77;
  WORKS(lockstep_route_allow(w.ledger, kPlayerToShop));
  WORKS(lockstep_route_list(w.ledger, NULL, 0, &count));
  CHECK(count == 2);
  WORKS(lockstep_route_list(w.ledger, routes, 1, &count));
  CHECK(count == 2 && routes[0].payer_class == 1 && routes[0].code == 7);
  CHECK(routes[1].payer_class == 3);
  WORKS(lockstep_route_list(w.ledger, routes, 3, &count));
  CHECK(count == 2 && routes[1].payer_class == 9);
  CHECK(routes[1].payee_class == LOCKSTEP_ANY_CLASS);
  CHECK(routes[1].code == LOCKSTEP_ANY_CODE && routes[2].payer_class == 3);
  end_world(&w);
}

static void the_journal_tells_of_routes(void) {
  world w = new_routed_world();
  lockstep_journal* journal = NULL;
  lockstep_entry rows[LOCKSTEP_MAX_LEGS] = {LOCKSTEP_ENTRY_INIT};
  uint64_t count = 0;
  WORKS(lockstep_route_allow(w.ledger, kPlayerToShop));
  WORKS(lockstep_route_forbid(w.ledger, kPlayerToShop));
  WORKS(lockstep_journal_open(w.ledger, &journal));
  WORKS(lockstep_journal_read(journal, rows, LOCKSTEP_MAX_LEGS, &count, NULL));
  CHECK(count == 5); /* the mint's route, its transfer, and those two */
  CHECK(rows[0].kind == LOCKSTEP_ENTRY_ROUTE && rows[0].is_allowed == 1);
  CHECK(rows[0].route.payer_class == 9 && rows[0].account == 0);
  CHECK(rows[1].kind == LOCKSTEP_ENTRY_TRANSFER && rows[1].is_allowed == 0);
  CHECK(rows[1].route.payer_class == 0);
  CHECK(rows[3].kind == LOCKSTEP_ENTRY_ROUTE && rows[3].is_allowed == 1);
  CHECK(rows[4].kind == LOCKSTEP_ENTRY_ROUTE && rows[4].is_allowed == 0);
  CHECK(rows[4].route.payer_class == 1 && rows[4].route.payee_class == 2);
  CHECK(rows[4].route.code == 7 && rows[4].asset == 0);
  CHECK(rows[4].sequence > rows[3].sequence);
  WORKS(lockstep_journal_close(journal));
  end_world(&w);
}

static void clones_have_routes_if_they_are_to(void) {
  world w = new_routed_world();
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_ledger* clone = NULL;
  lockstep_snapshot* snapshot = NULL;
  uint64_t count = 0;
  WORKS(lockstep_ledger_clone(w.ledger, &clone));
  WORKS(lockstep_route_list(clone, NULL, 0, &count));
  CHECK(count == 1);
  WORKS(lockstep_ledger_close(clone));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  WORKS(lockstep_snapshot_clone(snapshot, &options, &clone));
  GIVES(LOCKSTEP_ROUTES_OFF, lockstep_route_list(clone, NULL, 0, &count));
  WORKS(lockstep_ledger_close(clone));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void routes_are_refused_in_order(void) {
  world w = new_world();
  lockstep_route routes[1] = {{3, 3, 3}};
  lockstep_account_options account = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_asset_options asset = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_account_id made = 77;
  lockstep_asset_id gems = 77;
  uint64_t count = 77;
  GIVES(LOCKSTEP_ROUTES_OFF, lockstep_route_allow(w.ledger, kPlayerToShop));
  GIVES(LOCKSTEP_ROUTES_OFF, lockstep_route_forbid(w.ledger, kPlayerToShop));
  GIVES(LOCKSTEP_ROUTES_OFF, lockstep_route_list(w.ledger, routes, 1, &count));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_route_list(w.ledger, routes, 1, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_route_list(w.ledger, NULL, 1, &count));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_route_list(NULL, NULL, 1, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_route_allow(NULL, kPlayerToShop));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_route_forbid(NULL, kPlayerToShop));
  CHECK(count == 77 && routes[0].code == 3);

  /* Not a number that 16 bits would take for another class. */
  account.account_class = 65536;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_account_create(w.ledger, &account, &made));
  account.account_class = 0;
  account.reserved = 1;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_account_create(w.ledger, &account, &made));
  asset.code = "GEMS";
  asset.issuer_class = 65536;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_asset_create(w.ledger, &asset, &gems));
  asset.issuer_class = 0;
  asset.reserved = 1;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_asset_create(w.ledger, &asset, &gems));
  CHECK(made == 77 && gems == 77);

  /* Who was compiled before there were classes has class 0. */
  account.struct_size = 104;
  account.asset = w.gold;
  account.account_class = 70000;
  WORKS(lockstep_account_create(w.ledger, &account, &made));
  asset.struct_size = 32;
  WORKS(lockstep_asset_create(w.ledger, &asset, &gems));
  end_world(&w);
}

void test_routes(void) {
  transfers_keep_to_the_routes_that_are_allowed();
  routes_are_listed();
  the_journal_tells_of_routes();
  clones_have_routes_if_they_are_to();
  routes_are_refused_in_order();
}
