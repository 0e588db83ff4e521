"""The payments list and one payment: rights asked, personal data masked before anything leaves."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import pandas as pd

from lib.errors import BadInput
from lib.journal.life import Operation, of_row
from lib.payments import searching
from lib.payments.days import KST, Period
from lib.payments.methods import OWN, group_of
from lib.payments.record import Cancellation, Payment
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import search, totals
from lib.store.engine import Connection, Store
from lib.store.statements import counting, listing, operations, summing
from lib.store.statements.listing import Key, Question
from lib.text import masking

HITS_MOST = 10_000
IDS_MOST = 1_000
FOREVER = (1 << 33) - 1


class Basis(StrEnum):
    """The clock of the list: paid (else requested), each cancellation, last change of state, requested."""

    PAID = "paid"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. `states` empty = all but those left unfinished; `methods` are chart groups; amounts in minor units.

    `query` is what somebody typed, `ids` a pasted column of imp_uids, order ids or approval numbers, `attention` one of
    vbank_due, vbank_past, phone_month: exactly the rows that `totals.attention` counts.
    """

    period: Period | None = None
    basis: Basis = Basis.PAID
    states: tuple[State, ...] = ()
    methods: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    mids: tuple[str, ...] = ()
    amount_min: int | None = None
    amount_max: int | None = None
    query: str = ""
    ids: tuple[str, ...] = ()
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`frame` (see `FRAME`), `next` the cursor of the following page, `outside` how many match in other days (≤ 1,000)."""

    frame: pd.DataFrame
    next: str | None
    outside: int = 0


FRAME = {
    "imp_uid": "str",
    "merchant_uid": "str",
    "state": "str",
    "method": "str",
    "pay_method": "str",
    "time": "datetime64[s, Asia/Seoul]",
    "amount": "int64",
    "cancel_amount": "int64",
    "balance": "int64",
    "currency": "str",
    "name": "str",
    "buyer_name": "str",
    "buyer_tel": "str",
    "buyer_email": "str",
    "card_name": "str",
    "card_number": "str",
    "apply_num": "str",
    "pg_provider": "str",
    "pg_id": "str",
    "fail_reason": "str",
    "vbank_date": "int64",
}
"""Columns of the list: money in minor units, `time` on the basis' clock; names, phones, mails and cards masked.

On the basis `cancelled` a row is one cancellation and `cancel_amount` its own amount.
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and how much in won: amount and what was cancelled of it."""

    count: int = 0
    amount: int = 0
    cancel_amount: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums by shown state; `at_least` when a pass over a million entries did not reach the end."""

    by_state: dict[State, Sum]
    at_least: bool

    def of(self, state: State) -> Sum:
        """The sum of one state."""
        return self.by_state.get(state, Sum())


@dataclass(frozen=True, slots=True)
class Choices:
    """What occurs, for the filters."""

    gateways: list[str]
    mids: list[str]


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment, masked; `read_at` epoch seconds of the reading that brought it; its money operations, newest first."""

    payment: Payment
    read_at: int
    operations: list[Operation] = field(default_factory=list)

    def expired(self, now: float) -> bool:
        """A virtual account whose deadline has passed without a deposit."""
        return self.payment.state is State.WAITING and 0 < self.payment.vbank_date < now


def page(
    store: Store,
    actor: Actor,
    wanted: Filter,
    *,
    now: float,
    sort: str = "newest",
    cursor: str | None = None,
    size: int = 100,
) -> Page:
    """One page. `sort`: newest, oldest, amount (a search is always newest requested first). Raises `BadInput` bad_filter."""
    policy.require(actor, policy.SEE)
    if sort not in ("newest", "oldest", "amount"):
        raise BadInput("bad_filter", value=sort)
    after = _opened(cursor)
    with store.reading() as connection:
        found = _keys(connection, wanted, now, sort, after, size + 1)
        shown = found[:size]
        rows = listing.rows(connection, [key.id for key in shown])
        outside = 0
        if not found and after is None and (wanted.query or wanted.ids) and wanted.period:
            outside = len(_keys(connection, replace(wanted, period=None), now, "newest", None, 1_000))
    frame = _frame([(key, rows[key.id]) for key in shown if key.id in rows], wanted.basis)
    return Page(frame, _closed(shown[-1]) if len(found) > size else None, outside)


def counts(store: Store, actor: Actor, wanted: Filter, *, now: float) -> Counts:
    """Sums by state of all that the filter holds, whatever its states."""
    policy.require(actor, policy.SEE)
    whole = replace(wanted, states=tuple(State))
    with store.reading() as connection:
        if wanted.query or wanted.ids:
            keys = _keys(connection, whole, now, "newest", None, HITS_MOST + 1)
            by_state = counting.of_keys(connection, list({key.id for key in keys}))
            at_least = len(keys) > HITS_MOST
        else:
            by_state, at_least = counting.by_state(connection, _question(whole, now))
    return Counts({State(state): Sum(*sums) for state, sums in by_state.items()}, at_least)


def one(store: Store, actor: Actor, imp_uid: str) -> Detail:
    """One payment with its cancellations and operations; raises `BadInput` no_such_payment."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        row = listing.by_imp_uid(connection, imp_uid)
        if row is None:
            raise BadInput("no_such_payment", imp_uid=imp_uid)
        cancelled = listing.cancellations_of(connection, row["id"])
        done = [of_row(r) for r in operations.of_payment(connection, imp_uid)]
    names = {name for name in Payment.__struct_fields__ if name in row}
    values = {name: row[name] for name in names} | {
        "buyer_name": masking.name(row["buyer_name"]),
        "buyer_tel": masking.phone(row["buyer_tel"]),
        "buyer_email": masking.email(row["buyer_email"]),
        "buyer_addr": masking.address(row["buyer_addr"]),
        "vbank_num": masking.account(row["vbank_num"]),
        "extra": {},
        "cancellations": tuple(
            Cancellation(**{name: c[name] for name in Cancellation.__struct_fields__}) for c in cancelled
        ),
    }
    return Detail(Payment(**values), row["read_at"] // 1000, done)


def missing(store: Store, actor: Actor, ids: Sequence[str]) -> list[str]:
    """Those of the pasted ids that no payment carries."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        _, absent = _of_ids(connection, ids)
    return absent


def choices(store: Store, actor: Actor) -> Choices:
    """Gateways and MIDs that occur."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return Choices(*summing.channels(connection))


def shown_states() -> tuple[State, ...]:
    """What a list without chosen states shows: all but windows that were left."""
    return tuple(state for state in State if state is not State.UNFINISHED)


# -- the question behind a filter --------------------------------------------------------------------------------------


def _question(wanted: Filter, now: float) -> Question:
    since, until = (wanted.period.start, wanted.period.end) if wanted.period else (0, FOREVER)
    states = wanted.states or shown_states()
    basis, due, methods = wanted.basis.value, None, set(wanted.methods)
    match wanted.attention:
        case "vbank_due" | "vbank_past":
            due = (totals.due_today if wanted.attention == "vbank_due" else totals.past_due)(now)
            states, basis = tuple(s for s in states if s is State.WAITING), "requested"
        case "phone_month":
            since, until = totals.phone_month(now) or (1, 0)
            states, basis, methods = tuple(s for s in states if s is State.PAID), "changed", {"phone"}
        case "":
            pass
        case _:
            raise BadInput("bad_filter", value=wanted.attention)
    return Question(
        basis=basis,
        since=since,
        until=until,
        states=tuple(state.value for state in states),
        methods=tuple(sorted(methods - {"easy"})),
        other_methods="easy" in methods,
        known_methods=tuple(sorted(OWN)),
        gateways=wanted.gateways,
        mids=wanted.mids,
        amount_min=wanted.amount_min,
        amount_max=wanted.amount_max,
        due=due,
    )


def _keys(connection: Connection, wanted: Filter, now: float, sort: str, after: Key | None, limit: int) -> list[Key]:
    question = _question(wanted, now)
    if wanted.ids:
        found, _ = _of_ids(connection, wanted.ids)
        question = replace(question, only=tuple(found))
    if not wanted.query:
        return listing.keys(connection, question, sort, after, limit)
    return _found(connection, question, wanted.query, after, limit)


def _found(connection: Connection, question: Question, text: str, after: Key | None, limit: int) -> list[Key]:
    """The hits of a search: an exact id first, then the text, then the amount where it may be one."""
    understood = search.understand(text)
    if understood.kind in ("imp_uid", "order"):
        exact = [key for key, _, _ in listing.of_ids(connection, [understood.value, text.strip()])]
        if exact:
            return listing.keys(connection, replace(question, only=tuple(exact)), "newest", after, limit)
        if understood.kind == "imp_uid":
            return []
    if understood.kind == "amount":
        return _of_amount(connection, question, understood.value, after, limit)
    needle = searching.normal(understood.value)
    before = after.id if after else None
    found = listing.search(connection, question, needle, searching.match(needle), before, limit)
    if not found and after is None and "amount" in understood.alternatives:
        return _of_amount(connection, question, understood.value, after, limit)
    return found


def _of_amount(connection: Connection, question: Question, digits: str, after: Key | None, limit: int) -> list[Key]:
    amount = min(int(digits), 1 << 60)
    return listing.keys(connection, replace(question, amount_min=amount, amount_max=amount), "newest", after, limit)


def _of_ids(connection: Connection, ids: Sequence[str]) -> tuple[list[int], list[str]]:
    """Keys of the payments that carry these ids, and the ids that none carries. Approval numbers go by the index."""
    wanted = list(dict.fromkeys(ids))[:IDS_MOST]
    rows = listing.of_ids(connection, wanted)
    keys, known = {key for key, _, _ in rows}, {uid for _, *uids in rows for uid in uids}
    everything = Question(basis="requested", since=0, until=FOREVER, states=tuple(State))
    for uid in wanted:
        if uid not in known and uid.isdigit() and len(uid) >= 6:
            found = listing.search(connection, everything, uid, searching.match(uid), None, 20)
            if found:
                known.add(uid)
                keys |= {key.id for key in found}
    return sorted(keys, reverse=True), [uid for uid in wanted if uid not in known]


# -- frames and cursors --------------------------------------------------------------------------------------------------


def masked(key: Key, row: object, basis: Basis) -> dict[str, object]:
    """One row of the list as it may leave (columns of `FRAME`, `time` as epoch seconds)."""
    r: dict[str, object] = dict(row)  # type: ignore[call-overload]
    amount, cancelled = int(str(r["amount"])), int(str(r["cancel_amount"]))
    return {
        **{name: r[name] for name in FRAME if name in r},
        "method": group_of(str(r["pay_method"])),
        "time": key.at,
        "amount": amount,
        "cancel_amount": key.event_amount if basis is Basis.CANCELLED else cancelled,
        "balance": amount - cancelled if State(str(r["state"])).was_paid else 0,
        "buyer_name": masking.name(str(r["buyer_name"])),
        "buyer_tel": masking.phone(str(r["buyer_tel"])),
        "buyer_email": masking.email(str(r["buyer_email"])),
        "card_number": masking.card(str(r["card_number"])),
    }


def _frame(rows: list[tuple[Key, object]], basis: Basis) -> pd.DataFrame:
    frame = pd.DataFrame([masked(key, row, basis) for key, row in rows], columns=list(FRAME))
    frame["time"] = pd.to_datetime(frame["time"].astype("int64"), unit="s", utc=True).dt.tz_convert(KST)
    return frame


def _closed(key: Key) -> str:
    text = f"{key.sort}.{key.id}.{key.cancellation_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str | None) -> Key | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        sort, key, cancellation_id = text.split(".", 2)
        return Key(int(sort), int(key), cancellation_id, 0, 0)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        raise BadInput("bad_filter", value=cursor) from None


def stream(store: Store, wanted: Filter, *, now: float, batch: int) -> Iterator[tuple[Key, dict[str, object]]]:
    """Every row of a filter, newest first, masked (see `masked`), read by keyset `batch` rows at a time."""
    after: Key | None = None
    while True:
        with store.reading() as connection:
            keys = _keys(connection, wanted, now, "newest", after, batch)
            whole = listing.rows(connection, [key.id for key in keys])
        for key in keys:
            if key.id in whole:
                yield key, masked(key, whole[key.id], wanted.basis)
        if len(keys) < batch:
            return
        after = keys[-1]
