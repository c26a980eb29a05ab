/* What the C99 tests check with, and the small ledger that they do it on. */
#ifndef LOCKSTEP_TESTS_C_INTERFACE_C99_WORLD_H_
#define LOCKSTEP_TESTS_C_INTERFACE_C99_WORLD_H_

#include "lockstep/c.h"

/* Of all files. */
extern int failures;

void check(int holds, const char* file, int line, const char* condition);
#define CHECK(condition) check((condition), __FILE__, __LINE__, #condition)

void check_outcome(const char* file, int line, lockstep_outcome outcome,
                   lockstep_outcome wanted);
#define GIVES(wanted, call) check_outcome(__FILE__, __LINE__, (call), (wanted))
#define WORKS(call) GIVES(LOCKSTEP_OK, call)

int is_amount(lockstep_amount amount, int64_t minor_units);
int has_balance(lockstep_ledger* ledger, lockstep_account_id account,
                int64_t minor_units);
int has_held(lockstep_ledger* ledger, lockstep_account_id account,
             int64_t minor_units);

/* GOLD with two decimals, its mint, and two accounts with 100.00 and 0.00. */
typedef struct world {
  lockstep_ledger* ledger;
  lockstep_asset_id gold;
  lockstep_account_id mint;
  lockstep_account_id alice;
  lockstep_account_id bob;
} world;

lockstep_account_id new_account(lockstep_ledger* ledger,
                                lockstep_asset_id asset, const char* key,
                                const char* label);
world new_world(void);
/* Audits the ledger and closes it. */
void end_world(world* w);

#define OF(minor_units) lockstep_amount_of(minor_units)

/* A hold of what one account would pay another. */
lockstep_outcome try_hold(const world* w, lockstep_account_id from,
                          lockstep_account_id to, int64_t amount,
                          uint64_t deadline, lockstep_receipt* receipt);
/* What has become of a hold that there is. */
uint32_t hold_status(lockstep_ledger* ledger, lockstep_hold_id hold);

/* A request, and the parts that it is made of. */
typedef struct order {
  lockstep_leg legs[LOCKSTEP_MAX_LEGS + 1];
  lockstep_flow flows[LOCKSTEP_MAX_FLOWS + 1];
  lockstep_condition conditions[LOCKSTEP_MAX_LEGS + 1];
  lockstep_transfer_options options;
  lockstep_transfer_request request;
} order;

/* Nothing yet. */
void start(order* o);
void add_leg(order* o, lockstep_account_id account, int64_t amount);
/* As much as there is, unless it is said otherwise of what is returned. */
lockstep_flow* add_flow(order* o, lockstep_account_id from,
                        lockstep_account_id to);
lockstep_condition* add_condition(order* o, lockstep_account_id account,
                                  uint32_t kind, int64_t amount);
lockstep_outcome post_order(const world* w, const order* o,
                            lockstep_receipt* receipt);

/* The tests of the other files. */
void test_modes_and_transactions(void);
void test_reads_and_snapshots(void);
void test_requests(void);
void test_structures_of_requests(void);
void test_batches(void);
void test_limits(void);
void test_holds(void);
void test_calls_of_holds(void);
void test_ids(void);
void test_reversals(void);
void test_calls_of_reversals(void);
void test_routes(void);

#endif /* LOCKSTEP_TESTS_C_INTERFACE_C99_WORLD_H_ */
