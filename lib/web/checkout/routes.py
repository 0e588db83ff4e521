"""The routes of the two pages.

`/checkout/run/{id}`: a trial's page, where its browser's answer goes (`callback`), and where a phone comes back (`back`).
`/pay/{token}`: a payment link, and where its page tells that a window was finished (`done`). Anybody on the internet may
call them: calls of an address are limited, bodies are small, and whatever is told only makes the desk read i'mport.
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
from lib.text.language import LANGUAGES, Language, language
from lib.text.sentences import sentence_of
from lib.web.checkout import page, policy
from lib.web.sign_in import LANGUAGE
from lib.web.webhooks import IMP_UID

HERE = Path(__file__).parent
FILES = {"pay.css": "text/css; charset=utf-8", "pay.js": "text/javascript", "trial.js": "text/javascript"}
MOST_BYTES = 65_536
GONE = "checkout_trial_gone"

Handler = Callable[[Request], Awaitable[Response]]
callers = Buckets(rate=5, burst=60)
"""By the caller's address."""
lookups = Buckets(rate=0.2, burst=3)
tellings = Buckets(rate=0.2, burst=3)
"""By order: how often i'mport is asked about one whose page is opened, or told of, again and again."""


def words(request: Request) -> Language:
    """The language asked for, chosen before, or of the browser."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE) or ""
    return language(asked if asked in LANGUAGES else request.headers.get("accept-language", "ko"))


def limited(handler: Handler) -> Handler:
    """The handler, for an address that does not call too often."""

    async def handle(request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not callers.spend(host, desk.running().world.monotonic()):
            return _said(request, "link_busy", 429)
        return await handler(request)

    return handle


# -- a payment link ----------------------------------------------------------------------------------------------------


async def pay(request: Request) -> Response:
    """GET: the order and how it stands. An account that waits shows after the link has ended, too.

    A phone that comes back from a window brings the payment's id.
    """
    parts, token = desk.running(), request.path_params["token"]
    link = _link(token)
    if link is None:
        return _said(request, "link_broken", 404)
    if "imp_uid" in request.query_params:
        await run_in_threadpool(_bring, link, request.query_params["imp_uid"])
        return RedirectResponse(f"/pay/{token}", 303, headers=policy.headers(parts.settings))
    now = parts.world.now()
    look = link.expires > now and lookups.spend(link.merchant_uid, parts.world.monotonic())
    standing = await run_in_threadpool(payment_links.standing, parts.journal, link, look=look)
    if standing.state == "open" and link.expires <= now:
        return _said(request, "link_expired", 410)
    text = page.link_page(parts.settings, words(request), link, standing, f"/pay/{token}")
    return HTMLResponse(text, headers=policy.headers(parts.settings))


async def done(request: Request) -> Response:
    """POST {imp_uid}: the window of this link was finished; the payment is read, if it is one of this order."""
    link = _link(request.path_params["token"])
    if link is None:
        return JSONResponse({"why": "link_broken"}, 404)
    said = await _object(request)
    known = await run_in_threadpool(_bring, link, str(said.get("imp_uid", "")))
    return JSONResponse({"known": known}, headers=policy.NOT_KEPT)


def _link(token: str) -> payment_links.Link | None:
    try:
        return payment_links.opened(desk.running().journal.secret, token)
    except BadInput:
        return None


def _bring(link: payment_links.Link, imp_uid: str) -> bool:
    parts = desk.running()
    asked = IMP_UID.fullmatch(imp_uid) and tellings.spend(link.merchant_uid, parts.world.monotonic())
    return bool(asked) and payment_links.bring(parts.journal, link, imp_uid)


# -- a trial -----------------------------------------------------------------------------------------------------------


async def run(request: Request) -> Response:
    """GET: the page that opens the window, or what came of it."""
    parts, trial = desk.running(), _trial(request)
    if trial is None:
        return _said(request, GONE, 404)
    return HTMLResponse(page.trial_page(parts.settings, words(request), trial), headers=policy.headers(parts.settings))


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
    """The JSON object in the body; an empty one for anything else, and for more than 64 KB."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return {}
    try:
        said = browser_json.read(body.decode())
    except (ValueError, BadInput):
        return {}
    return said if isinstance(said, dict) else {}


def _said(request: Request, code: str, status: int) -> Response:
    t = words(request)
    return HTMLResponse(
        page.said_page(t, sentence_of(code, t)), status, headers=policy.headers(desk.running().settings)
    )


ROUTES = [
    Route("/checkout/files/{name}", file),
    Route("/checkout/run/{id}", limited(run)),
    Route("/checkout/run/{id}/callback", limited(callback), methods=["POST"]),
    Route("/checkout/run/{id}/back", limited(back)),
    Route("/pay/{token}", limited(pay)),
    Route("/pay/{token}/done", limited(done), methods=["POST"]),
]
