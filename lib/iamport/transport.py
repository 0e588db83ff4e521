"""One HTTP exchange with i'mport: no redirects, no proxies from the environment, a bounded body.

The rules of retrying are above this module (`client` for reads) or absent (`money`).
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from lib.iamport.errors import AddressBlocked, BadAnswer, HttpError, NotFound, Refused
from lib.iamport.shapes import Opened
from lib.iamport.wire import opened

BODY_BYTES_MAX = 64 * 1024 * 1024
"""1,000 payments are 2 MB; more than this is no answer of i'mport."""


@dataclass(frozen=True, slots=True)
class Got:
    """An HTTP answer, whole: `status`, `body`, `date` (the server's clock in epoch seconds, or None)."""

    status: int
    body: bytes
    date: float | None


class TooLarge(Exception):
    """The body grew past the cap."""


def host_of(url: str) -> str:
    """The host alone, for messages."""
    return urlsplit(url).hostname or ""


def exchange(client: httpx.Client, request: httpx.Request, cap: int = BODY_BYTES_MAX) -> Got:
    """Send and read the whole answer. Raises httpx's errors, and `TooLarge`."""
    answer = client.send(request, stream=True)
    try:
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > cap:
                raise TooLarge
            parts.append(part)
    finally:
        answer.close()
    return Got(answer.status_code, b"".join(parts), _date(answer.headers.get("date", "")))


def _date(header: str) -> float | None:
    try:
        return parsedate_to_datetime(header).timestamp()
    except ValueError:
        return None


def checked(got: Got) -> bytes:
    """The body of a success (2xx, code 0). Raises `HttpError`, `Refused` and its kinds, `BadAnswer`."""
    envelope = opened(got.body)
    if envelope is None:
        raise (
            BadAnswer(why="the body is not i'mport's envelope")
            if got.status < 300
            else HttpError(http_status=got.status)
        )
    if got.status < 300 and envelope.code == 0:
        return got.body
    raise refusal(got.status, envelope)


def refusal(status: int, envelope: Opened) -> Refused:
    """i'mport's "no" as an error: 403 points to the list of addresses, 404 to nothing found."""
    kind = {403: AddressBlocked, 404: NotFound}.get(status, Refused)
    return kind(http_status=status, iamport_code=envelope.code, message_ko=envelope.message or "")
