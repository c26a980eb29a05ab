/* Requests as a C99 program sees them: what is posted, and what is refused. */
#include <string.h>

#include "c99_world.h"

static const uint32_t kModes[3] = {
    LOCKSTEP_MODE_LOCKED, LOCKSTEP_MODE_OPTIMISTIC, LOCKSTEP_MODE_AUTO};

/* --- What is posted ------------------------------------------------------- */

static void legs_are_posted_as_ever(void) {
  world w = new_world();
  lockstep_session* session = NULL;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_change changes[2];
  order o;
  WORKS(lockstep_session_open(w.ledger, &session));
  start(&o);
  add_leg(&o, w.alice, -300);
  add_leg(&o, w.bob, 300);
  receipt.changes = changes;
  receipt.change_capacity = 2;
  WORKS(post_order(&w, &o, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_OK && receipt.sequence != 0);
  CHECK(receipt.change_count == 2 && receipt.flow_count == 0);
  CHECK(is_amount(changes[0].after, 9700) && is_amount(changes[1].after, 300));
  CHECK(receipt.is_dry_run == 0 && receipt.refused_leg == LOCKSTEP_NO_LEG);
  CHECK(receipt.refused_flow == LOCKSTEP_NO_LEG);
  CHECK(receipt.refused_condition == LOCKSTEP_NO_LEG);
  CHECK(receipt.refused_transfer == LOCKSTEP_NO_LEG);
  /* In a session, without what it does not need. */
  o.request.flows = NULL;
  o.request.conditions = NULL;
  o.request.options = NULL;
  WORKS(lockstep_session_post_request(session, &o.request, NULL));
  CHECK(has_balance(w.ledger, w.bob, 600));
  WORKS(lockstep_session_close(session));
  GIVES(LOCKSTEP_INVALID_HANDLE,
        lockstep_session_post_request(session, &o.request, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_INVALID_HANDLE);
  end_world(&w);
}

/* 120.00 from Alice, who has 100.00, and what is missing from Carol. */
static void payers_are_drained_in_order(void) {
  size_t i;
  for (i = 0; i < 3; ++i) {
    world w = new_world();
    const lockstep_account_id carol = new_account(w.ledger, w.gold, NULL, NULL);
    const lockstep_account_id dave = new_account(w.ledger, w.gold, NULL, NULL);
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    lockstep_amount flowed[4];
    lockstep_change changes[3];
    order o;
    WORKS(lockstep_transfer(w.ledger, w.mint, carol, OF(5000), NULL, NULL));
    memset(flowed, 0xFF, sizeof(flowed));
    receipt.flowed = flowed;
    receipt.flow_capacity = 4;
    receipt.changes = changes;
    receipt.change_capacity = 3;
    start(&o);
    o.options.mode = kModes[i];
    o.options.description = "rent";
    add_flow(&o, w.alice, w.bob)->at_most = OF(12000);
    add_flow(&o, carol, w.bob)->shares_limit = 1;
    add_flow(&o, dave, w.bob)->shares_limit = 1;
    o.flows[2].at_least = OF(12000);
    WORKS(post_order(&w, &o, &receipt));
    CHECK(receipt.attempts == 1 && receipt.flow_count == 3);
    CHECK(is_amount(flowed[0], 10000) && is_amount(flowed[1], 2000));
    CHECK(is_amount(flowed[2], 0) && is_amount(flowed[3], -1)); /* as it was */
    CHECK(receipt.flowed == flowed && receipt.flow_capacity == 4);
    /* Dave has nothing to do with it in the end. */
    CHECK(receipt.change_count == 3 && changes[2].account == carol);
    CHECK(is_amount(changes[1].after, 12000));
    CHECK(has_balance(w.ledger, w.bob, 12000));
    CHECK(has_balance(w.ledger, carol, 3000));
    end_world(&w);
  }
}

/* What there is no room for is counted and not written. */
static void what_flowed_is_written_as_far_as_there_is_room(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_amount flowed[2];
  order o;
  start(&o);
  add_flow(&o, w.alice, w.bob)->at_most = OF(70);
  add_flow(&o, w.bob, w.mint)->at_most = OF(30);
  memset(flowed, 0xFF, sizeof(flowed));
  receipt.flowed = flowed;
  receipt.flow_capacity = 1;
  WORKS(post_order(&w, &o, &receipt));
  CHECK(receipt.flow_count == 2 && is_amount(flowed[0], 70));
  CHECK(is_amount(flowed[1], -1));
  receipt.flowed = NULL;
  receipt.flow_capacity = 2;
  WORKS(post_order(&w, &o, &receipt));
  CHECK(receipt.flow_count == 2);
  CHECK(has_balance(w.ledger, w.bob, 80));
  /* Of one that is refused nothing flowed. */
  receipt.flowed = flowed;
  o.flows[0].at_least = OF(70);
  add_condition(&o, w.bob, LOCKSTEP_REQUIRE_BALANCE_EQUALS, 81);
  GIVES(LOCKSTEP_CONDITION_NOT_MET, post_order(&w, &o, &receipt));
  CHECK(receipt.flow_count == 0 && is_amount(flowed[0], 70));
  end_world(&w);
}

/* Legs come first; floors and ceilings limit what flows upon them. */
static void flows_stop_at_limits(void) {
  world w = new_world();
  lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_account_id debtor = 0;
  lockstep_account_id cup = 0;
  lockstep_amount flowed[2];
  order o;
  options.asset = w.gold;
  options.floor = OF(-50);
  WORKS(lockstep_account_create(w.ledger, &options, &debtor));
  options.floor = OF(0);
  options.ceiling = OF(120);
  WORKS(lockstep_account_create(w.ledger, &options, &cup));
  receipt.flowed = flowed;
  receipt.flow_capacity = 2;
  start(&o);
  add_leg(&o, w.alice, -9970);
  add_leg(&o, w.bob, 9970);
  add_flow(&o, debtor, cup);
  add_flow(&o, w.alice, cup);
  WORKS(post_order(&w, &o, &receipt));
  CHECK(is_amount(flowed[0], 50) && is_amount(flowed[1], 30));
  CHECK(has_balance(w.ledger, debtor, -50) && has_balance(w.ledger, cup, 80));
  start(&o);
  add_flow(&o, w.bob, cup);
  WORKS(post_order(&w, &o, &receipt));
  CHECK(is_amount(flowed[0], 40) && has_balance(w.ledger, cup, 120));
  end_world(&w);
}

/* --- Conditions ----------------------------------------------------------- */

/* Alice has 100.00 and is open. */
static void conditions_hold_or_refuse(void) {
  enum { kGood = 6, kBad = 6 };
  static const int64_t kAmounts[kGood + kBad] = {
      10000, -5, 10000, 10001, 10000, 0, 10001, 9999, 9999, 10001, 0, 0};
  static const uint32_t kKinds[kGood + kBad] = {
      LOCKSTEP_REQUIRE_BALANCE_AT_LEAST, LOCKSTEP_REQUIRE_BALANCE_AT_LEAST,
      LOCKSTEP_REQUIRE_BALANCE_AT_MOST,  LOCKSTEP_REQUIRE_BALANCE_AT_MOST,
      LOCKSTEP_REQUIRE_BALANCE_EQUALS,   LOCKSTEP_REQUIRE_STATUS_EQUALS,
      LOCKSTEP_REQUIRE_BALANCE_AT_LEAST, LOCKSTEP_REQUIRE_BALANCE_AT_MOST,
      LOCKSTEP_REQUIRE_BALANCE_EQUALS,   LOCKSTEP_REQUIRE_BALANCE_EQUALS,
      LOCKSTEP_REQUIRE_VERSION_EQUALS,   LOCKSTEP_REQUIRE_STATUS_EQUALS};
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  order o;
  size_t mode, i;
  for (mode = 0; mode < 3; ++mode) {
    for (i = 0; i < kGood + kBad; ++i) {
      start(&o);
      o.options.mode = kModes[mode];
      add_leg(&o, w.mint, -1);
      add_leg(&o, w.bob, 1);
      add_condition(&o, w.bob, LOCKSTEP_REQUIRE_BALANCE_AT_LEAST, 0);
      add_condition(&o, w.alice, kKinds[i], kAmounts[i])->status =
          i == kGood + kBad - 1 ? LOCKSTEP_STATUS_FROZEN : 0;
      if (i < kGood) {
        WORKS(post_order(&w, &o, &receipt));
        continue;
      }
      GIVES(LOCKSTEP_CONDITION_NOT_MET, post_order(&w, &o, &receipt));
      CHECK(receipt.refused_condition == 1 && receipt.refused_account == 2);
      CHECK(receipt.refused_leg == LOCKSTEP_NO_LEG);
      CHECK(receipt.refused_flow == LOCKSTEP_NO_LEG);
      CHECK(receipt.refused_asset == w.gold && receipt.sequence == 0);
      CHECK(is_amount(receipt.available, 10000));
      CHECK(is_amount(receipt.required, kAmounts[i]));
    }
  }
  CHECK(has_balance(w.ledger, w.bob, 3 * kGood));
  end_world(&w);
}

static void versions_tell_who_came_first(void) {
  world w = new_world();
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  order o;
  start(&o);
  add_leg(&o, w.alice, -1);
  add_leg(&o, w.bob, 1);
  WORKS(lockstep_account_get(w.ledger, w.alice, &info));
  add_condition(&o, w.alice, LOCKSTEP_REQUIRE_VERSION_EQUALS, 0)->version =
      info.version;
  add_condition(&o, w.bob, LOCKSTEP_REQUIRE_VERSION_EQUALS, 0); /* never */
  WORKS(post_order(&w, &o, &receipt));
  GIVES(LOCKSTEP_CONDITION_NOT_MET, post_order(&w, &o, NULL));
  o.conditions[0].version = receipt.sequence;
  o.conditions[1].version = receipt.sequence;
  WORKS(post_order(&w, &o, NULL));
  end_world(&w);
}

/* --- What is refused ------------------------------------------------------ */

/* Refused, with the account, leg, flow and condition that are to blame. */
static void refuses(int line, const world* w, const order* o,
                    lockstep_outcome wanted, lockstep_account_id account,
                    uint32_t leg, uint32_t flow, uint32_t condition) {
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  check_outcome(__FILE__, line, post_order(w, o, &receipt), wanted);
  check_outcome(__FILE__, line, receipt.outcome, wanted);
  check(receipt.sequence == 0 && receipt.change_count == 0, __FILE__, line,
        "nothing was posted");
  check(receipt.refused_account == account, __FILE__, line, "the account");
  check(receipt.refused_leg == leg, __FILE__, line, "the leg");
  check(receipt.refused_flow == flow, __FILE__, line, "the flow");
  check(receipt.refused_condition == condition, __FILE__, line,
        "the condition");
}
#define REFUSES(outcome, account, leg, flow, condition) \
  refuses(__LINE__, &w, &o, outcome, account, leg, flow, condition)

#define NONE LOCKSTEP_NO_LEG

static void too_much_is_not_even_looked_at(void) {
  world w = new_world();
  order o;
  start(&o);
  REFUSES(LOCKSTEP_NO_LEGS, 0, NONE, NONE, NONE);
  add_condition(&o, w.alice, 0, 0);
  REFUSES(LOCKSTEP_NO_LEGS, 0, NONE, NONE, NONE);
  add_flow(&o, w.alice, w.bob);
  o.request.leg_count =
      LOCKSTEP_MAX_LEGS - 2; /* with the others one too many */
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  o.request.leg_count = UINT64_MAX;
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  o.request.leg_count = 0;
  o.request.flow_count = LOCKSTEP_MAX_FLOWS + 1;
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  o.request.flow_count = UINT64_MAX;
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  o.request.flow_count = 1;
  o.request.condition_count = LOCKSTEP_MAX_LEGS - 1;
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  o.request.condition_count = UINT64_MAX;
  REFUSES(LOCKSTEP_TOO_MANY_LEGS, 0, NONE, NONE, NONE);
  end_world(&w);
}

static void as_many_as_may_be_are_posted(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_amount flowed[LOCKSTEP_MAX_FLOWS];
  order o;
  size_t i;
  receipt.flowed = flowed;
  receipt.flow_capacity = LOCKSTEP_MAX_FLOWS;
  start(&o);
  for (i = 0; i < LOCKSTEP_MAX_FLOWS; ++i) {
    add_flow(&o, w.alice, w.bob)->at_most = OF((int64_t)i + 1);
  }
  WORKS(post_order(&w, &o, &receipt));
  CHECK(receipt.flow_count == LOCKSTEP_MAX_FLOWS);
  for (i = 0; i < LOCKSTEP_MAX_FLOWS; ++i) {
    CHECK(is_amount(flowed[i], (int64_t)i + 1));
  }
  o.request.flow_count = UINT64_MAX;
  GIVES(LOCKSTEP_TOO_MANY_LEGS, post_order(&w, &o, &receipt));
  start(&o);
  add_flow(&o, w.alice, w.bob)->at_most = OF(1);
  for (i = 0; i < LOCKSTEP_MAX_LEGS - 2; ++i) {
    add_condition(&o, w.mint, LOCKSTEP_REQUIRE_BALANCE_EQUALS, -10000);
  }
  WORKS(post_order(&w, &o, &receipt));
  start(&o);
  for (i = 0; i < LOCKSTEP_MAX_LEGS; ++i) {
    add_leg(&o, i % 2 == 0 ? w.alice : w.bob, i % 2 == 0 ? -1 : 1);
  }
  WORKS(post_order(&w, &o, &receipt));
  o.request.leg_count = UINT64_MAX;
  GIVES(LOCKSTEP_TOO_MANY_LEGS, post_order(&w, &o, &receipt));
  CHECK(has_balance(w.ledger, w.bob, 33 * 16 + 1 + 32));
  end_world(&w);
}

static void a_wrong_shape_is_refused(void) {
  world w = new_world();
  char text[LOCKSTEP_MAX_DESCRIPTION_BYTES + 2];
  order o;
  memset(text, 'x', sizeof(text));
  text[sizeof(text) - 1] = '\0';
  start(&o);
  add_leg(&o, w.alice, -1);
  add_leg(&o, w.bob, 0);
  add_flow(&o, w.alice, w.bob);
  add_flow(&o, w.alice, w.bob);
  o.flows[1].shares_limit = 1;
  o.flows[1].at_most = OF(-7); /* does not count */
  add_condition(&o, w.alice, LOCKSTEP_REQUIRE_STATUS_EQUALS, 0);
  o.options.description = text;
  REFUSES(LOCKSTEP_DESCRIPTION_TOO_LONG, 0, NONE, NONE, NONE);
  o.options.description = NULL;
  REFUSES(LOCKSTEP_ZERO_AMOUNT, w.bob, 1, NONE, NONE);
  o.legs[1].amount = OF(2);
  o.flows[0].at_most = OF(0);
  REFUSES(LOCKSTEP_ZERO_AMOUNT, w.alice, NONE, 0, NONE);
  o.flows[0].at_most = OF(-1);
  REFUSES(LOCKSTEP_NEGATIVE_AMOUNT, w.alice, NONE, 0, NONE);
  o.flows[0].at_most = OF(5);
  o.flows[1].to = w.alice;
  REFUSES(LOCKSTEP_SAME_ACCOUNT, w.alice, NONE, 1, NONE);
  o.flows[1].to = 1000;
  o.flows[1].at_least = OF(-1);
  REFUSES(LOCKSTEP_INVALID_FLOW, w.alice, NONE, 1, NONE);
  o.flows[1].at_least = OF(6); /* more than they share */
  REFUSES(LOCKSTEP_INVALID_FLOW, w.alice, NONE, 1, NONE);
  o.flows[1].at_least = OF(5);
  o.flows[0].shares_limit = 1; /* with whom? */
  REFUSES(LOCKSTEP_INVALID_FLOW, w.alice, NONE, 0, NONE);
  o.flows[0].shares_limit = 0;
  o.conditions[0].status = LOCKSTEP_STATUS_CLOSED + 1;
  REFUSES(LOCKSTEP_INVALID_CONDITION, w.alice, NONE, NONE, 0);
  o.conditions[0].status = 256; /* not what 8 bits would take for open */
  REFUSES(LOCKSTEP_INVALID_CONDITION, w.alice, NONE, NONE, 0);
  o.conditions[0].kind = LOCKSTEP_REQUIRE_STATUS_EQUALS + 1;
  REFUSES(LOCKSTEP_INVALID_CONDITION, w.alice, NONE, NONE, 0);
  o.conditions[0].kind = 256;
  REFUSES(LOCKSTEP_INVALID_CONDITION, w.alice, NONE, NONE, 0);
  o.conditions[0].kind = LOCKSTEP_REQUIRE_BALANCE_AT_LEAST;
  o.conditions[0].account = 2000;
  REFUSES(LOCKSTEP_UNKNOWN_ACCOUNT, 1000, NONE, 1, NONE);
  o.flows[1].to = w.bob;
  REFUSES(LOCKSTEP_UNKNOWN_ACCOUNT, 2000, NONE, NONE, 0);
  o.conditions[0].account = w.alice;
  o.legs[0].account = 0;
  REFUSES(LOCKSTEP_UNKNOWN_ACCOUNT, 0, 0, NONE, NONE);
  end_world(&w);
}

static void a_state_that_forbids_it_refuses(void) {
  world w = new_world();
  lockstep_asset_options gem = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_id gems = 0;
  lockstep_account_id box = 0;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  order o;
  gem.code = "GEM";
  WORKS(lockstep_asset_create(w.ledger, &gem, &gems));
  box = new_account(w.ledger, gems, "box", NULL);
  start(&o);
  add_leg(&o, w.alice, -20000);
  add_leg(&o, w.bob, 1);
  add_flow(&o, w.alice, box);
  REFUSES(LOCKSTEP_ASSETS_DIFFER, box, NONE, 0, NONE);
  o.flows[0].to = w.bob;
  REFUSES(LOCKSTEP_UNBALANCED, 0, 0, NONE, NONE);
  o.legs[1].amount = OF(20000);
  REFUSES(LOCKSTEP_INSUFFICIENT_FUNDS, w.alice, 0, NONE, NONE);
  /* A flow's account must be open even if nothing flows. */
  o.request.leg_count = 0;
  WORKS(lockstep_account_set_status(w.ledger, w.bob,
                                    LOCKSTEP_STATUS_CREDITS_FROZEN, 0, 0));
  REFUSES(LOCKSTEP_ACCOUNT_FROZEN, w.bob, NONE, 0, NONE);
  WORKS(lockstep_account_set_status(w.ledger, w.bob, LOCKSTEP_STATUS_CLOSED, 0,
                                    0));
  REFUSES(LOCKSTEP_ACCOUNT_CLOSED, w.bob, NONE, 0, NONE);
  WORKS(
      lockstep_account_set_status(w.ledger, w.bob, LOCKSTEP_STATUS_OPEN, 0, 0));
  o.flows[0].at_most = OF(20000);
  o.flows[0].at_least = OF(10001);
  REFUSES(LOCKSTEP_TOO_LITTLE_AVAILABLE, w.alice, NONE, 0, NONE);
  GIVES(LOCKSTEP_TOO_LITTLE_AVAILABLE, post_order(&w, &o, &receipt));
  CHECK(is_amount(receipt.available, 10000) && receipt.refused_asset == w.gold);
  CHECK(is_amount(receipt.required, 10001));
  start(&o);
  add_flow(&o, w.bob, w.alice);
  REFUSES(LOCKSTEP_NOTHING_TO_MOVE, 0, NONE, NONE, NONE);
  CHECK(has_balance(w.ledger, w.alice, 10000));
  end_world(&w);
}

static void refusals_are_explained(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  char text[200] = "";
  order o;
  start(&o);
  add_flow(&o, w.bob, w.mint);
  add_flow(&o, w.alice, w.mint)->at_most = OF(20000);
  o.flows[1].at_least = OF(12000);
  GIVES(LOCKSTEP_TOO_LITTLE_AVAILABLE, post_order(&w, &o, &receipt));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strstr(text, "flow 1") != NULL && strstr(text, "Alice") != NULL);
  CHECK(strstr(text, "100.00 GOLD") != NULL && strstr(text, "120.00") != NULL);
  add_condition(&o, w.bob, LOCKSTEP_REQUIRE_BALANCE_AT_MOST, 0);
  add_condition(&o, w.bob, LOCKSTEP_REQUIRE_BALANCE_AT_LEAST, 1);
  GIVES(LOCKSTEP_CONDITION_NOT_MET, post_order(&w, &o, &receipt));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strstr(text, "condition 1") != NULL && strstr(text, "bob") != NULL);
  end_world(&w);
}

void test_requests(void) {
  legs_are_posted_as_ever();
  payers_are_drained_in_order();
  what_flowed_is_written_as_far_as_there_is_room();
  flows_stop_at_limits();
  conditions_hold_or_refuse();
  versions_tell_who_came_first();
  too_much_is_not_even_looked_at();
  as_many_as_may_be_are_posted();
  a_wrong_shape_is_refused();
  a_state_that_forbids_it_refuses();
  refusals_are_explained();
}
