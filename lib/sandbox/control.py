"""The control API under /_sandbox, for tests and demonstrations: make payments, deposit, cancel as in the console,
move the clock, order faults, and see which calls came. JSON in and out, no token."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.sandbox import growth, orders, people, webhooks
from lib.sandbox.body import Body
from lib.sandbox.endpoints.cancel import execute
from lib.sandbox.faults import KINDS, Fault
from lib.sandbox.serving import Service
from lib.sandbox.state import State

FIRST_NUMBER = 800_000_000_000
STATUSES = ("ready", "paid", "cancelled", "failed")
FIRST = ("imp_uid", "pg_provider", "emb_pg_provider", "pg_id", "amount")
Handler = Callable[[dict[str, Any]], object]


class Wrong(Exception):
    """A control call that cannot be done; its text says why."""


def routes(service: Service, endpoints: set[str]) -> list[Route]:
    """The control routes over this shop; faults may be ordered for these endpoints."""
    state, faults = service.shop, service.ordered

    def status(_given: dict[str, Any]) -> object:
        now = state.now()
        counts = {s: state.count(s, 0, now + 10**9) for s in ("all", "ready", "paid", "cancelled", "failed")}
        return {
            "now": now,
            "growing": state.fact("growing", True),
            "counts": counts,
            "faults": [asdict(fault) for fault in faults.listed()],
        }

    def order_fault(given: dict[str, Any]) -> object:
        if given.get("kind") not in KINDS:
            raise Wrong(f"kind is one of {sorted(KINDS)}")
        if given.get("endpoint", "*") not in endpoints | {"*"}:
            raise Wrong(f"endpoint is * or one of {sorted(endpoints)}")
        if unknown := set(given) - {field.name for field in fields(Fault)}:
            raise Wrong(f"not of a fault: {sorted(unknown)}")
        fault = msgspec.convert({"endpoint": "*"} | given, Fault)
        if fault.count < 1 or fault.seconds < 0:
            raise Wrong("count is 1 or more, seconds are not negative")
        faults.order(fault)
        return status({})

    def clear_faults(_given: dict[str, Any]) -> object:
        faults.clear()
        return status({})

    def clock(given: dict[str, Any]) -> object:
        offset = float(given["now"]) - state.world.now() if "now" in given else state.offset
        state.move_clock(0.0 if given.get("reset") else offset + float(given.get("advance", 0)))
        state.remember("grown_to", state.now())
        return {"now": state.now()}

    def grow(given: dict[str, Any]) -> object:
        state.remember("growing", bool(given.get("on", True)))
        state.remember("grown_to", state.now())
        return {"growing": bool(given.get("on", True))}

    def requests(_given: dict[str, Any]) -> object:
        return {"requests": service.calls()}

    table: list[tuple[str, str, Handler]] = [
        ("GET", "/_sandbox", status),
        ("GET", "/_sandbox/", status),
        ("POST", "/_sandbox/payments", lambda given: _create(state, given)),
        ("POST", "/_sandbox/deposit", lambda given: _deposit(state, given)),
        ("POST", "/_sandbox/cancel", lambda given: _cancel(state, given)),
        ("POST", "/_sandbox/take-back", lambda given: _take_back(state, given)),
        ("GET", "/_sandbox/webhook", lambda _: asdict(webhooks.settings(state))),
        ("POST", "/_sandbox/webhook", lambda given: _configure(state, given)),
        ("GET", "/_sandbox/webhooks", lambda _: {"webhooks": webhooks.sent(state)}),
        ("POST", "/_sandbox/webhooks", lambda given: _send(state, given)),
        ("POST", "/_sandbox/clock", clock),
        ("POST", "/_sandbox/growth", grow),
        ("GET", "/_sandbox/requests", requests),
        ("POST", "/_sandbox/faults", order_fault),
        ("DELETE", "/_sandbox/faults", clear_faults),
    ]
    return [Route(path, _endpoint(handler), methods=[method]) for method, path, handler in table]


def _endpoint(handler: Handler) -> Callable[[Request], Any]:
    async def call(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return JSONResponse({"wrong": "another site may not order this"}, 403)
        try:
            given = await request.json() if await request.body() else {}
            if not isinstance(given, dict):
                raise Wrong("a JSON object is wanted")
            return JSONResponse(await run_in_threadpool(handler, given))
        except (Wrong, ValueError, TypeError, KeyError, msgspec.ValidationError) as wrong:
            return JSONResponse({"wrong": str(wrong)}, 400)

    return call


def _configure(state: State, given: dict[str, Any]) -> object:
    """Any of the webhook settings; the others stay."""
    wanted = msgspec.convert(asdict(webhooks.settings(state)) | given, webhooks.Settings)
    if unknown := set(given) - {field.name for field in fields(wanted)}:
        raise Wrong(f"not of a webhook: {sorted(unknown)}")
    webhooks.configure(state, wanted)
    return asdict(wanted)


def _send(state: State, given: dict[str, Any]) -> object:
    """A webhook once more, as the console's button does and as happens by itself now and then."""
    body, _ = _known(state, given)
    webhooks.send(state, body)
    return {"webhooks": webhooks.sent(state)}


def _known(state: State, given: dict[str, Any]) -> tuple[Body, int]:
    found = state.payment(str(given.get("imp_uid")))
    if found is None:
        raise Wrong("no such imp_uid")
    return found


def _create(state: State, given: dict[str, Any]) -> object:
    """Any fields of a payment, over sensible ones for its `pay_method` and `status`; `tax_free`, `notice_url` beside.

    A cancelled one is paid and then cancelled, by `cancel_amount` or in full.
    """
    tax_free = int(given.get("tax_free", 0))
    urls = given.pop("notice_url", [])
    body = _made(state, given, tax_free)
    if not 0 <= body["cancel_amount"] <= body["amount"] or not 0 <= tax_free <= body["amount"]:
        raise Wrong("amount, cancel_amount and tax_free do not fit each other")
    with state.changing():
        if state.payment(body["imp_uid"]):
            raise Wrong("this imp_uid is taken")
        webhooks.listen(state, body["imp_uid"], [urls] if isinstance(urls, str) else urls)
        if body["status"] != "cancelled" or body["cancel_history"]:
            state.put(body, tax_free, state.now())
            webhooks.send(state, body)
            return body
        amount = int(body["cancel_amount"] or body["amount"])
        at = int(body["cancelled_at"] or state.now())
        body |= {"status": "paid", "cancel_amount": 0, "cancelled_at": 0}
        state.put(body, tax_free, int(body["paid_at"]))
        reason = str(body["cancel_reason"] or "고객 변심")
        return execute(state, body, tax_free - min(tax_free, amount), amount, reason, at=at)


def _made(state: State, given: dict[str, Any], tax_free: int) -> Body:
    now, number = state.now(), FIRST_NUMBER + state.world.random_bits(36)
    rng = random.Random(number)
    method, status = str(given.get("pay_method", "card")), given.get("status", "paid")
    wish = orders.Wish(method, good=("주문", int(given.get("amount", 10_000)), 0), escrow=False, unmasked=False)
    paid_at = int(given.get("paid_at", now))
    started = int(given.get("started_at", paid_at))
    body, _ = orders.ordered(rng, number, started, wish)
    unknown = set(given) - set(body) - {"tax_free"}
    if unknown or status not in STATUSES:
        raise Wrong(f"not fields of a payment: {sorted(unknown)}; status is one of {STATUSES}")
    body |= {"pay_method": method, "emb_pg_provider": None}  # a phone payment above the limit too, when asked for
    body |= {name: given[name] for name in FIRST if name in given}
    if tax_free:
        body["custom_data"] = f'{{"tax_free": {tax_free}}}'
    if method == "vbank":
        body |= orders.account(rng, body)
    if status in ("paid", "cancelled"):
        body = orders.paid(rng, body, paid_at, wish)
    elif status == "failed":
        body |= {"failed_at": now, "fail_reason": people.FAILURES[0]}
    return body | {"status": status} | {name: value for name, value in given.items() if name != "tax_free"}


def _deposit(state: State, given: dict[str, Any]) -> object:
    """`amount` and `at` (epoch seconds) unless it is the whole and now: a bank takes the exact amount, in time."""
    with state.changing():
        body, _ = _known(state, given)
        if given.get("amount", body["amount"]) != body["amount"]:
            raise Wrong(f"the bank takes {body['amount']} and no other amount")
        if not growth.deposit(state, body["imp_uid"], int(given.get("at", state.now()))):
            raise Wrong("not a virtual account that waits, or after its deadline")
        return _known(state, given)[0]


def _cancel(state: State, given: dict[str, Any]) -> object:
    with state.changing():
        body, tax_free = _known(state, given)
        balance = body["amount"] - body["cancel_amount"]
        amount = int(given.get("amount") or balance)
        if body["status"] not in ("paid", "cancelled") or not 0 < amount <= balance:
            raise Wrong(f"refundable is {balance}")
        after = execute(state, body, tax_free - min(tax_free, amount), amount, given.get("reason", "관리자페이지취소"))
        webhooks.send(state, after, cancellation_id=after["cancel_history"][-1]["cancellation_id"])
        return after


def _take_back(state: State, given: dict[str, Any]) -> object:
    """The bank takes a deposit back: the payment waits again."""
    with state.changing():
        body, tax_free = _known(state, given)
        if body["pay_method"] != "vbank" or body["status"] != "paid" or body["cancel_amount"]:
            raise Wrong("not a paid virtual account of which nothing is cancelled")
        after = body | {"status": "ready", "paid_at": 0, "receipt_url": None}
        state.put(after, tax_free, state.now())
        return after
