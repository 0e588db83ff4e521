"""The form over every parameter of the payment window; what is typed becomes the parameters as JavaScript has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from lib import codes
from lib.errors import BadInput
from lib.payments import browser_json, checkout, checkout_fields
from lib.payments.checkout_fields import LONGEST
from lib.payments.checkout_presets import BUYER, PRESETS
from lib.payments.money import typed_won
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import address, checkout_state
from lib.ui.checkout_state import ready, separated
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
LONGEST_JSON = 20_000
LONGEST_WON = len(f"{browser_json.WIDEST_NUMBER:,}") + len("₩ won")
"""Characters for any amount that JSON can hold, with separators and a unit: Streamlit cuts off what is longer."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*TITLES.values()]


def draw(visit: Visit) -> dict[str, Any] | None:
    """The form; the parameters, or None while JSON that is none is typed."""
    if st.session_state.get("ck_json"):
        return _json(visit)
    _channel(visit)
    method = _order(visit)
    if method == "card":
        _card(visit)
    if method in checkout.ESCROW_METHODS:
        _escrow(visit)
    if method == "vbank":
        _text(visit, "vbank_due", visit.t("Deposit due"), placeholder="2026-12-01 18:00:00")
    if method == "phone":
        _digital(visit)
    _buyer(visit)
    _more(visit, method)
    checkout_state.collect()
    try:
        return checkout_fields.params_of(st.session_state.ck_fields, checkout_state.channels(visit) or ())
    except BadInput as wrong:
        st.error(sentence(wrong, visit.t), icon=":material/error:")
        return None


def presets(visit: Visit) -> None:
    """What to begin with, and whether to write JSON instead of filling in a form."""
    t, state = visit.t, st.session_state
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
        if "ck_json" not in state:
            state.ck_json = state.get("ck_written", False)
        st.toggle(
            t("Write the parameters as JSON"),
            key="ck_json",
            on_change=checkout_state.turned,
            args=(visit,),
            width="content",
        )
    address.keep("preset", "card")


def _json(visit: Visit) -> dict[str, Any] | None:
    t, state = visit.t, st.session_state
    if "ck_text" not in state:
        state.ck_text = state.get("ck_kept_text", "")
    text = st.text_area(t("Parameters of IMP.request_pay"), key="ck_text", height=460)
    state.ck_kept_text = text
    try:
        if len(text) > LONGEST_JSON:  # not as `max_chars`, which would cut it off without a word
            raise BadInput("checkout_json_long", longest=visit.t.number(LONGEST_JSON))
        return browser_json.read_object(text)
    except BadInput as wrong:
        st.error(sentence(wrong, t), icon=":material/error:")
        return None


def _channel(visit: Visit) -> None:
    t, state = visit.t, st.session_state
    known = checkout_state.channels(visit) or ()
    names = {one.mid: f"{one.name or 'KICC'} · {one.mid}" for one in known}
    if state[ready("channel")] not in names:  # gone from the console: no other takes its place without a word
        state.ck_channel, state.ck_by = next(iter(names), None), ""
    left, right = st.columns([1.15, 1])
    with right:
        by = st.segmented_control(
            t("Named by"),
            checkout_fields.BY,
            key=ready("by"),
            required=True,
            disabled=not names,
            format_func=lambda name: name or t("none"),
        )
    with left:
        st.selectbox(
            t("Channel"),
            list(names),
            key="ck_channel",
            format_func=lambda mid: names.get(mid, mid),
            disabled=not by,
            placeholder=t("unknown"),
        )
        unread = state.ck_channels[2]
        if unread is not None:
            st.caption(sentence(unread, t))


def _label(title: str, name: str) -> str:
    """A field's title and the parameter it fills."""
    return f"{title} ({name})"


def _text(visit: Visit, name: str, title: str, **more: Any) -> None:
    """A parameter that is typed; left out while empty."""
    st.text_input(_label(title, name), key=ready(name), max_chars=LONGEST, **more)


def _won(visit: Visit, name: str, title: str) -> None:
    """An amount in KRW, with separators."""
    key = ready(name)
    typed = st.text_input(_label(title, name), key=key, max_chars=LONGEST_WON, on_change=separated, args=(key,))
    if typed.strip() and typed_won(typed) is None:
        st.error(sentence_of("bad_amount", visit.t, value=plain(typed)), icon=":material/error:")


def _order(visit: Visit) -> str | None:
    t = visit.t
    method: str | None = st.segmented_control(
        _label(t("Way to pay"), "pay_method"),
        checkout.METHODS,
        key=ready("method"),
        required=True,
        format_func=lambda name: t(METHOD_TITLES[name]),
    )
    left, right = st.columns(2)
    with left:
        _text(visit, "name", t("Order name"))
    with right:
        _text(visit, "merchant_uid", t("Order number"))
    left, right = st.columns(2)
    with left:
        _won(visit, "amount", t("Amount"))
    with right:
        _won(visit, "tax_free", t("Of it tax-free"))
    return method


def _card(visit: Visit) -> None:
    t = visit.t
    _text(
        visit,
        "customer_uid",
        t("Billing key to issue"),
        help=t("Filled, the window registers a card and takes no money."),
    )
    ways = {"all": t("All cards"), "some": t("Some cards"), "direct": t("One card company")}
    way = st.segmented_control(
        t("Cards offered"), list(ways), key=ready("cards"), required=True, format_func=ways.__getitem__
    )
    if way == "direct":
        _direct(visit)
        return
    if way == "some":
        st.multiselect(
            _label(t("Card companies"), "card.detail"),
            list(codes.cards()),
            key=ready("some"),
            format_func=_company(visit),
            placeholder=t("Choose"),
        )
    limit = _label(t("Limit the instalments offered"), "display.card_quota")
    if st.checkbox(limit, key=ready("limit_quotas")):
        st.multiselect(
            t("Months beside one payment"),
            checkout.QUOTAS,
            key=ready("quotas"),
            format_func=lambda n: _months(visit, n),
            placeholder=t("One payment only"),
        )


def _direct(visit: Visit) -> None:
    t = visit.t
    left, right = st.columns(2)
    with left:
        st.selectbox(
            _label(t("Card company"), "card.direct.code"),
            list(codes.cards()),
            key=ready("direct_code"),
            format_func=_company(visit),
        )
    with right:
        st.selectbox(
            _label(t("Instalments"), "quota"),
            [0, *checkout.QUOTAS],
            key=ready("direct_quota"),
            format_func=lambda n: _months(visit, n),
        )
    _text(visit, "company", t("Shop's name in the card company's window"))


def _company(visit: Visit) -> Callable[[str], str]:
    cards = codes.cards()
    return lambda code: f"{cards[code].name(visit.t.code)} · {code}"


def _months(visit: Visit, months: int) -> str:
    return visit.t("{n} instalments", n=months) if months else visit.t("One payment")


def _escrow(visit: Visit) -> None:
    t, state = visit.t, st.session_state
    left, right = st.columns(2)
    with left:
        escrow = st.toggle(_label(t("Escrow"), "escrow"), key=ready("escrow"))
    with right:
        st.toggle(_label(t("Offer a cash receipt"), "disp_cash_yn"), key=ready("cash"))
    if not escrow:
        return
    key = f"ck_products_{state.ck_round}"
    if key not in state:  # the editor keeps what was changed since it was first drawn
        state.ck_products_from = [dict(one) for one in state.ck_fields["products"]]
    title = _label(t("Products"), "kiccProducts")
    st.markdown(f":small[{title}]")
    edited = st.data_editor(
        pd.DataFrame(state.ck_products_from, columns=list(checkout.PRODUCT)),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "orderNumber": st.column_config.TextColumn("orderNumber", width=95),
            "name": st.column_config.TextColumn("name", width=150),
            "quantity": st.column_config.NumberColumn("quantity", width=75, min_value=0, step=1, format="%d"),
            "amount": st.column_config.NumberColumn("amount", width=90, min_value=0, step=1, format="localized"),
        },
    )
    state.ck_fields["products"] = [
        {name: _plain(value) for name, value in row.items()} for row in edited.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """A cell as JSON has it; an empty one is null, a whole number no fraction."""
    if value is None or value != value:
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _digital(visit: Visit) -> None:
    t = visit.t
    goods = {True: t("Digital"), False: t("Physical")}
    st.segmented_control(
        _label(t("Kind of goods"), "digital"),
        [True, False],
        key=ready("digital"),
        required=True,
        format_func=goods.__getitem__,
    )


def _buyer(visit: Visit) -> None:
    t = visit.t
    titles = {"buyer_tel": t("Phone"), "buyer_name": t("Name"), "buyer_email": t("E-mail")}
    for column, name in zip(st.columns(3), BUYER, strict=True):
        with column:
            _text(visit, name, titles[name])


def _more(visit: Visit, method: str | None) -> None:
    t = visit.t
    with st.expander(t("More parameters")):
        left, right = st.columns([2, 1])
        with left:
            _text(visit, "buyer_addr", t("Address"))
        with right:
            _text(visit, "buyer_postcode", t("Postcode"))
        _text(visit, "m_redirect_url", t("Where a phone comes back to"), placeholder="https://")
        _text(visit, "app_scheme", t("App scheme"))
        _text(visit, "confirm_url", t("Asked just before the approval"), placeholder="https://")
        notices = _label(t("Webhooks of this payment, one address a line"), "notice_url")
        st.text_area(notices, key=ready("notice"), height=68)
        st.text_area(_label(t("Data of your own, as JSON"), "custom_data"), key=ready("custom"), height=68)
        if method == "card":
            st.checkbox(_label(t("Card number typed in the window"), "auth_mode"), key=ready("key_in"))
    if st.session_state.ck_fields["others"]:
        st.text_area(
            t("Parameters without a field of their own, as JSON"),
            key=ready("others"),
            height=120,
            help=t("They came from the JSON and go before the fields above. Empty it to leave them out."),
        )
