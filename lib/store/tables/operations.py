"""The journal: operations written down before anything is sent, what was sent, and every piece of evidence.

The unique indexes exclude, whatever the processes do: one open operation a subject, one operation an intent, and no
twin of a refund that was sent, and may have run, at the same balance with the same amount. Triggers made from the table
of moves (`moves`, `guards`) refuse every other change.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from lib.store.tables.audit import append_only
from lib.store.tables.base import metadata
from lib.store.tables.escrow import CHANGED_DELIVERY, DELIVERY
from lib.store.tables.guards import guard
from lib.store.tables.moves import NOT_MOVED, OPEN, REFUND, State


def _words(states: Iterable[State]) -> str:
    return "(" + ", ".join(f"'{state.value}'" for state in states) + ")"


operations = Table(
    "operations",
    metadata,
    Column("id", String(26), primary_key=True),  # ULID
    Column("kind", String(20), nullable=False),
    Column("subject", String(140), nullable=False),  # what no two open operations may share; a refund's is its imp_uid
    Column("imp_uid", String(40), nullable=False),  # the payment it is about; "" where there is none yet
    Column("intent_key", String(64), nullable=False, unique=True),
    Column("request_hash", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units; 0 where no money moves
    Column(
        "balance", BigInteger, nullable=False
    ),  # of a refund: what the person saw; sent as checksum, never refreshed
    Column("currency", String(3), nullable=False),
    Column("pg_provider", String(40), nullable=False),
    Column("method", String(6), nullable=False),  # the frozen request
    Column("path", String(255), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("known_ids", Text, nullable=False),  # JSON list of the cancellation_ids that were there before
    Column("marker", String(12), nullable=False),  # "" where the gateway wants the bare reason
    Column("reason", Text, nullable=False),
    Column("requested_by", String(40), nullable=False),
    Column("session", String(64), nullable=False),
    Column("approved_by", String(40), nullable=False, server_default=""),  # above a limit: the second person
    Column("created_at", BigInteger, nullable=False),  # epoch seconds
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("owner", String(120), nullable=False, server_default=""),  # the process that sends
    Column("lease_until", BigInteger, nullable=False, server_default="0"),
    Column("first_sent_at", BigInteger),
    Column("last_sent_at", BigInteger),
    Column("answered", Boolean, nullable=False, server_default="0"),  # i'mport itself answered, with a refusal
    Column("next_check_at", BigInteger, nullable=False, server_default="0"),
    Column("code", String(40), nullable=False, server_default=""),  # of the sentence for how it ended
    Column("message", Text, nullable=False, server_default=""),  # the gateway's own words
    Column("cancellation_id", String(120), nullable=False, server_default=""),  # of another kind: what came of it
    Column("attribution", String(12), nullable=False, server_default=""),  # marker | fence | reading | human
    Column("facts", Text, nullable=False),  # JSON: what else its kind must remember of the moment it was asked for
    CheckConstraint(f"amount > 0 OR (amount = 0 AND kind <> '{REFUND}')", name="amount_positive"),
    CheckConstraint(f"balance >= amount OR kind <> '{REFUND}'", name="within_balance"),
    CheckConstraint(f"state IN {_words(State)}", name="state"),
    CheckConstraint("state <> 'SENDING' OR (attempts > 0 AND first_sent_at IS NOT NULL)", name="sent_is_counted"),
)
_OPEN = text(f"state IN {_words(OPEN)}")
_SENT = text(f"kind = '{REFUND}' AND first_sent_at IS NOT NULL AND state NOT IN {_words(NOT_MOVED)}")
Index("one_open_operation", operations.c.subject, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index(
    "one_operation_per_fence",
    operations.c.imp_uid,
    operations.c.balance,
    operations.c.amount,
    unique=True,
    sqlite_where=_SENT,
    postgresql_where=_SENT,
)
_DOUBLE = text("code = 'double_refund'")
Index(
    "ix_operations_double", operations.c.code, sqlite_where=_DOUBLE, postgresql_where=_DOUBLE
)  # asked at every refund
Index("ix_operations_imp_uid", operations.c.imp_uid)
Index("ix_operations_created", operations.c.created_at)
_DELIVERIES = text(f"kind IN ('{DELIVERY}', '{CHANGED_DELIVERY}')")
Index(
    "ix_operations_deliveries",
    operations.c.id,
    sqlite_where=_DELIVERIES,
    postgresql_where=_DELIVERIES,
)
Index("ix_operations_state", operations.c.state, operations.c.next_check_at)

attempts = Table(
    "operation_attempts",
    metadata,
    Column("operation_id", ForeignKey(operations.c.id), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("step", String(8), primary_key=True),  # sent | answered
    Column("at", BigInteger, nullable=False),
    Column("reached", String(12), nullable=False, server_default=""),
    Column("http_status", Integer, nullable=False, server_default="0"),
    Column("answer", Text, nullable=False, server_default=""),  # at most 2 KB, card numbers masked
)

evidence = Table(
    "operation_evidence",
    metadata,
    Column("operation_id", ForeignKey(operations.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("because", String(60), nullable=False),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
)

guard(operations)
append_only("operation_attempts")
append_only("operation_evidence")
