"""A payment in words: its method, its state, when money arrives, and the sentence to read out to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lib import codes
from lib.journal.life import Operation
from lib.journal.life import State as Stands
from lib.payments.arrival import Arrival, arrival
from lib.payments.days import day_of
from lib.payments.methods import WALLETS, group_of
from lib.payments.record import Payment
from lib.payments.state import State
from lib.reports.figures.style import METHOD_TITLES
from lib.text import masking
from lib.text.escaping import markdown, plain
from lib.text.language import Language
from lib.text.sentences import sentence_of


def method_of(payment: Payment, t: Language) -> str:
    """신한카드 ****-7781; Virtual account Shinhan; Bank transfer …"""
    method = group_of(payment.pay_method)
    title = t(METHOD_TITLES[method])
    if method == "card":
        return " ".join(part for part in (plain(payment.card_name) or title, masking.card(payment.card_number)) if part)
    if method == "trans":
        return f"{title} {plain(payment.bank_name)}".strip()
    if method == "vbank":
        return f"{title} {plain(payment.vbank_name)}".strip()
    if method == "phone":
        return title
    wallet = payment.emb_pg_provider or payment.pay_method
    return t(WALLETS[wallet]) if wallet in WALLETS else plain(wallet)


def instalments(payment: Payment, t: Language) -> str:
    """일시불, 할부 3개월; "" for what is not a card."""
    if group_of(payment.pay_method) != "card":
        return ""
    return months(payment.card_quota, t)


def months(quota: int, t: Language) -> str:
    """일시불, 할부 3개월, of a card payment's `card_quota`."""
    return t("{n} instalments", n=quota) if quota > 1 else t("One payment")


def arrival_of(when: Arrival, payment: Payment, t: Language) -> str:
    """When the customer has the money, as an expectation."""
    method = group_of(payment.pay_method)
    if when.first == when.last:
        day = t.day(when.first)
        if method == "phone":
            return t("Phone billing: taken off the bill at once.")
        if method == "vbank":
            return t("To the refund account on {day} (next bank day).", day=day)
        return t("Expected back on {day}.", day=day)
    return t(
        "Expected back between {first} and {last} (3 to 5 bank days, by issuer).",
        first=t.day(when.first),
        last=t.day(when.last),
    )


def gateway_of(payment: Payment) -> str:
    """이지페이(KICC), KG이니시스; as i'mport lists it."""
    return gateway(plain(payment.pg_provider))


def gateway(pg_provider: str) -> str:
    """The same by its code."""
    known = codes.gateways().get(pg_provider)
    return known.ko if known else pg_provider.upper()


def to_read_out(
    payment: Payment,
    t: Language,
    now: float,
    operations: Sequence[Operation] = (),
    deposited_at: int = 0,
    parcel: str = "",
) -> str:
    """One or two sentences for the caller: how it stands and when the money comes; while a refund of it is not certain,
    only that. `operations`: the desk's refunds of the payment. `deposited_at`: when a deposit that the bank took back had
    come in (epoch seconds), 0 for never. `parcel`: courier and number of what was sent."""
    if payment.sandbox:
        return t("This was a payment for practice: no money was taken, and none goes back.")
    uncertain = [op for op in operations if op.open or op.state is Stands.LATE_REVIEW]
    if uncertain:
        return t(
            "A refund of {amount} for your payment of {paid} by {method} is being handled. It is not certain yet; "
            "we will tell you once it is.",
            amount=t.money(sum(op.amount for op in uncertain), payment.currency),
            paid=t.money(payment.amount, payment.currency),
            method=method_of(payment, t),
        )
    if payment.state is State.PAID:
        paid = t(
            "Your payment of {amount} by {method} was completed on {day}.",
            amount=t.money(payment.amount, payment.currency),
            method=method_of(payment, t),
            day=t.day(day_of(payment.paid_at)),
        )
        sent = t("It was sent with {parcel}.", parcel=parcel) if parcel else ""
        return f"{paid} {sent}".strip()
    if payment.state in (State.PARTLY_CANCELLED, State.CANCELLED):
        return _refunded(payment, t)
    if deposited_at:
        return t(
            "Your deposit of {amount} on {day} was taken back by the bank, so the order is not paid. Please ask your bank "
            "whether the money is back in your account, and do not transfer it again before we have told you how to go on.",
            amount=t.money(payment.amount, payment.currency),
            day=t.day(day_of(deposited_at)),
        )
    if payment.state is State.WAITING:
        if payment.vbank_date and payment.vbank_date < now:
            return t("The virtual account has expired without a deposit. Please order again.")
        return t(
            "We are waiting for {amount} on the account of {bank} until {at}.",
            amount=t.money(payment.amount, payment.currency),
            bank=plain(payment.vbank_name),
            at=t.when(payment.vbank_date) if payment.vbank_date else "-",
        )
    if payment.state is State.FAILED:
        amount = t.money(payment.amount, payment.currency)
        return t("The payment of {amount} did not go through; nothing was charged.", amount=amount)
    return t("The payment window was left before paying; nothing was charged.")


def _refunded(payment: Payment, t: Language) -> str:
    """All or how much of it, in how many parts, the last one's day, and when that one arrives."""
    last = max(payment.cancellations, key=lambda c: c.cancelled_at, default=None)
    amount, at = (last.amount, last.cancelled_at) if last else (payment.cancel_amount, payment.cancelled_at)
    parts = len(payment.cancellations)
    facts = {
        "paid": t.money(payment.amount, payment.currency),
        "amount": t.money(payment.cancel_amount, payment.currency),
        "method": method_of(payment, t),
        "day": t.day(day_of(at)),
    }
    if payment.balance == 0:
        told = t("Your payment of {paid} by {method} was refunded in full on {day}.", **facts)
        if parts > 1:
            told = t(
                "Your payment of {paid} by {method} was refunded in full, in {n} parts, the last of {last} on {day}.",
                n=t.number(parts),
                last=t.money(amount, payment.currency),
                **facts,
            )
    else:
        told = t("{amount} of your payment of {paid} by {method} was refunded on {day}.", **facts)
        if parts > 1:
            told = t(
                "{amount} of your payment of {paid} by {method} was refunded, in {n} parts, the last of {last} on {day}.",
                n=t.number(parts),
                last=t.money(amount, payment.currency),
                **facts,
            )
    return f"{told} {arrival_of(arrival(payment, amount, day_of(at)), payment, t)}"


class Outcome(NamedTuple):
    """What to show of an operation: `kind` is done, refused, checking or sending."""

    kind: str
    icon: str
    sentence: str
    detail: str = ""


def outcome_of(operation: Operation, t: Language, me: str) -> Outcome:
    """The operation as the person reads it: done, refused with its remedy, or being checked and locked for everyone."""
    amount = t.money(operation.amount, operation.currency)
    by = plain(operation.requested_by)
    match operation.state:
        case "PREPARED" | "SENDING":
            return Outcome(
                "sending",
                ":material/send:",
                t("Sending the refund. It goes on if you close this page."),
                t("{amount} · {by} · {time}", amount=amount, by=by, time=t.time(operation.created_at)),
            )
        case "CONFIRMED":
            return Outcome(
                "done",
                ":material/check_circle:",
                t("{amount} was refunded.", amount=amount),
                t("Cancellation {id}", id=plain(operation.cancellation_id)) if operation.cancellation_id else "",
            )
        case "UNKNOWN" if operation.answered and operation.message and operation.kind == "refund":
            return Outcome(
                "checking",
                ":material/hourglass_top:",
                t("The gateway refused it. We make sure that no money moved. Do not refund again."),
                t(
                    "The gateway's words: {text} · next check at {time}",
                    text=plain(operation.message),
                    time=t.time(operation.next_check_at or operation.created_at),
                ),
            )
        case "UNKNOWN":
            who = (
                t("We are checking the result. Do not refund again.")
                if by == plain(me)
                else t(
                    "The result of {by}'s refund of {time} is being checked. Do not refund again.",
                    by=markdown(by),
                    time=t.time(operation.created_at),
                )
            )
            return Outcome(
                "checking",
                ":material/hourglass_top:",
                who,
                t(
                    "The gateway did not answer clearly. Locked for everyone; next check at {time}.",
                    time=t.time(operation.next_check_at or operation.created_at),
                ),
            )
        case "NEEDS_HUMAN" | "LATE_REVIEW":
            return Outcome(
                "checking",
                ":material/person_alert:",
                t("We could not confirm it. Do not refund again; look it up at the gateway and tell finance."),
                t("{amount} · {by} · {time}", amount=amount, by=by, time=t.time(operation.created_at)),
            )
        case _:
            return Outcome(
                "refused",
                ":material/block:",
                sentence_of(operation.code or "not_executed", t),
                t("The gateway's words: {text}", text=plain(operation.message)) if operation.message else "",
            )
