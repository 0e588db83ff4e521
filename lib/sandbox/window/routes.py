"""The window over HTTP: the script, the window's page and files, its opening and its decision, and a shop to try it in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.sandbox import people
from lib.sandbox.outbound import NotThisMachine, loopback
from lib.sandbox.reading import from_json, payload
from lib.sandbox.window import means, outcome
from lib.sandbox.window.means import NotOffered
from lib.sandbox.window.opened import Window, Windows
from lib.sandbox.window.parameters import Wrong

HERE = Path(__file__).parent
FONT = HERE.parents[2] / "static" / "PretendardVariable.woff2"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
FILES = ("window.css", "window.js", "forms.js", "elements.js", "words.js", "shop.css", "shop.js", "presets.js")
OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'"
)
WINDOW_POLICY = f"{OWN}; form-action 'none'; frame-ancestors *"
"""Any shop on this machine may lay the window over its page, as with the real one; nothing comes from elsewhere."""
SHOP_POLICY = f"{OWN}; frame-src 'self'; form-action 'self'; frame-ancestors 'none'"
FRESH = {"Cache-Control": "no-cache"}
ANY_SITE = {"Access-Control-Allow-Origin": "*"}
FAR = "모의 결제창은 이 컴퓨터(localhost)의 페이지에서만 열 수 있습니다."
MOST_BYTES = 100_000


def routes(windows: Windows) -> list[Route]:
    """All of it; the script lies where i'mport's CDN has it, so that only the host changes."""

    async def opening(request: Request) -> Response:
        try:
            _near(request)
            given = await _object(request)
            window = await run_in_threadpool(windows.open, given, request.headers.get("user-agent", ""))
        except Wrong as wrong:
            answer = {"error_code": wrong.code, "error_msg": str(wrong)}
            return JSONResponse(answer, headers=ANY_SITE)
        return JSONResponse({"imp_uid": window.imp_uid, "key": window.key}, headers=ANY_SITE)

    async def page(request: Request) -> Response:
        window = windows.find(request.path_params["key"])
        if window is None:
            return PlainTextResponse("This window is no longer known: the sandbox was started again.", 404)
        headers = FRESH | {"Content-Security-Policy": WINDOW_POLICY, "Referrer-Policy": "no-referrer"}
        text = (HERE / "window.html").read_text(encoding="utf-8").replace("{order}", _script(shown(window)))
        return Response(text, media_type="text/html", headers=headers)

    def deciding(decide: Callable[[Window, dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            window = windows.find(request.path_params["key"])
            if window is None:
                return JSONResponse({"wrong": "no such window"}, 404)
            try:
                answer = await run_in_threadpool(decide, window, await _object(request))
            except (NotOffered, Wrong) as no:
                return JSONResponse({"wrong": f"not offered: {no}"}, 400)
            return JSONResponse(_ended(window, answer))

        return handle

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        path = FONT if name == FONT.name else HERE / name
        if name not in (*FILES, FONT.name) or not path.exists():
            return PlainTextResponse("Not found", 404)
        return FileResponse(path, media_type=KINDS[path.suffix], headers=FRESH)

    async def script(_request: Request) -> Response:
        return FileResponse(HERE / "iamport.js", media_type=KINDS[".js"], headers=FRESH | ANY_SITE)

    async def shop(_request: Request) -> Response:
        headers = FRESH | {"Content-Security-Policy": SHOP_POLICY}
        return FileResponse(HERE / "shop.html", media_type="text/html", headers=headers)

    return [
        Route("/v1/iamport.js", script),
        Route("/shop", shop),
        Route("/window/files/{name}", file),
        Route("/window", opening, methods=["POST"]),
        Route("/window/{key}", page),
        Route("/window/{key}/pay", deciding(windows.decide), methods=["POST"]),
        Route("/window/{key}/leave", deciding(lambda window, _: windows.leave(window)), methods=["POST"]),
    ]


def shown(window: Window) -> dict[str, Any]:
    """What the window's page draws. A card company's own window names the shop as `company` says."""
    order = window.order
    return {
        "key": window.key,
        "imp_uid": window.imp_uid,
        "origin": window.origin,
        "shop": order.company if order.direct else people.SHOP,
        "method": order.method,
        "merchant_uid": order.merchant_uid,
        "name": order.name,
        "amount": order.amount,
        "tax_free": order.tax_free,
        "buyer_name": order.buyer["buyer_name"],
        "buyer_tel": order.buyer["buyer_tel"],
        "billing": bool(order.customer_uid),
        "escrow": order.escrow,
        "products": order.products,
        "digital": order.digital,
        "key_in": order.key_in,
        "test": order.test,
        "direct": order.direct,
        "due": order.vbank_due,
        "cash_receipt": order.cash_receipt,
        "cards": means.cards(order),
        "quotas": order.quotas,
        "banks": means.banks(),
        "carriers": means.CARRIERS,
        "reasons": means.reasons(order),
        "ended": _ended(window, window.answer) if window.answer else None,
    }


def _ended(window: Window, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, and where a phone's page goes with it."""
    back = outcome.back(window.order.m_redirect_url, answer) if window.mobile else None
    return {"answer": answer, "back": back}


def _near(request: Request) -> None:
    """Raises `Wrong` for a page of another machine: a site on the internet must not make this one call itself."""
    origin = request.headers.get("origin")
    if not origin or urlsplit(origin).netloc == request.headers.get("host"):
        return
    try:
        loopback(origin)
    except NotThisMachine:
        raise Wrong(FAR) from None


def _script(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


async def _object(request: Request) -> dict[str, Any]:
    try:
        given = from_json(await payload(request, MOST_BYTES) or b"{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Wrong("요청 파라미터가 올바르지 않습니다.")
    return given
