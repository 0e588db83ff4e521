"""Scheduled charges: kept until their time, run when the sandbox's clock passes it, each at its own instant.

A schedule's billing key may be gone by then; the charge fails. A failed one may be recovered by the console: once a
day at an hour that was set, until it is paid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from lib.sandbox import charges, rules
from lib.sandbox.body import Body
from lib.sandbox.charges import Asked
from lib.sandbox.clock import DAY_S, day_start
from lib.sandbox.orders import BILLING_MID
from lib.sandbox.state import State

COLUMNS = "merchant_uid, customer_uid, schedule_at, due, status, body, asked"
STATUSES = ("scheduled", "executed", "revoked")


class Schedule(NamedTuple):
    """One schedule: when it runs next (`due`, epoch seconds, None = never), the body that is shown, what is charged."""

    body: Body
    asked: Asked
    due: int | None

    @property
    def failed(self) -> bool:
        """It ran, and was not paid."""
        return (self.body["schedule_status"], self.body["payment_status"]) == ("executed", "failed")


def new(customer: Body, wanted: Asked, at: int, **echoed: str | None) -> Schedule:
    """A schedule that waits for `at`; what is not said of the buyer is the key's customer.

    `echoed` is shown as it came: `customer_id`, `promotion_id`.
    """
    fields = wanted.fields
    buyer = {name: fields[name] or customer.get(name.replace("buyer_", "customer_")) for name in charges.BUYER}
    body: Body = {
        "customer_uid": customer["customer_uid"],
        "merchant_uid": fields["merchant_uid"],
        "imp_uid": None,
        "pg_provider": None,
        "pg_id": None,
        "customer_id": None,
        "schedule_at": at,
        "executed_at": 0,
        "revoked_at": 0,
        "amount": fields["amount"],
        "currency": "KRW",
        "name": fields["name"],
        **buyer,
        "custom_data": fields["custom_data"],
        "schedule_status": "scheduled",
        "payment_status": None,
        "fail_reason": None,
        "promotion_id": None,
        **echoed,
    }
    return Schedule(body, wanted._replace(fields=fields | buyer), at)


def put(state: State, schedule: Schedule) -> None:
    """Write one, new or changed."""
    body = schedule.body
    state.write(
        f"INSERT OR REPLACE INTO schedules({COLUMNS}) VALUES (?,?,?,?,?,?,?)",  # noqa: S608
        (
            body["merchant_uid"],
            body["customer_uid"],
            body["schedule_at"],
            schedule.due,
            body["schedule_status"],
            json.dumps(body, ensure_ascii=False),
            json.dumps(schedule.asked, ensure_ascii=False),
        ),
    )


def get(state: State, merchant_uid: str) -> Schedule | None:
    """One by its order number."""
    found = _read(state, "merchant_uid = ?", [merchant_uid])
    return found[0] if found else None


def waiting(state: State, customer_uid: str, merchant_uids: list[str]) -> list[Schedule]:
    """Those that have not run: of a customer, of these order numbers, or of both; all of the customer's without any."""
    where, values = ["status = 'scheduled'"], []
    if customer_uid:
        where.append("customer_uid = ?")
        values.append(customer_uid)
    if merchant_uids:
        where.append("merchant_uid IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(merchant_uids))
    return _read(state, " AND ".join(where), values)


def page(
    state: State, since: int, until: int, customer_uid: str, status: str, newest: bool, skip: int, limit: int
) -> tuple[int, list[Body]]:
    """How many have their time from `since` to before `until`, and one page of them ("" = any customer or status)."""
    where = "schedule_at >= ? AND schedule_at < ? AND ? IN ('', customer_uid) AND ? IN ('', status)"
    values = (since, until, customer_uid, status)
    order = "DESC" if newest else "ASC"
    ((total,),) = state.rows(f"SELECT count(*) FROM schedules WHERE {where}", values)  # noqa: S608
    found = _read(
        state, f"{where} ORDER BY schedule_at {order}, merchant_uid {order} LIMIT ? OFFSET ?", (*values, limit, skip)
    )
    return total, [schedule.body for schedule in found]


def moved(schedule: Schedule, at: int) -> Schedule:
    """It waits (again) for another time."""
    again = {"imp_uid": None, "executed_at": 0, "revoked_at": 0, "payment_status": None, "fail_reason": None}
    body = schedule.body | again | {"schedule_at": at, "schedule_status": "scheduled"}
    return Schedule(body, schedule.asked, at)


def revoked(schedule: Schedule, at: int) -> Schedule:
    """It will not run."""
    return Schedule(schedule.body | {"schedule_status": "revoked", "revoked_at": at}, schedule.asked, None)


def execute(state: State, schedule: Schedule, at: int) -> Body:
    """Charge it now (epoch seconds `at`); the payment, paid or failed."""
    body = schedule.body
    key, gone = state.customer(body["customer_uid"]), ""
    if key is None:
        gone = rules.CHARGE_UNKNOWN.message
        key = dict.fromkeys(charges.CARD) | {"customer_uid": body["customer_uid"], "sandbox": False}
        key |= {"pg_provider": "kicc", "pg_id": BILLING_MID}
    payment = charges.charge(state, key, schedule.asked, "payment.scheduled", at, gone)
    after = ran(schedule, payment, at)
    hour = state.fact("recovery_hour", None)
    if hour is not None and after.failed:
        after = after._replace(due=_next_at(at, int(hour)))
    put(state, after)
    return payment


def ran(schedule: Schedule, payment: Body, at: int) -> Schedule:
    """It ran at `at`, and this payment came of it."""
    known = {name: payment[name] for name in ("imp_uid", "pg_provider", "pg_id", "fail_reason")}
    known |= {"schedule_status": "executed", "executed_at": at, "revoked_at": 0, "payment_status": payment["status"]}
    return Schedule(schedule.body | known, schedule.asked, None)


def expected(state: State) -> bool:
    """Something will run some time."""
    return bool(state.rows("SELECT 1 FROM schedules WHERE due IS NOT NULL LIMIT 1"))


def run(state: State) -> None:
    """Run what the clock has passed, in order of time."""
    if not expected(state):
        return
    with state.changing():
        while found := _read(state, "due <= ? ORDER BY due, merchant_uid LIMIT 1", [state.now()]):
            execute(state, found[0], int(found[0].due or 0))


def _next_at(at: int, hour: int) -> int:
    """The next time that it is this hour in Korea."""
    today = day_start(at) + hour * 3600
    return today if today > at else today + DAY_S


def _read(state: State, where: str, values: Iterable[object]) -> list[Schedule]:
    rows = state.rows(f"SELECT body, asked, due FROM schedules WHERE {where}", list(values))  # noqa: S608
    return [Schedule(_live(state, json.loads(body)), Asked(*json.loads(asked)), due) for body, asked, due in rows]


def _live(state: State, body: Body) -> Body:
    """`payment_status` is the payment's of today: it may be cancelled since."""
    found = state.payment(body["imp_uid"]) if body["imp_uid"] else None
    return body | {"payment_status": found[0]["status"]} if found else body
