"""The audit chain: append-only, each row keyed to the one before."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, String, Table, Text, event

from lib.store.tables.base import metadata

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # epoch seconds
    Column("actor", String(40), nullable=False),
    Column("session", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(80), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("key", String(8), nullable=False, server_default=""),  # the id of the secret it was sealed with
)
Index("ix_audit_object", audit.c.object, audit.c.seq)

# One row; its lock serialises appends where the database has no single writer. `mac` is the seal of the last row.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)

event.listen(
    audit_head,
    "after_create",
    DDL("INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '')"),  # type: ignore[no-untyped-call]
)


def append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on `table` by triggers, in both databases."""
    target = metadata.tables[table]
    for verb in ("UPDATE", "DELETE"):
        event.listen(
            target,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )
    event.listen(
        target,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$ "
            f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $body$"
        ).execute_if(dialect="postgresql"),
    )
    for verbs, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        event.listen(
            target,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {table}_no_{verbs.split()[0].lower()} BEFORE {verbs} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {table}_append_only()"
            ).execute_if(dialect="postgresql"),
        )


append_only("audit")
