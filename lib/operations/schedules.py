"""Planned charges: plan one, move it, cancel it, send a failed one again. Each is read back under its order number."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from lib.errors import BadInput
from lib.iamport import schedules as upstream
from lib.iamport.client import Iamport
from lib.iamport.schedules import EXECUTED, REVOKED, SCHEDULED, Schedule
from lib.journal.kinds import Kind, Sight
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import charges, submitting
from lib.operations.submitting import Request
from lib.payments.days import KST
from lib.payments.failures import Failure, Retry, failure_of
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements import billing_keys

PLAN, MOVE, UNPLAN, RETRY = "schedule", "reschedule", "unschedule", "retry_schedule"
SOONEST_S = 600
SERIES_MAX = 12


def plan(
    journal: Journal, actor: Actor, customer_uid: str, amount: int, name: str, at: int, intent_key: str
) -> Operation:
    """Plan one charge of `amount` won at `at` (epoch seconds).

    Raises, with nothing sent: `NotAllowed`, `BadInput` (charge_amount, name_needed, schedule_past, schedule_far,
    no_such_key, card_dead, plan_above_paid (limit), plan_never_paid, or as `submitting.submit`), `Busy`, `IamportError`.
    """
    return plan_all(journal, actor, customer_uid, amount, name, [at], intent_key)[0]


def plan_all(
    journal: Journal, actor: Actor, customer_uid: str, amount: int, name: str, times: Sequence[int], intent_key: str
) -> list[Operation]:
    """Plan a charge of `amount` won at each of `times` (epoch seconds): an operation each, sent one after the other.

    Whoever may not take money plans no more than this key has paid at once before. Raises as `plan` for the first time
    that cannot be, with nothing sent.
    """
    policy.require(actor, policy.BILLING)
    charges.check(amount, name)
    most = most_alone(journal, actor, customer_uid)
    if most is not None and amount > most:
        raise BadInput("plan_above_paid", limit=most) if most else BadInput("plan_never_paid")
    for at in times:
        ahead(journal, at)
    key = journal.iamport.customer(customer_uid)
    if key is None:
        raise BadInput("no_such_key")
    if _dead(journal, customer_uid, key):
        raise BadInput("card_dead")
    provider = str(key.get("pg_provider") or "")
    makes = [partial(_planned, customer_uid, provider, amount, name, at) for at in times]
    return submitting.submit_all(journal, actor, intent_key, makes)


def most_alone(journal: Journal, actor: Actor, customer_uid: str) -> int | None:
    """The most that this person may plan for a key, in won: what it has paid at once; None for no bound."""
    if policy.may(actor, policy.CHARGE):
        return None
    with journal.store.reading() as connection:
        return billing_keys.most_paid(connection, customer_uid)


def dead_card(journal: Journal, actor: Actor, customer_uid: str) -> Failure | None:
    """Why the card of a key can never be charged again, as its last charge told; None while it can, or once another
    card was registered. Raises `NotAllowed`, `IamportError`."""
    policy.require(actor, policy.SEE)
    return _dead(journal, customer_uid)


def _dead(journal: Journal, customer_uid: str, key: Mapping[str, Any] | None = None) -> Failure | None:
    """`key`: as i'mport has it, where it was read already; asked only where the last charge condemns the card."""
    with journal.store.reading() as connection:
        last = billing_keys.one(connection, customer_uid)
    if last is None or last["shown_state"] != "failed":
        return None
    failure = failure_of(last["fail_reason"])
    if failure.retry is not Retry.NEVER:
        return None
    card: Mapping[str, Any] = key or journal.iamport.customer(customer_uid) or {}
    since = max(int(card.get(name) or 0) for name in ("inserted", "updated"))
    return None if since > last["started_at"] else failure


def _planned(customer_uid: str, provider: str, amount: int, name: str, at: int, operation_id: str) -> Request:
    order = f"s{operation_id}"
    entry = {"merchant_uid": order, "schedule_at": at, "amount": amount, "name": name.strip()}
    return Request(
        kind=PLAN,
        subject=f"schedule:{order}",
        method="POST",
        path="/subscribe/payments/schedule",
        body={"customer_uid": customer_uid, "schedules": [entry]},
        reason=name,
        amount=amount,
        pg_provider=provider,
        facts={"customer_uid": customer_uid, "merchant_uid": order, "at": at},
    )


def monthly(first: datetime, months: int) -> list[datetime]:
    """The same day and time of so many months (KST); a month without that day has its last one instead.

    Each is counted from the first, so that the 31st does not stay the 28th after February.
    """
    found = []
    for n in range(min(months, SERIES_MAX)):
        year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
        day = min(first.day, calendar.monthrange(year, month + 1)[1])
        found.append(datetime.combine(date(year, month + 1, day), first.time(), KST))
    return found


def move(journal: Journal, actor: Actor, seen: Schedule, at: int, intent_key: str) -> Operation:
    """Give a schedule another time (epoch seconds): one that waits, or one that failed or was cancelled.

    `seen` is the schedule as the person saw it. Raises as `plan`, and `BadInput` no_such_schedule, schedule_moved.
    """
    policy.require(actor, policy.BILLING)
    if same := submitting.asked(journal, intent_key, _subject(seen)):
        return same
    ahead(journal, at)
    if _dead(journal, seen.customer_uid):
        raise BadInput("card_dead")
    _still(journal, seen)
    waits = seen.status == SCHEDULED
    if not (waits or seen.failed or seen.status == REVOKED):
        raise BadInput("schedule_ran")
    path = _path(seen)
    return submitting.submit(
        journal,
        actor,
        intent_key,
        _fixed(
            Request(
                kind=MOVE,
                subject=_subject(seen),
                method="PUT" if waits else "POST",
                path=path if waits else f"{path}/reschedule",
                body={"schedule_at": at},
                reason=seen.name,
                amount=seen.amount,
                facts={"customer_uid": seen.customer_uid, "merchant_uid": seen.merchant_uid, "at": at},
            )
        ),
    )


def cancel(journal: Journal, actor: Actor, seen: Schedule, intent_key: str) -> Operation:
    """Cancel a schedule that waits. Always by its own order number: without one i'mport revokes all of the customer's.

    Raises as `move`, and `BadInput` schedule_ran.
    """
    return cancel_all(journal, actor, [seen], intent_key)[0]


def cancel_all(journal: Journal, actor: Actor, listed: Sequence[Schedule], intent_key: str) -> list[Operation]:
    """Cancel each of these schedules, and no other, by an operation of its own, sent one after the other.

    Raises as `cancel` for the first that does not stand as it was seen, with nothing sent.
    """
    policy.require(actor, policy.BILLING)
    for n, seen in enumerate(listed):
        if submitting.asked(journal, f"{intent_key}:{n}", _subject(seen)):
            continue
        _still(journal, seen)
        if seen.status != SCHEDULED:
            raise BadInput("schedule_ran")
    makes = [_fixed(_cancelled(seen)) for seen in listed]
    return submitting.submit_all(journal, actor, intent_key, makes)


def _cancelled(seen: Schedule) -> Request:
    return Request(
        kind=UNPLAN,
        subject=_subject(seen),
        method="POST",
        path="/subscribe/payments/unschedule",
        body={"customer_uid": seen.customer_uid, "merchant_uid": [seen.merchant_uid]},
        reason=seen.name,
        amount=seen.amount,
        facts={"customer_uid": seen.customer_uid, "merchant_uid": seen.merchant_uid},
    )


def retry(journal: Journal, actor: Actor, seen: Schedule, intent_key: str) -> Operation:
    """Charge a failed schedule again, now. Raises as `move`."""
    policy.require(actor, policy.CHARGE)
    if same := submitting.asked(journal, intent_key, _subject(seen)):
        return same
    _still(journal, seen)
    if not seen.failed:
        raise BadInput("schedule_moved")
    return submitting.submit(
        journal,
        actor,
        intent_key,
        _fixed(
            Request(
                kind=RETRY,
                subject=_subject(seen),
                method="POST",
                path=f"{_path(seen)}/retry",
                body={},
                reason=seen.name,
                amount=seen.amount,
                facts={"customer_uid": seen.customer_uid, "merchant_uid": seen.merchant_uid, "failed": seen.imp_uid},
            )
        ),
    )


def _fixed(request: Request) -> submitting.Make:
    return lambda _operation_id: request


def _subject(seen: Schedule) -> str:
    return f"schedule:{seen.merchant_uid}"


def _path(seen: Schedule) -> str:
    return f"/subscribe/payments/schedule/{quote(seen.merchant_uid, safe='')}"


def soonest(now: float) -> int:
    """The next whole ten minutes (epoch seconds) that leave the time to confirm them."""
    return -int(-(now + SOONEST_S + 60) // 600) * 600


def ahead(journal: Journal, at: int) -> None:
    """Raise `BadInput` schedule_past, or schedule_far for a time at which nobody would look for it any more."""
    now = journal.world.now()
    if at < now + SOONEST_S:
        raise BadInput("schedule_past")
    if at > now + upstream.AHEAD_S:
        raise BadInput("schedule_far")


def _still(journal: Journal, seen: Schedule) -> None:
    """It stands as the person saw it."""
    now = upstream.one(journal.iamport, seen.merchant_uid)
    if now is None:
        raise BadInput("no_such_schedule")
    if (now.status, now.payment_status, now.schedule_at, now.imp_uid) != (
        seen.status,
        seen.payment_status,
        seen.schedule_at,
        seen.imp_uid,
    ):
        raise BadInput("schedule_moved")


def _now(iamport: Iamport, operation: Operation) -> tuple[Schedule | None, dict[str, object], str]:
    facts = json.loads(operation.facts)
    found = upstream.one(iamport, facts["merchant_uid"])
    told = f"{found.status} {found.payment_status}".strip() if found else "no schedule"
    return found, facts, told


def see_planned(iamport: Iamport, operation: Operation) -> Sight:
    """It stands under its order number, which nobody else has."""
    found, _, told = _now(iamport, operation)
    return Sight(done=found is not None, result=found.merchant_uid if found else "", detail=told)


def see_moved(iamport: Iamport, operation: Operation) -> Sight:
    """It has the time that was asked for, or ran meanwhile."""
    found, facts, told = _now(iamport, operation)
    if found is None:
        return Sight(detail=told)
    if found.schedule_at == facts["at"]:
        return Sight(done=True, result=found.merchant_uid, detail=told)
    if found.status == EXECUTED and not found.failed:
        return Sight(refused="schedule_ran", result=found.imp_uid, detail=told)
    return Sight(detail=told)


def see_cancelled(iamport: Iamport, operation: Operation) -> Sight:
    """It is revoked, or ran before it could be."""
    found, _, told = _now(iamport, operation)
    if found is not None and found.status == REVOKED:
        return Sight(done=True, result=found.merchant_uid, detail=told)
    if found is not None and found.status == EXECUTED:
        return Sight(refused="schedule_ran", result=found.imp_uid, detail=told)
    return Sight(detail=told)


def see_retried(iamport: Iamport, operation: Operation) -> Sight:
    """Its order was paid, once; or it failed once more, by a payment that was not there before."""
    found, facts, told = _now(iamport, operation)
    payments = iamport.find_all(str(facts["merchant_uid"]))
    paid = [payment for payment in payments if payment.paid_at]
    if paid:
        return Sight(done=len(paid) == 1, twice=len(paid) > 1, result=paid[0].imp_uid, detail=told)
    if found is not None and found.failed and found.imp_uid != facts["failed"]:
        return Sight(refused="charge_failed", result=found.imp_uid, message=found.fail_reason, detail=told)
    return Sight(detail=told)


KINDS = (
    Kind(PLAN, see_planned),
    Kind(MOVE, see_moved),
    Kind(UNPLAN, see_cancelled),
    Kind(RETRY, see_retried, makes_a_payment=True, found_later=charges.found_later),
)
