/* Holds, as a C99 program sees them. */
#include <string.h>

#include "c99_world.h"

static lockstep_account_info info_of(lockstep_ledger* ledger,
                                     lockstep_account_id account) {
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  WORKS(lockstep_account_get(ledger, account, &info));
  return info;
}

static lockstep_outcome pay(const world* w, lockstep_account_id from,
                            lockstep_account_id to, int64_t amount) {
  return lockstep_transfer(w->ledger, from, to, OF(amount), NULL, NULL);
}

/* Holds what Alice would pay Bob. */
static lockstep_hold_id new_hold(const world* w, int64_t amount,
                                 uint64_t deadline) {
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(try_hold(w, w->alice, w->bob, amount, deadline, &receipt));
  CHECK(receipt.sequence != 0);
  return receipt.sequence;
}

static lockstep_outcome capture(const world* w, lockstep_hold_id hold) {
  return lockstep_hold_capture(w->ledger, hold, NULL, 0, NULL, NULL);
}

/* A part of what Alice would pay Bob. */
static lockstep_outcome capture_part(const world* w, lockstep_hold_id hold,
                                     int64_t paid, int64_t got,
                                     lockstep_receipt* receipt) {
  lockstep_amount amounts[2];
  amounts[0] = OF(paid);
  amounts[1] = OF(got);
  return lockstep_hold_capture(w->ledger, hold, amounts, 2, NULL, receipt);
}

static lockstep_outcome release(const world* w, lockstep_hold_id hold) {
  return lockstep_hold_release(w->ledger, hold, NULL, NULL);
}

/* --- What becomes of a hold ----------------------------------------------- */

static void what_is_held_is_not_available(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_change changes[2];
  lockstep_account_state state;
  lockstep_snapshot* snapshot = NULL;
  lockstep_asset_total total = LOCKSTEP_ASSET_TOTAL_INIT;
  receipt.changes = changes;
  receipt.change_capacity = 2;
  WORKS(try_hold(&w, w.alice, w.bob, 6000, 0, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_OK && receipt.attempts == 1);
  CHECK(receipt.change_count == 2 && changes[0].account == w.alice);
  CHECK(is_amount(changes[0].before, 10000));
  CHECK(is_amount(changes[0].after, 10000)); /* nothing moves */
  CHECK(info_of(w.ledger, w.alice).version == receipt.sequence);
  CHECK(has_balance(w.ledger, w.alice, 10000));
  CHECK(has_held(w.ledger, w.alice, 6000) && has_held(w.ledger, w.bob, 0));
  WORKS(lockstep_read(w.ledger, &w.alice, 1, &state));
  CHECK(is_amount(state.held, 6000));
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  WORKS(lockstep_snapshot_totals(snapshot, &total, 1));
  CHECK(is_amount(total.held, 6000));

  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.alice, w.bob, OF(4001), NULL, &receipt));
  CHECK(is_amount(receipt.available, 4000));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        try_hold(&w, w.alice, w.bob, 4001, 0, &receipt));
  CHECK(receipt.sequence == 0 && receipt.refused_leg == 0);
  CHECK(receipt.refused_account == w.alice);
  CHECK(is_amount(receipt.required, 4001));
  WORKS(pay(&w, w.alice, w.bob, 4000));

  /* What was before stays in the snapshot. */
  WORKS(lockstep_snapshot_get(snapshot, w.alice, &state));
  CHECK(is_amount(state.balance, 10000) && is_amount(state.held, 6000));
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

static void a_hold_is_captured_in_full(void) {
  world w = new_world();
  const lockstep_hold_id hold = new_hold(&w, 6000, 0);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_change changes[2];
  receipt.changes = changes;
  receipt.change_capacity = 2;
  WORKS(pay(&w, w.alice, w.bob, 4000));
  WORKS(lockstep_hold_capture(w.ledger, hold, NULL, 0, NULL, &receipt));
  CHECK(receipt.sequence > hold && receipt.change_count == 2);
  CHECK(is_amount(changes[0].before, 6000) && is_amount(changes[0].after, 0));
  CHECK(is_amount(changes[1].after, 10000));
  CHECK(has_balance(w.ledger, w.bob, 10000));
  CHECK(has_held(w.ledger, w.alice, 0));
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_CAPTURED);
  end_world(&w);
}

static void a_hold_is_captured_in_part(void) {
  world w = new_world();
  const lockstep_hold_id hold = new_hold(&w, 6000, 0);
  lockstep_leg legs[3];
  lockstep_amount amounts[3];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(capture_part(&w, hold, -1000, 1000, NULL));
  CHECK(has_balance(w.ledger, w.alice, 9000));
  CHECK(has_balance(w.ledger, w.bob, 1000));
  CHECK(has_held(w.ledger, w.alice, 0)); /* the rest is released */
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_CAPTURED);

  /* Of one leg nothing. */
  memset(legs, 0, sizeof(legs));
  legs[0].account = w.bob;
  legs[0].amount = OF(200);
  legs[1].account = w.alice;
  legs[1].amount = OF(-500);
  legs[2].account = w.mint;
  legs[2].amount = OF(300);
  amounts[0] = OF(0);
  amounts[1] = OF(-300);
  amounts[2] = OF(300);
  WORKS(lockstep_hold_place(w.ledger, legs, 3, 0, NULL, &receipt));
  WORKS(lockstep_hold_capture(w.ledger, receipt.sequence, amounts, 3, NULL,
                              NULL));
  CHECK(has_balance(w.ledger, w.alice, 8700));
  CHECK(has_balance(w.ledger, w.bob, 1000));
  end_world(&w);
}

static void a_hold_is_released(void) {
  world w = new_world();
  const lockstep_hold_id hold = new_hold(&w, 10000, 5);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, pay(&w, w.alice, w.bob, 1));
  WORKS(lockstep_hold_release(w.ledger, hold, NULL, &receipt));
  CHECK(receipt.sequence > hold && receipt.outcome == LOCKSTEP_OK);
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_RELEASED);
  WORKS(pay(&w, w.alice, w.bob, 10000));
  WORKS(lockstep_advance(w.ledger, 9)); /* it is over already */
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_RELEASED);
  end_world(&w);
}

static void holds_expire_as_time_goes_by(void) {
  world w = new_world();
  const lockstep_hold_id never = new_hold(&w, 1, 0);
  const lockstep_hold_id late = new_hold(&w, 20, 8);
  const lockstep_hold_id early = new_hold(&w, 300, 7);
  WORKS(lockstep_advance(w.ledger, 6));
  CHECK(has_held(w.ledger, w.alice, 321));
  WORKS(lockstep_advance(w.ledger, 7));
  CHECK(has_held(w.ledger, w.alice, 21));
  CHECK(hold_status(w.ledger, early) == LOCKSTEP_HOLD_STATUS_EXPIRED);
  CHECK(hold_status(w.ledger, late) == LOCKSTEP_HOLD_STATUS_OPEN);
  GIVES(LOCKSTEP_HOLD_EXPIRED, capture(&w, early));
  WORKS(lockstep_advance(w.ledger, UINT64_MAX));
  CHECK(hold_status(w.ledger, late) == LOCKSTEP_HOLD_STATUS_EXPIRED);
  CHECK(hold_status(w.ledger, never) == LOCKSTEP_HOLD_STATUS_OPEN);
  WORKS(lockstep_hold_expire_due(w.ledger)); /* none is due */
  CHECK(has_held(w.ledger, w.alice, 1));
  WORKS(capture(&w, never));
  end_world(&w);
}

static uint64_t time_of(lockstep_ledger* ledger) {
  uint64_t now = 0;
  WORKS(lockstep_now(ledger, &now));
  return now;
}

/* Nobody sets the time of such a ledger, so somebody has to say that it went
 * by. */
static void by_the_systems_clock_they_expire_when_told(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  world w = {NULL, 0, 1, 2, 3};
  lockstep_hold_id hold = 0;
  uint64_t deadline = 0;
  options.tick_source = LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK;
  gold.code = "GOLD";
  WORKS(lockstep_ledger_open(&options, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  w.alice = new_account(w.ledger, w.gold, "alice", NULL);
  w.bob = new_account(w.ledger, w.gold, "bob", NULL);
  WORKS(pay(&w, w.mint, w.alice, 100));
  deadline = time_of(w.ledger) + UINT64_C(3600000000000);
  hold = new_hold(&w, 5, deadline);
  WORKS(lockstep_hold_expire_due(w.ledger));
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_OPEN);
  WORKS(capture(&w, hold));
  do { /* until it is placed before its deadline */
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    deadline = time_of(w.ledger) + 20000000;
    try_hold(&w, w.alice, w.bob, 60, deadline, &receipt);
    hold = receipt.sequence;
  } while (hold == 0);
  while (time_of(w.ledger) < deadline) {
  }
  /* It is not told yet, but it is late. */
  GIVES(LOCKSTEP_HOLD_EXPIRED, capture(&w, hold));
  CHECK(has_held(w.ledger, w.alice, 60));
  WORKS(lockstep_hold_expire_due(w.ledger));
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_EXPIRED);
  CHECK(has_held(w.ledger, w.alice, 0));
  end_world(&w);
}

static void they_expire_by_themselves_if_asked_to(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  world w = {NULL, 0, 1, 2, 3};
  lockstep_hold_id hold = 0;
  gold.code = "GOLD";
  options.tick_source = LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK;
  options.expire_every_ns = -1;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &w.ledger));
  options.expire_every_ns = 1000000;
  options.concurrency = LOCKSTEP_SINGLE_THREAD;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &w.ledger));
  options.concurrency = LOCKSTEP_MULTI_THREAD;
  WORKS(lockstep_ledger_open(&options, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  w.alice = new_account(w.ledger, w.gold, "alice", NULL);
  w.bob = new_account(w.ledger, w.gold, "bob", NULL);
  WORKS(pay(&w, w.mint, w.alice, 100));
  do { /* until it is placed before its deadline */
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    const uint64_t deadline = time_of(w.ledger) + 5000000;
    try_hold(&w, w.alice, w.bob, 60, deadline, &receipt);
    hold = receipt.sequence;
  } while (hold == 0);
  while (hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_OPEN) {
  }
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_EXPIRED);
  CHECK(has_held(w.ledger, w.alice, 0));
  end_world(&w);
}

/* --- What a hold is ------------------------------------------------------- */

static void a_hold_can_be_looked_at(void) {
  world w = new_world();
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
  lockstep_leg legs[3];
  lockstep_leg seen[4];
  uint64_t capacity;
  memset(legs, 0, sizeof(legs));
  legs[0].account = w.bob;
  legs[0].amount = OF(2);
  legs[1].account = w.alice;
  legs[1].amount = OF(-5);
  legs[2].account = w.bob;
  legs[2].amount = OF(3);
  options.code = 77;
  options.user_data.high = 8;
  options.user_data.low = 9;
  WORKS(lockstep_hold_place(w.ledger, legs, 3, 10, &options, &receipt));
  memset(legs, 0xFF, sizeof(legs)); /* they were copied */
  for (capacity = 0; capacity <= 4; ++capacity) {
    uint64_t i;
    memset(&info, 0xFF, sizeof(info));
    info.struct_size = sizeof(info);
    memset(seen, 0xFF, sizeof(seen));
    WORKS(lockstep_hold_get(w.ledger, receipt.sequence, &info,
                            capacity == 0 ? NULL : seen, capacity));
    CHECK(info.struct_size == sizeof(info) && info.hold == receipt.sequence);
    CHECK(info.status == LOCKSTEP_HOLD_STATUS_OPEN && info.deadline == 10);
    CHECK(info.code == 77 && info.leg_count == 3);
    CHECK(info.user_data.high == 8 && info.user_data.low == 9);
    for (i = 0; i < 4; ++i) { /* no more than there is room for */
      CHECK((seen[i].account == UINT64_MAX) == (i >= capacity || i >= 3));
    }
  }
  CHECK(seen[0].account == w.bob && is_amount(seen[0].amount, 2));
  CHECK(seen[1].account == w.alice && is_amount(seen[1].amount, -5));
  CHECK(seen[2].account == w.bob && is_amount(seen[2].amount, 3));
  end_world(&w);
}

/* Who resolves a hold may ask later what became of it. */
static void the_last_resolved_holds_are_remembered(void) {
  world w = new_world();
  const lockstep_hold_id first = new_hold(&w, 1, 0);
  int i;
  WORKS(release(&w, first));
  for (i = 1; i < LOCKSTEP_RESOLVED_HOLDS_KEPT; ++i) {
    WORKS(capture_part(&w, new_hold(&w, 2, 0), -1, 1, NULL));
  }
  CHECK(hold_status(w.ledger, first) == LOCKSTEP_HOLD_STATUS_RELEASED);
  end_world(&w);
}

static void clones_have_the_open_holds(void) {
  world w = new_world();
  world other = w;
  const lockstep_hold_id done = new_hold(&w, 1, 0);
  const lockstep_hold_id open = new_hold(&w, 400, 9);
  lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
  lockstep_hold_id next = 0;
  WORKS(capture(&w, done));
  WORKS(lockstep_ledger_clone(w.ledger, &other.ledger));
  WORKS(release(&w, open));
  CHECK(has_held(other.ledger, w.alice, 400));
  GIVES(LOCKSTEP_UNKNOWN_HOLD,
        lockstep_hold_get(other.ledger, done, &info, NULL, 0));
  CHECK(hold_status(other.ledger, open) == LOCKSTEP_HOLD_STATUS_OPEN);
  next = new_hold(&other, 1, 0);
  CHECK(next > open);
  WORKS(lockstep_advance(other.ledger, 9));
  CHECK(hold_status(other.ledger, open) == LOCKSTEP_HOLD_STATUS_EXPIRED);
  WORKS(capture(&other, next));
  end_world(&other);
  end_world(&w);
}

/* --- Refusals ------------------------------------------------------------- */

static void holds_are_refused_in_order(void) {
  world w = new_world();
  lockstep_leg many[LOCKSTEP_MAX_LEGS + 1];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  memset(many, 0, sizeof(many));
  WORKS(lockstep_advance(w.ledger, 5));
  GIVES(LOCKSTEP_NO_LEGS,
        lockstep_hold_place(w.ledger, NULL, 0, 0, NULL, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_NO_LEGS);
  GIVES(LOCKSTEP_TOO_MANY_LEGS,
        lockstep_hold_place(w.ledger, many, LOCKSTEP_MAX_LEGS + 1, 0, NULL,
                            NULL));
  GIVES(LOCKSTEP_UNBALANCED,
        lockstep_hold_place(w.ledger, &(lockstep_leg){w.alice, {0, 1}}, 1, 5,
                            NULL, NULL));
  GIVES(LOCKSTEP_SAME_ACCOUNT, try_hold(&w, w.bob, w.bob, 1, 5, &receipt));
  CHECK(receipt.refused_leg == 1 && receipt.refused_account == w.bob);
  GIVES(LOCKSTEP_INVALID_DEADLINE, try_hold(&w, w.bob, w.alice, 1, 5, NULL));
  GIVES(LOCKSTEP_INVALID_DEADLINE, try_hold(&w, w.bob, w.alice, 1, 1, NULL));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, try_hold(&w, w.bob, w.alice, 1, 6, NULL));
  CHECK(has_held(w.ledger, w.bob, 0));
  end_world(&w);
}

static void captures_are_refused_in_order(void) {
  world w = new_world();
  const lockstep_hold_id hold = new_hold(&w, 100, 5);
  lockstep_amount many[LOCKSTEP_MAX_LEGS + 1];
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  memset(many, 0, sizeof(many));
  GIVES(LOCKSTEP_UNKNOWN_HOLD, capture(&w, 0));
  GIVES(LOCKSTEP_UNKNOWN_HOLD, capture(&w, hold + 1024 * 1024));
  GIVES(LOCKSTEP_UNKNOWN_HOLD, capture_part(&w, 0, 1, 1, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_UNKNOWN_HOLD && receipt.sequence == 0);
  GIVES(LOCKSTEP_INVALID_CAPTURE,
        lockstep_hold_capture(w.ledger, hold, many, 1, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_CAPTURE,
        lockstep_hold_capture(w.ledger, hold, many, 3, NULL, NULL));
  GIVES(LOCKSTEP_INVALID_CAPTURE,
        lockstep_hold_capture(w.ledger, hold, many, LOCKSTEP_MAX_LEGS + 1, NULL,
                              NULL));
  GIVES(LOCKSTEP_INVALID_CAPTURE, capture_part(&w, hold, -100, 101, &receipt));
  CHECK(receipt.refused_leg == 1 && receipt.refused_account == w.bob);
  GIVES(LOCKSTEP_INVALID_CAPTURE, capture_part(&w, hold, 1, -1, &receipt));
  CHECK(receipt.refused_leg == 0 && receipt.refused_account == w.alice);
  GIVES(LOCKSTEP_NOTHING_TO_MOVE, capture_part(&w, hold, 0, 0, NULL));
  GIVES(LOCKSTEP_UNBALANCED, capture_part(&w, hold, -100, 99, NULL));
  WORKS(lockstep_account_set_status(w.ledger, w.bob,
                                    LOCKSTEP_STATUS_CREDITS_FROZEN, 0, 0));
  GIVES(LOCKSTEP_ACCOUNT_FROZEN, capture_part(&w, hold, -1, 1, &receipt));
  CHECK(receipt.refused_leg == 1);
  CHECK(has_held(w.ledger, w.alice, 100));
  CHECK(hold_status(w.ledger, hold) == LOCKSTEP_HOLD_STATUS_OPEN);
  end_world(&w);
}

/* Whatever is done with it then, and whatever else is wrong. */
static void check_resolved(const world* w, lockstep_hold_id hold,
                           lockstep_outcome outcome) {
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  char text[200] = "";
  GIVES(outcome, capture(w, hold));
  GIVES(outcome, capture_part(w, hold, 7, 7, NULL));
  GIVES(outcome, lockstep_hold_release(w->ledger, hold, NULL, &receipt));
  CHECK(receipt.outcome == outcome && receipt.sequence == 0);
  WORKS(lockstep_explain(w->ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strstr(text, lockstep_outcome_meaning(outcome)) != NULL);
}

static void a_hold_is_resolved_once(void) {
  world w = new_world();
  const lockstep_hold_id captured = new_hold(&w, 1, 0);
  const lockstep_hold_id released = new_hold(&w, 2, 0);
  const lockstep_hold_id expired = new_hold(&w, 3, 4);
  WORKS(capture(&w, captured));
  WORKS(release(&w, released));
  WORKS(lockstep_advance(w.ledger, 4));
  check_resolved(&w, captured, LOCKSTEP_HOLD_CAPTURED);
  check_resolved(&w, released, LOCKSTEP_HOLD_RELEASED);
  check_resolved(&w, expired, LOCKSTEP_HOLD_EXPIRED);
  check_resolved(&w, 0, LOCKSTEP_UNKNOWN_HOLD);
  CHECK(has_balance(w.ledger, w.bob, 1));
  end_world(&w);
}

/* Who may owe can have something held without having anything. */
static void an_account_with_holds_stays_open(void) {
  const uint32_t shut = LOCKSTEP_STATUS_CLOSED;
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(lockstep_account_set_limits(w.ledger, w.bob, OF(-10), OF(10), 0, 0));
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS, try_hold(&w, w.bob, w.alice, 11, 0, NULL));
  WORKS(try_hold(&w, w.bob, w.alice, 10, 0, &receipt));
  GIVES(LOCKSTEP_HELD_NOT_ZERO,
        lockstep_account_set_status(w.ledger, w.bob, shut, 0, 0));
  GIVES(LOCKSTEP_BALANCE_NOT_ZERO,
        lockstep_account_set_status(w.ledger, w.alice, shut, 0, 0));
  GIVES(LOCKSTEP_OUTSIDE_LIMITS,
        lockstep_account_set_limits(w.ledger, w.bob, OF(-9), OF(10), 0, 0));
  WORKS(release(&w, receipt.sequence));
  WORKS(lockstep_account_set_status(w.ledger, w.bob, shut, 0, 0));
  end_world(&w);
}

void test_holds(void) {
  what_is_held_is_not_available();
  a_hold_is_captured_in_full();
  a_hold_is_captured_in_part();
  a_hold_is_released();
  holds_expire_as_time_goes_by();
  by_the_systems_clock_they_expire_when_told();
  they_expire_by_themselves_if_asked_to();
  a_hold_can_be_looked_at();
  the_last_resolved_holds_are_remembered();
  clones_have_the_open_holds();
  holds_are_refused_in_order();
  captures_are_refused_in_order();
  a_hold_is_resolved_once();
  an_account_with_holds_stays_open();
}
