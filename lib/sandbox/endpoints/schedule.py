"""Scheduled charges: registered, listed, moved, withdrawn, and tried again after a failure."""

from __future__ import annotations

import json
from collections.abc import Callable

from lib.sandbox import charges, gateways, keyed, rules, schedules
from lib.sandbox.body import Body
from lib.sandbox.call import Call
from lib.sandbox.clock import months_later
from lib.sandbox.endpoints.payments import MOST, paged
from lib.sandbox.rules import Refusal, Rule
from lib.sandbox.schedules import Schedule
from lib.sandbox.state import State

MONTHS, A_PAGE = 3, 20


def register(state: State, call: Call) -> object:
    """POST /subscribe/payments/schedule: all of them, or none."""
    call.need("customer_uid", "schedules")
    gateways.chosen(call)
    entries = call.body["schedules"]
    if not isinstance(entries, list):
        raise Refusal(rules.BAD_PARAMETER)
    with state.changing():
        key, made = _key(state, call), []
        for entry in map(call.under, entries):
            entry.need("merchant_uid", "schedule_at", "amount", "name")
            at, wanted = entry.moment("schedule_at"), charges.asked(entry, key["pg_provider"])
            if at <= state.now():
                raise Refusal(rules.SCHEDULE_PAST)
            charges.demand_new(state, entry.text("merchant_uid"))
            echoed = {
                "customer_id": call.text("customer_id") or None,
                "promotion_id": entry.text("promotion_id") or None,
            }
            made.append(schedules.new(key, wanted, at, **echoed))
            schedules.put(state, made[-1])
        return [schedule.body for schedule in made]


def _key(state: State, call: Call) -> Body:
    """The billing key; a new one when a card came along, which KICC does not do."""
    uid = call.text("customer_uid")
    known = state.customer(uid)
    if known:
        return known
    if not call.text("card_number"):
        raise Refusal(rules.SCHEDULE_UNKNOWN)
    channel = gateways.chosen(call)
    gateways.demand("register card", channel.pg_provider)
    return keyed.keep(state, call, uid, channel, keyed.card(call, state.now(), keyed.REGISTERING))


def unschedule(state: State, call: Call) -> object:
    """POST /subscribe/payments/unschedule: without `merchant_uid` (or with an empty list) ALL of the customer's."""
    uid, orders = call.text("customer_uid"), call.texts("merchant_uid")
    if not uid and not orders:
        raise Refusal(rules.missing(["customer_uid"]))
    with state.changing():
        found = [schedules.revoked(one, state.now()) for one in schedules.waiting(state, uid, orders)]
        for schedule in found:
            schedules.put(state, schedule)
    if not found:
        raise Refusal(rules.NOTHING_SCHEDULED)
    return [schedule.body for schedule in found]


def several(state: State, call: Call) -> object:
    """GET /subscribe/payments/schedule: latest time first, or earliest with sorting=scheduled; the end is exclusive."""
    limit, newest = call.number("limit", A_PAGE), call.one_of("sorting", "scheduled", "-scheduled") != "scheduled"
    if not 1 <= limit <= MOST:
        raise Refusal(rules.LIMIT)
    return _page(state, call, ("schedule_from", "schedule_to", "schedule_status"), "", newest, limit)


def of_customer(state: State, call: Call) -> object:
    """GET /subscribe/payments/schedule/customers/{customer_uid} and /subscribe/customers/{customer_uid}/schedules."""
    return _page(state, call, ("from", "to", "schedule-status"), call.path["customer_uid"], True, A_PAGE)


def _page(state: State, call: Call, names: tuple[str, str, str], customer_uid: str, newest: bool, limit: int) -> object:
    since_name, until_name, status_name = names
    call.need(since_name, until_name)
    since, until, page = call.number(since_name, 0), call.number(until_name, 0), call.number("page", 1)
    status = call.one_of(status_name, *schedules.STATUSES)
    if page < 1 or not 0 <= since <= until:
        raise Refusal(rules.BAD_PARAMETER)
    if until > months_later(since, MONTHS):
        raise Refusal(rules.SCHEDULE_WINDOW)
    total, bodies = schedules.page(state, since, until, customer_uid, status, newest, (page - 1) * limit, limit)
    answer = paged(total, [json.dumps(body, ensure_ascii=False) for body in bodies], page, limit)
    return bodies if state.switches.schedules == "array" else answer


def one(state: State, call: Call) -> object:
    """GET /subscribe/payments/schedule/{merchant_uid}."""
    return _known(state, call).body


def move(state: State, call: Call) -> object:
    """PUT /subscribe/payments/schedule/{merchant_uid}: only what has not run."""
    return _moved(state, call, rules.SCHEDULE_RUN, lambda one: one.body["schedule_status"] == "scheduled")


def reschedule(state: State, call: Call) -> object:
    """POST /subscribe/payments/schedule/{merchant_uid}/reschedule: only what failed or was revoked."""
    return _moved(state, call, rules.SCHEDULE_NOT_FAILED, _may_run_again)


def retry(state: State, call: Call) -> object:
    """POST /subscribe/payments/schedule/{merchant_uid}/retry: charged at once; a payment, paid or failed."""
    with state.changing():
        schedule = _known(state, call)
        if not _may_run_again(schedule):
            raise Refusal(rules.SCHEDULE_NOT_FAILED)
        if state.customer(schedule.body["customer_uid"]) is None:
            raise Refusal(rules.no_such_customer(schedule.body["customer_uid"]))
        return schedules.execute(state, schedule, state.now())


def _may_run_again(schedule: Schedule) -> bool:
    return schedule.failed or schedule.body["schedule_status"] == "revoked"


def _moved(state: State, call: Call, rule: Rule, may: Callable[[Schedule], bool]) -> Body:
    call.need("schedule_at")
    at = call.moment("schedule_at")
    with state.changing():
        schedule = _known(state, call)
        if not may(schedule):
            raise Refusal(rule)
        if at <= state.now():
            raise Refusal(rules.SCHEDULE_PAST)
        moved = schedules.moved(schedule, at)
        schedules.put(state, moved)
        return moved.body


def _known(state: State, call: Call) -> Schedule:
    found = schedules.get(state, call.path["merchant_uid"])
    if found is None:
        raise Refusal(rules.NO_SUCH_SCHEDULE)
    return found
