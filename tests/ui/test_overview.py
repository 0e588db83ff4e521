"""The overview's list of card issuers adds up to all card sales."""

from __future__ import annotations

import pandas as pd
import pytest

from lib.text.language import language
from lib.ui.overview import ISSUERS_NAMED, named_issuers


@pytest.mark.parametrize("issuers", [0, 1, ISSUERS_NAMED, ISSUERS_NAMED + 1, 20])
def test_the_issuers_and_the_others_add_up(issuers: int) -> None:
    amounts = [1_000_001 + 7 * n for n in reversed(range(issuers))]
    found = pd.DataFrame({"card_name": [f"{n}카드" for n in range(issuers)], "count": 3, "amount": amounts})
    found["share"] = found["amount"] / max(1, sum(amounts))
    shown = named_issuers(found.astype({"count": "int64", "amount": "int64"}), language("ko"))
    assert (shown["amount"].sum(), shown["count"].sum()) == (sum(amounts), 3 * issuers)
    assert shown["share"].sum() == pytest.approx(1.0 if issuers else 0.0)
    named = [f"{n}카드" for n in range(min(issuers, ISSUERS_NAMED))]
    assert shown["card_name"].tolist() == [*named, *(["기타"] if issuers > ISSUERS_NAMED else [])]
