"""A button of a row acts on the row as it was drawn, however the list has moved since."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import pandas as pd
    import streamlit as st

    from lib.ui import cash_rows

    st.text(" ".join(cash_rows.asked("button", pd.DataFrame({"imp_uid": st.session_state.listed}))))


def test_a_click_belongs_to_the_row_that_was_seen() -> None:
    app = AppTest.from_function(page)
    app.session_state.listed = ["imp_1", "imp_2"]
    assert app.run().text[0].value.strip() == ""
    app.session_state.listed = ["imp_0", "imp_1", "imp_2"]
    app.session_state.button = {"row": 1, "label": "말소"}
    assert app.run().text[0].value == "imp_2 말소"
    app.session_state.listed = []
    app.session_state.button = {"row": 2, "label": "말소"}
    assert app.run().text[0].value == "imp_2 말소"
    assert app.run().text[0].value.strip() == ""


def test_a_place_that_was_not_drawn_is_no_click() -> None:
    app = AppTest.from_function(page)
    app.session_state.listed = ["imp_1"]
    app.session_state.button = {"row": 0, "label": "말소"}
    assert app.run().text[0].value.strip() == ""
