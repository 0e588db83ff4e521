"""The parameters of `IMP.request_pay` for KICC: what is wrong with them, before the payment window says so.

`check` reads them as the browser would send them (JSON values) and gives findings by code; the words are in
`lib.text.checkout_sentences`. Source of every rule: i'mport's KICC page and the parameters of its SDK.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lib import codes
from lib.payments.days import KST, day_of

Params = Mapping[str, Any]
METHODS: Final = ("card", "trans", "vbank", "phone")
ESCROW_METHODS: Final = ("trans", "vbank")
QUOTAS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
INSTALMENTS_FROM: Final = 50_000
LONGEST: Final = {"merchant_uid": 40, "name": 40, "customer_uid": 80}
REQUIRED: Final = ("pay_method", "merchant_uid", "name", "amount", "buyer_tel")
ESCROW_NEEDS: Final = ("kiccProducts", "buyer_name", "buyer_email")
PRODUCT: Final = ("orderNumber", "name", "quantity", "amount")
ORDER_BITS: Final = 40
KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(("channelKey", "pg", "pay_method", "merchant_uid", "name"), "text"),
    **dict.fromkeys(("buyer_name", "buyer_email", "buyer_tel", "buyer_addr", "buyer_postcode"), "text"),
    **dict.fromkeys(("vbank_due", "company", "customer_uid", "m_redirect_url", "app_scheme"), "text"),
    **dict.fromkeys(("confirm_url", "auth_mode"), "text"),
    **dict.fromkeys(("amount", "tax_free"), "number"),
    **dict.fromkeys(("escrow", "digital"), "truth"),
    **dict.fromkeys(("card", "display", "custom_data", "bypass"), "object"),
    "kiccProducts": "list",
    "notice_url": "any",
}
"""Every parameter that KICC knows, and what JavaScript must hand over for it."""
_DUE: Final = {
    re.compile(r"\d{4}-\d\d-\d\d"): "%Y-%m-%d",
    re.compile(r"\d{8}"): "%Y%m%d",
    re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"): "%Y-%m-%d %H:%M:%S",
    re.compile(r"\d{14}"): "%Y%m%d%H%M%S",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`parameter` by its path, `code` names the sentence, `blocks`: the window does not open; else it is advice."""

    parameter: str
    code: str
    blocks: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)


def check(params: Params, now: float) -> list[Finding]:
    """Everything that is wrong or worth knowing, what blocks first. `now` epoch seconds."""
    given = {name: value for name, value in params.items() if value is not None}
    found = list(_forms(given))
    broken = {finding.parameter for finding in found}
    sound = {name: value for name, value in given.items() if name not in broken}
    for rule in _RULES:
        found += rule(sound, now)
    unique = {(finding.parameter, finding.code): finding for finding in found}
    return sorted(unique.values(), key=lambda finding: not finding.blocks)


def order_number(prefix: str, now: float, random_bits: int) -> str:
    """A fresh order number of the KST day: link-261126-9f3a1c07be. `random_bits`: `ORDER_BITS` of them."""
    return f"{prefix}-{day_of(int(now)):%y%m%d}-{random_bits:010x}"


def opens(findings: list[Finding]) -> bool:
    """Whether a window would open."""
    return not any(finding.blocks for finding in findings)


def _advice(parameter: str, code: str, /, **facts: object) -> Finding:
    return Finding(parameter, code, blocks=False, facts=facts)


def _wrong(parameter: str, code: str, /, **facts: object) -> Finding:
    return Finding(parameter, code, facts=facts)


def _is(value: object, kind: str) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "number":
            return _whole(value)
        case "truth":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, Mapping)
        case "list":
            return isinstance(value, list)
    return True


def _whole(value: object) -> bool:
    """A whole number; JSON's true is none, though Python thinks so."""
    return isinstance(value, int) and not isinstance(value, bool)


# -- each value by itself ----------------------------------------------------------------------------------------------


def _forms(given: Params) -> Iterator[Finding]:
    for name in REQUIRED:
        if given.get(name, "") == "":
            yield _wrong(name, "checkout_missing", name=name)
    for name, value in given.items():
        kind = KINDS.get(name)
        if kind is None:
            yield _advice(name, "checkout_unknown", name=name)
        elif not _is(value, kind):
            yield _wrong(name, f"checkout_not_{kind}", name=name)
        elif name in LONGEST and len(value) > LONGEST[name]:
            yield _wrong(name, "checkout_too_long", name=name, longest=LONGEST[name])


def _channel(given: Params, _now: float) -> Iterator[Finding]:
    pg = given.get("pg")
    if pg is not None and pg.partition(".")[0] != "kicc":
        yield _wrong("pg", "checkout_pg")
    if "channelKey" in given and pg is not None:
        yield _advice("pg", "checkout_both_channels")
    if "channelKey" not in given and pg is None:
        yield _advice("channelKey", "checkout_no_channel")


def _money(given: Params, _now: float) -> Iterator[Finding]:
    amount = given.get("amount")
    if amount is None:
        return
    least = 0 if "customer_uid" in given else 1
    if amount < least:
        yield _wrong("amount", "checkout_amount", floor=least)
    elif not 0 <= given.get("tax_free", 0) <= amount:
        yield _wrong("tax_free", "checkout_tax_free", amount=amount)


def _method(given: Params, _now: float) -> Iterator[Finding]:
    method = given.get("pay_method")
    if method and method not in METHODS:
        yield _wrong("pay_method", "checkout_method")
    if method == "phone" and "digital" not in given:
        yield _wrong("digital", "checkout_digital")
    if "customer_uid" not in given:
        return
    if not given["customer_uid"]:
        yield _wrong("customer_uid", "checkout_customer")
    if method and method != "card":
        yield _wrong("pay_method", "checkout_billing_card")
    yield _advice("customer_uid", "checkout_billing_mid")


def _escrow(given: Params, _now: float) -> Iterator[Finding]:
    for n, product in enumerate(given.get("kiccProducts", []), 1):
        if not isinstance(product, Mapping):
            yield _wrong("kiccProducts", "checkout_product", n=n, name=", ".join(PRODUCT))
            continue
        texts = [name for name in ("orderNumber", "name") if not product.get(name) or not _is(product[name], "text")]
        figures = [name for name in ("quantity", "amount") if not _whole(product.get(name))]
        if not figures and product["quantity"] < 1:
            figures = ["quantity"]
        if texts or figures:
            yield _wrong("kiccProducts", "checkout_product", n=n, name=", ".join(texts + figures))
    if not given.get("escrow"):
        return
    if given.get("pay_method") in METHODS and given["pay_method"] not in ESCROW_METHODS:
        yield _wrong("escrow", "checkout_escrow_method")
    for name in ESCROW_NEEDS:
        if not given.get(name):
            yield _wrong(name, "checkout_escrow_needs", name=name)


def _due(given: Params, now: float) -> Iterator[Finding]:
    text = given.get("vbank_due")
    if text is None:
        return
    at = due_of(text)
    if at is None:
        yield _wrong("vbank_due", "checkout_due")
    elif at <= now:
        yield _wrong("vbank_due", "checkout_due_past")
    if given.get("pay_method") != "vbank":
        yield _advice("vbank_due", "checkout_due_unused")


def due_of(text: str) -> float | None:
    """A deadline in epoch seconds, a day alone until its end in KST; None in no form that i'mport knows."""
    for form, layout in _DUE.items():
        if form.fullmatch(text):
            try:
                at = datetime.strptime(text, layout).replace(tzinfo=KST)
            except ValueError:
                return None
            return (at if "%H" in layout else at.replace(hour=23, minute=59, second=59)).astimezone(UTC).timestamp()
    return None


def _cards(given: Params, _now: float) -> Iterator[Finding]:
    card = given.get("card", {})
    if "direct" in card:
        yield from _direct(card["direct"], given)
    if "detail" in card:
        yield from _detail(card["detail"])
    if "direct" in card and "detail" in card:
        yield _advice("card", "checkout_direct_and_detail")
    quotas = given.get("display", {}).get("card_quota")
    if quotas is None:
        return
    if not isinstance(quotas, list) or not all(_whole(months) and months >= 2 for months in quotas):
        yield _wrong("display.card_quota", "checkout_quotas")
    elif quotas and given.get("amount", INSTALMENTS_FROM) < INSTALMENTS_FROM:
        yield _advice("display.card_quota", "checkout_quota_amount", most=INSTALMENTS_FROM)


def _direct(direct: object, given: Params) -> Iterator[Finding]:
    if not isinstance(direct, Mapping) or direct.get("code") not in codes.cards():
        yield _wrong("card.direct", "checkout_card_code", name="card.direct.code")
        return
    quota = direct.get("quota", 0)
    if not _whole(quota) or quota < 0 or quota == 1:
        yield _wrong("card.direct", "checkout_quota")
    elif quota and given.get("amount", INSTALMENTS_FROM) < INSTALMENTS_FROM:
        yield _wrong("card.direct", "checkout_quota_amount", most=INSTALMENTS_FROM)
    yield _advice("card.direct", "checkout_direct_mid")


def _detail(detail: object) -> Iterator[Finding]:
    on: dict[str, bool] = dict.fromkeys(codes.cards(), True)
    for entry in detail if isinstance(detail, list) else [None]:
        code = entry.get("card_code") if isinstance(entry, Mapping) else None
        if not isinstance(entry, Mapping) or not isinstance(entry.get("enabled"), bool):
            yield _wrong("card.detail", "checkout_detail")
            return
        if code != "*" and code not in on:
            yield _wrong("card.detail", "checkout_card_code", name="card.detail.card_code")
            return
        on.update(dict.fromkeys(on if code == "*" else [code], entry["enabled"]))
    if not any(on.values()):
        yield _wrong("card.detail", "checkout_no_card")


def _addresses(given: Params, _now: float) -> Iterator[Finding]:
    notices = given.get("notice_url", [])
    listed = [notices] if isinstance(notices, str) else notices
    if not isinstance(listed, list) or not all(map(_is_url, listed)):
        yield _wrong("notice_url", "checkout_url", name="notice_url")
    for name in ("m_redirect_url", "confirm_url"):
        if given.get(name) and not _is_url(given[name]):
            yield _wrong(name, "checkout_url", name=name)
    if not given.get("m_redirect_url"):
        yield _advice("m_redirect_url", "checkout_no_redirect")
    if given.get("confirm_url"):
        yield _advice("confirm_url", "checkout_confirm")


def _is_url(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _others(given: Params, _now: float) -> Iterator[Finding]:
    if given.get("auth_mode", "key-in") != "key-in":
        yield _wrong("auth_mode", "checkout_key_in")
    kicc = given.get("bypass", {}).get("kicc", {})
    if not isinstance(kicc, Mapping) or kicc.get("disp_cash_yn", "N") not in ("Y", "N"):
        yield _wrong("bypass", "checkout_cash")


_RULES: Final[tuple[Callable[[Params, float], Iterator[Finding]], ...]] = (
    _channel,
    _money,
    _method,
    _escrow,
    _due,
    _cards,
    _addresses,
    _others,
)
