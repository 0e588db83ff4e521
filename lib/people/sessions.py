"""Server-side sessions: 256 random bits in a cookie, its hash in the store, asked at every run and every operation."""

from __future__ import annotations

import hashlib

from lib.errors import SignedOut
from lib.people.accounts import Account
from lib.people.actor import Actor, Role
from lib.store.engine import Store
from lib.store.statements import people as statements
from lib.world import World

IDLE_S = 3600
LONGEST_S = 12 * 3600
TOUCH_S = 60


def start(store: Store, world: World, account: Account) -> str:
    """A new session of this account; returns the cookie's value."""
    cookie = f"{world.random_bits(256):064x}"
    now = int(world.now())
    with store.writing() as connection:
        statements.end_sessions_before(connection, now - LONGEST_S)
        statements.start_session(connection, _hashed(cookie), account.id, now)
    return cookie


def actor(store: Store, world: World, cookie: str) -> Actor:
    """The person of this cookie, with the role of this moment. Raises `SignedOut`: unknown, ended, idle, disabled."""
    if not cookie:
        raise SignedOut
    session_id, now = _hashed(cookie), int(world.now())
    with store.reading() as connection:
        row = statements.session(connection, session_id)
    if row is None or row["disabled"] or now - row["seen_at"] >= IDLE_S or now - row["started_at"] >= LONGEST_S:
        raise SignedOut
    if now - row["seen_at"] >= TOUCH_S:
        with store.writing() as connection:
            statements.touch_session(connection, session_id, now)
    return Actor(row["name"], Role(row["role"]), session_id)


def end(store: Store, _world: World, cookie: str) -> None:
    """End the session of this cookie, if there is one."""
    with store.writing() as connection:
        statements.end_session(connection, _hashed(cookie))


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode(errors="replace")).hexdigest()
