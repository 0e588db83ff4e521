"""The parameters of `IMP.request_pay` for KICC: what is wrong with them, before the payment window says so.

`check` reads them as the browser would send them (JSON values) and gives findings by code; the words are in
`lib.text.checkout_sentences`. Source of every rule: i'mport's KICC page and the parameters of its SDK.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lib import codes
from lib.payments import browser_json, checkout_channels
from lib.payments.checkout_channels import Place
from lib.payments.checkout_finding import Finding, Params, advice, wrong
from lib.payments.days import KST, day_of

METHODS: Final = ("card", "trans", "vbank", "phone")
ESCROW_METHODS: Final = ("trans", "vbank")
QUOTAS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
LONGEST_QUOTA: Final = 36
MOST: Final = 10**12
"""KRW; more is no payment, but a slip of the keyboard."""
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
    **dict.fromkeys(("confirm_url", "auth_mode", "currency"), "text"),
    **dict.fromkeys(("amount", "tax_free"), "number"),
    **dict.fromkeys(("escrow", "digital"), "truth"),
    **dict.fromkeys(("card", "display", "custom_data", "bypass"), "object"),
    "kiccProducts": "list",
    "notice_url": "any",
}
"""Every parameter that KICC knows, and what JavaScript must hand over for it."""
_TELEPHONE: Final = re.compile(r"[+() .-]*[0-9][0-9+() .-]*")
_DUE: Final = {
    re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"): "%Y-%m-%d",
    re.compile(r"[0-9]{8}"): "%Y%m%d",
    re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"): "%Y-%m-%d %H:%M:%S",
    re.compile(r"[0-9]{14}"): "%Y%m%d%H%M%S",
}


def check(params: Params, now: float, place: Place = Place()) -> list[Finding]:  # noqa: B008 (it is frozen)
    """Everything that is wrong or worth knowing, what blocks first. `now` epoch seconds, `place` where it opens."""
    given = {name: value for name, value in params.items() if value is not None}
    found = list(_forms(given))
    broken = {finding.parameter for finding in found}
    sound = {name: value for name, value in given.items() if name not in broken}
    for rule in _RULES:
        found += rule(sound, now)
    found += checkout_channels.check(sound, place)
    unique = {(finding.parameter, finding.code): finding for finding in found}
    return sorted(unique.values(), key=lambda finding: not finding.blocks)


def order_number(prefix: str, now: float, random_bits: int) -> str:
    """A fresh order number of the KST day: link-261126-9f3a1c07be. `random_bits`: `ORDER_BITS` of them."""
    return f"{prefix}-{day_of(int(now)):%y%m%d}-{random_bits:010x}"


def opens(findings: list[Finding]) -> bool:
    """Whether a window would open."""
    return not any(finding.blocks for finding in findings)


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
        if _blank(given.get(name, "")):
            yield wrong(name, "checkout_missing", name=name)
    for name, value in given.items():
        kind = KINDS.get(name)
        if browser_json.depth(value) > browser_json.DEEPEST:
            yield wrong(name, "checkout_json_deep", deepest=browser_json.DEEPEST)
        elif not browser_json.survives(name) or not browser_json.survives(value):
            yield wrong(name, "checkout_not_carried", name=name)
        elif kind is None:
            yield advice(name, "checkout_unknown", name=name)
        elif not _is(value, kind):
            yield wrong(name, f"checkout_not_{kind}", name=name)
        elif kind == "text" and any(unicodedata.category(letter) == "Cc" for letter in value):
            yield wrong(name, "checkout_control", name=name)
        elif name in LONGEST and len(value) > LONGEST[name]:
            yield wrong(name, "checkout_too_long", name=name, longest=LONGEST[name])


def _blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _money(given: Params, _now: float) -> Iterator[Finding]:
    amount = given.get("amount")
    if amount is None:
        return
    least = 0 if "customer_uid" in given else 1
    if amount < least:
        yield wrong("amount", "checkout_amount", floor=least)
    elif amount > MOST:
        yield wrong("amount", "checkout_amount_most", most=MOST)
    elif not 0 <= given.get("tax_free", 0) <= amount:
        yield wrong("tax_free", "checkout_tax_free", amount=amount)


def _method(given: Params, _now: float) -> Iterator[Finding]:
    method = given.get("pay_method")
    if method and method not in METHODS:
        yield wrong("pay_method", "checkout_method")
    if method == "phone" and "digital" not in given:
        yield wrong("digital", "checkout_digital")
    if given.get("currency", "KRW") != "KRW":
        yield wrong("currency", "checkout_currency")
    if "customer_uid" not in given:
        return
    if _blank(given["customer_uid"]):
        yield wrong("customer_uid", "checkout_customer")
    if method and method != "card":
        yield wrong("pay_method", "checkout_billing_card")


def _buyer(given: Params, _now: float) -> Iterator[Finding]:
    if "buyer_tel" in given and not _TELEPHONE.fullmatch(given["buyer_tel"]):
        yield wrong("buyer_tel", "checkout_telephone")


def _escrow(given: Params, _now: float) -> Iterator[Finding]:
    for n, product in enumerate(given.get("kiccProducts", []), 1):
        if not isinstance(product, Mapping):
            yield wrong("kiccProducts", "checkout_product", n=n, name=", ".join(PRODUCT))
            continue
        texts = [
            name for name in ("orderNumber", "name") if not _is(product.get(name), "text") or _blank(product[name])
        ]
        least = {"quantity": 1, "amount": 0}
        figures = [name for name, n in least.items() if not _whole(product.get(name)) or product[name] < n]
        if texts or figures:
            yield wrong("kiccProducts", "checkout_product", n=n, name=", ".join(texts + figures))
    if not given.get("escrow"):
        return
    if given.get("pay_method") in METHODS and given["pay_method"] not in ESCROW_METHODS:
        yield wrong("escrow", "checkout_escrow_method")
    for name in ESCROW_NEEDS:
        if not given.get(name) or _blank(given[name]):
            yield wrong(name, "checkout_escrow_needs", name=name)


def _due(given: Params, now: float) -> Iterator[Finding]:
    text = given.get("vbank_due")
    if text is None:
        return
    at = due_of(text)
    if at is None:
        yield wrong("vbank_due", "checkout_due")
    elif at <= now:
        yield wrong("vbank_due", "checkout_due_past")
    if given.get("pay_method") != "vbank":
        yield advice("vbank_due", "checkout_due_unused")


def due_of(text: str) -> float | None:
    """A deadline in epoch seconds, a day alone until its end in KST; None in no form that i'mport knows."""
    for form, layout in _DUE.items():
        if form.fullmatch(text):
            try:
                at = datetime.strptime(text, layout).replace(tzinfo=KST)
            except ValueError:
                return None
            return (at if "%H" in layout else at.replace(hour=23, minute=59, second=59)).timestamp()
    return None


def _cards(given: Params, _now: float) -> Iterator[Finding]:
    card = given.get("card", {})
    if "direct" in card:
        yield from _direct(card["direct"], given)
    if "detail" in card:
        yield from _detail(card["detail"])
    if "direct" in card and "detail" in card:
        yield advice("card", "checkout_direct_and_detail")
    quotas = given.get("display", {}).get("card_quota", [])
    if not isinstance(quotas, list) or not all(_whole(months) and 2 <= months <= LONGEST_QUOTA for months in quotas):
        yield wrong("display.card_quota", "checkout_quotas", longest=LONGEST_QUOTA)
    elif quotas and given.get("amount", INSTALMENTS_FROM) < INSTALMENTS_FROM:
        yield advice("display.card_quota", "checkout_quota_amount", most=INSTALMENTS_FROM)


def _direct(direct: object, given: Params) -> Iterator[Finding]:
    if not isinstance(direct, Mapping) or not _card(direct.get("code")):
        yield wrong("card.direct", "checkout_card_code", name="card.direct.code")
        return
    quota = direct.get("quota", 0)
    if not _whole(quota) or not (quota == 0 or 2 <= quota <= LONGEST_QUOTA):
        yield wrong("card.direct", "checkout_quota", longest=LONGEST_QUOTA)
    elif quota and given.get("amount", INSTALMENTS_FROM) < INSTALMENTS_FROM:
        yield wrong("card.direct", "checkout_quota_amount", most=INSTALMENTS_FROM)
    yield advice("card.direct", "checkout_direct_mid")


def _card(code: object) -> bool:
    return isinstance(code, str) and code in codes.cards()


def _detail(detail: object) -> Iterator[Finding]:
    on: dict[str, bool] = dict.fromkeys(codes.cards(), True)
    for entry in detail if isinstance(detail, list) else [None]:
        code = entry.get("card_code") if isinstance(entry, Mapping) else None
        if not isinstance(entry, Mapping) or not isinstance(entry.get("enabled"), bool):
            yield wrong("card.detail", "checkout_detail")
            return
        if code != "*" and not _card(code):
            yield wrong("card.detail", "checkout_card_code", name="card.detail.card_code")
            return
        on.update(dict.fromkeys(list(on) if code == "*" else [str(code)], bool(entry["enabled"])))
    if not any(on.values()):
        yield wrong("card.detail", "checkout_no_card")


def _addresses(given: Params, _now: float) -> Iterator[Finding]:
    notices = given.get("notice_url", [])
    listed = [notices] if isinstance(notices, str) else notices
    if not isinstance(listed, list) or not all(map(_is_url, listed)):
        yield wrong("notice_url", "checkout_url", name="notice_url")
    for name in ("m_redirect_url", "confirm_url"):
        if name in given and not _is_url(given[name]):
            yield wrong(name, "checkout_url", name=name)
    if "m_redirect_url" not in given:
        yield advice("m_redirect_url", "checkout_no_redirect")
    if given.get("confirm_url"):
        yield advice("confirm_url", "checkout_confirm")


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
        yield wrong("auth_mode", "checkout_key_in")
    kicc = given.get("bypass", {}).get("kicc", {})
    if not isinstance(kicc, Mapping) or kicc.get("disp_cash_yn", "N") not in ("Y", "N"):
        yield wrong("bypass", "checkout_cash")


_RULES: Final[tuple[Callable[[Params, float], Iterator[Finding]], ...]] = (
    _money,
    _method,
    _buyer,
    _escrow,
    _due,
    _cards,
    _addresses,
    _others,
)
