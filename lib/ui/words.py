"""A payment in words: its method, its state, when money arrives, and the sentence to read out to the customer."""

from __future__ import annotations

from typing import NamedTuple

from lib.journal.life import Operation
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
    return t("{n} instalments", n=payment.card_quota) if payment.card_quota > 1 else t("One payment")


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


def to_read_out(payment: Payment, t: Language, now: float) -> str:
    """One or two sentences for the caller: how it stands and when the money comes."""
    method = method_of(payment, t)

    def money(minor: int) -> str:
        return t.money(minor, payment.currency)

    if payment.state is State.PAID:
        return t(
            "Your payment of {amount} by {method} was completed on {day}.",
            amount=money(payment.amount),
            method=method,
            day=t.day(day_of(payment.paid_at)),
        )
    if payment.state in (State.PARTLY_CANCELLED, State.CANCELLED):
        last = max(payment.cancellations, key=lambda c: c.cancelled_at, default=None)
        amount, at = (last.amount, last.cancelled_at) if last else (payment.cancel_amount, payment.cancelled_at)
        when = arrival(payment, amount, day_of(at))
        return " ".join(
            (
                t(
                    "{amount} of your payment of {paid} by {method} was refunded on {day}.",
                    amount=money(amount),
                    paid=money(payment.amount),
                    method=method,
                    day=t.day(day_of(at)),
                ),
                arrival_of(when, payment, t),
            )
        )
    if payment.state is State.WAITING:
        if payment.vbank_date and payment.vbank_date < now:
            return t("The virtual account has expired without a deposit. Please order again.")
        return t(
            "We are waiting for {amount} on the account of {bank} until {at}.",
            amount=money(payment.amount),
            bank=plain(payment.vbank_name),
            at=t.when(payment.vbank_date) if payment.vbank_date else "-",
        )
    if payment.state is State.FAILED:
        return t("The payment of {amount} did not go through; nothing was charged.", amount=money(payment.amount))
    return t("The payment window was left before paying; nothing was charged.")


class Outcome(NamedTuple):
    """What to show of an operation: `kind` is done, refused, checking or sending."""

    kind: str
    icon: str
    sentence: str
    detail: str = ""


def outcome_of(operation: Operation, t: Language, me: str) -> Outcome:
    """The operation as the person reads it: done, refused with its remedy, or being checked and locked for everyone."""
    amount = t.money(operation.amount)
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
