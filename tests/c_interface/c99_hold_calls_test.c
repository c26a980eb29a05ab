/* The calls about holds: their options and arguments, sessions, and what the
 * journal tells of them, as a C99 program sees it. */
#include <stdlib.h>
#include <string.h>

#include "c99_world.h"

/* --- Options, sessions, arguments ----------------------------------------- */

static void options_are_those_of_transfers(void) {
  uint32_t mode;
  for (mode = LOCKSTEP_MODE_LOCKED; mode <= LOCKSTEP_MODE_AUTO; ++mode) {
    world w = new_world();
    const lockstep_leg legs[2] = {{w.mint, {-1, UINT64_MAX}},
                                  {w.alice, {0, 1}}};
    lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_hold_id hold = 0;
    options.mode = mode;
    options.dry_run = 1;
    WORKS(lockstep_hold_place(w.ledger, legs, 2, 0, &options, &receipt));
    CHECK(receipt.is_dry_run == 1 && receipt.sequence == 0);
    CHECK(has_held(w.ledger, w.mint, 0));
    options.dry_run = 0;
    WORKS(lockstep_hold_place(w.ledger, legs, 2, 0, &options, &receipt));
    hold = receipt.sequence;
    options.dry_run = 1;
    WORKS(lockstep_hold_release(w.ledger, hold, &options, &receipt));
    WORKS(lockstep_hold_capture(w.ledger, hold, NULL, 0, &options, &receipt));
    CHECK(receipt.is_dry_run == 1 && receipt.change_count == 2);
    CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_OPEN);
    options.dry_run = 0;
    WORKS(lockstep_hold_capture(w.ledger, hold, NULL, 0, &options, &receipt));
    CHECK(has_balance(w.ledger, w.alice, 10001));
    options.mode = LOCKSTEP_MODE_AUTO + 1;
    GIVES(LOCKSTEP_INVALID_OPTION,
          lockstep_hold_place(w.ledger, legs, 2, 0, &options, &receipt));
    GIVES(LOCKSTEP_INVALID_OPTION,
          lockstep_hold_capture(w.ledger, hold, NULL, 0, &options, NULL));
    GIVES(LOCKSTEP_INVALID_OPTION,
          lockstep_hold_release(w.ledger, hold, &options, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_INVALID_OPTION);
    end_world(&w);
  }
}

static void sessions_hold_as_well(void) {
  world w = new_world();
  const lockstep_leg legs[2] = {{w.mint, {-1, UINT64_MAX - 9}},
                                {w.alice, {0, 10}}};
  const lockstep_amount amounts[2] = {{-1, UINT64_MAX}, {0, 1}};
  lockstep_session* s = NULL;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_hold_id hold = 0;
  WORKS(lockstep_session_open(w.ledger, &s));
  WORKS(lockstep_session_hold_place(s, legs, 2, 9, NULL, &receipt));
  hold = receipt.sequence;
  CHECK(has_held(w.ledger, w.mint, 10));
  GIVES(LOCKSTEP_INVALID_CAPTURE,
        lockstep_session_hold_capture(s, hold, amounts, 1, NULL, NULL));
  WORKS(lockstep_session_hold_capture(s, hold, amounts, 2, NULL, &receipt));
  CHECK(receipt.sequence > hold && has_balance(w.ledger, w.alice, 10001));
  WORKS(lockstep_session_hold_place(s, legs, 2, 9, NULL, &receipt));
  hold = receipt.sequence;
  WORKS(lockstep_session_hold_release(s, hold, NULL, &receipt));
  CHECK(receipt.sequence > hold);
  GIVES(LOCKSTEP_HOLD_RELEASED,
        lockstep_session_hold_capture(s, hold, NULL, 0, NULL, &receipt));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_session_hold_place(s, NULL, 1, 0, NULL, &receipt));
  GIVES(LOCKSTEP_NULL_POINTER,
        lockstep_session_hold_capture(s, hold, NULL, 1, NULL, &receipt));
  WORKS(lockstep_session_close(s));
  end_world(&w);
}

static void bad_handles_are_refused(void) {
  world w = new_world();
  lockstep_ledger* bad[3];
  lockstep_session* session = NULL;
  size_t i;
  WORKS(lockstep_session_open(w.ledger, &session));
  WORKS(lockstep_session_close(session));
  bad[0] = NULL;
  bad[1] = (lockstep_ledger*)session;
  bad[2] = (lockstep_ledger*)UINTPTR_MAX;
  for (i = 0; i < 3; ++i) {
    const lockstep_outcome bad_handle = LOCKSTEP_INVALID_HANDLE;
    lockstep_ledger* const l = bad[i];
    lockstep_session* const s = (lockstep_session*)bad[i];
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
    GIVES(bad_handle, lockstep_hold_place(l, NULL, 1, 0, NULL, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE);
    receipt.outcome = 0;
    GIVES(bad_handle, lockstep_hold_capture(l, 1, NULL, 1, NULL, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE);
    receipt.outcome = 0;
    GIVES(bad_handle, lockstep_hold_release(l, 1, NULL, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE);
    GIVES(bad_handle, lockstep_hold_expire_due(l));
    GIVES(bad_handle, lockstep_hold_get(l, 1, NULL, NULL, 1));
    GIVES(bad_handle, lockstep_hold_get(l, 1, &info, NULL, 0));
    CHECK(info.leg_count == 0 && info.hold == 0);
    GIVES(bad_handle, lockstep_session_hold_place(s, NULL, 1, 0, NULL, NULL));
    GIVES(bad_handle, lockstep_session_hold_capture(s, 1, NULL, 1, NULL, NULL));
    GIVES(bad_handle, lockstep_session_hold_release(s, 1, NULL, NULL));
  }
  end_world(&w);
}

static void null_pointers_are_refused(void) {
  const lockstep_outcome null = LOCKSTEP_NULL_POINTER;
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
  receipt.struct_size = 8; /* which is looked at later */
  info.struct_size = 8;
  GIVES(null, lockstep_hold_place(w.ledger, NULL, 1, 0, NULL, &receipt));
  GIVES(null, lockstep_hold_capture(w.ledger, 0, NULL, 2, NULL, &receipt));
  GIVES(null, lockstep_hold_get(w.ledger, 0, NULL, NULL, 0));
  GIVES(null, lockstep_hold_get(w.ledger, 0, &info, NULL, 1));
  receipt.struct_size = sizeof(receipt);
  GIVES(null, lockstep_hold_place(w.ledger, NULL, 1, 0, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NULL_POINTER);
  end_world(&w);
}

static void sizes_of_structures_are_checked(void) {
  const lockstep_outcome size = LOCKSTEP_INVALID_STRUCT_SIZE;
  world w = new_world();
  struct {
    lockstep_hold_info known;
    uint64_t later;
  } longer;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
  lockstep_leg leg = {0, {0, 0}};
  lockstep_hold_id hold = 0;
  WORKS(try_hold(&w, w.alice, w.bob, 5, 3, &receipt));
  hold = receipt.sequence;
  info.struct_size = sizeof(info) - 8;
  GIVES(size, lockstep_hold_get(w.ledger, hold, &info, &leg, 1));
  GIVES(size, lockstep_hold_get(w.ledger, 0, &info, NULL, 0));
  CHECK(info.hold == 0 && leg.account == 0);
  info.struct_size = sizeof(info) + 4;
  GIVES(size, lockstep_hold_get(w.ledger, hold, &info, &leg, 1));
  info.struct_size = sizeof(info);
  info.deadline = 99;
  GIVES(LOCKSTEP_UNKNOWN_HOLD, lockstep_hold_get(w.ledger, 0, &info, &leg, 1));
  CHECK(info.deadline == 99 && leg.account == 0); /* not touched */
  memset(&longer, 0xFF, sizeof(longer));
  longer.known.struct_size = sizeof(longer);
  WORKS(lockstep_hold_get(w.ledger, hold, &longer.known, &leg, 1));
  CHECK(longer.known.struct_size == sizeof(longer) && longer.later == 0);
  CHECK(longer.known.deadline == 3 && longer.known.leg_count == 2);
  CHECK(leg.account == w.alice && is_amount(leg.amount, -5));

  receipt.struct_size = 8;
  GIVES(size, lockstep_hold_place(w.ledger, NULL, 0, 0, NULL, &receipt));
  GIVES(size, lockstep_hold_capture(w.ledger, 0, NULL, 0, NULL, &receipt));
  GIVES(size, lockstep_hold_release(w.ledger, 0, NULL, &receipt));
  options.struct_size = 8;
  GIVES(size, lockstep_hold_place(w.ledger, NULL, 0, 0, &options, NULL));
  GIVES(size, lockstep_hold_capture(w.ledger, 0, NULL, 0, &options, NULL));
  GIVES(size, lockstep_hold_release(w.ledger, 0, &options, NULL));
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_OPEN);
  end_world(&w);
}

/* --- Rows of the journal -------------------------------------------------- */

enum { kRows = LOCKSTEP_MAX_LEGS };

static lockstep_transfer_options with_code(uint32_t code) {
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  options.code = code;
  options.description = "a";
  options.user_data.low = code + 1;
  return options;
}

/* Holds what Alice would pay Bob. The code of an operation is also its place
 * among those that leave rows. */
static lockstep_hold_id hold_with(const world* w, int64_t amount,
                                  uint64_t deadline, uint32_t code) {
  const lockstep_transfer_options options = with_code(code);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_leg legs[2];
  legs[0].account = w->alice;
  legs[0].amount = OF(-amount);
  legs[1].account = w->bob;
  legs[1].amount = OF(amount);
  WORKS(lockstep_hold_place(w->ledger, legs, 2, deadline, &options, &receipt));
  return receipt.sequence;
}

/* The two rows of an operation with the hold: Alice's, Bob's. */
static void check_rows(const lockstep_entry* rows, uint32_t kind,
                       lockstep_hold_id hold, uint32_t code, int64_t moved,
                       int64_t held) {
  int i;
  for (i = 0; i < 2; ++i) {
    const lockstep_entry* const row = &rows[i];
    CHECK(row->struct_size == sizeof(*row) && row->kind == kind);
    CHECK(row->hold == hold && row->leg == (uint32_t)i && row->code == code);
    CHECK(row->user_data.low == (code == 0 ? 0 : code + 1));
    CHECK(strcmp(row->description, code == 0 ? "" : "a") == 0);
    CHECK(row->status == 0 && is_amount(row->floor, 0));
    CHECK(is_amount(row->ceiling, 0));
    CHECK(row->account != row->counterpart && row->counterpart != 0);
  }
  CHECK(rows[0].sequence == rows[1].sequence);
  CHECK((kind == LOCKSTEP_ENTRY_HOLD) == (rows[0].sequence == hold));
  CHECK(is_amount(rows[0].amount, -moved) && is_amount(rows[1].amount, moved));
  CHECK(is_amount(rows[0].held, held) && is_amount(rows[1].held, 0));
}

static uint64_t read_rows(lockstep_journal* journal, lockstep_entry* rows) {
  uint64_t count = 0;
  memset(rows, 0xFF, kRows * sizeof(rows[0]));
  rows[0].struct_size = sizeof(rows[0]);
  WORKS(lockstep_journal_read(journal, rows, kRows, &count, NULL));
  return count;
}

static void the_journal_tells_of_holds(void) {
  world w = new_world();
  lockstep_entry rows[kRows];
  lockstep_journal* journal = NULL;
  lockstep_transfer_options options = with_code(4);
  const lockstep_amount part[2] = {{-1, UINT64_MAX - 29}, {0, 30}};
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_hold_id holds[3];
  uint64_t count = 0;
  WORKS(lockstep_journal_open(w.ledger, &journal));
  CHECK(read_rows(journal, rows) == 2);
  CHECK(rows[0].kind == LOCKSTEP_ENTRY_TRANSFER && rows[0].hold == 0);
  CHECK(is_amount(rows[0].held, 0));
  holds[0] = hold_with(&w, 100, 0, 1);
  holds[1] = hold_with(&w, 20, 0, 2);
  holds[2] = hold_with(&w, 3, 7, 3);
  GIVES(LOCKSTEP_INVALID_CAPTURE,
        lockstep_hold_capture(w.ledger, holds[0], part, 1, &options, NULL));
  WORKS(lockstep_hold_capture(w.ledger, holds[0], part, 2, &options, NULL));
  options = with_code(5);
  WORKS(lockstep_hold_release(w.ledger, holds[1], &options, NULL));
  WORKS(lockstep_advance(w.ledger, 8));

  CHECK(read_rows(journal, rows) == 12);
  check_rows(&rows[0], LOCKSTEP_ENTRY_HOLD, holds[0], 1, 0, 100);
  check_rows(&rows[2], LOCKSTEP_ENTRY_HOLD, holds[1], 2, 0, 20);
  check_rows(&rows[4], LOCKSTEP_ENTRY_HOLD, holds[2], 3, 0, 3);
  check_rows(&rows[6], LOCKSTEP_ENTRY_CAPTURE, holds[0], 4, 30, -100);
  check_rows(&rows[8], LOCKSTEP_ENTRY_RELEASE, holds[1], 5, 0, -20);
  check_rows(&rows[10], LOCKSTEP_ENTRY_EXPIRY, holds[2], 0, 0, -3);
  CHECK(is_amount(rows[4].balance_after, 10000) && rows[4].tick == 0);
  CHECK(is_amount(rows[6].balance_after, 9970));
  CHECK(is_amount(rows[7].balance_after, 30));
  CHECK(is_amount(rows[10].balance_after, 9970) && rows[10].tick == 8);
  CHECK(read_rows(journal, rows) == 0);
  WORKS(lockstep_journal_close(journal));

  /* The same, newest first, and of Bob alone. */
  rows[0].struct_size = sizeof(rows[0]);
  WORKS(lockstep_history(w.ledger, w.bob, 0, rows, kRows, &count, NULL));
  CHECK(count == 6 && rows[0].kind == LOCKSTEP_ENTRY_EXPIRY);
  CHECK(rows[2].kind == LOCKSTEP_ENTRY_CAPTURE && is_amount(rows[2].held, 0));
  WORKS(lockstep_audit(w.ledger, &report, NULL, 0));
  CHECK(report.ok == 1 && report.rows == 14);
  end_world(&w);
}

/* A host compiled when rows told of transfers alone sees what moves. */
static void shorter_rows_have_what_moves(void) {
  enum { kRow = 360 };
  world w = new_world();
  char* const rows = malloc((size_t)kRow * kRows);
  lockstep_entry row = LOCKSTEP_ENTRY_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  uint64_t count = 0;
  CHECK(rows != NULL);
  if (rows == NULL) return;
  CHECK(row.hold == 0 && is_amount(row.held, 0));
  WORKS(try_hold(&w, w.alice, w.bob, 40, 0, &receipt));
  WORKS(lockstep_hold_capture(w.ledger, receipt.sequence, NULL, 0, NULL, NULL));
  row.struct_size = kRow;
  memset(rows, 0xFF, (size_t)kRow * kRows);
  memcpy(rows, &row, kRow);
  WORKS(lockstep_history(w.ledger, w.bob, 0, (lockstep_entry*)(void*)rows,
                         kRows, &count, NULL));
  CHECK(count == 2);
  memcpy(&row, rows, kRow);
  CHECK(row.struct_size == kRow && row.account == w.bob);
  CHECK(is_amount(row.amount, 40) && is_amount(row.balance_after, 40));
  memcpy(&row, rows + kRow, kRow);
  CHECK(row.account == w.bob && is_amount(row.amount, 0));
  CHECK(row.sequence == receipt.sequence && row.hold == 0);
  free(rows);
  end_world(&w);
}

void test_calls_of_holds(void) {
  options_are_those_of_transfers();
  sessions_hold_as_well();
  bad_handles_are_refused();
  null_pointers_are_refused();
  sizes_of_structures_are_checked();
  the_journal_tells_of_holds();
  shorter_rows_have_what_moves();
}
