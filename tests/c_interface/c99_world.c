#include "c99_world.h"

#include <stdio.h>
#include <string.h>

int failures = 0;

void check(int holds, const char* file, int line, const char* condition) {
  if (holds) return;
  ++failures;
  printf("%s:%d: not so: %s\n", file, line, condition);
}

void check_outcome(const char* file, int line, lockstep_outcome outcome,
                   lockstep_outcome wanted) {
  if (outcome == wanted) return;
  ++failures;
  printf("%s:%d: %s instead of %s\n", file, line,
         lockstep_outcome_name(outcome), lockstep_outcome_name(wanted));
}

int is_amount(lockstep_amount amount, int64_t minor_units) {
  return lockstep_amount_compare(amount, lockstep_amount_of(minor_units)) == 0;
}

int has_balance(lockstep_ledger* ledger, lockstep_account_id account,
                int64_t minor_units) {
  lockstep_amount balance = {0, 0};
  WORKS(lockstep_account_balance(ledger, account, &balance));
  return is_amount(balance, minor_units);
}

int has_held(lockstep_ledger* ledger, lockstep_account_id account,
             int64_t minor_units) {
  lockstep_account_info info = LOCKSTEP_ACCOUNT_INFO_INIT;
  WORKS(lockstep_account_get(ledger, account, &info));
  return is_amount(info.held, minor_units);
}

lockstep_account_id new_account(lockstep_ledger* ledger,
                                lockstep_asset_id asset, const char* key,
                                const char* label) {
  lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_account_id account = 0;
  options.asset = asset;
  options.key = key;
  options.label = label;
  WORKS(lockstep_account_create(ledger, &options, &account));
  return account;
}

world new_world(void) {
  world w = {NULL, 0, 0, 0, 0};
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_info info = LOCKSTEP_ASSET_INFO_INIT;
  gold.code = "GOLD";
  gold.scale = 2;
  WORKS(lockstep_ledger_open(NULL, &w.ledger));
  WORKS(lockstep_asset_create(w.ledger, &gold, &w.gold));
  WORKS(lockstep_asset_get(w.ledger, w.gold, &info));
  w.mint = info.issuer;
  w.alice = new_account(w.ledger, w.gold, "alice", "Alice");
  w.bob = new_account(w.ledger, w.gold, "bob", NULL);
  WORKS(lockstep_transfer(w.ledger, w.mint, w.alice, lockstep_amount_of(10000),
                          NULL, NULL));
  return w;
}

void end_world(world* w) {
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  WORKS(lockstep_audit(w->ledger, &report, NULL, 0));
  CHECK(report.ok == 1);
  WORKS(lockstep_ledger_close(w->ledger));
}

lockstep_outcome try_hold(const world* w, lockstep_account_id from,
                          lockstep_account_id to, int64_t amount,
                          uint64_t deadline, lockstep_receipt* receipt) {
  lockstep_leg legs[2];
  legs[0].account = from;
  legs[0].amount = OF(-amount);
  legs[1].account = to;
  legs[1].amount = OF(amount);
  return lockstep_hold_place(w->ledger, legs, 2, deadline, NULL, receipt);
}

uint32_t hold_status(lockstep_ledger* ledger, lockstep_hold_id hold) {
  lockstep_hold_info info = LOCKSTEP_HOLD_INFO_INIT;
  WORKS(lockstep_hold_get(ledger, hold, &info, NULL, 0));
  CHECK(info.hold == hold);
  return info.status;
}

void start(order* o) {
  const lockstep_transfer_options options = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  const lockstep_transfer_request request = LOCKSTEP_TRANSFER_REQUEST_INIT;
  memset(o, 0, sizeof(*o));
  o->options = options;
  o->request = request;
  o->request.legs = o->legs;
  o->request.flows = o->flows;
  o->request.conditions = o->conditions;
  o->request.options = &o->options;
}

void add_leg(order* o, lockstep_account_id account, int64_t amount) {
  lockstep_leg* const leg = &o->legs[o->request.leg_count++];
  leg->account = account;
  leg->amount = OF(amount);
}

lockstep_flow* add_flow(order* o, lockstep_account_id from,
                        lockstep_account_id to) {
  const lockstep_flow init = LOCKSTEP_FLOW_INIT;
  lockstep_flow* const flow = &o->flows[o->request.flow_count++];
  *flow = init;
  flow->from = from;
  flow->to = to;
  return flow;
}

lockstep_condition* add_condition(order* o, lockstep_account_id account,
                                  uint32_t kind, int64_t amount) {
  lockstep_condition* const condition =
      &o->conditions[o->request.condition_count++];
  condition->account = account;
  condition->kind = kind;
  condition->amount = OF(amount);
  return condition;
}

lockstep_outcome post_order(const world* w, const order* o,
                            lockstep_receipt* receipt) {
  return lockstep_post_request(w->ledger, &o->request, receipt);
}
