"""Faults to order: what the network and i'mport can do to a call, by endpoint and count.

| kind | what the caller sees | executed |
| --- | --- | --- |
| delay | the answer, `seconds` later | yes |
| http_5xx | `status` (default 502), HTML | no |
| executed_then_5xx | the same | yes |
| reset | the connection ends without a byte | no |
| executed_then_reset | the connection ends in the middle of the answer | yes |
| executed_then_no_answer | silence for `seconds`, then the connection ends without a byte | yes |
| late | the connection ends without a byte; it executes `seconds` later | later |
| delivered_twice | the first answer | twice |
| truncated | JSON cut in the middle, whole as HTTP | yes |
| not_json | HTML with status 200 | `executed` |
| refused | HTTP 200, `code` (default -1), `message` | no |
| executed_then_refused | the same | yes |
| unauthorized, forbidden, too_many | 401, 403, 429 in the envelope | no |
| stale | payments as they were before their last change | yes |

`seconds` may be given with any kind: the caller waits that long.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.sandbox.call import refused
from lib.sandbox.rules import CANCEL_UNSETTLED, UNAUTHORIZED, Rule

KINDS = frozenset(
    (
        "delay http_5xx executed_then_5xx reset executed_then_reset executed_then_no_answer late delivered_twice "
        "truncated not_json refused executed_then_refused unauthorized forbidden too_many stale"
    ).split()
)
BEFORE = frozenset({"http_5xx", "reset", "refused", "unauthorized", "forbidden", "too_many", "late"})
CONNECTION = "paydesk.sandbox.connection"
HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
FORBIDDEN = Rule(403, -1, "허용되지 않은 IP입니다.")
TOO_MANY = Rule(429, -1, "요청이 너무 많습니다.")


@dataclass(frozen=True, slots=True)
class Fault:
    """`endpoint`: "POST /payments/cancel", "GET /payments/{imp_uid}" or "*"; `count` calls are left to be hit."""

    endpoint: str
    kind: str
    count: int = 1
    seconds: float = 0.0
    status: int = 502
    code: int = -1
    message: str = CANCEL_UNSETTLED.message
    executed: bool = False

    @property
    def before(self) -> bool:
        """The call is not executed (or not now)."""
        return self.kind in BEFORE or (self.kind == "not_json" and not self.executed)


class Faults:
    """What was ordered; `take` uses one up."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self._lock = threading.Lock()

    def order(self, fault: Fault) -> None:
        """Add one."""
        with self._lock:
            self._ordered.append(fault)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._ordered.clear()

    def listed(self) -> list[Fault]:
        """What is still to come."""
        with self._lock:
            return list(self._ordered)

    def take(self, endpoint: str) -> Fault | None:
        """The next fault for this endpoint, used up by one."""
        with self._lock:
            for n, fault in enumerate(self._ordered):
                if fault.endpoint in ("*", endpoint):
                    if fault.count <= 1:
                        del self._ordered[n]
                    else:
                        self._ordered[n] = replace(fault, count=fault.count - 1)
                    return fault
        return None


class Cuttable:
    """The app, with the way to its server's connection kept in the scope (uvicorn tells it to nobody)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app({**scope, CONNECTION: transport}, receive, send)


class Dropped(Response):
    """An answer that ends too early: after `body`, or before any byte where the server's connection is at hand."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise more than is sent, or nothing, and end the connection."""
        transport = scope.get(CONNECTION)
        if self.body or transport is None:
            promised = str(2 * len(self.body) + 1_000).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", promised)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})
        if transport is None:
            return  # the server ends the connection of an answer left unfinished
        transport.close() if self.body else transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def answer(fault: Fault, honest: Response | None) -> Response:
    """What the caller sees; `honest` is the true answer when the call was executed."""
    whole = bytes(honest.body) if honest else b""
    match fault.kind:
        case "http_5xx" | "executed_then_5xx":
            return Response(HTML, fault.status, media_type="text/html")
        case "reset" | "executed_then_no_answer" | "late":
            return Dropped()
        case "executed_then_reset":
            return Dropped(whole[: len(whole) // 2])
        case "truncated":
            return Response(whole[: len(whole) // 2], 200, media_type="application/json")
        case "not_json":
            return Response(HTML, 200, media_type="text/html")
        case "refused" | "executed_then_refused":
            return refused(Rule(200, fault.code, fault.message))
        case "unauthorized":
            return refused(UNAUTHORIZED)
        case "forbidden":
            return refused(FORBIDDEN)
        case "too_many":
            return refused(TOO_MANY)
        case _:
            assert honest is not None
            return honest
