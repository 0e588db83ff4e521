"""The parameters of a payment window as JavaScript that can be pasted into a shop's page."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from lib.payments import browser_json
from lib.payments.checkout_finding import Params

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_COMPLETE = '  fetch("/payments/complete", {'


class Comments(NamedTuple):
    """What the code says beside its steps: where the script comes from, after a failure, before the shop's server is
    told, and of a phone that comes back."""

    script: str
    failed: str
    server: str
    back: str


def addressed(params: Params, *, channel_key: str = "", pg: str = "") -> dict[str, Any]:
    """The same order sent to a channel by its key, or by `pg`; by neither it goes to the console's default."""
    others = {name: value for name, value in params.items() if name not in ("channelKey", "pg")}
    first = {"channelKey": channel_key} if channel_key else {"pg": pg} if pg else {}
    return {**first, **others}


def javascript(params: Params, merchant_code: str, script: str, comments: Comments, tier: str = "") -> str:
    """A call that is ready to run. `script` is the address of iamport.js, `tier` an agency's sub-merchant."""
    begin = f"agency({_value(merchant_code)}, {_value(tier)})" if tier else f"init({_value(merchant_code)})"
    told = f"<!-- {_line(comments.script)} -->\n" if comments.script else ""
    return (
        f'{told}<script src="{script}"></script>\n'
        "<script>\n"
        f"IMP.{begin};\n"
        f"// {_line(comments.back)}\n"
        f"IMP.request_pay({_value(params)}, (response) => {{\n"
        "  if (!(response.success ?? response.imp_success)) {\n"
        f"    // {_line(comments.failed)}\n"
        "    alert(response.error_msg);\n"
        "    return;\n"
        "  }\n"
        f"{_told('response.imp_uid', 'response.merchant_uid', comments)}"
        "});\n"
        "</script>"
    )


def returned(comments: Comments) -> str:
    """The script of the page at `m_redirect_url`, where a phone comes back to: no callback is called there."""
    return (
        "<script>\n"
        "const query = new URLSearchParams(location.search);\n"
        'if (query.has("error_code") || query.get("imp_success") === "false") {\n'
        f"  // {_line(comments.failed)}\n"
        '  alert(query.get("error_msg"));\n'
        "} else {\n" + _told('query.get("imp_uid")', 'query.get("merchant_uid")', comments) + "}\n"
        "</script>"
    )


def _told(imp_uid: str, merchant_uid: str, comments: Comments) -> str:
    return (
        f"  // {_line(comments.server)}\n"
        f"{_COMPLETE}\n"
        '    method: "POST",\n'
        '    headers: { "Content-Type": "application/json" },\n'
        "    body: JSON.stringify({\n"
        f"      imp_uid: {imp_uid},\n"
        f"      merchant_uid: {merchant_uid},\n"
        "    }),\n"
        "  });\n"
    )


def _value(value: Any, depth: int = 0) -> str:
    """A JSON value as one writes it in JavaScript; nothing in it can end the script element."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        lines = [f"{inner}{_key(name)}: {_value(part, depth + 1)}," for name, part in value.items()]
        return "\n".join(["{", *lines, f"{outer}}}"])
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return "\n".join(["[", *(f"{inner}{_value(part, depth + 1)}," for part in value), f"{outer}]"])
    text = browser_json.write(value)
    return "".join(_UNSAFE.get(letter, letter) for letter in text)


def _key(name: str) -> str:
    if name == "__proto__":  # written plainly it would set the object's prototype
        return f"[{_value(name)}]"
    return name if _NAME.fullmatch(name) else _value(name)


def _line(comment: str) -> str:
    return " ".join(comment.replace("<", "").replace(">", "").split())
