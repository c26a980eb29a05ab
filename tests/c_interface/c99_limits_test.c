/* Limits and statuses that change, and what the journal tells of them, as a C99
 * program sees it. */
#define _POSIX_C_SOURCE 200809L /* for threads */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "c99_world.h"

static const lockstep_amount kMax = {INT64_MAX, UINT64_MAX};
static const lockstep_amount kMin = {INT64_MIN, 0};

static lockstep_outcome set_limits(const world* w, lockstep_account_id account,
                                   int64_t floor, int64_t ceiling) {
  return lockstep_account_set_limits(w->ledger, account, OF(floor), OF(ceiling),
                                     LOCKSTEP_WAIT_FOREVER, 0);
}

static lockstep_outcome set_cap(const world* w, int64_t cap) {
  return lockstep_asset_set_supply_cap(w->ledger, w->gold, OF(cap),
                                       LOCKSTEP_WAIT_FOREVER, 0);
}

static lockstep_outcome pay(const world* w, lockstep_account_id from,
                            lockstep_account_id to, int64_t amount) {
  return lockstep_transfer(w->ledger, from, to, OF(amount), NULL, NULL);
}

static lockstep_account_info info_of(lockstep_ledger* ledger,
                                     lockstep_account_id account) {
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  WORKS(lockstep_account_get(ledger, account, &info));
  return info;
}

static int has_limits(lockstep_ledger* ledger, lockstep_account_id account,
                      lockstep_amount floor, lockstep_amount ceiling) {
  const lockstep_account_info info = info_of(ledger, account);
  return lockstep_amount_compare(info.floor, floor) == 0 &&
         lockstep_amount_compare(info.ceiling, ceiling) == 0;
}

static int has_digest(lockstep_ledger* ledger, lockstep_bits128 digest) {
  lockstep_bits128 now = {0, 0};
  WORKS(lockstep_digest(ledger, &now));
  return now.high == digest.high && now.low == digest.low;
}

/* --- Limits of accounts --------------------------------------------------- */

static void transfers_keep_to_the_limits_that_are_set(void) {
  world w = new_world();
  lockstep_account_state state;
  lockstep_snapshot* snapshot = NULL;
  lockstep_ledger* clone = NULL;
  lockstep_bits128 digest = {0, 0};
  const uint64_t version = info_of(w.ledger, w.alice).version;
  WORKS(lockstep_digest(w.ledger, &digest));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  WORKS(set_limits(&w, w.alice, -500, 10000));
  CHECK(info_of(w.ledger, w.alice).version > version);
  CHECK(has_limits(w.ledger, w.alice, OF(-500), OF(10000)));
  CHECK(!has_digest(w.ledger, digest));
  WORKS(lockstep_read(w.ledger, &w.alice, 1, &state));
  CHECK(is_amount(state.floor, -500) && is_amount(state.ceiling, 10000));
  GIVES(LOCKSTEP_ABOVE_CEILING, pay(&w, w.mint, w.alice, 1));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.alice, w.bob, 10501));
  WORKS(pay(&w, w.alice, w.bob, 10500));
  WORKS(pay(&w, w.bob, w.alice, 500));
  /* Without a ceiling again. */
  WORKS(lockstep_account_set_limits(w.ledger, w.alice, OF(0), kMax, 0, 0));
  CHECK(has_limits(w.ledger, w.alice, OF(0), kMax));
  WORKS(pay(&w, w.mint, w.alice, 20000));

  /* What was before stays in the snapshot; what is now goes into clones. */
  WORKS(lockstep_snapshot_get(snapshot, w.alice, &state));
  CHECK(is_amount(state.floor, 0) && state.version == version);
  CHECK(lockstep_amount_compare(state.ceiling, kMax) == 0);
  WORKS(lockstep_snapshot_close(snapshot));
  WORKS(set_limits(&w, w.alice, 1, 20000));
  WORKS(lockstep_ledger_clone(w.ledger, &clone));
  CHECK(has_limits(clone, w.alice, OF(1), OF(20000)));
  WORKS(lockstep_digest(w.ledger, &digest));
  CHECK(has_digest(clone, digest));
  WORKS(lockstep_ledger_close(clone));
  end_world(&w);
}

/* Which they cannot be at an account's beginning. */
static void floors_may_be_above_zero_and_ceilings_below(void) {
  world w = new_world();
  order o;
  WORKS(set_limits(&w, w.alice, 9000, 10000));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.alice, w.bob, 1001));
  start(&o);
  add_flow(&o, w.alice, w.bob);
  WORKS(post_order(&w, &o, NULL));
  CHECK(has_balance(w.ledger, w.alice, 9000));
  CHECK(has_balance(w.ledger, w.bob, 1000));

  WORKS(set_limits(&w, w.bob, -5000, 1000));
  WORKS(pay(&w, w.bob, w.mint, 2000));
  WORKS(set_limits(&w, w.bob, -5000, -100));
  GIVES(LOCKSTEP_ABOVE_CEILING, pay(&w, w.mint, w.bob, 901));
  WORKS(pay(&w, w.mint, w.bob, 900));
  CHECK(has_balance(w.ledger, w.bob, -100));
  end_world(&w);
}

/* From the last thing that is looked at to the first; each stays wrong. */
static void limits_are_refused_in_order(void) {
  world w = new_world();
  lockstep_bits128 digest = {0, 0};
  WORKS(lockstep_digest(w.ledger, &digest));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(&w, w.alice, 10001, 20000));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(&w, w.alice, 0, 9999));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(&w, w.bob, 1, 1));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(&w, w.bob, -1, -1));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT, set_limits(&w, w.bob + 1, 1, 1));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT, set_limits(&w, 0, 1, 1));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT, set_limits(&w, UINT64_MAX, 1, 1));
  GIVES(LOCKSTEP_INVALID_LIMITS, set_limits(&w, w.bob + 1, 2, 1));
  GIVES(LOCKSTEP_INVALID_LIMITS,
        lockstep_account_set_limits(w.ledger, w.bob, kMax, kMin, 0, 0));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_account_set_limits(w.ledger, w.bob + 1, OF(2), OF(1), 3, 0));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_account_set_limits(NULL, w.bob + 1, OF(2), OF(1), 3, 0));
  CHECK(has_digest(w.ledger, digest));
  CHECK(has_limits(w.ledger, w.alice, OF(0), kMax));

  /* What it has is within limits that are no wider. */
  WORKS(set_limits(&w, w.alice, 10000, 10000));
  WORKS(lockstep_account_set_limits(w.ledger, w.alice, kMin, kMax,
                                    LOCKSTEP_WAIT_NEVER, 0));
  CHECK(has_limits(w.ledger, w.alice, kMin, kMax));
  WORKS(lockstep_account_set_limits(w.ledger, w.bob, OF(0), OF(0),
                                    LOCKSTEP_WAIT_AT_MOST, -1));
  end_world(&w);
}

/* --- Caps of assets ------------------------------------------------------- */

static void a_cap_limits_what_may_be_in_circulation(void) {
  world w = new_world();
  lockstep_amount supply = {0, 0};
  const lockstep_amount lowest = {INT64_MIN, 1};
  /* The mint's ceiling is none again, whatever it was. */
  WORKS(set_limits(&w, w.mint, -20000, 0));
  WORKS(set_cap(&w, 10000)); /* as much as there is */
  CHECK(has_limits(w.ledger, w.mint, OF(-10000), kMax));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.mint, w.bob, 1));
  WORKS(set_cap(&w, 10001));
  WORKS(pay(&w, w.mint, w.bob, 1));
  WORKS(pay(&w, w.alice, w.mint, 10000));
  WORKS(set_cap(&w, 1));
  WORKS(lockstep_asset_supply(w.ledger, w.gold, &supply));
  CHECK(is_amount(supply, 1));
  WORKS(lockstep_asset_set_supply_cap(w.ledger, w.gold, kMax,
                                      LOCKSTEP_WAIT_AT_MOST, 1000));
  CHECK(has_limits(w.ledger, w.mint, lowest, kMax));
  WORKS(pay(&w, w.mint, w.bob, INT64_MAX));
  end_world(&w);
}

static void caps_are_refused_in_order(void) {
  world w = new_world();
  lockstep_bits128 digest = {0, 0};
  WORKS(lockstep_digest(w.ledger, &digest));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_cap(&w, 9999));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_cap(&w, 0));
  GIVES(LOCKSTEP_INVALID_LIMITS, set_cap(&w, -1));
  GIVES(LOCKSTEP_INVALID_LIMITS,
        lockstep_asset_set_supply_cap(w.ledger, w.gold, kMin, 0, 0));
  GIVES(LOCKSTEP_UNKNOWN_ASSET,
        lockstep_asset_set_supply_cap(w.ledger, w.gold + 1, kMin, 0, 0));
  GIVES(LOCKSTEP_UNKNOWN_ASSET,
        lockstep_asset_set_supply_cap(w.ledger, 0, kMin, 0, 0));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_asset_set_supply_cap(w.ledger, w.gold + 1, kMin, 3, 0));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_asset_set_supply_cap(NULL, w.gold + 1, kMin, 3, 0));
  CHECK(has_digest(w.ledger, digest));
  CHECK(!has_limits(w.ledger, w.mint, OF(0), kMax));
  end_world(&w);
}

/* --- Others who have the account ------------------------------------------ */

/* While the accounts are locked by another thread. */
static void* find_them_busy(void* context) {
  const world* const w = context;
  const lockstep_outcome busy = LOCKSTEP_BUSY;
  GIVES(busy, lockstep_account_set_limits(w->ledger, w->bob, OF(0), kMax,
                                          LOCKSTEP_WAIT_NEVER, 0));
  GIVES(busy, lockstep_account_set_limits(w->ledger, w->bob, OF(0), kMax,
                                          LOCKSTEP_WAIT_AT_MOST, 1000));
  /* Before it is known that it does not fit, after everything else. */
  GIVES(busy, lockstep_account_set_limits(w->ledger, w->bob, OF(1), kMax,
                                          LOCKSTEP_WAIT_NEVER, 0));
  GIVES(LOCKSTEP_INVALID_LIMITS,
        lockstep_account_set_limits(w->ledger, w->bob, kMax, OF(1),
                                    LOCKSTEP_WAIT_NEVER, 0));
  GIVES(busy, lockstep_asset_set_supply_cap(w->ledger, w->gold, OF(1),
                                            LOCKSTEP_WAIT_NEVER, 0));
  GIVES(busy, lockstep_asset_set_supply_cap(w->ledger, w->gold, OF(1),
                                            LOCKSTEP_WAIT_AT_MOST, -1));
  /* Accounts that nobody has are free. */
  WORKS(lockstep_account_set_limits(w->ledger, w->alice, OF(1), kMax,
                                    LOCKSTEP_WAIT_NEVER, 0));
  return NULL;
}

static void let_another_try(void* context,
                            const lockstep_account_state* accounts,
                            uint64_t count, lockstep_decision* decision) {
  pthread_t other;
  (void)accounts;
  (void)count;
  CHECK(pthread_create(&other, NULL, find_them_busy, context) == 0);
  CHECK(pthread_join(other, NULL) == 0);
  WORKS(lockstep_decision_refuse(decision, 1));
}

static void who_does_not_wait_is_told(void) {
  world w = new_world();
  const lockstep_account_id accounts[2] = {w.mint, w.bob};
  GIVES(LOCKSTEP_REFUSED_BY_FUNCTION,
        lockstep_transact(w.ledger, accounts, 2, let_another_try, &w, NULL,
                          NULL));
  CHECK(has_limits(w.ledger, w.alice, OF(1), kMax));
  end_world(&w);
}

/* --- Rows of the journal -------------------------------------------------- */

static void check_change(const lockstep_entry* row, uint32_t kind,
                         lockstep_account_id account, int64_t balance) {
  CHECK(row->struct_size == sizeof(*row));
  CHECK(row->kind == kind && row->account == account);
  CHECK(row->leg == 0 && row->counterpart == 0 && row->tick == 7);
  CHECK(is_amount(row->amount, 0) && is_amount(row->balance_after, balance));
  CHECK(row->asset == 1 && row->code == 0 && row->user_data.low == 0);
  CHECK(row->description_size == 0 && row->description[0] == '\0');
}

static int tells(const lockstep_entry* row, uint32_t status,
                 lockstep_amount floor, lockstep_amount ceiling) {
  return row->status == status &&
         lockstep_amount_compare(row->floor, floor) == 0 &&
         lockstep_amount_compare(row->ceiling, ceiling) == 0;
}

/* A transfer's row tells of no change. */
static void check_transfer(const lockstep_entry* row,
                           lockstep_account_id account, int64_t amount) {
  CHECK(row->kind == LOCKSTEP_ENTRY_TRANSFER && row->account == account);
  CHECK(is_amount(row->amount, amount) && strcmp(row->description, "a") == 0);
  CHECK(tells(row, 0, OF(0), OF(0)));
}

/* Six operations at tick 7 that leave rows, and some that are refused. Alice is
 * left with 98.00. */
static void change_and_pay(const world* w) {
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  options.description = "a";
  WORKS(lockstep_advance(w->ledger, 7));
  WORKS(lockstep_account_set_status(w->ledger, w->alice,
                                    LOCKSTEP_STATUS_CREDITS_FROZEN, 0, 0));
  WORKS(set_limits(w, w->alice, -5, 30000));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(w, w->alice, 10001, 30000));
  GIVES(LOCKSTEP_BALANCE_NOT_ZERO,
        lockstep_account_set_status(w->ledger, w->alice, LOCKSTEP_STATUS_CLOSED,
                                    0, 0));
  WORKS(
      lockstep_transfer(w->ledger, w->alice, w->bob, OF(200), &options, NULL));
  WORKS(set_cap(w, 10000));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_cap(w, 9999));
  WORKS(lockstep_account_set_status(w->ledger, w->alice, LOCKSTEP_STATUS_OPEN,
                                    0, 0));
  WORKS(set_limits(w, w->alice, 9800, 9800));
}

static void the_journal_tells_of_changes(void) {
  enum { kOpen = LOCKSTEP_STATUS_OPEN, kRows = LOCKSTEP_MAX_LEGS };
  world w = new_world();
  lockstep_entry rows[kRows];
  lockstep_journal* journal = NULL;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  uint64_t count = 0;
  size_t i;
  memset(rows, 0xFF, sizeof(rows));
  rows[0].struct_size = sizeof(rows[0]);
  WORKS(lockstep_journal_open(w.ledger, &journal));
  WORKS(lockstep_journal_read(journal, rows, kRows, &count, NULL));
  CHECK(count == 2);
  change_and_pay(&w);

  WORKS(lockstep_journal_read(journal, rows, kRows, &count, NULL));
  CHECK(count == 7);
  check_change(&rows[0], LOCKSTEP_ENTRY_STATUS, w.alice, 10000);
  CHECK(tells(&rows[0], LOCKSTEP_STATUS_CREDITS_FROZEN, OF(0), kMax));
  check_change(&rows[1], LOCKSTEP_ENTRY_LIMITS, w.alice, 10000);
  CHECK(tells(&rows[1], LOCKSTEP_STATUS_CREDITS_FROZEN, OF(-5), OF(30000)));
  check_transfer(&rows[2], w.alice, -200);
  check_transfer(&rows[3], w.bob, 200);
  check_change(&rows[4], LOCKSTEP_ENTRY_LIMITS, w.mint, -10000);
  CHECK(tells(&rows[4], kOpen, OF(-10000), kMax));
  check_change(&rows[5], LOCKSTEP_ENTRY_STATUS, w.alice, 9800);
  CHECK(tells(&rows[5], kOpen, OF(-5), OF(30000)));
  check_change(&rows[6], LOCKSTEP_ENTRY_LIMITS, w.alice, 9800);
  CHECK(tells(&rows[6], kOpen, OF(9800), OF(9800)));
  for (i = 1; i < 7; ++i) {
    CHECK(rows[i].sequence > rows[i - 1].sequence || i == 3);
  }
  CHECK(rows[6].sequence == info_of(w.ledger, w.alice).version);
  WORKS(lockstep_journal_read(journal, rows, kRows, &count, NULL));
  CHECK(count == 0);
  WORKS(lockstep_journal_close(journal));

  /* The same, newest first, and of Alice alone; the first paid her. */
  WORKS(lockstep_history(w.ledger, w.alice, 0, rows, kRows, &count, NULL));
  CHECK(count == 6);
  check_change(&rows[0], LOCKSTEP_ENTRY_LIMITS, w.alice, 9800);
  CHECK(tells(&rows[0], kOpen, OF(9800), OF(9800)));
  check_change(&rows[1], LOCKSTEP_ENTRY_STATUS, w.alice, 9800);
  check_transfer(&rows[2], w.alice, -200);
  check_change(&rows[3], LOCKSTEP_ENTRY_LIMITS, w.alice, 10000);
  check_change(&rows[4], LOCKSTEP_ENTRY_STATUS, w.alice, 10000);
  CHECK(rows[5].kind == LOCKSTEP_ENTRY_TRANSFER);
  WORKS(lockstep_history(w.ledger, w.alice, rows[0].sequence, rows, kRows,
                         &count, NULL));
  CHECK(count == 5 && rows[0].kind == LOCKSTEP_ENTRY_STATUS);
  WORKS(lockstep_audit(w.ledger, &report, NULL, 0));
  CHECK(report.ok == 1 && report.rows == 9);
  end_world(&w);
}

/* A host compiled when rows told of transfers alone: what comes behind its last
 * row is not its own. */
static void shorter_rows_have_no_kind(void) {
  enum { kRow = 360, kRows = LOCKSTEP_MAX_LEGS };
  world w = new_world();
  char* const rows = malloc((size_t)kRow * kRows);
  lockstep_entry row = LOCKSTEP_ENTRY_INIT;
  uint64_t count = 0;
  size_t i;
  CHECK(rows != NULL);
  if (rows == NULL) return;
  CHECK(row.kind == LOCKSTEP_ENTRY_TRANSFER && is_amount(row.ceiling, 0));
  row.struct_size = kRow;
  for (i = 0; i < kRows; ++i) WORKS(set_limits(&w, w.bob, 0, (int64_t)i));
  memset(rows, 0xFF, (size_t)kRow * kRows);
  memcpy(rows, &row, kRow);
  WORKS(lockstep_history(w.ledger, w.bob, 0, (lockstep_entry*)(void*)rows,
                         kRows, &count, NULL));
  CHECK(count == kRows);
  for (i = 0; i < kRows; ++i) {
    row.kind = 99;
    memcpy(&row, rows + kRow * i, kRow);
    CHECK(row.struct_size == kRow && row.account == w.bob && row.kind == 99);
    CHECK(is_amount(row.amount, 0) && row.description[0] == '\0');
  }
  free(rows);
  end_world(&w);
}

/* --- Other ledgers -------------------------------------------------------- */

static void it_works_for_one_thread_and_without_a_journal(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  world w = {NULL, 0, 1, 2, 3};
  options.concurrency = LOCKSTEP_SINGLE_THREAD;
  options.journal_bytes = 0;
  gold.code = "GOLD";
  gold.supply_cap = OF(10);
  WORKS(lockstep_ledger_open(&options, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  w.alice = new_account(w.ledger, w.gold, "alice", NULL);
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.mint, w.alice, 11));
  WORKS(set_cap(&w, 11));
  WORKS(pay(&w, w.mint, w.alice, 11));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_cap(&w, 10));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS, set_limits(&w, w.alice, 0, 10));
  WORKS(set_limits(&w, w.alice, 5, 11));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.alice, w.mint, 7));
  WORKS(pay(&w, w.alice, w.mint, 6));
  end_world(&w);
}

void test_limits(void) {
  transfers_keep_to_the_limits_that_are_set();
  floors_may_be_above_zero_and_ceilings_below();
  limits_are_refused_in_order();
  a_cap_limits_what_may_be_in_circulation();
  caps_are_refused_in_order();
  who_does_not_wait_is_told();
  the_journal_tells_of_changes();
  shorter_rows_have_no_kind();
  it_works_for_one_thread_and_without_a_journal();
}
