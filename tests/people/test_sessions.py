"""Sessions: they end by idleness, by age, by signing out and by a closed account, at the very next question."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import event

from lib.errors import SignedOut
from lib.people import accounts, sessions
from lib.people.actor import Actor, Role
from lib.store.engine import open_store
from lib.store.migrate import upgrade

HOUR = 3600
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # where the database is not the point


@pytest.fixture
def hana(store, world, secret):
    return accounts.add_without_password(store, world, secret, "김하나", Role.CS)


@pytest.fixture
def cookie(store, world, hana) -> str:
    return sessions.start(store, world, hana)


@pytest.fixture
def signed_in(store, world):
    """Whether a cookie opens a page."""

    def ask(cookie: str) -> bool:
        try:
            sessions.actor(store, world, cookie)
        except SignedOut:
            return False
        return True

    return ask


def rows(store) -> list[tuple[str, int]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT id, seen_at FROM sessions")]


def test_a_cookie_opens_the_desk_and_is_not_kept(store, world, hana, cookie) -> None:
    hashed = hashlib.sha256(cookie.encode()).hexdigest()
    assert sessions.actor(store, world, cookie) == Actor("김하나", Role.CS, hashed)
    assert [row[0] for row in rows(store)] == [hashed]
    assert len(cookie) == 64
    assert sessions.start(store, world, hana) != cookie


def test_nothing_else_opens_it(store, cookie, signed_in) -> None:
    stored = rows(store)[0][0]
    for other in ("", stored, cookie[:-1], cookie.upper() + "0", "\x00", "\udcff", "가" * 64, "x" * 100_000):
        assert not signed_in(other)


@on_sqlite
def test_it_ends_after_an_idle_hour(clock, cookie, signed_in) -> None:
    clock.wait(HOUR - 1)
    assert signed_in(cookie)
    clock.wait(HOUR - 1)
    assert signed_in(cookie)
    clock.wait(HOUR)
    assert not signed_in(cookie)


@on_sqlite
def test_it_ends_after_twelve_hours_of_work(clock, cookie, signed_in) -> None:
    for _ in range(12 * 4 - 1):
        clock.wait(HOUR / 4)
        assert signed_in(cookie)
    clock.wait(HOUR / 4)
    assert not signed_in(cookie)


@on_sqlite
def test_its_row_is_written_once_a_minute_at_most(store, world, clock, cookie) -> None:
    begun = rows(store)[0][1]
    for after, seen in ((59, begun), (60, begun + 60), (61, begun + 60), (119, begun + 60), (120, begun + 120)):
        clock.at = begun + after
        sessions.actor(store, world, cookie)
        assert rows(store)[0][1] == seen


def test_asking_writes_nothing_while_somebody_else_writes(store, world, cookie) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sync_state")
        assert sessions.actor(store, world, cookie).name == "김하나"


@on_sqlite
def test_signing_out_ends_that_session_only(store, world, hana, cookie, signed_in) -> None:
    other = sessions.start(store, world, hana)
    sessions.end(store, world, cookie)
    sessions.end(store, world, cookie)
    sessions.end(store, world, "")
    assert not signed_in(cookie)
    assert signed_in(other)


def test_a_new_role_counts_on_open_pages(store, world, secret, cookie) -> None:
    accounts.set_role(store, world, secret, "김하나", Role.VIEWER)
    assert sessions.actor(store, world, cookie).role is Role.VIEWER


def test_a_closed_account_is_out_at_once(store, world, secret, hana, cookie, signed_in) -> None:
    accounts.disable(store, world, secret, "김하나")
    assert not signed_in(cookie)
    assert not signed_in(sessions.start(store, world, hana))  # one that was being started meanwhile


@on_sqlite
def test_sessions_that_ended_leave_no_rows(store, world, clock, hana, cookie) -> None:
    clock.wait(13 * HOUR)
    sessions.start(store, world, hana)
    assert len(rows(store)) == 1


def test_a_session_outlives_a_restart(database, clock, secret) -> None:
    first = open_store(database)
    upgrade(first)
    account = accounts.add_without_password(first, clock.world, secret, "김하나", Role.CS)
    cookie = sessions.start(first, clock.world, account)
    first.close()
    again = open_store(database)
    assert sessions.actor(again, clock.world, cookie).name == "김하나"
    again.close()


def test_a_page_costs_one_read_by_its_key(store, world, cookie) -> None:
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: asked.append(a[2:4]))
    sessions.actor(store, world, cookie)
    [(sql, values)] = [(sql, values) for sql, values in asked if sql != "BEGIN"]
    with store.reading() as connection:
        if store.postgresql:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # it would rather scan one row
        plan = connection.exec_driver_sql(("EXPLAIN " if store.postgresql else "EXPLAIN QUERY PLAN ") + sql, values)
        said = "\n".join(" ".join(map(str, row)) for row in plan)
    assert said.count("Index Scan" if store.postgresql else "sqlite_autoindex") == 2, said
