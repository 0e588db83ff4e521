"""What a payment link asks for, and the one rule of what pays it and what a person must look at.

i'mport fixes the amount that a window may ask for, and refuses a second window once an order is paid. The rest is the
customer's: which method, which channel, until when an account waits, whether a card is registered instead; and into an
account that was issued before, somebody may still deposit. So everything under the order is compared with what was asked.
What i'mport's record does not tell cannot be compared: how much of the amount was tax-free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from lib.payments.checkout import METHODS
from lib.payments.record import Payment
from lib.payments.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is asked for. Amounts in KRW, times in epoch seconds (`withdrawn_at` 0 = it was not), `methods` of
    `checkout.METHODS`.

    `digital`: the goods are (the phone fee depends on it). `channel_key`: the channel of i'mport's console, "" = its
    default, and `pg_id` the MID of a chosen one. `test`: it was made to try out a test channel, and what that takes
    counts as paid.
    """

    merchant_uid: str
    name: str
    amount: int
    methods: tuple[str, ...]
    tax_free: int = 0
    digital: bool = False
    channel_key: str = ""
    pg_id: str = ""
    test: bool = False
    made_by: str
    made_at: int
    expires: int
    withdrawn_at: int = 0


class Odd(NamedTuple):
    """A payment of a link's order that a person must look at; `code` is that of the sentence (`WHY`) that says why and
    what to do."""

    payment: Payment
    code: str


class Standing(NamedTuple):
    """How a link stands; `payment` is the one that says so (withdrawn: an account that still waits), `fail_reason` why
    the last attempt failed.

    `state`: paid, partly (cancelled), cancelled, account (waits for its deposit), wrong (paid, but not what was asked
    for), withdrawn, expired, open.
    """

    state: str
    payment: Payment | None = None
    fail_reason: str = ""
    odd: tuple[Odd, ...] = ()


KEY, TEST, AMOUNT = "link_paid_key", "link_paid_test", "link_paid_amount"
TWICE, LATE, METHOD, CHANNEL = "link_paid_twice", "link_paid_late", "link_paid_method", "link_paid_channel"
OVER, LONG = "link_account_over", "link_account_long"
WHY: Final = (AMOUNT, TWICE, TEST, KEY, LATE, METHOD, CHANNEL, OVER, LONG)
"""Why a person must look: paid with another amount or currency, beside what pays the link, on a test channel, by nothing
but the registration of a card; paid by what fits, but after the withdrawal, by a method that was not offered, through
another channel; an account that still waits though the order is settled, or longer than the link lives."""
OVER_STATES: Final = frozenset({State.PAID.value, State.PARTLY_CANCELLED.value, State.CANCELLED.value, "withdrawn"})


def standing(link: Link, found: Sequence[Payment], now: float) -> Standing:
    """How the link stands by the payments `found` under its order, at `now` (epoch seconds).

    Of several that fit, the one that is as asked in all else pays the link, then the one paid first. Where something pays
    it, or it is withdrawn, what took no money is nobody's business.
    """
    kept = [payment for payment in found if payment.state in (State.PAID, State.PARTLY_CANCELLED)]
    paying = min(
        (payment for payment in kept if not misfit(link, payment)),
        key=lambda payment: (any(_departures(link, payment)), payment.paid_at, payment.imp_uid),
        default=None,
    )
    others = [payment for payment in kept if payment is not paying]
    if paying or link.withdrawn_at:
        others = [payment for payment in others if _took_money(link, payment)]
    waiting = [payment for payment in found if _waits(link, payment, now)]
    stands = _stands(link, found, paying, others, waiting, now)
    odd = chain(
        (Odd(paying, code) for code in _departures(link, paying)) if paying else (),
        (Odd(payment, TWICE if paying else misfit(link, payment)) for payment in others),
        (
            Odd(account, OVER if stands.state in OVER_STATES else LONG)
            for account in waiting
            if stands.state in OVER_STATES or account.vbank_date > link.expires
        ),
    )
    return stands._replace(odd=tuple(odd))


def _stands(
    link: Link,
    found: Sequence[Payment],
    paying: Payment | None,
    others: Sequence[Payment],
    waiting: Sequence[Payment],
    now: float,
) -> Standing:
    if paying:
        return Standing(paying.state.value, paying)
    if others:
        return Standing("wrong", max(others, key=lambda payment: _took_money(link, payment)))
    account = next((payment for payment in waiting if not misfit(link, payment)), None)
    if link.withdrawn_at:
        return Standing("withdrawn", account)
    if gone := next((payment for payment in found if payment.state.was_paid), None):
        return Standing("cancelled", gone)
    if account:
        return Standing("account", account)
    last = max(found, key=lambda payment: payment.started_at, default=None)
    return Standing("open" if link.expires > now else "expired", fail_reason=last.fail_reason if last else "")


def misfit(link: Link, payment: Payment) -> str:
    """Why the payment is not of what the link asks for, this amount of won for real; "" where it is."""
    if payment.customer_uid_usage == "issue":
        return KEY
    if payment.sandbox and not link.test:
        return TEST
    return "" if (payment.amount, payment.currency) == (link.amount, "KRW") else AMOUNT


def _departures(link: Link, payment: Payment) -> Iterator[str]:
    """What is not as asked in a payment that fits. A wallet, opened in the window of cards, stands as a method of its own:
    it departs from nothing."""
    if 0 < link.withdrawn_at <= payment.paid_at:
        yield LATE
    if payment.pay_method in METHODS and payment.pay_method not in link.methods:
        yield METHOD
    if link.pg_id and payment.pg_id and payment.pg_id != link.pg_id:
        yield CHANNEL


def _took_money(link: Link, payment: Payment) -> bool:
    """What a test channel takes is money to a link that was made for one."""
    return payment.amount > 0 and misfit(link, payment) not in (KEY, TEST)


def _waits(link: Link, payment: Payment, now: float) -> bool:
    """An account into which money can still come."""
    return payment.state is State.WAITING and payment.vbank_date > now and misfit(link, payment) != TEST
