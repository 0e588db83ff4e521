"""JSON as a browser reads and writes it: Python alone would take NaN, numbers without end and halves of letters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Never

from lib.errors import BadInput

DEEPEST: Final = 30
WIDEST_NUMBER: Final = 2**53 - 1
"""JavaScript's largest whole number that is still exact."""
_HALF = re.compile("[\ud800-\udfff]")


def read(text: str) -> Any:
    """The value in a text; a number without a fraction is whole, as in JavaScript.

    Raises `BadInput`: `checkout_not_json` with line and column, `checkout_json_number`, `checkout_json_deep`.
    """
    try:
        value = json.loads(text, parse_float=_number, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        raise BadInput("checkout_not_json", line=wrong.lineno, column=wrong.colno) from None
    except RecursionError:
        raise BadInput("checkout_json_deep", deepest=DEEPEST) from None
    except ValueError:  # more digits than Python turns into a number
        raise BadInput("checkout_json_number") from None
    if depth(value) > DEEPEST:
        raise BadInput("checkout_json_deep", deepest=DEEPEST)
    return value


def read_object(text: str) -> dict[str, Any]:
    """The object in a text. Raises `BadInput` as `read`, and `checkout_json_object` for another value."""
    value = read(text)
    if not isinstance(value, dict):
        raise BadInput("checkout_json_object")
    return value


def write(value: object, indent: int | None = None) -> str:
    """The value as text that any encoding carries: half a letter is written as its escape."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def depth(value: object) -> int:
    """How deep objects and arrays lie in each other; looks no further than just below `DEEPEST`."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        level = [part for one in level if isinstance(one, Mapping | list) for part in _parts(one)]
        deep += bool(level)
    return deep


def survives(value: object) -> bool:
    """Whether text and numbers in a JSON value, `depth` of it permitting, reach a browser as they are."""
    if isinstance(value, str):
        return not _HALF.search(value)
    if isinstance(value, int):
        return abs(value) <= WIDEST_NUMBER
    if isinstance(value, float):
        return math.isfinite(value)
    return all(map(survives, _parts(value))) if isinstance(value, Mapping | list) else True


def _parts(value: Mapping[Any, Any] | list[Any]) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value
        yield from value.values()
    else:
        yield from value


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadInput("checkout_json_number")
    return int(number) if number.is_integer() and abs(number) <= WIDEST_NUMBER else number


def _no_number(_: str) -> Never:
    raise BadInput("checkout_json_number")
