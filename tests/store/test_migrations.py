"""Migrated is declared: the text of every table, index and trigger; and many may start at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection

from lib.operations import refund_accounts
from lib.operations.wish import Account
from lib.store.engine import Store, open_store
from lib.store.migrate import current, head, is_current, upgrade
from lib.store.statements import search_index
from lib.store.tables import metadata


def ddl(store: Store) -> set[str]:
    """Everything the schema is made of, as text; the order of columns is part of it, white space is not."""
    with store.reading() as connection:
        texts = postgresql(connection) if store.postgresql else sqlite(connection)
    return {re.sub(r"\s+", " ", text).strip() for text in texts if "alembic_version" not in text}


def sqlite(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return [row.sql for row in rows if not row.name.startswith("payment_search_")]


def postgresql(connection: Connection) -> list[str]:
    columns = connection.exec_driver_sql(
        "SELECT table_name || '.' || ordinal_position || ' ' || column_name || ' ' || data_type || ' '"
        " || is_nullable || ' ' || coalesce(column_default, '') || ' ' || coalesce(character_maximum_length, 0)"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    )
    constraints = connection.exec_driver_sql(
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    )
    indexes = connection.exec_driver_sql("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
    triggers = connection.exec_driver_sql("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
    functions = connection.exec_driver_sql(
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')"
    )
    return [str(row[0]) for rows in (columns, constraints, indexes, triggers, functions) for row in rows]


def another(database: str, tmp_path, request) -> str:
    if database.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/declared.db"
    return str(request.getfixturevalue("postgresql").new())


def test_migrations_build_the_declared_schema(database, tmp_path, request) -> None:
    migrated, declared = open_store(database), open_store(another(database, tmp_path, request))
    upgrade(migrated)
    with declared.writing() as connection:
        metadata.create_all(connection)
        search_index.create(connection)
    assert ddl(migrated) == ddl(declared)
    migrated.close()
    declared.close()


def test_several_processes_may_start_at_once(database) -> None:
    code = (
        "from lib.store.engine import open_store; from lib.store.migrate import upgrade;"
        f"upgrade(open_store({database!r}))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    store = open_store(database)
    assert is_current(store)
    assert current(store) == head()
    store.close()


def test_a_database_of_the_first_revision_comes_along_with_what_it_holds(tmp_path) -> None:
    """Made by the first revision's own text, with payments in it: the totals by state are counted from them."""
    file = tmp_path / "old.db"
    store = open_store(f"sqlite:///{file}")
    script = (Path(__file__).parent / "revision_0001.sql").read_text("utf-8")
    driver = store.engine.raw_connection()
    driver.driver_connection.executescript(script)
    driver.close()
    assert (current(store), is_current(store)) == ("0001", False)
    with store.writing() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(payments)")]
        values = {"id": 1, "imp_uid": "imp_1", "state": "paid", "amount": 5_000, "paid_at": 1_795_000_000}
        texts = {row[1]: row[2] for row in connection.exec_driver_sql("PRAGMA table_info(payments)")}
        row = [values.get(name, "" if "CHAR" in texts[name] or texts[name] == "TEXT" else 0) for name in columns]
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO payments ({', '.join(columns)}) VALUES ({places})", tuple(row))  # noqa: S608
        connection.exec_driver_sql(
            "INSERT INTO operations (id, kind, imp_uid, intent_key, request_hash, amount, balance, currency, pg_provider,"
            " body, body_sha256, known_ids, marker, reason, requested_by, session, created_at, state, version)"
            " VALUES ('01J', 'refund', 'imp_1', 'k', 'h', 100, 5000, 'KRW', 'kicc', ?, 's', '[]', '', '', '이수연', '',"
            " 5, 'PREPARED', 1)",
            (json.dumps({"refund_bank": "088", "refund_account": "110123456789", "refund_holder": "박윤서"}),),
        )
        connection.exec_driver_sql(
            "UPDATE operations SET state = 'SENDING', version = 2, attempts = 1, first_sent_at = 6 WHERE id = '01J'"
        )
        connection.exec_driver_sql(
            "INSERT INTO operation_attempts (operation_id, n, step, at) VALUES ('01J', 1, 'sent', 6)"
        )
    upgrade(store)
    assert is_current(store)
    with store.reading() as connection:
        operation = connection.exec_driver_sql(
            "SELECT kind, subject, method, path, facts, state, version, approved_by FROM operations"
        ).all()
        assert [tuple(row) for row in operation] == [
            ("refund", "imp_1", "POST", "/payments/cancel", "{}", "SENDING", 2, "")
        ]
        assert connection.exec_driver_sql("SELECT operation_id, step FROM operation_attempts").all() == [
            ("01J", "sent")
        ]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        accounts = connection.exec_driver_sql("SELECT operation_id, account FROM refund_accounts").all()
        known = refund_accounts.fingerprint(Account("박윤서", "088", "110123456789"))
        assert [tuple(row) for row in accounts] == [("01J", known)]
        kept = connection.exec_driver_sql("SELECT state, count, amount FROM state_totals").all()
        assert [tuple(row) for row in kept] == [("paid", 1, 5_000)]
    fresh = open_store(f"sqlite:///{tmp_path}/fresh.db")
    upgrade(fresh)
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with store.reading() as old, fresh.reading() as new:
        assert old.exec_driver_sql(triggers).all() == new.exec_driver_sql(triggers).all()


def test_a_postgresql_of_the_fourth_revision_comes_along_with_its_journal(postgresql, tmp_path) -> None:
    """Everything about it is afterwards as on a new database, but for the order of the columns."""
    store = open_store(postgresql.new())
    script = (Path(__file__).parent / "revision_0004_postgresql.sql").read_text("utf-8")
    with store.writing() as connection:
        connection.exec_driver_sql(script.replace("%", "%%"))
        search_index.create(connection)
        connection.exec_driver_sql(
            "INSERT INTO operations (id, kind, imp_uid, intent_key, request_hash, amount, balance, currency, pg_provider,"
            " body, body_sha256, known_ids, marker, reason, requested_by, session, created_at, state, version)"
            " VALUES ('01J', 'refund', 'imp_1', 'k', 'h', 100, 5000, 'KRW', 'kicc', '{}', 's', '[]', '', '', '이수연', '',"
            " 5, 'PREPARED', 1)"
        )
    upgrade(store)
    fresh = open_store(postgresql.new())
    upgrade(fresh)
    with store.reading() as connection:
        row = connection.exec_driver_sql("SELECT subject, method, path, facts, state FROM operations").one()
    assert tuple(row) == ("imp_1", "POST", "/payments/cancel", "{}", "PREPARED")
    place = re.compile(r"^(operations|audit)\.\d+ ")
    old, new = ({place.sub(r"\1. ", text) for text in ddl(s)} for s in (store, fresh))
    assert old == new
    store.close()
    fresh.close()
