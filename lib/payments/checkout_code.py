"""The parameters of a payment window as JavaScript that can be pasted into a shop's page."""

from __future__ import annotations

import json
import re
from typing import Any

from lib.payments.checkout import Params

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def addressed(params: Params, *, channel_key: str = "", pg: str = "") -> dict[str, Any]:
    """The same order sent to a channel by its key, or by `pg`; by neither it goes to the console's default."""
    others = {name: value for name, value in params.items() if name not in ("channelKey", "pg")}
    first = {"channelKey": channel_key} if channel_key else {"pg": pg} if pg else {}
    return {**first, **others}


def javascript(params: Params, merchant_code: str, script: str, comment: str, tier: str = "") -> str:
    """A call that is ready to run. `script` is the address of iamport.js, `comment` what to do in the callback, `tier`
    an agency's sub-merchant."""
    begin = f"agency({_value(merchant_code)}, {_value(tier)})" if tier else f"init({_value(merchant_code)})"
    return (
        f'<script src="{script}"></script>\n'
        "<script>\n"
        f"IMP.{begin};\n"
        f"IMP.request_pay({_value(params)}, (response) => {{\n"
        f"  // {_line(comment)}\n"
        '  fetch("/payments/complete", {\n'
        '    method: "POST",\n'
        '    headers: { "Content-Type": "application/json" },\n'
        "    body: JSON.stringify({ imp_uid: response.imp_uid, merchant_uid: response.merchant_uid }),\n"
        "  });\n"
        "});\n"
        "</script>"
    )


def _value(value: Any, depth: int = 0) -> str:
    """A JSON value as one writes it in JavaScript; nothing in it can end the script element."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        lines = [f"{inner}{_key(name)}: {_value(part, depth + 1)}," for name, part in value.items()]
        return "\n".join(["{", *lines, f"{outer}}}"])
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return "\n".join(["[", *(f"{inner}{_value(part, depth + 1)}," for part in value), f"{outer}]"])
    text = json.dumps(value, ensure_ascii=False)
    return "".join(_UNSAFE.get(letter, letter) for letter in text)


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else _value(name)


def _line(comment: str) -> str:
    return " ".join(comment.split())
