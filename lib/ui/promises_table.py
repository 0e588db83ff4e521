"""The refunds whose money is on its way, what is due today first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.operations.promises import Promise
from lib.payments.days import day_of
from lib.payments.methods import group_of
from lib.queries import approving
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import plain
from lib.ui import links, rows
from lib.ui.visit import Visit


def draw(visit: Visit, promises: Sequence[Promise]) -> None:
    """One row a refund; a click on it opens the payment."""
    t = visit.t
    if not promises:
        st.info(t("No refund made from here is on its way."), icon=":material/task_alt:")
        return
    today = day_of(int(visit.desk.world.now()))
    due = sum(promise.expected.last == today for promise in promises)
    st.caption(t.each("{n} refund is due today.", "{n} refunds are due today.", due))
    briefs = approving.briefs(visit.desk.store, visit.me, sorted({promise.imp_uid for promise in promises}))
    whose = [briefs.get(promise.imp_uid, approving.Brief()) for promise in promises]
    amounts, amount = rows.money(t, [promise.amount for promise in promises], [p.currency for p in promises])
    frame = pd.DataFrame(
        {
            "expected": [_days(visit, promise) for promise in promises],
            "amount": amounts,
            "buyer": [plain(brief.buyer) for brief in whose],
            "method": [t(METHOD_TITLES[group_of(promise.pay_method)]) for promise in promises],
            "refunded": [t.short_day(promise.refunded_on) for promise in promises],
            "merchant_uid": [plain(brief.merchant_uid) for brief in whose],
            "by": [plain(promise.requested_by) for promise in promises],
            "imp_uid": [promise.imp_uid for promise in promises],
        }
    )
    at = rows.clicked(
        frame,
        {
            "expected": st.column_config.TextColumn(t("Money expected")),
            "amount": amount,
            "buyer": st.column_config.TextColumn(t("Buyer")),
            "method": st.column_config.TextColumn(t("Method")),
            "refunded": st.column_config.TextColumn(t("Refunded on")),
            "merchant_uid": st.column_config.TextColumn(t("Order number")),
            "by": st.column_config.TextColumn(t("By")),
            "imp_uid": st.column_config.TextColumn(t("PortOne ID")),
        },
        key=f"promises_{len(promises)}",
        tallest=400,
        alt=t("Money on its way"),
    )
    if at is not None:
        links.to_payment(visit, promises[at].imp_uid)


def _days(visit: Visit, promise: Promise) -> str:
    first, last = promise.expected
    told = visit.t.short_day(last)
    return told if first == last else f"{visit.t.short_day(first)} ~ {told}"
