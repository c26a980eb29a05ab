/* lockstep for C99 and for every language that can call C.
 *
 * The same ledger as in <lockstep/lockstep.h>, with the same outcomes; what is
 * documented there holds here. This page says what is different in C.
 *
 * Handles. A ledger, a session, a journal cursor and a snapshot are opaque
 * handles. They look like pointers so that compilers tell them apart, but are
 * never followed: a null, closed, forged or mistaken handle is refused with
 * LOCKSTEP_INVALID_HANDLE, for as long as the process lives. One that is closed
 * while somebody is inside a call with it is closed when that call returns.
 *
 * Structures begin with `struct_size`, the size that the caller was compiled
 * with. Start from the ..._INIT macro, or from the ..._options_init function
 * where there are no macros, and then set fields: options that are all zero but
 * for their size say that a ceiling, or a supply cap, is zero. A structure that
 * is shorter than the first version's, or longer than this version's with
 * something other than zeros in what it does not know, is refused with
 * LOCKSTEP_INVALID_STRUCT_SIZE. In structures that the library only writes,
 * what it does not know becomes zero. Arrays of structures take their stride
 * from the first element's `struct_size`, a multiple of 8; where the library
 * reads them (requests, reversals, receipts), the others' must be the same.
 * Fields whose name begins with `reserved` are zero. Amounts, bits, legs,
 * flows, conditions, changes, states, routes and buckets have no size of their
 * own and never grow.
 *
 * Texts are UTF-8 by custom, end with a zero byte, and are copied; a null one
 * is as good as an empty one in a structure. A function that writes a text
 * takes a buffer and its size, cuts the text if it must
 * (LOCKSTEP_BUFFER_TOO_SMALL; still with a zero byte unless the size is 0), and
 * says in `text_size`, if that is not null, how long all of it is without the
 * zero byte.
 *
 * Every function returns an outcome unless it cannot fail. Outcomes, in order
 * of checking: LOCKSTEP_INVALID_HANDLE, LOCKSTEP_INSIDE_TRANSACTION (see
 * Threads and Functions of the host's), LOCKSTEP_NULL_POINTER (an argument that
 * must not be null is: each must not, unless said otherwise),
 * LOCKSTEP_INVALID_STRUCT_SIZE, LOCKSTEP_BUFFER_TOO_SMALL (for rows and
 * totals), LOCKSTEP_INVALID_OPTION (a number that is none of its enumeration),
 * then those of the C++ function of the same name. What is written to through
 * pointers is left as it was, if it is not said otherwise, when the outcome is
 * not LOCKSTEP_OK. Nothing throws, nothing prints.
 *
 * Functions of the host's get the `context` that they were named with, and must
 * return: an exception that leaves one ends the process, and what becomes of
 * locks after a longjmp is not defined. On a thread that is inside a
 * transaction function, everything that takes a handle, closing included, and
 * whatever opens one is refused with LOCKSTEP_INSIDE_TRANSACTION: the thread
 * may hold locks that it would wait for. Amounts and texts may be used.
 *
 * Threads. A ledger's handle may be used by any number of threads at once,
 * unless it was opened with LOCKSTEP_SINGLE_THREAD, and so may a snapshot's; a
 * session or a journal cursor is for one thread at a time. Where there may be
 * only one, a second one is refused with LOCKSTEP_INSIDE_TRANSACTION. (A
 * single-threaded ledger, its sessions and its snapshots do not know of each
 * other: it is up to the host to use one of them at a time.) Each thread that
 * posts through a ledger's handle takes one of its LOCKSTEP_MAX_SESSIONS
 * sessions until the thread ends, and all that use one handle share a count of
 * the calls inside; so pools of threads, and who is after speed, open sessions
 * and use those.
 *
 * Once loaded, the shared library stays loaded until the process ends.
 */
#ifndef LOCKSTEP_C_H_
#define LOCKSTEP_C_H_

#include <stddef.h>
#include <stdint.h>

#include "lockstep/export.h"
#include "lockstep/version.h"

#ifdef __cplusplus
#define LOCKSTEP_NOEXCEPT noexcept
extern "C" {
#else
#define LOCKSTEP_NOEXCEPT
#endif

/* --- Handles, ids, amounts ----------------------------------------------- */

/** An open ledger. It stays until what was opened from it is closed too. */
typedef struct lockstep_ledger lockstep_ledger;
/** A caller's own place in a ledger. For one thread at a time. */
typedef struct lockstep_session lockstep_session;
/** A cursor over a ledger's journal. For one thread at a time. */
typedef struct lockstep_journal lockstep_journal;
/** A ledger as it was at one moment. */
typedef struct lockstep_snapshot lockstep_snapshot;

/** An account: dense from 1. 0 is none. */
typedef uint64_t lockstep_account_id;
/** An asset: dense from 1. 0 is none. */
typedef uint32_t lockstep_asset_id;
/** A hold: the sequence of the operation that placed it. 0 is none. */
typedef uint64_t lockstep_hold_id;

/** high * 2^64 + low of an asset's minor units: a signed 128-bit integer. */
typedef struct lockstep_amount {
  int64_t high;
  uint64_t low;
} lockstep_amount;

/** 128 bits of the host's own. */
typedef struct lockstep_bits128 {
  uint64_t high;
  uint64_t low;
} lockstep_bits128;

/** The amount of so many minor units. */
LOCKSTEP_EXPORT lockstep_amount lockstep_amount_of(int64_t minor_units)
    LOCKSTEP_NOEXCEPT;

/* --- Outcomes ------------------------------------------------------------ */

/** How a call ended; one of the numbers below, which are fixed for ever.
 *  docs/outcomes.md says when each is given and what to do about it. */
typedef int32_t lockstep_outcome;

enum {
  LOCKSTEP_OK = 0,
  LOCKSTEP_LEDGER_CLOSED = 1,
  LOCKSTEP_TOO_MANY_SESSIONS = 2,
  LOCKSTEP_INSIDE_TRANSACTION = 3,
  LOCKSTEP_NO_LEGS = 4,
  LOCKSTEP_TOO_MANY_LEGS = 5,
  LOCKSTEP_DESCRIPTION_TOO_LONG = 6,
  LOCKSTEP_ZERO_AMOUNT = 7,
  LOCKSTEP_NEGATIVE_AMOUNT = 8,
  LOCKSTEP_SAME_ACCOUNT = 9,
  LOCKSTEP_UNKNOWN_ACCOUNT = 10,
  LOCKSTEP_ASSETS_DIFFER = 11,
  LOCKSTEP_UNBALANCED = 12,
  LOCKSTEP_OUT_OF_MEMORY = 13,
  LOCKSTEP_BUSY = 14,
  LOCKSTEP_CONFLICT = 15,
  LOCKSTEP_ACCOUNT_CLOSED = 16,
  LOCKSTEP_ACCOUNT_FROZEN = 17,
  LOCKSTEP_AMOUNT_OVERFLOW = 18,
  LOCKSTEP_INSUFFICIENT_FUNDS = 19,
  LOCKSTEP_ABOVE_CEILING = 20,
  LOCKSTEP_SEQUENCE_EXHAUSTED = 21,
  LOCKSTEP_UNKNOWN_ASSET = 22,
  LOCKSTEP_INVALID_ASSET_CODE = 23,
  LOCKSTEP_INVALID_SCALE = 24,
  LOCKSTEP_ASSET_EXISTS = 25,
  LOCKSTEP_TOO_MANY_ASSETS = 26,
  LOCKSTEP_INVALID_LIMITS = 27,
  LOCKSTEP_INVALID_STATUS = 28,
  LOCKSTEP_INVALID_TEXT = 29,
  LOCKSTEP_KEY_EXISTS = 30,
  LOCKSTEP_TOO_MANY_ACCOUNTS = 31,
  LOCKSTEP_BALANCE_NOT_ZERO = 32,
  LOCKSTEP_TIME_RUNS_BACKWARDS = 33,
  LOCKSTEP_INVALID_OPTION = 34,
  LOCKSTEP_JOURNAL_OFF = 35,
  LOCKSTEP_EMPTY_TEXT = 36,
  LOCKSTEP_MALFORMED_NUMBER = 37,
  LOCKSTEP_TOO_MANY_DECIMALS = 38,
  LOCKSTEP_INVALID_WEIGHTS = 39,
  LOCKSTEP_DIVISION_BY_ZERO = 40,
  LOCKSTEP_INVALID_HANDLE = 41,
  LOCKSTEP_TOO_MANY_HANDLES = 42,
  LOCKSTEP_NULL_POINTER = 43,
  LOCKSTEP_INVALID_STRUCT_SIZE = 44,
  LOCKSTEP_BUFFER_TOO_SMALL = 45,
  LOCKSTEP_REFUSED_BY_FUNCTION = 46,
  LOCKSTEP_UNDECLARED_ACCOUNT = 47,
  LOCKSTEP_NO_ACCOUNTS = 48,
  LOCKSTEP_TOO_MANY_ACCOUNTS_DECLARED = 49,
  LOCKSTEP_TOO_MANY_SNAPSHOTS = 50,
  LOCKSTEP_INVALID_FLOW = 51,
  LOCKSTEP_INVALID_CONDITION = 52,
  LOCKSTEP_CONDITION_NOT_MET = 53,
  LOCKSTEP_TOO_LITTLE_AVAILABLE = 54,
  LOCKSTEP_NOTHING_TO_MOVE = 55,
  LOCKSTEP_LINKED_REFUSED = 56,
  LOCKSTEP_NOT_ATTEMPTED = 57,
  LOCKSTEP_OUTSIDE_LIMITS = 58,
  LOCKSTEP_INVALID_DEADLINE = 59,
  LOCKSTEP_UNKNOWN_HOLD = 60,
  LOCKSTEP_HOLD_CAPTURED = 61,
  LOCKSTEP_HOLD_RELEASED = 62,
  LOCKSTEP_HOLD_EXPIRED = 63,
  LOCKSTEP_INVALID_CAPTURE = 64,
  LOCKSTEP_HELD_NOT_ZERO = 65,
  LOCKSTEP_ID_TAKEN = 66,
  LOCKSTEP_IDS_OFF = 67,
  LOCKSTEP_TRANSFER_FORGOTTEN = 68,
  LOCKSTEP_NOT_REVERSIBLE = 69,
  LOCKSTEP_INVALID_REVERSAL = 70,
  LOCKSTEP_ALREADY_REVERSED = 71,
  LOCKSTEP_REVERSAL_TOO_LARGE = 72,
  LOCKSTEP_ROUTE_NOT_ALLOWED = 73,
  LOCKSTEP_ROUTES_OFF = 74,
  LOCKSTEP_UNKNOWN_ROUTE = 75,
  LOCKSTEP_LOG_OFF = 76,
  LOCKSTEP_LOG_FAILED = 77,
  LOCKSTEP_LOG_IN_USE = 78,
  LOCKSTEP_LOG_FOREIGN = 79,
  LOCKSTEP_LOG_NEWER = 80,
  LOCKSTEP_LOG_DAMAGED = 81
};

/** An outcome's name as one word ("insufficient_funds"), what it means and what
 *  the caller can do about it, as sentences without a full stop. Never null;
 *  good for ever. */
LOCKSTEP_EXPORT const char* lockstep_outcome_name(lockstep_outcome outcome)
    LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT const char* lockstep_outcome_meaning(lockstep_outcome outcome)
    LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT const char* lockstep_outcome_advice(lockstep_outcome outcome)
    LOCKSTEP_NOEXCEPT;

/** The library's version ("0.1.0"), which a host that loads it at run time may
 *  compare with LOCKSTEP_VERSION_STRING. Never null; good for ever. */
LOCKSTEP_EXPORT const char* lockstep_version(void) LOCKSTEP_NOEXCEPT;

/* --- Amounts ------------------------------------------------------------- */

/** Exact sums and differences: LOCKSTEP_AMOUNT_OVERFLOW when the result does
 *  not fit. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_amount_add(lockstep_amount a, lockstep_amount b,
                    lockstep_amount* sum) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_amount_subtract(lockstep_amount a, lockstep_amount b,
                         lockstep_amount* difference) LOCKSTEP_NOEXCEPT;

/** -1, 0 or 1, as `a` is less than, equal to or greater than `b`. */
LOCKSTEP_EXPORT int32_t
lockstep_amount_compare(lockstep_amount a, lockstep_amount b) LOCKSTEP_NOEXCEPT;

/** What to do with the part of a product that is less than one minor unit. */
enum {
  LOCKSTEP_ROUND_TOWARD_ZERO = 0,
  LOCKSTEP_ROUND_AWAY_FROM_ZERO = 1,
  LOCKSTEP_ROUND_FLOOR = 2,
  LOCKSTEP_ROUND_CEILING = 3,
  LOCKSTEP_ROUND_HALF_AWAY_FROM_ZERO = 4,
  LOCKSTEP_ROUND_HALF_TO_EVEN = 5
};

/** amount * numerator / denominator, exact to the rounding.
 *  LOCKSTEP_INVALID_OPTION (no such rounding), LOCKSTEP_DIVISION_BY_ZERO,
 *  LOCKSTEP_AMOUNT_OVERFLOW. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_amount_multiply(lockstep_amount amount, lockstep_amount numerator,
                         lockstep_amount denominator, uint32_t rounding,
                         lockstep_amount* product) LOCKSTEP_NOEXCEPT;

/** Splits `total` in proportion to `count` weights into as many parts that sum
 *  to it exactly. LOCKSTEP_INVALID_WEIGHTS, LOCKSTEP_OUT_OF_MEMORY. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_amount_split(lockstep_amount total, const uint64_t* weights,
                      uint64_t count, lockstep_amount* parts) LOCKSTEP_NOEXCEPT;

/** Reads "150.00". LOCKSTEP_INVALID_SCALE, LOCKSTEP_EMPTY_TEXT,
 *  LOCKSTEP_MALFORMED_NUMBER, LOCKSTEP_TOO_MANY_DECIMALS,
 *  LOCKSTEP_AMOUNT_OVERFLOW. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_amount_parse(
    const char* text, int32_t scale, lockstep_amount* amount) LOCKSTEP_NOEXCEPT;

/** The longest that lockstep_amount_format writes, the zero byte included. */
#define LOCKSTEP_AMOUNT_TEXT_SIZE 44

/** Writes "150.00". `buffer` may be null if its size is 0, `text_size` may be
 *  null. LOCKSTEP_INVALID_SCALE, LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_BUFFER_TOO_SMALL. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_amount_format(
    lockstep_amount amount, int32_t scale, char* buffer, uint64_t buffer_size,
    uint64_t* text_size) LOCKSTEP_NOEXCEPT;

/* --- Ledgers ------------------------------------------------------------- */

enum { LOCKSTEP_MULTI_THREAD = 0, LOCKSTEP_SINGLE_THREAD = 1 };
enum { LOCKSTEP_TICKS_FROM_HOST = 0, LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK = 1 };

/** How many handles a process can have open at once. */
#define LOCKSTEP_MAX_HANDLES 1048575
/** How many sessions a ledger can have at once, those that threads have without
 *  asking counted in. */
#define LOCKSTEP_MAX_SESSIONS 1024

/** What a ledger is opened with. */
typedef struct lockstep_ledger_options {
  uint32_t struct_size;
  uint32_t concurrency;   /**< LOCKSTEP_MULTI_THREAD or ..._SINGLE_THREAD */
  uint32_t tick_source;   /**< LOCKSTEP_TICKS_FROM_... */
  uint32_t routes_only;   /**< 1: nothing moves but along routes */
  uint64_t journal_bytes; /**< 0: no journal */
  /** How many ids of operations are remembered; 0: what has one is refused with
   *  LOCKSTEP_IDS_OFF. See LedgerOptions::id_window. */
  uint32_t id_window;
  uint32_t reserved2;
  /** How often a thread of the ledger's own lets due holds expire; 0: there is
   *  none. See LedgerOptions::expire_every. */
  int64_t expire_every_ns;
} lockstep_ledger_options;

#define LOCKSTEP_LEDGER_OPTIONS_INIT                                 \
  {                                                                  \
    sizeof(lockstep_ledger_options), LOCKSTEP_MULTI_THREAD,          \
        LOCKSTEP_TICKS_FROM_HOST, 0, UINT64_C(67108864), 65536, 0, 0 \
  }

/** Sets `options` to what its ..._INIT macro does, for callers that cannot use
 *  macros; `struct_size` is the size of their structure.
 *  LOCKSTEP_INVALID_STRUCT_SIZE (nothing is written). */
LOCKSTEP_EXPORT lockstep_outcome lockstep_ledger_options_init(
    lockstep_ledger_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** Opens an empty ledger; `options` may be null. LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_TOO_MANY_HANDLES. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_ledger_open(const lockstep_ledger_options* options,
                     lockstep_ledger** ledger) LOCKSTEP_NOEXCEPT;

/** Opens a new ledger in the state that this one has now.
 * LOCKSTEP_OUT_OF_MEMORY, LOCKSTEP_TOO_MANY_SNAPSHOTS,
 * LOCKSTEP_TOO_MANY_HANDLES. Ledger::Clone. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_ledger_clone(
    lockstep_ledger* ledger, lockstep_ledger** clone) LOCKSTEP_NOEXCEPT;

/** Closes the handle. What was opened from it stays good, and keeps the ledger
 *  alive until it is closed as well. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_ledger_close(lockstep_ledger* ledger)
    LOCKSTEP_NOEXCEPT;

/* --- Assets and accounts ------------------------------------------------- */

/** The longest asset code, in bytes without the zero byte. */
#define LOCKSTEP_MAX_ASSET_CODE_BYTES 32
/** The longest key of an account. */
#define LOCKSTEP_MAX_KEY_BYTES 255
/** The longest label of an account. */
#define LOCKSTEP_MAX_LABEL_BYTES 255
/** The longest description of a transfer. */
#define LOCKSTEP_MAX_DESCRIPTION_BYTES 255

/** What an asset is made from. */
typedef struct lockstep_asset_options {
  uint32_t struct_size;
  int32_t scale;
  const char* code; /**< null or empty: LOCKSTEP_INVALID_ASSET_CODE */
  lockstep_amount supply_cap;
  uint32_t issuer_class; /**< of the issuer account; 0 to 65535 */
  uint32_t reserved;
} lockstep_asset_options;

#define LOCKSTEP_ASSET_OPTIONS_INIT \
  { sizeof(lockstep_asset_options), 0, NULL, {INT64_MAX, UINT64_MAX}, 0, 0 }

/** As lockstep_ledger_options_init. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_asset_options_init(
    lockstep_asset_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** An asset as it is. */
typedef struct lockstep_asset_info {
  uint32_t struct_size;
  lockstep_asset_id asset;
  lockstep_account_id issuer;
  int32_t scale;
  uint32_t code_size; /**< without the zero byte */
  char code[40];
} lockstep_asset_info;

#define LOCKSTEP_ASSET_INFO_INIT \
  { sizeof(lockstep_asset_info), 0, 0, 0, 0, "" }

/** What may be moved out of and into an account. */
enum {
  LOCKSTEP_STATUS_OPEN = 0,
  LOCKSTEP_STATUS_DEBITS_FROZEN = 1,
  LOCKSTEP_STATUS_CREDITS_FROZEN = 2,
  LOCKSTEP_STATUS_FROZEN = 3,
  LOCKSTEP_STATUS_CLOSED = 4 /**< and it holds nothing */
};

/** A status as one word ("debits_frozen"). Never null; good for ever. */
LOCKSTEP_EXPORT const char* lockstep_status_name(uint32_t status)
    LOCKSTEP_NOEXCEPT;

/** What an account is made from. */
typedef struct lockstep_account_options {
  uint32_t struct_size;
  lockstep_asset_id asset; /**< must be set */
  lockstep_amount floor;
  lockstep_amount ceiling;
  uint32_t status; /**< LOCKSTEP_STATUS_... */
  uint32_t purpose;
  uint64_t owner;
  const char* key;   /**< null for none */
  const char* label; /**< null for none */
  lockstep_bits128 key_bits;
  lockstep_bits128 user_data;
  uint32_t account_class; /**< for routes; 0 to 65535 */
  uint32_t reserved;
} lockstep_account_options;

#define LOCKSTEP_ACCOUNT_OPTIONS_INIT                                     \
  {                                                                       \
    sizeof(lockstep_account_options), 0, {0, 0}, {INT64_MAX, UINT64_MAX}, \
        LOCKSTEP_STATUS_OPEN, 0, 0, NULL, NULL, {0, 0}, {0, 0}, 0, 0      \
  }

/** As lockstep_ledger_options_init. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_options_init(
    lockstep_account_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** An account as it is. */
typedef struct lockstep_account_info {
  uint32_t struct_size;
  lockstep_asset_id asset;
  lockstep_account_id account;
  lockstep_amount balance;
  lockstep_amount held;
  lockstep_amount floor;
  lockstep_amount ceiling;
  uint32_t status;
  uint32_t purpose;
  uint64_t owner;
  uint64_t version; /**< the sequence of the last operation that posted to it */
  lockstep_bits128 key_bits;
  lockstep_bits128 user_data;
  uint32_t key_size;   /**< without the zero byte */
  uint32_t label_size; /**< the same */
  char key[256];
  char label[256];
  uint32_t account_class; /**< for routes */
  uint32_t reserved;
} lockstep_account_info;

#define LOCKSTEP_ACCOUNT_INFO_INIT                                             \
  {                                                                            \
    sizeof(lockstep_account_info), 0, 0, {0, 0}, {0, 0}, {0, 0}, {0, 0}, 0, 0, \
        0, 0, {0, 0}, {0, 0}, 0, 0, "", "", 0, 0                               \
  }

/** Makes an asset and its issuer account. Ledger::CreateAsset. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_asset_create(
    lockstep_ledger* ledger, const lockstep_asset_options* options,
    lockstep_asset_id* asset) LOCKSTEP_NOEXCEPT;
/** Ledger::FindAsset, GetAsset, Supply and asset_count. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_asset_find(lockstep_ledger* ledger, const char* code,
                    lockstep_asset_id* asset) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_asset_get(lockstep_ledger* ledger, lockstep_asset_id asset,
                   lockstep_asset_info* info) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_asset_supply(lockstep_ledger* ledger, lockstep_asset_id asset,
                      lockstep_amount* supply) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_asset_count(
    lockstep_ledger* ledger, uint32_t* count) LOCKSTEP_NOEXCEPT;

/** Makes an account with a balance of zero. Ledger::CreateAccount. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_create(
    lockstep_ledger* ledger, const lockstep_account_options* options,
    lockstep_account_id* account) LOCKSTEP_NOEXCEPT;
/** Ledger::FindAccount by key, by 128-bit key, and by owner. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_account_find(lockstep_ledger* ledger, const char* key,
                      lockstep_account_id* account) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_account_find_bits(lockstep_ledger* ledger, lockstep_bits128 key_bits,
                           lockstep_account_id* account) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_find_owned(
    lockstep_ledger* ledger, uint64_t owner, uint32_t purpose,
    lockstep_asset_id asset, lockstep_account_id* account) LOCKSTEP_NOEXCEPT;
/** Ledger::GetAccount, Balance and account_count. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_account_get(lockstep_ledger* ledger, lockstep_account_id account,
                     lockstep_account_info* info) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_account_balance(lockstep_ledger* ledger, lockstep_account_id account,
                         lockstep_amount* balance) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_count(
    lockstep_ledger* ledger, uint64_t* count) LOCKSTEP_NOEXCEPT;

/** How long to wait for accounts that others have locked. */
enum {
  LOCKSTEP_WAIT_FOREVER = 0, /**< as long as it takes */
  LOCKSTEP_WAIT_NEVER = 1,   /**< LOCKSTEP_BUSY at once */
  LOCKSTEP_WAIT_AT_MOST = 2  /**< `wait_ns` nanoseconds; below zero is zero */
};

/** Freezes, unfreezes, closes or reopens an account. Ledger::SetStatus. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_set_status(
    lockstep_ledger* ledger, lockstep_account_id account, uint32_t status,
    uint32_t wait, int64_t wait_ns) LOCKSTEP_NOEXCEPT;
/** Sets the lowest and the highest balance allowed. Ledger::SetLimits. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_account_set_limits(
    lockstep_ledger* ledger, lockstep_account_id account, lockstep_amount floor,
    lockstep_amount ceiling, uint32_t wait, int64_t wait_ns) LOCKSTEP_NOEXCEPT;
/** Sets how much of an asset may be in circulation at the most, as its options'
 *  `supply_cap` does from the beginning. Ledger::SetSupplyCap. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_asset_set_supply_cap(
    lockstep_ledger* ledger, lockstep_asset_id asset, lockstep_amount cap,
    uint32_t wait, int64_t wait_ns) LOCKSTEP_NOEXCEPT;

/* --- Routes -------------------------------------------------------------- */

/** Every class, in a route. */
#define LOCKSTEP_ANY_CLASS 65535
/** Every code, in a route. */
#define LOCKSTEP_ANY_CODE UINT32_MAX

/** Says that accounts of one class may pay accounts of another one by transfers
 *  with a code: see Route in <lockstep/route.h>. */
typedef struct lockstep_route {
  uint16_t payer_class;
  uint16_t payee_class;
  uint32_t code;
} lockstep_route;

/** Allow a route from now on, and forbid it again, in a ledger that was opened
 *  with `routes_only`. LOCKSTEP_ROUTES_OFF. Ledger::AllowRoute and ForbidRoute.
 */
LOCKSTEP_EXPORT lockstep_outcome lockstep_route_allow(
    lockstep_ledger* ledger, lockstep_route route) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_route_forbid(
    lockstep_ledger* ledger, lockstep_route route) LOCKSTEP_NOEXCEPT;
/** Writes the routes that are allowed, in order, as many as there is room for,
 *  and says in `count` how many there are. `routes` may be null if its capacity
 *  is 0. LOCKSTEP_ROUTES_OFF, LOCKSTEP_OUT_OF_MEMORY. Ledger::GetRoutes. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_route_list(lockstep_ledger* ledger, lockstep_route* routes,
                    uint64_t capacity, uint64_t* count) LOCKSTEP_NOEXCEPT;

/* --- Transfers ----------------------------------------------------------- */

/** The most legs that one transfer may have. */
#define LOCKSTEP_MAX_LEGS 64

/** One account's part in a transfer: a positive amount enters the account, a
 *  negative one leaves it. */
typedef struct lockstep_leg {
  lockstep_account_id account;
  lockstep_amount amount;
} lockstep_leg;

/** How an operation keeps others away from its accounts: see Mode in
 *  <lockstep/mode.h>. What it does, and when it is refused, is the same in each
 *  mode, and all may be used at once. */
enum {
  LOCKSTEP_MODE_LOCKED = 0,     /**< locks, looks, changes */
  LOCKSTEP_MODE_OPTIMISTIC = 1, /**< looks, locks what is still so, changes */
  LOCKSTEP_MODE_AUTO = 2        /**< one of the two, as experience says */
};

/** What an optimistic operation does after its last attempt met a conflict. */
enum {
  LOCKSTEP_THEN_LOCK = 0,  /**< the same in locked mode */
  LOCKSTEP_THEN_REFUSE = 1 /**< LOCKSTEP_CONFLICT */
};

/** The most attempts that `retry_attempts` may ask for. */
#define LOCKSTEP_MAX_RETRY_ATTEMPTS 10000

/** What a transfer carries besides its legs. What begins with `retry_` is of no
 *  account in locked mode: see RetryPolicy in <lockstep/mode.h>.
 *
 *  An `id` makes it safe to ask again: what has one that was posted before with
 *  the same content is not posted again, but gives the first receipt once more
 *  (`is_replay`). With other content the outcome is LOCKSTEP_ID_TAKEN. What is
 *  refused does not use its id up. See TransferOptions::id. */
typedef struct lockstep_transfer_options {
  uint32_t struct_size;
  uint32_t code;
  const char* description; /**< null for none */
  lockstep_bits128 user_data;
  uint32_t wait;               /**< LOCKSTEP_WAIT_... */
  uint32_t mode;               /**< LOCKSTEP_MODE_... */
  int64_t wait_ns;             /**< for LOCKSTEP_WAIT_AT_MOST */
  uint32_t retry_attempts;     /**< without locks; from 1 on */
  uint32_t retry_then;         /**< LOCKSTEP_THEN_... */
  int64_t retry_base_delay_ns; /**< doubled from attempt to attempt */
  int64_t retry_max_delay_ns;  /**< the most between two attempts */
  uint32_t dry_run;            /**< 1: only find out what would become of it */
  uint32_t reserved;
  lockstep_bits128 id; /**< zeros for none */
} lockstep_transfer_options;

#define LOCKSTEP_TRANSFER_OPTIONS_INIT                                         \
  {                                                                            \
    sizeof(lockstep_transfer_options), 0, NULL, {0, 0}, LOCKSTEP_WAIT_FOREVER, \
        LOCKSTEP_MODE_LOCKED, 0, 8, LOCKSTEP_THEN_LOCK, 100, 50000, 0, 0, {    \
      0, 0                                                                     \
    }                                                                          \
  }

/** As lockstep_ledger_options_init. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_transfer_options_init(
    lockstep_transfer_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** What an operation with an id consists of: what LOCKSTEP_ID_TAKEN can say is
 *  not as it was. */
enum {
  LOCKSTEP_ID_FIELD_NONE = 0,         /**< nothing differs */
  LOCKSTEP_ID_FIELD_OPERATION = 1,    /**< what is asked for (to post, ...) */
  LOCKSTEP_ID_FIELD_TRANSFERS = 2,    /**< how many are linked */
  LOCKSTEP_ID_FIELD_LEGS = 3,         /**< the legs */
  LOCKSTEP_ID_FIELD_FLOWS = 4,        /**< the flows */
  LOCKSTEP_ID_FIELD_CONDITIONS = 5,   /**< the conditions */
  LOCKSTEP_ID_FIELD_ACCOUNTS = 6,     /**< what a transaction declares */
  LOCKSTEP_ID_FIELD_DEADLINE = 7,     /**< the deadline of a hold */
  LOCKSTEP_ID_FIELD_HOLD = 8,         /**< which hold */
  LOCKSTEP_ID_FIELD_AMOUNTS = 9,      /**< how much of it */
  LOCKSTEP_ID_FIELD_CODE = 10,        /**< the code */
  LOCKSTEP_ID_FIELD_USER_DATA = 11,   /**< the user data */
  LOCKSTEP_ID_FIELD_DESCRIPTION = 12, /**< the description */
  LOCKSTEP_ID_FIELD_TRANSFER = 13     /**< which is reversed, despite what */
};

/** A field's name as one word or more ("user data"). Never null; good for ever.
 */
LOCKSTEP_EXPORT const char* lockstep_id_field_name(uint32_t field)
    LOCKSTEP_NOEXCEPT;

/** What a transfer did to one account. */
typedef struct lockstep_change {
  lockstep_account_id account;
  lockstep_amount before;
  lockstep_amount after;
} lockstep_change;

/** What `refused_leg` says when no single leg is to blame, `refused_flow` when
 *  no flow is, and so on. */
#define LOCKSTEP_NO_LEG UINT32_MAX

/** What became of a transfer. `struct_size`, `changes`, `flowed` and their
 *  capacities are the caller's. The rest is written whatever the outcome,
 *  unless the receipt itself is refused; `outcome` is what the call returns,
 *  of several transfers what became of this one. */
typedef struct lockstep_receipt {
  uint32_t struct_size;
  uint32_t change_capacity; /**< how many there is room for in `changes` */
  lockstep_change* changes; /**< by rising account; null for none */
  lockstep_outcome outcome;
  uint32_t attempts; /**< how many times it was tried: see Receipt */
  uint64_t sequence; /**< 0 if refused, or not posted */
  /** How many accounts changed; those beyond the capacity are not written. */
  uint32_t change_count;
  /* Why it was refused, as far as the outcome has to say it: see Refusal. */
  uint32_t refused_leg;
  lockstep_account_id refused_account;
  lockstep_asset_id refused_asset;
  uint32_t reason; /**< the host's own: LOCKSTEP_REFUSED_BY_FUNCTION */
  lockstep_amount available;
  lockstep_amount limit;
  lockstep_amount required;
  uint32_t refused_flow;
  uint32_t refused_condition;
  uint32_t refused_transfer;
  uint32_t is_dry_run; /**< 1: it would have been posted; nothing changed */
  /** How many flows it had; those beyond the capacity are not written. */
  uint32_t flow_count;
  uint32_t flow_capacity;  /**< how many there is room for in `flowed` */
  lockstep_amount* flowed; /**< what each of them moved; null for none */
  /** 1: it was posted before, with the same id; this is what its receipt said,
   *  but for `attempts`, which is 0, and nothing changed now. */
  uint32_t is_replay;
  /* LOCKSTEP_ID_TAKEN: the first of what is not as it was, as
   * LOCKSTEP_ID_FIELD_..., and the sequence of what has the id. */
  uint32_t id_field;
  uint64_t posted_as;
  /** Whom `refused_account` may not pay: LOCKSTEP_ROUTE_NOT_ALLOWED. */
  lockstep_account_id refused_payee;
} lockstep_receipt;

#define LOCKSTEP_RECEIPT_INIT                                                  \
  {                                                                            \
    sizeof(lockstep_receipt), 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, {0, 0}, \
        {0, 0}, 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0                             \
  }

/** Moves `amount` from one account to another. `options` and `receipt` may be
 *  null. LOCKSTEP_TOO_MANY_SESSIONS if all sessions are taken and the thread
 * has none yet. Ledger::Transfer. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_transfer(
    lockstep_ledger* ledger, lockstep_account_id from, lockstep_account_id to,
    lockstep_amount amount, const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Posts all the legs or none. `legs` may be null if there are none; `options`
 *  and `receipt` may be null. Ledger::Post. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_post(lockstep_ledger* ledger, const lockstep_leg* legs,
              uint64_t leg_count, const lockstep_transfer_options* options,
              lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Opens a session. LOCKSTEP_TOO_MANY_SESSIONS, LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_TOO_MANY_HANDLES. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_open(
    lockstep_ledger* ledger, lockstep_session** session) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_session_close(lockstep_session* session) LOCKSTEP_NOEXCEPT;

/** As lockstep_transfer and lockstep_post. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_transfer(
    lockstep_session* session, lockstep_account_id from, lockstep_account_id to,
    lockstep_amount amount, const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_post(
    lockstep_session* session, const lockstep_leg* legs, uint64_t leg_count,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** The receipt as a sentence with names and decimal amounts. `buffer` may be
 *  null if its size is 0, `text_size` may be null. LOCKSTEP_INVALID_OPTION (the
 *  receipt was never written to), LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_BUFFER_TOO_SMALL. Ledger::Explain. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_explain(
    lockstep_ledger* ledger, const lockstep_receipt* receipt, char* buffer,
    uint64_t buffer_size, uint64_t* text_size) LOCKSTEP_NOEXCEPT;

/* --- Transfers that ask for more ----------------------------------------- */

/** The most flows that one transfer may have. */
#define LOCKSTEP_MAX_FLOWS 32
/** The most accounts that the transfers of one lockstep_post_all may name: each
 *  leg and condition counts as one, each flow as two. */
#define LOCKSTEP_MAX_LINKED_LEGS 256

/** A movement of as much as there is: see Flow in <lockstep/request.h>. */
typedef struct lockstep_flow {
  lockstep_account_id from;
  lockstep_account_id to;
  lockstep_amount at_most;
  lockstep_amount at_least;
  uint32_t shares_limit; /**< 1: its limit is what the flow before left */
  uint32_t reserved;
} lockstep_flow;

/** As much as there is, however much. */
#define LOCKSTEP_FLOW_INIT \
  { 0, 0, {INT64_MAX, UINT64_MAX}, {0, 0}, 0, 0 }

/** What a condition looks at. */
enum {
  LOCKSTEP_REQUIRE_BALANCE_AT_LEAST = 0, /**< `amount` or more */
  LOCKSTEP_REQUIRE_BALANCE_AT_MOST = 1,  /**< `amount` or less */
  LOCKSTEP_REQUIRE_BALANCE_EQUALS = 2,   /**< `amount` */
  LOCKSTEP_REQUIRE_VERSION_EQUALS = 3,   /**< nothing since `version` */
  LOCKSTEP_REQUIRE_STATUS_EQUALS = 4     /**< `status` */
};

/** What must be true of an account for a transfer to be posted: see Condition
 *  in <lockstep/request.h>. What its kind does not look at does not count; a
 *  kind or a status that there is not is LOCKSTEP_INVALID_CONDITION. */
typedef struct lockstep_condition {
  lockstep_account_id account;
  uint32_t kind;   /**< LOCKSTEP_REQUIRE_... */
  uint32_t status; /**< LOCKSTEP_STATUS_... */
  lockstep_amount amount;
  uint64_t version;
} lockstep_condition;

/** A transfer with everything that one can ask for: see TransferRequest in
 *  <lockstep/request.h>. Each pointer may be null if there is nothing that it
 *  should point to; otherwise LOCKSTEP_NULL_POINTER, once the size is known to
 *  be right. */
typedef struct lockstep_transfer_request {
  uint32_t struct_size;
  uint32_t reserved;
  const lockstep_leg* legs;
  uint64_t leg_count; /**< how many `legs` there are */
  const lockstep_flow* flows;
  uint64_t flow_count; /**< how many `flows` there are */
  const lockstep_condition* conditions;
  uint64_t condition_count;                 /**< how many `conditions` */
  const lockstep_transfer_options* options; /**< null for the default ones */
} lockstep_transfer_request;

#define LOCKSTEP_TRANSFER_REQUEST_INIT \
  { sizeof(lockstep_transfer_request), 0, NULL, 0, NULL, 0, NULL, 0, NULL }

/** Posts a transfer that may have flows and conditions. `receipt` may be null.
 *  Ledger::Post. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_post_request(
    lockstep_ledger* ledger, const lockstep_transfer_request* request,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** How lockstep_post_all posts its transfers, and lockstep_reverse_all its own;
 *  what their own options say of waiting, mode, retries, dry runs and ids does
 *  not count. */
typedef struct lockstep_link_options {
  uint32_t struct_size;
  uint32_t wait;               /**< LOCKSTEP_WAIT_... */
  int64_t wait_ns;             /**< for LOCKSTEP_WAIT_AT_MOST */
  uint32_t mode;               /**< LOCKSTEP_MODE_... */
  uint32_t dry_run;            /**< 1: only find out what would become of it */
  uint32_t retry_attempts;     /**< without locks; from 1 on */
  uint32_t retry_then;         /**< LOCKSTEP_THEN_... */
  int64_t retry_base_delay_ns; /**< doubled from attempt to attempt */
  int64_t retry_max_delay_ns;  /**< the most between two attempts */
  lockstep_bits128 id;         /**< of all of them together; zeros for none */
} lockstep_link_options;

#define LOCKSTEP_LINK_OPTIONS_INIT                                    \
  {                                                                   \
    sizeof(lockstep_link_options), LOCKSTEP_WAIT_FOREVER, 0,          \
        LOCKSTEP_MODE_LOCKED, 0, 8, LOCKSTEP_THEN_LOCK, 100, 50000, { \
      0, 0                                                            \
    }                                                                 \
  }

/** As lockstep_ledger_options_init. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_link_options_init(
    lockstep_link_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** How lockstep_post_each goes through its transfers. */
typedef struct lockstep_each_options {
  uint32_t struct_size;
  uint32_t stop_at_refusal; /**< 1: what follows a refusal is not attempted */
} lockstep_each_options;

#define LOCKSTEP_EACH_OPTIONS_INIT \
  { sizeof(lockstep_each_options), 0 }

/** As lockstep_ledger_options_init. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_each_options_init(
    lockstep_each_options* options, uint32_t struct_size) LOCKSTEP_NOEXCEPT;

/** What `first_refused` says when no transfer was. */
#define LOCKSTEP_NONE_REFUSED UINT64_MAX

/** What became of several transfers. */
typedef struct lockstep_batch_result {
  uint32_t struct_size;
  lockstep_outcome outcome;
  uint64_t posted; /**< of replays none */
  uint64_t first_refused;
  uint32_t is_replay; /**< 1: all were posted before, with the same id */
  uint32_t reserved;
} lockstep_batch_result;

#define LOCKSTEP_BATCH_RESULT_INIT \
  { sizeof(lockstep_batch_result), 0, 0, 0, 0, 0 }

/** Posts `count` transfers, all of them or none. `requests` may be null if
 *  there are none, `options` and `result` may be null, and so may `receipts`,
 *  of which there are as many as requests. Receipts and result are written
 *  whatever the outcome, but those that are refused themselves.
 *
 *  Outcomes: what is wrong with the arguments, for all; then what is wrong with
 *  the structures of a request, the first such one, with which the others are
 *  linked; LOCKSTEP_OUT_OF_MEMORY for all; then those of Ledger::PostAll. No
 *  more requests are looked at than it takes to know that they are too many. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_post_all(
    lockstep_ledger* ledger, const lockstep_transfer_request* requests,
    uint64_t count, const lockstep_link_options* options,
    lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;

/** Posts `count` transfers, each by itself, in order, as lockstep_post_request
 *  does, but faster. `requests` may be null if there are none, `options` and
 *  `result` may be null, and so may `outcomes` and `receipts`, of which there
 *  are as many as requests. Outcomes, receipts and result are written whatever
 *  the outcome, but those that are refused themselves.
 *
 *  Outcomes: what is wrong with the arguments, for all, and then nothing is
 *  posted; LOCKSTEP_OUT_OF_MEMORY for all (with receipts only); then for each
 *  those of lockstep_post_request, and LOCKSTEP_NOT_ATTEMPTED. Returned is that
 *  of the first one that was refused. Ledger::PostEach. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_post_each(
    lockstep_ledger* ledger, const lockstep_transfer_request* requests,
    uint64_t count, const lockstep_each_options* options,
    lockstep_outcome* outcomes, lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;

/** As lockstep_post_request, lockstep_post_all and lockstep_post_each. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_post_request(
    lockstep_session* session, const lockstep_transfer_request* request,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_post_all(
    lockstep_session* session, const lockstep_transfer_request* requests,
    uint64_t count, const lockstep_link_options* options,
    lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_post_each(
    lockstep_session* session, const lockstep_transfer_request* requests,
    uint64_t count, const lockstep_each_options* options,
    lockstep_outcome* outcomes, lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;

/* --- Holds --------------------------------------------------------------- */

/** What has become of a hold. */
enum {
  LOCKSTEP_HOLD_STATUS_OPEN = 0,     /**< it holds what it holds */
  LOCKSTEP_HOLD_STATUS_CAPTURED = 1, /**< it was posted, in full or in part */
  LOCKSTEP_HOLD_STATUS_RELEASED = 2, /**< it was let go of */
  LOCKSTEP_HOLD_STATUS_EXPIRED = 3   /**< its deadline passed */
};

/** Of how many holds that are resolved a ledger can say at least what became of
 *  them: the last ones. */
#define LOCKSTEP_RESOLVED_HOLDS_KEPT 4096

/** Everything about a hold but its legs. */
typedef struct lockstep_hold_info {
  uint32_t struct_size;
  uint32_t status; /**< LOCKSTEP_HOLD_STATUS_... */
  lockstep_hold_id hold;
  uint64_t deadline;          /**< 0: it never expires */
  lockstep_bits128 user_data; /**< as it was placed with, and so is `code` */
  uint32_t code;
  uint32_t leg_count; /**< how many legs it has */
} lockstep_hold_info;

#define LOCKSTEP_HOLD_INFO_INIT \
  { sizeof(lockstep_hold_info), 0, 0, 0, {0, 0}, 0, 0 }

/** Reserves what the legs would move until it is captured, released, or due.
 *  Which hold it is says the receipt's `sequence`. `deadline` is a time of the
 *  ledger's; 0: it never expires. `legs` may be null if there are none;
 *  `options` and `receipt` may be null. Ledger::Hold. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_hold_place(
    lockstep_ledger* ledger, const lockstep_leg* legs, uint64_t leg_count,
    uint64_t deadline, const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Posts a hold, of each leg as much as `amounts` says, in the order of its
 *  legs and with their signs; the rest is released. All of it if there are no
 *  amounts, and then they may be null; otherwise there are as many as legs.
 *  `options` and `receipt` may be null. Ledger::Capture. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_hold_capture(lockstep_ledger* ledger, lockstep_hold_id hold,
                      const lockstep_amount* amounts, uint64_t amount_count,
                      const lockstep_transfer_options* options,
                      lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Lets go of a hold: what it held is available again. `options` and `receipt`
 *  may be null. Ledger::Release. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_hold_release(lockstep_ledger* ledger, lockstep_hold_id hold,
                      const lockstep_transfer_options* options,
                      lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Lets all holds expire that are due. lockstep_advance does so; a ledger with
 *  LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK needs to be told. Ledger::ExpireHolds. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_hold_expire_due(lockstep_ledger* ledger) LOCKSTEP_NOEXCEPT;

/** Everything about a hold: the first `capacity` of its legs, and the rest. A
 *  hold has LOCKSTEP_MAX_LEGS at the most; `legs` may be null if its capacity
 *  is 0. LOCKSTEP_UNKNOWN_HOLD, LOCKSTEP_OUT_OF_MEMORY. Ledger::GetHold. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_hold_get(
    lockstep_ledger* ledger, lockstep_hold_id hold, lockstep_hold_info* info,
    lockstep_leg* legs, uint64_t capacity) LOCKSTEP_NOEXCEPT;

/** As lockstep_hold_place, lockstep_hold_capture and lockstep_hold_release. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_hold_place(
    lockstep_session* session, const lockstep_leg* legs, uint64_t leg_count,
    uint64_t deadline, const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_hold_capture(
    lockstep_session* session, lockstep_hold_id hold,
    const lockstep_amount* amounts, uint64_t amount_count,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_session_hold_release(lockstep_session* session, lockstep_hold_id hold,
                              const lockstep_transfer_options* options,
                              lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/* --- Reversals ------------------------------------------------------------ */

/** What of an earlier transfer is to be taken back, and how: see Reversal in
 *  <lockstep/reversal.h>. Each pointer may be null if there is nothing that it
 *  should point to; otherwise LOCKSTEP_NULL_POINTER, once the size is known to
 *  be right. */
typedef struct lockstep_reversal {
  uint32_t struct_size;
  uint32_t despite_freeze; /**< 1: that accounts are frozen is no bar */
  uint64_t transfer;       /**< by the sequence of its receipt */
  /** How much of each leg, in their order and with their signs; none: all that
   *  is left of them. */
  const lockstep_amount* amounts;
  uint64_t amount_count; /**< how many `amounts` there are */
  /** Its legs, in case the journal has forgotten it: then they are believed. */
  const lockstep_leg* legs;
  uint64_t leg_count;                       /**< how many `legs` there are */
  const lockstep_transfer_options* options; /**< null for the default ones */
} lockstep_reversal;

#define LOCKSTEP_REVERSAL_INIT \
  { sizeof(lockstep_reversal), 0, 0, NULL, 0, NULL, 0, NULL }

/** Takes a posted transfer back, in full or in part: posts the opposite of its
 *  legs. Of each leg no more is ever taken back than it moved. `receipt` may be
 *  null. Ledger::Reverse. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_reverse(lockstep_ledger* ledger, const lockstep_reversal* reversal,
                 lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/** Takes `count` transfers back, all of them or none. `reversals` may be null
 *  if there are none, `options` and `result` may be null, and so may the
 *  `receipts`, of which there are as many as reversals. What is written, and
 *  the outcomes, are as for lockstep_post_all; at last come those of
 *  Ledger::ReverseAll. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_reverse_all(
    lockstep_ledger* ledger, const lockstep_reversal* reversals, uint64_t count,
    const lockstep_link_options* options, lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;

/** As lockstep_reverse and lockstep_reverse_all. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_reverse(
    lockstep_session* session, const lockstep_reversal* reversal,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_reverse_all(
    lockstep_session* session, const lockstep_reversal* reversals,
    uint64_t count, const lockstep_link_options* options,
    lockstep_receipt* receipts,
    lockstep_batch_result* result) LOCKSTEP_NOEXCEPT;

/* --- Several accounts at one moment -------------------------------------- */

/** What an account has at one moment. What is available is the balance less
 *  what is held. */
typedef struct lockstep_account_state {
  lockstep_account_id account;
  lockstep_asset_id asset;
  uint32_t status; /**< LOCKSTEP_STATUS_... */
  lockstep_amount balance;
  lockstep_amount held;
  lockstep_amount floor;
  lockstep_amount ceiling;
  uint64_t version; /**< the sequence of the last operation that posted to it */
} lockstep_account_state;

/** Reads `count` accounts, all of one moment, in the order in which they are
 *  named, into as many states. Both may be null if there are none.
 *  LOCKSTEP_UNKNOWN_ACCOUNT, LOCKSTEP_OUT_OF_MEMORY and
 *  LOCKSTEP_TOO_MANY_SNAPSHOTS (neither for LOCKSTEP_MAX_LEGS accounts or
 *  fewer). Ledger::Read. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_read(lockstep_ledger* ledger, const lockstep_account_id* accounts,
              uint64_t count, lockstep_account_state* states) LOCKSTEP_NOEXCEPT;

/** What a transaction function decides. It is good in the call that it was
 *  passed to, on its thread: everywhere else, and for ever after, it is refused
 *  with LOCKSTEP_INVALID_HANDLE, as it is never followed either. */
typedef struct lockstep_decision lockstep_decision;

/** Decides upon a look at the accounts that the transaction declared, `count`
 *  of them in that order, all of one moment. They and the decision are good
 *  until it returns. A decision to which nothing is added is refused with
 *  LOCKSTEP_NO_LEGS. */
typedef void (*lockstep_transaction)(void* context,
                                     const lockstep_account_state* accounts,
                                     uint64_t count,
                                     lockstep_decision* decision);

/** Adds one leg, or two: see Decision::Add and Move. LOCKSTEP_INVALID_HANDLE;
 *  then what is wrong with what was added so far, the first of it, which
 *  becomes the transaction's outcome whether anybody looks or not. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_decision_add(lockstep_decision* decision, lockstep_account_id account,
                      lockstep_amount amount) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_decision_move(
    lockstep_decision* decision, lockstep_account_id from,
    lockstep_account_id to, lockstep_amount amount) LOCKSTEP_NOEXCEPT;
/** To post nothing, whatever is added: LOCKSTEP_REFUSED_BY_FUNCTION, with a
 *  reason of the host's own, for the receipt. LOCKSTEP_INVALID_HANDLE. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_decision_refuse(
    lockstep_decision* decision, uint32_t reason) LOCKSTEP_NOEXCEPT;

/** Posts what `function` decides upon a look at `count` accounts. In locked
 * mode it is called once, under their locks; in optimistic mode without locks,
 * and once more after each conflict, so it should do nothing but decide. It
 * must not move to another thread. `accounts` may be null if there are none,
 *  `context`, `options` and `receipt` may be null. Ledger::Transact. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_transact(lockstep_ledger* ledger, const lockstep_account_id* accounts,
                  uint64_t count, lockstep_transaction function, void* context,
                  const lockstep_transfer_options* options,
                  lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;
/** As lockstep_transact. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_session_transact(
    lockstep_session* session, const lockstep_account_id* accounts,
    uint64_t count, lockstep_transaction function, void* context,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) LOCKSTEP_NOEXCEPT;

/* --- Time ---------------------------------------------------------------- */

/** Ledger::Advance, which lets the holds expire that are due, and now. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_advance(lockstep_ledger* ledger, uint64_t tick) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_now(lockstep_ledger* ledger,
                                              uint64_t* tick) LOCKSTEP_NOEXCEPT;

/* --- Looking back -------------------------------------------------------- */

/** What a row of the journal tells of. */
enum {
  LOCKSTEP_ENTRY_TRANSFER = 0, /**< one leg of a transfer */
  LOCKSTEP_ENTRY_STATUS = 1,   /**< the account got another status */
  LOCKSTEP_ENTRY_LIMITS = 2,   /**< the account got other limits */
  LOCKSTEP_ENTRY_HOLD = 3,     /**< one leg of a hold that was placed */
  LOCKSTEP_ENTRY_CAPTURE = 4,  /**< one leg of a hold that was captured */
  LOCKSTEP_ENTRY_RELEASE = 5,  /**< one leg of a hold that was released */
  LOCKSTEP_ENTRY_EXPIRY = 6,   /**< one leg of a hold that expired */
  LOCKSTEP_ENTRY_REVERSAL = 7, /**< one leg of what takes a transfer back */
  LOCKSTEP_ENTRY_ROUTE = 8     /**< a route was allowed or forbidden */
};

/** One row of the journal: one leg of one posted transfer, or what else was
 *  posted to an account or to the routes. Who was compiled with the first
 *  version's gets the latter, too: a capture or a reversal as if it were a
 *  transfer, the rest as rows whose amount is zero, which no transfer's is. */
typedef struct lockstep_entry {
  uint32_t struct_size;
  uint32_t leg; /**< which one of its transfer, from 0 */
  uint64_t sequence;
  uint64_t tick;
  lockstep_account_id account;
  lockstep_account_id counterpart; /**< 0 unless there are two accounts */
  lockstep_amount amount;
  lockstep_amount balance_after;
  lockstep_bits128 user_data;
  lockstep_asset_id asset;
  uint32_t code;
  uint32_t description_size; /**< without the zero byte */
  uint32_t is_allowed;       /**< ..._ROUTE: 1, or 0 from then on */
  char description[256];
  uint32_t kind; /**< LOCKSTEP_ENTRY_... */
  /** ..._STATUS and ..._LIMITS: what the account has from then on, as
   *  LOCKSTEP_STATUS_..., and its limits. In other rows, zeros. */
  uint32_t status;
  lockstep_amount floor;
  lockstep_amount ceiling;
  /** ..._HOLD to ..._EXPIRY: which hold, and by how much more, or less, the
   *  account has held from then on. In other rows, zeros. */
  lockstep_hold_id hold;
  lockstep_amount held;
  lockstep_bits128 id; /**< what it was posted with; zeros: none */
  /** ..._REVERSAL: the sequence of what it takes back. In other rows, 0. */
  uint64_t reverses;
  /** ..._ROUTE: which one. Such a row is of no account and no asset. In other
   *  rows, zeros. */
  lockstep_route route;
} lockstep_entry;

#define LOCKSTEP_ENTRY_INIT                                                    \
  {                                                                            \
    sizeof(lockstep_entry), 0, 0, 0, 0, 0, {0, 0}, {0, 0}, {0, 0}, 0, 0, 0, 0, \
        "", 0, 0, {0, 0}, {0, 0}, 0, {0, 0}, {0, 0}, 0, {                      \
      0, 0, 0                                                                  \
    }                                                                          \
  }

/** Reads an account's rows, newest first: those before the sequence `before`
 *  (0: from the newest on), as many whole transfers as fit into `capacity`
 *  entries, which must be LOCKSTEP_MAX_LEGS or more. To page, pass the last
 *  row's sequence, until `count`, how many were written, is 0. `truncated` (may
 *  be null): 1 if there is nothing more to page to because older rows may have
 *  been dropped. Ledger::GetHistory. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_history(lockstep_ledger* ledger, lockstep_account_id account,
                 uint64_t before, lockstep_entry* entries, uint64_t capacity,
                 uint64_t* count, int32_t* truncated) LOCKSTEP_NOEXCEPT;

/** Opens a cursor over all rows. LOCKSTEP_JOURNAL_OFF, LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_TOO_MANY_HANDLES. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_journal_open(
    lockstep_ledger* ledger, lockstep_journal** journal) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome
lockstep_journal_close(lockstep_journal* journal) LOCKSTEP_NOEXCEPT;

/** Reads the next rows: as many whole transfers as fit into `capacity` entries,
 *  which must be LOCKSTEP_MAX_LEGS or more. `count`: how many were written; 0:
 *  nothing new. `missed_transfers` (may be null): how many were dropped before
 *  the cursor came to them. JournalCursor::Read. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_journal_read(
    lockstep_journal* journal, lockstep_entry* entries, uint64_t capacity,
    uint64_t* count, uint64_t* missed_transfers) LOCKSTEP_NOEXCEPT;

/** Rules that an audit finds broken. */
enum {
  LOCKSTEP_RULE_ASSET_SUMS_TO_ZERO = 0,
  LOCKSTEP_RULE_BALANCE_NOT_BELOW_FLOOR = 1,
  LOCKSTEP_RULE_BALANCE_NOT_ABOVE_CEILING = 2,
  LOCKSTEP_RULE_CLOSED_ACCOUNT_IS_EMPTY = 3,
  LOCKSTEP_RULE_ROWS_CHAIN_UP = 4,
  LOCKSTEP_RULE_ROWS_END_AT_BALANCE = 5,
  LOCKSTEP_RULE_HELD_IS_OF_HOLDS = 6
};

/** A rule as a sentence without a full stop. Never null; good for ever. */
LOCKSTEP_EXPORT const char* lockstep_audit_rule_text(uint32_t rule)
    LOCKSTEP_NOEXCEPT;

/** Where a rule was found broken. */
typedef struct lockstep_audit_fault {
  uint32_t struct_size;
  uint32_t rule; /**< LOCKSTEP_RULE_... */
  lockstep_account_id account;
  lockstep_asset_id asset;
  uint32_t reserved;
  uint64_t sequence;
  lockstep_amount expected;
  lockstep_amount found;
} lockstep_audit_fault;

#define LOCKSTEP_AUDIT_FAULT_INIT                                 \
  {                                                               \
    sizeof(lockstep_audit_fault), 0, 0, 0, 0, 0, {0, 0}, { 0, 0 } \
  }

/** What an audit looked at and found. */
typedef struct lockstep_audit_report {
  uint32_t struct_size;
  uint32_t ok; /**< 1: no rule is broken */
  uint64_t accounts;
  uint64_t rows;
  uint64_t fault_count; /**< all of them; 100 at most are written */
  uint32_t assets;
  uint32_t reserved;
} lockstep_audit_report;

#define LOCKSTEP_AUDIT_REPORT_INIT \
  { sizeof(lockstep_audit_report), 0, 0, 0, 0, 0, 0 }

/** Checks the books. LOCKSTEP_OK says that they were checked; `report->ok`,
 * that they hold. `faults` may be null if its capacity is 0. Ledger::Audit. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_audit(
    lockstep_ledger* ledger, lockstep_audit_report* report,
    lockstep_audit_fault* faults, uint64_t capacity) LOCKSTEP_NOEXCEPT;

/** Ledger::Digest. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_digest(
    lockstep_ledger* ledger, lockstep_bits128* digest) LOCKSTEP_NOEXCEPT;

/* --- Snapshots ----------------------------------------------------------- */

/** Takes a snapshot of the ledger as it is now. LOCKSTEP_OUT_OF_MEMORY,
 *  LOCKSTEP_TOO_MANY_SNAPSHOTS, LOCKSTEP_TOO_MANY_HANDLES.
 *  Ledger::TakeSnapshot. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_take(
    lockstep_ledger* ledger, lockstep_snapshot** snapshot) LOCKSTEP_NOEXCEPT;
/** Closes it. While it is open it keeps its ledger alive, and what accounts had
 *  that were changed since. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_snapshot_close(lockstep_snapshot* snapshot) LOCKSTEP_NOEXCEPT;

/** Snapshot::account_count, asset_count and tick. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_account_count(
    lockstep_snapshot* snapshot, uint64_t* count) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_asset_count(
    lockstep_snapshot* snapshot, uint32_t* count) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_tick(
    lockstep_snapshot* snapshot, uint64_t* tick) LOCKSTEP_NOEXCEPT;

/** An account as it was, or its balance alone. LOCKSTEP_UNKNOWN_ACCOUNT.
 *  Snapshot::Get and Balance. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_snapshot_get(lockstep_snapshot* snapshot, lockstep_account_id account,
                      lockstep_account_state* state) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_balance(
    lockstep_snapshot* snapshot, lockstep_account_id account,
    lockstep_amount* balance) LOCKSTEP_NOEXCEPT;

/** Looks at an account, which is good until it returns. 0: go on; anything
 *  else: that was enough. */
typedef int32_t (*lockstep_account_visitor)(
    void* context, const lockstep_account_state* account);

/** Calls `visit` with each account, by rising id. No lock is held meanwhile, so
 *  it may use the ledger, and the snapshot. `context` may be null.
 *  Snapshot::ForEach. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_foreach(
    lockstep_snapshot* snapshot, lockstep_account_visitor visit,
    void* context) LOCKSTEP_NOEXCEPT;

/** An asset's accounts together: see AssetTotal in <lockstep/snapshot.h>. */
typedef struct lockstep_asset_total {
  uint32_t struct_size;
  lockstep_asset_id asset;
  uint64_t accounts;
  lockstep_amount supply;
  lockstep_amount held;
  lockstep_amount balances;
} lockstep_asset_total;

#define LOCKSTEP_ASSET_TOTAL_INIT                                \
  {                                                              \
    sizeof(lockstep_asset_total), 0, 0, {0, 0}, {0, 0}, { 0, 0 } \
  }

/** Writes the totals of all assets, by rising id: as many as
 *  lockstep_snapshot_asset_count says. `totals` may be null if its capacity is
 *  0. LOCKSTEP_BUFFER_TOO_SMALL (there are more assets than that),
 *  LOCKSTEP_OUT_OF_MEMORY. Snapshot::Totals. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_totals(
    lockstep_snapshot* snapshot, lockstep_asset_total* totals,
    uint64_t capacity) LOCKSTEP_NOEXCEPT;

/** Writes the `capacity` accounts with the highest balances of an asset, the
 *  highest first; `count`: how many there were. `states` may be null if its
 *  capacity is 0. LOCKSTEP_UNKNOWN_ASSET, LOCKSTEP_OUT_OF_MEMORY.
 *  Snapshot::Top. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_snapshot_top(lockstep_snapshot* snapshot, lockstep_asset_id asset,
                      lockstep_account_state* states, uint64_t capacity,
                      uint64_t* count) LOCKSTEP_NOEXCEPT;

/** The accounts whose balances lie between two bounds. */
typedef struct lockstep_balance_bucket {
  uint64_t accounts;
  lockstep_amount balances;
} lockstep_balance_bucket;

/** Writes how an asset's balances are spread between rising bounds, into
 *  `bound_count` + 1 buckets. `bounds` may be null if there are none.
 *  LOCKSTEP_UNKNOWN_ASSET, LOCKSTEP_INVALID_OPTION (they do not rise),
 *  LOCKSTEP_OUT_OF_MEMORY. Snapshot::Histogram. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_histogram(
    lockstep_snapshot* snapshot, lockstep_asset_id asset,
    const lockstep_amount* bounds, uint64_t bound_count,
    lockstep_balance_bucket* buckets) LOCKSTEP_NOEXCEPT;

/** As lockstep_audit and lockstep_digest, of the snapshot's moment. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_audit(
    lockstep_snapshot* snapshot, lockstep_audit_report* report,
    lockstep_audit_fault* faults, uint64_t capacity) LOCKSTEP_NOEXCEPT;
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_digest(
    lockstep_snapshot* snapshot, lockstep_bits128* digest) LOCKSTEP_NOEXCEPT;

/** Opens a new ledger in the state of the snapshot. `options` may be null: then
 *  it is opened as the original was. If they do not say `routes_only`
 * everything is allowed there. LOCKSTEP_OUT_OF_MEMORY,
 * LOCKSTEP_TOO_MANY_HANDLES. Snapshot::Clone. */
LOCKSTEP_EXPORT lockstep_outcome lockstep_snapshot_clone(
    lockstep_snapshot* snapshot, const lockstep_ledger_options* options,
    lockstep_ledger** clone) LOCKSTEP_NOEXCEPT;

/* --- Statistics ---------------------------------------------------------- */

/** What happened since the ledger was opened. */
typedef struct lockstep_stats {
  uint32_t struct_size;
  uint32_t outcome_count; /**< how many outcomes this version has */
  uint64_t posted;
  uint64_t refused;
  uint64_t retries;
  uint64_t waits;
  uint64_t replays; /**< counted nowhere else: see Stats */
} lockstep_stats;

#define LOCKSTEP_STATS_INIT \
  { sizeof(lockstep_stats), 0, 0, 0, 0, 0, 0 }

/** Ledger::GetStats. Into `outcomes`, which may be null if its capacity is 0,
 *  goes how many transfers ended with each outcome, by its number, as many as
 *  there are and it has room for. */
LOCKSTEP_EXPORT lockstep_outcome
lockstep_get_stats(lockstep_ledger* ledger, lockstep_stats* stats,
                   uint64_t* outcomes, uint64_t capacity) LOCKSTEP_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* LOCKSTEP_C_H_ */
