"""A table of money operations; a click on a row opens its payment."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.journal.life import LOOK, REFUND, WORK_LOOK, Look, Operation, look_of
from lib.operations import charges, escrow, keys, receipts, schedules, vbanks
from lib.payments.days import KST
from lib.payments.state import State
from lib.queries import approving
from lib.text.escaping import plain
from lib.ui import links, rows
from lib.ui.states import LOOKS
from lib.ui.visit import Visit

KINDS = {
    REFUND: "Refund",
    charges.CHARGE: "Charge",
    schedules.PLAN: "Charge planned",
    schedules.MOVE: "Planned charge moved",
    schedules.UNPLAN: "Planned charge cancelled",
    schedules.RETRY: "Planned charge tried again",
    keys.DELETE: "Billing key deleted",
    escrow.REGISTER: "Delivery registered",
    escrow.CHANGE: "Delivery changed",
    receipts.ISSUE: "Cash receipt issued",
    receipts.CANCEL: "Cash receipt cancelled",
    vbanks.CLOSE: "Virtual account closed",
}
"""What each kind of operation is called."""
RECEIPT_FOR = {"phone": "Mobile number", "business": "Business number", "taxcard": "Cash receipt card"}
"""For what number a cash receipt is issued; an operation that issues one has this as its reason."""
LOOKS_OF_ALL = (*LOOK.values(), *WORK_LOOK.values())
PILLS = {  # by how certain: confirmed, nothing moved, not certain
    0: LOOKS[State.PAID].pill,
    3: LOOKS[State.CANCELLED].pill,
    4: LOOKS[State.PARTLY_CANCELLED].pill,
}


def draw(visit: Visit, operations: Sequence[Operation], *, empty: str) -> None:
    """The rows, newest first, or a sentence that there are none."""
    t = visit.t
    if not operations:
        st.info(empty, icon=":material/task_alt:")
        return
    tests = approving.tests_among(visit.desk.store, visit.me, sorted({op.imp_uid for op in operations} - {""}))
    amounts, amount = rows.money(t, [op.amount for op in operations], [op.currency for op in operations])
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime([op.created_at for op in operations], unit="s", utc=True).tz_convert(KST),
            "kind": [_kind(visit, op, op.imp_uid in tests) for op in operations],
            "state": [[_word(visit, look_of(op))] for op in operations],
            "amount": amounts,
            "by": [plain(op.requested_by) for op in operations],
            "reason": [_reason(visit, op) for op in operations],
            "imp_uid": [op.imp_uid for op in operations],
        }
    )
    at = rows.clicked(
        frame,
        {
            "at": st.column_config.DatetimeColumn(t("Time"), format="MM-DD HH:mm:ss", timezone="Asia/Seoul"),
            "kind": st.column_config.TextColumn(t("What")),
            "state": st.column_config.MultiselectColumn(
                t("State"),
                options=[_word(visit, look) for look in LOOKS_OF_ALL],
                color=[PILLS[look.exit_code][visit.dark] for look in LOOKS_OF_ALL],
            ),
            "amount": amount,
            "by": st.column_config.TextColumn(t("By")),
            "reason": st.column_config.TextColumn(t("Reason")),
            "imp_uid": st.column_config.TextColumn(t("PortOne ID")),
        },
        key=f"operations_{len(operations)}_{empty[:12]}",
        alt=t("Refunds"),
    )
    if at is not None and operations[at].imp_uid:
        links.to_payment(visit, operations[at].imp_uid)


def _kind(visit: Visit, operation: Operation, test: bool) -> str:
    """What it is; of a test payment, marked: no money moved."""
    kind = visit.t(KINDS[operation.kind])
    return f"{kind} · {visit.t(LOOKS[State.TEST].title)}" if test else kind


def _reason(visit: Visit, operation: Operation) -> str:
    if operation.kind == receipts.ISSUE and operation.reason in RECEIPT_FOR:
        return visit.t(RECEIPT_FOR[operation.reason])
    return plain(operation.reason)


def _word(visit: Visit, look: Look) -> str:
    return look.name(visit.t.code)
