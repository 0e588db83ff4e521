"""The form over the payment window's parameters: which field holds which parameter, there and back without loss.

What no field can hold, of a JSON that somebody wrote, stays in the field `others` as JSON and goes before the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lib import codes
from lib.errors import BadInput
from lib.payments import browser_json, checkout
from lib.payments.checkout_channels import Channel
from lib.payments.checkout_finding import Params
from lib.payments.checkout_presets import PRODUCTS, detail

LONGEST: Final = 300
"""Characters of a field of one line."""
BY: Final = ("channelKey", "pg", "")
TEXTS: Final = (
    "name merchant_uid buyer_tel buyer_name buyer_email buyer_addr buyer_postcode m_redirect_url app_scheme confirm_url"
).split()
TEXTS_OF: Final = {"card": ("customer_uid", "company"), "vbank": ("vbank_due",)}
EMPTY: Final[Mapping[str, Any]] = {
    "by": "",
    "channel": None,
    "method": None,
    **dict.fromkeys((*TEXTS, "customer_uid", "company", "vbank_due"), ""),
    **dict.fromkeys(("amount", "tax_free", "digital"), None),
    **dict.fromkeys(("escrow", "cash", "limit_quotas", "key_in"), False),
    "products": [],
    "cards": "all",
    "direct_code": "366",
    "direct_quota": 0,
    "some": [],
    "quotas": [],
    "notice": "",
    "custom": "",
    "others": "",
}
"""Every field and what it holds while a parameter is left out. Shapes: `by` one of `BY`, `channel` a MID, `cards` all, some
or direct, `products` the rows of kiccProducts, `notice` addresses line by line, `custom` and `others` JSON."""
Fields = Mapping[str, Any]


def fields_of(params: Params, channels: tuple[Channel, ...] = ()) -> dict[str, Any]:
    """The form that says `params`; `params_of` gives them back as they were."""
    method = params.get("pay_method")
    fields = {**EMPTY, "method": method if method in checkout.METHODS else None}
    for name in (*TEXTS, *TEXTS_OF.get(str(method), ())):
        if _line(params.get(name)):
            fields[name] = params[name]
    for name in ("amount", "tax_free"):
        if _whole(params.get(name)) and params[name] >= 0:
            fields[name] = params[name]
    fields |= _channel(params, channels) | _cards(params) | _escrow(params) | _more(params)
    made = params_of(fields, channels)
    others = {name: value for name, value in params.items() if name not in made or not _same(made[name], value)}
    return fields | {"others": browser_json.write(others, indent=2) if others else ""}


def params_of(fields: Fields, channels: tuple[Channel, ...] = ()) -> dict[str, Any]:
    """The parameters that the form says; those of the ways to pay that are not chosen are left out.

    Raises `BadInput` where `others` holds no JSON object.
    """
    params: dict[str, Any] = {}
    chosen = next((one for one in channels if one.mid == fields["channel"]), None)
    if chosen and fields["by"]:
        params |= {"channelKey": chosen.key} if fields["by"] == "channelKey" else {"pg": f"kicc.{chosen.mid}"}
    method = fields["method"]
    given = {"pay_method": method, **{name: fields[name] for name in ("name", "merchant_uid", "amount", "tax_free")}}
    params |= {name: value for name, value in given.items() if value not in (None, "")}
    if method == "card":
        params |= _card_params(fields)
    if method in checkout.ESCROW_METHODS:
        params |= {"bypass": {"kicc": {"disp_cash_yn": "Y"}}} if fields["cash"] else {}
        params |= {"escrow": True} if fields["escrow"] else {}
        params |= {"kiccProducts": fields["products"]} if fields["escrow"] and fields["products"] else {}
    if method == "phone" and fields["digital"] is not None:
        params["digital"] = fields["digital"]
    for name in (*TEXTS_OF.get(str(method), ()), *TEXTS):
        if fields[name] and (name != "company" or fields["cards"] == "direct"):
            params[name] = fields[name]
    if notices := fields["notice"].split():
        params["notice_url"] = notices[0] if len(notices) == 1 else notices
    if fields["custom"].strip():
        params["custom_data"] = _read(fields["custom"])
    return params | (browser_json.read_object(fields["others"]) if fields["others"].strip() else {})


def _card_params(fields: Fields) -> dict[str, Any]:
    params: dict[str, Any] = {"auth_mode": "key-in"} if fields["key_in"] else {}
    if fields["cards"] == "direct":
        return params | {"card": {"direct": {"code": fields["direct_code"], "quota": fields["direct_quota"]}}}
    if fields["cards"] == "some":
        params["card"] = {"detail": detail(fields["some"])}
    return params | ({"display": {"card_quota": sorted(fields["quotas"])}} if fields["limit_quotas"] else {})


def _channel(params: Params, channels: tuple[Channel, ...]) -> dict[str, Any]:
    for one in channels:
        if _same(params.get("channelKey"), one.key):
            return {"by": "channelKey", "channel": one.mid}
        if "channelKey" not in params and params.get("pg") == f"kicc.{one.mid}":
            return {"by": "pg", "channel": one.mid}
    return {"by": "", "channel": channels[0].mid if channels else None}


def _cards(params: Params) -> dict[str, Any]:
    """Only what the fields say exactly."""
    if params.get("pay_method") != "card":
        return {}
    fields: dict[str, Any] = {"key_in": params.get("auth_mode") == "key-in"}
    card, display = params.get("card"), params.get("display")
    direct = card.get("direct") if isinstance(card, Mapping) else None
    code, quota = (direct.get("code"), direct.get("quota")) if isinstance(direct, Mapping) else (None, None)
    known = isinstance(code, str) and code in codes.cards() and _whole(quota) and quota in (0, *checkout.QUOTAS)
    if known and _same(card, {"direct": {"code": code, "quota": quota}}):
        return fields | {"cards": "direct", "direct_code": code, "direct_quota": quota}
    offered = card.get("detail") if isinstance(card, Mapping) else None
    some = [entry["card_code"] for entry in offered[1:] if _named(entry)] if isinstance(offered, list) else []
    if len(set(some)) == len(some) and _same(card, {"detail": detail(some)}):
        fields |= {"cards": "some", "some": some}
    quotas = display.get("card_quota") if isinstance(display, Mapping) else None
    known = isinstance(quotas, list) and all(_whole(months) and months in checkout.QUOTAS for months in quotas)
    if known and _same(display, {"card_quota": sorted(set(quotas or []))}):
        fields |= {"limit_quotas": True, "quotas": quotas}
    return fields


def _named(entry: object) -> bool:
    code = entry.get("card_code") if isinstance(entry, Mapping) else None
    return isinstance(code, str) and code in codes.cards()


def _escrow(params: Params) -> dict[str, Any]:
    """Without escrow, example products wait in the form."""
    products, escrow = params.get("kiccProducts"), params.get("escrow") is True
    if not isinstance(products, list) or not all(map(_product, products)):
        products = [] if escrow else PRODUCTS
    return {
        "escrow": escrow,
        "cash": _same(params.get("bypass"), {"kicc": {"disp_cash_yn": "Y"}}),
        "products": [dict(one) for one in products],
        "digital": params["digital"] if isinstance(params.get("digital"), bool) else None,
    }


def _product(product: object) -> bool:
    if not isinstance(product, Mapping) or list(product) != list(checkout.PRODUCT):
        return False
    texts = all(product[name] is None or _line(product[name]) for name in ("orderNumber", "name"))
    return texts and all(product[name] is None or _whole(product[name]) for name in ("quantity", "amount"))


def _more(params: Params) -> dict[str, Any]:
    notices = params.get("notice_url")
    listed = [notices] if isinstance(notices, str) else notices if isinstance(notices, list) else []
    kept = all(isinstance(one, str) and len(one.split()) == 1 and one.strip() == one for one in listed)
    custom = browser_json.write(params["custom_data"], indent=2) if "custom_data" in params else ""
    return {"notice": "\n".join(listed) if kept and all(map(_line, listed)) else "", "custom": custom}


def _read(text: str) -> Any:
    """The JSON in a text; the text itself where there is none, which the check then names."""
    try:
        return browser_json.read(text)
    except BadInput:
        return text


def _line(value: object) -> bool:
    """Whether a field of one line holds this text as it is."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and browser_json.survives(value)


def _same(one: object, other: object) -> bool:
    """The same JSON; to Python true is 1, too."""
    return browser_json.write(one) == browser_json.write(other)
