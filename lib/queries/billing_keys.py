"""Billing keys as a person may see them: known from the stored payments, and one of them as i'mport has it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor
from lib.queries.search import cleaned
from lib.store.engine import RowMapping, Store
from lib.store.statements import billing_keys as statements
from lib.store.statements.billing_keys import Question
from lib.store.statements.listing import ID_BITS
from lib.text import masking

STATES = ("failed", "paid", "new", "deleted")
"""How a key stands: its last charge failed or was paid; not charged since it was registered; deleted from here."""
PAYMENTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge or a registration made with a key. `at` epoch seconds, money in minor units of `currency`."""

    imp_uid: str
    at: int
    amount: int
    currency: str
    fail_reason: str
    merchant_uid: str = ""
    name: str = ""
    state: State | None = None
    registration: bool = False


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One key. `of`: the imp_uid of its latest payment, by which an address may name it. `state` one of `STATES`;
    `charges` of them `paid`; `failures` in a row until now; `registered_at` epoch seconds (0 = not seen); `last` charge.
    Holder and card masked."""

    customer_uid: str
    of: str
    holder: str
    card_name: str
    card_number: str
    state: str
    charges: int
    paid: int
    failures: int
    registered_at: int
    last: Charge | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, latest payment first; `next`: where the following one begins, None at the end."""

    subscribers: list[Subscriber]
    next: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A key as i'mport has it: masked; times epoch seconds (0 = unset)."""

    customer_uid: str
    holder: str
    phone: str
    card_name: str
    card_number: str
    pg_provider: str
    pg_id: str
    inserted: int
    updated: int


def page(
    store: Store, actor: Actor, *, text: str = "", state: str = "", after: int | None = None, size: int = 50
) -> Page:
    """One page of keys. `text` occurs in the id or the holder's name, or ends the card number; `state` one of `STATES`,
    "" for all but the deleted. Raises `NotAllowed`, and `BadInput` bad_filter for a state that there is none of."""
    policy.require(actor, policy.SEE)
    if state and state not in STATES:
        raise BadInput("bad_filter", value=state)
    with store.reading() as connection:
        found = statements.page(connection, Question(cleaned(text), state), after, size + 1)
    following = found[size - 1]["newest"] if len(found) > size else None
    return Page([_subscriber(row) for row in found[:size]], following)


def counts(store: Store, actor: Actor, text: str = "") -> Mapping[str, int]:
    """How many keys that hold the text stand in each of `STATES`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        found = statements.counts(connection, Question(cleaned(text)))
    return {state: found.get(state, 0) for state in STATES}


def one(store: Store, actor: Actor, customer_uid: str) -> Subscriber | None:
    """One key, None while no stored payment was made with it."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        row = statements.one(connection, customer_uid)
    return None if row is None else _subscriber(row)


def of_payment(store: Store, actor: Actor, imp_uid: str) -> str:
    """The key a payment was made with, "" for none."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return statements.of_payment(connection, imp_uid.replace("\x00", ""))


def charges(store: Store, actor: Actor, customer_uid: str) -> list[Charge]:
    """The latest `PAYMENTS_SHOWN` payments made with a key, newest first."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        found = statements.payments_of(connection, customer_uid, PAYMENTS_SHOWN)
    return [
        Charge(
            imp_uid=row["imp_uid"],
            at=row["started_at"],
            amount=row["amount"],
            currency=row["currency"],
            fail_reason=row["fail_reason"],
            merchant_uid=row["merchant_uid"],
            name=row["name"],
            state=State(row["state"]),
            registration=row["customer_uid_usage"] == "issue",
        )
        for row in found
    ]


def stored(iamport: Iamport, actor: Actor, customer_uid: str) -> Stored | None:
    """A key as i'mport has it now; None where it knows none. Raises `NotAllowed`, `IamportError`."""
    policy.require(actor, policy.SEE)
    found = iamport.customer(customer_uid)
    if found is None:
        return None
    text = {name: str(value) for name, value in found.items() if isinstance(value, str | int) and value}
    return Stored(
        customer_uid=customer_uid,
        holder=masking.name(text.get("customer_name", "")),
        phone=masking.phone(text.get("customer_tel", "")),
        card_name=text.get("card_name", ""),
        card_number=masking.card(text.get("card_number", "")),
        pg_provider=text.get("pg_provider", ""),
        pg_id=text.get("pg_id", ""),
        inserted=_seconds(found.get("inserted")),
        updated=_seconds(found.get("updated")),
    )


def _seconds(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _subscriber(row: RowMapping) -> Subscriber:
    last = None
    if row["imp_uid"]:
        last = Charge(
            row["imp_uid"], row["started_at"], row["amount"], row["currency"], row["fail_reason"], name=row["name"]
        )
    return Subscriber(
        customer_uid=row["customer_uid"],
        of=row["of"],
        holder=masking.name(row["buyer_name"]),
        card_name=row["card_name"],
        card_number=masking.card(row["card_number"]),
        state=row["shown_state"],
        charges=row["charges"],
        paid=row["paid"],
        failures=row["failures"],
        registered_at=row["issued"] >> ID_BITS,
        last=last,
    )
