/* Ids, as a C99 program sees them: what has one is posted once, whichever call
 * posts it. */
#include <stdlib.h>
#include <string.h>

#include "c99_world.h"

static lockstep_bits128 id_of(uint64_t low) {
  lockstep_bits128 id = {7, 0};
  id.low = low;
  return id;
}

static lockstep_transfer_options with_id(uint64_t low) {
  lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  options.id = id_of(low);
  return options;
}

static int is_same(lockstep_bits128 a, lockstep_bits128 b) {
  return a.high == b.high && a.low == b.low;
}

static lockstep_bits128 digest_of(lockstep_ledger* ledger) {
  lockstep_bits128 digest = {0, 0};
  WORKS(lockstep_digest(ledger, &digest));
  return digest;
}

static lockstep_stats stats_of(lockstep_ledger* ledger) {
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  WORKS(lockstep_get_stats(ledger, &stats, NULL, 0));
  return stats;
}

/* Alice pays Bob; whether that was posted before. */
static uint32_t pays_again(const world* w, int64_t amount, uint64_t id) {
  const lockstep_transfer_options options = with_id(id);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  WORKS(lockstep_transfer(w->ledger, w->alice, w->bob, OF(amount), &options,
                          &receipt));
  return receipt.is_replay;
}

/* --- Every call ----------------------------------------------------------- */

/* Where a call is made, and what it is about. */
typedef struct place {
  world w;
  lockstep_session* session; /* null: through the ledger */
  uint64_t transfer;         /* one that was posted */
  lockstep_hold_id captured;
  lockstep_hold_id released;
} place;

static void legs_of(const place* p, int64_t amount, lockstep_leg* legs) {
  legs[0].account = p->w.alice;
  legs[0].amount = OF(-amount);
  legs[1].account = p->w.bob;
  legs[1].amount = OF(amount);
}

typedef lockstep_outcome (*call)(const place* p,
                                 const lockstep_transfer_options* options,
                                 lockstep_receipt* receipt);

static lockstep_outcome transfer(const place* p,
                                 const lockstep_transfer_options* options,
                                 lockstep_receipt* receipt) {
  return p->session == NULL
             ? lockstep_transfer(p->w.ledger, p->w.alice, p->w.bob, OF(30),
                                 options, receipt)
             : lockstep_session_transfer(p->session, p->w.alice, p->w.bob,
                                         OF(30), options, receipt);
}

static lockstep_outcome post(const place* p,
                             const lockstep_transfer_options* options,
                             lockstep_receipt* receipt) {
  lockstep_leg legs[2];
  legs_of(p, 40, legs);
  return p->session == NULL
             ? lockstep_post(p->w.ledger, legs, 2, options, receipt)
             : lockstep_session_post(p->session, legs, 2, options, receipt);
}

static lockstep_outcome post_flow(const place* p,
                                  const lockstep_transfer_options* options,
                                  lockstep_receipt* receipt) {
  order o;
  start(&o);
  add_leg(&o, p->w.alice, -1);
  add_leg(&o, p->w.bob, 1);
  add_flow(&o, p->w.bob, p->w.mint)->at_most = OF(2);
  add_condition(&o, p->w.alice, LOCKSTEP_REQUIRE_BALANCE_AT_LEAST, 5);
  o.request.options = options;
  return p->session == NULL
             ? lockstep_post_request(p->w.ledger, &o.request, receipt)
             : lockstep_session_post_request(p->session, &o.request, receipt);
}

static int decisions = 0;

static void pay_one(void* context, const lockstep_account_state* accounts,
                    uint64_t count, lockstep_decision* decision) {
  (void)context;
  (void)count;
  ++decisions;
  WORKS(lockstep_decision_move(decision, accounts[0].account,
                               accounts[1].account, OF(1)));
}

static lockstep_outcome transact(const place* p,
                                 const lockstep_transfer_options* options,
                                 lockstep_receipt* receipt) {
  lockstep_account_id declared[2];
  declared[0] = p->w.alice;
  declared[1] = p->w.bob;
  return p->session == NULL
             ? lockstep_transact(p->w.ledger, declared, 2, pay_one, NULL,
                                 options, receipt)
             : lockstep_session_transact(p->session, declared, 2, pay_one, NULL,
                                         options, receipt);
}

static lockstep_outcome hold(const place* p,
                             const lockstep_transfer_options* options,
                             lockstep_receipt* receipt) {
  lockstep_leg legs[2];
  legs_of(p, 50, legs);
  return p->session == NULL
             ? lockstep_hold_place(p->w.ledger, legs, 2, 9, options, receipt)
             : lockstep_session_hold_place(p->session, legs, 2, 9, options,
                                           receipt);
}

static lockstep_outcome capture(const place* p,
                                const lockstep_transfer_options* options,
                                lockstep_receipt* receipt) {
  lockstep_amount amounts[2];
  amounts[0] = OF(-3);
  amounts[1] = OF(3);
  return p->session == NULL
             ? lockstep_hold_capture(p->w.ledger, p->captured, amounts, 2,
                                     options, receipt)
             : lockstep_session_hold_capture(p->session, p->captured, amounts,
                                             2, options, receipt);
}

static lockstep_outcome release(const place* p,
                                const lockstep_transfer_options* options,
                                lockstep_receipt* receipt) {
  return p->session == NULL
             ? lockstep_hold_release(p->w.ledger, p->released, options, receipt)
             : lockstep_session_hold_release(p->session, p->released, options,
                                             receipt);
}

static lockstep_outcome reverse(const place* p,
                                const lockstep_transfer_options* options,
                                lockstep_receipt* receipt) {
  lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  reversal.transfer = p->transfer;
  reversal.options = options;
  return p->session == NULL
             ? lockstep_reverse(p->w.ledger, &reversal, receipt)
             : lockstep_session_reverse(p->session, &reversal, receipt);
}

static const call kCalls[] = {transfer, post,    post_flow, transact,
                              hold,     capture, release,   reverse};
enum { kCallCount = sizeof(kCalls) / sizeof(kCalls[0]) };

/* A world with something to capture, to release and to reverse. */
static place new_place(void) {
  place p;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  p.w = new_world();
  p.session = NULL;
  WORKS(
      lockstep_transfer(p.w.ledger, p.w.alice, p.w.bob, OF(9), NULL, &receipt));
  p.transfer = receipt.sequence;
  WORKS(try_hold(&p.w, p.w.alice, p.w.bob, 7, 0, &receipt));
  p.captured = receipt.sequence;
  WORKS(try_hold(&p.w, p.w.alice, p.w.bob, 8, 0, &receipt));
  p.released = receipt.sequence;
  WORKS(lockstep_transfer(p.w.ledger, p.w.mint, p.w.bob, OF(1000), NULL, NULL));
  return p;
}

static void is_posted_once(const place* p, call post_it,
                           const lockstep_transfer_options* options) {
  lockstep_receipt first = LOCKSTEP_RECEIPT_INIT;
  lockstep_receipt second = LOCKSTEP_RECEIPT_INIT;
  lockstep_change changes[2][3];
  lockstep_amount flowed[2][1];
  lockstep_bits128 digest;
  lockstep_stats before;
  lockstep_stats after;
  memset(changes, 0, sizeof(changes));
  memset(flowed, 0, sizeof(flowed));
  first.changes = changes[0];
  second.changes = changes[1];
  first.change_capacity = second.change_capacity = 3;
  first.flowed = flowed[0];
  second.flowed = flowed[1];
  first.flow_capacity = second.flow_capacity = 1;

  WORKS(post_it(p, options, &first));
  CHECK(first.is_replay == 0 && first.sequence != 0 && first.attempts == 1);
  digest = digest_of(p->w.ledger);
  before = stats_of(p->w.ledger);
  WORKS(post_it(p, options, &second));
  CHECK(second.is_replay == 1 && second.is_dry_run == 0);
  CHECK(second.sequence == first.sequence && second.attempts == 0);
  CHECK(second.id_field == LOCKSTEP_ID_FIELD_NONE && second.posted_as == 0);
  CHECK(second.change_count == first.change_count && first.change_count > 0);
  CHECK(memcmp(changes[0], changes[1], sizeof(changes[0])) == 0);
  CHECK(second.flow_count == first.flow_count);
  CHECK(memcmp(flowed[0], flowed[1], sizeof(flowed[0])) == 0);
  CHECK(is_same(digest, digest_of(p->w.ledger)));
  after = stats_of(p->w.ledger);
  CHECK(after.replays == before.replays + 1 && after.posted == before.posted);
  CHECK(after.refused == before.refused);
}

static void every_call_posts_once(void) {
  uint32_t mode;
  for (mode = LOCKSTEP_MODE_LOCKED; mode <= LOCKSTEP_MODE_AUTO; ++mode) {
    int in_session;
    for (in_session = 0; in_session < 2; ++in_session) {
      place p = new_place();
      size_t i;
      if (in_session) WORKS(lockstep_session_open(p.w.ledger, &p.session));
      decisions = 0;
      for (i = 0; i < kCallCount; ++i) {
        lockstep_transfer_options options = with_id(i + 1);
        options.mode = mode;
        is_posted_once(&p, kCalls[i], &options);
      }
      CHECK(decisions == 1);
      if (in_session) WORKS(lockstep_session_close(p.session));
      end_world(&p.w);
    }
  }
}

static void a_replay_is_the_first_receipt(void) {
  world w = new_world();
  lockstep_transfer_options options = with_id(1);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_change changes[2];
  char text[100] = "";
  uint64_t posted = 0;
  receipt.changes = changes;
  receipt.change_capacity = 2;
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, &receipt));
  posted = receipt.sequence;
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, OF(5), NULL, NULL));
  WORKS(lockstep_account_set_status(w.ledger, w.alice, LOCKSTEP_STATUS_FROZEN,
                                    0, 0));
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, &receipt));
  CHECK(receipt.is_replay == 1 && is_amount(changes[0].after, 9970));
  CHECK(has_balance(w.ledger, w.alice, 9965));
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strcmp(text, "posted before: 2 accounts had changed") == 0);
  options.dry_run = 1;
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, &receipt));
  CHECK(receipt.is_replay == 1 && receipt.is_dry_run == 1);
  CHECK(receipt.sequence == posted);
  WORKS(lockstep_explain(w.ledger, &receipt, text, sizeof(text), NULL));
  CHECK(strcmp(text, "posted before: 2 accounts had changed") == 0);
  end_world(&w);
}

static void what_is_refused_does_not_use_it_up(void) {
  world w = new_world();
  lockstep_transfer_options options = with_id(1);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  GIVES(LOCKSTEP_INSUFFICIENT_FUNDS,
        lockstep_transfer(w.ledger, w.bob, w.alice, OF(30), &options, NULL));
  options.dry_run = 1;
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, &receipt));
  CHECK(receipt.is_dry_run == 1 && receipt.is_replay == 0);
  CHECK(pays_again(&w, 30, 1) == 0);
  CHECK(pays_again(&w, 30, 1) == 1);
  /* No id is not an id. */
  options = with_id(0);
  options.id.high = 0;
  WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, NULL));
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(30), &options, &receipt));
  CHECK(receipt.is_replay == 0 && has_balance(w.ledger, w.bob, 90));
  end_world(&w);
}

/* --- Other content -------------------------------------------------------- */

static void was_taken(const world* w, const lockstep_receipt* receipt,
                      uint32_t field, uint64_t posted_as) {
  char text[200] = "";
  GIVES(LOCKSTEP_ID_TAKEN, receipt->outcome);
  CHECK(receipt->id_field == field && receipt->posted_as == posted_as);
  CHECK(receipt->sequence == 0 && receipt->is_replay == 0);
  WORKS(lockstep_explain(w->ledger, receipt, text, sizeof(text), NULL));
  CHECK(strstr(text, " has another ") != NULL);
  CHECK(strstr(text, lockstep_id_field_name(field)) != NULL);
}

/* What a request consists of, one after the other. */
static void what_differs_in_a_request_is_named(void) {
  world w = new_world();
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  uint64_t posted = 0;
  uint32_t field;
  order o;
  for (field = LOCKSTEP_ID_FIELD_NONE; field <= LOCKSTEP_ID_FIELD_DESCRIPTION;
       ++field) {
    start(&o);
    add_leg(&o, w.alice, field == LOCKSTEP_ID_FIELD_LEGS ? -5 : -4);
    add_leg(&o, w.bob, field == LOCKSTEP_ID_FIELD_LEGS ? 5 : 4);
    add_flow(&o, w.alice, w.bob)->at_most =
        OF(field == LOCKSTEP_ID_FIELD_FLOWS ? 3 : 2);
    add_condition(&o, w.alice, LOCKSTEP_REQUIRE_BALANCE_AT_LEAST,
                  field == LOCKSTEP_ID_FIELD_CONDITIONS);
    o.options = with_id(3);
    o.options.code = field == LOCKSTEP_ID_FIELD_CODE ? 6 : 5;
    o.options.user_data.low = field == LOCKSTEP_ID_FIELD_USER_DATA;
    o.options.description =
        field == LOCKSTEP_ID_FIELD_DESCRIPTION ? NULL : "a purse";
    switch (field) {
      case LOCKSTEP_ID_FIELD_NONE:
        WORKS(post_order(&w, &o, &receipt));
        posted = receipt.sequence;
        break;
      case LOCKSTEP_ID_FIELD_LEGS:
      case LOCKSTEP_ID_FIELD_FLOWS:
      case LOCKSTEP_ID_FIELD_CONDITIONS:
      case LOCKSTEP_ID_FIELD_CODE:
      case LOCKSTEP_ID_FIELD_USER_DATA:
      case LOCKSTEP_ID_FIELD_DESCRIPTION:
        GIVES(LOCKSTEP_ID_TAKEN, post_order(&w, &o, &receipt));
        was_taken(&w, &receipt, field, posted);
        break;
      default: /* how it is posted is not what it consists of */
        o.options.mode = LOCKSTEP_MODE_OPTIMISTIC;
        o.options.wait = LOCKSTEP_WAIT_NEVER;
        o.options.retry_attempts = 3;
        WORKS(post_order(&w, &o, &receipt));
        CHECK(receipt.is_replay == 1);
        break;
    }
  }
  CHECK(has_balance(w.ledger, w.bob, 6));
  end_world(&w);
}

/* A transfer with legs is a post; the others are something else. */
static void another_operation_is_refused(void) {
  place p = new_place();
  size_t i;
  size_t j;
  for (i = 0; i < kCallCount; ++i) {
    const lockstep_transfer_options options = with_id(i + 1);
    lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
    uint64_t posted = 0;
    WORKS(kCalls[i](&p, &options, &receipt));
    posted = receipt.sequence;
    for (j = 3; j < kCallCount; ++j) {
      if (j == i) continue;
      GIVES(LOCKSTEP_ID_TAKEN, kCalls[j](&p, &options, &receipt));
      was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_OPERATION, posted);
    }
  }
  end_world(&p.w);
}

static void what_differs_in_others_is_named(void) {
  place p = new_place();
  const lockstep_transfer_options options[4] = {with_id(1), with_id(2),
                                                with_id(3), with_id(4)};
  lockstep_ledger* const l = p.w.ledger;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_reversal reversal = LOCKSTEP_REVERSAL_INIT;
  lockstep_leg legs[2];
  lockstep_amount amounts[2];
  uint64_t posted[4];
  size_t i;
  const call calls[4] = {hold, capture, transact, reverse};
  for (i = 0; i < 4; ++i) {
    WORKS(calls[i](&p, &options[i], &receipt));
    posted[i] = receipt.sequence;
  }
  legs_of(&p, 50, legs);
  GIVES(LOCKSTEP_ID_TAKEN,
        lockstep_hold_place(l, legs, 2, 8, &options[0], &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_DEADLINE, posted[0]);
  amounts[0] = OF(-3);
  amounts[1] = OF(3);
  GIVES(LOCKSTEP_ID_TAKEN,
        lockstep_hold_capture(l, p.captured, NULL, 0, &options[1], &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_AMOUNTS, posted[1]);
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_hold_capture(l, p.released, amounts, 2,
                                                 &options[1], &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_HOLD, posted[1]);
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_transact(l, &p.w.alice, 1, pay_one, NULL,
                                             &options[2], &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_ACCOUNTS, posted[2]);
  reversal.transfer = posted[1];
  reversal.options = &options[3];
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_reverse(l, &reversal, &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_TRANSFER, posted[3]);
  reversal.transfer = p.transfer;
  reversal.amounts = amounts;
  reversal.amount_count = 2;
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_reverse(l, &reversal, &receipt));
  was_taken(&p.w, &receipt, LOCKSTEP_ID_FIELD_AMOUNTS, posted[3]);
  end_world(&p.w);
}

/* --- Several -------------------------------------------------------------- */

enum { kRequests = 3 };

/* Alice pays Bob so many times. */
typedef struct payments {
  order orders[kRequests];
  lockstep_transfer_request requests[kRequests];
  lockstep_receipt receipts[kRequests];
  lockstep_batch_result result;
} payments;

static void renew(payments* p) {
  const lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  const lockstep_batch_result result = LOCKSTEP_BATCH_RESULT_INIT;
  size_t i;
  for (i = 0; i < kRequests; ++i) p->receipts[i] = receipt;
  p->result = result;
}

static payments* new_payments(const world* w) {
  static payments p;
  size_t i;
  for (i = 0; i < kRequests; ++i) {
    start(&p.orders[i]);
    add_leg(&p.orders[i], w->alice, -4);
    add_leg(&p.orders[i], w->bob, 4);
    p.requests[i] = p.orders[i].request;
  }
  renew(&p);
  return &p;
}

static void linked_ones_have_an_id_together(void) {
  world w = new_world();
  payments* const p = new_payments(&w);
  lockstep_link_options options = LOCKSTEP_LINK_OPTIONS_INIT;
  lockstep_session* session = NULL;
  uint64_t posted[kRequests];
  size_t i;
  int again;
  options.id = id_of(1);
  p->orders[0].options.id = id_of(2); /* of no account */
  WORKS(lockstep_session_open(w.ledger, &session));
  WORKS(lockstep_post_all(w.ledger, p->requests, kRequests, &options,
                          p->receipts, &p->result));
  CHECK(p->result.posted == kRequests && p->result.is_replay == 0);
  CHECK(p->result.reserved == 0);
  for (i = 0; i < kRequests; ++i) posted[i] = p->receipts[i].sequence;
  for (again = 0; again < 2; ++again) {
    renew(p);
    WORKS(again == 0
              ? lockstep_post_all(w.ledger, p->requests, kRequests, &options,
                                  p->receipts, &p->result)
              : lockstep_session_post_all(session, p->requests, kRequests,
                                          &options, p->receipts, &p->result));
    CHECK(p->result.is_replay == 1 && p->result.posted == 0);
    CHECK(p->result.first_refused == LOCKSTEP_NONE_REFUSED);
    for (i = 0; i < kRequests; ++i) {
      CHECK(p->receipts[i].is_replay == 1 && p->receipts[i].attempts == 0);
      CHECK(p->receipts[i].sequence == posted[i]);
      CHECK(p->receipts[i].change_count == 2);
    }
  }
  CHECK(stats_of(w.ledger).replays == 2 * kRequests);
  CHECK(has_balance(w.ledger, w.bob, 4 * kRequests));

  p->orders[1].options.code = 1;
  GIVES(LOCKSTEP_ID_TAKEN,
        lockstep_post_all(w.ledger, p->requests, kRequests, &options,
                          p->receipts, &p->result));
  CHECK(p->result.first_refused == 1 && p->result.is_replay == 0);
  was_taken(&w, &p->receipts[1], LOCKSTEP_ID_FIELD_CODE, posted[0]);
  CHECK(p->receipts[0].outcome == LOCKSTEP_LINKED_REFUSED);
  CHECK(p->receipts[0].refused_transfer == 1 && p->receipts[0].id_field == 0);
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_post_all(w.ledger, p->requests, 2, &options,
                                             p->receipts, &p->result));
  was_taken(&w, &p->receipts[0], LOCKSTEP_ID_FIELD_TRANSFERS, posted[0]);
  WORKS(lockstep_session_close(session));
  end_world(&w);
}

static void in_a_row_each_has_its_own(void) {
  world w = new_world();
  payments* const p = new_payments(&w);
  p->orders[0].options.id = id_of(1);
  p->orders[1].options.id = id_of(2);
  p->orders[2].options.id = id_of(1);
  WORKS(lockstep_post_each(w.ledger, p->requests, kRequests, NULL, NULL,
                           p->receipts, &p->result));
  CHECK(p->result.posted == 2 && p->result.is_replay == 0);
  CHECK(p->receipts[0].is_replay == 0 && p->receipts[2].is_replay == 1);
  CHECK(p->receipts[2].sequence == p->receipts[0].sequence);
  WORKS(lockstep_post_each(w.ledger, p->requests, kRequests, NULL, NULL, NULL,
                           &p->result));
  CHECK(p->result.posted == 0 && has_balance(w.ledger, w.bob, 8));
  end_world(&w);
}

/* --- How many are remembered ---------------------------------------------- */

/* As new_world, in a ledger that is opened with these options. */
static world world_with(const lockstep_ledger_options* options) {
  world w = {NULL, 0, 1, 0, 0};
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  gold.code = "GOLD";
  WORKS(lockstep_ledger_open(options, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  w.alice = new_account(w.ledger, w.gold, "alice", NULL);
  w.bob = new_account(w.ledger, w.gold, "bob", NULL);
  WORKS(lockstep_transfer(w.ledger, w.mint, w.alice, OF(10000), NULL, NULL));
  return w;
}

static void as_many_are_remembered_as_the_window_says(void) {
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  const lockstep_transfer_options first = with_id(1);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_ledger* ledger = NULL;
  world w;
  CHECK(options.id_window == 65536 && options.reserved2 == 0);
  options.id_window = 2;
  w = world_with(&options);
  CHECK(pays_again(&w, 1, 1) == 0 && pays_again(&w, 1, 2) == 0);
  CHECK(pays_again(&w, 1, 1) == 1 && pays_again(&w, 1, 2) == 1);
  CHECK(pays_again(&w, 1, 3) == 0); /* and the first is forgotten */
  CHECK(pays_again(&w, 1, 2) == 1);
  CHECK(pays_again(&w, 1, 1) == 0);
  end_world(&w);

  options.id_window = 0;
  w = world_with(&options);
  GIVES(LOCKSTEP_IDS_OFF,
        lockstep_transfer(w.ledger, w.alice, w.bob, OF(1), &first, &receipt));
  CHECK(receipt.outcome == LOCKSTEP_IDS_OFF && receipt.attempts == 0);
  CHECK(has_balance(w.ledger, w.bob, 0));
  end_world(&w);

  options.reserved2 = 1;
  GIVES(LOCKSTEP_INVALID_OPTION, lockstep_ledger_open(&options, &ledger));
  CHECK(ledger == NULL);
}

static void clones_remember_them(void) {
  world w = new_world();
  world clone = w;
  lockstep_ledger_options options = LOCKSTEP_LEDGER_OPTIONS_INIT;
  const lockstep_transfer_options first = with_id(1);
  lockstep_snapshot* snapshot = NULL;
  CHECK(pays_again(&w, 1, 1) == 0);
  WORKS(lockstep_snapshot_take(w.ledger, &snapshot));
  CHECK(pays_again(&w, 1, 2) == 0);
  WORKS(lockstep_snapshot_clone(snapshot, NULL, &clone.ledger));
  CHECK(pays_again(&clone, 1, 1) == 1 && pays_again(&clone, 1, 2) == 0);
  end_world(&clone);
  options.id_window = 0;
  WORKS(lockstep_snapshot_clone(snapshot, &options, &clone.ledger));
  GIVES(LOCKSTEP_IDS_OFF,
        lockstep_transfer(clone.ledger, w.alice, w.bob, OF(1), &first, NULL));
  end_world(&clone);
  WORKS(lockstep_snapshot_close(snapshot));
  end_world(&w);
}

/* --- Hosts compiled when there were none ---------------------------------- */

/* What comes behind their structures is not their own. */
static void shorter_options_have_no_ids(void) {
  enum { kLedger = 24, kTransfer = 80, kLink = 48 };
  lockstep_ledger_options ledger = LOCKSTEP_LEDGER_OPTIONS_INIT;
  lockstep_transfer_options transfer_options = with_id(1);
  lockstep_link_options link = LOCKSTEP_LINK_OPTIONS_INIT;
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  payments* p;
  world w;
  int again;
  ledger.struct_size = kLedger;
  ledger.id_window = 0;
  ledger.reserved2 = 7;
  w = world_with(&ledger);
  CHECK(pays_again(&w, 1, 1) == 0 && pays_again(&w, 1, 1) == 1);

  transfer_options.struct_size = kTransfer;
  link.struct_size = kLink;
  link.id = id_of(2);
  p = new_payments(&w);
  for (again = 0; again < 2; ++again) {
    WORKS(lockstep_transfer(w.ledger, w.alice, w.bob, OF(2), &transfer_options,
                            &receipt));
    CHECK(receipt.is_replay == 0);
    WORKS(lockstep_post_all(w.ledger, p->requests, kRequests, &link,
                            p->receipts, &p->result));
    CHECK(p->result.is_replay == 0 && p->result.posted == kRequests);
  }
  CHECK(has_balance(w.ledger, w.bob, 1 + 2 * (2 + 4 * kRequests)));
  end_world(&w);
}

/* Theirs to write to are as long as they are. */
static void shorter_results_are_written_no_further(void) {
  enum { kReceipt = 136, kResult = 24, kStats = 40 };
  world w = new_world();
  payments* const p = new_payments(&w);
  const lockstep_transfer_options options = with_id(1);
  lockstep_receipt receipt = LOCKSTEP_RECEIPT_INIT;
  lockstep_batch_result result = LOCKSTEP_BATCH_RESULT_INIT;
  lockstep_stats stats = LOCKSTEP_STATS_INIT;
  char text[200] = "";
  void* const short_receipt = malloc(kReceipt);
  void* const short_result = malloc(kResult);
  void* const short_stats = malloc(kStats);
  CHECK(short_receipt != NULL && short_result != NULL && short_stats != NULL);
  if (short_receipt == NULL || short_result == NULL || short_stats == NULL) {
    return;
  }
  receipt.struct_size = kReceipt;
  memcpy(short_receipt, &receipt, kReceipt);
  result.struct_size = kResult;
  memcpy(short_result, &result, kResult);
  stats.struct_size = kStats;
  memcpy(short_stats, &stats, kStats);

  CHECK(pays_again(&w, 1, 1) == 0);
  WORKS(
      lockstep_transfer(w.ledger, w.alice, w.bob, OF(1), &options,
                        short_receipt)); /* it cannot say that it was before */
  memcpy(&receipt, short_receipt, kReceipt);
  CHECK(receipt.struct_size == kReceipt && receipt.change_count == 2);
  CHECK(receipt.sequence != 0 && receipt.attempts == 0);
  GIVES(LOCKSTEP_ID_TAKEN, lockstep_transfer(w.ledger, w.alice, w.bob, OF(2),
                                             &options, short_receipt));
  WORKS(lockstep_explain(w.ledger, short_receipt, text, sizeof(text), NULL));
  CHECK(strstr(text, lockstep_outcome_meaning(LOCKSTEP_ID_TAKEN)) != NULL);
  WORKS(lockstep_post_all(w.ledger, p->requests, kRequests, NULL, NULL,
                          short_result));
  memcpy(&result, short_result, kResult);
  CHECK(result.struct_size == kResult && result.posted == kRequests);
  WORKS(lockstep_get_stats(w.ledger, short_stats, NULL, 0));
  memcpy(&stats, short_stats, kStats);
  CHECK(stats.struct_size == kStats && stats.posted == 2 + kRequests);
  free(short_receipt);
  free(short_result);
  free(short_stats);
  end_world(&w);
}

static void rows_have_ids(void) {
  enum { kRow = 424, kRows = LOCKSTEP_MAX_LEGS };
  world w = new_world();
  lockstep_entry rows[kRows];
  lockstep_entry row = LOCKSTEP_ENTRY_INIT;
  char* const shorter = malloc((size_t)kRow * kRows);
  uint64_t count = 0;
  CHECK(shorter != NULL);
  if (shorter == NULL) return;
  CHECK(pays_again(&w, 1, 9) == 0);
  rows[0].struct_size = sizeof(rows[0]);
  WORKS(lockstep_history(w.ledger, w.alice, 0, rows, kRows, &count, NULL));
  CHECK(count == 2 && is_same(rows[0].id, id_of(9)));
  CHECK(rows[1].id.high == 0 && rows[1].id.low == 0);
  CHECK(rows[0].reverses == 0);
  row.struct_size = kRow;
  memcpy(shorter, &row, kRow);
  WORKS(lockstep_history(w.ledger, w.alice, 0, (lockstep_entry*)(void*)shorter,
                         kRows, &count, NULL));
  CHECK(count == 2);
  memcpy(&row, shorter + kRow, kRow);
  CHECK(row.struct_size == kRow && row.sequence == rows[1].sequence);
  free(shorter);
  end_world(&w);
}

void test_ids(void) {
  every_call_posts_once();
  a_replay_is_the_first_receipt();
  what_is_refused_does_not_use_it_up();
  what_differs_in_a_request_is_named();
  another_operation_is_refused();
  what_differs_in_others_is_named();
  linked_ones_have_an_id_together();
  in_a_row_each_has_its_own();
  as_many_are_remembered_as_the_window_says();
  clones_remember_them();
  shorter_options_have_no_ids();
  shorter_results_are_written_no_further();
  rows_have_ids();
}
