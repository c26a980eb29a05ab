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

/* The tests of the other files. */
void test_modes_and_transactions(void);
void test_reads_and_snapshots(void);

#endif /* LOCKSTEP_TESTS_C_INTERFACE_C99_WORLD_H_ */
