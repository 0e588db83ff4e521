"""The mark in the reason: short, ASCII, at the end, and never somebody's order number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.journal import marker
from lib.world import World

MARK = "#RSTVWXYZ"


@given(st.text())
def test_a_marked_reason_fits_and_is_found_again(reason: str) -> None:
    text = marker.marked(reason, MARK)
    assert len(text.encode("euc-kr", "replace")) <= marker.REASON_BYTES
    assert marker.carries(text, MARK)
    assert marker.any_in(text) == MARK
    assert "\n" not in text


def test_an_operation_has_the_last_eight_characters_of_its_id() -> None:
    operation_id = World().new_id()
    assert marker.of(operation_id, "kicc") == f"#{operation_id[-8:]}"
    assert marker.of(operation_id, "naverpay") == ""
    assert marker.marked("고객 변심", "") == "고객 변심"


@pytest.mark.parametrize("reason", ["", "RSTVWXYZ", "#RSTVWXY", "#RSTVWXYZ1", "#rstvwxyz"])
def test_nothing_else_is_taken_for_it(reason: str) -> None:
    assert not marker.carries(reason, MARK)
    assert not marker.carries(reason, "")


def test_an_order_number_is_no_mark() -> None:
    assert marker.any_in("주문 #20261124") == ""
    assert marker.any_in("주문 #ABCDEFGI") == ""  # Crockford has no I
