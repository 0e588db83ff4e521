"""The parameters of `IMP.request_pay` for KICC: each rule of the SDK's table, with the sentence of its refusal.

A refused wish opens no window and leaves no payment. What the table leaves open is read strictly.
"""

from __future__ import annotations

import calendar
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lib import codes
from lib.sandbox import gateways, rules
from lib.sandbox.call import MOST_MONEY
from lib.sandbox.clock import KST_S
from lib.sandbox.endpoints.tables import TIERS
from lib.sandbox.orders import BILLING_MID, INSTALMENTS_FROM, TEST_MID, deadline

METHODS = ("card", "trans", "vbank", "phone")
BAD, PAID = "F400", "F1002"
QUOTAS = (2, 3, 6, 8, 10, 12)
"""The months offered unless `display.card_quota` says others."""
LONGEST_QUOTA = 36
LAST_SECOND = 59
OVERSEAS = 5
"""Length of the codes of overseas brands, which are offered only by name."""
TELEPHONE = set("0123456789+-(). ")
BUYER = ("buyer_name", "buyer_email", "buyer_tel", "buyer_addr", "buyer_postcode")
URLS = ("m_redirect_url", "confirm_url")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MERCHANT = re.compile(r"imp[0-9]{8}")
DUE = {
    re.compile(r"\d{4}-\d\d-\d\d", re.ASCII): "%Y-%m-%d",
    re.compile(r"\d{8}", re.ASCII): "%Y%m%d",
    re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII): "%Y-%m-%d %H:%M:%S",
    re.compile(r"\d{14}", re.ASCII): "%Y%m%d%H%M%S",
}
KINDS: dict[str, tuple[type, str]] = {
    "channelKey": (str, "문자열"),
    "pg": (str, "문자열"),
    "pay_method": (str, "문자열"),
    "merchant_uid": (str, "문자열"),
    "name": (str, "문자열"),
    "amount": (int, "숫자"),
    **dict.fromkeys(BUYER, (str, "문자열")),
    "escrow": (bool, "true 또는 false"),
    "kiccProducts": (list, "배열"),
    "tax_free": (int, "숫자"),
    "digital": (bool, "true 또는 false"),
    "vbank_due": (str, "문자열"),
    "card": (dict, "객체"),
    "display": (dict, "객체"),
    "company": (str, "문자열"),
    "customer_uid": (str, "문자열"),
    "m_redirect_url": (str, "문자열"),
    "app_scheme": (str, "문자열"),
    "confirm_url": (str, "문자열"),
    "custom_data": (dict, "객체"),
    "auth_mode": (str, "문자열"),
    "currency": (str, "문자열"),
    "bypass": (dict, "객체"),
}
LONGEST = {"merchant_uid": 40, "name": 40, "customer_uid": 80}
NEEDED = ("pay_method", "merchant_uid", "name", "amount", "buyer_tel")
PRODUCT: dict[str, type] = {"orderNumber": str, "name": str, "quantity": int, "amount": int}
Given = dict[str, Any]


class Wrong(Exception):
    """A wish that opens no window: `code` and sentence, as the callback gets them."""

    def __init__(self, message: str, code: str = BAD) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """A wish that holds. Amounts in KRW, `vbank_due` epoch seconds, `quotas` months."""

    mid: str
    test: bool
    method: str
    merchant_uid: str
    name: str
    amount: int
    tax_free: int
    buyer: dict[str, str]
    escrow: bool
    products: list[Given]
    digital: bool
    vbank_due: int
    cards: tuple[str, ...]
    quotas: tuple[int, ...]
    direct: tuple[str, int] | None
    company: str
    customer_uid: str
    m_redirect_url: str
    notice_url: tuple[str, ...]
    confirm_url: str
    custom_data: Given | None
    key_in: bool
    cash_receipt: bool


def merchant(code: object, tier: object) -> None:
    """The arguments of `IMP.init` and `IMP.agency`; raises `Wrong`."""
    if not isinstance(code, str) or not MERCHANT.fullmatch(code):
        raise Wrong("가맹점 식별코드가 올바르지 않습니다. IMP.init을 먼저 호출하세요.")
    if tier is not None and str(tier) not in TIERS:
        raise Wrong(rules.NO_SUCH_TIER.message)


def order(given: Given, now: int, mobile: bool) -> Order:
    """The order in `given`; raises `Wrong`. Does not know which orders are paid or prepared."""
    given = {name: value for name, value in given.items() if value is not None}
    _forms(given)
    mid, test = _channel(given)
    amount, method = given["amount"], given["pay_method"]
    _amounts(given, amount)
    _methods(given, method, mid)
    for name in URLS:
        if name in given and not _is_url(given[name]):
            raise _form(name, "http 또는 https 주소")
    if mobile and "m_redirect_url" not in given:
        raise _missing("m_redirect_url", "모바일 결제")
    return Order(
        mid=mid,
        test=test,
        method=method,
        merchant_uid=given["merchant_uid"],
        name=given["name"],
        amount=amount,
        tax_free=given.get("tax_free", 0),
        buyer={name: given.get(name, "") for name in BUYER},
        escrow=given.get("escrow", False),
        products=_products(given),
        digital=given.get("digital", False),
        vbank_due=_due(given["vbank_due"], now) if "vbank_due" in given else deadline(now),
        cards=_cards(given),
        quotas=_quotas(given, amount),
        direct=_direct(given, amount),
        company=given.get("company", "iamport"),
        customer_uid=given.get("customer_uid", ""),
        m_redirect_url=given.get("m_redirect_url", ""),
        notice_url=_notice(given),
        confirm_url=given.get("confirm_url", ""),
        custom_data=given.get("custom_data"),
        key_in="auth_mode" in given,
        cash_receipt=_cash_receipt(given),
    )


def _form(name: str, wanted: str) -> Wrong:
    return Wrong(f"{name} 파라미터의 형식이 올바르지 않습니다({wanted}).")


def _missing(name: str, needed_for: str) -> Wrong:
    return Wrong(f"{name} 파라미터가 누락되었습니다({needed_for} 필수).")


def _is(value: object, kind: type) -> bool:
    """In Python a bool is an int, too."""
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _is_url(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _forms(given: Given) -> None:
    """Kinds and lengths, and what KICC needs for any payment."""
    _encoded(given)
    for name in NEEDED:
        if _empty(given.get(name, "")):
            raise _missing(name, "이지페이(KICC)")
    for name, (kind, wanted) in KINDS.items():
        if name in given and not _is(given[name], kind):
            raise _form(name, wanted)
        if name in given and kind is str and CONTROLS.search(given[name]):
            raise _form(name, "제어 문자가 없는 문자열")
    if not any("0" <= letter <= "9" for letter in given["buyer_tel"]) or set(given["buyer_tel"]) - TELEPHONE:
        raise _form("buyer_tel", "전화번호")
    for name, longest in LONGEST.items():
        if len(given.get(name, "")) > longest:
            raise _form(name, f"최대 {longest}자")
    if _empty(given.get("customer_uid")):
        raise _form("customer_uid", "최대 80자")
    if given.get("auth_mode", "key-in") != "key-in":
        raise _form("auth_mode", "key-in")
    if given.get("currency", "KRW") != "KRW":
        raise _form("currency", "이지페이(KICC)는 KRW")


def _empty(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _encoded(given: Given) -> None:
    """Half a letter can be sent, but neither stored nor shown."""
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Wrong("요청 파라미터에 올바르지 않은 문자가 있습니다(UTF-8).") from None


def _channel(given: Given) -> tuple[str, bool]:
    """The MID and whether it is a test channel: by `channelKey`, else by `pg`, else the console's first."""
    if "channelKey" in given:
        found = [gateways.KEYS[given["channelKey"]]] if given["channelKey"] in gateways.KEYS else []
    else:
        provider, _, mid = given.get("pg", gateways.CHANNELS[0].pg_provider).partition(".")
        found = [one for one in gateways.CHANNELS if one.pg_provider == provider and mid in ("", one.pg_id)]
    if not found or found[0].type != "payment":
        raise Wrong("등록되지 않은 채널(PG)입니다. channelKey 또는 pg 파라미터를 확인하세요.")
    if found[0].pg_provider != "kicc":
        raise Wrong("모의 결제창은 이지페이(KICC) 채널만 지원합니다.")
    return found[0].pg_id, found[0].sandbox


def _amounts(given: Given, amount: int) -> None:
    least = 0 if "customer_uid" in given else 1
    if not least <= amount <= MOST_MONEY:
        raise _form("amount", f"{least} 이상의 정수")
    if not 0 <= given.get("tax_free", 0) <= amount:
        raise _form("tax_free", "0 이상 amount 이하의 정수")


def _methods(given: Given, method: str, mid: str) -> None:
    if method not in METHODS:
        raise _form("pay_method", " | ".join(METHODS))
    if method == "phone" and "digital" not in given:
        raise _missing("digital", "휴대폰 소액결제")
    if "customer_uid" in given and method != "card":
        raise _form("pay_method", "빌링키 발급은 card만 가능")
    if "customer_uid" in given and mid not in (BILLING_MID, TEST_MID):
        raise Wrong("빌링키 발급은 정기결제용으로 계약된 상점아이디(MID)가 필요합니다.")
    if given.get("escrow"):
        if method not in ("trans", "vbank"):
            raise _form("escrow", "실시간 계좌이체와 가상계좌만 가능")
        for name in ("kiccProducts", "buyer_name", "buyer_email"):
            if not given.get(name) or _empty(given[name]):
                raise _missing(name, "에스크로")


def _products(given: Given) -> list[Given]:
    products: list[Given] = given.get("kiccProducts", [])
    for product in products:
        if not isinstance(product, dict):
            raise _form("kiccProducts", "상품 객체의 배열")
        for name, kind in PRODUCT.items():
            value = product.get(name)
            least = {"quantity": 1, "amount": 0}.get(name)
            if not _is(value, kind) or _empty(value) or (least is not None and product[name] < least):
                raise _form(f"kiccProducts.{name}", "문자열" if kind is str else "숫자")
    return [{name: product[name] for name in PRODUCT} for product in products]


def _due(text: str, now: int) -> int:
    """The deadline of a virtual account: the end of the day named, or the second, in KST."""
    for form, layout in DUE.items():
        if form.fullmatch(text):
            try:
                parts = time.strptime(text, layout)
            except ValueError:
                break
            if parts.tm_sec > LAST_SECOND:
                break
            at = calendar.timegm(parts) - KST_S
            due = at if "%H" in layout else at + 86_399
            if due <= now:
                raise _form("vbank_due", "현재 이후의 시각")
            return due
    raise _form("vbank_due", "YYYY-MM-DD, YYYYMMDD, YYYY-MM-DD HH:mm:ss, YYYYMMDDHHmmss")


def _cards(given: Given) -> tuple[str, ...]:
    """The codes of the cards that the window offers: `card.detail` in its order over all domestic ones."""
    known = codes.cards()
    enabled = {code: len(code) < OVERSEAS for code in known}
    detail = given.get("card", {}).get("detail", [])
    if not isinstance(detail, list):
        raise _form("card.detail", "배열")
    for entry in detail:
        code = entry.get("card_code") if isinstance(entry, dict) else None
        if not isinstance(code, str) or (code != "*" and code not in known):
            raise _form("card.detail.card_code", "카드사 코드 또는 *")
        if not isinstance(entry.get("enabled"), bool):
            raise _form("card.detail.enabled", "true 또는 false")
        enabled.update(dict.fromkeys(known if code == "*" else [code], entry["enabled"]))
    cards = tuple(code for code, on in enabled.items() if on)
    if not cards:
        raise _form("card.detail", "사용할 수 있는 카드가 없음")
    return cards


def _direct(given: Given, amount: int) -> tuple[str, int] | None:
    card = given.get("card", {})
    if "direct" not in card:
        return None
    direct = card["direct"]
    code = direct.get("code") if isinstance(direct, dict) else None
    if not isinstance(code, str) or code not in codes.cards():
        raise _form("card.direct.code", "카드사 코드")
    quota = direct.get("quota", 0)
    if not _is(quota, int) or not (quota == 0 or 2 <= quota <= LONGEST_QUOTA):
        raise _form("card.direct.quota", "0 또는 할부 개월 수")
    if quota and amount < INSTALMENTS_FROM:
        raise _form("card.direct.quota", "할부는 50,000원 이상")
    return code, quota


def _quotas(given: Given, amount: int) -> tuple[int, ...]:
    """The months of instalment payment beside the lump sum; none below 50,000 KRW."""
    months = given.get("display", {}).get("card_quota", list(QUOTAS))
    if not isinstance(months, list) or not all(_is(n, int) and 2 <= n <= LONGEST_QUOTA for n in months):
        raise _form("display.card_quota", "할부 개월 수의 배열")
    return tuple(sorted(set(months))) if amount >= INSTALMENTS_FROM and "customer_uid" not in given else ()


def _notice(given: Given) -> tuple[str, ...]:
    urls = given.get("notice_url", [])
    urls = [urls] if isinstance(urls, str) else urls
    if not isinstance(urls, list) or not all(map(_is_url, urls)):
        raise _form("notice_url", "http 또는 https 주소, 또는 그 배열")
    return tuple(urls)


def _cash_receipt(given: Given) -> bool:
    kicc = given.get("bypass", {}).get("kicc", {})
    shown = kicc.get("disp_cash_yn", "N") if isinstance(kicc, dict) else None
    if shown not in ("Y", "N"):
        raise _form("bypass.kicc.disp_cash_yn", "Y 또는 N")
    return bool(shown == "Y")
