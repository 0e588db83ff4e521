"""Payment links: an order that a customer pays on a page of its own, without signing in.

A link is its order, signed with the desk's secret; nothing of it is stored but the audit chain's entry of who made it.
i'mport fixes the amount (`/payments/prepare`), refuses an order that is paid, and the page offers none that is paid or
has a virtual account waiting. Signing with a new secret ends every link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from lib import audit
from lib.errors import BadInput
from lib.iamport.errors import IamportError
from lib.journal.parts import Journal
from lib.payments.checkout import METHODS, ORDER_BITS, order_number
from lib.payments.record import Payment
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements import listing
from lib.world import World

ACTION = "payment_link"
SALT = "payment link"
LONGEST_NAME, LONGEST_TOKEN = 40, 1_000
LEAST, MOST = 100, 100_000_000
LONGEST_HOURS, HOURS = 168, 24


class Link(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is signed. Amounts in KRW, `expires` epoch seconds, `methods` of `checkout.METHODS`.

    `digital`: the goods are (the phone fee depends on it).
    """

    merchant_uid: str
    name: str
    amount: int
    methods: list[str]
    expires: int
    tax_free: int = 0
    digital: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands: `paid`, an `account` that waits for its deposit, or `open` (after `fail_reason`, if any)."""

    state: str
    payment: Payment | None = None
    fail_reason: str = ""


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
) -> str:
    """The signed link of a new order; its amount is fixed at i'mport and its making written down.

    The same `merchant_uid` again gives the same link. Raises `NotAllowed`, `IamportError`, and `BadInput`: link_name,
    link_amount, link_tax_free, link_methods, link_hours, link_taken (the same order for another amount).
    """
    policy.require(actor, policy.ASK_PAYMENT)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("link_name")
    if amount is None or not LEAST <= amount <= MOST:
        raise BadInput("link_amount", floor=LEAST, most=MOST)
    if not 0 <= tax_free <= amount:
        raise BadInput("link_tax_free")
    chosen = [method for method in METHODS if method in methods]
    if not chosen:
        raise BadInput("link_methods")
    if not 0 < hours <= LONGEST_HOURS:
        raise BadInput("link_hours")
    expires = int(journal.world.now()) + hours * 3600
    with journal.store.writing() as connection:
        earlier = audit.about(connection, ACTION, merchant_uid)
        if earlier and earlier[0].after != str(amount):
            raise BadInput("link_taken")
        if earlier:
            expires = int(earlier[0].reason)
        else:
            journal.note(connection, actor, ACTION, merchant_uid, str(expires), after=str(amount))
    journal.iamport.prepare(merchant_uid, amount)
    link = Link(
        merchant_uid=merchant_uid,
        name=name,
        amount=amount,
        methods=chosen,
        expires=expires,
        tax_free=tax_free,
        digital=digital,
    )
    return _signer(journal.secret).sign(base64_encode(msgspec.msgpack.encode(link))).decode()


def opened(secret: bytes, token: str) -> Link:
    """The link of a token, ended or not. Raises `BadInput` link_broken where this desk has not signed it."""
    if len(token) > LONGEST_TOKEN:
        raise BadInput("link_broken")
    try:
        return msgspec.msgpack.decode(base64_decode(_signer(secret).unsign(token)), type=Link)
    except (BadData, msgspec.DecodeError):
        raise BadInput("link_broken") from None


@dataclass(frozen=True, slots=True)
class Made:
    """A link as it was written down: `at`, `expires` epoch seconds; `state` paid, account, open or expired.

    `imp_uid` is that of the payment that counts ("" = none).
    """

    merchant_uid: str
    amount: int
    by: str
    at: int
    expires: int
    state: str
    imp_uid: str


def latest(journal: Journal, actor: Actor, limit: int = 20) -> list[Made]:
    """The links made last, newest first, each with how its order stands by what was stored."""
    policy.require(actor, policy.ASK_PAYMENT)
    found, now = [], journal.world.now()
    for entry in audit.entries(journal.store, limit=limit, action=ACTION):
        stands = _standing(_stored(journal, entry.object), now)
        expires = int(entry.reason)
        state = "expired" if stands.state == "open" and expires <= now else stands.state
        imp_uid = stands.payment.imp_uid if stands.payment else ""
        found.append(Made(entry.object, int(entry.after), entry.actor, entry.at, expires, state, imp_uid))
    return found


def standing(journal: Journal, link: Link, *, look: bool) -> Standing:
    """How its order stands by what was stored and, with `look`, by what i'mport has under it now."""
    found = _stored(journal, link.merchant_uid)
    if look and not any(_final(payment) for payment in found):
        with suppress(IamportError):  # the window itself refuses an order that is paid
            found = journal.iamport.find_all(link.merchant_uid)
    return _standing(found, journal.world.now())


def _standing(found: Sequence[Payment], now: float) -> Standing:
    for payment in found:
        if payment.state.was_paid:
            return Standing("paid", payment)
    for payment in found:
        if payment.state is State.WAITING and payment.vbank_date > now:
            return Standing("account", payment)
    last = max(found, key=lambda payment: payment.started_at, default=None)
    return Standing("open", fail_reason=last.fail_reason if last else "")


def bring(journal: Journal, link: Link, imp_uid: str) -> bool:
    """Read the payment that the window told of into the store; False where it is none of this order."""
    try:
        return journal.refresh(imp_uid).merchant_uid == link.merchant_uid
    except IamportError:
        return False


def _final(payment: Payment) -> bool:
    return payment.state.was_paid or payment.state is State.WAITING


def _stored(journal: Journal, merchant_uid: str) -> list[Payment]:
    with journal.store.reading() as connection:
        rows = [listing.by_imp_uid(connection, uid) for _, uid, _ in listing.of_ids(connection, [merchant_uid])]
    names = [name for name in Payment.__struct_fields__ if name not in ("cancellations", "extra")]
    return [Payment(**{name: row[name] for name in names}) for row in rows if row is not None]


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=SALT, digest_method=hashlib.sha256, key_derivation="hmac")
