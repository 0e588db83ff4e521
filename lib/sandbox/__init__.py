"""An offline i'mport for a KICC merchant, over real HTTP, at least as strict as the real one.

`state` is what it knows, `rules` what it refuses, `endpoints` the API, `merchant` the make-believe shop, `growth` its
days going on, `faults` what goes wrong on order, `control` the API for tests. It shares no rule with the rest of the
desk, so that each checks the other.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.sandbox import control, faults, growth, merchant, rules
from lib.sandbox.call import Call, Endpoint, answered, read, refused
from lib.sandbox.endpoints import authenticate, cancel, payments, prepare, subscribe, tables
from lib.sandbox.endpoints.authenticate import KEY, SECRET
from lib.sandbox.faults import Fault, Faults
from lib.sandbox.rules import Refusal, Rule
from lib.sandbox.state import State
from lib.world import World

__all__ = ["KEY", "SECRET", "Sandbox", "build"]

TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/users/getToken", authenticate.get_token),
    ("GET", "/payments/status/{status}", payments.by_status),
    ("GET", "/payments/find/{merchant_uid}", payments.find),
    ("GET", "/payments/find/{merchant_uid}/{status}", payments.find),
    ("GET", "/payments/findAll/{merchant_uid}", payments.find_all),
    ("GET", "/payments/findAll/{merchant_uid}/{status}", payments.find_all),
    ("POST", "/payments/cancel", cancel.cancel),
    ("POST", "/payments/prepare", prepare.prepare),
    ("PUT", "/payments/prepare", prepare.prepare),
    ("GET", "/payments/prepare/{merchant_uid}", prepare.prepared),
    ("GET", "/payments", payments.several),
    ("GET", "/payments/{imp_uid}", payments.one),
    ("GET", "/subscribe/customers", subscribe.customers),
    ("GET", "/subscribe/customers/{customer_uid}", subscribe.customer),
    ("GET", "/subscribe/customers/{customer_uid}/payments", subscribe.customer_payments),
    ("GET", "/users/pg", tables.channels),
    ("GET", "/cards", tables.cards),
    ("GET", "/cards/{code}", tables.cards),
    ("GET", "/banks", tables.banks),
    ("GET", "/banks/{code}", tables.banks),
)
KEPT_CALLS = 1_000
SECRET_FIELDS = frozenset({"imp_key", "imp_secret", "refund_account"})


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running shop: mount `app` anywhere; `key` and `secret` are the pair it accepts."""

    app: Starlette
    key: str
    secret: str
    state: State

    def close(self) -> None:
        """Close its file."""
        self.state.close()


def build(
    world: World,
    *,
    payments: int = 20_000,
    days: int = 120,
    seed: int = 1,
    state: Path | None = None,
    partly: Literal["cancelled", "paid"] = "cancelled",
    grow: bool = True,
) -> Sandbox:
    """Open the shop in `state` (a file; None = memory); an empty one is filled with `payments` over `days` KST days.

    `partly` is the status word that a payment carries while a balance remains after a partial cancellation.
    """
    shop = State(world, state, partly)
    if not shop.fact("filled", False):
        now = shop.now()
        shop.fill(merchant.history(seed, now, payments, days, partly))
        shop.put_customers(merchant.customers(seed, now))
        shop.remember("seed", seed)
        shop.remember("growing", grow)
        shop.remember("grown_to", now)
        shop.remember("filled", True)
    ordered: Faults = Faults()
    calls: deque[dict[str, Any]] = deque(maxlen=KEPT_CALLS)
    routes = control.routes(shop, ordered, lambda: list(calls))
    for method, path, endpoint in TABLE:
        routes.append(Route(path, _route(shop, ordered, calls, endpoint, f"{method} {path}"), methods=[method]))
    app = Starlette(
        routes=routes, exception_handlers={404: _unknown(rules.NO_SUCH_PATH), 405: _unknown(rules.WRONG_METHOD)}
    )
    return Sandbox(app, KEY, SECRET, shop)


def _unknown(rule: Rule) -> Callable[[Request, Exception], Response]:
    return lambda _request, _error: refused(rule)


def _route(
    shop: State, ordered: Faults, calls: deque[dict[str, Any]], endpoint: Endpoint, name: str
) -> Callable[[Request], Any]:
    async def serve(request: Request) -> Response:
        try:
            call = await read(request)
        except Refusal as no:
            return refused(no.rule)
        return await run_in_threadpool(_serve, shop, ordered, calls, endpoint, name, call, request.url.path)

    return serve


def _serve(
    shop: State, ordered: Faults, calls: deque[dict[str, Any]], endpoint: Endpoint, name: str, call: Call, path: str
) -> Response:
    """One call: what was ordered to go wrong, around what i'mport would do."""
    growth.catch_up(shop)
    fault = ordered.take(name)
    executed = fault is None or not fault.before
    if fault and fault.seconds and fault.kind in ("delay", "executed_then_no_answer"):
        shop.world.sleep(fault.seconds)
    if fault and fault.kind == "late":
        threading.Timer(fault.seconds, _honest, (shop, endpoint, call)).start()
    honest = _honest(shop, endpoint, call) if executed else None
    shown = _seen(shop, fault, call, honest)
    body = {k: v for k, v in call.body.items() if k not in SECRET_FIELDS}
    calls.append(
        {
            "method": call.method,
            "path": path,
            "endpoint": name,
            "body": body,
            "query": call.query,
            "status": shown.status_code,
            "executed": executed,
            "fault": fault.kind if fault else None,
        }
    )
    return shown


def _honest(shop: State, endpoint: Endpoint, call: Call) -> Response:
    try:
        if endpoint is not authenticate.get_token:
            authenticate.demand(shop, call)
        return answered(endpoint(shop, call))
    except Refusal as no:
        return refused(no.rule)


def _seen(shop: State, fault: Fault | None, call: Call, honest: Response | None) -> Response:
    if fault is None:
        assert honest is not None
        return honest
    before = shop.before(call.path.get("imp_uid", "")) if fault.kind == "stale" else None
    if before:
        return Response(f'{{"code":0,"message":null,"response":{before}}}', media_type="application/json")
    return faults.answer(fault, honest)
