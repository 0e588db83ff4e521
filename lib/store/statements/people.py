"""Questions about accounts, wrong passwords and sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lib.store.statements.rows import postgresql as on_postgresql
from lib.store.tables.people import people, sessions, sign_in_failures


def _insert(connection: Connection, table: Any) -> Any:
    return (postgresql if on_postgresql(connection) else sqlite).insert(table)


def add(connection: Connection, **values: Any) -> bool:
    """Insert an account; False when the name is taken, whoever took it a moment ago."""
    wanted = _insert(connection, people).values(**values).on_conflict_do_nothing(index_elements=["name_key"])
    connection.execute(wanted)
    row = by_key(connection, values["name_key"])
    return row is not None and row["id"] == values["id"]


def by_key(connection: Connection, name_key: str, *, lock: bool = False) -> RowMapping | None:
    """The account of a folded name; `lock` keeps it from other writers until the transaction ends."""
    wanted = select(people).where(people.c.name_key == name_key)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()


def everyone(connection: Connection) -> list[RowMapping]:
    """Every account, by name."""
    return list(connection.execute(select(people).order_by(people.c.name_key)).mappings())


def change(connection: Connection, person_id: str, **values: Any) -> None:
    """Change an account's columns."""
    connection.execute(update(people).where(people.c.id == person_id).values(**values))


def open_demo(connection: Connection) -> list[RowMapping]:
    """The demo accounts that are not disabled."""
    return list(connection.execute(select(people).where(people.c.demo, ~people.c.disabled)).mappings())


def close_demo(connection: Connection) -> None:
    """Disable the demo accounts and end their sessions."""
    demo = select(people.c.id).where(people.c.demo)
    connection.execute(delete(sessions).where(sessions.c.person_id.in_(demo)))
    connection.execute(update(people).where(people.c.demo).values(disabled=True))


def count_failure(connection: Connection, name_hash: str, at: int) -> RowMapping:
    """One more try of a name, which counts as wrong until it proves right: `failures`, and `blocked_until` before it.

    The row stays locked until the transaction ends, so that tries at the same moment count one after the other.
    """
    add_one = _insert(connection, sign_in_failures).values(name_hash=name_hash, failures=1, blocked_until=0, at=at)
    connection.execute(
        add_one.on_conflict_do_update(
            index_elements=["name_hash"], set_={"failures": sign_in_failures.c.failures + 1, "at": at}
        )
    )
    wanted = select(sign_in_failures).where(sign_in_failures.c.name_hash == name_hash)
    return connection.execute(wanted).mappings().one()


def set_failures(connection: Connection, name_hash: str, failures: int, blocked_until: int) -> None:
    """Note how many tries of a name were wrong, and until when it waits."""
    chosen = sign_in_failures.c.name_hash == name_hash
    connection.execute(update(sign_in_failures).where(chosen).values(failures=failures, blocked_until=blocked_until))


def forget_failures(connection: Connection, name_hash: str, before: int) -> None:
    """Forget the wrong tries of a name, and everybody's from before a time."""
    gone = (sign_in_failures.c.name_hash == name_hash) | (sign_in_failures.c.at < before)
    connection.execute(delete(sign_in_failures).where(gone))


def start_session(connection: Connection, session_id: str, person_id: str, at: int) -> None:
    """Insert a session."""
    values = {"id": session_id, "person_id": person_id, "started_at": at, "seen_at": at}
    connection.execute(_insert(connection, sessions).values(**values))


def session(connection: Connection, session_id: str) -> RowMapping | None:
    """A session with its account's name, role and whether it is disabled."""
    wanted = (
        select(sessions.c.started_at, sessions.c.seen_at, people.c.name, people.c.role, people.c.disabled)
        .join(people, people.c.id == sessions.c.person_id)
        .where(sessions.c.id == session_id)
    )
    return connection.execute(wanted).mappings().first()


def touch_session(connection: Connection, session_id: str, at: int) -> None:
    """Note that a session was used."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))


def end_session(connection: Connection, session_id: str) -> None:
    """Delete a session."""
    connection.execute(delete(sessions).where(sessions.c.id == session_id))


def end_sessions_of(connection: Connection, person_id: str) -> None:
    """Delete the sessions of an account."""
    connection.execute(delete(sessions).where(sessions.c.person_id == person_id))


def end_sessions_before(connection: Connection, started_before: int) -> None:
    """Delete sessions that outlived their time."""
    connection.execute(delete(sessions).where(sessions.c.started_at < started_before))
