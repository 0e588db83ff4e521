"""The routes of the two pages.

`/checkout/run/{id}`: a trial's page, where its browser's answer goes (`callback`), and where a phone comes back (`back`).
`/pay/{token}`: a payment link, and where its page tells that a window was finished (`done`). Anybody on the internet may
call them: calls are limited by link, and by address where there is none; bodies are small, and whatever is told only
makes the desk read i'mport.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lib import desk
from lib.buckets import Buckets
from lib.errors import BadInput
from lib.operations import payment_links
from lib.operations.trials import Trial
from lib.payments import browser_json
from lib.payments.payment_link import Link, Standing
from lib.text.escaping import plain
from lib.web import body, saying
from lib.web.checkout import page, policy
from lib.web.webhooks import IMP_UID

HERE = Path(__file__).parent
FILES = {"pay.css": "text/css; charset=utf-8", "pay.js": "text/javascript", "trial.js": "text/javascript"}
GONE = "checkout_trial_gone"

Handler = Callable[[Request], Awaitable[Response]]
callers = Buckets(rate=5, burst=60)
"""By the caller's address."""
links = Buckets(rate=5, burst=60)
"""By order: behind a proxy that hides them all customers have one address, so whoever has a link is counted by it."""
lookups = Buckets(rate=0.2, burst=3)
tellings = Buckets(rate=0.2, burst=3)
"""By order: how often i'mport is asked about one whose page is opened, or told of, again and again."""


def limited(handler: Handler) -> Handler:
    """The handler, for an address that does not call too often."""

    async def handle(request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not callers.spend(host, desk.running().world.monotonic()):
            return _said(request, "link_busy", 429)
        return await handler(request)

    return handle


# -- a payment link ----------------------------------------------------------------------------------------------------


def of_link(handler: Callable[[Request, Link], Awaitable[Response]]) -> Handler:
    """The handler, given the link in the address, unless that is called too often or this desk has not signed it."""

    async def handle(request: Request) -> Response:
        parts = desk.running()
        order = payment_links.signed(parts.journal.secret, request.path_params["token"])
        host = request.client.host if request.client else ""
        if not (links.spend(order, parts.world.monotonic()) if order else callers.spend(host, parts.world.monotonic())):
            return _said(request, "link_busy", 429)
        link = await run_in_threadpool(payment_links.find, parts.journal, order) if order else None
        return await handler(request, link) if link else _said(request, "link_broken", 404)

    return handle


async def pay(request: Request, link: Link) -> Response:
    """GET: the order and how it stands. An account that waits shows after the link has ended, too.

    A phone that comes back from a window brings the payment's id.
    """
    parts, path = desk.running(), f"/pay/{request.path_params['token']}"
    if "imp_uid" in request.query_params:
        await run_in_threadpool(_bring, link, request.query_params["imp_uid"])
        return RedirectResponse(path, 303, headers=policy.headers(parts.settings))
    standing = await run_in_threadpool(_standing, link)
    if standing.state in ("expired", "withdrawn"):
        return _said(request, f"link_{standing.state}", 410)
    text = page.link_page(parts.settings, saying.words(request), link, standing, path)
    return HTMLResponse(text, headers=policy.headers(parts.settings))


async def done(request: Request, link: Link) -> Response:
    """POST {imp_uid}: the window of this link was finished; the payment is read, if it is one of this order. Tells how
    the link then stands, for somebody else may have paid it."""
    said = await _object(request)
    known = await run_in_threadpool(_bring, link, str(said.get("imp_uid") or ""))
    standing = await run_in_threadpool(_standing, link)
    return JSONResponse({"known": known, "state": standing.state}, headers=policy.NOT_KEPT)


def _standing(link: Link) -> Standing:
    parts = desk.running()
    look = lookups.spend(link.merchant_uid, parts.world.monotonic())
    return payment_links.standing(parts.journal, link, look=look)


def _bring(link: Link, imp_uid: str) -> bool:
    parts = desk.running()
    asked = IMP_UID.fullmatch(imp_uid) and tellings.spend(link.merchant_uid, parts.world.monotonic())
    return bool(asked) and payment_links.bring(parts.journal, link, imp_uid)


# -- a trial -----------------------------------------------------------------------------------------------------------


async def run(request: Request) -> Response:
    """GET: the page that opens the window, or what came of it."""
    parts, trial = desk.running(), _trial(request)
    if trial is None:
        return _said(request, GONE, 404)
    return HTMLResponse(
        page.trial_page(parts.settings, saying.words(request), trial), headers=policy.headers(parts.settings)
    )


async def callback(request: Request) -> Response:
    """POST: what the browser was told."""
    if _trial(request) is None:
        return JSONResponse({"why": GONE}, 404)
    await _answered(request, await _object(request))
    return JSONResponse({"kept": True}, headers=policy.NOT_KEPT)


async def back(request: Request) -> Response:
    """GET: a phone comes back from the window; the result stands in the query."""
    if _trial(request) is None:
        return _said(request, GONE, 404)
    await _answered(request, dict(request.query_params))
    return RedirectResponse(f"/checkout/run/{request.path_params['id']}", 303, headers=policy.NOT_KEPT)


def _trial(request: Request) -> Trial | None:
    return desk.running().trials.find(request.path_params["id"])


async def _answered(request: Request, said: dict[str, Any]) -> None:
    parts = desk.running()
    if said and (not said.get("imp_uid") or IMP_UID.fullmatch(str(said["imp_uid"]))):
        await run_in_threadpool(parts.trials.answered, parts.journal, request.path_params["id"], said)


# -- both --------------------------------------------------------------------------------------------------------------


async def file(request: Request) -> Response:
    """GET: the style and the scripts of the pages."""
    name = request.path_params["name"]
    if name not in FILES:
        return PlainTextResponse("Not found", 404)
    return FileResponse(HERE / name, media_type=FILES[name], headers={"Cache-Control": "no-cache"})


async def _object(request: Request) -> dict[str, Any]:
    """The JSON object in the body; an empty one for anything else."""
    try:
        said = browser_json.read((await body.read(request)).decode())
    except (ValueError, BadInput):
        return {}
    return said if isinstance(said, dict) else {}


def _said(request: Request, code: str, status: int) -> Response:
    settings = desk.running().settings
    return saying.said(request, code, status, policy.headers(settings), title=plain(settings.shop) or "Paydesk")


ROUTES = [
    Route("/checkout/files/{name}", file),
    Route("/checkout/run/{id}", limited(run)),
    Route("/checkout/run/{id}/callback", limited(callback), methods=["POST"]),
    Route("/checkout/run/{id}/back", limited(back)),
    Route("/pay/{token}", of_link(pay)),
    Route("/pay/{token}/done", of_link(done), methods=["POST"]),
]
