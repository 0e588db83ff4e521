"""Escrow orders: what a person records, what is read before a delivery, a pasted column, and where the orders stand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lib import audit
from lib.errors import BadInput, Busy, NotAllowed
from lib.journal.life import State
from lib.operations import (
    couriers,
    decisions,
    escrow,
    escrow_draft,
    escrow_paste,
    escrow_records,
    escrow_run,
    offers,
)
from lib.operations.couriers import Guess, How
from lib.operations.escrow import Delivery
from lib.payments.days import DAY_S
from lib.payments.record import Payment
from lib.queries import escrow as query
from lib.queries.escrow import Said, Stage
from tests.desks import CS, FINANCE, SECRET, VIEWER, Bench
from tests.faults.works import BUYER, SHOP

PROOF = "KICC 메일 11월 26일"
INVOICE = "123456789012"


def order(bench: Bench, **more: Any) -> str:
    """A paid escrow order that the store knows; its imp_uid."""
    at_home = {"buyer_name": "홍길동", "buyer_addr": "부산시 해운대구 센텀로 1", "buyer_postcode": "48058"}
    imp_uid = bench.payment(pay_method="trans", escrow=True, **at_home | more)
    bench.journal.refresh(imp_uid)
    return imp_uid


def ship(bench: Bench, imp_uid: str, *, days_ago: float = 0, invoice: str = INVOICE, **more: Any) -> Any:
    delivery = Delivery(SHOP, BUYER, "HYUNDAI", invoice, int(bench.world.now() - days_ago * DAY_S))
    return escrow.register(bench.journal, FINANCE, imp_uid, delivery, bench.world.nonce(), **more)


@pytest.fixture
def strict(bench: Bench) -> Iterator[Callable[[], None]]:
    """Lets the sandbox keep to the published list, on which KICC is not."""
    yield lambda: bench.shop.control("POST", "/switches", {"deliveries": "published"})
    bench.shop.control("POST", "/switches", {"deliveries": "kicc"})


def stage(bench: Bench, imp_uid: str) -> Stage:
    return query.one(bench.store, VIEWER, imp_uid, bench.world.now()).stage


def held(bench: Bench) -> dict[str, tuple[int, int]]:
    """The stages in which there is an order."""
    found = query.board(bench.store, VIEWER, bench.world.now())
    return {one.value: tuple(total) for one, total in found.items() if total.orders}


def test_an_order_goes_along_the_board(bench: Bench) -> None:
    imp_uid = order(bench)
    bench.journal.refresh(bench.payment(pay_method="trans", escrow=False))
    assert held(bench) == {"ship": (1, 30_000)}
    ship(bench, imp_uid)
    assert held(bench) == {"transit": (1, 30_000)}
    bench.clock.offset += 3 * DAY_S
    assert held(bench) == {"waiting": (1, 30_000)}
    escrow_records.answered(bench.journal, CS, imp_uid, Said.REJECTED, PROOF)
    assert held(bench) == {"rejected": (1, 30_000)}
    bench.clock.offset = 0
    bench.outside(imp_uid, 10_000)
    bench.journal.refresh(imp_uid)
    assert held(bench) == {"rejected": (1, 20_000)}
    bench.outside(imp_uid, 20_000)
    bench.journal.refresh(imp_uid)
    assert held(bench) == {}
    assert stage(bench, imp_uid) is Stage.REJECTED


def test_a_list_is_masked_and_goes_on_where_it_ended(bench: Bench) -> None:
    now = int(time.time())
    made = [order(bench, paid_at=now - n * DAY_S, buyer_name=f"홍길{n}") for n in range(5)]
    ship(bench, made[2], days_ago=1)
    first, place = query.page(bench.store, VIEWER, Stage.SHIP, now, limit=3)
    rest, end = query.page(bench.store, VIEWER, Stage.SHIP, now, after=place, limit=3)
    assert [*first.imp_uid, *rest.imp_uid] == [made[n] for n in (4, 3, 1, 0)]
    assert (place is not None, end) == (True, None)
    assert list(first.days) == [4, 3, 1]
    assert set(first.buyer_name) == {"홍*4", "홍*3", "홍*1"}
    sent, _ = query.page(bench.store, VIEWER, Stage.TRANSIT, now)
    assert sent[["imp_uid", "company", "invoice", "days", "attempt"]].values.tolist() == [
        [made[2], "HYUNDAI", INVOICE, 1, "CONFIRMED"]
    ]


def test_an_order_whose_registering_is_not_certain_still_waits_to_be_shipped(bench: Bench) -> None:
    imp_uid = order(bench)
    bench.fault("reset", "POST /escrows/logis/{imp_uid}")
    assert ship(bench, imp_uid).state is State.UNKNOWN
    rows, _ = query.page(bench.store, VIEWER, Stage.SHIP, bench.world.now())
    assert list(rows.attempt) == ["UNKNOWN"]
    with pytest.raises(Busy):
        ship(bench, imp_uid)
    with pytest.raises(Busy):
        escrow_records.at_gateway(bench.journal, CS, imp_uid, PROOF)
    tried = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(f"{imp_uid},{INVOICE}"), SHOP, "CJGLS", 1)
    assert [v.code for v in tried] == ["escrow_open"]


def test_what_imp_does_not_take_is_typed_at_kicc_and_recorded(bench: Bench, strict) -> None:
    imp_uid = order(bench)
    strict()
    assert not escrow_draft.draft(bench.journal, CS, imp_uid).served
    assert ship(bench, imp_uid).code == "escrow_unsupported"
    assert stage(bench, imp_uid) is Stage.KICC
    typed = escrow_records.to_type(bench.journal, CS, imp_uid)
    assert (typed.delivery.invoice, typed.delivery.receiver, typed.amount) == (INVOICE, BUYER, 30_000)
    with pytest.raises(NotAllowed):
        escrow_records.to_type(bench.journal, VIEWER, imp_uid)
    escrow_records.at_gateway(bench.journal, CS, imp_uid, PROOF)
    known = query.one(bench.store, VIEWER, imp_uid, bench.world.now())
    assert (known.stage, known.company, known.invoice) == (Stage.TRANSIT, "HYUNDAI", INVOICE)
    with pytest.raises(BadInput, match="escrow_not_kept"):
        escrow_records.to_type(bench.journal, CS, imp_uid)
    escrow_records.take_back(bench.journal, CS, imp_uid, "잘못 눌렀음")
    assert stage(bench, imp_uid) is Stage.KICC
    assert audit.verify(bench.store, SECRET) is None


def test_what_somebody_else_registered_is_taken_over(bench: Bench) -> None:
    imp_uid = order(bench)
    logis = {"company": "CJGLS", "invoice": "9" * 12, "sent_at": int(time.time()) - 5 * DAY_S}
    people = {"name": "가", "tel": "1", "addr": "나", "postcode": "2"}
    bench.post(f"/escrows/logis/{imp_uid}", {"sender": people, "receiver": people, "logis": logis})
    assert stage(bench, imp_uid) is Stage.SHIP
    differs = ship(bench, imp_uid)
    assert differs.code == "escrow_differs"
    escrow_records.take_over(bench.journal, CS, imp_uid)
    known = query.one(bench.store, VIEWER, imp_uid, bench.world.now())
    assert (known.stage, known.company, known.invoice) == (Stage.WAITING, "CJGLS", "9" * 12)
    with pytest.raises(BadInput, match="escrow_nothing_there"):
        escrow_records.take_over(bench.journal, CS, order(bench))


def test_both_meanings_of_409_are_told_apart(bench: Bench) -> None:
    """Registered already is read at once; cannot be registered is certain after the lag, with i'mport's own words."""
    there, gone = order(bench), order(bench)
    ship(bench, there, invoice="9" * 12)
    assert ship(bench, there).code == "escrow_differs"
    bench.at["after sending"] = lambda: bench.outside(gone, 30_000)
    refused = ship(bench, gone)
    assert refused.state is State.UNKNOWN
    closed = bench.recovered(refused, after_s=60)
    assert (closed.state, closed.code) == (State.NOT_EXECUTED, "request_refused")
    assert closed.message == "해당거래건은 배송정보를 등록할 수 없습니다."


def test_what_was_taken_and_cannot_be_read_is_for_a_person(bench: Bench) -> None:
    imp_uid = order(bench)
    bench.at["after answer"] = lambda: bench.shop.shop.state.drop("escrow", imp_uid)
    taken = ship(bench, imp_uid)
    assert (taken.state, taken.code) == (State.UNKNOWN, "accepted")
    asked = bench.recovered(taken, after_s=660)
    assert (asked.state, stage(bench, imp_uid)) == (State.NEEDS_HUMAN, Stage.SHIP)
    decisions.decide(bench.journal, FINANCE, asked.id, ran=True, proof="콘솔에 배송이 보임")
    assert stage(bench, imp_uid) is Stage.TRANSIT


def test_the_same_change_twice_is_one_and_an_older_page_is_refused(bench: Bench) -> None:
    imp_uid = order(bench)
    ship(bench, imp_uid)
    seen = escrow.registered(bench.iamport, imp_uid)
    intent, changed = bench.world.nonce(), Delivery(SHOP, BUYER, "HANJIN", "7" * 12, int(time.time()))
    first = escrow.register(bench.journal, CS, imp_uid, changed, intent, seen)
    assert escrow.register(bench.journal, CS, imp_uid, changed, intent, seen).id == first.id
    with pytest.raises(BadInput, match="escrow_differs"):
        escrow.register(bench.journal, CS, imp_uid, changed, bench.world.nonce(), seen)


def test_a_record_once_by_one_person_and_not_against_another(bench: Bench) -> None:
    imp_uid = order(bench)
    with pytest.raises(BadInput, match="escrow_not_shipped"):
        escrow_records.answered(bench.journal, CS, imp_uid, Said.CONFIRMED, PROOF)
    ship(bench, imp_uid)
    for _ in range(2):
        escrow_records.answered(bench.journal, CS, imp_uid, Said.CONFIRMED, PROOF)
    with pytest.raises(BadInput, match="escrow_said"):
        escrow_records.answered(bench.journal, FINANCE, imp_uid, Said.CONFIRMED, PROOF)
    known = query.one(bench.store, VIEWER, imp_uid, bench.world.now())
    assert [(r.said, r.by, r.proof) for r in known.records] == [(Said.CONFIRMED, CS.name, PROOF)]
    assert len([e for e in audit.entries(bench.store, object=imp_uid) if e.action == escrow_records.ACTION]) == 1
    escrow_records.take_back(bench.journal, FINANCE, imp_uid, "다른 주문의 메일")
    assert stage(bench, imp_uid) is Stage.TRANSIT
    with pytest.raises(BadInput, match="escrow_nothing_said"):
        escrow_records.take_back(bench.journal, FINANCE, imp_uid, "다른 주문의 메일")
    with pytest.raises(NotAllowed):
        escrow_records.answered(bench.journal, VIEWER, imp_uid, Said.CONFIRMED, PROOF)
    with pytest.raises(BadInput, match="proof_needed"):
        escrow_records.answered(bench.journal, CS, imp_uid, Said.CONFIRMED, " 메 ")


def test_a_delivery_sent_after_a_rejection_counts_again(bench: Bench) -> None:
    imp_uid = order(bench)
    ship(bench, imp_uid, days_ago=5)
    escrow_records.answered(bench.journal, CS, imp_uid, Said.REJECTED, PROOF)
    seen = escrow.registered(bench.iamport, imp_uid)
    assert ship(bench, imp_uid, invoice="7" * 12, seen=seen).state is State.CONFIRMED
    assert stage(bench, imp_uid) is Stage.TRANSIT


def test_the_draft_remembers_the_sender_and_what_was_typed_for_the_order(bench: Bench) -> None:
    imp_uid, other = order(bench), order(bench)
    first = escrow_draft.draft(bench.journal, CS, imp_uid)
    assert (first.sender, first.company, first.registered, first.served) == (escrow_draft.NOBODY, "", None, True)
    assert (first.receiver.name, first.receiver.postcode, first.published) == ("홍길동", "48058", False)
    ship(bench, imp_uid)
    later = escrow_draft.draft(bench.journal, CS, other)
    assert (later.sender, later.company, later.receiver.name) == (SHOP, "HYUNDAI", "홍길동")
    again = escrow_draft.draft(bench.journal, CS, imp_uid)
    assert again.registered is not None
    assert (again.registered.invoice, again.receiver) == (INVOICE, BUYER)
    with pytest.raises(BadInput, match="not_escrow"):
        escrow_draft.draft(bench.journal, CS, bench.payment())
    with pytest.raises(NotAllowed):
        escrow_draft.draft(bench.journal, VIEWER, imp_uid)


@pytest.mark.parametrize(
    ("custom_data", "goods"),
    [
        ('{"kiccProducts": [{"name": "원두 1kg", "quantity": 2}, {"name": "필터"}]}', ("원두 1kg × 2", "필터")),
        ('{"items": ["머그컵", {"sku": 1}]}', ("머그컵",)),
        ('{"items": "머그컵"}', ("원두 외 1건",)),
        ("[1]", ("원두 외 1건",)),
        ("no json", ("원두 외 1건",)),
        ("", ("원두 외 1건",)),
    ],
)
def test_the_products_of_an_order(custom_data: str, goods: tuple[str, ...]) -> None:
    assert escrow_draft.goods_of(Payment(imp_uid="imp_1", name="원두 외 1건", custom_data=custom_data)) == goods


@pytest.mark.parametrize(
    ("written", "invoice", "last", "expected"),
    [
        ("CJ 대한통운", "123456789012", "", Guess("CJGLS", How.ROW)),
        ("씨제이대한통운(주)", "1", "", Guess("CJGLS", How.ROW)),
        ("(주)한진", "1", "", Guess("HANJIN", How.ROW)),
        ("롯데글로벌로지스", "1", "KGB", Guess("HYUNDAI", How.ROW)),
        ("우체국 등기", "1", "", Guess("EPOST", How.ROW)),
        ("kgb", "1", "", Guess("KGB", How.ROW)),
        ("번개배송", "12345678901", "KGB", Guess("", None)),
        ("", "12345678901", "CJGLS", Guess("KGB", How.FORM)),
        ("", "12345678901", "", Guess("KGB", How.FORM)),
        ("", "123456789012", "CJGLS", Guess("CJGLS", How.LAST)),
        ("", "123456789012", "KGB", Guess("", None)),
        ("", "1234567890123", "", Guess("", None)),
        ("", "1234567890123", "EPOST", Guess("EPOST", How.LAST)),
        ("", "123456789", "ETC", Guess("ETC", How.LAST)),
    ],
)
def test_a_courier_is_named_or_guessed_or_not_known(written: str, invoice: str, last: str, expected: Guess) -> None:
    assert couriers.guess(written, invoice, last) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("A-1\t1234-5678-9012\tCJ대한통운\r\nA-2\t123456789013\r\n", [("A-1", INVOICE, "CJ대한통운"), ("A-2", "123456789013", "")]),
        ("A-1,123456789012\n\n  \nA-2,한진,123456789013", [("A-1", INVOICE, ""), ("A-2", "123456789013", "한진")]),
        ("택배사\t받는분\t주문번호\t운송장 번호\n로젠\t홍길동\tA-1\t'123 456 789 01", [("A-1", "12345678901", "로젠")]),
        ("A-1;1.23457E+11", [("A-1", "1.23457E+11", "")]),
        ("A-1,12345678901x,번개배송", [("A-1", "12345678901x", "번개배송")]),
        ("주문번호,송장번호\nA-1", [("A-1", "", "")]),
        ("\ufeffA-1", [("A-1", "", "")]),
        ("A-1\t123456789012\nA-2, 1234-5678-9013, 한진", [("A-1", INVOICE, ""), ("A-2", "123456789013", "한진")]),
        ("A-1\t123456789012\nA-2 1234 5678 9013 CJ 대한통운", [("A-1", INVOICE, ""), ("A-2", "123456789013", "CJ 대한통운")]),
        ("A-1 123456789012\nA-2 123456789013", [("A-1", INVOICE, ""), ("A-2", "123456789013", "")]),
        ("A-1\t123456789012\nA-2 한진 1234", [("A-1", INVOICE, ""), ("A-2 한진 1234", "", "")]),
    ],
)  # fmt: skip
def test_a_paste_is_read_as_people_make_it(text: str, lines: list[tuple[str, str, str]]) -> None:
    assert [(line.order, line.invoice, line.courier) for line in escrow_paste.read(text)] == lines


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("A-1\t12A\tCJ대한통운", "12A"),
        ("A-1\t123", "123"),
        ("A-1\tCJ대한통운\t미정", "미정"),
        ("A-1,1234-5678x", "1234-5678x"),
        ("주문번호,송장번호\nA-1,--12 3", "--12 3"),
        ("A-1\t1234-5678-9012\tCJ대한통운", "1234-5678-9012"),
        ("A-1", ""),
    ],
)
def test_what_was_typed_for_a_number_stays_to_be_seen(text: str, typed: str) -> None:
    [line] = escrow_paste.read(text)
    assert line.typed == typed


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "paste_empty"), (" \n\t\n", "paste_empty"), ("주문번호,송장번호\n", "paste_empty"),
     ("a,123456789\n" * 1_001, "paste_too_long"), ("a" * 200_001, "paste_too_long")],
)  # fmt: skip
def test_a_paste_that_holds_nothing_or_too_much(text: str, why: str) -> None:
    with pytest.raises(BadInput) as wrong:
        escrow_paste.read(text)
    assert wrong.value.why == why


def test_a_pasted_column_is_tried_out_and_registered(bench: Bench) -> None:
    good, by_order, bare, shipped = order(bench), order(bench, merchant_uid=f"o-{bench.world.nonce()[:9]}"), order(
        bench, buyer_addr="", buyer_postcode=""
    ), order(bench)  # fmt: skip
    no_escrow = bench.payment(pay_method="trans", escrow=False)
    bench.journal.refresh(no_escrow)
    ship(bench, shipped)
    number = query.one(bench.store, VIEWER, by_order, bench.world.now()).merchant_uid
    text = "\n".join(
        (
            f"{good}\t{INVOICE}",
            f"{number}\t98765432101",
            f"{good}\t111111111111",
            f"{bare}\t222222222222",
            f"{shipped}\t333333333333",
            f"{no_escrow}\t444444444444",
            "nobody\t555555555555",
        )
    )
    tried = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(text), SHOP, "CJGLS", int(time.time()))
    assert [(v.code, v.guess.company, v.guess.how) for v in tried[:2]] == [
        ("", "CJGLS", How.LAST),
        ("", "KGB", How.FORM),
    ]
    assert [v.code for v in tried[2:]] == [
        "escrow_row_twice", "delivery_incomplete", "escrow_there", "not_escrow", "no_such_payment",
    ]  # fmt: skip
    run_id = bench.world.nonce()
    run = escrow_run.start(bench.journal, CS, run_id, tried)
    assert escrow_run.start(bench.journal, CS, run_id, tried) is run
    assert (run.ended, run.halted) == (True, "")
    assert [r.operation.state for r in run.results if r.operation] == [State.CONFIRMED] * 2
    assert {uid: escrow.registered(bench.iamport, uid).invoice for uid in (good, by_order)} == {  # type: ignore[union-attr]
        good: INVOICE,
        by_order: "98765432101",
    }
    again = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(text), SHOP, "CJGLS", int(time.time()))
    assert [v.code for v in again[:2]] == ["escrow_there"] * 2
    with pytest.raises(NotAllowed):
        escrow_run.start(bench.journal, VIEWER, "r", tried)


@pytest.mark.parametrize(
    ("row", "chosen", "code"),
    [
        ("1234567890123", "CJGLS", "courier_length"),
        ("123456789", "HANJIN", "courier_length"),
        ("1234567890123", "", "courier_unknown"),
        ("123456789012\t번개배송", "CJGLS", "courier_unknown"),
    ],
)
def test_a_courier_that_does_not_fit_is_told_from_one_that_is_not_known(
    bench: Bench, row: str, chosen: str, code: str
) -> None:
    lines = escrow_paste.read(f"{order(bench)}\t{row}")
    (verdict,) = escrow_paste.dry_run(bench.journal, CS, lines, SHOP, chosen, 1)
    assert (verdict.code, verdict.delivery) == (code, None)


def test_what_was_not_registered_can_be_pasted_again(bench: Bench) -> None:
    good, bare, gone = order(bench), order(bench, buyer_addr=""), order(bench)
    text = (
        f"nobody\t111111111111\n{good}\t{INVOICE}\n없는 주문 1\n{bare}\t222222222222\t한진\n{gone}\t333333333333\t한진"
    )
    tried = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(text), SHOP, "CJGLS", int(time.time()))
    assert [v.code for v in tried] == ["no_such_payment", "", "row_unparted", "delivery_incomplete", ""]
    bench.outside(gone, 30_000)
    run = escrow_run.start(bench.journal, CS, bench.world.nonce(), tried)
    left = escrow_run.to_paste_again(run)
    assert [line.n for line in left] == [1, 3, 4, 5]
    again = escrow_paste.read(escrow_paste.written(left))
    assert [(line.order, line.invoice, line.courier) for line in again] == [
        (line.order, line.invoice, line.courier) for line in left
    ]


def test_a_change_keeps_the_number_before_and_a_refund_knows_of_the_parcel(bench: Bench) -> None:
    imp_uid = order(bench)
    assert "escrow_shipped" not in offers.offer(bench.journal, CS, imp_uid).warnings
    assert escrow.before(ship(bench, imp_uid)) == ("", "")
    changed = ship(bench, imp_uid, invoice="7" * 12, seen=escrow.registered(bench.iamport, imp_uid))
    assert escrow.before(changed) == ("HYUNDAI", INVOICE)
    assert "escrow_shipped" in offers.offer(bench.journal, CS, imp_uid).warnings
    escrow_records.answered(bench.journal, CS, imp_uid, Said.REJECTED, PROOF)
    assert "escrow_shipped" not in offers.offer(bench.journal, CS, imp_uid).warnings


@pytest.mark.parametrize(("gateway", "code"), [("kicc", "receipt_stands_kicc"), ("html5_inicis", "receipt_stands")])
def test_a_refund_says_where_a_standing_receipt_is_cancelled(bench: Bench, gateway: str, code: str) -> None:
    made = bench.payment(pay_method="trans", pg_provider=gateway, cash_receipt_issued=True)
    assert code in offers.offer(bench.journal, CS, made).warnings
    none = bench.payment(pay_method="trans", pg_provider=gateway, cash_receipt_issued=False)
    assert not offers.offer(bench.journal, CS, none).warnings


def test_a_run_stops_where_the_rest_would_fail_too(bench: Bench) -> None:
    made = [order(bench) for _ in range(5)]
    text = "\n".join(f"{uid},{100_000_000_000 + n}" for n, uid in enumerate(made))
    tried = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(text), SHOP, "CJGLS", int(time.time()))
    for _ in range(3):
        bench.fault("reset", "POST /escrows/logis/{imp_uid}")
    run = escrow_run.start(bench.journal, CS, bench.world.nonce(), tried)
    assert (run.ended, run.halted, len(run.results)) == (True, "escrow_run_uncertain", 3)
    assert held(bench) == {"ship": (5, 150_000)}


def test_a_column_for_a_gateway_that_is_not_served_is_kept(bench: Bench, strict) -> None:
    made = [order(bench) for _ in range(4)]
    strict()
    text = "\n".join(f"{uid},{100_000_000_000 + n}" for n, uid in enumerate(made))
    tried = escrow_paste.dry_run(bench.journal, CS, escrow_paste.read(text), SHOP, "CJGLS", int(time.time()))
    run = escrow_run.start(bench.journal, CS, bench.world.nonce(), tried)
    assert (run.ended, run.halted) == (True, "")
    assert held(bench) == {"kicc": (4, 120_000)}
