"""POST /webhooks/iamport: i'mport tells that a payment changed. Its address belongs into i'mport's console.

Always answered with 200 and at once, for other answers make i'mport repeat or give up, and tell a stranger something.
The body is not believed (see `lib.sync.hints`), only its `imp_uid` is taken. JSON or form. Source: i'mport's manual.

`PAYDESK_WEBHOOK_ADDRESSES` narrows it to senders: the address of the connection counts, or what a proxy on this machine
wrote of it; no header of anybody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib import desk
from lib.settings import WEBHOOK_PATH, Settings
from lib.sync.hints import Hint
from lib.web import body

MOST_BYTES = 4_096
BODY_S = 0.8
IMP_UID = re.compile(r"[A-Za-z0-9_-]{1,50}")
LONGEST_SAID = 60


async def receive(request: Request) -> Response:
    """Take the hint, whatever it is; the answer does not tell whether it was any."""
    parts = desk.running()
    if welcome(parts.settings, request.client.host if request.client else ""):
        hint = hint_of(await body.read(request, MOST_BYTES, BODY_S))
        if hint:
            parts.hints.take(hint)
    return PlainTextResponse("ok")


def welcome(settings: Settings, host: str) -> bool:
    """Whether webhooks of this address are listened to."""
    networks = settings.webhook_networks
    if not networks:
        return True
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:  # a server that listens on both kinds
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def hint_of(told: bytes) -> Hint | None:
    """The hint in a body, JSON or form, or None."""
    try:
        said = json.loads(told.decode()) if told.lstrip().startswith(b"{") else body.fields(told)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, Mapping) or not isinstance(said.get("imp_uid"), str):
        return None
    if not IMP_UID.fullmatch(said["imp_uid"]):
        return None
    order, status = (str(said.get(name) or "")[:LONGEST_SAID] for name in ("merchant_uid", "status"))
    return Hint(said["imp_uid"], order, status)


ROUTES = [Route(WEBHOOK_PATH, receive, methods=["POST"])]
