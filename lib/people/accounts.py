"""Accounts: argon2id passwords, names that differ by more than case, and a lock after too many wrong tries."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from lib import audit
from lib.errors import BadInput
from lib.people.actor import Actor, Role
from lib.store.engine import Store
from lib.store.statements import people as statements
from lib.world import World

SHORTEST, LONGEST, LONGEST_NAME = 12, 128, 40
SLOW_FROM, LOCK_AT, LOCK_S = 3, 10, 1800
COMMON = frozenset(
    (
        "password1234 123456789012 qwertyuiop12 passw0rd1234 iloveyou1234 administrator 000000000000 111111111111 "
        "abcdefghijkl paydesk12345 password12345 1q2w3e4r5t6y qwerty123456 welcome12345 changeme1234"
    ).split()
)
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)


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
    return unicodedata.normalize("NFKC", name).casefold().strip()


def add(store: Store, world: World, secret: bytes, name: str, role: Role, password: str) -> Account:
    """A new account. Raises `BadInput`: bad_name, name_taken, short_password (least), weak_password."""
    shown = unicodedata.normalize("NFC", name).strip()
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise BadInput("bad_name", most=LONGEST_NAME)
    check(password)
    return _insert(store, world, secret, shown, role, _HASHER.hash(password), demo=False)


def check(password: str) -> None:
    """Raise `BadInput` for a password that is too short, too long, or known to everyone."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("short_password", least=SHORTEST, longest=LONGEST)
    if password.casefold() in COMMON or len(set(password)) < 4:
        raise BadInput("weak_password")


def add_without_password(store: Store, world: World, secret: bytes, name: str, role: Role) -> Account:
    """A demo account, into which nobody can sign in with a password."""
    return _insert(store, world, secret, name, role, "", demo=True)


def _insert(store: Store, world: World, secret: bytes, name: str, role: Role, hashed: str, *, demo: bool) -> Account:
    account = Account(world.new_id(), name, role, False, int(world.now()))
    with store.writing() as connection:
        if statements.by_key(connection, folded(name)):
            raise BadInput("name_taken", name=name)
        statements.add(
            connection,
            id=account.id,
            name=name,
            name_key=folded(name),
            role=role.value,
            password_hash=hashed,
            demo=demo,
            created_at=account.created_at,
        )
        audit.append(
            connection,
            secret,
            at=account.created_at,
            actor="command",
            action="add_person",
            object=account.id,
            after=role.value,
        )
    return account


def list_all(store: Store) -> list[Account]:
    """Every account, by name."""
    with store.reading() as connection:
        return [_account(row) for row in statements.everyone(connection)]


def named(store: Store, name: str) -> Account:
    """The account of a name; raises `BadInput` unknown_person or disabled."""
    with store.reading() as connection:
        row = statements.by_key(connection, folded(name))
    if row is None:
        raise BadInput("unknown_person", name=name)
    if row["disabled"]:
        raise BadInput("disabled")
    return _account(row)


def actor_named(store: Store, name: str) -> Actor:
    """Who acts when a command says `--as NAME`; raises `BadInput` unknown_person or disabled."""
    account = named(store, name)
    return Actor(account.name, account.role)


def disable(store: Store, world: World, secret: bytes, name: str, by: str) -> None:
    """Close an account; open pages of that person end at their next step."""
    account = named(store, name)
    with store.writing() as connection:
        statements.change(connection, account.id, disabled=True)
        audit.append(
            connection,
            secret,
            at=int(world.now()),
            actor=by,
            action="disable_person",
            object=account.id,
            before=account.role,
        )


def verify(store: Store, world: World, name: str, password: str) -> Account:
    """The account that this name and password open.

    Raises `BadInput`: wrong_password (the same, after the same time, for an unknown name), slow_down (seconds),
    locked_out, disabled.
    """
    now = int(world.now())
    with store.reading() as connection:
        row = statements.by_key(connection, folded(name))
    if row is None or not row["password_hash"]:
        _matches(_dummy(), password)
        raise BadInput("wrong_password")
    if row["blocked_until"] > now:
        left = row["blocked_until"] - now
        raise BadInput("locked_out") if row["failures"] >= LOCK_AT else BadInput("slow_down", seconds=left)
    if not _matches(row["password_hash"], password):
        _note_failure(store, str(row["id"]), now)
        raise BadInput("wrong_password")
    if row["disabled"]:
        raise BadInput("disabled")
    fresh = _HASHER.hash(password) if _HASHER.check_needs_rehash(row["password_hash"]) else row["password_hash"]
    with store.writing() as connection:
        statements.change(connection, row["id"], failures=0, blocked_until=0, password_hash=fresh)
    return _account(row)


def _note_failure(store: Store, person_id: str, now: int) -> None:
    with store.writing() as connection:
        failures = statements.count_failure(connection, person_id)
        wait = LOCK_S if failures >= LOCK_AT else 2 ** (failures - SLOW_FROM) if failures >= SLOW_FROM else 0
        if wait:
            statements.change(connection, person_id, blocked_until=now + wait)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[: LONGEST + 1])
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    return _HASHER.hash("nobody's password")


def _account(row: object) -> Account:
    r: dict[str, object] = dict(row)  # type: ignore[call-overload]
    return Account(str(r["id"]), str(r["name"]), Role(str(r["role"])), bool(r["disabled"]), int(str(r["created_at"])))
