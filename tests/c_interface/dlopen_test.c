/* A host that was not linked with lockstep: it loads the library as it runs and
 * asks for the functions by name and version. Then it lets it go, and loads it
 * again, as a plugin's host would: the library has stayed, and still knows the
 * handle that was closed. Compiled as C. */
#define _GNU_SOURCE /* for dlvsym */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/c.h"

/* The functions that it uses, with the types that the header gives them. */
typedef struct api {
  __typeof__(&lockstep_version) version;
  __typeof__(&lockstep_outcome_name) outcome_name;
  __typeof__(&lockstep_ledger_open) ledger_open;
  __typeof__(&lockstep_ledger_close) ledger_close;
  __typeof__(&lockstep_asset_create) asset_create;
  __typeof__(&lockstep_asset_get) asset_get;
  __typeof__(&lockstep_account_create) account_create;
  __typeof__(&lockstep_account_balance) account_balance;
  __typeof__(&lockstep_transfer) transfer;
  __typeof__(&lockstep_audit) audit;
  __typeof__(&lockstep_transact) transact;
  __typeof__(&lockstep_decision_move) decision_move;
  __typeof__(&lockstep_snapshot_take) snapshot_take;
  __typeof__(&lockstep_snapshot_balance) snapshot_balance;
  __typeof__(&lockstep_snapshot_close) snapshot_close;
} api;

static int fail(const char* what) {
  printf("dlopen_test: %s\n", what);
  return 1;
}

static int missing = 0;

static void* find(void* library, const char* name) {
  void* const found = dlvsym(library, name, "LOCKSTEP_0.1");
  if (found == NULL) {
    missing = 1;
    printf("dlopen_test: no %s: %s\n", name, dlerror());
  }
  return found;
}

/* A pointer to a function cannot be assigned from one to an object in C99. */
#define FIND(library, api, name)                           \
  do {                                                     \
    void* const found_ = find(library, "lockstep_" #name); \
    memcpy(&(api)->name, &found_, sizeof(found_));         \
  } while (0)

static int find_all(void* library, api* a) {
  FIND(library, a, version);
  FIND(library, a, outcome_name);
  FIND(library, a, ledger_open);
  FIND(library, a, ledger_close);
  FIND(library, a, asset_create);
  FIND(library, a, asset_get);
  FIND(library, a, account_create);
  FIND(library, a, account_balance);
  FIND(library, a, transfer);
  FIND(library, a, audit);
  FIND(library, a, transact);
  FIND(library, a, decision_move);
  FIND(library, a, snapshot_take);
  FIND(library, a, snapshot_balance);
  FIND(library, a, snapshot_close);
  return missing;
}

static lockstep_ledger* closed = NULL;
static lockstep_decision* decided = NULL;

/* Gives the second account's balance back, from a function of the host's that
 * the library calls. The decision before was of another loading of it. */
static void give_back(void* context, const lockstep_account_state* accounts,
                      uint64_t count, lockstep_decision* decision) {
  const api* const a = context;
  if (count != 2 || (decided != NULL &&
                     a->decision_move(decided, 1, 2, accounts[1].balance) !=
                         LOCKSTEP_INVALID_HANDLE)) {
    return;
  }
  decided = decision;
  a->decision_move(decision, accounts[1].account, accounts[0].account,
                   accounts[1].balance);
}

static int use(const api* a) {
  lockstep_ledger* ledger = NULL;
  lockstep_asset_options gold = LOCKSTEP_ASSET_OPTIONS_INIT;
  lockstep_asset_info info = LOCKSTEP_ASSET_INFO_INIT;
  lockstep_account_options options = LOCKSTEP_ACCOUNT_OPTIONS_INIT;
  lockstep_audit_report report = LOCKSTEP_AUDIT_REPORT_INIT;
  lockstep_account_id alice = 0;
  lockstep_account_id both[2] = {0, 0};
  lockstep_snapshot* snapshot = NULL;
  const lockstep_amount five = {0, 5};
  lockstep_amount balance = {0, 0};
  if (strcmp(a->version(), LOCKSTEP_VERSION_STRING) != 0) {
    return fail("it is of another version");
  }
  gold.code = "GOLD";
  if (a->ledger_open(NULL, &ledger) != LOCKSTEP_OK ||
      a->asset_create(ledger, &gold, &options.asset) != LOCKSTEP_OK ||
      a->asset_get(ledger, options.asset, &info) != LOCKSTEP_OK ||
      a->account_create(ledger, &options, &alice) != LOCKSTEP_OK ||
      a->transfer(ledger, info.issuer, alice, five, NULL, NULL) !=
          LOCKSTEP_OK ||
      a->account_balance(ledger, alice, &balance) != LOCKSTEP_OK ||
      a->audit(ledger, &report, NULL, 0) != LOCKSTEP_OK) {
    return fail("a call was refused");
  }
  if (balance.low != 5 || balance.high != 0 || report.ok != 1) {
    return fail("the balance is wrong");
  }
  both[0] = info.issuer;
  both[1] = alice;
  if (a->snapshot_take(ledger, &snapshot) != LOCKSTEP_OK ||
      a->transact(ledger, both, 2, give_back, (void*)(uintptr_t)a, NULL,
                  NULL) != LOCKSTEP_OK ||
      a->account_balance(ledger, alice, &balance) != LOCKSTEP_OK ||
      balance.low != 0 ||
      a->snapshot_balance(snapshot, alice, &balance) != LOCKSTEP_OK ||
      balance.low != 5 || a->snapshot_close(snapshot) != LOCKSTEP_OK) {
    return fail("a transaction or a snapshot is wrong");
  }
  if (a->ledger_close(ledger) != LOCKSTEP_OK ||
      a->ledger_close(ledger) != LOCKSTEP_INVALID_HANDLE ||
      strcmp(a->outcome_name(LOCKSTEP_INVALID_HANDLE), "invalid_handle") != 0) {
    return fail("it does not close as it should");
  }
  if (closed != NULL && a->ledger_close(closed) != LOCKSTEP_INVALID_HANDLE) {
    return fail("it forgot a handle that was closed before it was unloaded");
  }
  closed = ledger;
  return 0;
}

int main(int argc, char** argv) {
  int round;
  if (argc != 2) return fail("name the library");
  for (round = 0; round < 3; ++round) {
    api a;
    void* const library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return fail(dlerror());
    if (find_all(library, &a) != 0 || use(&a) != 0) return 1;
    if (dlclose(library) != 0) return fail(dlerror());
  }
  return 0;
}
