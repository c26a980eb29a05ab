/* Reversals, as a C99 program sees them: of all of a transfer, of parts, of
 * several, and every outcome that they add. */
#include <string.h>

#include "c99_world.h"

static lockstep_reversal reversal_of(uint64_t transfer) {
  lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  reversal.transfer = transfer;
  return reversal;
}

static lockstep_outcome reverse(const world* w, uint64_t transfer,
                                lockstep_receipt* receipt) {
  const lockstep_reversal reversal = reversal_of(transfer);
  return lockstep_reverse(w->ledger, &reversal, receipt);
}

/* A part of what was paid, as the payer's leg says it and the payee's. */
static lockstep_outcome reverse_part(const world* w, uint64_t transfer,
                                     int64_t paid, int64_t got,
                                     lockstep_receipt* receipt) {
  lockstep_reversal reversal = reversal_of(transfer);
  lockstep_amount amounts[2];
  amounts[0] = OF(paid);
  amounts[1] = OF(got);
  reversal.amounts = amounts;
  reversal.amount_count = 2;
  return lockstep_reverse(w->ledger, &reversal, receipt);
}

static uint64_t pay(const world* w, lockstep_account_id from,
                    lockstep_account_id to, int64_t amount) {
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(lockstep_transfer(w->ledger, from, to, OF(amount), NULL, &receipt));
  return receipt.sequence;
}

/* The legs of what Alice paid Bob. */
static void legs_of(const world* w, int64_t paid, int64_t got,
                    lockstep_leg* legs) {
  legs[0].account = w->alice;
  legs[0].amount = OF(-paid);
  legs[1].account = w->bob;
  legs[1].amount = OF(got);
}

/* --- What is taken back --------------------------------------------------- */

static void all_of_it_is_taken_back_once(void) {
  uint32_t mode;
  for (mode = LOCKSTEP_MODE_LOCKED; mode <= LOCKSTEP_MODE_AUTO; ++mode) {
    world w = new_world();
    const uint64_t paid = pay(&w, w.alice, w.bob, 30);
    lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
    lockstep_reversal reversal = reversal_of(paid);
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_change changes[2];
    char text[200] = "";
    receipt.changes = changes;
    receipt.change_capacity = 2;
    reversal.options = &options;
    options.mode = mode;
    options.dry_run = 1;
    WORKS(lockstep_reverse(w.ledger, &reversal, &receipt));
    CHECK(receipt.is_dry_run == 1 && has_balance(w.ledger, w.bob, 30));
    options.dry_run = 0;
    WORKS(lockstep_reverse(w.ledger, &reversal, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_OK && receipt.attempts == 1);
    CHECK(receipt.sequence > paid && receipt.is_replay == 0);
    CHECK(receipt.change_count == 2 && changes[1].account == w.bob);
    CHECK(is_amount(changes[1].before, 30) && is_amount(changes[1].after, 0));
    CHECK(has_balance(w.ledger, w.alice, 10000));
    GIVES(LOCKSTEP_ALREADY_REVERSED,
          lockstep_reverse(w.ledger, &reversal, &receipt));
    CHECK(receipt.outcome == LOCKSTEP_ALREADY_REVERSED);
    WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
    CHECK(strstr(text, lockstep_outcome_meaning(receipt.outcome)) != NULL);
    GIVES(LOCKSTEP_ALREADY_REVERSED, reverse_part(&w, paid, -1, 1, NULL));
    end_world(&w);
  }
}

static void parts_never_exceed_the_whole(void) {
  world w = new_world();
  const uint64_t paid = pay(&w, w.alice, w.bob, 30);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  char text[200] = "";
  WORKS(reverse_part(&w, paid, -10, 10, NULL));
  WORKS(reverse_part(&w, paid, -15, 15, NULL));
  GIVES(LOCKSTEP_REVERSAL_TOO_LARGE, reverse_part(&w, paid, -6, 6, &receipt));
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == w.alice);
  CHECK(receipt.refused_asset == w.gold);
  CHECK(is_amount(receipt.available, -5) && is_amount(receipt.required, -6));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strcmp(text,
               "reversal too large: of leg 0 (account 2 (Alice)) -0.05 is left "
               "to take back, not -0.06") == 0);
  CHECK(has_balance(w.ledger, w.bob, 5));
  WORKS(reverse(&w, paid, NULL)); /* what is left */
  CHECK(has_balance(w.ledger, w.bob, 0));
  end_world(&w);
}

/* Of one leg nothing; then a reversal of the reversal, and so on. */
static void whatever_moved_amounts_can_be_reversed(void) {
  world w = new_world();
  lockstep_leg legs[3];
  lockstep_amount amounts[3];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  lockstep_hold_id hold = 0;
  uint64_t part = 0;
  order o;
  legs_of(&w, 50, 20, legs);
  legs[2].account = w.mint;
  legs[2].amount = OF(30);
  WORKS(lockstep_post(w.ledger, legs, 3, NULL, &receipt));
  reversal.transfer = receipt.sequence;
  amounts[0] = OF(-30);
  amounts[1] = OF(0);
  amounts[2] = OF(30);
  reversal.amounts = amounts;
  reversal.amount_count = 3;
  WORKS(lockstep_reverse(w.ledger, &reversal, &receipt));
  part = receipt.sequence;
  CHECK(receipt.change_count == 2 && has_balance(w.ledger, w.alice, 9980));
  WORKS(reverse(&w, reversal.transfer, NULL));
  CHECK(has_balance(w.ledger, w.alice, 10000));
  WORKS(reverse(&w, part, NULL));
  CHECK(has_balance(w.ledger, w.alice, 9970));

  WORKS(try_hold(&w, w.alice, w.bob, 60, 0, &receipt));
  hold = receipt.sequence;
  WORKS(lockstep_hold_capture(w.ledger, hold, NULL, 0, NULL, &receipt));
  GIVES(LOCKSTEP_NOT_REVERSIBLE, reverse(&w, hold, NULL));
  WORKS(reverse(&w, receipt.sequence, NULL));
  CHECK(has_balance(w.ledger, w.bob, 0));

  start(&o);
  add_flow(&o, w.alice, w.bob);
  WORKS(post_order(&w, &o, &receipt));
  WORKS(reverse(&w, receipt.sequence, NULL));
  CHECK(has_balance(w.ledger, w.alice, 9970));
  end_world(&w);
}

static void rows_say_what_they_take_back(void) {
  enum { kRow = 360, kRows = LOCKSTEP_MAX_LEGS };
  world w = new_world();
  const uint64_t paid = pay(&w, w.alice, w.bob, 30);
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_reversal reversal = reversal_of(paid);
  lockstep_entry rows[kRows];
  char shorter[kRows * kRow];
  lockstep_entry row = LOCKSTEP_ENTRY_INIT;
  uint64_t count = 0;
  options.code = 5;
  options.id.low = 6;
  options.description = "it was a mistake";
  reversal.options = &options;
  WORKS(lockstep_reverse(w.ledger, &reversal, NULL));
  rows[0].struct_size = sizeof(rows[0]);
  WORKS(lockstep_history(w.ledger, w.alice, 0, rows, kRows, &count, NULL));
  CHECK(count == 3 && rows[0].kind == LOCKSTEP_ENTRY_REVERSAL);
  CHECK(rows[0].reverses == paid && rows[0].counterpart == w.bob);
  CHECK(rows[0].code == 5 && rows[0].id.low == 6 && rows[0].hold == 0);
  CHECK(strcmp(rows[0].description, "it was a mistake") == 0);
  CHECK(is_amount(rows[0].amount, 30));
  CHECK(rows[1].kind == LOCKSTEP_ENTRY_TRANSFER && rows[1].reverses == 0);
  /* To a host compiled when there were transfers alone it is one. */
  row.struct_size = kRow;
  memcpy(shorter, &row, kRow);
  WORKS(lockstep_history(w.ledger, w.alice, 0, (lockstep_entry*)(void*)shorter,
                         kRows, &count, NULL));
  memcpy(&row, shorter, kRow);
  CHECK(count == 3 && row.struct_size == kRow && row.code == 5);
  CHECK(is_amount(row.amount, 30) && is_amount(row.balance_after, 10000));
  end_world(&w);
}

static void clones_know_what_was_taken_back(void) {
  world w = new_world();
  world clone = w;
  const uint64_t paid = pay(&w, w.alice, w.bob, 30);
  WORKS(reverse_part(&w, paid, -10, 10, NULL));
  WORKS(lockstep_ledger_clone(w.ledger, &clone.ledger));
  WORKS(reverse(&w, paid, NULL));
  GIVES(LOCKSTEP_REVERSAL_TOO_LARGE, reverse_part(&clone, paid, -21, 21, NULL));
  WORKS(reverse(&clone, paid, NULL));
  CHECK(has_balance(clone.ledger, w.alice, 10000));
  GIVES(LOCKSTEP_ALREADY_REVERSED, reverse(&clone, paid, NULL));
  end_world(&clone);
  end_world(&w);
}

/* --- Refusals ------------------------------------------------------------- */

static void what_is_wrong_with_it_is_refused(void) {
  world w = new_world();
  const uint64_t paid = pay(&w, w.alice, w.bob, 30);
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_reversal reversal = reversal_of(paid);
  lockstep_leg legs[LOCKSTEP_MAX_LEGS + 1];
  lockstep_amount amounts[LOCKSTEP_MAX_LEGS + 1];
  memset(legs, 0, sizeof(legs));
  memset(amounts, 0, sizeof(amounts));
  GIVES(LOCKSTEP_TRANSFER_FORGOTTEN, reverse(&w, 0, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_TRANSFER_FORGOTTEN);
  GIVES(LOCKSTEP_TRANSFER_FORGOTTEN, reverse(&w, paid + 1024 * 1024, NULL));
  WORKS(lockstep_account_set_status(w.ledger, w.bob,
                                    LOCKSTEP_STATUS_DEBITS_FROZEN, 0, 0));
  WORKS(lockstep_account_get(w.ledger, w.bob, &info));
  GIVES(LOCKSTEP_NOT_REVERSIBLE, reverse(&w, info.version, NULL));

  reversal.legs = legs;
  reversal.amounts = amounts;
  reversal.leg_count = LOCKSTEP_MAX_LEGS + 1;
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  reversal.leg_count = 0;
  reversal.amount_count = UINT64_MAX;
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  reversal.amount_count = LOCKSTEP_MAX_LEGS;
  GIVES(LOCKSTEP_INVALID_REVERSAL,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(receipt.refused_leg == LOCKSTEP_NO_LEG);
  GIVES(LOCKSTEP_INVALID_REVERSAL, reverse_part(&w, paid, -30, 31, &receipt));
  CHECK(receipt.refused_leg == 1 && receipt.refused_account == w.bob);
  GIVES(LOCKSTEP_INVALID_REVERSAL, reverse_part(&w, paid, 1, -1, &receipt));
  CHECK(receipt.refused_leg == 0);
  GIVES(LOCKSTEP_NOTHING_TO_MOVE, reverse_part(&w, paid, 0, 0, NULL));
  GIVES(LOCKSTEP_UNBALANCED, reverse_part(&w, paid, -2, 1, NULL));
  /* Legs that are not its own. */
  reversal.amount_count = 0;
  reversal.leg_count = 2;
  legs_of(&w, 31, 31, legs);
  GIVES(LOCKSTEP_INVALID_REVERSAL,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(receipt.refused_leg == 0);
  CHECK(has_balance(w.ledger, w.bob, 30));

  legs_of(&w, 30, 30, legs);
  GIVES(LOCKSTEP_ACCOUNT_FROZEN,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(receipt.refused_leg == 1 && receipt.refused_account == w.bob);
  reversal.despite_freeze = 1;
  WORKS(lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(has_balance(w.ledger, w.bob, 0));
  end_world(&w);
}

static void it_is_judged_like_any_transfer(void) {
  world w = new_world();
  const uint64_t paid = pay(&w, w.alice, w.bob, 30);
  lockstep_reversal reversal = reversal_of(paid);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  pay(&w, w.bob, w.alice, 30);
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, reverse(&w, paid, &receipt));
  CHECK(receipt.refused_leg == 1 && is_amount(receipt.required, 30));
  WORKS(lockstep_account_set_status(w.ledger, w.bob, LOCKSTEP_STATUS_CLOSED, 0,
                                    0));
  reversal.despite_freeze = 1;
  GIVES(LOCKSTEP_ACCOUNT_CLOSED,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  end_world(&w);
}

/* Then it is told what they were, and believes it. */
static void without_a_journal_the_legs_are_needed(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  world w = {NULL, 0, 1, 2, 3};
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_reversal reversal;
  lockstep_leg legs[2];
  options.journal_bytes = 0;
  gold.code = "GOLD";
  WORKS(lockstep_ledger_open(&options, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  w.alice = new_account(w.ledger, w.gold, "alice", NULL);
  w.bob = new_account(w.ledger, w.gold, "bob", NULL);
  pay(&w, w.mint, w.alice, 100);
  reversal = reversal_of(pay(&w, w.alice, w.bob, 30));
  GIVES(LOCKSTEP_TRANSFER_FORGOTTEN,
        lockstep_reverse(w.ledger, &reversal, NULL));
  reversal.legs = legs;
  reversal.leg_count = 2;
  legs_of(&w, 30, 31, legs);
  GIVES(LOCKSTEP_UNBALANCED, lockstep_reverse(w.ledger, &reversal, NULL));
  legs_of(&w, 30, 30, legs);
  legs[1].account = 77;
  GIVES(LOCKSTEP_UNKNOWN_ACCOUNT,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(receipt.refused_leg == 1 && receipt.refused_account == 77);
  legs_of(&w, 30, 30, legs);
  WORKS(lockstep_reverse(w.ledger, &reversal, NULL));
  CHECK(has_balance(w.ledger, w.alice, 100));
  GIVES(LOCKSTEP_ALREADY_REVERSED,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  legs_of(&w, 29, 29, legs);
  GIVES(LOCKSTEP_INVALID_REVERSAL,
        lockstep_reverse(w.ledger, &reversal, &receipt));
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == w.alice);
  end_world(&w);
}

/* The smallest amount has no opposite. */
static void the_smallest_amount_stays(void) {
  const lockstep_amount min = {INT64_MIN, 0};
  const lockstep_amount max = {INT64_MAX, UINT64_MAX};
  world w = new_world();
  const lockstep_account_id debtor = new_account(w.ledger, w.gold, "d", NULL);
  lockstep_leg legs[3];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  uint64_t posted = 0;
  WORKS(lockstep_account_set_limits(w.ledger, debtor, min, max, 0, 0));
  legs[0].account = debtor;
  legs[0].amount = min;
  legs[1].account = w.bob;
  legs[1].amount = max;
  legs[2].account = w.alice;
  legs[2].amount = OF(1);
  WORKS(lockstep_post(w.ledger, legs, 3, NULL, &receipt));
  posted = receipt.sequence;
  GIVES(LOCKSTEP_AMOUNT_OVERFLOW, reverse(&w, posted, &receipt));
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == debtor);
  end_world(&w);
}

void test_reversals(void) {
  all_of_it_is_taken_back_once();
  parts_never_exceed_the_whole();
  whatever_moved_amounts_can_be_reversed();
  rows_say_what_they_take_back();
  clones_know_what_was_taken_back();
  what_is_wrong_with_it_is_refused();
  it_is_judged_like_any_transfer();
  without_a_journal_the_legs_are_needed();
  the_smallest_amount_stays();
}
