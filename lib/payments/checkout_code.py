"""The parameters of a payment window as JavaScript that can be pasted into a shop's page."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from lib.payments import browser_json
from lib.payments.checkout_channels import Place
from lib.payments.checkout_finding import Params

WAYS: Final = ("channelKey", "pg")
"""The parameters that name a channel; where both are there the first counts."""

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_COMPLETE = '  fetch("/payments/complete", {'


class Comments(NamedTuple):
    """What the code says beside its steps: where the script comes from, after a failure, before the shop's server is
    told, and of a phone that comes back; `unpaid` is what the buyer reads where i'mport says no more."""

    script: str
    failed: str
    server: str
    back: str
    unpaid: str


def way_of(params: Params) -> str:
    """Which of `WAYS` names the channel; "" where none does, and the console's default opens."""
    return next((way for way in WAYS if params.get(way) is not None), "")


def addressed(params: Params, way: str, place: Place) -> dict[str, Any] | str:
    """The same order with its channel named by `way`: as it was written where that is the way already. Else the code of
    the sentence why there is none: never a channel that was not asked for."""
    written = way_of(params)
    if way == written:
        return dict(params)
    if not written:
        return "checkout_code_default"
    if place.channels is None:
        return "checkout_code_unread"
    meant = place.fitting(params)
    if len(meant) > 1:
        return "checkout_code_several"
    if not meant or not (meant[0].key if way == "channelKey" else meant[0].mid):
        return "checkout_code_unknown"
    named = meant[0].key if way == "channelKey" else f"kicc.{meant[0].mid}"
    return {way: named, **{name: value for name, value in params.items() if name not in WAYS}}


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
        f"    alert(response.error_msg || {_value(comments.unpaid)});\n"
        "    return;\n"
        "  }\n"
        f"{_told('response.imp_uid', 'response.merchant_uid', comments)}"
        "});\n"
        "</script>"
    )


def returned(comments: Comments) -> str:
    """The script of the page at `m_redirect_url`, where a phone comes back to: no callback is called there. Somebody who
    opens the page without coming from a window is told nothing, and neither is the shop's server."""
    return (
        "<script>\n"
        "const query = new URLSearchParams(location.search);\n"
        'if (query.get("error_code") || query.get("imp_success") === "false") {\n'
        f"  // {_line(comments.failed)}\n"
        f'  alert(query.get("error_msg") || {_value(comments.unpaid)});\n'
        '} else if (query.get("imp_uid")) {\n'
        + _told('query.get("imp_uid")', 'query.get("merchant_uid")', comments)
        + "}\n"
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
