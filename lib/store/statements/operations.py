"""Questions and changes to the journal. What is asked of a payment is asked of its refunds.

What is asked again and again is composed once, at import: composing a statement costs more than SQLite's answer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lib.store.statements.rows import postgresql
from lib.store.tables.audit import audit, audit_head
from lib.store.tables.moves import NOT_MOVED, OPEN, REFUND, State
from lib.store.tables.operations import attempts, evidence, operations
from lib.store.tables.payments import cancellations, payments

A, C, P = attempts.c, cancellations.c, payments.c
O = operations.c  # noqa: E741
DOUBLE = "double_refund"
StoreError, Excluded = DBAPIError, IntegrityError
"""What the database raises: busy beyond its time, full, gone, or (`Excluded`) a row that an index or a guard refused."""
_FULL = ("disk is full", "no space left")  # SQLite, PostgreSQL

_ID: BindParameter[str] = bindparam("id")
_IMP_UID: BindParameter[str] = bindparam("imp_uid")
_SINCE: BindParameter[int] = bindparam("since")
_LIMIT: BindParameter[int] = bindparam("limit")
_OF_PAYMENT = and_(O.kind == REFUND, O.imp_uid == _IMP_UID)
_OF_SUBJECT = O.subject == bindparam("subject")
_ONE = select(operations).where(O.id == _ID)
_CHANGE = update(operations).where(O.id == bindparam("its_id"), O.version == bindparam("its_version"))
_OF_INTENT = select(operations).where(O.intent_key == bindparam("intent_key"))
_OF_ONE_SUBJECT = select(operations).where(_OF_SUBJECT).order_by(O.id.desc())
_OPEN_OF_SUBJECT = select(operations).where(_OF_SUBJECT, O.state.in_(OPEN))
_WITH_FACT = (
    select(operations)
    .where(O.kind.in_(bindparam("kinds", expanding=True)), O.facts.like(bindparam("fact"), escape="\\"))
    .where(or_(O.created_at >= _SINCE, O.state.in_(OPEN)))
    .order_by(O.id.desc())
)
_OF_ONE_PAYMENT = select(operations).where(_OF_PAYMENT).order_by(O.id.desc())
_EVIDENCE = select(evidence).where(evidence.c.operation_id == _ID).order_by(evidence.c.version, evidence.c.at)
_ALL_OPEN = select(operations).where(O.state.in_((*OPEN, State.LATE_REVIEW))).order_by(O.id)
_LATEST = select(operations).order_by(O.id.desc()).limit(_LIMIT)
_UNFINISHED = select(operations).where(O.state.in_(OPEN)).order_by(O.id)
_UNFINISHED_HERE = _UNFINISHED.where(_OF_PAYMENT)
_UNFINISHED_ABOUT = _UNFINISHED.where(O.subject == bindparam("subject"))
_ARRIVING = (
    select(
        O.imp_uid,
        O.amount,
        O.currency,
        O.requested_by,
        P.pay_method,
        P.amount.label("whole"),
        P.paid_at,
        C.cancelled_at,
    )
    .join(payments, P.imp_uid == O.imp_uid)
    .join(cancellations, and_(C.payment_id == P.id, C.cancellation_id == O.cancellation_id))
    .where(O.kind == REFUND, O.state == State.CONFIRMED, O.created_at >= _SINCE, P.state != "test")
    .order_by(O.id.desc())
    .limit(_LIMIT)
)
_WAITS = (
    select(C.cancelled_at - O.first_sent_at)
    .join(payments, P.imp_uid == O.imp_uid)
    .join(cancellations, and_(C.payment_id == P.id, C.cancellation_id == O.cancellation_id))
    .where(O.state == State.CONFIRMED, O.created_at >= _SINCE, O.first_sent_at.is_not(None))
)
_ATTRIBUTIONS = (
    select(O.attribution)
    .where(O.pg_provider == bindparam("pg_provider"), O.state == State.CONFIRMED, O.marker != "")
    .where(O.attribution.in_(("marker", "fence")))
    .order_by(O.id.desc())
    .limit(5)
)
_ANSWERED_AT = select(func.max(A.at)).where(A.operation_id == _ID, A.step == "answered")
_MARKS = select(O.marker).where(_OF_PAYMENT, O.marker != "")
_HISTORY = (
    select(C.cancellation_id, C.amount, C.cancelled_at, C.reason)
    .join(payments, P.id == C.payment_id)
    .where(P.imp_uid == _IMP_UID)
    .order_by(C.cancelled_at, C.cancellation_id)
)
_CANCELLED = select(C.payment_id).join(payments, P.id == C.payment_id).where(P.imp_uid == O.imp_uid).exists()
_LATE = select(operations).where(O.kind == REFUND, O.state.in_(NOT_MOVED), O.created_at >= _SINCE, _CANCELLED)
_LATE_HERE = _LATE.where(_OF_PAYMENT)
_SENT_IN_VAIN = select(operations).where(
    O.kind.in_(bindparam("kinds", expanding=True)),
    O.state.in_(NOT_MOVED),
    O.created_at >= _SINCE,
    O.first_sent_at.is_not(None),
)
_OWNED = select(O.imp_uid, O.cancellation_id).where(
    O.kind == REFUND,
    O.imp_uid.in_(bindparam("imp_uids", expanding=True)),
    O.state == State.CONFIRMED,
    O.cancellation_id != "",
)
_TWINS = (
    select(operations, C.cancellation_id.label("twin"))
    .join(payments, P.imp_uid == O.imp_uid)
    .join(
        cancellations,
        and_(C.payment_id == P.id, C.cancellation_id != O.cancellation_id, C.reason.contains(O.marker)),
    )
    .where(O.state == State.CONFIRMED, O.created_at >= _SINCE, O.marker != "")
    .where(O.code != DOUBLE, O.attribution != "human")
)
_TWINS_HERE = _TWINS.where(_OF_PAYMENT)
_DOUBLED = select(O.id).where(text(f"code = '{DOUBLE}'")).limit(1)  # as its partial index says it
_PAID_OF_ORDER = select(P.imp_uid).where(P.merchant_uid == bindparam("merchant_uid"), P.paid_at > 0).limit(1)
OF_A_TEST = select(P.id).where(P.imp_uid == O.imp_uid, P.state == "test").correlate(operations).exists()
"""The operation is about a payment of a test channel: its amount is no money, and in no sum and no limit."""
_BY_PERSON = (
    select(
        O.requested_by,
        func.count().filter(O.state == State.CONFIRMED).label("refunds"),
        func.coalesce(func.sum(O.amount).filter(O.state == State.CONFIRMED), 0).label("amount"),
        func.coalesce(func.sum(O.amount).filter(O.state == State.CONFIRMED, O.approved_by != ""), 0).label("approved"),
        func.coalesce(func.sum(O.amount).filter(O.state != State.CONFIRMED), 0).label("uncertain"),
    )
    .where(O.kind == REFUND, O.currency == "KRW", O.created_at.between(_SINCE, bindparam("until")), ~OF_A_TEST)
    .where(O.state.not_in((State.ABORTED, State.NOT_EXECUTED)))
    .group_by(O.requested_by)
)
_UNCLAIMED = (
    select(P.imp_uid, C.cancellation_id.label("id"), C.amount, C.cancelled_at.label("at"), C.reason)
    .join(payments, P.id == C.payment_id)
    .where(
        C.reason.like("%#________"),
        ~select(O.id).where(O.imp_uid == P.imp_uid, O.marker != "", C.reason.contains(O.marker)).exists(),
    )
    .order_by(C.cancelled_at)
)


def trouble(error: DBAPIError) -> str:
    """The code of the sentence for a database that could not be used: disk_full, else store_busy."""
    return "disk_full" if any(words in str(error.orig).lower() for words in _FULL) else "store_busy"


def _rows(connection: Connection, wanted: Any, **given: Any) -> list[RowMapping]:
    return list(connection.execute(wanted, given).mappings())


def _first(connection: Connection, wanted: Any, **given: Any) -> RowMapping | None:
    return connection.execute(wanted, given).mappings().first()


def add(connection: Connection, **values: Any) -> bool:
    """Insert an operation; False when an index excludes it (an open one, the same intent, a sent twin)."""
    try:
        with connection.begin_nested():
            connection.execute(insert(operations), values)
    except IntegrityError:
        return False
    return True


def change(connection: Connection, operation_id: str, version: int, **values: Any) -> bool:
    """Compare-and-set: change the row only while it has this version, which grows by one."""
    given = {"its_id": operation_id, "its_version": version, "version": version + 1, **values}
    return bool(connection.execute(_CHANGE, given).rowcount == 1)


def note(connection: Connection, **values: Any) -> None:
    """Append evidence."""
    connection.execute(insert(evidence), values)


def evidence_of(connection: Connection, operation_id: str) -> list[RowMapping]:
    """Every step of an operation, oldest first: operation_id, version, at, because, state, detail."""
    return _rows(connection, _EVIDENCE, id=operation_id)


def attempt(connection: Connection, **values: Any) -> None:
    """Append a step of an attempt."""
    connection.execute(insert(attempts), values)


def one(connection: Connection, operation_id: str) -> RowMapping | None:
    """An operation."""
    return _first(connection, _ONE, id=operation_id)


def of_intent(connection: Connection, intent_key: str) -> RowMapping | None:
    """The operation of an intent."""
    return _first(connection, _OF_INTENT, intent_key=intent_key)


def open_of(connection: Connection, imp_uid: str) -> RowMapping | None:
    """The open refund of a payment."""
    return _first(connection, _UNFINISHED_HERE, imp_uid=imp_uid)


def of_payment(connection: Connection, imp_uid: str) -> list[RowMapping]:
    """A payment's refunds, newest first."""
    return _rows(connection, _OF_ONE_PAYMENT, imp_uid=imp_uid)


def of_subject(connection: Connection, subject: str) -> list[RowMapping]:
    """A subject's operations, newest first."""
    return _rows(connection, _OF_ONE_SUBJECT, subject=subject)


def open_of_subject(connection: Connection, subject: str) -> RowMapping | None:
    """The open operation on a subject."""
    return _first(connection, _OPEN_OF_SUBJECT, subject=subject)


def with_fact(connection: Connection, kinds: list[str], fact: str, since: int) -> list[RowMapping]:
    """Operations of these kinds whose facts hold this piece of JSON, open or asked for since then, newest first."""
    literal = fact.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _rows(connection, _WITH_FACT, kinds=kinds, fact=f"%{literal}%", since=since)


def sent_in_vain(connection: Connection, kinds: list[str], since: int) -> list[RowMapping]:
    """Operations of these kinds, asked for since then, that were sent and closed as not executed."""
    return _rows(connection, _SENT_IN_VAIN, kinds=kinds, since=since)


def all_open(connection: Connection) -> list[RowMapping]:
    """Every operation that is not certain or waits for a person, oldest first."""
    return _rows(connection, _ALL_OPEN)


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The newest operations."""
    return _rows(connection, _LATEST, limit=limit)


def confirmed_since(connection: Connection, since: int, limit: int) -> list[RowMapping]:
    """Confirmed operations asked for since then, with what their payment tells of when the money arrives, newest first.

    Columns: imp_uid, amount, requested_by, pay_method, whole (the payment's amount), paid_at, cancelled_at (epoch s).
    """
    return _rows(connection, _ARRIVING, since=since, limit=limit)


def waits(connection: Connection, since: int) -> list[int]:
    """Seconds from the first sending to the cancellation, of every operation confirmed since then."""
    return [int(row[0]) for row in connection.execute(_WAITS, {"since": since})]


def unfinished(connection: Connection, subject: str = "") -> list[RowMapping]:
    """What recovery looks at: the open ones, oldest first; of one subject only where it is named."""
    return _rows(connection, _UNFINISHED_ABOUT, subject=subject) if subject else _rows(connection, _UNFINISHED)


def markers_kept(connection: Connection, pg_provider: str) -> bool:
    """Whether this gateway hands the reason back: its last confirmed operations were all known by their marker."""
    told = list(connection.execute(_ATTRIBUTIONS, {"pg_provider": pg_provider}).scalars())
    return bool(told) and all(word == "marker" for word in told)


def answered_at(connection: Connection, operation_id: str) -> int | None:
    """When the last answer to its call came, epoch seconds."""
    return connection.execute(_ANSWERED_AT, {"id": operation_id}).scalar()


def marks(connection: Connection, imp_uid: str) -> frozenset[str]:
    """The marks of a payment's operations."""
    return frozenset(connection.execute(_MARKS, {"imp_uid": imp_uid}).scalars())


def stored_history(connection: Connection, imp_uid: str) -> list[RowMapping]:
    """A payment's cancellations as the store has them: cancellation_id, amount, cancelled_at, reason."""
    return _rows(connection, _HISTORY, imp_uid=imp_uid)


def late_candidates(connection: Connection, since: int, imp_uid: str = "") -> list[RowMapping]:
    """Operations asked for since then and closed as not moved, on payments (or the one) that have any cancellation."""
    if imp_uid:
        return _rows(connection, _LATE_HERE, since=since, imp_uid=imp_uid)
    return _rows(connection, _LATE, since=since)


def paid_of_order(connection: Connection, merchant_uid: str) -> str:
    """The imp_uid of a payment of this order that was paid, "" while the store knows none."""
    return str(connection.execute(_PAID_OF_ORDER, {"merchant_uid": merchant_uid}).scalar() or "")


def owned(connection: Connection, imp_uids: list[str]) -> set[tuple[str, str]]:
    """(imp_uid, cancellation_id) of cancellations that a confirmed operation of these payments made."""
    return {(row[0], row[1]) for row in connection.execute(_OWNED, {"imp_uids": imp_uids})}


def doubles(connection: Connection, since: int, imp_uid: str = "") -> list[tuple[RowMapping, str]]:
    """(operation, cancellation_id): confirmed since then, and a second cancellation carries its mark; not yet noted."""
    given = {"since": since, "imp_uid": imp_uid} if imp_uid else {"since": since}
    found = _rows(connection, _TWINS_HERE if imp_uid else _TWINS, **given)
    return [(row, row["twin"]) for row in found]


def damaged(connection: Connection) -> str:
    """What SQLite finds broken in the tables that nothing can replace, "" when nothing; PostgreSQL looks itself."""
    if postgresql(connection):
        return ""
    for table in (operations, attempts, evidence, audit, audit_head):
        found = str(connection.exec_driver_sql(f"PRAGMA quick_check('{table.name}')").scalar())
        if found != "ok":
            return found
    return ""


def doubled(connection: Connection) -> bool:
    """Whether an operation is on record that ran twice and that nobody has looked into."""
    return connection.execute(_DOUBLED).first() is not None


def by_person(connection: Connection, since: int, until: int) -> list[RowMapping]:
    """Won refunds asked for in these epoch seconds, by person: requested_by, refunds, amount, approved (of it: above what
    that person may refund alone), uncertain (won that may have been refunded)."""
    return _rows(connection, _BY_PERSON, since=since, until=until)


def unclaimed_marks(connection: Connection) -> list[RowMapping]:
    """Cancellations (imp_uid, id, amount, at, reason) whose reason may end in a mark that no operation has."""
    return _rows(connection, _UNCLAIMED)
