"""Short figures are rounded as people round, never down."""

from __future__ import annotations

import pytest

from lib.text.language import language


@pytest.mark.parametrize(
    ("won", "ko", "en"),
    [
        (99_999, "10만", "100K"),
        (109_500, "11만", "110K"),
        (109_400, "10.9만", "109K"),
        (1_105_000, "111만", "1.11M"),
        (-109_500, "-11만", "-110K"),
        (339_250_000, "3.39억", "339M"),
        (9_999, "9,999", "10K"),
        (0, "0", "0"),
    ],
)
def test_a_short_figure_is_rounded_half_up(won: int, ko: str, en: str) -> None:
    assert (language("ko").short(won), language("en").short(won)) == (ko, en)
