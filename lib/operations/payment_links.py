"""Payment links: an order that a customer pays on a page of its own, without signing in.

A link is a row; its address is the order's number, signed with the desk's secret, and is kept nowhere, for whoever has
it can open the page. Signing with a new secret ends every link. i'mport fixes the amount that a window may ask for
(`/payments/prepare`), but not what becomes of it: what pays a link and what needs a look is told by
`lib.payments.payment_link`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple

from itsdangerous import BadSignature, Signer

from lib.errors import BadInput
from lib.iamport.errors import IamportError
from lib.journal.parts import Journal
from lib.payments import payment_link
from lib.payments.checkout import METHODS, ORDER_BITS, order_number
from lib.payments.days import DAY_S
from lib.payments.payment_link import Link, Standing
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import payment_links as statements
from lib.world import World

ACTION, WITHDRAWN = "payment_link", "withdraw_payment_link"
SALT = "payment link"
LONGEST_NAME, LONGEST_TOKEN = 40, 200
LEAST, MOST = 100, 100_000_000
LONGEST_HOURS, HOURS = 168, 24
ALARM_DAYS = 30


class Seen(NamedTuple):
    """A link and how it stands by what was stored."""

    link: Link
    standing: Standing


def order(world: World) -> str:
    """A fresh order number for a link, minted when its form opens, so that a double click makes one."""
    return order_number("link", world.now(), world.random_bits(ORDER_BITS))


def make(
    journal: Journal,
    actor: Actor,
    *,
    merchant_uid: str,
    name: str,
    amount: int | None,
    methods: Sequence[str],
    hours: int = HOURS,
    tax_free: int = 0,
    digital: bool = False,
    channel_key: str = "",
    pg_id: str = "",
    test: bool = False,
) -> Link:
    """The link of a new order; it is written down, then its amount is fixed at i'mport.

    The same `merchant_uid` on the same terms gives the same link. Raises `NotAllowed`, `IamportError`, and `BadInput`:
    link_name, link_amount, link_tax_free, link_methods, link_hours, link_taken (the order has a link on other terms, or
    one that was withdrawn).
    """
    policy.require(actor, policy.ASK_PAYMENT)
    name = " ".join(name.split())
    chosen = tuple(method for method in METHODS if method in methods)
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("link_name")
    if amount is None or not LEAST <= amount <= MOST:
        raise BadInput("link_amount", floor=LEAST, most=MOST)
    if not 0 <= tax_free <= amount:
        raise BadInput("link_tax_free")
    if not chosen:
        raise BadInput("link_methods")
    if not 0 < hours <= LONGEST_HOURS:
        raise BadInput("link_hours")
    now = int(journal.world.now())
    link = Link(
        merchant_uid=merchant_uid,
        name=name,
        amount=amount,
        methods=chosen,
        tax_free=tax_free,
        digital=digital,
        channel_key=channel_key,
        pg_id=pg_id,
        test=test,
        made_by=actor.name,
        made_at=now,
        expires=now + hours * 3600,
    )
    link = _written_down(journal, actor, link)
    journal.iamport.prepare(merchant_uid, amount)
    with journal.store.writing() as connection:
        statements.fix(connection, merchant_uid, now)
    return link


def _written_down(journal: Journal, actor: Actor, link: Link) -> Link:
    """The link, or the one that the order has already on the same terms."""
    with journal.store.writing() as connection:
        earlier = _find(connection, link.merchant_uid)
        if earlier is None:
            row = asdict(link) | {"methods": " ".join(link.methods)}
            statements.add(connection, row)
            until = f"{link.expires} test" if link.test else str(link.expires)
            journal.note(connection, actor, ACTION, link.merchant_uid, until, after=str(link.amount))
    if earlier is not None and (earlier.withdrawn_at or _terms(earlier) != _terms(link)):
        raise BadInput("link_taken")
    return earlier or link


def _terms(link: Link) -> dict[str, Any]:
    """What two links must agree in to be the same one."""
    given = asdict(link) | {"expires": link.expires - link.made_at}
    return {name: value for name, value in given.items() if name not in ("made_by", "made_at", "withdrawn_at")}


def withdraw(journal: Journal, actor: Actor, merchant_uid: str) -> None:
    """Close the page of a link that was not paid; a virtual account that waits is not closed by it. i'mport cannot be
    told, so what a window that is open meanwhile takes is an alarm. Done twice it is done once.

    Raises `NotAllowed`, and `BadInput`: link_broken (there is none), link_over (it was paid).
    """
    policy.require(actor, policy.ASK_PAYMENT)
    link = find(journal, merchant_uid)
    if link is None:
        raise BadInput("link_broken")
    if standing(journal, link, look=True).state in ("paid", "partly", "cancelled"):
        raise BadInput("link_over")
    with journal.store.writing() as connection:
        if statements.withdraw(connection, merchant_uid, int(journal.world.now())):
            journal.note(connection, actor, WITHDRAWN, merchant_uid, after=str(link.amount))


# -- the address -------------------------------------------------------------------------------------------------------


def token(secret: bytes, link: Link) -> str:
    """What stands in the address of a link: its order number, signed. Nothing of the customer or the product."""
    return _signer(secret).sign(link.merchant_uid).decode()


def signed(secret: bytes, token: str) -> str | None:
    """The order number of a token that this desk has signed."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        return _signer(secret).unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=SALT, digest_method=hashlib.sha256, key_derivation="hmac")


# -- how it stands -----------------------------------------------------------------------------------------------------


def find(journal: Journal, merchant_uid: str) -> Link | None:
    """The link of an order. Asks no rights: whoever has its address may see it."""
    with journal.store.reading() as connection:
        return _find(connection, merchant_uid)


def seen(journal: Journal, actor: Actor, merchant_uid: str) -> Seen | None:
    """One link for the desk. Raises `NotAllowed`."""
    policy.require(actor, policy.ASK_PAYMENT)
    link = find(journal, merchant_uid)
    return Seen(link, standing(journal, link, look=False)) if link else None


def latest(journal: Journal, actor: Actor, limit: int = 20) -> list[Seen]:
    """The links made last, newest first. Raises `NotAllowed`."""
    policy.require(actor, policy.ASK_PAYMENT)
    with journal.store.reading() as connection:
        return _seen(connection, [_link(row) for row in statements.latest(connection, limit)], journal.world.now())


def alarms(journal: Journal, actor: Actor) -> list[Seen]:
    """The links of the last 30 days under which a person must look at something, newest first. Raises `NotAllowed`.

    One is over when the payment is cancelled or the account closed; where no money moved, when the link is withdrawn.
    """
    policy.require(actor, policy.ASK_PAYMENT)
    now = journal.world.now()
    with journal.store.reading() as connection:
        rows = statements.odd(connection, int(now) - ALARM_DAYS * DAY_S)
        return [one for one in _seen(connection, [_link(row) for row in rows], now) if one.standing.odd]


def standing(journal: Journal, link: Link, *, look: bool) -> Standing:
    """How it stands by what was stored and, with `look`, by what i'mport has under an order that is open."""
    with journal.store.reading() as connection:
        found = statements.paid_under(connection, [link.merchant_uid])[link.merchant_uid]
    stands = payment_link.standing(link, found, journal.world.now())
    if look and stands.state == "open":
        with suppress(IamportError):  # the window itself refuses an order that is paid
            return payment_link.standing(link, journal.iamport.find_all(link.merchant_uid), journal.world.now())
    return stands


def bring(journal: Journal, link: Link, imp_uid: str) -> bool:
    """Read the payment that the window told of into the store; False where it is none of this order."""
    try:
        return journal.refresh(imp_uid).merchant_uid == link.merchant_uid
    except IamportError:
        return False


def _seen(connection: Connection, links: list[Link], now: float) -> list[Seen]:
    under = statements.paid_under(connection, [link.merchant_uid for link in links])
    return [Seen(link, payment_link.standing(link, under[link.merchant_uid], now)) for link in links]


def _find(connection: Connection, merchant_uid: str) -> Link | None:
    row = statements.one(connection, merchant_uid)
    return _link(row) if row else None


def _link(row: Any) -> Link:
    given = {name: row[name] for name in Link.__slots__}
    return Link(**given | {"methods": tuple(row["methods"].split())})
