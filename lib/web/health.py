"""Whether the desk answers and its database too, for a load balancer or a watchman."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lib import desk
from lib.errors import DeskError
from lib.sync import status


async def health(_request: Request) -> JSONResponse:
    """GET: 200 with the data's as-of time (epoch seconds), 503 when the store does not answer."""
    try:
        fresh = await run_in_threadpool(status.freshness, desk.running().store)
    except (DeskError, OSError, RuntimeError) as wrong:
        return JSONResponse({"ok": False, "why": type(wrong).__name__}, 503)
    return JSONResponse({"ok": True, "as_of": fresh.as_of, "problem": fresh.problem})


ROUTES = [Route("/health", health)]
