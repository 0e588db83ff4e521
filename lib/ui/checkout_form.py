"""The form over every parameter of the payment window; what is typed becomes the parameters as JavaScript has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib import codes
from lib.errors import DeskError
from lib.payments import checkout, checkout_presets
from lib.payments.checkout_presets import BUYER, PRESETS
from lib.reports.figures.style import METHOD_TITLES
from lib.text.sentences import sentence, sentence_of
from lib.ui import address
from lib.ui.visit import Visit

TITLES = {
    "card": "Card",
    "direct": "One card company",
    "selected": "Some cards",
    "trans_escrow": "Transfer with escrow",
    "vbank": "Virtual account",
    "phone": "Phone billing",
    "billing_key": "Billing key",
}
BY = ("channelKey", "pg", "")
CHANNELS_S = 300
TEXTS = (
    "merchant_uid name buyer_tel buyer_name buyer_email buyer_addr buyer_postcode vbank_due company customer_uid "
    "m_redirect_url app_scheme confirm_url"
).split()
Channel = Mapping[str, Any]


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*TITLES.values()]


def fresh_order(visit: Visit) -> str:
    """An order number for the next trial."""
    world = visit.desk.world
    return checkout.order_number("try", world.now(), world.random_bits(checkout.ORDER_BITS))


def draw(visit: Visit) -> dict[str, Any] | None:
    """The form; the parameters, or None while they are typed as JSON that is none."""
    if st.session_state.get("ck_json"):
        return _json(visit)
    params = _channel(visit, channels(visit)) | _order(visit)
    method = params["pay_method"]
    if method == "card":
        params |= _card(visit)
    if method in checkout.ESCROW_METHODS:
        params |= _escrow(visit)
    if method == "vbank":
        params |= _text(visit, "vbank_due", visit.t("Deposit due"), placeholder="2026-12-01 18:00:00")
    if method == "phone":
        params |= _digital(visit)
    params |= _buyer(visit) | _more(visit, method)
    st.session_state.ck_params = params
    return params


def channels(visit: Visit) -> list[Channel]:
    """KICC's payment channels of the merchant, read every few minutes."""
    kept = st.session_state.get("ck_channels")
    now = visit.desk.world.now()
    if kept is None or kept[0] < now - CHANNELS_S:
        try:
            found = [one for one in visit.desk.iamport.channels() if one.get("pg_provider") == "kicc"]
        except DeskError as wrong:
            st.caption(sentence(wrong, visit.t))
            return []
        kept = st.session_state.ck_channels = (now, found)
    return list(kept[1])


def _default(key: str, value: Any) -> None:
    """A widget's first value; Streamlit forgets that of a widget which was not drawn for a while."""
    if key not in st.session_state:
        st.session_state[key] = value


def presets(visit: Visit) -> None:
    """What to begin with, and whether to write JSON instead of filling in a form."""
    t = visit.t
    address.one("preset", PRESETS, "card")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.pills(
            t("Begin with"),
            list(PRESETS),
            key="preset",
            required=True,
            format_func=lambda name: t(TITLES[name]),
            label_visibility="collapsed",
            width="content",
        )
        st.toggle(t("Write the parameters as JSON"), key="ck_json", on_change=_turned, width="content")
    address.keep("preset", "card")
    if st.session_state.get("ck_filled") != st.session_state.preset:
        st.session_state.ck_filled = st.session_state.preset
        _fill(visit, checkout_presets.preset(st.session_state.preset, visit.desk.world.now()))


def _fill(visit: Visit, params: dict[str, Any]) -> None:
    """The widgets as these parameters say; everything else empty."""
    state = st.session_state
    for key in [
        key for key in state if str(key).startswith("ck_") and key not in ("ck_filled", "ck_channels", "ck_trial")
    ]:
        del state[key]
    for name in TEXTS:
        state[f"ck_{name}"] = str(params.get(name, ""))
    state.ck_merchant_uid = fresh_order(visit)
    state.ck_method, state.ck_amount = params["pay_method"], params["amount"]
    state.ck_escrow = params.get("escrow", False)
    state.ck_products_from = params.get("kiccProducts", list(checkout_presets.PRODUCTS))
    state.ck_digital = params.get("digital", False)
    card = params.get("card", {})
    state.ck_cards = "direct" if "direct" in card else "some" if "detail" in card else "all"
    state.ck_direct_code = card.get("direct", {}).get("code", "366")
    state.ck_direct_quota = card.get("direct", {}).get("quota", 0)
    state.ck_some = [entry["card_code"] for entry in card.get("detail", []) if entry["enabled"]]
    state.ck_limit_quotas = "display" in params
    state.ck_quotas = params.get("display", {}).get("card_quota", [])
    if "customer_uid" in params:
        billing = [c for c in channels(visit) if "정기" in str(c.get("channel_name")) or "bill" in str(c).lower()]
        if billing:
            state.ck_channel = billing[0].get("pg_id")
    state.ck_params = params | {"merchant_uid": state.ck_merchant_uid}


def _turned() -> None:
    st.session_state.ck_text = json.dumps(st.session_state.get("ck_params", {}), ensure_ascii=False, indent=2)


def _json(visit: Visit) -> dict[str, Any] | None:
    t = visit.t
    text = st.text_area(t("Parameters of IMP.request_pay"), key="ck_text", height=460)
    try:
        params = json.loads(text or "")
    except (ValueError, RecursionError):
        params = None
    if not isinstance(params, dict):
        st.error(sentence_of("checkout_not_json", t), icon=":material/error:")
        return None
    return params


def _channel(visit: Visit, found: list[Channel]) -> dict[str, Any]:
    t = visit.t
    left, right = st.columns([1.15, 1])
    ids = [str(one.get("pg_id", "")) for one in found]
    names = {str(one.get("pg_id", "")): f"{one.get('channel_name') or 'KICC'} · {one.get('pg_id')}" for one in found}
    with right:
        _default("ck_by", "channelKey")
        by = st.segmented_control(
            t("Named by"), BY, key="ck_by", required=True, format_func=lambda name: name or t("none")
        )
    with left:
        if st.session_state.get("ck_channel") not in ids:
            st.session_state.ck_channel = ids[0] if ids else None
        chosen = st.selectbox(
            t("Channel"), ids, key="ck_channel", format_func=lambda id: names.get(id, id), disabled=not by
        )
    one = next((one for one in found if one.get("pg_id") == chosen), None)
    if one is None or not by:
        return {}
    return {"channelKey": one.get("channel_key")} if by == "channelKey" else {"pg": f"kicc.{chosen}"}


def _text(visit: Visit, name: str, title: str, **more: Any) -> dict[str, str]:
    """A parameter that is typed; left out while empty."""
    _default(f"ck_{name}", "")
    value = st.text_input(f"{title} `{name}`", key=f"ck_{name}", max_chars=more.pop("longest", 300), **more)
    return {name: value} if value else {}


def _order(visit: Visit) -> dict[str, Any]:
    t = visit.t
    _default("ck_method", "card")
    method = st.segmented_control(
        t("Way to pay") + " `pay_method`",
        checkout.METHODS,
        key="ck_method",
        required=True,
        format_func=lambda name: t(METHOD_TITLES[name]),
    )
    params: dict[str, Any] = {"pay_method": method}
    left, right = st.columns(2)
    with left:
        params |= _text(visit, "name", t("Order name"), longest=80)
    with right:
        params |= _text(visit, "merchant_uid", t("Order number"), longest=80)
    left, right = st.columns(2)
    with left:
        _default("ck_amount", 0)
        params["amount"] = int(st.number_input(t("Amount") + " `amount`", key="ck_amount", step=1000, format="%d"))
    with right:
        _default("ck_tax_free", 0)
        tax_free = int(st.number_input(t("Of it tax-free") + " `tax_free`", key="ck_tax_free", step=1000, format="%d"))
    return params | ({"tax_free": tax_free} if tax_free else {})


def _card(visit: Visit) -> dict[str, Any]:
    t = visit.t
    params: dict[str, Any] = _text(
        visit,
        "customer_uid",
        t("Billing key to issue"),
        help=t("Filled, the window registers a card and takes no money."),
    )
    ways = {"all": t("All cards"), "some": t("Some cards"), "direct": t("One card company")}
    cards = codes.cards()
    _default("ck_cards", "all")
    way = st.segmented_control(
        t("Cards offered"), list(ways), key="ck_cards", required=True, format_func=ways.__getitem__
    )
    if way == "direct":
        left, right = st.columns(2)
        with left:
            _default("ck_direct_code", "366")
            code = st.selectbox(
                t("Card company") + " `card.direct.code`",
                list(cards),
                key="ck_direct_code",
                format_func=lambda code: f"{cards[code].name(t.code)} · {code}",
            )
        with right:
            _default("ck_direct_quota", 0)
            quota = st.selectbox(
                t("Instalments") + " `quota`",
                [0, *checkout.QUOTAS],
                key="ck_direct_quota",
                format_func=lambda n: _months(visit, n),
            )
        params["card"] = {"direct": {"code": code, "quota": quota}}
        return params | _text(visit, "company", t("Shop's name in the card company's window"))
    if way == "some":
        _default("ck_some", [])
        chosen = st.multiselect(
            t("Card companies") + " `card.detail`",
            list(cards),
            key="ck_some",
            format_func=lambda code: f"{cards[code].name(t.code)} · {code}",
            placeholder=t("Choose"),
        )
        params["card"] = {"detail": checkout_presets.detail(chosen)}
    return params | _quotas(visit)


def _quotas(visit: Visit) -> dict[str, Any]:
    t = visit.t
    _default("ck_limit_quotas", False)
    if not st.checkbox(t("Limit the instalments offered") + " `display.card_quota`", key="ck_limit_quotas"):
        return {}
    _default("ck_quotas", [])
    months = st.multiselect(
        t("Months beside one payment"),
        checkout.QUOTAS,
        key="ck_quotas",
        format_func=lambda n: _months(visit, n),
        placeholder=t("One payment only"),
    )
    return {"display": {"card_quota": sorted(months)}}


def _months(visit: Visit, months: int) -> str:
    return visit.t("{n} instalments", n=months) if months else visit.t("One payment")


def _escrow(visit: Visit) -> dict[str, Any]:
    t = visit.t
    params: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        _default("ck_escrow", False)
        escrow = st.toggle(t("Escrow") + " `escrow`", key="ck_escrow")
    with right:
        _default("ck_cash", False)
        if st.toggle(t("Offer a cash receipt") + " `disp_cash_yn`", key="ck_cash"):
            params["bypass"] = {"kicc": {"disp_cash_yn": "Y"}}
    if not escrow:
        return params
    _default("ck_products_from", list(checkout_presets.PRODUCTS))
    products_title = t("Products")
    st.markdown(f":small[{products_title} `kiccProducts`]")
    edited = st.data_editor(
        pd.DataFrame(st.session_state.ck_products_from, columns=list(checkout.PRODUCT)),
        key="ck_products",
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "orderNumber": st.column_config.TextColumn("orderNumber", width=95),
            "name": st.column_config.TextColumn("name", width=150),
            "quantity": st.column_config.NumberColumn("quantity", width=75, min_value=0, step=1, format="%d"),
            "amount": st.column_config.NumberColumn("amount", width=90, min_value=0, step=1, format="localized"),
        },
    )
    products = [{name: _plain(value) for name, value in row.items()} for row in edited.to_dict("records")]
    return params | {"escrow": True, "kiccProducts": products}


def _plain(value: Any) -> Any:
    """A cell as JSON has it; an empty one is null, a whole number no fraction."""
    if value is None or value != value:
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _digital(visit: Visit) -> dict[str, Any]:
    t = visit.t
    goods = {True: t("Digital"), False: t("Physical")}
    _default("ck_digital", False)
    digital = st.segmented_control(
        t("Kind of goods") + " `digital`", [True, False], key="ck_digital", required=True, format_func=goods.__getitem__
    )
    return {"digital": bool(digital)}


def _buyer(visit: Visit) -> dict[str, Any]:
    t = visit.t
    params: dict[str, Any] = {}
    titles = {"buyer_tel": t("Phone"), "buyer_name": t("Name"), "buyer_email": t("E-mail")}
    for column, name in zip(st.columns(3), BUYER, strict=True):
        with column:
            params |= _text(visit, name, titles[name])
    return params


def _more(visit: Visit, method: str) -> dict[str, Any]:
    t = visit.t
    params: dict[str, Any] = {}
    with st.expander(t("More parameters")):
        left, right = st.columns([2, 1])
        with left:
            params |= _text(visit, "buyer_addr", t("Address"))
        with right:
            params |= _text(visit, "buyer_postcode", t("Postcode"))
        params |= _text(visit, "m_redirect_url", t("Where a phone comes back to"), placeholder="https://")
        params |= _text(visit, "app_scheme", t("App scheme"))
        params |= _text(visit, "confirm_url", t("Asked just before the approval"), placeholder="https://")
        _default("ck_notice", "")
        lines = st.text_area(
            t("Webhooks of this payment, one address a line") + " `notice_url`", key="ck_notice", height=68
        )
        notices = lines.split()
        if notices:
            params["notice_url"] = notices[0] if len(notices) == 1 else notices
        _default("ck_custom", "")
        custom = st.text_area(t("Data of your own, as JSON") + " `custom_data`", key="ck_custom", height=68)
        if custom.strip():
            params["custom_data"] = _object(custom)
        _default("ck_key_in", False)
        if method == "card" and st.checkbox(t("Card number typed in the window") + " `auth_mode`", key="ck_key_in"):
            params["auth_mode"] = "key-in"
    return params


def _object(text: str) -> Any:
    """The JSON in a text; the text itself where there is none, which the check then names."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
