/* The C interface as a C99 program sees it. Compiled as C; prints each check
 * that fails and ends with 1 if there was one. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "c99_world.h"

/* --- What hosts that were compiled long ago rely on ----------------------- */

#define SIZE(type, bytes) CHECK(sizeof(type) == (bytes))
#define OFFSET(type, field, bytes) CHECK(offsetof(type, field) == (bytes))

static void structures_are_laid_out_as_ever(void) {
  SIZE(lockstep_amount, 16);
  SIZE(lockstep_bits128, 16);
  SIZE(lockstep_leg, 24);
  SIZE(lockstep_change, 40);
  SIZE(lockstep_ledger_options, 40);
  SIZE(lockstep_asset_options, 40);
  SIZE(lockstep_asset_info, 64);
  SIZE(lockstep_account_options, 112);
  SIZE(lockstep_account_info, 664);
  SIZE(lockstep_transfer_options, 96);
  SIZE(lockstep_receipt, 160);
  SIZE(lockstep_route, 8);
  SIZE(lockstep_flow, 56);
  SIZE(lockstep_condition, 40);
  SIZE(lockstep_transfer_request, 64);
  SIZE(lockstep_link_options, 64);
  SIZE(lockstep_each_options, 8);
  SIZE(lockstep_batch_result, 32);
  SIZE(lockstep_hold_info, 48);
  SIZE(lockstep_reversal, 56);
  SIZE(lockstep_entry, 456);
  SIZE(lockstep_audit_fault, 64);
  SIZE(lockstep_audit_report, 40);
  SIZE(lockstep_stats, 48);
  SIZE(lockstep_account_state, 88);
  SIZE(lockstep_asset_total, 64);
  SIZE(lockstep_balance_bucket, 24);
  OFFSET(lockstep_ledger_options, routes_only, 12);
  OFFSET(lockstep_ledger_options, journal_bytes, 16);
  OFFSET(lockstep_ledger_options, id_window, 24);
  OFFSET(lockstep_ledger_options, reserved2, 28);
  OFFSET(lockstep_ledger_options, expire_every_ns, 32);
  OFFSET(lockstep_asset_options, code, 8);
  OFFSET(lockstep_asset_options, supply_cap, 16);
  OFFSET(lockstep_asset_options, issuer_class, 32);
  OFFSET(lockstep_asset_info, issuer, 8);
  OFFSET(lockstep_asset_info, code, 24);
  OFFSET(lockstep_account_options, floor, 8);
  OFFSET(lockstep_account_options, status, 40);
  OFFSET(lockstep_account_options, key, 56);
  OFFSET(lockstep_account_options, user_data, 88);
  OFFSET(lockstep_account_options, account_class, 104);
  OFFSET(lockstep_account_info, balance, 16);
  OFFSET(lockstep_account_info, status, 80);
  OFFSET(lockstep_account_info, version, 96);
  OFFSET(lockstep_account_info, key_size, 136);
  OFFSET(lockstep_account_info, key, 144);
  OFFSET(lockstep_account_info, label, 400);
  OFFSET(lockstep_account_info, account_class, 656);
  OFFSET(lockstep_transfer_options, description, 8);
  OFFSET(lockstep_transfer_options, wait, 32);
  OFFSET(lockstep_transfer_options, mode, 36);
  OFFSET(lockstep_transfer_options, wait_ns, 40);
  OFFSET(lockstep_transfer_options, retry_attempts, 48);
  OFFSET(lockstep_transfer_options, retry_then, 52);
  OFFSET(lockstep_transfer_options, retry_base_delay_ns, 56);
  OFFSET(lockstep_transfer_options, retry_max_delay_ns, 64);
  OFFSET(lockstep_transfer_options, dry_run, 72);
  OFFSET(lockstep_transfer_options, id, 80);
  OFFSET(lockstep_receipt, changes, 8);
  OFFSET(lockstep_receipt, outcome, 16);
  OFFSET(lockstep_receipt, sequence, 24);
  OFFSET(lockstep_receipt, change_count, 32);
  OFFSET(lockstep_receipt, refused_account, 40);
  OFFSET(lockstep_receipt, reason, 52);
  OFFSET(lockstep_receipt, available, 56);
  OFFSET(lockstep_receipt, required, 88);
  OFFSET(lockstep_receipt, refused_flow, 104);
  OFFSET(lockstep_receipt, refused_condition, 108);
  OFFSET(lockstep_receipt, refused_transfer, 112);
  OFFSET(lockstep_receipt, is_dry_run, 116);
  OFFSET(lockstep_receipt, flow_count, 120);
  OFFSET(lockstep_receipt, flow_capacity, 124);
  OFFSET(lockstep_receipt, flowed, 128);
  OFFSET(lockstep_receipt, is_replay, 136);
  OFFSET(lockstep_receipt, id_field, 140);
  OFFSET(lockstep_receipt, posted_as, 144);
  OFFSET(lockstep_receipt, refused_payee, 152);
  OFFSET(lockstep_route, payee_class, 2);
  OFFSET(lockstep_route, code, 4);
  OFFSET(lockstep_flow, to, 8);
  OFFSET(lockstep_flow, at_most, 16);
  OFFSET(lockstep_flow, at_least, 32);
  OFFSET(lockstep_flow, shares_limit, 48);
  OFFSET(lockstep_condition, kind, 8);
  OFFSET(lockstep_condition, status, 12);
  OFFSET(lockstep_condition, amount, 16);
  OFFSET(lockstep_condition, version, 32);
  OFFSET(lockstep_transfer_request, legs, 8);
  OFFSET(lockstep_transfer_request, leg_count, 16);
  OFFSET(lockstep_transfer_request, flows, 24);
  OFFSET(lockstep_transfer_request, flow_count, 32);
  OFFSET(lockstep_transfer_request, conditions, 40);
  OFFSET(lockstep_transfer_request, condition_count, 48);
  OFFSET(lockstep_transfer_request, options, 56);
  OFFSET(lockstep_link_options, wait, 4);
  OFFSET(lockstep_link_options, wait_ns, 8);
  OFFSET(lockstep_link_options, mode, 16);
  OFFSET(lockstep_link_options, dry_run, 20);
  OFFSET(lockstep_link_options, retry_attempts, 24);
  OFFSET(lockstep_link_options, retry_then, 28);
  OFFSET(lockstep_link_options, retry_base_delay_ns, 32);
  OFFSET(lockstep_link_options, retry_max_delay_ns, 40);
  OFFSET(lockstep_link_options, id, 48);
  OFFSET(lockstep_each_options, stop_at_refusal, 4);
  OFFSET(lockstep_batch_result, outcome, 4);
  OFFSET(lockstep_batch_result, posted, 8);
  OFFSET(lockstep_batch_result, first_refused, 16);
  OFFSET(lockstep_batch_result, is_replay, 24);
  OFFSET(lockstep_batch_result, reserved, 28);
  OFFSET(lockstep_hold_info, status, 4);
  OFFSET(lockstep_hold_info, hold, 8);
  OFFSET(lockstep_hold_info, deadline, 16);
  OFFSET(lockstep_hold_info, user_data, 24);
  OFFSET(lockstep_hold_info, code, 40);
  OFFSET(lockstep_hold_info, leg_count, 44);
  OFFSET(lockstep_reversal, despite_freeze, 4);
  OFFSET(lockstep_reversal, transfer, 8);
  OFFSET(lockstep_reversal, amounts, 16);
  OFFSET(lockstep_reversal, amount_count, 24);
  OFFSET(lockstep_reversal, legs, 32);
  OFFSET(lockstep_reversal, leg_count, 40);
  OFFSET(lockstep_reversal, options, 48);
  OFFSET(lockstep_entry, sequence, 8);
  OFFSET(lockstep_entry, amount, 40);
  OFFSET(lockstep_entry, asset, 88);
  OFFSET(lockstep_entry, description, 104);
  OFFSET(lockstep_entry, kind, 360);
  OFFSET(lockstep_entry, status, 364);
  OFFSET(lockstep_entry, floor, 368);
  OFFSET(lockstep_entry, ceiling, 384);
  OFFSET(lockstep_entry, hold, 400);
  OFFSET(lockstep_entry, held, 408);
  OFFSET(lockstep_entry, id, 424);
  OFFSET(lockstep_entry, reverses, 440);
  OFFSET(lockstep_entry, route, 448);
  OFFSET(lockstep_entry, is_allowed, 100);
  OFFSET(lockstep_audit_fault, sequence, 24);
  OFFSET(lockstep_audit_fault, found, 48);
  OFFSET(lockstep_audit_report, fault_count, 24);
  OFFSET(lockstep_audit_report, assets, 32);
  OFFSET(lockstep_stats, posted, 8);
  OFFSET(lockstep_stats, waits, 32);
  OFFSET(lockstep_stats, replays, 40);
  OFFSET(lockstep_account_state, asset, 8);
  OFFSET(lockstep_account_state, status, 12);
  OFFSET(lockstep_account_state, balance, 16);
  OFFSET(lockstep_account_state, held, 32);
  OFFSET(lockstep_account_state, floor, 48);
  OFFSET(lockstep_account_state, ceiling, 64);
  OFFSET(lockstep_account_state, version, 80);
  OFFSET(lockstep_asset_total, asset, 4);
  OFFSET(lockstep_asset_total, accounts, 8);
  OFFSET(lockstep_asset_total, supply, 16);
  OFFSET(lockstep_asset_total, held, 32);
  OFFSET(lockstep_asset_total, balances, 48);
  OFFSET(lockstep_balance_bucket, balances, 8);
}

static void init_functions_do_what_the_macros_do(void) {
  lockstep_ledger_options ledger;
  lockstep_asset_options asset;
  lockstep_account_options account;
  lockstep_transfer_options transfer;
  lockstep_link_options link;
  lockstep_each_options each;
  const lockstep_ledger_options ledger_macro = LOCKSTEP_LEDGER_OPTIONS_INIT;
  const lockstep_asset_options asset_macro = LOCKSTEP_ASSET_OPTIONS_INIT;
  const lockstep_account_options account_macro = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  const lockstep_transfer_options transfer_macro =
      LOCKSTEP_TRANSFER_OPTIONS_INIT;
  const lockstep_link_options link_macro = LOCKSTEP_LINK_OPTIONS_INIT;
  const lockstep_each_options each_macro = LOCKSTEP_EACH_OPTIONS_INIT;
  WORKS(lockstep_ledger_options_init(&ledger, sizeof(ledger)));
  WORKS(lockstep_asset_options_init(&asset, sizeof(asset)));
  WORKS(lockstep_account_options_init(&account, sizeof(account)));
  WORKS(lockstep_transfer_options_init(&transfer, sizeof(transfer)));
  WORKS(lockstep_link_options_init(&link, sizeof(link)));
  WORKS(lockstep_each_options_init(&each, sizeof(each)));
  /* None of them has padding. */
  CHECK(memcmp(&ledger, &ledger_macro, sizeof(ledger)) == 0);
  CHECK(memcmp(&asset, &asset_macro, sizeof(asset)) == 0);
  CHECK(memcmp(&account, &account_macro, sizeof(account)) == 0);
  CHECK(memcmp(&transfer, &transfer_macro, sizeof(transfer)) == 0);
  CHECK(memcmp(&link, &link_macro, sizeof(link)) == 0);
  CHECK(memcmp(&each, &each_macro, sizeof(each)) == 0);
  CHECK(link.mode == LOCKSTEP_MODE_LOCKED && link.retry_attempts == 8);
  CHECK(transfer.wait == LOCKSTEP_WAIT_FOREVER);
  CHECK(transfer.mode == LOCKSTEP_MODE_LOCKED && transfer.retry_attempts == 8);
  CHECK(account.ceiling.high == INT64_MAX && account.ceiling.low == UINT64_MAX);
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_ledger_options_init(NULL, 24));
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_account_options_init(&account, sizeof(account) - 1));
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_account_options_init(&account, UINT32_MAX));
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_link_options_init(NULL, sizeof(link)));
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_link_options_init(&link, 48 - 8)); /* the first version's */
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_each_options_init(NULL, sizeof(each)));
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE, lockstep_each_options_init(&each, 0));
}

/* Sizes come before numbers, wherever they are. */
static void sizes_are_checked_before_numbers(void) {
  world w = new_world();
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  options.wait = 3;
  receipt.struct_size = 8;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1),
                          &options, &receipt));
  end_world(&w);
}

/* A host compiled with a later version: its structures are longer. */
static void longer_structures_are_taken_if_the_rest_is_zero(void) {
  struct {
    lockstep_ledger_options known;
    uint64_t later[2];
  } options;
  struct {
    lockstep_asset_info known;
    uint64_t later;
  } info;
  lockstep_ledger* ledger = NULL;
  lockstep_asset_id gold = 0;
  lockstep_asset_options asset = LOCKSTEP_ASSET_OPTIONS_INIT;
  WORKS(lockstep_ledger_options_init(&options.known, sizeof(options)));
  CHECK(options.later[0] == 0 && options.later[1] == 0);
  options.later[1] = 1;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_ledger_open(&options.known, &ledger));
  CHECK(ledger == NULL);
  options.later[1] = 0;
  WORKS(lockstep_ledger_open(&options.known, &ledger));
  asset.code = "G";
  WORKS(lockstep_asset_create(ledger, &asset, &gold));
  memset(&info, 0xFF, sizeof(info));
  info.known.struct_size = sizeof(info);
  WORKS(lockstep_asset_get(ledger, gold, &info.known));
  CHECK(info.known.struct_size == sizeof(info));
  CHECK(info.later == 0);
  CHECK(strcmp(info.known.code, "G") == 0);
  WORKS(lockstep_ledger_close(ledger));
}

/* What a later version could mean by more must not be lost without a word. */
static void receipts_have_nothing_unknown_in_them(void) {
  world w = new_world();
  struct {
    lockstep_receipt known;
    uint64_t later;
  } receipt = {LOCKSTEP_RECEIPT_INIT, 7};
  const lockstep_amount one = lockstep_amount_of(1);
  receipt.known.struct_size = sizeof(receipt);
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt.known));
  CHECK(receipt.later == 7 && receipt.known.change_count == 0);
  receipt.later = 0;
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt.known));
  CHECK(receipt.known.change_count == 2);
  /* A size that is no whole number of words is none. */
  receipt.known.struct_size = sizeof(receipt) - 4;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt.known));
  end_world(&w);
}

/* A receipt that was used before says what came of this call, too. */
static void receipts_say_how_every_call_ended(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  const lockstep_amount one = lockstep_amount_of(1);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt));
  CHECK(receipt.sequence != 0 && receipt.change_count == 2);
  options.wait = 3;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_transfer(w.ledger, w.alice, w.bob, one, &options, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INVALID_OPTION);
  CHECK(receipt.sequence == 0 && receipt.change_count == 0);
  options.wait = LOCKSTEP_WAIT_AT_MOST;
  options.wait_ns = -1; /* a deadline that is over */
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, one, &options, &receipt));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_post(w.ledger, NULL, 2, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NULL_POINTER && receipt.sequence == 0);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_transfer(NULL, w.alice, w.bob, one, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE && receipt.sequence == 0);
  end_world(&w);
}

static void shorter_structures_are_refused(void) {
  world w = new_world();
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_account_info info;
  lockstep_stats stats;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_entry entries[LOCKSTEP_MAX_LEGS];
  uint64_t count = 77;
  const lockstep_amount one = lockstep_amount_of(1);
  options.struct_size = sizeof(options) - 1;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transfer(w.ledger, w.alice, w.bob, one, &options, NULL));
  receipt.struct_size = 0;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_transfer(w.ledger, w.alice, w.bob, one, NULL, &receipt));
  info.struct_size = 4;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_account_get(w.ledger, w.alice, &info));
  stats.struct_size = 0;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_get_stats(w.ledger, &stats, NULL, 0));
  report.struct_size = 0;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_audit(w.ledger, &report, NULL, 0));
  entries[0].struct_size = 360 - 8; /* less than the first version's */
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_history(w.ledger, w.alice, 0, entries, LOCKSTEP_MAX_LEGS,
                         &count, NULL));
  CHECK(count == 77);
  end_world(&w);
}

/* "LOCKSTEP_NO_LEGS" is called "no_legs". */
static int is_named(const char* name, const char* constant) {
  constant += strlen("LOCKSTEP_");
  while (*name != '\0' && toupper((unsigned char)*name) == *constant) {
    ++name;
    ++constant;
  }
  return *name == '\0' && *constant == '\0';
}

#define NAMED(outcome) CHECK(is_named(lockstep_outcome_name(outcome), #outcome))

static void outcomes_have_their_names(void) {
  NAMED(LOCKSTEP_OK);
  NAMED(LOCKSTEP_LEDGER_CLOSED);
  NAMED(LOCKSTEP_TOO_MANY_SESSIONS);
  NAMED(LOCKSTEP_INSIDE_TRANSACTION);
  NAMED(LOCKSTEP_NO_LEGS);
  NAMED(LOCKSTEP_TOO_MANY_LEGS);
  NAMED(LOCKSTEP_DESCRIPTION_TOO_LONG);
  NAMED(LOCKSTEP_ZERO_AMOUNT);
  NAMED(LOCKSTEP_NEGATIVE_AMOUNT);
  NAMED(LOCKSTEP_SAME_ACCOUNT);
  NAMED(LOCKSTEP_UNKNOWN_ACCOUNT);
  NAMED(LOCKSTEP_ASSETS_DIFFER);
  NAMED(LOCKSTEP_UNBALANCED);
  NAMED(LOCKSTEP_OUT_OF_MEMORY);
  NAMED(LOCKSTEP_BUSY);
  NAMED(LOCKSTEP_CONFLICT);
  NAMED(LOCKSTEP_ACCOUNT_CLOSED);
  NAMED(LOCKSTEP_ACCOUNT_FROZEN);
  NAMED(LOCKSTEP_AMOUNT_OVERFLOW);
  NAMED(LOCKSTEP_INSUFFICIENT_FUNDS);
  NAMED(LOCKSTEP_ABOVE_CEILING);
  NAMED(LOCKSTEP_SEQUENCE_EXHAUSTED);
  NAMED(LOCKSTEP_UNKNOWN_ASSET);
  NAMED(LOCKSTEP_INVALID_ASSET_CODE);
  NAMED(LOCKSTEP_INVALID_SCALE);
  NAMED(LOCKSTEP_ASSET_EXISTS);
  NAMED(LOCKSTEP_TOO_MANY_ASSETS);
  NAMED(LOCKSTEP_INVALID_LIMITS);
  NAMED(LOCKSTEP_INVALID_STATUS);
  NAMED(LOCKSTEP_INVALID_TEXT);
  NAMED(LOCKSTEP_KEY_EXISTS);
  NAMED(LOCKSTEP_TOO_MANY_ACCOUNTS);
  NAMED(LOCKSTEP_BALANCE_NOT_ZERO);
  NAMED(LOCKSTEP_TIME_RUNS_BACKWARDS);
  NAMED(LOCKSTEP_INVALID_OPTION);
  NAMED(LOCKSTEP_JOURNAL_OFF);
  NAMED(LOCKSTEP_EMPTY_TEXT);
  NAMED(LOCKSTEP_MALFORMED_NUMBER);
  NAMED(LOCKSTEP_TOO_MANY_DECIMALS);
  NAMED(LOCKSTEP_INVALID_WEIGHTS);
  NAMED(LOCKSTEP_DIVISION_BY_ZERO);
  NAMED(LOCKSTEP_INVALID_HANDLE);
  NAMED(LOCKSTEP_TOO_MANY_HANDLES);
  NAMED(LOCKSTEP_NULL_POINTER);
  NAMED(LOCKSTEP_INVALID_STRUCT_SIZE);
  NAMED(LOCKSTEP_BUFFER_TOO_SMALL);
  NAMED(LOCKSTEP_REFUSED_BY_FUNCTION);
  NAMED(LOCKSTEP_UNDECLARED_ACCOUNT);
  NAMED(LOCKSTEP_NO_ACCOUNTS);
  NAMED(LOCKSTEP_TOO_MANY_ACCOUNTS_DECLARED);
  NAMED(LOCKSTEP_TOO_MANY_SNAPSHOTS);
  NAMED(LOCKSTEP_INVALID_FLOW);
  NAMED(LOCKSTEP_INVALID_CONDITION);
  NAMED(LOCKSTEP_CONDITION_NOT_MET);
  NAMED(LOCKSTEP_TOO_LITTLE_AVAILABLE);
  NAMED(LOCKSTEP_NOTHING_TO_MOVE);
  NAMED(LOCKSTEP_LINKED_REFUSED);
  NAMED(LOCKSTEP_NOT_ATTEMPTED);
  NAMED(LOCKSTEP_OUTSIDE_LIMITS);
  NAMED(LOCKSTEP_INVALID_DEADLINE);
  NAMED(LOCKSTEP_UNKNOWN_HOLD);
  NAMED(LOCKSTEP_HOLD_CAPTURED);
  NAMED(LOCKSTEP_HOLD_RELEASED);
  NAMED(LOCKSTEP_HOLD_EXPIRED);
  NAMED(LOCKSTEP_INVALID_CAPTURE);
  NAMED(LOCKSTEP_HELD_NOT_ZERO);
  NAMED(LOCKSTEP_ID_TAKEN);
  NAMED(LOCKSTEP_IDS_OFF);
  NAMED(LOCKSTEP_TRANSFER_FORGOTTEN);
  NAMED(LOCKSTEP_NOT_REVERSIBLE);
  NAMED(LOCKSTEP_INVALID_REVERSAL);
  NAMED(LOCKSTEP_ALREADY_REVERSED);
  NAMED(LOCKSTEP_REVERSAL_TOO_LARGE);
  NAMED(LOCKSTEP_ROUTE_NOT_ALLOWED);
  NAMED(LOCKSTEP_ROUTES_OFF);
  NAMED(LOCKSTEP_UNKNOWN_ROUTE);
  NAMED(LOCKSTEP_LOG_OFF);
  NAMED(LOCKSTEP_LOG_FAILED);
  NAMED(LOCKSTEP_LOG_IN_USE);
  NAMED(LOCKSTEP_LOG_FOREIGN);
  NAMED(LOCKSTEP_LOG_NEWER);
  NAMED(LOCKSTEP_LOG_DAMAGED);
  CHECK(strcmp(lockstep_outcome_name(-1), "unknown_outcome") == 0);
  CHECK(strcmp(lockstep_outcome_name(INT32_MAX), "unknown_outcome") == 0);
  CHECK(strcmp(lockstep_outcome_name(0x10000), "unknown_outcome") == 0);
  CHECK(strlen(lockstep_outcome_meaning(LOCKSTEP_BUSY)) > 10);
  CHECK(strlen(lockstep_outcome_advice(LOCKSTEP_BUSY)) > 10);
  CHECK(strcmp(lockstep_version(), LOCKSTEP_VERSION_STRING) == 0);
  CHECK(strcmp(lockstep_status_name(LOCKSTEP_STATUS_FROZEN), "frozen") == 0);
  CHECK(strcmp(lockstep_status_name(256), "unknown_status") == 0);
  CHECK(strcmp(lockstep_id_field_name(LOCKSTEP_ID_FIELD_USER_DATA),
               "user data") == 0);
  CHECK(strcmp(lockstep_id_field_name(LOCKSTEP_ID_FIELD_TRANSFER + 1),
               "unknown field") == 0);
  CHECK(strcmp(lockstep_id_field_name(256), "unknown field") == 0);
  CHECK(strlen(lockstep_audit_rule_text(LOCKSTEP_RULE_ROWS_CHAIN_UP)) > 10);
  CHECK(strcmp(lockstep_audit_rule_text(LOCKSTEP_RULE_HELD_IS_OF_HOLDS),
               lockstep_audit_rule_text(255)) != 0);
  CHECK(strcmp(lockstep_audit_rule_text(LOCKSTEP_RULE_HELD_IS_OF_HOLDS + 1),
               lockstep_audit_rule_text(255)) == 0);
  CHECK(strcmp(lockstep_audit_rule_text(UINT32_MAX),
               lockstep_audit_rule_text(255)) == 0);
}

/* --- Handles -------------------------------------------------------------- */

static void bad_handles_are_refused_everywhere(void) {
  world w = new_world();
  lockstep_ledger* closed = NULL;
  lockstep_session* session = NULL;
  lockstep_journal* journal = NULL;
  lockstep_ledger* bad[6];
  size_t i;
  WORKS(lockstep_session_open(w.ledger, &session));
  WORKS(lockstep_ledger_open(NULL, &closed));
  WORKS(lockstep_ledger_close(closed));
  bad[0] = NULL;
  bad[1] = closed;
  bad[2] = (lockstep_ledger*)session;
  bad[3] = (lockstep_ledger*)UINTPTR_MAX;
  bad[4] = (lockstep_ledger*)((uintptr_t)w.ledger + 1000);
  bad[5] = (lockstep_ledger*)&w;
  for (i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    lockstep_ledger* const ledger = bad[i];
    lockstep_asset_options asset = LOCKSTEP_ASSET_OPTIONS_INIT;
    lockstep_asset_info asset_info = LOCKSTEP_ASSET_INFO_INIT;
    lockstep_account_options account = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
    lockstep_account_info info;
    lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_entry entries[LOCKSTEP_MAX_LEGS];
    lockstep_stats stats;
    lockstep_bits128 bits = {1, 2};
    lockstep_amount amount = {0, 3};
    lockstep_session* no_session = NULL;
    char text[10] = "";
    uint64_t number = 5;
    uint32_t small_number = 6;
    const lockstep_outcome bad_handle = LOCKSTEP_INVALID_HANDLE;
    asset.code = "X";
    entries[0].struct_size = sizeof(entries[0]);
    info.struct_size = sizeof(info);
    stats.struct_size = sizeof(stats);
    GIVES(bad_handle, lockstep_ledger_close(ledger));
    GIVES(bad_handle, lockstep_asset_create(ledger, &asset, &small_number));
    GIVES(bad_handle, lockstep_asset_find(ledger, "GOLD", &small_number));
    GIVES(bad_handle, lockstep_asset_get(ledger, 1, &asset_info));
    GIVES(bad_handle, lockstep_asset_supply(ledger, 1, &amount));
    GIVES(bad_handle, lockstep_asset_count(ledger, &small_number));
    GIVES(bad_handle, lockstep_account_create(ledger, &account, &number));
    GIVES(bad_handle, lockstep_account_find(ledger, "alice", &number));
    GIVES(bad_handle, lockstep_account_find_bits(ledger, bits, &number));
    GIVES(bad_handle, lockstep_account_find_owned(ledger, 1, 1, 1, &number));
    GIVES(bad_handle, lockstep_account_get(ledger, 1, &info));
    GIVES(bad_handle, lockstep_account_balance(ledger, 1, &amount));
    GIVES(bad_handle, lockstep_account_count(ledger, &number));
    GIVES(bad_handle, lockstep_account_set_status(ledger, 1, 0, 0, 0));
    GIVES(bad_handle,
          lockstep_account_set_limits(ledger, 1, amount, amount, 0, 0));
    GIVES(bad_handle, lockstep_asset_set_supply_cap(ledger, 1, amount, 0, 0));
    GIVES(bad_handle, lockstep_transfer(ledger, 1, 2, amount, NULL, &receipt));
    GIVES(bad_handle, lockstep_post(ledger, NULL, 0, NULL, &receipt));
    GIVES(bad_handle, lockstep_post_request(ledger, NULL, &receipt));
    GIVES(bad_handle, lockstep_post_all(ledger, NULL, 0, NULL, NULL, NULL));
    GIVES(bad_handle,
          lockstep_post_each(ledger, NULL, 0, NULL, NULL, NULL, NULL));
    GIVES(bad_handle, lockstep_session_open(ledger, &no_session));
    GIVES(bad_handle, lockstep_explain(ledger, &receipt, text, 10, &number));
    GIVES(bad_handle, lockstep_advance(ledger, 1));
    GIVES(bad_handle, lockstep_now(ledger, &number));
    GIVES(bad_handle, lockstep_history(ledger, 1, 0, entries, LOCKSTEP_MAX_LEGS,
                                       &number, NULL));
    GIVES(bad_handle, lockstep_journal_open(ledger, &journal));
    GIVES(bad_handle, lockstep_audit(ledger, &report, NULL, 0));
    GIVES(bad_handle, lockstep_digest(ledger, &bits));
    GIVES(bad_handle, lockstep_get_stats(ledger, &stats, NULL, 0));
    /* Nothing was written. */
    CHECK(number == 5 && small_number == 6 && is_amount(amount, 3));
    CHECK(bits.high == 1 && bits.low == 2 && no_session == NULL);
    CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE && receipt.sequence == 0);
    CHECK(journal == NULL && text[0] == '\0');
  }
  /* The forged ones above did not harm the session. */
  WORKS(lockstep_session_transfer(session, w.alice, w.bob,
                                  lockstep_amount_of(1), NULL, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_close((lockstep_session*)w.ledger));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_transfer((lockstep_session*)w.ledger, 1, 2,
                                  lockstep_amount_of(1), NULL, NULL));
  WORKS(lockstep_session_close(session));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_session_close(session));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_post(session, NULL, 0, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_post_request(session, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_post_all(session, NULL, 0, NULL, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_post_each(session, NULL, 0, NULL, NULL, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_journal_close(NULL));
  end_world(&w);
}

/* A place in the table of handles is used anew, but under another number. */
static void a_closed_handle_stays_closed(void) {
  lockstep_ledger* first = NULL;
  int i;
  WORKS(lockstep_ledger_open(NULL, &first));
  WORKS(lockstep_ledger_close(first));
  for (i = 0; i < 100; ++i) {
    lockstep_ledger* next = NULL;
    uint64_t count = 0;
    WORKS(lockstep_ledger_open(NULL, &next));
    CHECK(next != first);
    GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_account_count(first, &count));
    GIVES(LOCKSTEP_INVALID_HANDLE, lockstep_ledger_close(first));
    WORKS(lockstep_account_count(next, &count));
    WORKS(lockstep_ledger_close(next));
  }
}

static void sessions_and_cursors_keep_their_ledger(void) {
  world w = new_world();
  lockstep_session* session = NULL;
  lockstep_journal* journal = NULL;
  lockstep_entry entries[LOCKSTEP_MAX_LEGS];
  uint64_t count = 0;
  entries[0].struct_size = sizeof(entries[0]);
  WORKS(lockstep_session_open(w.ledger, &session));
  WORKS(lockstep_journal_open(w.ledger, &journal));
  WORKS(lockstep_ledger_close(w.ledger));
  WORKS(lockstep_session_transfer(session, w.alice, w.bob,
                                  lockstep_amount_of(100), NULL, NULL));
  WORKS(
      lockstep_journal_read(journal, entries, LOCKSTEP_MAX_LEGS, &count, NULL));
  CHECK(count == 4);
  WORKS(lockstep_session_close(session));
  WORKS(lockstep_journal_close(journal));
}

static void null_pointers_are_refused(void) {
  world w = new_world();
  lockstep_session* session = NULL;
  lockstep_journal* journal = NULL;
  lockstep_asset_options asset = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_account_options account = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  lockstep_entry entries[LOCKSTEP_MAX_LEGS];
  lockstep_bits128 bits = {0, 1};
  lockstep_amount amount = {0, 0};
  uint64_t weights[1] = {1};
  uint64_t number = 0;
  uint32_t small_number = 0;
  const lockstep_outcome null = LOCKSTEP_NULL_POINTER;
  entries[0].struct_size = sizeof(entries[0]);
  WORKS(lockstep_session_open(w.ledger, &session));
  WORKS(lockstep_journal_open(w.ledger, &journal));
  GIVES(null, lockstep_ledger_open(NULL, NULL));
  GIVES(null, lockstep_asset_create(w.ledger, NULL, &small_number));
  GIVES(null, lockstep_asset_create(w.ledger, &asset, NULL));
  GIVES(null, lockstep_asset_find(w.ledger, NULL, &small_number));
  GIVES(null, lockstep_asset_find(w.ledger, "GOLD", NULL));
  GIVES(null, lockstep_asset_get(w.ledger, 1, NULL));
  GIVES(null, lockstep_asset_supply(w.ledger, 1, NULL));
  GIVES(null, lockstep_asset_count(w.ledger, NULL));
  GIVES(null, lockstep_account_create(w.ledger, NULL, &number));
  GIVES(null, lockstep_account_create(w.ledger, &account, NULL));
  GIVES(null, lockstep_account_find(w.ledger, NULL, &number));
  GIVES(null, lockstep_account_find(w.ledger, "alice", NULL));
  GIVES(null, lockstep_account_find_bits(w.ledger, bits, NULL));
  GIVES(null, lockstep_account_find_owned(w.ledger, 1, 1, 1, NULL));
  GIVES(null, lockstep_account_get(w.ledger, 1, NULL));
  GIVES(null, lockstep_account_balance(w.ledger, 1, NULL));
  GIVES(null, lockstep_account_count(w.ledger, NULL));
  GIVES(null, lockstep_post(w.ledger, NULL, 2, NULL, NULL));
  GIVES(null, lockstep_session_post(session, NULL, 2, NULL, NULL));
  GIVES(null, lockstep_post_request(w.ledger, NULL, NULL));
  GIVES(null, lockstep_session_post_request(session, NULL, NULL));
  GIVES(null, lockstep_post_all(w.ledger, NULL, 1, NULL, NULL, NULL));
  GIVES(null, lockstep_session_post_all(session, NULL, 1, NULL, NULL, NULL));
  GIVES(null, lockstep_post_each(w.ledger, NULL, 1, NULL, NULL, NULL, NULL));
  GIVES(null,
        lockstep_session_post_each(session, NULL, 1, NULL, NULL, NULL, NULL));
  GIVES(null, lockstep_session_open(w.ledger, NULL));
  GIVES(null, lockstep_explain(w.ledger, NULL, NULL, 0, NULL));
  GIVES(null, lockstep_explain(w.ledger, &receipt, NULL, 5, NULL));
  GIVES(null, lockstep_now(w.ledger, NULL));
  GIVES(null, lockstep_history(w.ledger, 1, 0, NULL, 64, &number, NULL));
  GIVES(null, lockstep_history(w.ledger, 1, 0, entries, 64, NULL, NULL));
  GIVES(null, lockstep_journal_open(w.ledger, NULL));
  GIVES(null, lockstep_journal_read(journal, NULL, 64, &number, NULL));
  GIVES(null, lockstep_journal_read(journal, entries, 64, NULL, NULL));
  GIVES(null, lockstep_audit(w.ledger, NULL, NULL, 0));
  GIVES(null, lockstep_audit(w.ledger, &report, NULL, 1));
  GIVES(null, lockstep_digest(w.ledger, NULL));
  GIVES(null, lockstep_get_stats(w.ledger, NULL, NULL, 0));
  GIVES(null, lockstep_get_stats(w.ledger, &stats, NULL, 1));
  GIVES(null, lockstep_amount_add(amount, amount, NULL));
  GIVES(null, lockstep_amount_subtract(amount, amount, NULL));
  GIVES(null, lockstep_amount_multiply(amount, amount, amount, 0, NULL));
  GIVES(null, lockstep_amount_split(amount, NULL, 1, &amount));
  GIVES(null, lockstep_amount_split(amount, weights, 1, NULL));
  GIVES(null, lockstep_amount_parse(NULL, 0, &amount));
  GIVES(null, lockstep_amount_parse("1", 0, NULL));
  GIVES(null, lockstep_amount_format(amount, 0, NULL, 1, NULL));
  /* A code that is not set is an empty one. */
  GIVES(LOCKSTEP_INVALID_ASSET_CODE,
        lockstep_asset_create(w.ledger, &asset, &small_number));
  WORKS(lockstep_session_close(session));
  WORKS(lockstep_journal_close(journal));
  end_world(&w);
}

/* --- What it does --------------------------------------------------------- */

static void options_reach_the_ledger(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_ledger* ledger = NULL;
  lockstep_journal* journal = NULL;
  uint64_t tick = 0;
  options.routes_only = 2;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &ledger));
  options.routes_only = 0;
  options.concurrency = 2;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &ledger));
  /* Not one that an 8-bit enumeration would take for 0. */
  options.concurrency = 256;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &ledger));
  options.concurrency = LOCKSTEP_SINGLE_THREAD;
  options.tick_source = 2;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &ledger));
  options.tick_source = LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK;
  options.journal_bytes = 0;
  WORKS(lockstep_ledger_open(&options, &ledger));
  GIVES(LOCKSTEP_JOURNAL_OFF, lockstep_journal_open(ledger, &journal));
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_advance(ledger, 1));
  WORKS(lockstep_now(ledger, &tick));
  CHECK(tick > UINT64_C(1600000000000000000)); /* later than 2020 */
  WORKS(lockstep_ledger_close(ledger));
}

static void assets_and_accounts_are_what_they_were_made_from(void) {
  world w = new_world();
  lockstep_asset_options gem = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_info asset = LOCKSTEP_ASSET_INFO_INIT;
  lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_account_info info;
  lockstep_asset_id found_asset = 0;
  lockstep_account_id account = 0;
  lockstep_account_id found = 0;
  lockstep_amount amount = {0, 0};
  const lockstep_bits128 bits = {7, 8};
  uint64_t accounts = 0;
  uint32_t assets = 0;

  gem.code = "GEM";
  gem.scale = 3;
  gem.supply_cap = lockstep_amount_of(50);
  WORKS(lockstep_asset_create(w.ledger, &gem, &found_asset));
  GIVES(LOCKSTEP_ASSET_EXISTS,
        lockstep_asset_create(w.ledger, &gem, &found_asset));
  WORKS(lockstep_asset_find(w.ledger, "GEM", &found_asset));
  GIVES(LOCKSTEP_UNKNOWN_ASSET, lockstep_asset_find(w.ledger, "gem", &assets));
  WORKS(lockstep_asset_get(w.ledger, found_asset, &asset));
  CHECK(asset.asset == found_asset && asset.scale == 3);
  CHECK(strcmp(asset.code, "GEM") == 0 && asset.code_size == 3);
  WORKS(lockstep_asset_count(w.ledger, &assets));
  CHECK(assets == 2);

  options.asset = found_asset;
  options.floor = lockstep_amount_of(-10);
  options.ceiling = lockstep_amount_of(20);
  options.status = LOCKSTEP_STATUS_CREDITS_FROZEN;
  options.owner = 42;
  options.purpose = 3;
  options.key = "w\xC3\xA4hrung";
  options.label = "a label";
  options.key_bits.high = 7;
  options.key_bits.low = 8;
  options.user_data.high = 9;
  options.user_data.low = 10;
  WORKS(lockstep_account_create(w.ledger, &options, &account));
  GIVES(LOCKSTEP_KEY_EXISTS,
        lockstep_account_create(w.ledger, &options, &found));
  options.status = 256;
  GIVES(LOCKSTEP_INVALID_STATUS,
        lockstep_account_create(w.ledger, &options, &found));
  WORKS(lockstep_account_find(w.ledger, "w\xC3\xA4hrung", &found));
  CHECK(found == account);
  WORKS(lockstep_account_find_bits(w.ledger, bits, &found));
  CHECK(found == account);
  WORKS(lockstep_account_find_owned(w.ledger, 42, 3, found_asset, &found));
  CHECK(found == account);
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_account_find_owned(w.ledger, 42, 4, found_asset, &found));
  WORKS(lockstep_account_count(w.ledger, &accounts));
  CHECK(accounts == account);

  memset(&info, 0xFF, sizeof(info));
  info.struct_size = sizeof(info);
  WORKS(lockstep_account_get(w.ledger, account, &info));
  CHECK(info.account == account && info.asset == found_asset);
  CHECK(is_amount(info.balance, 0) && is_amount(info.held, 0));
  CHECK(is_amount(info.floor, -10) && is_amount(info.ceiling, 20));
  CHECK(info.status == LOCKSTEP_STATUS_CREDITS_FROZEN);
  CHECK(info.owner == 42 && info.purpose == 3 && info.version == 0);
  CHECK(info.key_bits.high == 7 && info.key_bits.low == 8);
  CHECK(info.user_data.high == 9 && info.user_data.low == 10);
  CHECK(strcmp(info.key, "w\xC3\xA4hrung") == 0);
  CHECK(strcmp(info.label, "a label") == 0);
  CHECK(info.key_size == 8 && info.label_size == 7);

  GIVES(LOCKSTEP_ACCOUNT_FROZEN,
        lockstep_transfer(w.ledger, asset.issuer, account,
                          lockstep_amount_of(1), NULL, NULL));
  WORKS(lockstep_account_set_status(w.ledger, account, LOCKSTEP_STATUS_OPEN,
                                    LOCKSTEP_WAIT_FOREVER, 0));
  GIVES(LOCKSTEP_INVALID_STATUS,
        lockstep_account_set_status(w.ledger, account, 256, LOCKSTEP_WAIT_NEVER,
                                    0));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_account_set_status(w.ledger, account, LOCKSTEP_STATUS_OPEN, 3,
                                    0));
  GIVES(LOCKSTEP_ABOVE_CEILING,
        lockstep_transfer(w.ledger, asset.issuer, account,
                          lockstep_amount_of(21), NULL, NULL));
  WORKS(lockstep_transfer(w.ledger, asset.issuer, account,
                          lockstep_amount_of(20), NULL, NULL));
  WORKS(lockstep_asset_supply(w.ledger, found_asset, &amount));
  CHECK(is_amount(amount, 20));
  WORKS(lockstep_account_balance(w.ledger, account, &amount));
  CHECK(is_amount(amount, 20));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_account_balance(w.ledger, account + 1, &amount));
  GIVES(LOCKSTEP_BALANCE_NOT_ZERO,
        lockstep_account_set_status(w.ledger, account, LOCKSTEP_STATUS_CLOSED,
                                    LOCKSTEP_WAIT_FOREVER, 0));
  end_world(&w);
}

static void transfers_give_receipts(void) {
  world w = new_world();
  lockstep_change changes[4];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_amount balance = {0, 0};
  uint64_t first = 0;
  memset(changes, 0xFF, sizeof(changes));
  receipt.changes = changes;
  receipt.change_capacity = 4;
  options.description = "a gift";
  options.code = 7;
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(2500),
                          &options, &receipt));
  CHECK(receipt.struct_size == sizeof(receipt));
  CHECK(receipt.changes == changes && receipt.change_capacity == 4);
  CHECK(receipt.outcome == LOCKSTEP_OK && receipt.attempts == 1);
  CHECK(receipt.sequence != 0 && receipt.change_count == 2);
  CHECK(changes[0].account == w.alice && changes[1].account == w.bob);
  CHECK(is_amount(changes[0].before, 10000));
  CHECK(is_amount(changes[0].after, 7500));
  CHECK(is_amount(changes[1].before, 0) && is_amount(changes[1].after, 2500));
  CHECK(changes[2].account == UINT64_MAX); /* not touched */
  CHECK(receipt.refused_leg == LOCKSTEP_NO_LEG);

  /* Room for one: the other is counted and not written. */
  first = receipt.sequence;
  receipt.change_capacity = 1;
  changes[1].account = 0;
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1), NULL,
                          &receipt));
  CHECK(receipt.sequence > first && receipt.change_count == 2);
  CHECK(changes[0].account == w.alice && changes[1].account == 0);

  /* Refused: nothing moved, and it says why. */
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.bob, w.alice, lockstep_amount_of(9999),
                          NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INSUFFICIENT_FUNDS);
  CHECK(receipt.sequence == 0 && receipt.change_count == 0);
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == w.bob);
  CHECK(receipt.refused_asset == w.gold);
  CHECK(is_amount(receipt.available, 2501) && is_amount(receipt.limit, 0));
  CHECK(is_amount(receipt.required, 9999));
  WORKS(lockstep_account_balance(w.ledger, w.bob, &balance));
  CHECK(is_amount(balance, 2501));
  end_world(&w);
}

static void posts_have_many_legs(void) {
  world w = new_world();
  lockstep_leg legs[LOCKSTEP_MAX_LEGS + 2];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_session* session = NULL;
  lockstep_amount balance = {0, 0};
  size_t i;
  WORKS(lockstep_session_open(w.ledger, &session));
  for (i = 0; i < sizeof(legs) / sizeof(legs[0]); ++i) {
    legs[i].account = i % 2 == 0 ? w.alice : w.bob;
    legs[i].amount = lockstep_amount_of(i % 2 == 0 ? -10 : 10);
  }
  GIVES(LOCKSTEP_NO_LEGS, lockstep_post(w.ledger, legs, 0, NULL, &receipt));
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_post(w.ledger, legs, LOCKSTEP_MAX_LEGS + 2, NULL, &receipt));
  /* It does not look at so many. */
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_post(w.ledger, legs, UINT64_MAX, NULL, &receipt));
  GIVES(LOCKSTEP_UNBALANCED,
        lockstep_session_post(session, legs, 3, NULL, &receipt));
  CHECK(is_amount(receipt.required, -10));
  WORKS(lockstep_post(w.ledger, legs, LOCKSTEP_MAX_LEGS, NULL, &receipt));
  CHECK(receipt.change_count == 2);
  WORKS(lockstep_session_post(session, legs, 4, NULL, &receipt));
  WORKS(lockstep_account_balance(w.ledger, w.bob, &balance));
  CHECK(is_amount(balance, 34 * 10));
  WORKS(lockstep_session_close(session));
  end_world(&w);
}

static void explanations_are_sentences(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  char text[200];
  uint64_t size = 0;
  const char* const wanted =
      "insufficient funds: account 2 (Alice) has 100.00 GOLD, needs 100.01";
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_explain(w.ledger, &receipt, text, sizeof(text), &size));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(10001),
                          NULL, &receipt));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), &size));
  CHECK(strcmp(text, wanted) == 0);
  CHECK(size == strlen(wanted));
  /* How long is it? */
  size = 0;
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL,
        lockstep_explain(w.ledger, &receipt, NULL, 0, &size));
  CHECK(size == strlen(wanted));
  memset(text, 'x', sizeof(text));
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL,
        lockstep_explain(w.ledger, &receipt, text, strlen(wanted), &size));
  CHECK(strncmp(text, wanted, strlen(wanted) - 1) == 0);
  CHECK(text[strlen(wanted) - 1] == '\0' && text[strlen(wanted)] == 'x');
  WORKS(lockstep_explain(w.ledger, &receipt, text, strlen(wanted) + 1, NULL));
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1), NULL,
                          &receipt));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strcmp(text, "posted: 2 accounts changed") == 0);
  /* Whatever is in a receipt, it does no harm. */
  receipt.outcome = 1000000;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  receipt.outcome = LOCKSTEP_INSUFFICIENT_FUNDS;
  receipt.refused_account = UINT64_MAX;
  receipt.refused_asset = UINT32_MAX;
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  end_world(&w);
}

static void history_and_journal_have_every_row(void) {
  enum { kRows = 100 };
  world w = new_world();
  lockstep_entry entries[kRows];
  lockstep_journal* journal = NULL;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  uint64_t count = 0;
  uint64_t seen = 0;
  uint64_t before = 0;
  uint64_t missed = 9;
  int32_t truncated = 9;
  int64_t balance = 0;
  int i;
  entries[0].struct_size = sizeof(entries[0]);
  WORKS(lockstep_advance(w.ledger, 33));
  GIVES(LOCKSTEP_TIME_RUNS_BACKWARDS, lockstep_advance(w.ledger, 32));
  options.description = "one of many";
  options.code = 5;
  options.user_data.low = 6;
  for (i = 0; i < 150; ++i) {
    WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1),
                            &options, NULL));
  }
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL,
        lockstep_history(w.ledger, w.bob, 0, entries, LOCKSTEP_MAX_LEGS - 1,
                         &count, &truncated));
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT, lockstep_history(w.ledger, 1000, 0, entries,
                                                   kRows, &count, &truncated));
  /* Newest first, page by page. */
  balance = 150;
  do {
    uint64_t k;
    WORKS(lockstep_history(w.ledger, w.bob, before, entries, kRows, &count,
                           &truncated));
    for (k = 0; k < count; ++k) {
      CHECK(entries[k].struct_size == sizeof(entries[0]));
      CHECK(entries[k].account == w.bob && entries[k].counterpart == w.alice);
      CHECK(is_amount(entries[k].amount, 1));
      CHECK(is_amount(entries[k].balance_after, balance--));
      CHECK(entries[k].tick == 33 && entries[k].leg == 1);
      CHECK(entries[k].asset == w.gold && entries[k].code == 5);
      CHECK(entries[k].user_data.low == 6);
      CHECK(strcmp(entries[k].description, "one of many") == 0);
      CHECK(entries[k].description_size == 11);
    }
    seen += count;
    if (count > 0) before = entries[count - 1].sequence;
  } while (count > 0 && seen < 1000);
  CHECK(seen == 150 && truncated == 0);

  /* Oldest first, in pieces; then what came since. */
  WORKS(lockstep_journal_open(w.ledger, &journal));
  for (seen = 0;; seen += count) {
    WORKS(lockstep_journal_read(journal, entries, LOCKSTEP_MAX_LEGS, &count,
                                &missed));
    if (count == 0) break;
    CHECK(count <= LOCKSTEP_MAX_LEGS && missed == 0);
    if (seen == 0) CHECK(entries[0].account == w.mint);
  }
  CHECK(seen == 2 * 151);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1), NULL,
                          NULL));
  WORKS(lockstep_journal_read(journal, entries, kRows, &count, NULL));
  CHECK(count == 2);
  WORKS(lockstep_journal_close(journal));
  end_world(&w);
}

/* An account in two legs of each transfer, a page that ends between two of
 * them, and a journal that has dropped the oldest. */
static void history_is_truncated_only_at_its_end(void) {
  enum { kRows = 65 };
  lockstep_ledger_options small = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_ledger* ledger = NULL;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_id asset = 0;
  lockstep_account_id alice = 0;
  lockstep_entry entries[kRows] = {LOCKSTEP_ENTRY_INIT};
  lockstep_leg legs[4];
  uint64_t before = 0, count = 0, later_count = 1;
  int32_t truncated = 0, is_end = 0;
  int i;
  small.journal_bytes = 65536;
  gold.code = "GOLD";
  WORKS(lockstep_ledger_open(&small, &ledger));
  WORKS(lockstep_asset_create(ledger, &gold, &asset));
  alice = new_account(ledger, asset, "alice", NULL);
  for (i = 0; i < 4; ++i) {
    legs[i].account = i < 2 ? 1 : alice; /* 1 is the issuer */
    legs[i].amount = lockstep_amount_of(i < 2 ? -1 : 1);
  }
  for (i = 0; i < 2000; ++i) WORKS(lockstep_post(ledger, legs, 4, NULL, NULL));
  for (i = 0; i < 1000 && !is_end; ++i) {
    WORKS(lockstep_history(ledger, alice, before, entries, kRows, &count,
                           &truncated));
    CHECK(count > 0 && count % 2 == 0);
    if (count == 0) break;
    before = entries[count - 1].sequence;
    is_end = truncated;
  }
  CHECK(is_end == 1 && i > 2);
  WORKS(lockstep_history(ledger, alice, before, entries, kRows, &later_count,
                         &truncated));
  CHECK(later_count == 0);
  WORKS(lockstep_ledger_close(ledger));
}

/* Rows as long as a later version's. */
static void rows_keep_the_callers_stride(void) {
  world w = new_world();
  struct later_entry {
    lockstep_entry known;
    uint64_t later;
  } entries[LOCKSTEP_MAX_LEGS];
  uint64_t count = 0;
  memset(entries, 0xFF, sizeof(entries));
  entries[0].known.struct_size = sizeof(entries[0]);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(5), NULL,
                          NULL));
  WORKS(lockstep_history(w.ledger, w.alice, 0, &entries[0].known,
                         LOCKSTEP_MAX_LEGS, &count, NULL));
  CHECK(count == 2);
  CHECK(entries[1].known.struct_size == sizeof(entries[0]));
  CHECK(entries[0].known.account == w.alice && entries[0].later == 0);
  CHECK(entries[1].known.account == w.alice && entries[1].later == 0);
  CHECK(is_amount(entries[0].known.amount, -5));
  CHECK(is_amount(entries[1].known.amount, 10000));
  CHECK(entries[2].later == UINT64_MAX); /* not touched */
  end_world(&w);
}

static void audit_digest_and_statistics_look_at_all(void) {
  world w = new_world();
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_audit_fault faults[2] = {LOCKSTEP_AUDIT_FAULT_INIT};
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  uint64_t outcomes[100];
  lockstep_bits128 before = {0, 0};
  lockstep_bits128 after = {0, 0};
  WORKS(lockstep_digest(w.ledger, &before));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.bob, w.alice, lockstep_amount_of(1), NULL,
                          NULL));
  WORKS(lockstep_digest(w.ledger, &after));
  CHECK(before.high == after.high && before.low == after.low);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, lockstep_amount_of(1), NULL,
                          NULL));
  WORKS(lockstep_digest(w.ledger, &after));
  CHECK(before.high != after.high || before.low != after.low);
  WORKS(lockstep_audit(w.ledger, &report, faults, 2));
  CHECK(report.ok == 1 && report.accounts == 3 && report.assets == 1);
  CHECK(report.rows == 4 && report.fault_count == 0);
  memset(outcomes, 0xFF, sizeof(outcomes));
  WORKS(lockstep_get_stats(w.ledger, &stats, outcomes, 100));
  CHECK(stats.outcome_count == LOCKSTEP_LOG_DAMAGED + 1);
  CHECK(stats.posted == 2 && stats.refused == 1 && stats.retries == 0);
  CHECK(outcomes[LOCKSTEP_OK] == 2);
  CHECK(outcomes[LOCKSTEP_INSUFFICIENT_FUNDS] == 1);
  CHECK(outcomes[stats.outcome_count - 1] == 0);
  CHECK(outcomes[stats.outcome_count] == UINT64_MAX); /* not touched */
  memset(outcomes, 0xFF, sizeof(outcomes));
  WORKS(lockstep_get_stats(w.ledger, &stats, outcomes, 1));
  CHECK(outcomes[0] == 2 && outcomes[1] == UINT64_MAX);
  end_world(&w);
}

static void amounts_are_exact(void) {
  const lockstep_amount max = {INT64_MAX, UINT64_MAX};
  const lockstep_amount min = {INT64_MIN, 0};
  const uint64_t weights[3] = {1, 1, 1};
  lockstep_amount parts[3];
  lockstep_amount amount = {0, 0};
  char text[LOCKSTEP_AMOUNT_TEXT_SIZE];
  uint64_t size = 0;
  WORKS(lockstep_amount_add(lockstep_amount_of(-5), lockstep_amount_of(3),
                            &amount));
  CHECK(is_amount(amount, -2));
  GIVES(LOCKSTEP_AMOUNT_OVERFLOW,
        lockstep_amount_add(max, lockstep_amount_of(1), &amount));
  CHECK(is_amount(amount, -2)); /* as it was */
  WORKS(lockstep_amount_subtract(max, max, &amount));
  CHECK(is_amount(amount, 0));
  GIVES(LOCKSTEP_AMOUNT_OVERFLOW,
        lockstep_amount_subtract(min, lockstep_amount_of(1), &amount));
  CHECK(lockstep_amount_compare(min, max) == -1);
  CHECK(lockstep_amount_compare(max, min) == 1);
  WORKS(lockstep_amount_multiply(lockstep_amount_of(250), lockstep_amount_of(1),
                                 lockstep_amount_of(100),
                                 LOCKSTEP_ROUND_HALF_TO_EVEN, &amount));
  CHECK(is_amount(amount, 2));
  WORKS(lockstep_amount_multiply(lockstep_amount_of(250), lockstep_amount_of(1),
                                 lockstep_amount_of(100),
                                 LOCKSTEP_ROUND_CEILING, &amount));
  CHECK(is_amount(amount, 3));
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_amount_multiply(max, max, max, 6, &amount));
  GIVES(LOCKSTEP_DIVISION_BY_ZERO,
        lockstep_amount_multiply(max, max, lockstep_amount_of(0), 0, &amount));
  WORKS(lockstep_amount_split(lockstep_amount_of(100), weights, 3, parts));
  CHECK(is_amount(parts[0], 34) && is_amount(parts[1], 33));
  CHECK(is_amount(parts[2], 33));
  GIVES(LOCKSTEP_INVALID_WEIGHTS,
        lockstep_amount_split(lockstep_amount_of(100), weights, 0, parts));
  GIVES(LOCKSTEP_INVALID_WEIGHTS,
        lockstep_amount_split(lockstep_amount_of(100), weights, UINT64_MAX,
                              parts));
  WORKS(lockstep_amount_parse("-0.5", 2, &amount));
  CHECK(is_amount(amount, -50));
  GIVES(LOCKSTEP_MALFORMED_NUMBER, lockstep_amount_parse("1e3", 2, &amount));
  GIVES(LOCKSTEP_EMPTY_TEXT, lockstep_amount_parse("", 2, &amount));
  GIVES(LOCKSTEP_INVALID_SCALE, lockstep_amount_parse("1", 19, &amount));
  WORKS(lockstep_amount_format(min, 18, text, sizeof(text), &size));
  CHECK(strcmp(text, "-170141183460469231731.687303715884105728") == 0);
  CHECK(size == strlen(text) && size < LOCKSTEP_AMOUNT_TEXT_SIZE);
  WORKS(lockstep_amount_format(lockstep_amount_of(7), 2, text, 5, NULL));
  CHECK(strcmp(text, "0.07") == 0);
  GIVES(LOCKSTEP_BUFFER_TOO_SMALL,
        lockstep_amount_format(lockstep_amount_of(7), 2, text, 4, NULL));
  CHECK(strcmp(text, "0.0") == 0);
  GIVES(LOCKSTEP_INVALID_SCALE,
        lockstep_amount_format(max, -1, text, sizeof(text), NULL));
}

int main(void) {
  structures_are_laid_out_as_ever();
  init_functions_do_what_the_macros_do();
  sizes_are_checked_before_numbers();
  longer_structures_are_taken_if_the_rest_is_zero();
  receipts_have_nothing_unknown_in_them();
  receipts_say_how_every_call_ended();
  shorter_structures_are_refused();
  outcomes_have_their_names();
  bad_handles_are_refused_everywhere();
  a_closed_handle_stays_closed();
  sessions_and_cursors_keep_their_ledger();
  null_pointers_are_refused();
  options_reach_the_ledger();
  assets_and_accounts_are_what_they_were_made_from();
  transfers_give_receipts();
  posts_have_many_legs();
  explanations_are_sentences();
  history_and_journal_have_every_row();
  history_is_truncated_only_at_its_end();
  rows_keep_the_callers_stride();
  audit_digest_and_statistics_look_at_all();
  amounts_are_exact();
  test_modes_and_transactions();
  test_reads_and_snapshots();
  test_requests();
  test_structures_of_requests();
  test_batches();
  test_limits();
  test_holds();
  test_calls_of_holds();
  test_ids();
  test_reversals();
  test_calls_of_reversals();
  test_routes();
  if (failures > 0) printf("%d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}
