"""The form of a delivery: courier, invoice number, when it was sent, who sends and who receives."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from lib import codes
from lib.errors import BadInput
from lib.operations import escrow
from lib.operations.escrow import Delivery, Person
from lib.operations.escrow_draft import Draft
from lib.payments.days import KST
from lib.text.escaping import plain
from lib.ui import escrow_words as words
from lib.ui.visit import Visit

CHARS_MAX = {"name": 40, "tel": 20, "addr": 200, "postcode": 10}
TITLES = {"name": "Name", "tel": "Phone", "addr": "Address", "postcode": "Postcode"}


def delivery(visit: Visit, draft: Draft, mark: str) -> Delivery | None:
    """The form; the delivery once it is whole. `mark` tells the widgets of one opening from those of another."""
    t, there = visit.t, draft.registered
    left, right = st.columns(2)
    with left:
        company = courier(visit, there.company if there else draft.company, key=f"ship_courier_{mark}")
    with right:
        typed = st.text_input(
            t("Invoice number"),
            value=there.invoice if there else draft.invoice,
            key=f"ship_invoice_{mark}",
            max_chars=40,
        )
    invoice = "".join(typed.split()).replace("-", "")
    sent_at = sent(visit, there.sent_at if there else draft.read_at, mark)
    with st.container(border=True):
        st.markdown(f"**{t('Receiver')}**")
        receiver = person(visit, draft.receiver, f"receiver_{mark}")
    remembered = bool(draft.sender.name)
    title = t("Sender: {name}", name=plain(draft.sender.name)) if remembered else t("Sender")
    with st.expander(title, expanded=not remembered):
        sender = person(visit, draft.sender, f"sender_{mark}")
    whole = Delivery(sender, receiver, company, invoice, sent_at)
    try:
        escrow.check(whole)
    except BadInput as wrong:
        if typed:
            st.caption(words.wrong(wrong, t))
        return None
    if odd := words.unusual(company, invoice, t):
        st.warning(odd, icon=":material/info:")
    return whole


def courier(visit: Visit, chosen: str, *, key: str, label: str = "") -> str:
    """The courier's code, "" while none is chosen; the list is searched by typing."""
    known = codes.couriers()
    return (
        st.selectbox(
            label or visit.t("Courier"),
            list(known),
            index=list(known).index(chosen) if chosen in known else None,
            format_func=lambda code: words.courier(code, visit.t),
            placeholder=visit.t("Choose or type"),
            key=key,
        )
        or ""
    )


def sent(visit: Visit, at: float, mark: str) -> int:
    """When it was sent, epoch seconds; KST, at the latest today."""
    t, before = visit.t, datetime.fromtimestamp(at, KST)
    today = datetime.fromtimestamp(visit.desk.world.now(), KST).date()
    left, right = st.columns(2)
    with left:
        day = st.date_input(
            t("Sent on"), value=min(before.date(), today), max_value=today, key=f"sent_day_{mark}", format="YYYY-MM-DD"
        )
    with right:
        time = st.time_input(
            t("Sent at (KST)"), value=before.time().replace(second=0, microsecond=0), key=f"sent_time_{mark}"
        )
    return int(datetime.combine(day, time, KST).timestamp()) if time else 0


def person(visit: Visit, known: Person, key: str) -> Person:
    """Four fields, prefilled."""
    t, values = visit.t, dict[str, str]()
    for names, widths in ((("name", "tel"), [1, 1]), (("postcode", "addr"), [1, 3])):
        for name, place in zip(names, st.columns(widths), strict=True):
            with place:
                values[name] = st.text_input(
                    t(TITLES[name]), value=getattr(known, name), key=f"{name}_{key}", max_chars=CHARS_MAX[name]
                ).strip()
    return Person(**values)
