"""Questions about accounts and sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from lib.store.tables.people import people, sessions


def add(connection: Connection, **values: Any) -> None:
    """Insert an account."""
    connection.execute(insert(people).values(**values))


def by_key(connection: Connection, name_key: str) -> RowMapping | None:
    """The account of a folded name."""
    return connection.execute(select(people).where(people.c.name_key == name_key)).mappings().first()


def everyone(connection: Connection) -> list[RowMapping]:
    """Every account, by name."""
    return list(connection.execute(select(people).order_by(people.c.name_key)).mappings())


def change(connection: Connection, person_id: str, **values: Any) -> None:
    """Change an account's columns."""
    connection.execute(update(people).where(people.c.id == person_id).values(**values))


def count_failure(connection: Connection, person_id: str) -> int:
    """One more wrong password; returns how many in a row."""
    connection.execute(update(people).where(people.c.id == person_id).values(failures=people.c.failures + 1))
    return int(connection.execute(select(people.c.failures).where(people.c.id == person_id)).scalar_one())


def close_demo(connection: Connection) -> None:
    """Disable the demo accounts and end their sessions."""
    demo = select(people.c.id).where(people.c.demo)
    connection.execute(delete(sessions).where(sessions.c.person_id.in_(demo)))
    connection.execute(update(people).where(people.c.demo).values(disabled=True))


def start_session(connection: Connection, session_id: str, person_id: str, at: int) -> None:
    """Insert a session."""
    connection.execute(insert(sessions).values(id=session_id, person_id=person_id, started_at=at, seen_at=at))


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


def end_sessions_before(connection: Connection, started_before: int) -> None:
    """Delete sessions that outlived their time."""
    connection.execute(delete(sessions).where(sessions.c.started_at < started_before))
