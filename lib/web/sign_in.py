"""Signing in and out, and the choice of language: POST routes that set an HttpOnly cookie and go back to the page.

A form of another site is refused by its Origin; the session itself is a row in the store (`lib.people.sessions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lib import desk
from lib.errors import DeskError
from lib.people import accounts, demo, sessions
from lib.people.actor import Actor
from lib.text.language import LANGUAGES
from lib.web import body
from lib.web.saying import LANGUAGE, said

SESSION = "paydesk_session"
YEAR_S = 365 * 86_400


def actor_of(request: Request) -> Actor:
    """The person whose session cookie this request carries; raises `SignedOut`."""
    parts = desk.running()
    return sessions.actor(parts.store, parts.world, request.cookies.get(SESSION, ""))


def _foreign(request: Request) -> bool:
    """A form that another site made the browser send."""
    origin = request.headers.get("origin", "")
    return urlsplit(origin).netloc != request.headers.get("host", "") if origin else True


def _back(form: Mapping[str, str]) -> str:
    """Where the form stood: a path of our own, never another host."""
    path = form.get("next", "/")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _no(request: Request, code: str, status: int) -> Response:
    return said(request, code, status, {"Cache-Control": "no-store"}, form=True)


def _keep(answer: Response, request: Request, name: str, value: str, max_age: int | None) -> Response:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=max_age, httponly=True, samesite="strict", secure=secure, path="/")
    return answer


def _failed(back: str, wrong: DeskError) -> Response:
    """Back to the form with the code of what was wrong, and how long to wait where that is it."""
    query = {"sign_in": str(wrong.facts.get("why", wrong.code))}
    if "seconds" in wrong.facts:
        query["seconds"] = str(wrong.facts["seconds"])
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode(query)}", 303)


async def sign_in(request: Request) -> Response:
    """POST account, password, next: starts a session, or goes back with the code of what was wrong."""
    if _foreign(request):
        return _no(request, "foreign_form", 403)
    form = await body.form(request)
    parts = desk.running()
    try:
        account = await run_in_threadpool(
            accounts.verify, parts.store, parts.world, form.get("account", ""), form.get("password", "")
        )
        cookie = await run_in_threadpool(sessions.start, parts.store, parts.world, account)
    except DeskError as wrong:
        return _failed(_back(form), wrong)
    return _keep(RedirectResponse(_back(form), 303), request, SESSION, cookie, None)


async def sign_in_demo(request: Request) -> Response:
    """POST person, next: signs a demo person in. Only the sandbox has any."""
    parts = desk.running()
    if _foreign(request):
        return _no(request, "foreign_form", 403)
    if not parts.settings.sandboxed:
        return _no(request, "no_demo", 403)
    form = await body.form(request)
    try:
        account = await run_in_threadpool(demo.account, parts.store, form.get("person", ""))
        cookie = await run_in_threadpool(sessions.start, parts.store, parts.world, account)
    except DeskError as wrong:
        return _failed(_back(form), wrong)
    return _keep(RedirectResponse(_back(form), 303), request, SESSION, cookie, None)


async def sign_out(request: Request) -> Response:
    """POST: ends the session."""
    if _foreign(request):
        return _no(request, "foreign_form", 403)
    parts = desk.running()
    await run_in_threadpool(sessions.end, parts.store, parts.world, request.cookies.get(SESSION, ""))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(SESSION, path="/")
    return answer


async def choose_language(request: Request) -> Response:
    """POST language, next: keeps the choice for a year."""
    if _foreign(request):
        return _no(request, "foreign_form", 403)
    form = await body.form(request)
    code = form.get("language", "")
    if code not in LANGUAGES:
        return _no(request, "no_language", 400)
    return _keep(RedirectResponse(_back(form), 303), request, LANGUAGE, code, YEAR_S)


ROUTES = [
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/demo", sign_in_demo, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/language", choose_language, methods=["POST"]),
]
