"""The board of escrow orders: every stage with its count and the won held in it, and the list of one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.journal.life import WORK_LOOK, State
from lib.payments.days import day_of
from lib.people import policy
from lib.queries import escrow as query
from lib.queries.escrow import LOOK_BACK_DAYS, Board, Place, Stage
from lib.text.escaping import plain
from lib.ui import address, escrow_dialog, links, rows
from lib.ui import escrow_words as words
from lib.ui.visit import Visit

ROWS = 100


def draw(visit: Visit) -> None:
    """The sums, the choice of a stage, and its orders; a click on one opens it."""
    board = query.board(visit.desk.store, visit.me, visit.desk.world.now())
    _sums(visit, board)
    stage = _choice(visit, [one.value for one in words.STAGES if board[one].orders])
    _table(visit, stage, board[stage].orders)


def _sums(visit: Visit, board: Board) -> None:
    t = visit.t
    with st.container(horizontal=True):
        for stage, look in words.STAGES.items():
            if stage is Stage.CONFIRMED:  # nothing is left to do, and KICC pays it out
                continue
            st.metric(
                t(look.title),
                t.each("{n} order", "{n} orders", board[stage].orders),
                t.money(board[stage].held),
                delta_color="off",
                delta_arrow="off",
                border=True,
                width="stretch",
            )


def _choice(visit: Visit, filled: Sequence[str]) -> Stage:
    """The stage to list; at first one in which there are orders."""
    t, names = visit.t, [stage.value for stage in words.STAGES]
    address.one("stage", names, next(iter(filled), Stage.SHIP.value))
    chosen = st.segmented_control(
        t("Where the order stands"),
        names,
        required=True,
        key="stage",
        format_func=lambda name: t(words.STAGES[Stage(name)].title),
        label_visibility="collapsed",
    )
    address.keep("stage")
    stage = Stage(str(chosen))
    st.caption(words.hint_of(stage, t))
    return stage


def _table(visit: Visit, stage: Stage, orders: int) -> None:
    t = visit.t
    if not orders:
        st.info(
            t("No order stands here. Orders paid in the last {n} days are looked at.", n=LOOK_BACK_DAYS),
            icon=":material/task_alt:",
        )
        return
    trail = _trail(stage)
    frame, following = query.page(
        visit.desk.store,
        visit.me,
        stage,
        visit.desk.world.now(),
        after=trail[-1] if trail else None,
        limit=ROWS,
    )
    shipped = bool(frame["invoice"].any())
    tried = bool(frame["attempt"].ne("").any()) and not shipped
    at = rows.clicked(
        _shown(visit, frame),
        {
            "days": st.column_config.NumberColumn(t("Days waiting"), format="localized", width="small"),
            "order": st.column_config.TextColumn(t("Order number")),
            "name": st.column_config.TextColumn(t("Product")),
            "buyer": st.column_config.TextColumn(t("Buyer"), width="small"),
            "held": st.column_config.NumberColumn(t("Held (KRW)"), format="localized"),
            "paid": st.column_config.TextColumn(t("Paid on")),
            "courier": st.column_config.TextColumn(t("Courier")),
            "invoice": st.column_config.TextColumn(t("Invoice number")),
            "attempt": st.column_config.TextColumn(t("Last attempt"), width="large"),
        },
        column_order=[
            *("order", "buyer", "held", "paid", "days"),
            *(("courier", "invoice") if shipped else ()),
            "name",
            *(("attempt",) if tried else ()),
        ],
        key=f"escrow_{stage.value}_{len(trail)}",
        tallest=660,
        alt=t(words.STAGES[stage].title),
    )
    _turner(visit, trail, following)
    if at is not None:
        opened(visit, str(frame["imp_uid"].iloc[at]))


def opened(visit: Visit, imp_uid: str) -> None:
    """Open an order: in its dialog for who may ship, else its payment."""
    if policy.may(visit.me, policy.SHIP):
        escrow_dialog.open_dialog(visit, imp_uid)
    else:
        links.to_payment(visit, imp_uid)


def _shown(visit: Visit, frame: pd.DataFrame) -> pd.DataFrame:
    t = visit.t
    return pd.DataFrame(
        {
            "days": frame["days"],
            "order": frame["merchant_uid"].map(plain),
            "name": frame["name"].map(plain),
            "buyer": frame["buyer_name"].map(plain),
            "held": frame["balance"],
            "paid": [t.short_day(day_of(int(at))) for at in frame["paid_at"]],
            "courier": [plain(words.courier(company, t)) for company in frame["company"]],
            "invoice": frame["invoice"].map(plain),
            "attempt": [
                _attempt(visit, state, code) for state, code in zip(frame["attempt"], frame["code"], strict=True)
            ],
        }
    )


def _attempt(visit: Visit, state: str, code: str) -> str:
    """How the last sending went, in words; "" where there was none."""
    if not state:
        return ""
    look = WORK_LOOK[State(state)]
    told = look.name(visit.t.code)
    return told if look.exit_code != 3 or not code else f"{told} · {words.code_told(code, visit.t)}"


def _trail(stage: Stage) -> list[Place]:
    """Where the pages before ended; empty for the first page and after another stage was chosen."""
    kept = st.session_state.get("escrow_trail")
    if kept is None or kept[0] != stage:
        kept = st.session_state.escrow_trail = (stage, [])
    trail: list[Place] = kept[1]
    return trail


def _turner(visit: Visit, trail: list[Place], following: Place | None) -> None:
    t = visit.t
    if not trail and not following:
        return
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        if st.button(
            "", icon=":material/chevron_left:", disabled=not trail, help=t("Previous page"), key="escrow_back"
        ):
            trail.pop()
            st.rerun()
        st.markdown(t("Page {n}", n=len(trail) + 1), width="content")
        if st.button(
            "", icon=":material/chevron_right:", disabled=not following, help=t("Next page"), key="escrow_next"
        ):
            assert following is not None
            trail.append(following)
            st.rerun()
