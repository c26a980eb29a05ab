"""The C interface from another language: Python's ctypes, nothing installed.

    ctypes_test.py LIBRARY

Runs from several threads, and checks what C hosts check, with structures that
are declared here anew.
"""

import ctypes as c
import sys
import threading

OK, INSIDE_TRANSACTION, CONFLICT, INSUFFICIENT_FUNDS = 0, 3, 15, 19
INVALID_HANDLE, REFUSED_BY_FUNCTION = 41, 46
CONDITION_NOT_MET, LINKED_REFUSED, NOT_ATTEMPTED = 53, 56, 57
OUTSIDE_LIMITS = 58
HOLD_CAPTURED, HOLD_EXPIRED, INVALID_CAPTURE = 61, 63, 64
ID_TAKEN, IDS_OFF = 66, 67
ALREADY_REVERSED, REVERSAL_TOO_LARGE = 71, 72
ID_FIELD_LEGS, ID_FIELD_DESCRIPTION = 3, 12
HOLD_STATUS_OPEN, HOLD_STATUS_CAPTURED, HOLD_STATUS_EXPIRED = 0, 1, 3
ENTRY_TRANSFER, ENTRY_STATUS, ENTRY_LIMITS = 0, 1, 2
ENTRY_HOLD, ENTRY_CAPTURE, ENTRY_EXPIRY, ENTRY_REVERSAL = 3, 4, 6, 7
STATUS_OPEN, STATUS_FROZEN = 0, 3
REQUIRE_BALANCE_AT_LEAST, NO_LEG, NONE_REFUSED = 0, 2**32 - 1, 2**64 - 1
LOCKED, OPTIMISTIC, AUTO = 0, 1, 2
THEN_LOCK, THEN_REFUSE = 0, 1


class Amount(c.Structure):
    _fields_ = [("high", c.c_int64), ("low", c.c_uint64)]

    @classmethod
    def of(cls, number):
        return cls(number >> 64, number & (2**64 - 1))

    def __int__(self):
        return self.high * 2**64 + self.low


class Bits128(c.Structure):
    _fields_ = [("high", c.c_uint64), ("low", c.c_uint64)]


class LedgerOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("concurrency", c.c_uint32),
                ("tick_source", c.c_uint32), ("reserved", c.c_uint32),
                ("journal_bytes", c.c_uint64), ("id_window", c.c_uint32),
                ("reserved2", c.c_uint32), ("expire_every_ns", c.c_int64)]


class AssetOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("scale", c.c_int32),
                ("code", c.c_char_p), ("supply_cap", Amount)]


class AssetInfo(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("asset", c.c_uint32),
                ("issuer", c.c_uint64), ("scale", c.c_int32),
                ("code_size", c.c_uint32), ("code", c.c_char * 40)]


class AccountOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("asset", c.c_uint32),
                ("floor", Amount), ("ceiling", Amount),
                ("status", c.c_uint32), ("purpose", c.c_uint32),
                ("owner", c.c_uint64), ("key", c.c_char_p),
                ("label", c.c_char_p), ("key_bits", Bits128),
                ("user_data", Bits128)]


class Leg(c.Structure):
    _fields_ = [("account", c.c_uint64), ("amount", Amount)]


class TransferOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("code", c.c_uint32),
                ("description", c.c_char_p), ("user_data", Bits128),
                ("wait", c.c_uint32), ("mode", c.c_uint32),
                ("wait_ns", c.c_int64), ("retry_attempts", c.c_uint32),
                ("retry_then", c.c_uint32),
                ("retry_base_delay_ns", c.c_int64),
                ("retry_max_delay_ns", c.c_int64), ("dry_run", c.c_uint32),
                ("reserved", c.c_uint32), ("id", Bits128)]


class Flow(c.Structure):
    _fields_ = [("from_", c.c_uint64), ("to", c.c_uint64),
                ("at_most", Amount), ("at_least", Amount),
                ("shares_limit", c.c_uint32), ("reserved", c.c_uint32)]


class Condition(c.Structure):
    _fields_ = [("account", c.c_uint64), ("kind", c.c_uint32),
                ("status", c.c_uint32), ("amount", Amount),
                ("version", c.c_uint64)]


class TransferRequest(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("reserved", c.c_uint32),
                ("legs", c.POINTER(Leg)), ("leg_count", c.c_uint64),
                ("flows", c.POINTER(Flow)), ("flow_count", c.c_uint64),
                ("conditions", c.POINTER(Condition)),
                ("condition_count", c.c_uint64),
                ("options", c.POINTER(TransferOptions))]


class LinkOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("wait", c.c_uint32),
                ("wait_ns", c.c_int64), ("mode", c.c_uint32),
                ("dry_run", c.c_uint32), ("retry_attempts", c.c_uint32),
                ("retry_then", c.c_uint32),
                ("retry_base_delay_ns", c.c_int64),
                ("retry_max_delay_ns", c.c_int64), ("id", Bits128)]


class EachOptions(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("stop_at_refusal", c.c_uint32)]


class BatchResult(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("outcome", c.c_int32),
                ("posted", c.c_uint64), ("first_refused", c.c_uint64),
                ("is_replay", c.c_uint32), ("reserved", c.c_uint32)]


class Receipt(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("change_capacity", c.c_uint32),
                ("changes", c.c_void_p), ("outcome", c.c_int32),
                ("attempts", c.c_uint32), ("sequence", c.c_uint64),
                ("change_count", c.c_uint32), ("refused_leg", c.c_uint32),
                ("refused_account", c.c_uint64), ("refused_asset", c.c_uint32),
                ("reason", c.c_uint32), ("available", Amount),
                ("limit", Amount), ("required", Amount),
                ("refused_flow", c.c_uint32),
                ("refused_condition", c.c_uint32),
                ("refused_transfer", c.c_uint32), ("is_dry_run", c.c_uint32),
                ("flow_count", c.c_uint32), ("flow_capacity", c.c_uint32),
                ("flowed", c.POINTER(Amount)), ("is_replay", c.c_uint32),
                ("id_field", c.c_uint32), ("posted_as", c.c_uint64)]


class Entry(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("leg", c.c_uint32),
                ("sequence", c.c_uint64), ("tick", c.c_uint64),
                ("account", c.c_uint64), ("counterpart", c.c_uint64),
                ("amount", Amount), ("balance_after", Amount),
                ("user_data", Bits128), ("asset", c.c_uint32),
                ("code", c.c_uint32), ("description_size", c.c_uint32),
                ("reserved", c.c_uint32), ("description", c.c_char * 256),
                ("kind", c.c_uint32), ("status", c.c_uint32),
                ("floor", Amount), ("ceiling", Amount),
                ("hold", c.c_uint64), ("held", Amount), ("id", Bits128),
                ("reverses", c.c_uint64)]


class HoldInfo(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("status", c.c_uint32),
                ("hold", c.c_uint64), ("deadline", c.c_uint64),
                ("user_data", Bits128), ("code", c.c_uint32),
                ("leg_count", c.c_uint32)]


class Reversal(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("despite_freeze", c.c_uint32),
                ("transfer", c.c_uint64), ("amounts", c.POINTER(Amount)),
                ("amount_count", c.c_uint64), ("legs", c.POINTER(Leg)),
                ("leg_count", c.c_uint64),
                ("options", c.POINTER(TransferOptions))]


class Stats(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("outcome_count", c.c_uint32),
                ("posted", c.c_uint64), ("refused", c.c_uint64),
                ("retries", c.c_uint64), ("waits", c.c_uint64),
                ("replays", c.c_uint64)]


class AuditReport(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("ok", c.c_uint32),
                ("accounts", c.c_uint64), ("rows", c.c_uint64),
                ("fault_count", c.c_uint64), ("assets", c.c_uint32),
                ("reserved", c.c_uint32)]


class AccountState(c.Structure):
    _fields_ = [("account", c.c_uint64), ("asset", c.c_uint32),
                ("status", c.c_uint32), ("balance", Amount),
                ("held", Amount), ("floor", Amount), ("ceiling", Amount),
                ("version", c.c_uint64)]


class AssetTotal(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("asset", c.c_uint32),
                ("accounts", c.c_uint64), ("supply", Amount),
                ("held", Amount), ("balances", Amount)]


# What ctypes cannot see in a handle that is passed on: its width.
Transaction = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(AccountState),
                          c.c_uint64, c.c_void_p)
Visitor = c.CFUNCTYPE(c.c_int32, c.c_void_p, c.POINTER(AccountState))


def sized(structure):
    return structure(struct_size=c.sizeof(structure))


class Refused(Exception):
    pass


class Library:
    """Functions by name; each outcome but OK is raised."""

    def __init__(self, path):
        self.library = c.CDLL(path)
        name = self.library.lockstep_outcome_name
        name.restype = c.c_char_p
        self.name = lambda outcome: name(outcome).decode()

    def __getattr__(self, name):
        function = getattr(self.library, "lockstep_" + name)

        def call(*arguments):
            outcome = function(*arguments)
            if outcome != OK:
                raise Refused(outcome, self.name(outcome))
        return call


def expect_refused(outcome, function, *arguments):
    try:
        function(*arguments)
    except Refused as refused:
        assert refused.args[0] == outcome, refused
        return
    raise AssertionError("not refused")


def ledger_with_gold(lib, options=None):
    ledger = c.c_void_p()
    lib.ledger_open(options and c.byref(options), c.byref(ledger))
    gold = AssetOptions()
    lib.asset_options_init(c.byref(gold), c.sizeof(gold))
    assert int(gold.supply_cap) == 2**127 - 1
    gold.code, gold.scale = b"GOLD", 2
    asset = c.c_uint32()
    lib.asset_create(ledger, c.byref(gold), c.byref(asset))
    info = sized(AssetInfo)
    lib.asset_get(ledger, asset, c.byref(info))
    assert info.code == b"GOLD"
    return ledger, asset, c.c_uint64(info.issuer)


def new_account(lib, ledger, asset, key):
    options = AccountOptions()
    lib.account_options_init(c.byref(options), c.sizeof(options))
    options.asset, options.key = asset.value, key.encode()
    account = c.c_uint64()
    lib.account_create(ledger, c.byref(options), c.byref(account))
    return account


def balance_of(lib, ledger, account):
    balance = Amount()
    lib.account_balance(ledger, account, c.byref(balance))
    return int(balance)


def test_amounts_have_all_their_bits(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    huge = 2**126 + 12345
    lib.transfer(ledger, mint, alice, Amount.of(huge), None, None)
    assert balance_of(lib, ledger, alice) == huge
    assert balance_of(lib, ledger, mint) == -huge
    text = c.create_string_buffer(44)
    lib.amount_format(Amount.of(-huge), 2, text, c.c_uint64(44), None)
    assert text.value == b"-850705917302346158658436518579420652.09", text.value
    lib.ledger_close(ledger)


def test_a_refusal_says_why(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    receipt = sized(Receipt)
    expect_refused(INSUFFICIENT_FUNDS, lib.transfer, ledger, alice, mint,
                   Amount.of(150), None, c.byref(receipt))
    assert int(receipt.required) == 150 and int(receipt.available) == 0
    text = c.create_string_buffer(200)
    lib.explain(ledger, c.byref(receipt), text, c.c_uint64(200), None)
    assert text.value == (b"insufficient funds: account 2 (alice) has 0.00 "
                          b"GOLD, needs 1.50"), text.value
    lib.ledger_close(ledger)


def test_bad_handles_are_refused(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    lib.ledger_close(ledger)
    for handle in (None, ledger, c.c_void_p(12345), c.c_void_p(2**64 - 1)):
        expect_refused(INVALID_HANDLE, lib.ledger_close, handle)
        expect_refused(INVALID_HANDLE, lib.transfer, handle, mint, mint,
                       Amount.of(1), None, None)


def test_threads_with_sessions_conserve(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    accounts = [new_account(lib, ledger, asset, "a%d" % i) for i in range(4)]
    for account in accounts:
        lib.transfer(ledger, mint, account, Amount.of(1000), None, None)
    together = threading.Barrier(4)
    failures = []

    def work(number):
        try:
            session = c.c_void_p()
            lib.session_open(ledger, c.byref(session))
            options = TransferOptions()
            lib.transfer_options_init(c.byref(options), c.sizeof(options))
            options.description = b"from a thread"
            together.wait()
            for i in range(500):
                a, b, d = (accounts[(number + i + k) % 4] for k in range(3))
                legs = (Leg * 3)((a, Amount.of(-2)), (b, Amount.of(1)),
                                 (d, Amount.of(1)))
                lib.session_post(session, legs, c.c_uint64(3),
                                 c.byref(options), None)
            lib.session_close(session)
        except Exception as failure:  # shown by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert sum(balance_of(lib, ledger, a) for a in accounts) == 4000

    journal, seen, count = c.c_void_p(), 0, c.c_uint64()
    lib.journal_open(ledger, c.byref(journal))
    rows = (Entry * 1000)()
    rows[0].struct_size = c.sizeof(Entry)
    while True:
        lib.journal_read(journal, rows, c.c_uint64(1000), c.byref(count), None)
        if count.value == 0:
            break
        seen += count.value
    assert seen == 4 * 2 + 4 * 500 * 3, seen
    assert rows[0].description == b"from a thread"
    lib.journal_close(journal)

    report = sized(AuditReport)
    lib.audit(ledger, c.byref(report), None, c.c_uint64(0))
    assert report.ok == 1 and report.rows == seen
    lib.ledger_close(ledger)


def options_of(lib, mode):
    options = TransferOptions()
    lib.transfer_options_init(c.byref(options), c.sizeof(options))
    assert options.mode == LOCKED and options.retry_attempts == 8
    options.mode = mode
    return options


def transact(lib, ledger, accounts, decide, options, receipt=None):
    """Calls decide(states, decision); shows what it raises."""
    raised = []

    @Transaction
    def function(_, states, count, decision):
        try:
            decide(states[:count], c.c_void_p(decision))
        except Exception as failure:  # nothing may pass through the library
            raised.append(failure)

    ids = (c.c_uint64 * len(accounts))(*(a.value for a in accounts))
    try:
        lib.transact(ledger, ids, c.c_uint64(len(accounts)), function, None,
                     c.byref(options), receipt and c.byref(receipt))
    finally:
        if raised:
            raise raised[0]


def test_transactions_decide_in_python(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    bob = new_account(lib, ledger, asset, "bob")
    huge = 2**100 + 7
    lib.transfer(ledger, mint, alice, Amount.of(huge), None, None)
    kept = []

    def share(states, decision):
        half = int(states[0].balance) // 2
        assert [s.account for s in states] == [alice.value, bob.value]
        expect_refused(INSIDE_TRANSACTION, lib.account_balance, ledger, alice,
                       c.byref(Amount()))
        expect_refused(INSIDE_TRANSACTION, lib.ledger_close, ledger)
        lib.decision_move(decision, alice, bob, Amount.of(half))
        kept.append(decision)

    def refuse(states, decision):
        lib.decision_refuse(decision, 12)

    left = huge
    for mode in (LOCKED, OPTIMISTIC, AUTO):
        options, receipt = options_of(lib, mode), sized(Receipt)
        transact(lib, ledger, [alice, bob], share, options, receipt)
        left -= left // 2
        assert balance_of(lib, ledger, alice) == left
        assert receipt.attempts == 1 and receipt.change_count == 2
        expect_refused(INVALID_HANDLE, lib.decision_move, kept[-1], alice, bob,
                       Amount.of(1))
        expect_refused(REFUSED_BY_FUNCTION, transact, lib, ledger,
                       [alice, bob], refuse, options, receipt)
        assert receipt.reason == 12
    assert balance_of(lib, ledger, bob) == huge - left
    lib.ledger_close(ledger)


def test_a_conflict_ends_as_the_policy_says(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    options, receipt = options_of(lib, OPTIMISTIC), sized(Receipt)
    options.retry_attempts, options.retry_then = 3, THEN_REFUSE

    def pay():
        lib.transfer(ledger, mint, alice, Amount.of(1), None, None)

    def think(states, decision):
        # Another thread comes in between each look and what it leads to.
        other = threading.Thread(target=pay)
        other.start()
        other.join()
        lib.decision_move(decision, mint, alice, Amount.of(100))

    expect_refused(CONFLICT, transact, lib, ledger, [alice, mint], think,
                   options, receipt)
    assert receipt.attempts == 3 and receipt.outcome == CONFLICT
    assert balance_of(lib, ledger, alice) == 3
    lib.ledger_close(ledger)


def request(legs=(), flows=(), conditions=(), options=None):
    made = sized(TransferRequest)
    made.leg_count, made.legs = len(legs), (Leg * len(legs))(*legs)
    made.flow_count, made.flows = len(flows), (Flow * len(flows))(*flows)
    made.condition_count = len(conditions)
    made.conditions = (Condition * len(conditions))(*conditions)
    if options is not None:
        made.options = c.pointer(options)
    return made


def test_requests_move_what_there_is(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    bob = new_account(lib, ledger, asset, "bob")
    huge = 2**100 + 7
    lib.transfer(ledger, mint, alice, Amount.of(huge), None, None)
    receipt, flowed = sized(Receipt), (Amount * 2)()
    receipt.flow_capacity, receipt.flowed = 2, flowed
    options = options_of(lib, OPTIMISTIC)
    options.dry_run = 1
    most = Amount.of(2**127 - 1)
    order = request(flows=[(alice.value, bob.value, most, Amount.of(huge)),
                           (bob.value, mint.value, Amount.of(5))],
                    conditions=[(alice.value, REQUIRE_BALANCE_AT_LEAST, 0,
                                 Amount.of(huge))], options=options)
    lib.post_request(ledger, c.byref(order), c.byref(receipt))
    assert receipt.is_dry_run == 1 and receipt.sequence == 0
    assert balance_of(lib, ledger, alice) == huge
    options.dry_run = 0
    lib.post_request(ledger, c.byref(order), c.byref(receipt))
    assert receipt.flow_count == 2 and receipt.refused_flow == NO_LEG
    assert [int(amount) for amount in flowed] == [huge, 5]
    assert balance_of(lib, ledger, bob) == huge - 5
    expect_refused(CONDITION_NOT_MET, lib.post_request, ledger,
                   c.byref(order), c.byref(receipt))
    assert receipt.refused_condition == 0 and int(receipt.required) == huge
    lib.ledger_close(ledger)


def test_batches_post_all_or_each(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    bob = new_account(lib, ledger, asset, "bob")
    requests = (TransferRequest * 4)(*(
        request(legs=[(a.value, Amount.of(-amount)),
                      (b.value, Amount.of(amount))])
        for a, b, amount in ((mint, alice, 10), (alice, bob, 50),
                             (alice, bob, 4), (bob, alice, 1))))
    receipts = (Receipt * 4)(*(sized(Receipt) for _ in range(4)))
    outcomes, result = (c.c_int32 * 4)(), sized(BatchResult)
    expect_refused(INSUFFICIENT_FUNDS, lib.post_all, ledger, requests,
                   c.c_uint64(4), None, receipts, c.byref(result))
    assert result.posted == 0 and result.first_refused == 1
    assert [r.outcome for r in receipts] == [
        LINKED_REFUSED, INSUFFICIENT_FUNDS, LINKED_REFUSED, LINKED_REFUSED]
    assert receipts[3].refused_transfer == 1

    each = sized(EachOptions)
    each.stop_at_refusal = 1
    expect_refused(INSUFFICIENT_FUNDS, lib.post_each, ledger, requests,
                   c.c_uint64(4), c.byref(each), outcomes, None, None)
    assert list(outcomes) == [OK, INSUFFICIENT_FUNDS, NOT_ATTEMPTED,
                              NOT_ATTEMPTED]
    expect_refused(INSUFFICIENT_FUNDS, lib.post_each, ledger, requests,
                   c.c_uint64(4), None, None, receipts, c.byref(result))
    assert result.posted == 3 and receipts[3].sequence != 0
    assert balance_of(lib, ledger, alice) == 10 + 10 - 4 + 1

    link = LinkOptions()
    lib.link_options_init(c.byref(link), c.sizeof(link))
    link.mode = OPTIMISTIC
    session = c.c_void_p()
    lib.session_open(ledger, c.byref(session))
    requests[1] = requests[2]
    lib.session_post_all(session, requests, c.c_uint64(4), c.byref(link),
                         receipts, c.byref(result))
    assert result.posted == 4 and result.first_refused == NONE_REFUSED
    assert balance_of(lib, ledger, bob) == 3 + 4 + 4 - 1
    lib.session_close(session)
    lib.ledger_close(ledger)


def test_the_journal_tells_of_changes(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    huge, forever = 2**100 + 7, (c.c_uint32(0), c.c_int64(0))
    lib.asset_set_supply_cap(ledger, asset, Amount.of(huge), *forever)
    expect_refused(INSUFFICIENT_FUNDS, lib.transfer, ledger, mint, alice,
                   Amount.of(huge + 1), None, None)
    lib.transfer(ledger, mint, alice, Amount.of(huge), None, None)
    expect_refused(OUTSIDE_LIMITS, lib.asset_set_supply_cap, ledger, asset,
                   Amount.of(huge - 1), *forever)
    expect_refused(OUTSIDE_LIMITS, lib.account_set_limits, ledger, alice,
                   Amount.of(huge + 1), Amount.of(2**126), *forever)
    lib.account_set_limits(ledger, alice, Amount.of(-huge),
                           Amount.of(2**126), *forever)
    lib.account_set_status(ledger, alice, c.c_uint32(STATUS_FROZEN), *forever)

    rows, count = (Entry * 64)(), c.c_uint64()
    rows[0].struct_size = c.sizeof(Entry)
    lib.history(ledger, alice, c.c_uint64(0), rows, c.c_uint64(64),
                c.byref(count), None)
    told = [(row.kind, row.status, int(row.floor), int(row.ceiling),
             int(row.amount), int(row.balance_after))
            for row in rows[:count.value]]
    assert told == [
        (ENTRY_STATUS, STATUS_FROZEN, -huge, 2**126, 0, huge),
        (ENTRY_LIMITS, STATUS_OPEN, -huge, 2**126, 0, huge),
        (ENTRY_TRANSFER, STATUS_OPEN, 0, 0, huge, huge)], told
    lib.ledger_close(ledger)


def test_holds_are_captured_or_expire(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    huge, part = 2**100 + 7, 2**99
    lib.transfer(ledger, mint, alice, Amount.of(2 * huge), None, None)
    legs = (Leg * 2)((alice.value, Amount.of(-huge)),
                     (mint.value, Amount.of(huge)))
    receipt, holds = sized(Receipt), []
    options = options_of(lib, OPTIMISTIC)
    options.code = 5
    for deadline in (2**64 - 1, 7):
        lib.hold_place(ledger, legs, c.c_uint64(2), c.c_uint64(deadline),
                       c.byref(options), c.byref(receipt))
        holds.append(c.c_uint64(receipt.sequence))
    expect_refused(INSUFFICIENT_FUNDS, lib.transfer, ledger, alice, mint,
                   Amount.of(1), None, None)
    info, seen = sized(HoldInfo), (Leg * 2)()
    lib.hold_get(ledger, holds[0], c.byref(info), seen, c.c_uint64(2))
    assert info.status == HOLD_STATUS_OPEN and info.deadline == 2**64 - 1
    assert info.hold == holds[0].value and info.code == 5
    assert info.leg_count == 2 and bytes(seen) == bytes(legs)

    amounts = (Amount * 2)(Amount.of(-part), Amount.of(part))
    expect_refused(INVALID_CAPTURE, lib.hold_capture, ledger, holds[0],
                   amounts, c.c_uint64(1), None, None)
    session = c.c_void_p()
    lib.session_open(ledger, c.byref(session))
    lib.session_hold_capture(session, holds[0], amounts, c.c_uint64(2), None,
                             None)
    lib.session_close(session)
    lib.advance(ledger, c.c_uint64(7))
    expect_refused(HOLD_CAPTURED, lib.hold_release, ledger, holds[0], None,
                   None)
    expect_refused(HOLD_EXPIRED, lib.hold_capture, ledger, holds[1], None,
                   c.c_uint64(0), None, None)
    for hold, status in zip(holds, (HOLD_STATUS_CAPTURED,
                                    HOLD_STATUS_EXPIRED)):
        lib.hold_get(ledger, hold, c.byref(info), None, c.c_uint64(0))
        assert info.status == status
    assert balance_of(lib, ledger, alice) == 2 * huge - part

    rows, count = (Entry * 64)(), c.c_uint64()
    rows[0].struct_size = c.sizeof(Entry)
    lib.history(ledger, alice, c.c_uint64(0), rows, c.c_uint64(64),
                c.byref(count), None)
    first, second = (hold.value for hold in holds)
    told = [(row.kind, row.hold, int(row.held), int(row.amount))
            for row in rows[:count.value]]
    assert told == [
        (ENTRY_EXPIRY, second, -huge, 0),
        (ENTRY_CAPTURE, first, -huge, -part),
        (ENTRY_HOLD, second, huge, 0), (ENTRY_HOLD, first, huge, 0),
        (ENTRY_TRANSFER, 0, 0, 2 * huge)], told
    lib.ledger_close(ledger)


def test_what_has_an_id_is_posted_once(lib):
    open_with = LedgerOptions()
    lib.ledger_options_init(c.byref(open_with), c.sizeof(open_with))
    assert open_with.id_window == 65536
    ledger, asset, mint = ledger_with_gold(lib, open_with)
    alice = new_account(lib, ledger, asset, "alice")
    options, receipt = options_of(lib, OPTIMISTIC), sized(Receipt)
    options.id = Bits128(2**64 - 1, 2**63)
    options.description = b"a purse"
    failures, replays = [], []

    def pay():
        mine = sized(Receipt)
        try:
            lib.transfer(ledger, mint, alice, Amount.of(2**100),
                         c.byref(options), c.byref(mine))
            replays.append(mine.is_replay)
        except Exception as failure:  # shown by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert sorted(replays) == [0, 1, 1, 1], replays
    assert balance_of(lib, ledger, alice) == 2**100
    stats = sized(Stats)
    lib.get_stats(ledger, c.byref(stats), None, c.c_uint64(0))
    assert stats.posted == 1 and stats.replays == 3

    rows, count = (Entry * 64)(), c.c_uint64()
    rows[0].struct_size = c.sizeof(Entry)
    lib.history(ledger, alice, c.c_uint64(0), rows, c.c_uint64(64),
                c.byref(count), None)
    assert count.value == 1 and bytes(rows[0].id) == bytes(options.id)
    for text, amount, field in ((b"a purse", 1, ID_FIELD_LEGS),
                                (None, 2**100, ID_FIELD_DESCRIPTION)):
        options.description = text
        expect_refused(ID_TAKEN, lib.transfer, ledger, mint, alice,
                       Amount.of(amount), c.byref(options), c.byref(receipt))
        assert receipt.id_field == field
        assert receipt.posted_as == rows[0].sequence
    lib.ledger_close(ledger)

    open_with.id_window = 0
    ledger, asset, mint = ledger_with_gold(lib, open_with)
    expect_refused(IDS_OFF, lib.transfer, ledger, mint,
                   new_account(lib, ledger, asset, "alice"), Amount.of(1),
                   c.byref(options), None)
    lib.ledger_close(ledger)


def test_transfers_are_taken_back(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    alice = new_account(lib, ledger, asset, "alice")
    huge, part, receipt = 2**100 + 7, 2**99, sized(Receipt)
    reversals = (Reversal * 2)(sized(Reversal), sized(Reversal))
    for reversal in reversals:
        lib.transfer(ledger, mint, alice, Amount.of(huge), None,
                     c.byref(receipt))
        reversal.transfer = receipt.sequence
    first = reversals[0]
    amounts = (Amount * 2)(Amount.of(-part), Amount.of(part))
    first.amount_count, first.amounts = 2, amounts
    lib.reverse(ledger, c.byref(first), None)
    assert balance_of(lib, ledger, alice) == 2 * huge - part
    amounts[0], amounts[1] = Amount.of(-huge), Amount.of(huge)
    expect_refused(REVERSAL_TOO_LARGE, lib.reverse, ledger, c.byref(first),
                   c.byref(receipt))
    assert receipt.refused_leg == 0
    assert int(receipt.available) == part - huge

    first.amount_count, result = 0, sized(BatchResult)
    session = c.c_void_p()
    lib.session_open(ledger, c.byref(session))
    lib.session_reverse_all(session, reversals, c.c_uint64(2), None, None,
                            c.byref(result))
    assert result.posted == 2 and result.is_replay == 0
    expect_refused(ALREADY_REVERSED, lib.session_reverse, session,
                   c.byref(first), None)
    lib.session_close(session)
    assert balance_of(lib, ledger, alice) == 0

    rows, count = (Entry * 64)(), c.c_uint64()
    rows[0].struct_size = c.sizeof(Entry)
    lib.history(ledger, alice, c.c_uint64(0), rows, c.c_uint64(64),
                c.byref(count), None)
    one, other = (reversal.transfer for reversal in reversals)
    told = [(row.kind, row.reverses, int(row.amount))
            for row in rows[:count.value]]
    assert told == [
        (ENTRY_REVERSAL, other, -huge), (ENTRY_REVERSAL, one, part - huge),
        (ENTRY_REVERSAL, one, -part),
        (ENTRY_TRANSFER, 0, huge), (ENTRY_TRANSFER, 0, huge)], told
    lib.ledger_close(ledger)


def test_snapshots_while_threads_post(lib):
    ledger, asset, mint = ledger_with_gold(lib)
    accounts = [new_account(lib, ledger, asset, "a%d" % i) for i in range(8)]
    for account in accounts:
        lib.transfer(ledger, mint, account, Amount.of(1000), None, None)
    together = threading.Barrier(3)
    failures = []

    def post(number):
        options = options_of(lib, (LOCKED, OPTIMISTIC)[number])
        together.wait()
        try:
            for i in range(1000):
                a, b = accounts[i % 8], accounts[(i + number + 1) % 8]
                lib.transfer(ledger, a, b, Amount.of(1), c.byref(options),
                             None)
        except Exception as failure:  # shown by the main thread
            failures.append(failure)

    def look():
        snapshot = c.c_void_p()
        lib.snapshot_take(ledger, c.byref(snapshot))
        sums = [0, 0]

        @Visitor
        def add(_, account):
            sums[0] += 1
            sums[1] += int(account.contents.balance)
            return 0

        ids = (c.c_uint64 * 9)(mint.value, *(a.value for a in accounts))
        states = (AccountState * 9)()
        lib.read(ledger, ids, c.c_uint64(9), states)
        assert sum(int(state.balance) for state in states) == 0
        lib.snapshot_foreach(snapshot, add, None)
        assert sums == [9, 0], sums
        total = sized(AssetTotal)
        lib.snapshot_totals(snapshot, c.byref(total), c.c_uint64(1))
        assert int(total.supply) == 8000 and total.accounts == 8
        report = sized(AuditReport)
        lib.snapshot_audit(snapshot, c.byref(report), None, c.c_uint64(0))
        assert report.ok == 1
        digests = [Bits128(), Bits128()]
        lib.snapshot_digest(snapshot, c.byref(digests[0]))
        clone = c.c_void_p()
        lib.snapshot_clone(snapshot, None, c.byref(clone))
        lib.digest(clone, c.byref(digests[1]))
        assert bytes(digests[0]) == bytes(digests[1])
        lib.ledger_close(clone)
        lib.snapshot_close(snapshot)
        expect_refused(INVALID_HANDLE, lib.snapshot_close, snapshot)

    threads = [threading.Thread(target=post, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    together.wait()
    looks = 0
    while looks == 0 or any(thread.is_alive() for thread in threads):
        look()
        looks += 1
    for thread in threads:
        thread.join()
    look()
    assert not failures, failures
    lib.ledger_close(ledger)


def main():
    lib = Library(sys.argv[1])
    tests = [(name, test) for name, test in sorted(globals().items())
             if name.startswith("test_")]
    for name, test in tests:
        test(lib)
        print("passed:", name)
    print(len(tests), "tests passed")


main()
