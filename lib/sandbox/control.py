"""The control API under /_sandbox, for tests and demonstrations: what people do (see `console`), the clock, webhooks,
switches, faults, and which calls came. JSON in and out, no token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.sandbox import console, webhooks
from lib.sandbox.console import Wrong
from lib.sandbox.faults import KINDS, Fault
from lib.sandbox.reading import from_json, payload
from lib.sandbox.serving import Service, go_on
from lib.sandbox.state import State, Switches

Handler = Callable[[dict[str, Any]], object]


def routes(service: Service, endpoints: set[str]) -> list[Route]:
    """The control routes over this shop; faults may be ordered for these endpoints."""
    state, faults = service.shop, service.ordered

    def status(_given: dict[str, Any]) -> object:
        now = state.now()
        counts = {s: state.count(s, 0, now + 10**9) for s in ("all", "ready", "paid", "cancelled", "failed")}
        return {
            "now": now,
            "growing": state.fact("growing", True),
            "switches": state.switches._asdict(),
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
        go_on(state)
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
        ("POST", "/_sandbox/payments", lambda given: console.create(state, given)),
        ("POST", "/_sandbox/deposit", lambda given: console.deposit(state, given)),
        ("POST", "/_sandbox/cancel", lambda given: console.cancel(state, given)),
        ("POST", "/_sandbox/take-back", lambda given: console.take_back(state, given)),
        ("POST", "/_sandbox/customers", lambda given: console.register(state, given)),
        ("POST", "/_sandbox/charges", lambda given: console.order_failure(state, given)),
        ("POST", "/_sandbox/recovery", lambda given: console.recover(state, given)),
        ("GET", "/_sandbox/otp", lambda _: console.passwords(state)),
        ("POST", "/_sandbox/certifications", lambda given: console.certify(state, given)),
        ("GET", "/_sandbox/webhook", lambda _: asdict(webhooks.settings(state))),
        ("POST", "/_sandbox/webhook", lambda given: _configure(state, given)),
        ("GET", "/_sandbox/webhooks", lambda _: {"webhooks": webhooks.sent(state)}),
        ("POST", "/_sandbox/webhooks", lambda given: _send(state, given)),
        ("POST", "/_sandbox/clock", clock),
        ("POST", "/_sandbox/growth", grow),
        ("POST", "/_sandbox/switches", lambda given: _switch(state, given)),
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
            given = from_json(await payload(request) or b"{}")
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


def _switch(state: State, given: dict[str, Any]) -> object:
    """Any of the switches; the others stay."""
    if unknown := set(given) - set(Switches._fields):
        raise Wrong(f"no switches: {sorted(unknown)}")
    state.switches = msgspec.convert([*(state.switches._asdict() | given).values()], Switches)
    return state.switches._asdict()


def _send(state: State, given: dict[str, Any]) -> object:
    """A webhook once more, as the console's button does and as happens by itself now and then."""
    body, _ = console.known(state, given)
    webhooks.send(state, body)
    return {"webhooks": webhooks.sent(state)}
