"""Serving one call: what was ordered to go wrong, around what i'mport would do, and the log of what came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.sandbox import faults, growth, schedules
from lib.sandbox.call import Call, Endpoint, answered, read, refused
from lib.sandbox.endpoints import authenticate
from lib.sandbox.faults import Fault, Faults
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State
from lib.sandbox.webhooks import Sender

KEPT_CALLS = 1_000
TICK_S = 0.5
SECRET_FIELDS = frozenset(
    "imp_key imp_secret refund_account card_number expiry birth pwd_2digit cvc identifier otp pg_api_key".split()
)
"""What is not even kept in the log of calls."""
Entry = dict[str, Any]


def go_on(shop: State) -> None:
    """What has happened since the last call."""
    growth.catch_up(shop)
    schedules.run(shop)


class Clockwork:
    """Runs what is scheduled when its time comes, though nobody calls: a thread of its own."""

    def __init__(self, shop: State) -> None:
        self._shop = shop
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox clockwork", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Run nothing more."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(TICK_S):
            schedules.run(self._shop)


class Service:
    """The shop behind its endpoints, with the faults ordered and the last calls."""

    def __init__(self, shop: State) -> None:
        self.shop = shop
        self.ordered = Faults()
        self._calls: deque[Entry] = deque(maxlen=KEPT_CALLS)
        self._late: list[threading.Timer] = []
        self._sender = Sender(shop)
        self._clockwork = Clockwork(shop)

    def calls(self) -> list[Entry]:
        """The last calls, oldest first."""
        return list(self._calls)

    def close(self) -> None:
        """Nothing late comes any more."""
        for timer in self._late:
            timer.cancel()
        self._clockwork.close()
        self._sender.close()

    def route(self, name: str, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The handler of one endpoint; `name` as in "POST /payments/cancel"."""

        async def handle(request: Request) -> Response:
            entry: Entry = {"method": request.method, "path": request.url.path, "endpoint": name, "at": self.shop.now()}
            entry |= {"body": {}, "query": {}, "status": None, "answered": False, "executed": False, "fault": None}
            self._calls.append(entry)
            try:
                call = await read(request)
            except Refusal as no:
                entry |= {"status": no.rule.status, "answered": True}
                return refused(no.rule)
            entry["body"] = {field: value for field, value in call.body.items() if field not in SECRET_FIELDS}
            entry["query"] = {field: value for field, value in call.query.items() if field not in SECRET_FIELDS}
            shown = await run_in_threadpool(self._serve, name, endpoint, call, entry)
            if not isinstance(shown, faults.Dropped):
                entry |= {"status": shown.status_code, "answered": True}
            return shown

        return handle

    def _serve(self, name: str, endpoint: Endpoint, call: Call, entry: Entry) -> Response:
        go_on(self.shop)
        fault = self.ordered.take(name)
        if fault is None:
            return self._honest(endpoint, call, entry)
        entry["fault"] = fault.kind
        if fault.kind == "late":
            self._later(fault, endpoint, call, entry)
            return faults.answer(fault, None)
        call.stale = fault.kind == "stale"
        honest = None if fault.before else self._honest(endpoint, call, entry)
        if fault.kind == "delivered_twice":
            self._honest(endpoint, call, {})
        if fault.seconds:
            self.shop.world.sleep(fault.seconds)
        return faults.answer(fault, honest)

    def _honest(self, endpoint: Endpoint, call: Call, entry: Entry) -> Response:
        try:
            if endpoint is not authenticate.get_token:
                authenticate.demand(self.shop, call)
            answer = answered(endpoint(self.shop, call))
        except Refusal as no:
            return refused(no.rule)
        entry["executed"] = True
        return answer

    def _later(self, fault: Fault, endpoint: Endpoint, call: Call, entry: Entry) -> None:
        """Execute when `seconds` have passed; nobody hears the answer."""
        timer = threading.Timer(fault.seconds, self._honest, (endpoint, call, entry))
        timer.daemon = True
        self._late = [waiting for waiting in self._late if waiting.is_alive()] + [timer]
        timer.start()
