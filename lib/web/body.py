"""The body of a request that anybody on the internet may make: read to a bound, in bytes and in time."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 65_536
WITHIN_S = 10.0
MOST_FIELDS = 20


async def read(request: Request, most_bytes: int = MOST_BYTES, within_s: float = WITHIN_S) -> bytes:
    """The body; nothing when it is larger or does not arrive in time."""
    body = b""
    try:
        async with asyncio.timeout(within_s):
            async for part in request.stream():
                body += part
                if len(body) > most_bytes:
                    return b""
    except (TimeoutError, ClientDisconnect):
        return b""
    return body


def fields(body: bytes) -> dict[str, str]:
    """The fields of a form (`application/x-www-form-urlencoded`), the last of each name; raises `ValueError` for what is
    no text or has too many."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))


async def form(request: Request) -> dict[str, str]:
    """The fields of the form in the body; none for anything else."""
    try:
        return fields(await read(request))
    except ValueError:
        return {}
