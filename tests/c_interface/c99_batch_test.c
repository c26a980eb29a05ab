/* Several transfers in one call as a C99 program sees them: all or none, and
 * each by itself. */
#include <string.h>

#include "c99_world.h"

enum { kMost = 300, kPlaces = 5 };

/* Many payments, and where to write what becomes of them. */
typedef struct batch {
  world w;
  lockstep_leg legs[kMost][2];
  lockstep_transfer_request requests[kMost];
  lockstep_receipt receipts[kMost];
  lockstep_change changes[kPlaces][2]; /* of the first ones */
  lockstep_outcome outcomes[kMost];
  lockstep_batch_result result;
} batch;

/* What becomes of the calls is nothing that could be so. */
static void forget(batch* b) {
  const lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  const lockstep_batch_result result = LOCKSTEP_BATCH_RESULT_INIT;
  size_t i;
  for (i = 0; i < kMost; ++i) {
    b->receipts[i] = receipt;
    b->receipts[i].outcome = -1;
    b->outcomes[i] = -1;
    if (i >= kPlaces) continue;
    b->receipts[i].changes = b->changes[i];
    b->receipts[i].change_capacity = 2;
  }
  b->result = result;
  b->result.outcome = -1;
  b->result.posted = 999;
}

static void set_payment(batch* b, size_t i, lockstep_account_id from,
                        lockstep_account_id to, int64_t amount) {
  const lockstep_transfer_request request = LOCKSTEP_TRANSFER_REQUEST_INIT;
  b->legs[i][0].account = from;
  b->legs[i][0].amount = OF(-amount);
  b->legs[i][1].account = to;
  b->legs[i][1].amount = OF(amount);
  b->requests[i] = request;
  b->requests[i].legs = b->legs[i];
  b->requests[i].leg_count = 2;
}

/* Each is of 0.01 from Alice, who has 100.00, to Bob. */
static batch* new_batch(void) {
  static batch b;
  size_t i;
  b.w = new_world();
  for (i = 0; i < kMost; ++i) set_payment(&b, i, b.w.alice, b.w.bob, 1);
  forget(&b);
  return &b;
}

static lockstep_outcome post_all(batch* b, uint64_t count) {
  forget(b);
  return lockstep_post_all(b->w.ledger, b->requests, count, NULL, b->receipts,
                           &b->result);
}

static lockstep_outcome post_each(batch* b, uint64_t count) {
  forget(b);
  return lockstep_post_each(b->w.ledger, b->requests, count, NULL, b->outcomes,
                            b->receipts, &b->result);
}

static int was_posted(const batch* b, size_t i) {
  return b->receipts[i].outcome == LOCKSTEP_OK && b->receipts[i].sequence != 0;
}

/* Whether all from one on were refused like that, and written no further. */
static int all_are(const batch* b, size_t from, size_t to,
                   lockstep_outcome outcome) {
  for (; from < to; ++from) {
    if (b->receipts[from].outcome != outcome) return 0;
    if (b->receipts[from].sequence != 0) return 0;
  }
  return to == kMost || b->receipts[to].outcome == -1;
}

#define RESULTS_IN(b, wanted, count, first)                           \
  do {                                                                \
    check_outcome(__FILE__, __LINE__, (b)->result.outcome, (wanted)); \
    CHECK((b)->result.posted == (count));                             \
    CHECK((b)->result.first_refused == (first));                      \
  } while (0)

/* --- All or none ---------------------------------------------------------- */

static void linked_ones_see_what_those_before_leave(void) {
  static const uint32_t kModes[3] = {
      LOCKSTEP_MODE_LOCKED, LOCKSTEP_MODE_OPTIMISTIC, LOCKSTEP_MODE_AUTO};
  size_t i;
  for (i = 0; i < 3; ++i) {
    batch* const b = new_batch();
    lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
    lockstep_session* session = NULL;
    options.mode = kModes[i];
    WORKS(lockstep_session_open(b->w.ledger, &session));
    set_payment(b, 0, b->w.alice, b->w.bob, 700);
    set_payment(b, 1, b->w.bob, b->w.mint, 300); /* he had nothing */
    WORKS(lockstep_post_all(b->w.ledger, b->requests, 2, &options, b->receipts,
                            &b->result));
    RESULTS_IN(b, LOCKSTEP_OK, 2, LOCKSTEP_NONE_REFUSED);
    CHECK(was_posted(b, 0) && was_posted(b, 1));
    CHECK(b->receipts[0].sequence < b->receipts[1].sequence);
    CHECK(b->receipts[0].change_count == 2 && b->receipts[1].attempts == 1);
    CHECK(b->changes[0][1].account == b->w.bob);
    CHECK(is_amount(b->changes[0][1].after, 700));
    CHECK(is_amount(b->changes[1][1].before, 700));
    CHECK(is_amount(b->changes[1][1].after, 400));
    CHECK(b->receipts[2].outcome == -1);
    WORKS(lockstep_session_post_all(session, b->requests, 2, &options, NULL,
                                    NULL));
    CHECK(has_balance(b->w.ledger, b->w.bob, 800));
    WORKS(lockstep_session_close(session));
    end_world(&b->w);
  }
}

static void one_that_is_refused_refuses_all(void) {
  batch* const b = new_batch();
  lockstep_receipt* const receipts = b->receipts;
  char text[200] = "";
  set_payment(b, 1, b->w.bob, b->w.alice, 2);
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, post_all(b, 3));
  RESULTS_IN(b, LOCKSTEP_INSUFFICIENT_FUNDS, 0, 1);
  CHECK(receipts[1].outcome == LOCKSTEP_INSUFFICIENT_FUNDS);
  CHECK(receipts[1].refused_account == b->w.bob &&
        receipts[1].refused_leg == 0);
  CHECK(is_amount(receipts[1].available, 1));
  CHECK(all_are(b, 2, 3, LOCKSTEP_LINKED_REFUSED));
  CHECK(receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(receipts[0].refused_transfer == 1 && receipts[0].sequence == 0);
  CHECK(receipts[2].refused_transfer == 1 && receipts[2].change_count == 0);
  CHECK(receipts[0].changes == b->changes[0]);
  WORKS(lockstep_explain(b->w.ledger, &receipts[0], text, sizeof(text), NULL));
  CHECK(strstr(text, "transfer 1") != NULL);
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_post_all(b->w.ledger, b->requests, 3, NULL, NULL, NULL));
  CHECK(has_balance(b->w.ledger, b->w.alice, 10000));
  end_world(&b->w);
}

static void flows_and_conditions_can_be_linked(void) {
  batch* const b = new_batch();
  lockstep_flow flow = LOCKSTEP_FLOW_INIT;
  lockstep_condition condition = {
      0, LOCKSTEP_REQUIRE_BALANCE_EQUALS, 0, {0, 7}, 0};
  lockstep_amount flowed[1] = {{0, 0}};
  set_payment(b, 0, b->w.alice, b->w.bob, 7);
  flow.from = b->w.bob;
  flow.to = b->w.mint;
  condition.account = b->w.bob;
  b->requests[1].leg_count = 0;
  b->requests[1].flows = &flow;
  b->requests[1].flow_count = 1;
  b->requests[1].conditions = &condition;
  b->requests[1].condition_count = 1;
  forget(b);
  b->receipts[1].flowed = flowed;
  b->receipts[1].flow_capacity = 1;
  WORKS(lockstep_post_all(b->w.ledger, b->requests, 3, NULL, b->receipts,
                          &b->result));
  CHECK(b->receipts[1].flow_count == 1 && is_amount(flowed[0], 7));
  CHECK(has_balance(b->w.ledger, b->w.bob, 1));
  GIVES(LOCKSTEP_CONDITION_NOT_MET, post_all(b, 3)); /* he has 8 then */
  RESULTS_IN(b, LOCKSTEP_CONDITION_NOT_MET, 0, 1);
  CHECK(b->receipts[1].refused_condition == 0);
  end_world(&b->w);
}

static void as_many_as_may_be_are_linked(void) {
  enum { kAll = LOCKSTEP_MAX_LINKED_LEGS / 2 };
  batch* const b = new_batch();
  size_t i;
  WORKS(post_all(b, kAll));
  RESULTS_IN(b, LOCKSTEP_OK, kAll, LOCKSTEP_NONE_REFUSED);
  for (i = 0; i < kAll; ++i) CHECK(was_posted(b, i));
  CHECK(b->receipts[kAll].outcome == -1);
  CHECK(has_balance(b->w.ledger, b->w.bob, kAll));
  GIVES(LOCKSTEP_TOO_MANY_LEGS, post_all(b, kAll + 1));
  RESULTS_IN(b, LOCKSTEP_TOO_MANY_LEGS, 0, kAll);
  CHECK(b->receipts[kAll].outcome == LOCKSTEP_TOO_MANY_LEGS);
  CHECK(b->receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(b->receipts[0].refused_transfer == kAll);
  /* More than are looked at. */
  GIVES(LOCKSTEP_TOO_MANY_LEGS, post_all(b, kMost));
  RESULTS_IN(b, LOCKSTEP_TOO_MANY_LEGS, 0, kAll);
  CHECK(all_are(b, kAll + 1, kMost, LOCKSTEP_LINKED_REFUSED));
  CHECK(b->receipts[kMost - 1].refused_transfer == kAll);
  CHECK(b->receipts[kMost - 1].changes == NULL);
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_post_all(b->w.ledger, b->requests, UINT64_MAX, NULL, NULL,
                          &b->result));
  /* The first of them may be to blame, too. */
  b->legs[0][0].amount = OF(-5);
  GIVES(LOCKSTEP_UNBALANCED, post_all(b, kMost));
  RESULTS_IN(b, LOCKSTEP_UNBALANCED, 0, 0);
  CHECK(all_are(b, 1, kMost, LOCKSTEP_LINKED_REFUSED));
  CHECK(has_balance(b->w.ledger, b->w.bob, kAll));
  end_world(&b->w);
}

static void link_options_reach_the_ledger(void) {
  batch* const b = new_batch();
  lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
  lockstep_transfer_options theirs = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_entry entries[LOCKSTEP_MAX_LEGS];
  uint64_t count = 0;
  options.dry_run = 1;
  WORKS(lockstep_post_all(b->w.ledger, b->requests, 2, &options, b->receipts,
                          &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
  CHECK(b->receipts[1].is_dry_run == 1 && b->receipts[1].sequence == 0);
  CHECK(is_amount(b->changes[1][1].after, 2));
  CHECK(has_balance(b->w.ledger, b->w.bob, 0));
  /* What a transfer's own say of that does not count, descriptions do. */
  theirs.dry_run = 1;
  theirs.mode = LOCKSTEP_MODE_OPTIMISTIC;
  theirs.retry_attempts = 0;
  theirs.description = "linked";
  b->requests[1].options = &theirs;
  options.dry_run = 0;
  options.wait = LOCKSTEP_WAIT_NEVER;
  WORKS(lockstep_post_all(b->w.ledger, b->requests, 2, &options, NULL, NULL));
  CHECK(has_balance(b->w.ledger, b->w.bob, 2));
  entries[0].struct_size = sizeof(entries[0]);
  WORKS(lockstep_history(b->w.ledger, b->w.bob, 0, entries, LOCKSTEP_MAX_LEGS,
                         &count, NULL));
  CHECK(count == 2 && strcmp(entries[0].description, "linked") == 0);
  CHECK(entries[1].description_size == 0);
  end_world(&b->w);
}

static void link_options_make_sense_or_are_refused(void) {
  batch* const b = new_batch();
  const lockstep_link_options good = LOCKSTEP_LINK_OPTIONS_INIT;
  lockstep_link_options bad[5];
  size_t i;
  for (i = 0; i < 5; ++i) bad[i] = good;
  bad[0].mode = LOCKSTEP_MODE_OPTIMISTIC;
  bad[0].retry_attempts = 0;
  bad[1].retry_then = 2;
  bad[2].mode = 3;
  bad[3].wait = 3;
  bad[4].dry_run = 2;
  for (i = 0; i < 5; ++i) {
    forget(b);
    GIVES(LOCKSTEP_INVALID_OPTION,
          lockstep_post_all(b->w.ledger, b->requests, 2, &bad[i], b->receipts,
                            &b->result));
    CHECK(all_are(b, 0, 2, LOCKSTEP_INVALID_OPTION));
    RESULTS_IN(b, LOCKSTEP_INVALID_OPTION, 0, 0);
  }
  bad[0].struct_size = 40;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_post_all(b->w.ledger, b->requests, 2, &bad[0], NULL, NULL));
  CHECK(has_balance(b->w.ledger, b->w.bob, 0));
  end_world(&b->w);
}

/* A request that is none refuses the others. */
static void a_mistake_in_one_refuses_all(void) {
  batch* const b = new_batch();
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  b->legs[0][0].amount = OF(-5); /* of less account than what follows */
  b->requests[2].legs = NULL;
  GIVES(LOCKSTEP_NULL_POINTER, post_all(b, 4));
  RESULTS_IN(b, LOCKSTEP_NULL_POINTER, 0, 2);
  CHECK(b->receipts[2].outcome == LOCKSTEP_NULL_POINTER);
  CHECK(b->receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(b->receipts[0].refused_transfer == 2);
  CHECK(all_are(b, 3, 4, LOCKSTEP_LINKED_REFUSED));
  b->requests[1].reserved = 1;
  GIVES(LOCKSTEP_INVALID_OPTION, post_all(b, 4));
  RESULTS_IN(b, LOCKSTEP_INVALID_OPTION, 0, 1);
  /* Its size is another than that of the first one. */
  b->requests[1].struct_size = 0;
  GIVES(size, post_all(b, 4));
  RESULTS_IN(b, size, 0, 1);
  CHECK(b->receipts[3].outcome == LOCKSTEP_LINKED_REFUSED);
  b->requests[1].struct_size = sizeof(b->requests[1]) + 8;
  GIVES(size, post_all(b, 4));
  RESULTS_IN(b, size, 0, 1);
  /* Without that of the first one, nobody knows where the others are. */
  b->requests[0].struct_size = sizeof(b->requests[0]) - 8;
  GIVES(size, post_all(b, 4));
  RESULTS_IN(b, size, 0, 0);
  CHECK(all_are(b, 0, 4, size));
  CHECK(has_balance(b->w.ledger, b->w.alice, 10000));
  end_world(&b->w);
}

/* --- Each by itself ------------------------------------------------------- */

static void each_is_posted_by_itself(void) {
  batch* const b = new_batch();
  lockstep_session* session = NULL;
  lockstep_flow flow = LOCKSTEP_FLOW_INIT;
  WORKS(lockstep_session_open(b->w.ledger, &session));
  set_payment(b, 1, b->w.bob, b->w.alice, 2); /* has 1 */
  set_payment(b, 2, b->w.bob, b->w.bob, 1);
  b->legs[3][1].account = 1000;
  flow.from = b->w.alice;
  flow.to = b->w.bob;
  flow.at_most = OF(10);
  b->requests[4].leg_count = 0;
  b->requests[4].flows = &flow;
  b->requests[4].flow_count = 1;
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, post_each(b, 6));
  RESULTS_IN(b, LOCKSTEP_INSUFFICIENT_FUNDS, 4, 1);
  CHECK(was_posted(b, 0) && was_posted(b, 2) && was_posted(b, 4));
  CHECK(was_posted(b, 5) && b->receipts[6].outcome == -1);
  CHECK(b->receipts[1].outcome == LOCKSTEP_INSUFFICIENT_FUNDS);
  CHECK(is_amount(b->receipts[1].required, 2));
  CHECK(b->receipts[3].refused_account == 1000);
  CHECK(b->receipts[4].flow_count == 1 && b->receipts[4].change_count == 2);
  CHECK(is_amount(b->changes[4][1].after, 11));
  CHECK(b->outcomes[0] == LOCKSTEP_OK && b->outcomes[5] == LOCKSTEP_OK);
  CHECK(b->outcomes[1] == LOCKSTEP_INSUFFICIENT_FUNDS);
  CHECK(b->outcomes[3] == LOCKSTEP_UNKNOWN_ACCOUNT && b->outcomes[6] == -1);
  CHECK(has_balance(b->w.ledger, b->w.bob, 12));
  /* The same with outcomes only, and with nothing. */
  forget(b);
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_session_post_each(session, b->requests, 6, NULL, b->outcomes,
                                   NULL, &b->result));
  RESULTS_IN(b, LOCKSTEP_UNKNOWN_ACCOUNT, 5, 3); /* he has enough by now */
  CHECK(b->outcomes[3] == LOCKSTEP_UNKNOWN_ACCOUNT && b->outcomes[4] == 0);
  CHECK(b->outcomes[6] == -1);
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_session_post_each(session, b->requests, 6, NULL, NULL, NULL,
                                   NULL));
  CHECK(has_balance(b->w.ledger, b->w.bob, 32));
  WORKS(lockstep_session_close(session));
  end_world(&b->w);
}

static void a_refusal_may_be_the_end(void) {
  batch* const b = new_batch();
  lockstep_each_options options = LOCKSTEP_EACH_OPTIONS_INIT;
  const lockstep_outcome poor = LOCKSTEP_INSUFFICIENT_FUNDS;
  size_t i;
  options.stop_at_refusal = 1;
  /* Among the first that are taken together, and later. */
  for (i = 3; i < 200; i += 97) {
    forget(b);
    set_payment(b, i, b->w.bob, b->w.alice, 5000);
    GIVES(poor, lockstep_post_each(b->w.ledger, b->requests, kMost, &options,
                                   b->outcomes, b->receipts, &b->result));
    RESULTS_IN(b, poor, i, i);
    CHECK(was_posted(b, i - 1) && b->receipts[i].outcome == poor);
    CHECK(all_are(b, i + 1, kMost, LOCKSTEP_NOT_ATTEMPTED));
    CHECK(b->outcomes[i] == poor);
    CHECK(b->outcomes[i + 1] == LOCKSTEP_NOT_ATTEMPTED);
    CHECK(b->outcomes[kMost - 1] == LOCKSTEP_NOT_ATTEMPTED);
    set_payment(b, i, b->w.alice, b->w.bob, 1);
  }
  CHECK(has_balance(b->w.ledger, b->w.bob, 3 + 100 + 197));
  /* Also one that is not even a request; what is behind it is not looked at. */
  b->requests[2].legs = NULL;
  b->requests[3].struct_size = 1;
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_post_each(b->w.ledger, b->requests, UINT64_MAX, &options, NULL,
                           NULL, &b->result));
  RESULTS_IN(b, LOCKSTEP_NULL_POINTER, 2, 2);
  options.stop_at_refusal = 2;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_post_each(b->w.ledger, b->requests, 2, &options, b->outcomes,
                           NULL, &b->result));
  RESULTS_IN(b, LOCKSTEP_INVALID_OPTION, 0, 0);
  CHECK(b->outcomes[1] == LOCKSTEP_INVALID_OPTION);
  options.struct_size = 4;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_post_each(b->w.ledger, b->requests, 2, &options, NULL, NULL,
                           NULL));
  end_world(&b->w);
}

static void a_mistake_in_one_is_its_own(void) {
  batch* const b = new_batch();
  b->requests[0].reserved = 1;
  b->requests[40].legs = NULL;
  b->requests[41].struct_size = 72;
  GIVES(LOCKSTEP_INVALID_OPTION, post_each(b, kMost));
  RESULTS_IN(b, LOCKSTEP_INVALID_OPTION, kMost - 3, 0);
  CHECK(b->receipts[0].outcome == LOCKSTEP_INVALID_OPTION);
  CHECK(b->outcomes[40] == LOCKSTEP_NULL_POINTER);
  CHECK(b->receipts[40].outcome == LOCKSTEP_NULL_POINTER);
  CHECK(b->outcomes[41] == LOCKSTEP_INVALID_STRUCT_SIZE);
  CHECK(was_posted(b, 1) && was_posted(b, 39) && was_posted(b, 42));
  CHECK(was_posted(b, kMost - 1) && b->outcomes[kMost - 1] == LOCKSTEP_OK);
  CHECK(has_balance(b->w.ledger, b->w.bob, kMost - 3));
  forget(b);
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_post_each(b->w.ledger, b->requests, kMost, NULL, b->outcomes,
                           NULL, NULL));
  CHECK(b->outcomes[39] == LOCKSTEP_OK);
  CHECK(b->outcomes[40] == LOCKSTEP_NULL_POINTER);
  CHECK(b->outcomes[kMost - 1] == LOCKSTEP_OK);
  end_world(&b->w);
}

/* However many of them fit where they are copied to. */
static void large_ones_are_posted_too(void) {
  batch* const b = new_batch();
  lockstep_transfer_options dry = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  order o;
  int i;
  dry.dry_run = 1;
  b->requests[3].options = &dry;
  start(&o);
  for (i = 0; i < LOCKSTEP_MAX_FLOWS; ++i) {
    add_flow(&o, b->w.alice, b->w.bob)->at_most = OF(2);
  }
  b->requests[10] = o.request;
  o.request.leg_count = UINT64_MAX;
  o.request.flow_count = UINT64_MAX;
  o.request.condition_count = UINT64_MAX;
  b->requests[7] = o.request;
  b->requests[8] = o.request;
  b->requests[9] = b->requests[10];
  GIVES(LOCKSTEP_TOO_MANY_LEGS, post_each(b, 200));
  RESULTS_IN(b, LOCKSTEP_TOO_MANY_LEGS, 200 - 3, 7);
  CHECK(b->outcomes[8] == LOCKSTEP_TOO_MANY_LEGS && was_posted(b, 199));
  CHECK(b->receipts[9].flow_count == LOCKSTEP_MAX_FLOWS);
  CHECK(b->receipts[3].is_dry_run == 1 && b->outcomes[3] == LOCKSTEP_OK);
  CHECK(has_balance(b->w.ledger, b->w.bob, 200 - 5 + 2 * 64));
  end_world(&b->w);
}

/* --- Both ----------------------------------------------------------------- */

static void none_at_all_is_fine(void) {
  batch* const b = new_batch();
  lockstep_receipt receipt;
  memset(&receipt, 0xFF, sizeof(receipt)); /* not looked at */
  WORKS(lockstep_post_all(b->w.ledger, NULL, 0, NULL, &receipt, &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
  forget(b);
  WORKS(lockstep_post_each(b->w.ledger, NULL, 0, NULL, NULL, &receipt,
                           &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
  forget(b);
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_post_each(NULL, NULL, 0, NULL, NULL, &receipt, &b->result));
  RESULTS_IN(b, LOCKSTEP_INVALID_HANDLE, 0, LOCKSTEP_NONE_REFUSED);
  CHECK(receipt.sequence == UINT64_MAX);
  end_world(&b->w);
}

static void what_is_wrong_with_the_call_is_said_of_each(void) {
  batch* const b = new_batch();
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  const lockstep_outcome null = LOCKSTEP_NULL_POINTER;
  GIVES(null,
        lockstep_post_all(b->w.ledger, NULL, 3, NULL, b->receipts, &b->result));
  CHECK(all_are(b, 0, 3, null));
  RESULTS_IN(b, null, 0, 0);
  forget(b);
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_post_each(NULL, b->requests, 3, NULL, b->outcomes, b->receipts,
                           &b->result));
  CHECK(all_are(b, 0, 3, LOCKSTEP_INVALID_HANDLE));
  CHECK(b->outcomes[2] == LOCKSTEP_INVALID_HANDLE && b->outcomes[3] == -1);
  RESULTS_IN(b, LOCKSTEP_INVALID_HANDLE, 0, 0);
  /* A receipt that is none; the others are written. */
  forget(b);
  b->receipts[1].struct_size = sizeof(b->receipts[1]) - 8;
  GIVES(size, lockstep_post_all(b->w.ledger, b->requests, 3, NULL, b->receipts,
                                &b->result));
  CHECK(b->receipts[0].outcome == size && b->receipts[1].outcome == -1);
  CHECK(all_are(b, 2, 3, size));
  RESULTS_IN(b, size, 0, 0);
  /* Without the first one nobody knows where they are. */
  forget(b);
  b->receipts[0].struct_size = 0;
  GIVES(size, lockstep_post_each(b->w.ledger, b->requests, 3, NULL, b->outcomes,
                                 b->receipts, &b->result));
  CHECK(b->receipts[0].outcome == -1 && b->receipts[2].outcome == -1);
  CHECK(b->outcomes[0] == size && b->outcomes[2] == size);
  RESULTS_IN(b, size, 0, 0);
  /* A result that is none. */
  forget(b);
  b->result.struct_size = 16;
  GIVES(size, lockstep_post_all(b->w.ledger, b->requests, 3, NULL, b->receipts,
                                &b->result));
  CHECK(all_are(b, 0, 3, size) && b->result.posted == 999);
  CHECK(has_balance(b->w.ledger, b->w.alice, 10000));
  end_world(&b->w);
}

/* Structures as long as a later version's. */
static void arrays_keep_the_callers_stride(void) {
  struct later_request {
    lockstep_transfer_request known;
    uint64_t later;
  } requests[40];
  struct later_receipt {
    lockstep_receipt known;
    uint64_t later;
  } receipts[40];
  batch* const b = new_batch();
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  size_t i;
  for (i = 0; i < 40; ++i) {
    requests[i].known = b->requests[i];
    requests[i].known.struct_size = sizeof(requests[i]);
    requests[i].later = 0;
    receipts[i].known = b->receipts[i];
    receipts[i].known.struct_size = sizeof(receipts[i]);
    receipts[i].later = 0;
  }
  WORKS(lockstep_post_all(b->w.ledger, &requests[0].known, 40, NULL,
                          &receipts[0].known, NULL));
  CHECK(receipts[39].known.sequence != 0 && receipts[39].later == 0);
  requests[38].later = 1;
  GIVES(size, lockstep_post_each(b->w.ledger, &requests[0].known, 40, NULL,
                                 NULL, &receipts[0].known, &b->result));
  RESULTS_IN(b, size, 39, 38);
  CHECK(receipts[38].known.outcome == size);
  CHECK(receipts[39].known.sequence != 0);
  receipts[38].later = 1;
  GIVES(size, lockstep_post_each(b->w.ledger, &requests[0].known, 40, NULL,
                                 NULL, &receipts[0].known, &b->result));
  RESULTS_IN(b, size, 0, 0);
  CHECK(has_balance(b->w.ledger, b->w.bob, 40 + 39));
  end_world(&b->w);
}

void test_batches(void) {
  linked_ones_see_what_those_before_leave();
  one_that_is_refused_refuses_all();
  flows_and_conditions_can_be_linked();
  as_many_as_may_be_are_linked();
  link_options_reach_the_ledger();
  link_options_make_sense_or_are_refused();
  a_mistake_in_one_refuses_all();
  each_is_posted_by_itself();
  a_refusal_may_be_the_end();
  a_mistake_in_one_is_its_own();
  large_ones_are_posted_too();
  none_at_all_is_fine();
  what_is_wrong_with_the_call_is_said_of_each();
  arrays_keep_the_callers_stride();
}
