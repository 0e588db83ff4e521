"""The sandbox's demo people, one for each role; a desk with a real key has none."""

from __future__ import annotations

from typing import NamedTuple

from lib.errors import BadInput
from lib.people import accounts
from lib.people.accounts import Account
from lib.people.actor import Role
from lib.store.engine import Store
from lib.store.statements import people as statements
from lib.world import World


class Person(NamedTuple):
    """A demo person."""

    name: str
    role: Role


PEOPLE = (
    Person("이수연", Role.CS),
    Person("김민수", Role.FINANCE),
    Person("박서영", Role.VIEWER),
    Person("정하늘", Role.ADMIN),
)


def ensure(store: Store, world: World, secret: bytes) -> None:
    """Make the demo people that are not there yet. Closed ones stay closed: the desk has seen a real key since."""
    known = {accounts.folded(account.name) for account in accounts.list_all(store)}
    for person in PEOPLE:
        if accounts.folded(person.name) in known:
            continue
        try:
            accounts.add_without_password(store, world, secret, person.name, person.role)
        except BadInput as taken:  # another process starts at the same moment
            if taken.why != "name_taken":
                raise


def account(store: Store, name: str) -> Account:
    """The account of a demo person; raises `BadInput` unknown_person (name) for anybody else, however called."""
    with store.reading() as connection:
        for row in statements.open_demo(connection):
            if row["name"] == name:
                return accounts.of_row(row)
    raise BadInput("unknown_person", name=name)


def refuse(store: Store) -> None:
    """Close the demo accounts and their sessions: money is real here."""
    with store.reading() as connection:
        if not statements.open_demo(connection):
            return
    with store.writing() as connection:
        statements.close_demo(connection)
