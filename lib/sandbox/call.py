"""One call: method, path, parameters of the query and the body alike, and how an answer is made of a result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from lib.sandbox import rules
from lib.sandbox.rules import Refusal, Rule
from lib.sandbox.state import State

MOST_MONEY = 10**12
WHOLE = re.compile(r"-?[0-9]{1,12}")


@dataclass(slots=True)
class Call:
    """`path` holds the places of the path, `query` every value of each name, `body` the JSON object or the form.

    `stale`: payments are read as they were before their last change.
    """

    method: str
    path: dict[str, str]
    query: dict[str, list[str]]
    body: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    stale: bool = False

    def text(self, name: str, default: str = "") -> str:
        """A text from the body, else from the query."""
        value = self.body.get(name)
        if value is None:
            value = self.query.get(name, [default])[-1]
        return str(value)

    def number(self, name: str, default: int) -> int:
        """A whole number from the query; refused when it is none."""
        given = self.query.get(name)
        if not given:
            return default
        if not WHOLE.fullmatch(given[-1]):
            raise Refusal(rules.BAD_PARAMETER)
        return int(given[-1])

    def flag(self, name: str) -> bool:
        """A yes or no from the body or the query: true and 1 (also as text) are yes."""
        return self.text(name).lower() in ("true", "1")

    def money(self, name: str) -> int | None:
        """An amount from the body (number or digits, 1000.0 too); None when absent or null, refused when empty."""
        value = self.body.get(name)
        if value is None:
            return None
        try:
            amount = Decimal(str(value))
            if isinstance(value, bool) or not amount.is_finite() or amount != int(amount) or abs(amount) > MOST_MONEY:
                raise Refusal(rules.BAD_PARAMETER)
        except ArithmeticError:
            raise Refusal(rules.BAD_PARAMETER) from None
        return int(amount)


@dataclass(frozen=True, slots=True)
class Raw:
    """A ready-made JSON text for `response`, with its HTTP status."""

    json: str
    status: int = 200


Endpoint = Callable[[State, Call], object]


async def read(request: Request) -> Call:
    """The call of a request; a JSON body or a form, whichever came."""
    payload = await request.body()
    kind = request.headers.get("content-type", "")
    body: dict[str, Any] = {}
    if payload:
        try:
            if "json" in kind:
                body = json.loads(payload)
            else:
                body = {name: values[-1] for name, values in parse_qs(payload.decode(), keep_blank_values=True).items()}
        except ValueError:
            raise Refusal(rules.BAD_PARAMETER) from None
    if not isinstance(body, dict):
        raise Refusal(rules.BAD_PARAMETER)
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    given_token = request.headers.get("authorization") or request.headers.get("x-imptokenheader") or ""
    return Call(
        request.method,
        {name: str(value) for name, value in request.path_params.items()},
        query,
        body,
        given_token.removeprefix("Bearer ").strip(),
    )


def failed(_request: Request, _error: Exception) -> Response:
    """The envelope of an accident in the sandbox itself."""
    return refused(rules.ACCIDENT)


def answered(result: object) -> Response:
    """The envelope around a result."""
    text, status = (
        (result.json, result.status) if isinstance(result, Raw) else (json.dumps(result, ensure_ascii=False), 200)
    )
    return Response(f'{{"code":0,"message":null,"response":{text}}}', status, media_type="application/json")


def refused(rule: Rule) -> Response:
    """The envelope of a refusal."""
    text = json.dumps({"code": rule.code, "message": rule.message, "response": None}, ensure_ascii=False)
    return Response(text, rule.status, media_type="application/json")
