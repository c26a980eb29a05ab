/* What requests are made of as a C99 program sees it: structures, older and
 * newer ones too, and dry runs. */
#include <stdlib.h>
#include <string.h>

#include "c99_world.h"

static const uint32_t kModes[3] = {
    LOCKSTEP_MODE_LOCKED, LOCKSTEP_MODE_OPTIMISTIC, LOCKSTEP_MODE_AUTO};

/* --- What C has to say ---------------------------------------------------- */

static void c_refuses(const world* w, const order* o, lockstep_outcome wanted) {
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  GIVES(wanted, post_order(w, o, &receipt));
  CHECK(receipt.outcome == wanted && receipt.sequence == 0);
}

static void mistakes_in_structures_are_refused(void) {
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  const lockstep_outcome null = LOCKSTEP_NULL_POINTER;
  const lockstep_outcome option = LOCKSTEP_INVALID_OPTION;
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  order o;
  start(&o);
  add_leg(&o, w.alice, -1);
  add_leg(&o, w.bob, 1);
  add_flow(&o, w.alice, w.bob)->at_most = OF(1);
  add_condition(&o, w.alice, 0, 0);
  GIVES(null, lockstep_post_request(w.ledger, NULL, &receipt));
  CHECK(receipt.outcome == null);
  /* From the last thing that is looked at to the first. */
  o.request.reserved = 1;
  c_refuses(&w, &o, option);
  o.flows[0].reserved = 1;
  o.request.reserved = 0;
  c_refuses(&w, &o, option);
  o.flows[0].reserved = 0;
  o.flows[0].shares_limit = 2;
  c_refuses(&w, &o, option);
  o.options.dry_run = 2;
  o.flows[0].shares_limit = 0;
  c_refuses(&w, &o, option);
  o.options.dry_run = 0;
  o.options.reserved = 1;
  c_refuses(&w, &o, option);
  o.options.reserved = 0;
  o.options.mode = 3;
  c_refuses(&w, &o, option);
  o.options.struct_size = 8;
  c_refuses(&w, &o, size);
  o.request.conditions = NULL;
  c_refuses(&w, &o, null);
  o.request.condition_count = 0;
  o.request.flows = NULL;
  c_refuses(&w, &o, null);
  o.request.flow_count = 0;
  o.request.legs = NULL;
  c_refuses(&w, &o, null);
  o.request.struct_size = sizeof(o.request) - 8;
  c_refuses(&w, &o, size);
  o.request.struct_size = sizeof(o.request) + 4;
  c_refuses(&w, &o, size);
  o.request.struct_size = 0;
  c_refuses(&w, &o, size);
  receipt.struct_size = sizeof(receipt) + 4;
  receipt.sequence = 9;
  GIVES(size, post_order(&w, &o, &receipt));
  CHECK(receipt.sequence == 9); /* not written to */
  CHECK(has_balance(w.ledger, w.alice, 10000));
  end_world(&w);
}

static void requests_of_a_later_version_are_taken(void) {
  struct {
    lockstep_transfer_request known;
    uint64_t later;
  } longer;
  world w = new_world();
  order o;
  start(&o);
  add_flow(&o, w.alice, w.bob)->at_most = OF(5);
  longer.known = o.request;
  longer.known.struct_size = sizeof(longer);
  longer.later = 0;
  WORKS(lockstep_post_request(w.ledger, &longer.known, NULL));
  longer.later = 1;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_post_request(w.ledger, &longer.known, NULL));
  CHECK(has_balance(w.ledger, w.bob, 5));
  end_world(&w);
}

/* A host compiled when there were neither flows nor dry runs: what comes behind
 * its structures is not its own. */
static void shorter_structures_have_no_flows(void) {
  enum { kReceipt = 104, kOptions = 72 };
  world w = new_world();
  lockstep_receipt whole = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  void* const shorter = malloc(kReceipt);
  char text[200] = "";
  order o;
  CHECK(shorter != NULL);
  if (shorter == NULL) return;
  whole.struct_size = kReceipt;
  memcpy(shorter, &whole, kReceipt);
  options.struct_size = kOptions;
  options.dry_run = 1; /* not there */
  start(&o);
  add_flow(&o, w.alice, w.bob)->at_most = OF(5);
  o.request.options = &options;
  WORKS(post_order(&w, &o, shorter));
  memcpy(&whole, shorter, kReceipt);
  CHECK(whole.struct_size == kReceipt && whole.change_count == 2);
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, OF(5), &options, shorter));
  memcpy(&whole, shorter, kReceipt);
  CHECK(whole.sequence != 0 && has_balance(w.ledger, w.bob, 10));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.bob, w.alice, OF(11), &options, shorter));
  memcpy(&whole, shorter, kReceipt);
  CHECK(is_amount(whole.required, 11));
  WORKS(lockstep_explain(w.ledger, shorter, text, sizeof(text), NULL));
  CHECK(strstr(text, "0.11") != NULL);
  free(shorter);
  end_world(&w);
}

/* --- Dry runs ------------------------------------------------------------- */

static void move_all(void* context, const lockstep_account_state* accounts,
                     uint64_t count, lockstep_decision* decision) {
  (void)context;
  (void)count;
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[1].account, accounts[0].balance));
}

/* What came of trying to move all that Alice has to Bob. */
static void was_only_tried(lockstep_receipt* receipt) {
  CHECK(receipt->outcome == LOCKSTEP_OK && receipt->is_dry_run == 1);
  CHECK(receipt->sequence == 0 && receipt->attempts == 1);
  CHECK(receipt->change_count == 2);
  CHECK(is_amount(receipt->changes[0].before, 10000));
  CHECK(is_amount(receipt->changes[0].after, 0));
  CHECK(is_amount(receipt->changes[1].after, 10000));
  receipt->is_dry_run = 0;
  memset(receipt->changes, 0, 2 * sizeof(receipt->changes[0]));
}

static void dry_runs_change_nothing(void) {
  size_t i;
  for (i = 0; i < 3; ++i) {
    world w = new_world();
    const lockstep_account_id accounts[2] = {w.alice, w.bob};
    const lockstep_amount all = OF(10000);
    lockstep_session* session = NULL;
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_change changes[2];
    lockstep_amount flowed[1];
    lockstep_stats stats = LOCKSTEP_STATS_INIT;
    lockstep_bits128 before = {0, 0}, after = {0, 0};
    char text[200];
    order o;
    WORKS(lockstep_session_open(w.ledger, &session));
    receipt.changes = changes;
    receipt.change_capacity = 2;
    receipt.flowed = flowed;
    receipt.flow_capacity = 1;
    start(&o);
    o.options.mode = kModes[i];
    o.options.dry_run = 1;
    add_leg(&o, w.alice, -10000);
    add_leg(&o, w.bob, 10000);
    WORKS(lockstep_digest(w.ledger, &before));
    WORKS(
        lockstep_transfer(w.ledger, w.alice, w.bob, all, &o.options, &receipt));
    was_only_tried(&receipt);
    WORKS(lockstep_session_transfer(session, w.alice, w.bob, all, &o.options,
                                    &receipt));
    was_only_tried(&receipt);
    WORKS(lockstep_post(w.ledger, o.legs, 2, &o.options, &receipt));
    was_only_tried(&receipt);
    WORKS(lockstep_transact(w.ledger, accounts, 2, move_all, NULL, &o.options,
                            &receipt));
    was_only_tried(&receipt);
    WORKS(post_order(&w, &o, &receipt));
    was_only_tried(&receipt);
    o.request.leg_count = 0;
    add_flow(&o, w.alice, w.bob);
    WORKS(lockstep_session_post_request(session, &o.request, &receipt));
    CHECK(receipt.flow_count == 1 && is_amount(flowed[0], 10000));
    was_only_tried(&receipt);
    receipt.is_dry_run = 1;
    WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
    /* What is refused, is. */
    o.flows[0].at_least = OF(10001);
    GIVES(LOCKSTEP_TOO_LITTLE_AVAILABLE, post_order(&w, &o, &receipt));
    CHECK(receipt.is_dry_run == 0 && receipt.refused_flow == 0);
    WORKS(lockstep_digest(w.ledger, &after));
    CHECK(before.high == after.high && before.low == after.low);
    WORKS(lockstep_get_stats(w.ledger, &stats, NULL, 0));
    CHECK(stats.posted == 1 && stats.refused == 0);
    WORKS(lockstep_session_close(session));
    end_world(&w);
  }
}

void test_structures_of_requests(void) {
  mistakes_in_structures_are_refused();
  requests_of_a_later_version_are_taken();
  shorter_structures_have_no_flows();
  dry_runs_change_nothing();
}
