/* Modes and transactions as a C99 program sees them. */
#define _POSIX_C_SOURCE 200809L /* for threads */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "c99_world.h"

static const uint32_t kModes[3] = {
    LOCKSTEP_MODE_LOCKED, LOCKSTEP_MODE_OPTIMISTIC, LOCKSTEP_MODE_AUTO};

static lockstep_transfer_options in_mode(uint32_t mode) {
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  options.mode = mode;
  return options;
}

/* --- Modes ---------------------------------------------------------------- */

static lockstep_outcome transfer_one(const world* w,
                                     const lockstep_transfer_options* options,
                                     lockstep_receipt* receipt) {
  return lockstep_transfer(w->ledger, w->alice, w->bob, lockstep_amount_of(1),
                           options, receipt);
}

static void modes_reach_the_ledger(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options;
  const lockstep_outcome invalid = LOCKSTEP_INVALID_OPTION;
  size_t i;
  for (i = 0; i < 3; ++i) {
    options = in_mode(kModes[i]);
    WORKS(transfer_one(&w, &options, &receipt));
    CHECK(receipt.attempts == 1 && receipt.change_count == 2);
  }
  options = in_mode(3);
  GIVES(invalid, transfer_one(&w, &options, &receipt));
  CHECK(receipt.outcome == invalid && receipt.attempts == 0);
  options = in_mode(256); /* not what an 8-bit enumeration would take for 0 */
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  options.retry_then = 2;
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options.mode = LOCKSTEP_MODE_LOCKED; /* no mode has that number */
  GIVES(invalid, transfer_one(&w, &options, NULL));
  end_world(&w);
}

static void retries_make_sense_or_are_refused(void) {
  world w = new_world();
  lockstep_transfer_options options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  const lockstep_outcome invalid = LOCKSTEP_INVALID_OPTION;
  options.retry_attempts = LOCKSTEP_MAX_RETRY_ATTEMPTS;
  WORKS(transfer_one(&w, &options, NULL));
  options.retry_attempts = LOCKSTEP_MAX_RETRY_ATTEMPTS + 1;
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options.retry_attempts = 65536 + 8; /* not what 16 bits would take for 8 */
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options.retry_attempts = 0;
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options.mode = LOCKSTEP_MODE_LOCKED; /* where they are of no account */
  WORKS(transfer_one(&w, &options, NULL));
  options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  options.retry_base_delay_ns = -1;
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  options.retry_max_delay_ns = -1;
  GIVES(invalid, transfer_one(&w, &options, NULL));
  options.retry_max_delay_ns = 0;
  options.retry_base_delay_ns = 0;
  WORKS(transfer_one(&w, &options, NULL));
  end_world(&w);
}

/* A host compiled when nothing could be said of retries: its structure ends
 * before them, and what comes behind it is not its own. */
static void shorter_options_have_the_default_retries(void) {
  enum { kFirst = 48, kDelays = 56 };
  world w = new_world();
  lockstep_transfer_options whole = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  lockstep_transfer_options guarded;
  void* const shorter = malloc(kFirst);
  CHECK(shorter != NULL);
  if (shorter == NULL) return;
  memset(&guarded, 0xFF, sizeof(guarded));
  WORKS(lockstep_transfer_options_init(&guarded, kFirst));
  CHECK(guarded.struct_size == kFirst && guarded.mode == LOCKSTEP_MODE_LOCKED);
  CHECK(guarded.retry_attempts == UINT32_MAX); /* not touched */
  memcpy(shorter, &guarded, kFirst);
  WORKS(transfer_one(&w, shorter, NULL)); /* nor looked at */
  guarded.mode = LOCKSTEP_MODE_OPTIMISTIC;
  WORKS(transfer_one(&w, &guarded, NULL));
  memcpy(shorter, &guarded, kFirst);
  WORKS(transfer_one(&w, shorter, NULL));
  free(shorter);

  whole.struct_size = kDelays;
  whole.retry_base_delay_ns = -1; /* not there */
  WORKS(transfer_one(&w, &whole, NULL));
  whole.retry_attempts = 0; /* there */
  GIVES(LOCKSTEP_INVALID_OPTION, transfer_one(&w, &whole, NULL));
  whole.struct_size = kFirst - 8;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE, transfer_one(&w, &whole, NULL));
  end_world(&w);
}

/* --- Transactions --------------------------------------------------------- */

/* What the functions below are told and tell. */
typedef struct call {
  world w;
  int calls;
  uint64_t count;
  lockstep_account_state seen[3];
  lockstep_decision* kept;
  lockstep_snapshot* snapshot;
  lockstep_session* session;
} call;

/* All of the first account's balance but one goes to the second. */
static void take_all_but_one(void* context,
                             const lockstep_account_state* accounts,
                             uint64_t count, lockstep_decision* decision) {
  call* const c = context;
  lockstep_amount all_but_one = {0, 0};
  ++c->calls;
  c->count = count;
  memcpy(c->seen, accounts, count * sizeof(accounts[0]));
  WORKS(lockstep_amount_subtract(accounts[0].balance, lockstep_amount_of(1),
                                 &all_but_one));
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[1].account, all_but_one));
}

static void transactions_post_what_is_decided(void) {
  size_t i;
  for (i = 0; i < 3; ++i) {
    call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
    const lockstep_account_id accounts[3] = {c.w.alice, c.w.bob, c.w.alice};
    const lockstep_transfer_options options = in_mode(kModes[i]);
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_change changes[2];
    lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
    receipt.changes = changes;
    receipt.change_capacity = 2;
    WORKS(lockstep_transact(c.w.ledger, accounts, 3, take_all_but_one, &c,
                            &options, &receipt));
    CHECK(c.calls == 1 && c.count == 3);
    CHECK(receipt.attempts == 1 && receipt.change_count == 2);
    CHECK(changes[0].account == c.w.alice && is_amount(changes[0].after, 1));
    CHECK(changes[1].account == c.w.bob && is_amount(changes[1].after, 9999));
    /* It saw all that an account has. */
    CHECK(c.seen[0].account == c.w.alice && c.seen[0].asset == c.w.gold);
    CHECK(c.seen[0].status == LOCKSTEP_STATUS_OPEN);
    CHECK(is_amount(c.seen[0].balance, 10000) && is_amount(c.seen[0].held, 0));
    CHECK(is_amount(c.seen[0].floor, 0));
    CHECK(c.seen[0].ceiling.high == INT64_MAX && c.seen[0].version != 0);
    CHECK(c.seen[1].account == c.w.bob && c.seen[1].version == 0);
    CHECK(memcmp(&c.seen[0], &c.seen[2], sizeof(c.seen[0])) == 0);
    WORKS(lockstep_account_get(c.w.ledger, c.w.alice, &info));
    CHECK(info.version == receipt.sequence);
    end_world(&c.w);
  }
}

static void transact_in_a_session(void) {
  call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
  const lockstep_account_id accounts[2] = {c.w.alice, c.w.bob};
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(lockstep_session_open(c.w.ledger, &c.session));
  WORKS(lockstep_session_transact(c.session, accounts, 2, take_all_but_one, &c,
                                  NULL, &receipt));
  CHECK(c.calls == 1 && receipt.sequence != 0);
  WORKS(lockstep_session_close(c.session));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_transact(c.session, accounts, 2, take_all_but_one, &c,
                                  NULL, &receipt));
  CHECK(c.calls == 1 && receipt.outcome == LOCKSTEP_INVALID_HANDLE);
  end_world(&c.w);
}

static void refuse(void* context, const lockstep_account_state* accounts,
                   uint64_t count, lockstep_decision* decision) {
  (void)context;
  (void)count;
  WORKS(lockstep_decision_add(decision, accounts[0].account,
                              lockstep_amount_of(-1)));
  WORKS(lockstep_decision_refuse(decision, 77));
  /* A no stays a no. */
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[1].account, lockstep_amount_of(1)));
}

static void a_refusal_has_the_hosts_reason(void) {
  world w = new_world();
  const lockstep_account_id accounts[2] = {w.alice, w.bob};
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  char text[200] = "";
  size_t i;
  for (i = 0; i < 3; ++i) {
    const lockstep_transfer_options options = in_mode(kModes[i]);
    GIVES(LOCKSTEP_REFUSED_BY_FUNCTION,
          lockstep_transact(w.ledger, accounts, 2, refuse, NULL, &options,
                            &receipt));
    CHECK(receipt.outcome == LOCKSTEP_REFUSED_BY_FUNCTION);
    CHECK(receipt.reason == 77 && receipt.sequence == 0);
    WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
    CHECK(strstr(text, "77") != NULL);
  }
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1), NULL,
                          &receipt));
  CHECK(receipt.reason == 0);
  end_world(&w);
}

/* Decisions that cannot be posted; `context` says which. */
enum {
  kNothing,
  kZero,
  kNegative,
  kSame,
  kTooMany,
  kUndeclared,
  kUnbalanced,
  kTooMuch,
  kMistakes
};

static const lockstep_outcome kOutcomeOf[kMistakes] = {
    LOCKSTEP_NO_LEGS,         LOCKSTEP_ZERO_AMOUNT,
    LOCKSTEP_NEGATIVE_AMOUNT, LOCKSTEP_SAME_ACCOUNT,
    LOCKSTEP_TOO_MANY_LEGS,   LOCKSTEP_UNDECLARED_ACCOUNT,
    LOCKSTEP_UNBALANCED,      LOCKSTEP_INSUFFICIENT_FUNDS};

static void err(void* context, const lockstep_account_state* accounts,
                uint64_t count, lockstep_decision* decision) {
  const lockstep_account_id alice = accounts[0].account;
  const lockstep_account_id bob = accounts[1].account;
  const lockstep_amount one = lockstep_amount_of(1);
  const int mistake = *(const int*)context;
  lockstep_outcome said = LOCKSTEP_OK;
  lockstep_outcome wanted = kOutcomeOf[mistake];
  int i;
  (void)count;
  switch (mistake) {
    case kZero:
      said =
          lockstep_decision_move(decision, alice, bob, lockstep_amount_of(0));
      break;
    case kNegative:
      said =
          lockstep_decision_move(decision, alice, bob, lockstep_amount_of(-1));
      break;
    case kSame:
      said = lockstep_decision_move(decision, alice, alice, one);
      break;
    case kTooMany:
      for (i = 0; i < LOCKSTEP_MAX_LEGS; ++i) {
        WORKS(lockstep_decision_add(decision, i % 2 == 0 ? alice : bob,
                                    lockstep_amount_of(i % 2 == 0 ? -1 : 1)));
      }
      said = lockstep_decision_add(decision, alice, one);
      break;
    case kUndeclared:
      WORKS(lockstep_decision_move(decision, alice, 1, one));
      break;
    case kUnbalanced:
      WORKS(lockstep_decision_add(decision, alice, one));
      break;
    case kTooMuch:
      WORKS(lockstep_decision_move(decision, alice, bob,
                                   lockstep_amount_of(10001)));
      break;
    default:
      break;
  }
  /* What is wrong with the decision itself is said at once, and stays. */
  if (said == LOCKSTEP_OK) return;
  CHECK(said == wanted);
  GIVES(wanted, lockstep_decision_move(decision, alice, bob, one));
}

static void mistakes_become_outcomes(void) {
  world w = new_world();
  const lockstep_account_id accounts[2] = {w.alice, w.bob};
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  int mistake;
  size_t i;
  for (i = 0; i < 3; ++i) {
    const lockstep_transfer_options options = in_mode(kModes[i]);
    for (mistake = 0; mistake < kMistakes; ++mistake) {
      GIVES(kOutcomeOf[mistake],
            lockstep_transact(w.ledger, accounts, 2, err, &mistake, &options,
                              &receipt));
      CHECK(receipt.outcome == kOutcomeOf[mistake]);
    }
  }
  CHECK(receipt.refused_account == w.alice && is_amount(receipt.limit, 0));
  end_world(&w);
}

static void declarations_are_checked_first(void) {
  call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
  lockstep_account_id accounts[LOCKSTEP_MAX_LEGS + 1];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_ledger* const ledger = c.w.ledger;
  size_t i;
  for (i = 0; i <= LOCKSTEP_MAX_LEGS; ++i) accounts[i] = c.w.alice;
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_transact(ledger, accounts, 2, NULL, &c, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NULL_POINTER);
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_transact(ledger, NULL, 1, take_all_but_one, &c, NULL, NULL));
  GIVES(LOCKSTEP_NO_ACCOUNTS,
        lockstep_transact(ledger, NULL, 0, take_all_but_one, &c, NULL, NULL));
  GIVES(LOCKSTEP_TOO_MANY_ACCOUNTS_DECLARED,
        lockstep_transact(ledger, accounts, LOCKSTEP_MAX_LEGS + 1,
                          take_all_but_one, &c, NULL, NULL));
  /* It does not look at so many. */
  GIVES(LOCKSTEP_TOO_MANY_ACCOUNTS_DECLARED,
        lockstep_transact(ledger, accounts, UINT64_MAX, take_all_but_one, &c,
                          NULL, NULL));
  accounts[1] = 1000;
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_transact(ledger, accounts, 2, take_all_but_one, &c, NULL,
                          &receipt));
  CHECK(receipt.refused_account == 1000);
  options.wait = 3;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_transact(ledger, accounts, 2, take_all_but_one, &c, &options,
                          &receipt));
  options.struct_size = 8;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transact(ledger, accounts, 2, take_all_but_one, &c, &options,
                          NULL));
  receipt.struct_size = 8;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transact(ledger, accounts, 2, take_all_but_one, &c, NULL,
                          &receipt));
  CHECK(c.calls == 0);
  end_world(&c.w);
}

/* --- Inside --------------------------------------------------------------- */

#define INSIDE(call) GIVES(LOCKSTEP_INSIDE_TRANSACTION, call)

/* Everything that knows a handle, or opens one. */
static void call_the_ledger(void* context,
                            const lockstep_account_state* accounts,
                            uint64_t count, lockstep_decision* decision) {
  call* const c = context;
  lockstep_ledger* const ledger = c->w.ledger;
  lockstep_ledger* opened = NULL;
  lockstep_session* session = NULL;
  lockstep_journal* journal = NULL;
  lockstep_snapshot* snapshot = NULL;
  lockstep_asset_options asset = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_info asset_info = LOCKSTEP_ASSET_INFO_INIT;
  lockstep_account_options account = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_request request = LOCKSTEP_TRANSFER_REQUEST_INIT;
  lockstep_batch_result result = LOCKSTEP_BATCH_RESULT_INIT;
  lockstep_outcome outcome = LOCKSTEP_OK;
  lockstep_hold_info hold = LOCKSTEP_HOLD_INFO_INIT;
  lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  lockstep_asset_total total = LOCKSTEP_ASSET_TOTAL_INIT;
  lockstep_entry entries[LOCKSTEP_MAX_LEGS] = {LOCKSTEP_ENTRY_INIT};
  lockstep_account_state state = accounts[0];
  lockstep_balance_bucket bucket = {0, {0, 0}};
  const lockstep_amount one = lockstep_amount_of(1);
  lockstep_amount amount = one;
  lockstep_bits128 bits = {0, 0};
  uint64_t number = 5;
  lockstep_route route = {0, 0, 0};
  uint32_t small_number = 6;
  char text[10] = "";
  ++c->calls;
  INSIDE(lockstep_ledger_open(NULL, &opened));
  INSIDE(lockstep_ledger_open(NULL, NULL));
  INSIDE(lockstep_ledger_clone(ledger, &opened));
  INSIDE(lockstep_asset_create(ledger, &asset, &small_number));
  INSIDE(lockstep_asset_find(ledger, "GOLD", &small_number));
  INSIDE(lockstep_asset_get(ledger, c->w.gold, &asset_info));
  INSIDE(lockstep_asset_supply(ledger, c->w.gold, &amount));
  INSIDE(lockstep_asset_count(ledger, &small_number));
  INSIDE(lockstep_account_create(ledger, &account, &number));
  INSIDE(lockstep_account_find(ledger, "alice", &number));
  INSIDE(lockstep_account_find_bits(ledger, bits, &number));
  INSIDE(lockstep_account_find_owned(ledger, 1, 1, 1, &number));
  INSIDE(lockstep_account_get(ledger, c->w.alice, &info));
  INSIDE(lockstep_account_balance(ledger, c->w.alice, &amount));
  INSIDE(lockstep_account_count(ledger, &number));
  INSIDE(lockstep_account_set_status(ledger, c->w.alice, 0, 0, 0));
  INSIDE(lockstep_account_set_limits(ledger, c->w.alice, one, one, 0, 0));
  INSIDE(lockstep_asset_set_supply_cap(ledger, c->w.gold, one, 0, 0));
  INSIDE(lockstep_transfer(ledger, c->w.alice, c->w.bob, one, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INSIDE_TRANSACTION);
  INSIDE(lockstep_post(ledger, NULL, 0, NULL, NULL));
  INSIDE(lockstep_post_request(ledger, &request, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INSIDE_TRANSACTION);
  INSIDE(lockstep_post_all(ledger, &request, 1, NULL, &receipt, &result));
  CHECK(result.outcome == LOCKSTEP_INSIDE_TRANSACTION && result.posted == 0);
  INSIDE(lockstep_post_each(ledger, &request, 1, NULL, &outcome, NULL, NULL));
  CHECK(outcome == LOCKSTEP_INSIDE_TRANSACTION);
  INSIDE(lockstep_hold_place(ledger, NULL, 0, 0, NULL, NULL));
  INSIDE(lockstep_hold_capture(ledger, 1, NULL, 0, NULL, NULL));
  INSIDE(lockstep_hold_release(ledger, 1, NULL, NULL));
  INSIDE(lockstep_hold_expire_due(ledger));
  INSIDE(lockstep_hold_get(ledger, 1, &hold, NULL, 0));
  INSIDE(lockstep_reverse(ledger, &reversal, NULL));
  INSIDE(lockstep_reverse_all(ledger, &reversal, 1, NULL, NULL, NULL));
  INSIDE(lockstep_route_allow(ledger, route));
  INSIDE(lockstep_route_forbid(ledger, route));
  INSIDE(lockstep_route_list(ledger, &route, 1, &number));
  INSIDE(lockstep_transact(ledger, &c->w.alice, 1, call_the_ledger, c, NULL,
                           &receipt));
  INSIDE(lockstep_session_open(ledger, &session));
  INSIDE(lockstep_session_transfer(c->session, c->w.alice, c->w.bob, one, NULL,
                                   NULL));
  INSIDE(lockstep_session_post(c->session, NULL, 0, NULL, NULL));
  INSIDE(lockstep_session_post_request(c->session, &request, NULL));
  INSIDE(lockstep_session_post_all(c->session, &request, 1, NULL, NULL, NULL));
  INSIDE(lockstep_session_post_each(c->session, &request, 1, NULL, NULL, NULL,
                                    NULL));
  INSIDE(lockstep_session_hold_place(c->session, NULL, 0, 0, NULL, NULL));
  INSIDE(lockstep_session_hold_capture(c->session, 1, NULL, 0, NULL, NULL));
  INSIDE(lockstep_session_hold_release(c->session, 1, NULL, NULL));
  INSIDE(lockstep_session_reverse(c->session, &reversal, NULL));
  INSIDE(
      lockstep_session_reverse_all(c->session, &reversal, 1, NULL, NULL, NULL));
  INSIDE(lockstep_session_transact(c->session, &c->w.alice, 1, call_the_ledger,
                                   c, NULL, NULL));
  INSIDE(lockstep_explain(ledger, &receipt, text, sizeof(text), NULL));
  INSIDE(lockstep_read(ledger, &c->w.alice, 1, &state));
  INSIDE(lockstep_advance(ledger, 1));
  INSIDE(lockstep_now(ledger, &number));
  INSIDE(lockstep_history(ledger, c->w.alice, 0, entries, LOCKSTEP_MAX_LEGS,
                          &number, NULL));
  INSIDE(lockstep_journal_open(ledger, &journal));
  INSIDE(lockstep_audit(ledger, &report, NULL, 0));
  INSIDE(lockstep_digest(ledger, &bits));
  INSIDE(lockstep_get_stats(ledger, &stats, NULL, 0));
  INSIDE(lockstep_snapshot_take(ledger, &snapshot));
  INSIDE(lockstep_snapshot_account_count(c->snapshot, &number));
  INSIDE(lockstep_snapshot_asset_count(c->snapshot, &small_number));
  INSIDE(lockstep_snapshot_tick(c->snapshot, &number));
  INSIDE(lockstep_snapshot_get(c->snapshot, c->w.alice, &state));
  INSIDE(lockstep_snapshot_balance(c->snapshot, c->w.alice, &amount));
  INSIDE(lockstep_snapshot_foreach(c->snapshot, NULL, NULL));
  INSIDE(lockstep_snapshot_totals(c->snapshot, &total, 1));
  INSIDE(lockstep_snapshot_top(c->snapshot, c->w.gold, &state, 1, &number));
  INSIDE(lockstep_snapshot_histogram(c->snapshot, c->w.gold, NULL, 0, &bucket));
  INSIDE(lockstep_snapshot_audit(c->snapshot, &report, NULL, 0));
  INSIDE(lockstep_snapshot_digest(c->snapshot, &bits));
  INSIDE(lockstep_snapshot_clone(c->snapshot, NULL, &opened));
  /* Closing too: what it would end may wait for what this thread has locked. */
  INSIDE(lockstep_ledger_close(ledger));
  INSIDE(lockstep_session_close(c->session));
  INSIDE(lockstep_snapshot_close(c->snapshot));
  /* A handle that is none is none, wherever one is. */
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_now(NULL, &number));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_close((lockstep_session*)c->snapshot));
  /* Nothing was written. */
  CHECK(number == 5 && small_number == 6 && is_amount(amount, 1));
  CHECK(opened == NULL && session == NULL && journal == NULL);
  CHECK(snapshot == NULL && bits.low == 0);
  /* What needs no ledger works. */
  WORKS(lockstep_amount_add(one, one, &amount));
  CHECK(strcmp(lockstep_outcome_name(LOCKSTEP_OK), "ok") == 0);
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[count - 1].account, amount));
}

static void nothing_is_called_from_inside(void) {
  size_t i;
  for (i = 0; i < 3; ++i) {
    call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
    const lockstep_account_id accounts[2] = {c.w.alice, c.w.bob};
    const lockstep_transfer_options options = in_mode(kModes[i]);
    WORKS(lockstep_session_open(c.w.ledger, &c.session));
    WORKS(lockstep_snapshot_take(c.w.ledger, &c.snapshot));
    /* So that the snapshot has something to let go of. */
    WORKS(transfer_one(&c.w, NULL, NULL));
    WORKS(lockstep_transact(c.w.ledger, accounts, 2, call_the_ledger, &c,
                            &options, NULL));
    WORKS(lockstep_session_transact(c.session, accounts, 2, call_the_ledger, &c,
                                    &options, NULL));
    CHECK(c.calls == 2);
    WORKS(lockstep_session_close(c.session));
    WORKS(lockstep_snapshot_close(c.snapshot));
    end_world(&c.w);
  }
}

static void* close_what_is_in_use(void* context) {
  call* const c = context;
  WORKS(lockstep_ledger_close(c->w.ledger));
  WORKS(lockstep_snapshot_close(c->snapshot));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_decision_refuse(c->kept, 1)); /* another thread's */
  return NULL;
}

static void run(void* (*work)(void*), void* context) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, work, context) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}

static void let_another_close(void* context,
                              const lockstep_account_state* accounts,
                              uint64_t count, lockstep_decision* decision) {
  call* const c = context;
  ++c->calls;
  c->kept = decision;
  /* In locked mode it would wait for what this thread has locked. */
  run(close_what_is_in_use, c);
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_read(c->w.ledger, NULL, 0, NULL)); /* closed for all */
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[count - 1].account,
                               lockstep_amount_of(1)));
}

static void a_ledger_that_is_closed_meanwhile_stays_till_the_end(void) {
  call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
  const lockstep_account_id accounts[2] = {c.w.alice, c.w.bob};
  const lockstep_transfer_options options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(lockstep_snapshot_take(c.w.ledger, &c.snapshot));
  WORKS(transfer_one(&c.w, NULL, NULL));
  WORKS(lockstep_transact(c.w.ledger, accounts, 2, let_another_close, &c,
                          &options, &receipt));
  CHECK(c.calls == 1 && receipt.sequence != 0);
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_ledger_close(c.w.ledger));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_snapshot_close(c.snapshot));
}

/* --- Decisions that are none ---------------------------------------------- */

static void check_is_no_decision(lockstep_decision* decision) {
  const lockstep_amount one = lockstep_amount_of(1);
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_decision_add(decision, 1, one));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_decision_move(decision, 1, 2, one));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_decision_refuse(decision, 1));
}

static void use_the_one_before(void* context,
                               const lockstep_account_state* accounts,
                               uint64_t count, lockstep_decision* decision) {
  call* const c = context;
  ++c->calls;
  (void)count;
  check_is_no_decision(NULL);
  check_is_no_decision((lockstep_decision*)c);
  check_is_no_decision((lockstep_decision*)UINTPTR_MAX);
  check_is_no_decision(c->kept);
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[1].account, lockstep_amount_of(1)));
  c->kept = decision;
}

static void* use_it_later(void* context) {
  call* const c = context;
  const lockstep_account_id accounts[2] = {c->w.alice, c->w.bob};
  check_is_no_decision(c->kept);
  WORKS(lockstep_transact(c->w.ledger, accounts, 2, use_the_one_before, c, NULL,
                          NULL));
  return NULL;
}

static void a_decision_is_good_for_one_call(void) {
  call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
  const lockstep_account_id accounts[2] = {c.w.alice, c.w.bob};
  int i;
  for (i = 0; i < 3; ++i) {
    WORKS(lockstep_transact(c.w.ledger, accounts, 2, use_the_one_before, &c,
                            NULL, NULL));
    check_is_no_decision(c.kept);
  }
  /* Nor is it good where another thread has its first, on the same stack. */
  for (i = 0; i < 3; ++i) run(use_it_later, &c);
  check_is_no_decision(c.kept);
  CHECK(c.calls == 6);
  end_world(&c.w);
}

/* --- Conflicts ------------------------------------------------------------ */

static void* pay_alice(void* context) {
  call* const c = context;
  WORKS(lockstep_transfer(c->w.ledger, c->w.mint, c->w.alice,
                          lockstep_amount_of(1), NULL, NULL));
  return NULL;
}

/* Somebody else comes in between the first two looks and what they lead to. */
static void think_slowly(void* context, const lockstep_account_state* accounts,
                         uint64_t count, lockstep_decision* decision) {
  call* const c = context;
  if (c->calls < 2) run(pay_alice, c);
  take_all_but_one(context, accounts, count, decision);
}

static void conflicts_end_as_the_host_says(void) {
  call c = {new_world(), 0, 0, {{0}}, NULL, NULL, NULL};
  const lockstep_account_id accounts[2] = {c.w.alice, c.w.bob};
  lockstep_transfer_options options = in_mode(LOCKSTEP_MODE_OPTIMISTIC);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  uint64_t retries = 0;
  options.retry_attempts = 2;
  options.retry_then = LOCKSTEP_THEN_REFUSE;
  GIVES(LOCKSTEP_CONFLICT,
        lockstep_transact(c.w.ledger, accounts, 2, think_slowly, &c, &options,
                          &receipt));
  CHECK(receipt.outcome == LOCKSTEP_CONFLICT && receipt.attempts == 2);
  CHECK(c.calls == 2);
  WORKS(lockstep_get_stats(c.w.ledger, &stats, NULL, 0));
  retries = stats.retries;
  CHECK(retries >= 1);

  c.calls = 0;
  options.retry_then = LOCKSTEP_THEN_LOCK;
  WORKS(lockstep_transact(c.w.ledger, accounts, 2, think_slowly, &c, &options,
                          &receipt));
  CHECK(c.calls == 3 && receipt.attempts == 3);
  /* It decided upon what was there in the end. */
  CHECK(is_amount(c.seen[0].balance, 10004));
  WORKS(lockstep_get_stats(c.w.ledger, &stats, NULL, 0));
  CHECK(stats.retries > retries);
  end_world(&c.w);
}

void test_modes_and_transactions(void) {
  modes_reach_the_ledger();
  retries_make_sense_or_are_refused();
  shorter_options_have_the_default_retries();
  transactions_post_what_is_decided();
  transact_in_a_session();
  a_refusal_has_the_hosts_reason();
  mistakes_become_outcomes();
  declarations_are_checked_first();
  nothing_is_called_from_inside();
  a_ledger_that_is_closed_meanwhile_stays_till_the_end();
  a_decision_is_good_for_one_call();
  conflicts_end_as_the_host_says();
}
