"""Whether the desk answers, its database too, and payments are still being read, for a load balancer or a watchman."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lib import desk
from lib.errors import DeskError
from lib.sync import status


async def health(_request: Request) -> JSONResponse:
    """GET: 200 with the data's as-of time (epoch seconds), 503 when the store does not answer or reading has stopped."""
    parts = desk.running()
    try:
        fresh = await run_in_threadpool(status.freshness, parts.store)
    except (DeskError, OSError, RuntimeError) as wrong:
        return JSONResponse({"ok": False, "why": type(wrong).__name__}, 503)
    told = {"as_of": fresh.as_of, "problem": fresh.problem, "unread": fresh.unread}
    if fresh.late(parts.world.now(), parts.worker.opened_at):
        return JSONResponse({"ok": False, "why": "late", **told}, 503)
    return JSONResponse({"ok": True, **told})


ROUTES = [Route("/health", health)]
