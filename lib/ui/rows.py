"""A table whose rows open: one look and one way of clicking for every list of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.text.language import Language

ROW_PX, HEAD_PX, MONEY_PX = 34, 32, 112


def height(frame: pd.DataFrame, tallest: int) -> int:
    """As many pixels as the rows need, at most `tallest`; beyond it the table scrolls."""
    return min(HEAD_PX + ROW_PX * len(frame), tallest)


def money(
    t: Language, amounts: Sequence[int], currencies: Sequence[str], title: str = ""
) -> tuple[list[int] | list[str], Any]:
    """A column of amounts in minor units, and how it is shown: plain numbers while all are won, else each with its
    currency. Never so narrow that a digit is lost."""
    if all(currency == "KRW" for currency in currencies):
        shown = st.column_config.NumberColumn(title or t("Amount (KRW)"), format="localized", width=MONEY_PX)
        return list(amounts), shown
    told = [t.money(amount, currency) for amount, currency in zip(amounts, currencies, strict=True)]
    return told, st.column_config.TextColumn(title or t("Amount"), alignment="right", width=MONEY_PX)


def clicked(
    frame: pd.DataFrame,
    config: dict[str, Any],
    *,
    key: str,
    alt: str,
    tallest: int | None = None,
    but: tuple[str, ...] = (),
    **more: Any,
) -> int | None:
    """Draw the rows; the place of the row of which a cell was just clicked. `config`: its columns, as Streamlit takes
    them; `but`: columns whose cells do not open; `more` goes to the table. Coming back to the page, nothing is selected any more."""
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW_PX,
        height=height(frame, tallest) if tallest else "auto",
        column_config=config,
        on_select="rerun",
        selection_mode="single-cell",
        key=f"{key}_{st.session_state.get('opened', 0)}",
        alt=alt,
        **more,
    )
    if not event.selection.cells:
        return None
    st.session_state.opened = st.session_state.get("opened", 0) + 1
    row, column = event.selection.cells[0]
    return None if column in but else int(row)
