"""One call: method, path, parameters of the query and the body alike, and how an answer is made of a result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from lib.sandbox import rules
from lib.sandbox.reading import from_json, payload
from lib.sandbox.rules import Refusal, Rule
from lib.sandbox.state import State

MOST_MONEY = 10**12
END_OF_TIME = 10**10
DEEPEST = 4
PLACE = re.compile(r"\[([^\[\]]*)\]")
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
        """A text from the body, else from the query; refused when it is an object or a list."""
        value = self.body.get(name)
        if value is None:
            value = self.query.get(name, [default])[-1]
        if isinstance(value, dict | list):
            raise Refusal(rules.BAD_PARAMETER)
        return str(value)

    def need(self, *names: str) -> None:
        """Refused when one of these is missing, null or empty."""
        missing = [name for name in names if self.body.get(name, self.query.get(name)) in (None, "", [], {})]
        if missing:
            raise Refusal(rules.missing(missing))

    def one_of(self, name: str, *allowed: str, default: str = "") -> str:
        """A text that is one of a few, or the default when it is absent or empty."""
        value = self.text(name) or default
        if value not in (*allowed, default):
            raise Refusal(rules.BAD_PARAMETER)
        return value

    def at_most(self, lengths: Mapping[str, int]) -> None:
        """Refused when one of these texts has more characters."""
        if any(len(self.text(name)) > most for name, most in lengths.items()):
            raise Refusal(rules.BAD_PARAMETER)

    def texts(self, name: str) -> list[str]:
        """Several texts from the body: a list, or one alone."""
        value = self.body.get(name)
        values = value if isinstance(value, list) else [] if value in (None, "") else [value]
        if any(isinstance(one, dict | list) for one in values):
            raise Refusal(rules.BAD_PARAMETER)
        return [str(one) for one in values]

    def part(self, name: str) -> Call:
        """An object of the body, as a call of its own; refused when it is none."""
        return self.under(self.body.get(name))

    def under(self, value: object) -> Call:
        """The same call with another object for its body; refused when it is none."""
        if not isinstance(value, dict):
            raise Refusal(rules.BAD_PARAMETER)
        return Call(self.method, self.path, {}, value)

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

    def moment(self, name: str) -> int:
        """Epoch seconds from the body; refused when they are none."""
        at = self.money(name)
        if at is None or not 0 < at < END_OF_TIME:
            raise Refusal(rules.BAD_PARAMETER)
        return at


@dataclass(frozen=True, slots=True)
class Raw:
    """A ready-made JSON text for `response`, with its HTTP status."""

    json: str
    status: int = 200


Endpoint = Callable[[State, Call], object]


async def read(request: Request) -> Call:
    """The call of a request; a JSON body or a form, whichever came."""
    kind = request.headers.get("content-type", "")
    body: dict[str, Any] = {}
    try:
        text = (await payload(request)).decode()
        if text:
            body = from_json(text) if "json" in kind else form(parse_qsl(text, keep_blank_values=True))
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


def form(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The object a form tells of: `a[b]=1` is an object in it, `a[]=1` and `a[0]=1` a list (PHP's way)."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head = name.partition("[")[0]
        *branches, leaf = [head, *PLACE.findall(name[len(head) :])][:DEEPEST]
        node = tree
        for branch in branches:
            node = node.setdefault(branch or str(len(node)), {})
            if not isinstance(node, dict):
                raise Refusal(rules.BAD_PARAMETER)
        node[leaf if leaf or node is tree else str(len(node))] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(name.isdecimal() for name in value):
        return [_listed(one) for one in value.values()]
    return {name: _listed(one) for name, one in value.items()}


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
