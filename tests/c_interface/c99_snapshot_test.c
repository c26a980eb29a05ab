/* Reads and snapshots as a C99 program sees them. */
#include <string.h>

#include "c99_world.h"

static void move_one(const world* w) {
  WORKS(lockstep_transfer(w->ledger, w->alice, w->bob, lockstep_amount_of(1),
                          NULL, NULL));
}

/* --- Reads ---------------------------------------------------------------- */

static void reads_have_all_accounts_in_their_order(void) {
  enum { kMany = 100 }; /* more than can be locked together */
  world w = new_world();
  lockstep_account_id accounts[kMany];
  lockstep_account_state states[kMany + 1];
  size_t i;
  accounts[0] = w.bob;
  accounts[1] = w.alice;
  accounts[2] = w.mint;
  accounts[3] = w.alice;
  memset(states, 0xFF, sizeof(states));
  WORKS(lockstep_read(w.ledger, accounts, 4, states));
  CHECK(states[0].account == w.bob && is_amount(states[0].balance, 0));
  CHECK(states[1].account == w.alice && is_amount(states[1].balance, 10000));
  CHECK(states[1].asset == w.gold && states[1].status == LOCKSTEP_STATUS_OPEN);
  CHECK(is_amount(states[1].held, 0) && is_amount(states[1].floor, 0));
  CHECK(states[1].ceiling.high == INT64_MAX);
  CHECK(states[1].version != 0 && states[1].version == states[2].version);
  CHECK(states[2].account == w.mint && is_amount(states[2].balance, -10000));
  CHECK(memcmp(&states[1], &states[3], sizeof(states[1])) == 0);
  CHECK(states[4].account == UINT64_MAX); /* not touched */

  for (i = 0; i < kMany; ++i) accounts[i] = i % 2 == 0 ? w.alice : w.bob;
  WORKS(lockstep_read(w.ledger, accounts, kMany, states));
  for (i = 0; i < kMany; ++i) CHECK(states[i].account == accounts[i]);
  CHECK(is_amount(states[kMany - 2].balance, 10000));
  CHECK(states[kMany].account == UINT64_MAX);

  memset(states, 0xFF, sizeof(states));
  accounts[1] = 1000;
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT, lockstep_read(w.ledger, accounts, 2, states));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_read(w.ledger, accounts, kMany, states));
  GIVES(LOCKSTEP_OUT_OF_MEMORY,
        lockstep_read(w.ledger, accounts, UINT64_MAX, states));
  CHECK(states[0].account == UINT64_MAX);
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_read(w.ledger, NULL, 1, states));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_read(w.ledger, accounts, 1, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_read(NULL, accounts, 1, states));
  WORKS(lockstep_read(w.ledger, NULL, 0, NULL));
  end_world(&w);
}

/* --- Snapshots ------------------------------------------------------------ */

static void snapshots_stay_as_they_were(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  lockstep_account_id carol = 0;
  lockstep_account_state state;
  lockstep_amount balance = {0, 0};
  uint64_t number = 0;
  uint32_t assets = 0;
  memset(&state, 0xFF, sizeof(state));
  WORKS(lockstep_advance(w.ledger, 5));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  move_one(&w);
  carol = new_account(w.ledger, w.gold, "carol", NULL);
  WORKS(lockstep_advance(w.ledger, 6));

  WORKS(lockstep_snapshot_account_count(snapshot, &number));
  CHECK(number == 3);
  WORKS(lockstep_snapshot_asset_count(snapshot, &assets));
  CHECK(assets == 1);
  WORKS(lockstep_snapshot_tick(snapshot, &number));
  CHECK(number == 5);
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_snapshot_get(snapshot, carol, &state));
  CHECK(state.account == UINT64_MAX);
  WORKS(lockstep_snapshot_get(snapshot, w.alice, &state));
  CHECK(state.account == w.alice && is_amount(state.balance, 10000));
  WORKS(lockstep_snapshot_balance(snapshot, w.bob, &balance));
  CHECK(is_amount(balance, 0));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_snapshot_balance(snapshot, 0, &balance));
  WORKS(lockstep_account_balance(w.ledger, w.bob, &balance));
  CHECK(is_amount(balance, 1));

  /* It keeps its ledger, whoever closes that. */
  end_world(&w);
  WORKS(lockstep_snapshot_balance(snapshot, w.alice, &balance));
  CHECK(is_amount(balance, 10000));
  WORKS(lockstep_snapshot_close(snapshot));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_snapshot_close(snapshot));
}

typedef struct visit {
  const world* w;
  lockstep_snapshot* snapshot;
  uint64_t seen;
  uint64_t enough;
} visit;

static int32_t count_until_enough(void* context,
                                  const lockstep_account_state* account) {
  visit* const v = context;
  CHECK(account->account == ++v->seen);
  return v->seen == v->enough;
}

/* Nothing is locked meanwhile, so everything may be called. */
static int32_t use_everything(void* context,
                              const lockstep_account_state* account) {
  visit* const v = context;
  lockstep_account_state again;
  lockstep_snapshot* other = NULL;
  ++v->seen;
  move_one(v->w);
  if (v->seen == 1) {
    WORKS(lockstep_snapshot_get(v->snapshot, account->account, &again));
    CHECK(memcmp(account, &again, sizeof(again)) == 0);
    WORKS(lockstep_snapshot_close(v->snapshot));
  }
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_snapshot_close(v->snapshot));
  if (account->account == v->w->alice) {
    CHECK(is_amount(account->balance, 10000));
  }
  WORKS(lockstep_snapshot_take(v->w->ledger, &other));
  WORKS(lockstep_snapshot_close(other));
  return 0;
}

static void visitors_see_every_account(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  visit v = {NULL, NULL, 0, 0};
  v.w = &w;
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  WORKS(lockstep_snapshot_foreach(snapshot, count_until_enough, &v));
  CHECK(v.seen == 3);
  v.seen = 0;
  v.enough = 2;
  WORKS(lockstep_snapshot_foreach(snapshot, count_until_enough, &v));
  CHECK(v.seen == 2);
  v.seen = 0;
  v.snapshot = snapshot;
  WORKS(lockstep_snapshot_foreach(snapshot, use_everything, &v));
  CHECK(v.seen == 3);
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_snapshot_foreach(snapshot, count_until_enough, &v));
  end_world(&w);
}

static void totals_have_every_asset(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  lockstep_asset_options gem = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_id gems = 0;
  struct later_total {
    lockstep_asset_total known;
    uint64_t later;
  } totals[3];
  lockstep_asset_total short_total = LOCKSTEP_ASSET_TOTAL_INIT;
  gem.code = "GEM";
  WORKS(lockstep_asset_create(w.ledger, &gem, &gems));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  WORKS(lockstep_transfer(w.ledger, w.mint, w.bob, lockstep_amount_of(5), NULL,
                          NULL));
  memset(totals, 0xFF, sizeof(totals));
  /* Rows as long as a later version's. */
  totals[0].known.struct_size = sizeof(totals[0]);
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL,
        lockstep_snapshot_totals(snapshot, &totals[0].known, 1));
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL, lockstep_snapshot_totals(snapshot, NULL, 0));
  CHECK(totals[0].known.asset == UINT32_MAX);
  WORKS(lockstep_snapshot_totals(snapshot, &totals[0].known, 3));
  CHECK(totals[0].known.struct_size == sizeof(totals[0]));
  CHECK(totals[0].known.asset == w.gold && totals[0].known.accounts == 2);
  CHECK(is_amount(totals[0].known.supply, 10000) && totals[0].later == 0);
  CHECK(is_amount(totals[0].known.held, 0));
  CHECK(is_amount(totals[0].known.balances, 0));
  CHECK(totals[1].known.asset == gems && totals[1].known.accounts == 0);
  CHECK(is_amount(totals[1].known.supply, 0) && totals[1].later == 0);
  CHECK(totals[2].known.asset == UINT32_MAX); /* not touched */
  short_total.struct_size -= 8;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_snapshot_totals(snapshot, &short_total, 2));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_totals(snapshot, NULL, 2));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void tops_and_histograms_sort_balances(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  lockstep_account_state top[3];
  lockstep_balance_bucket buckets[4];
  lockstep_amount bounds[2];
  uint64_t count = 0;
  bounds[0] = lockstep_amount_of(1);
  bounds[1] = lockstep_amount_of(9999);
  move_one(&w);
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  move_one(&w);

  memset(top, 0xFF, sizeof(top));
  WORKS(lockstep_snapshot_top(snapshot, w.gold, top, 1, &count));
  CHECK(count == 1 && top[0].account == w.alice);
  CHECK(is_amount(top[0].balance, 9999) && top[1].account == UINT64_MAX);
  WORKS(lockstep_snapshot_top(snapshot, w.gold, top, 3, &count));
  CHECK(count == 2 && top[1].account == w.bob && is_amount(top[1].balance, 1));
  CHECK(top[2].account == UINT64_MAX); /* not touched */
  WORKS(lockstep_snapshot_top(snapshot, w.gold, NULL, 0, &count));
  CHECK(count == 0);
  GIVES(LOCKSTEP_UNKNOWN_ASSET,
        lockstep_snapshot_top(snapshot, 0, top, 3, &count));
  GIVES(LOCKSTEP_UNKNOWN_ASSET,
        lockstep_snapshot_top(snapshot, w.gold + 1, top, 3, &count));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_top(snapshot, w.gold, NULL, 3, &count));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_top(snapshot, w.gold, top, 3, NULL));

  memset(buckets, 0xFF, sizeof(buckets));
  WORKS(lockstep_snapshot_histogram(snapshot, w.gold, bounds, 2, buckets));
  CHECK(buckets[0].accounts == 0 && is_amount(buckets[0].balances, 0));
  CHECK(buckets[1].accounts == 1 && is_amount(buckets[1].balances, 1));
  CHECK(buckets[2].accounts == 1 && is_amount(buckets[2].balances, 9999));
  CHECK(buckets[3].accounts == UINT64_MAX); /* not touched */
  WORKS(lockstep_snapshot_histogram(snapshot, w.gold, NULL, 0, buckets));
  CHECK(buckets[0].accounts == 2 && is_amount(buckets[0].balances, 10000));
  bounds[1] = bounds[0];
  GIVES(LOCKSTEP_UNKNOWN_ASSET,
        lockstep_snapshot_histogram(snapshot, 9, bounds, 2, buckets));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_snapshot_histogram(snapshot, w.gold, bounds, 2, buckets));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_snapshot_histogram(snapshot, w.gold, bounds, UINT64_MAX,
                                    buckets));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_histogram(snapshot, w.gold, NULL, 2, buckets));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_histogram(snapshot, w.gold, bounds, 2, NULL));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void snapshots_are_audited(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_audit_fault fault = LOCKSTEP_AUDIT_FAULT_INIT;
  lockstep_bits128 before = {0, 0}, then = {0, 0}, now = {0, 0};
  WORKS(lockstep_digest(w.ledger, &before));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  move_one(&w);
  WORKS(lockstep_snapshot_audit(snapshot, &report, &fault, 1));
  CHECK(report.ok == 1 && report.accounts == 3 && report.rows == 2);
  WORKS(lockstep_snapshot_digest(snapshot, &then));
  CHECK(then.high == before.high && then.low == before.low);
  WORKS(lockstep_digest(w.ledger, &now));
  CHECK(now.high != before.high || now.low != before.low);
  report.struct_size = 0;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_snapshot_audit(snapshot, &report, NULL, 0));
  report.struct_size = sizeof(report);
  fault.struct_size = 12;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_snapshot_audit(snapshot, &report, &fault, 1));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_audit(snapshot, NULL, NULL, 0));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_snapshot_audit(snapshot, &report, NULL, 1));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_digest(snapshot, NULL));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void clones_go_their_own_way(void) {
  world w = new_world();
  world other = w;
  lockstep_snapshot* snapshot = NULL;
  lockstep_ledger* clone = NULL;
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_journal* journal = NULL;
  lockstep_amount balance = {0, 0};
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  move_one(&w);
  WORKS(lockstep_snapshot_clone(snapshot, NULL, &other.ledger));
  move_one(&other);
  move_one(&other);
  WORKS(lockstep_account_balance(other.ledger, w.bob, &balance));
  CHECK(is_amount(balance, 2));
  WORKS(lockstep_account_balance(w.ledger, w.bob, &balance));
  CHECK(is_amount(balance, 1));
  end_world(&other);

  options.journal_bytes = 0;
  options.concurrency = LOCKSTEP_SINGLE_THREAD;
  WORKS(lockstep_snapshot_clone(snapshot, &options, &clone));
  GIVES(LOCKSTEP_JOURNAL_OFF, lockstep_journal_open(clone, &journal));
  WORKS(lockstep_ledger_clone(clone, &other.ledger));
  GIVES(LOCKSTEP_JOURNAL_OFF, lockstep_journal_open(other.ledger, &journal));
  WORKS(lockstep_ledger_close(clone));
  move_one(&other);
  end_world(&other);

  clone = NULL;
  options.concurrency = 2;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_snapshot_clone(snapshot, &options, &clone));
  options.struct_size = 1;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_snapshot_clone(snapshot, &options, &clone));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_clone(snapshot, NULL, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_ledger_clone(w.ledger, NULL));
  CHECK(clone == NULL);
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void handles_that_are_no_snapshots_are_refused(void) {
  world w = new_world();
  lockstep_snapshot* snapshot = NULL;
  lockstep_snapshot* bad[6];
  size_t i;
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_ledger_close((lockstep_ledger*)snapshot));
  bad[0] = NULL;
  WORKS(lockstep_snapshot_take(w.ledger, &bad[1]));
  WORKS(lockstep_snapshot_close(bad[1]));
  bad[2] = (lockstep_snapshot*)w.ledger;
  bad[3] = (lockstep_snapshot*)UINTPTR_MAX;
  bad[4] = (lockstep_snapshot*)((uintptr_t)snapshot + 1000);
  bad[5] = (lockstep_snapshot*)&w;
  for (i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    lockstep_snapshot* const none = bad[i];
    const lockstep_outcome bad_handle = LOCKSTEP_INVALID_HANDLE;
    lockstep_account_state state;
    lockstep_asset_total total = LOCKSTEP_ASSET_TOTAL_INIT;
    lockstep_balance_bucket bucket;
    lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
    lockstep_ledger* clone = NULL;
    lockstep_amount amount = {0, 3};
    lockstep_bits128 bits = {1, 2};
    visit v = {NULL, NULL, 0, 0};
    uint64_t number = 5;
    uint32_t small_number = 6;
    GIVES(bad_handle, lockstep_snapshot_account_count(none, &number));
    GIVES(bad_handle, lockstep_snapshot_asset_count(none, &small_number));
    GIVES(bad_handle, lockstep_snapshot_tick(none, &number));
    GIVES(bad_handle, lockstep_snapshot_get(none, 1, &state));
    GIVES(bad_handle, lockstep_snapshot_balance(none, 1, &amount));
    GIVES(bad_handle, lockstep_snapshot_foreach(none, count_until_enough, &v));
    GIVES(bad_handle, lockstep_snapshot_totals(none, &total, 1));
    GIVES(bad_handle, lockstep_snapshot_top(none, 1, &state, 1, &number));
    GIVES(bad_handle, lockstep_snapshot_histogram(none, 1, NULL, 0, &bucket));
    GIVES(bad_handle, lockstep_snapshot_audit(none, &report, NULL, 0));
    GIVES(bad_handle, lockstep_snapshot_digest(none, &bits));
    GIVES(bad_handle, lockstep_snapshot_clone(none, NULL, &clone));
    GIVES(bad_handle, lockstep_snapshot_close(none));
    GIVES(bad_handle,
          lockstep_ledger_clone((lockstep_ledger*)snapshot, &clone));
    GIVES(bad_handle,
          lockstep_snapshot_take((lockstep_ledger*)snapshot, &bad[1]));
    CHECK(number == 5 && small_number == 6 && is_amount(amount, 3));
    CHECK(bits.high == 1 && clone == NULL && v.seen == 0);
  }
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_take(w.ledger, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_account_count(snapshot, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_asset_count(snapshot, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_tick(snapshot, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_get(snapshot, 1, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_balance(snapshot, 1, NULL));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_snapshot_foreach(snapshot, NULL, NULL));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

void test_reads_and_snapshots(void) {
  reads_have_all_accounts_in_their_order();
  snapshots_stay_as_they_were();
  visitors_see_every_account();
  totals_have_every_asset();
  tops_and_histograms_sort_balances();
  snapshots_are_audited();
  clones_go_their_own_way();
  handles_that_are_no_snapshots_are_refused();
}
