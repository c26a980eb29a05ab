/* The calls about reversals: several at once, their structures and arguments,
 * and sessions, as a C99 program sees them. */
#include <string.h>

#include "c99_world.h"

enum { kMost = 300, kPaid = 3 };

/* Alice paid Bob 0.01, 0.02 and 0.03, and where to write what becomes of taking
 * that back. */
typedef struct batch {
  world w;
  lockstep_reversal reversals[kMost];
  lockstep_receipt receipts[kMost];
  lockstep_batch_result result;
} batch;

static void forget(batch* b) {
  const lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  const lockstep_batch_result result = LOCKSTEP_BATCH_RESULT_INIT;
  size_t i;
  for (i = 0; i < kMost; ++i) {
    b->receipts[i] = receipt;
    b->receipts[i].outcome = -1;
  }
  b->result = result;
  b->result.outcome = -1;
  b->result.posted = 999;
}

/* Those behind what was paid are of nothing. */
static batch* new_batch(void) {
  static batch b;
  const lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  size_t i;
  b.w = new_world();
  for (i = 0; i < kMost; ++i) {
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    b.reversals[i] = reversal;
    if (i >= kPaid) continue;
    WORKS(lockstep_transfer(b.w.ledger, b.w.alice, b.w.bob, OF((int64_t)i + 1),
                            NULL, &receipt));
    b.reversals[i].transfer = receipt.sequence;
  }
  forget(&b);
  return &b;
}

static lockstep_outcome reverse_all(batch* b, uint64_t count) {
  forget(b);
  return lockstep_reverse_all(b->w.ledger, b->reversals, count, NULL,
                              b->receipts, &b->result);
}

#define RESULTS_IN(b, wanted, count, first)                           \
  do {                                                                \
    check_outcome(__FILE__, __LINE__, (b)->result.outcome, (wanted)); \
    CHECK((b)->result.posted == (count));                             \
    CHECK((b)->result.first_refused == (first));                      \
  } while (0)

/* Whether all from one on were refused like that, and written no further. */
static int all_are(const batch* b, size_t from, size_t to,
                   lockstep_outcome outcome) {
  for (; from < to; ++from) {
    if (b->receipts[from].outcome != outcome) return 0;
    if (b->receipts[from].sequence != 0) return 0;
  }
  return to == kMost || b->receipts[to].outcome == -1;
}

/* --- All or none ---------------------------------------------------------- */

static void several_are_taken_back_together(void) {
  uint32_t mode;
  for (mode = LOCKSTEP_MODE_LOCKED; mode <= LOCKSTEP_MODE_AUTO; ++mode) {
    batch* const b = new_batch();
    lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
    options.mode = mode;
    options.dry_run = 1;
    WORKS(lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, &options,
                               b->receipts, &b->result));
    RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
    CHECK(b->receipts[2].is_dry_run == 1 && b->receipts[2].change_count == 2);
    options.dry_run = 0;
    WORKS(lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, &options,
                               b->receipts, &b->result));
    RESULTS_IN(b, LOCKSTEP_OK, kPaid, LOCKSTEP_NONE_REFUSED);
    CHECK(b->receipts[0].sequence < b->receipts[1].sequence);
    CHECK(b->receipts[1].sequence < b->receipts[2].sequence);
    CHECK(b->receipts[0].attempts == 1 && b->receipts[3].outcome == -1);
    CHECK(has_balance(b->w.ledger, b->w.alice, 10000));
    GIVES(LOCKSTEP_ALREADY_REVERSED, reverse_all(b, kPaid));
    RESULTS_IN(b, LOCKSTEP_ALREADY_REVERSED, 0, 0);
    CHECK(all_are(b, 1, kPaid, LOCKSTEP_LINKED_REFUSED));
    end_world(&b->w);
  }
}

static void an_id_is_of_all_of_them(void) {
  batch* const b = new_batch();
  lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
  uint64_t posted = 0;
  options.id.high = 4;
  WORKS(lockstep_reverse_all(b->w.ledger, b->reversals, 2, &options,
                             b->receipts, &b->result));
  posted = b->receipts[0].sequence;
  forget(b);
  WORKS(lockstep_reverse_all(b->w.ledger, b->reversals, 2, &options,
                             b->receipts, &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
  CHECK(b->result.is_replay == 1 && b->receipts[0].is_replay == 1);
  CHECK(b->receipts[0].sequence == posted && b->receipts[1].is_replay == 1);
  CHECK(has_balance(b->w.ledger, b->w.bob, 3));
  b->reversals[1].transfer = b->reversals[2].transfer;
  GIVES(LOCKSTEP_ID_TAKEN,
        lockstep_reverse_all(b->w.ledger, b->reversals, 2, &options,
                             b->receipts, &b->result));
  RESULTS_IN(b, LOCKSTEP_ID_TAKEN, 0, 1);
  CHECK(b->receipts[1].id_field == LOCKSTEP_ID_FIELD_TRANSFER);
  CHECK(b->receipts[1].posted_as == posted && b->result.is_replay == 0);
  end_world(&b->w);
}

static void one_that_is_refused_refuses_all(void) {
  batch* const b = new_batch();
  const lockstep_amount amounts[2] = {{-1, UINT64_MAX}, {0, 1}};
  b->reversals[1].transfer = 0;
  GIVES(LOCKSTEP_TRANSFER_FORGOTTEN, reverse_all(b, kPaid));
  RESULTS_IN(b, LOCKSTEP_TRANSFER_FORGOTTEN, 0, 1);
  CHECK(b->receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(b->receipts[0].refused_transfer == 1);
  CHECK(b->receipts[1].outcome == LOCKSTEP_TRANSFER_FORGOTTEN);
  CHECK(all_are(b, 2, kPaid, LOCKSTEP_LINKED_REFUSED));
  b->reversals[1].transfer = b->reversals[0].transfer; /* twice */
  GIVES(LOCKSTEP_INVALID_REVERSAL, reverse_all(b, kPaid));
  RESULTS_IN(b, LOCKSTEP_INVALID_REVERSAL, 0, 1);
  /* The parts of each are its own. */
  b->reversals[1].transfer = b->reversals[2].transfer;
  b->reversals[1].amounts = amounts;
  b->reversals[1].amount_count = 2;
  WORKS(reverse_all(b, 2));
  CHECK(has_balance(b->w.ledger, b->w.bob, 1 + 2 + 3 - 1 - 1));
  WORKS(lockstep_reverse(b->w.ledger, &b->reversals[2], NULL));
  CHECK(has_balance(b->w.ledger, b->w.bob, 2));
  end_world(&b->w);
}

/* As many as may be linked, and more than are looked at. */
static void too_many_are_refused(void) {
  batch* const b = new_batch();
  /* Those of nothing are of the same. */
  GIVES(LOCKSTEP_INVALID_REVERSAL, reverse_all(b, LOCKSTEP_MAX_LINKED_LEGS));
  RESULTS_IN(b, LOCKSTEP_INVALID_REVERSAL, 0, kPaid + 1);
  GIVES(LOCKSTEP_TOO_MANY_LEGS, reverse_all(b, kMost));
  RESULTS_IN(b, LOCKSTEP_TOO_MANY_LEGS, 0, 0);
  CHECK(all_are(b, 0, kMost, LOCKSTEP_TOO_MANY_LEGS));
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_reverse_all(b->w.ledger, b->reversals, UINT64_MAX, NULL, NULL,
                             &b->result));
  /* What is wrong with a structure is found first. */
  b->reversals[7].despite_freeze = 2;
  GIVES(LOCKSTEP_INVALID_OPTION, reverse_all(b, kMost));
  RESULTS_IN(b, LOCKSTEP_INVALID_OPTION, 0, 7);
  CHECK(b->receipts[kMost - 1].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(b->receipts[kMost - 1].refused_transfer == 7);
  end_world(&b->w);
}

/* --- Structures ----------------------------------------------------------- */

static void mistakes_in_structures_are_refused(void) {
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  batch* const b = new_batch();
  lockstep_ledger* const l = b->w.ledger;
  lockstep_reversal* const r = &b->reversals[0];
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_reverse(l, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NULL_POINTER);
  /* From the last thing that is looked at to the first. */
  r->despite_freeze = 2;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_reverse(l, r, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INVALID_OPTION && receipt.sequence == 0);
  options.struct_size = 8;
  r->options = &options;
  GIVES(size, lockstep_reverse(l, r, &receipt));
  r->leg_count = 1;
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_reverse(l, r, &receipt));
  r->leg_count = 0;
  r->amount_count = 1;
  GIVES(LOCKSTEP_NULL_POINTER, lockstep_reverse(l, r, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NULL_POINTER);
  r->struct_size = sizeof(*r) - 8;
  GIVES(size, lockstep_reverse(l, r, &receipt));
  r->struct_size = sizeof(*r) + 4;
  GIVES(size, lockstep_reverse(l, r, &receipt));
  CHECK(receipt.outcome == size);
  receipt.struct_size = 8;
  receipt.sequence = 9;
  GIVES(size, lockstep_reverse(l, r, &receipt));
  CHECK(receipt.sequence == 9); /* not written to */

  /* In several, they refuse the others. */
  b->reversals[0] = b->reversals[2];
  b->reversals[2].leg_count = 1;
  GIVES(LOCKSTEP_NULL_POINTER, reverse_all(b, kPaid));
  RESULTS_IN(b, LOCKSTEP_NULL_POINTER, 0, 2);
  CHECK(b->receipts[2].outcome == LOCKSTEP_NULL_POINTER);
  CHECK(b->receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(b->receipts[0].refused_transfer == 2);
  b->reversals[1].struct_size = sizeof(*r) + 8; /* another than the first's */
  GIVES(size, reverse_all(b, kPaid));
  RESULTS_IN(b, size, 0, 1);
  b->reversals[0].struct_size = 0; /* nobody knows where the others are */
  GIVES(size, reverse_all(b, kPaid));
  RESULTS_IN(b, size, 0, 0);
  CHECK(all_are(b, 0, kPaid, size));
  CHECK(has_balance(l, b->w.bob, 1 + 2 + 3));
  end_world(&b->w);
}

static void mistakes_in_the_call_are_said_of_each(void) {
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  batch* const b = new_batch();
  lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_reverse_all(b->w.ledger, NULL, kPaid, NULL, b->receipts,
                             &b->result));
  RESULTS_IN(b, LOCKSTEP_NULL_POINTER, 0, 0);
  CHECK(all_are(b, 0, kPaid, LOCKSTEP_NULL_POINTER));
  options.mode = LOCKSTEP_MODE_AUTO + 1;
  GIVES(LOCKSTEP_INVALID_OPTION,
        lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, &options,
                             b->receipts, &b->result));
  CHECK(all_are(b, 0, kPaid, LOCKSTEP_INVALID_OPTION));
  options.struct_size = 40;
  GIVES(size, lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, &options,
                                   b->receipts, &b->result));
  /* A receipt that is none; the others are written. */
  forget(b);
  b->receipts[1].struct_size = 0;
  GIVES(size, lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, NULL,
                                   b->receipts, &b->result));
  RESULTS_IN(b, size, 0, 0);
  CHECK(b->receipts[0].outcome == size && b->receipts[1].outcome == -1);
  forget(b);
  b->result.struct_size = 16;
  GIVES(size, lockstep_reverse_all(b->w.ledger, b->reversals, kPaid, NULL,
                                   b->receipts, &b->result));
  CHECK(all_are(b, 0, kPaid, size) && b->result.posted == 999);
  /* None at all is fine. */
  forget(b);
  WORKS(lockstep_reverse_all(b->w.ledger, NULL, 0, NULL, b->receipts,
                             &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 0, LOCKSTEP_NONE_REFUSED);
  CHECK(b->receipts[0].outcome == -1);
  WORKS(lockstep_reverse_all(b->w.ledger, NULL, 0, NULL, NULL, NULL));
  CHECK(has_balance(b->w.ledger, b->w.bob, 1 + 2 + 3));
  end_world(&b->w);
}

/* Those of a later version. */
static void longer_structures_are_taken_if_the_rest_is_zero(void) {
  struct later_reversal {
    lockstep_reversal known;
    uint64_t later;
  } reversals[kPaid];
  batch* const b = new_batch();
  size_t i;
  for (i = 0; i < kPaid; ++i) {
    reversals[i].known = b->reversals[i];
    reversals[i].known.struct_size = sizeof(reversals[i]);
    reversals[i].later = 0;
  }
  reversals[2].later = 1;
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_reverse(b->w.ledger, &reversals[2].known, NULL));
  GIVES(LOCKSTEP_INVALID_STRUCT_SIZE,
        lockstep_reverse_all(b->w.ledger, &reversals[0].known, kPaid, NULL,
                             b->receipts, &b->result));
  RESULTS_IN(b, LOCKSTEP_INVALID_STRUCT_SIZE, 0, 2);
  reversals[2].later = 0;
  WORKS(lockstep_reverse_all(b->w.ledger, &reversals[0].known, 2, NULL, NULL,
                             NULL));
  WORKS(lockstep_reverse(b->w.ledger, &reversals[2].known, NULL));
  CHECK(has_balance(b->w.ledger, b->w.alice, 10000));
  end_world(&b->w);
}

/* --- Sessions, handles ---------------------------------------------------- */

static void sessions_reverse_as_well(void) {
  batch* const b = new_batch();
  lockstep_session* s = NULL;
  WORKS(lockstep_session_open(b->w.ledger, &s));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_session_reverse(s, NULL, &b->receipts[0]));
  WORKS(lockstep_session_reverse(s, &b->reversals[0], &b->receipts[0]));
  CHECK(b->receipts[0].sequence != 0 && has_balance(b->w.ledger, b->w.bob, 5));
  GIVES(LOCKSTEP_ALREADY_REVERSED,
        lockstep_session_reverse(s, &b->reversals[0], NULL));
  GIVES(LOCKSTEP_ALREADY_REVERSED,
        lockstep_session_reverse_all(s, b->reversals, kPaid, NULL, b->receipts,
                                     &b->result));
  RESULTS_IN(b, LOCKSTEP_ALREADY_REVERSED, 0, 0);
  WORKS(lockstep_session_reverse_all(s, &b->reversals[1], 2, NULL, b->receipts,
                                     &b->result));
  RESULTS_IN(b, LOCKSTEP_OK, 2, LOCKSTEP_NONE_REFUSED);
  CHECK(has_balance(b->w.ledger, b->w.bob, 0));
  WORKS(lockstep_session_close(s));
  end_world(&b->w);
}

static void bad_handles_are_refused(void) {
  batch* const b = new_batch();
  const lockstep_outcome bad_handle = LOCKSTEP_INVALID_HANDLE;
  lockstep_session* session = NULL;
  lockstep_ledger* bad[3];
  size_t i;
  WORKS(lockstep_session_open(b->w.ledger, &session));
  WORKS(lockstep_session_close(session));
  bad[0] = NULL;
  bad[1] = (lockstep_ledger*)session;
  bad[2] = (lockstep_ledger*)UINTPTR_MAX;
  for (i = 0; i < 3; ++i) {
    lockstep_session* const s = (lockstep_session*)bad[i];
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    GIVES(bad_handle, lockstep_reverse(bad[i], NULL, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE);
    GIVES(bad_handle, lockstep_session_reverse(s, &b->reversals[0], NULL));
    forget(b);
    GIVES(bad_handle, lockstep_reverse_all(bad[i], NULL, kPaid, NULL,
                                           b->receipts, &b->result));
    RESULTS_IN(b, bad_handle, 0, 0);
    CHECK(all_are(b, 0, kPaid, bad_handle));
    forget(b);
    GIVES(bad_handle, lockstep_session_reverse_all(s, b->reversals, kPaid, NULL,
                                                   b->receipts, &b->result));
    CHECK(all_are(b, 0, kPaid, bad_handle));
  }
  end_world(&b->w);
}

void test_calls_of_reversals(void) {
  several_are_taken_back_together();
  an_id_is_of_all_of_them();
  one_that_is_refused_refuses_all();
  too_many_are_refused();
  mistakes_in_structures_are_refused();
  mistakes_in_the_call_are_said_of_each();
  longer_structures_are_taken_if_the_rest_is_zero();
  sessions_reverse_as_well();
  bad_handles_are_refused();
}
