"""The code to paste into a shop: the call by channelKey and by pg, and the page that a phone comes back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from lib.payments.checkout_channels import Place
from lib.payments.checkout_code import WAYS, Comments, addressed, javascript, returned, way_of
from lib.payments.checkout_finding import Params
from lib.settings import SDK_HOST, SDK_PATH
from lib.text.sentences import sentence_of
from lib.ui import checkout_state
from lib.ui.visit import Visit

MONOSPACE = """<style>:is(.st-key-ck_code code, .st-key-ck_text textarea, .st-key-ck_others textarea)
{font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK KR", monospace !important;
 font-size: .88rem}</style>"""
BACK = "m_redirect_url"


def draw(visit: Visit, params: dict[str, Any] | None) -> None:
    """A tab of code for each way to name the channel, what was written first to see; and of the page a phone comes back
    to. Nothing while JSON that is none is typed."""
    st.html(MONOSPACE)
    if params is None:
        return
    t, settings, written = visit.t, visit.desk.settings, way_of(params)
    place, comments = Place(checkout_state.channels(visit)), _comments(visit, params)
    code = settings.merchant_code or "imp00000000"
    titles = {way: way for way in WAYS} if written else {"": t("Console's default"), **{way: way for way in WAYS}}
    with st.container(key="ck_code"):
        key = f"ck_code_by_{written}"  # else the tab that was open stays, and what was written is behind another
        *tabs, back = st.tabs([*titles.values(), BACK], default=titles[written], key=key)
        for tab, way in zip(tabs, titles, strict=True):
            order = addressed(params, way, place)
            with tab:
                if isinstance(order, str):
                    st.caption(sentence_of(order, t, name=way))
                else:
                    _code(javascript(order, code, _script(visit), comments, settings.imp_tier))
        with back:
            _code(returned(comments))


def _code(text: str) -> None:
    st.code(text, language=None, wrap_lines=True)  # the colours of the languages are too pale to read


def _script(visit: Visit) -> str:
    """Where iamport.js lies for a shop's page; a sandbox's is on this host."""
    settings = visit.desk.settings
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}{settings.sdk_url}" if settings.sandboxed else settings.sdk_url


def _comments(visit: Visit, params: Params) -> Comments:
    t = visit.t
    practice = t("The sandbox's script. For real payments: {address}", address=SDK_HOST + SDK_PATH)
    if "customer_uid" in params:
        server = t(
            "Nothing was paid. On your server: GET /subscribe/customers/{customer_uid}, "
            "later charge by POST /subscribe/payments/again."
        )
    elif params.get("pay_method") == "vbank":
        server = t(
            "Only the account is issued (status ready). Deliver when GET /payments/{imp_uid} says paid and the amount agrees."
        )
    else:
        server = t("Check amount and status on your server by GET /payments/{imp_uid} before you deliver.")
    if BACK in params:
        back = t("On a phone this callback is not called: the page at m_redirect_url opens instead.")
    else:
        back = t("On a phone this callback is not called: set m_redirect_url, too.")
    return Comments(
        script="" if visit.desk.settings.live else practice,
        failed=t("No window, left by the buyer, or failed: nothing to deliver."),
        server=server,
        back=back,
        unpaid=t("The payment was not made."),
    )
