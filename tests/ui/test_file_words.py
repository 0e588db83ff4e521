"""What the export's file says: words for codes, money as numbers, and sums that tell what they are."""

from __future__ import annotations

import pytest

from lib.payments.state import State
from lib.queries.export import COLUMNS
from lib.queries.payments import Basis, Sums
from lib.text.language import language
from lib.ui import columns
from lib.ui.file_words import in_words, sums

KO, EN = language("ko"), language("en")
CARD = {
    "imp_uid": "imp_1", "state": "partly", "method": "card", "pay_method": "card", "amount": 30_000, "currency": "KRW",
    "cancel_amount": 10_000, "balance": 20_000, "card_quota": 3, "emb_pg_provider": "", "pg_provider": "kicc", "tax_free": 0,
}  # fmt: skip


def told(*, basis: Basis = Basis.PAID, english: bool = False, **changes: object) -> dict[str, object]:
    row = tuple({**CARD, **changes}.get(name, "") for name in COLUMNS)
    [line] = in_words(EN if english else KO, basis, iter([row]))
    return dict(zip(columns.filed(basis), line, strict=True))


def test_codes_are_words_of_the_readers_language_and_ids_stay() -> None:
    line = told()
    assert [line[name] for name in ("imp_uid", "state", "method", "card_quota", "pg_provider")] == [
        "imp_1", "부분취소", "카드", "할부 3개월", "이지페이(KICC)",
    ]  # fmt: skip
    english = told(english=True, card_quota=0)
    assert (english["state"], english["method"], english["card_quota"]) == ("Partly cancelled", "Card", "One payment")
    assert (line["amount"], line["tax_free"], told(tax_free=5_000)["tax_free"]) == (30_000, "", 5_000)


def test_a_wallet_is_named_whichever_field_tells_it() -> None:
    assert told(emb_pg_provider="kakaopay")["emb_pg_provider"] == "카카오페이"
    assert told(method="easy", pay_method="naverpay")["emb_pg_provider"] == "네이버페이"
    assert told(method="easy", pay_method="culture")["emb_pg_provider"] == "culture"
    assert (told()["emb_pg_provider"], told(method="trans", pay_method="trans")["card_quota"]) == ("", "")


def test_money_of_another_currency_is_written_in_its_own_units() -> None:
    line = told(currency="USD", amount=1_999, cancel_amount=0, balance=1_999)
    assert (line["amount"], line["balance"], line["currency"]) == (19.99, 19.99, "USD")


def test_the_number_of_a_cancellation_stands_where_a_row_is_one() -> None:
    assert "cancel_pg_tid" not in told()
    assert told(basis=Basis.CANCELLED, cancel_pg_tid="tid-2")["cancel_pg_tid"] == "tid-2"


@pytest.mark.parametrize(
    ("basis", "states", "titles"),
    [
        (Basis.PAID, (), ["결제(원)", "취소(원)", "순매출(원)", "입금 대기(원)"]),
        (Basis.PAID, (State.CANCELLED,), ["결제(원)", "취소(원)", "순매출(원)"]),
        (Basis.PAID, (State.WAITING,), ["입금 대기(원)"]),
        (Basis.PAID, (State.FAILED,), []),
        (Basis.CANCELLED, (), ["취소(원)"]),
    ],
)
def test_a_sum_says_what_it_is(basis: Basis, states: tuple[State, ...], titles: list[str]) -> None:
    waiting = 0 if states and State.WAITING not in states else 500
    held = Sums(rows=4, paid=900, cancelled=300, waiting=waiting)
    figures = {"결제(원)": 900, "취소(원)": 300, "순매출(원)": 600, "입금 대기(원)": waiting}
    assert sums(KO, basis, states, held) == [(title, figures[title]) for title in titles]
