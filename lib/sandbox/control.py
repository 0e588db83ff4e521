"""The control API under /_sandbox, for tests and demonstrations: make payments, deposit, cancel as in the console,
move the clock, order faults, and see which calls came. JSON in and out, no token."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.sandbox import growth, merchant
from lib.sandbox.body import Body, receipt
from lib.sandbox.endpoints.cancel import execute
from lib.sandbox.faults import KINDS, Fault, Faults
from lib.sandbox.state import State

UNSET = (
    "card_code card_name card_number apply_num bank_code bank_name emb_pg_provider custom_data receipt_url "
    "customer_uid customer_uid_usage"
).split()
Handler = Callable[[dict[str, Any]], object]


class Wrong(Exception):
    """A control call that cannot be done; its text says why."""


def routes(state: State, faults: Faults, log: Callable[[], list[dict[str, Any]]]) -> list[Route]:
    """The control routes over this shop."""

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
        faults.order(Fault(**{"endpoint": "*", **given}))
        return status({})

    def clear_faults(_given: dict[str, Any]) -> object:
        faults.clear()
        return status({})

    def clock(given: dict[str, Any]) -> object:
        offset = float(state.fact("clock_offset", 0))
        if "now" in given:
            offset = float(given["now"]) - state.world.now()
        offset = 0.0 if given.get("reset") else offset + float(given.get("advance", 0))
        state.remember("clock_offset", offset)
        state.remember("grown_to", max(int(state.fact("grown_to", 0)), state.now()))
        return {"now": state.now()}

    def grow(given: dict[str, Any]) -> object:
        state.remember("growing", bool(given.get("on", True)))
        state.remember("grown_to", state.now())
        return {"growing": bool(given.get("on", True))}

    def requests(_given: dict[str, Any]) -> object:
        return {"requests": log()}

    table: list[tuple[str, str, Handler]] = [
        ("GET", "/_sandbox", status),
        ("POST", "/_sandbox/payments", lambda given: _create(state, given)),
        ("POST", "/_sandbox/deposit", lambda given: _deposit(state, given)),
        ("POST", "/_sandbox/cancel", lambda given: _cancel(state, given)),
        ("POST", "/_sandbox/take-back", lambda given: _take_back(state, given)),
        ("POST", "/_sandbox/clock", clock),
        ("POST", "/_sandbox/growth", grow),
        ("GET", "/_sandbox/requests", requests),
        ("POST", "/_sandbox/faults", order_fault),
        ("DELETE", "/_sandbox/faults", clear_faults),
    ]
    return [Route(path, _endpoint(handler), methods=[method]) for method, path, handler in table]


def _endpoint(handler: Handler) -> Callable[[Request], Any]:
    async def call(request: Request) -> Response:
        try:
            given = await request.json() if await request.body() else {}
            return JSONResponse(await run_in_threadpool(handler, given))
        except (Wrong, ValueError, TypeError, KeyError) as wrong:
            return JSONResponse({"wrong": str(wrong)}, 400)

    return call


def _known(state: State, given: dict[str, Any]) -> tuple[Body, int]:
    found = state.payment(str(given.get("imp_uid")))
    if found is None:
        raise Wrong("no such imp_uid")
    return found


def _create(state: State, given: dict[str, Any]) -> object:
    """Any fields of a payment, over sensible ones for its `pay_method` and `status`; `tax_free` beside them."""
    now, number = state.now(), state.world.random_bits(40)
    rng = random.Random(number)
    body, _ = merchant._ordered(rng, number % 10**9, int(given.get("started_at", now)))
    method = given.get("pay_method", "card")
    body |= dict.fromkeys(UNSET)
    body |= {
        "imp_uid": f"imp_{number % 10**12:012d}",
        "card_quota": 0,
        "card_type": None,
        "vbank_num": None,
        "vbank_date": 0,
        "vbank_issued_at": 0,
        "vbank_code": None,
        "vbank_name": None,
        "vbank_holder": None,
        "escrow": False,
        "cash_receipt_issued": False,
        "pg_provider": "kicc",
        "pg_id": "IM000999",
        "pay_method": method,
    }
    body |= merchant._by_method(rng, body, method if method in ("card", "trans", "vbank", "phone") else "easy", 10_000)
    status = given.get("status", "paid")
    body |= {"status": status, "pay_method": method, "pg_provider": "kicc", "pg_id": "IM000999"}
    if status in ("paid", "cancelled"):
        body |= {"paid_at": now, "receipt_url": receipt(body, body["pg_tid"])}
    elif status == "failed":
        body |= {"failed_at": now, "fail_reason": "[8521] 이용한도를 초과하였습니다."}
    tax_free = int(given.get("tax_free", 0))
    if tax_free:
        body["custom_data"] = f'{{"tax_free": {tax_free}}}'
    unknown = set(given) - set(body) - {"tax_free"}
    if unknown and not given.get("anything"):
        raise Wrong(f"not fields of a payment: {sorted(unknown)}")
    body |= {name: value for name, value in given.items() if name != "tax_free"}
    state.put(body, tax_free, now)
    return body


def _deposit(state: State, given: dict[str, Any]) -> object:
    body, _ = _known(state, given)
    if not growth.deposit(state, body["imp_uid"], int(given.get("at", state.now()))):
        raise Wrong("not a virtual account that waits")
    return _known(state, given)[0]


def _cancel(state: State, given: dict[str, Any]) -> object:
    with state.changing():
        body, tax_free = _known(state, given)
        balance = body["amount"] - body["cancel_amount"]
        amount = int(given.get("amount") or balance)
        if body["status"] not in ("paid", "cancelled") or not 0 < amount <= balance:
            raise Wrong(f"refundable is {balance}")
        return execute(state, body, tax_free - min(tax_free, amount), amount, given.get("reason", "관리자페이지취소"))


def _take_back(state: State, given: dict[str, Any]) -> object:
    """The bank takes a deposit back: the payment waits again."""
    body, tax_free = _known(state, given)
    if body["pay_method"] != "vbank" or body["status"] != "paid":
        raise Wrong("not a paid virtual account")
    after = body | {"status": "ready", "paid_at": 0, "receipt_url": None}
    state.put(after, tax_free, state.now())
    return after
