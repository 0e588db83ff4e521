"""Accounts: argon2id passwords, names that differ by more than case, and a lock after too many wrong tries."""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lib import audit
from lib.errors import BadInput
from lib.people import policy
from lib.people.actor import Actor, Role
from lib.people.common_passwords import known_to_everyone
from lib.store.engine import Connection, Store
from lib.store.statements import people as statements
from lib.text.unseen import holds_unseen
from lib.world import World

SHORTEST, LONGEST = 12, 128
LONGEST_NAME, LONGEST_KEY = 40, 80
SLOW_FROM, LOCK_AT, LOCK_S = 3, 10, 1800
FORGET_S = 86_400
SERVER = "command"
"""Who acts in the audit chain where a command on the server changes accounts."""

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(4)  # 64 MiB each: a crowd at the door must not take the machine's memory


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account; `created_at` epoch seconds."""

    id: str
    name: str
    role: Role
    disabled: bool
    created_at: int


def folded(name: str) -> str:
    """The form in which two names are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def add(
    store: Store, world: World, secret: bytes, name: str, role: Role, password: str, *, by: Actor | None = None
) -> Account:
    """A new account; `by` None is the server's command line.

    Raises `BadInput`: bad_name (longest), name_taken (name), short_password (least, longest), weak_password;
    `NotAllowed`.
    """
    _may_manage(by)
    shown = unicodedata.normalize("NFC", name).strip()
    if not _usable(shown) or len(shown) > LONGEST_NAME or len(folded(shown)) > LONGEST_KEY:
        raise BadInput("bad_name", longest=LONGEST_NAME)
    check(password)
    return _insert(store, world, secret, shown, role, _hashed(password), by, demo=False)


def check(password: str) -> None:
    """Raise `BadInput` for a password that is too short, too long, or known to everyone."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise BadInput("short_password", least=SHORTEST, longest=LONGEST)
    if known_to_everyone(_normal(password)):
        raise BadInput("weak_password")


def add_without_password(store: Store, world: World, secret: bytes, name: str, role: Role) -> Account:
    """A demo account, into which nobody can sign in with a password."""
    return _insert(store, world, secret, name, role, "", None, demo=True)


def list_all(store: Store) -> list[Account]:
    """Every account, by name."""
    with store.reading() as connection:
        return [of_row(row) for row in statements.everyone(connection)]


def named(store: Store, name: str) -> Account:
    """The account of a name; raises `BadInput` unknown_person (name) or disabled."""
    with store.reading() as connection:
        return of_row(_open_row(connection, name))


def actor_named(store: Store, name: str) -> Actor:
    """Who acts when a command says `--as NAME`; raises `BadInput` unknown_person (name) or disabled."""
    account = named(store, name)
    return Actor(account.name, account.role)


def set_role(store: Store, world: World, secret: bytes, name: str, role: Role, *, by: Actor | None = None) -> None:
    """Give a person another role, which counts at once on their open pages; `by` None is the server's command line.

    Raises `BadInput` unknown_person (name) or disabled; `NotAllowed`.
    """
    _may_manage(by)
    with store.writing() as connection:
        row = _open_row(connection, name, lock=True)
        if row["role"] == role.value:
            return
        statements.change(connection, row["id"], role=role.value)
        _note(connection, world, secret, by, "set_role", row["id"], before=row["role"], after=role.value)


def disable(store: Store, world: World, secret: bytes, name: str, *, by: Actor | None = None) -> None:
    """Close an account and end its sessions; `by` None is the server's command line.

    Raises `BadInput` unknown_person (name) or disabled; `NotAllowed`.
    """
    _may_manage(by)
    with store.writing() as connection:
        row = _open_row(connection, name, lock=True)
        statements.change(connection, row["id"], disabled=True)
        statements.end_sessions_of(connection, row["id"])
        _note(connection, world, secret, by, "disable_person", row["id"], before=row["role"], after="disabled")


def verify(store: Store, world: World, name: str, password: str) -> Account:
    """The account that this name and password open.

    Raises `BadInput`: wrong_password (the same, after the same time, for an unknown name), slow_down (seconds),
    locked_out (seconds), disabled.
    """
    key, now = folded(name), int(world.now())
    name_hash = hashlib.sha256(key.encode(errors="replace")).hexdigest()
    _count_try(store, name_hash, now)  # before the password is looked at: a hundred tries at once are a hundred tries
    nobody = _hash_of_nobody()
    with store.reading() as connection:
        row = statements.by_key(connection, key) if _usable(key) else None
    hashed = str(row["password_hash"]) if row else ""
    if not _matches(hashed or nobody, password) or row is None or not hashed:
        raise BadInput("wrong_password")
    fresh = _hashed(password) if _HASHER.check_needs_rehash(hashed) else ""
    with store.writing() as connection:
        statements.forget_failures(connection, name_hash, now - FORGET_S)
        if fresh:
            statements.change(connection, row["id"], password_hash=fresh)
    if row["disabled"]:
        raise BadInput("disabled")
    return of_row(row)


def of_row(row: Mapping[Any, Any]) -> Account:
    """The account that a row holds."""
    return Account(row["id"], row["name"], Role(row["role"]), bool(row["disabled"]), row["created_at"])


def _insert(
    store: Store, world: World, secret: bytes, name: str, role: Role, hashed: str, by: Actor | None, *, demo: bool
) -> Account:
    account = Account(world.new_id(), name, role, False, int(world.now()))
    with store.writing() as connection:
        added = statements.add(
            connection,
            id=account.id,
            name=name,
            name_key=folded(name),
            role=role.value,
            password_hash=hashed,
            demo=demo,
            created_at=account.created_at,
        )
        if not added:
            raise BadInput("name_taken", name=name)
        _note(connection, world, secret, by, "add_person", account.id, after=role.value)
    return account


def _open_row(connection: Connection, name: str, *, lock: bool = False) -> Mapping[Any, Any]:
    key = folded(name)
    row = statements.by_key(connection, key, lock=lock) if _usable(key) else None
    if row is None:
        raise BadInput("unknown_person", name=name)
    if row["disabled"]:
        raise BadInput("disabled")
    return row


def _may_manage(by: Actor | None) -> None:
    if by is not None:
        policy.require(by, policy.MANAGE_PEOPLE)


def _note(
    connection: Connection,
    world: World,
    secret: bytes,
    by: Actor | None,
    action: str,
    person_id: str,
    *,
    before: str = "",
    after: str = "",
) -> None:
    audit.append(
        connection,
        secret,
        at=int(world.now()),
        actor=by.name if by else SERVER,
        session=by.session if by else "",
        action=action,
        object=person_id,
        before=before,
        after=after,
    )


def _count_try(store: Store, name_hash: str, now: int) -> None:
    with store.writing() as connection:
        row = statements.count_failure(connection, name_hash, now)
        failures, left = int(row["failures"]), int(row["blocked_until"]) - now
        if left > 0:  # the exception takes the count back: waiting makes the wait no longer
            raise BadInput("locked_out" if failures > LOCK_AT else "slow_down", seconds=left)
        if failures > LOCK_AT:
            failures = 1
        wait = LOCK_S if failures == LOCK_AT else 2 ** (failures - SLOW_FROM) if failures >= SLOW_FROM else 0
        statements.set_failures(connection, name_hash, failures, now + wait)


def _usable(name: str) -> bool:
    """Something to see, and nothing that a database refuses."""
    return bool(name) and not holds_unseen(name)


def _normal(password: str) -> str:
    """One form for what two keyboards send as different code points, Hangul above all."""
    return unicodedata.normalize("NFC", password)


def _hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def _matches(hashed: str, password: str) -> bool:
    if len(password) > 4 * LONGEST:
        password = ""  # nobody has it; hashing takes its time all the same
    try:
        with _AT_ONCE:
            return _HASHER.verify(hashed, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash("nobody's password")
