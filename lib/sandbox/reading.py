"""The body of a request: read to a bound, and understood as JSON or a form."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

MOST_BYTES = 1_000_000


async def payload(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body's bytes; raises `ValueError` when there are more."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > most:
            raise ValueError("the body is too large")
    return found


def from_json(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` for what is none, is nested too deeply, or holds half a character."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    return value
