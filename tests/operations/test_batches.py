"""Bulk refunds: a dry run that sends nothing, a total that is typed, another person's yes, and sums that agree."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some

from lib import audit, codes
from lib.codes.bank_names import code_of
from lib.errors import BadInput, NotAllowed
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import batch_file, batch_trial, batches, offers, refunds, running
from lib.operations.batch_file import HEADINGS, TEMPLATE, TITLES, BatchFile
from lib.operations.batch_trial import Verdict
from lib.operations.batches import Batch
from lib.operations.breaker import Outcome, tripped
from lib.people import accounts
from lib.people.actor import Actor
from lib.settings import Limits
from lib.store.engine import Store
from lib.store.tables.batches import BatchState
from lib.text.language import language
from lib.text.sentences import sentence_of, shown_facts
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, VIEWER, Bench, bench_of
from tests.sandbox_server import Served

KOREAN = language("ko")
PASSWORD = "correct horse battery staple"
HEAD = "포트원 ID,환불금액,사유"


@pytest.fixture
def desk(shop: Served, store: Store) -> Iterator[Bench]:
    """A bench whose agent and finance person have accounts."""
    made = bench_of(shop, store)
    for actor in (CS, FINANCE):
        accounts.add(store, made.world, SECRET, actor.name, actor.role, PASSWORD)
    yield made
    shop.control("DELETE", "/faults")
    made.iamport.close()


def file_of(*rows: str, head: str = HEAD) -> BatchFile:
    return batch_file.read("환불.csv", "\r\n".join([head, *rows]).encode("utf-8-sig"))


def tried(bench: Bench, file: BatchFile, actor: Actor = CS) -> list[Verdict]:
    return list(batch_trial.dry_run(bench.journal, actor, file))


def asked(bench: Bench, file: BatchFile) -> Batch:
    verdicts = tried(bench, file)
    return batches.request(bench.journal, CS, file, verdicts, batch_trial.total_of(verdicts))


def refused(why: str) -> pytest.RaisesExc[BadInput]:
    return pytest.RaisesExc(BadInput, check=lambda wrong: wrong.why == why)


def history(bench: Bench, imp_uids: Sequence[str]) -> list[int]:
    return [amount for imp_uid in imp_uids for amount, _ in bench.history(imp_uid)]


def test_a_file_goes_from_dry_run_to_done_and_its_sums_agree(desk: Bench) -> None:
    paid = [desk.payment() for _ in range(5)]
    desk.outside(paid[4], 30_000)
    rows = [
        f"{uid},{amount},변심" for uid, amount in zip(paid, ('"10,000"', "전액", "1만원", "40000", "100"), strict=True)
    ]
    file = file_of(*rows)
    verdicts = tried(desk, file)
    assert [(v.line.n, v.ask.amount if v.ask else v.code) for v in verdicts] == [
        (2, 10_000),
        (3, 30_000),
        (4, 10_000),
        (5, "over_balance"),
        (6, "nothing_left"),
    ]
    assert history(desk, paid[:4]) == []
    with refused("total_differs"):
        batches.request(desk.journal, CS, file, verdicts, 50_001)
    batch = batches.request(desk.journal, CS, file, verdicts, 50_000)
    assert (batch.state, batch.rows, batch.total) == (BatchState.WAITING, 3, 50_000)
    assert history(desk, paid[:4]) == []
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, batch.id))
    done = batches.one(desk.journal, CS, batch.id)
    assert (done.state, done.approved_by) == (BatchState.DONE, FINANCE.name)
    found = batches.results(desk.journal, CS, batch.id)
    assert batches.sums(found) == batches.Sums((3, 50_000), (3, 50_000), (0, 0), (0, 0), (0, 0))
    assert history(desk, paid[:4]) == [10_000, 30_000, 10_000]
    operation = refunds.operation(desk.store, found[0].operation_id)
    assert (operation.requested_by, operation.approved_by) == (CS.name, FINANCE.name)
    assert audit.verify(desk.store, SECRET) is None


def test_the_same_file_is_refused_until_it_ended_with_nothing_sent(desk: Bench) -> None:
    file = file_of(f"{desk.payment()},10000,변심")
    first = asked(desk, file)
    with refused("batch_known"):
        asked(desk, file)
    batches.deny(desk.journal, CS, first.id)
    assert batches.one(desk.journal, CS, first.id).state is BatchState.WITHDRAWN
    second = asked(desk, file)
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, second.id))
    with refused("batch_known"):
        batches.request(desk.journal, CS, file, tried(desk, file), 10_000)


def test_a_list_that_comes_again_in_another_order_is_not_refunded_again(desk: Bench) -> None:
    paid = [desk.payment(), desk.payment()]
    rows = [f"{uid},10000,변심" for uid in paid]
    batch = asked(desk, file_of(*rows))
    again = file_of("", *reversed(rows), f"{desk.payment()},10000,변심")
    assert [v.code for v in tried(desk, again)] == ["waits_in_file", "waits_in_file", ""]
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, batch.id))
    late = tried(desk, again)
    assert [v.code for v in late] == ["refunded_by_file", "refunded_by_file", ""]
    assert [v.amount for v in late] == [10_000] * 3
    assert sentence_of("refunded_by_file", KOREAN, **shown_facts(late[0].facts or {}, KOREAN)).startswith(
        KOREAN.minute(batch.created_at)
    )
    assert [v.code for v in tried(desk, file_of(f"{paid[0]},9000,변심"))] == [""]
    wish, ends = desk.ask(paid[0], 10_000), batch.created_at + batch_trial.REPEAT_S
    with desk.store.reading() as connection:
        assert batch_trial.repeated(connection, wish, ends) is not None
        assert batch_trial.repeated(connection, wish, ends + 1) is None


def test_what_a_file_did_not_refund_may_come_in_another(desk: Bench) -> None:
    paid = desk.payment()
    denied = asked(desk, file_of(f"{paid},10000,변심"))
    batches.deny(desk.journal, FINANCE, denied.id)
    refused_upstream = asked(desk, file_of(f"{paid},10000,변심", ""))
    desk.fault("refused")
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, refused_upstream.id))
    assert [v.code for v in tried(desk, file_of(f"{paid},10000,변심", "", ""))] == ["in_progress"]
    desk.clock.offset += MINUTES_11
    recover(desk.journal, now_all=True)
    desk.clock.offset = 0.0
    assert [v.code for v in tried(desk, file_of(f"{paid},10000,변심", "", ""))] == [""]


def test_a_denial_keeps_who_when_and_why_and_nothing_of_it_is_still_to_be_sent(desk: Bench) -> None:
    batch = asked(desk, file_of(f"{desk.payment()},10000,변심"))
    batches.deny(desk.journal, FINANCE, batch.id, "  금액이\n다릅니다 ")
    denied = batches.one(desk.journal, CS, batch.id)
    assert (denied.state, denied.denied_by, denied.why) == (BatchState.DENIED, FINANCE.name, "금액이 다릅니다")
    assert batch.created_at <= denied.decided_at <= int(desk.world.now())
    found = batches.results(desk.journal, CS, batch.id)
    assert [(r.state, r.code) for r in found] == [("REFUSED", "batch_denied")]
    assert (batches.sums(found).not_refunded, batches.sums(found).waiting) == ((1, 10_000), (0, 0))
    with desk.store.reading() as connection:
        noted = list(audit.about(connection, "deny_batch", batch.id))
    assert [(entry.actor, entry.reason) for entry in noted] == [(FINANCE.name, "금액이 다릅니다")]
    assert audit.verify(desk.store, SECRET) is None


def test_a_file_that_expired_reads_as_not_sent(desk: Bench) -> None:
    batch = asked(desk, file_of(f"{desk.payment()},10000,변심"))
    desk.clock.offset += batches.EXPIRES_S + 1
    assert [(r.state, r.code) for r in batches.results(desk.journal, CS, batch.id)] == [("REFUSED", "batch_expired")]
    desk.clock.offset = 0.0


def test_two_files_that_were_tried_out_at_once_do_not_both_ask(desk: Bench) -> None:
    paid = desk.payment()
    first, second = file_of(f"{paid},10000,변심"), file_of("", f"{paid},10000,변심")
    both = [(file, tried(desk, file)) for file in (first, second)]
    batches.request(desk.journal, CS, *both[0], 10_000)
    with refused("rows_known"):
        batches.request(desk.journal, CS, *both[1], 10_000)


def test_nobody_approves_alone_too_late_or_without_the_right(desk: Bench) -> None:
    verdicts = tried(desk, file := file_of(f"{desk.payment()},10000,변심"), FINANCE)
    own = batches.request(desk.journal, FINANCE, file, verdicts, 10_000)
    with refused("approval_own"):
        batches.approve(desk.journal, FINANCE, own.id)
    other = asked(desk, file_of(f"{desk.payment()},9000,변심"))
    with pytest.raises(NotAllowed):
        batches.approve(desk.journal, CS, other.id)
    with pytest.raises(NotAllowed):
        tried(desk, file, VIEWER)
    desk.clock.offset += batches.EXPIRES_S + 1
    assert batches.one(desk.journal, CS, other.id).state is BatchState.EXPIRED
    with refused("approval_gone"):
        batches.approve(desk.journal, FINANCE, other.id)


def test_contents_changed_behind_the_approval_are_never_sent(desk: Bench) -> None:
    paid = desk.payment()
    batch = asked(desk, file_of(f"{paid},10000,변심"))
    with desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE batch_rows SET ask = replace(ask, '10000', '30000')")
    with refused("batch_changed"):
        batches.approve(desk.journal, FINANCE, batch.id)
    assert history(desk, [paid]) == []


def test_a_balance_that_moved_after_the_dry_run_is_not_refunded(desk: Bench) -> None:
    paid = [desk.payment(), desk.payment()]
    batch = asked(desk, file_of(*(f"{uid},10000,변심" for uid in paid)))
    desk.outside(paid[0], 1_000)
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, batch.id))
    found = batches.results(desk.journal, CS, batch.id)
    assert [(r.state, r.code) for r in found] == [("REFUSED", "stale_in_batch"), (State.CONFIRMED, "confirmed")]
    assert batches.sums(found).not_refunded == (1, 10_000)


def test_a_run_pauses_when_three_in_a_row_are_uncertain_and_goes_on_when_told(desk: Bench) -> None:
    paid = [desk.payment() for _ in range(6)]
    batch = asked(desk, file_of(*(f"{uid},10000,변심" for uid in paid)))
    desk.fault("reset", count=3)
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, batch.id))
    halfway = batches.one(desk.journal, CS, batch.id)
    assert (halfway.state, halfway.pause_code) == (BatchState.PAUSED, "breaker_uncertain")
    found = batches.sums(batches.results(desk.journal, CS, batch.id))
    assert (found.requested, found.uncertain, found.waiting) == ((6, 60_000), (3, 30_000), (2, 20_000))
    open_codes = {r.code for r in batches.results(desk.journal, CS, batch.id) if r.state == State.UNKNOWN}
    assert open_codes == {"being_checked"}
    desk.clock.offset += MINUTES_11
    recover(desk.journal, now_all=True)
    desk.clock.offset = 0.0
    running.run(desk.journal, batches.go_on(desk.journal, FINANCE, batch.id))
    assert batches.one(desk.journal, CS, batch.id).state is BatchState.DONE
    found = batches.sums(batches.results(desk.journal, CS, batch.id))
    assert (found.confirmed, found.not_refunded, found.uncertain) == ((3, 30_000), (3, 30_000), (0, 0))
    assert sum(history(desk, paid)) == 30_000


def test_a_refusal_that_is_not_certain_yet_is_not_told_as_one(desk: Bench) -> None:
    batch = asked(desk, file_of(f"{desk.payment()},10000,변심"))
    desk.fault("refused")
    running.run(desk.journal, batches.approve(desk.journal, FINANCE, batch.id))
    [result] = batches.results(desk.journal, CS, batch.id)
    assert (result.state, result.code) == (State.UNKNOWN, "being_checked")
    assert result.message
    assert [(b.state, b.uncertain) for b in batches.latest(desk.journal, CS)] == [(BatchState.DONE, 1)]
    desk.clock.offset += MINUTES_11
    recover(desk.journal, now_all=True)
    assert batches.one(desk.journal, CS, batch.id).uncertain == 0
    [result] = batches.results(desk.journal, CS, batch.id)
    assert result.state == State.NOT_EXECUTED
    assert result.code.startswith("refused")


def test_what_is_not_a_rows_fault_pauses_the_run_and_costs_no_row(desk: Bench) -> None:
    paid = [desk.payment(), desk.payment()]
    batch = batches.approve(desk.journal, FINANCE, asked(desk, file_of(*(f"{u},10000,변심" for u in paid))).id)
    tight = replace(desk.journal, limits=Limits({}, {}, 15_000))
    running.run(tight, batch)
    halfway = batches.one(desk.journal, CS, batch.id)
    assert (halfway.state, halfway.pause_code) == (BatchState.PAUSED, "over_team_day")
    found = batches.sums(batches.results(desk.journal, CS, batch.id))
    assert (found.confirmed, found.waiting) == ((1, 10_000), (1, 10_000))
    with refused("batch_not_running"):
        batches.pause(desk.journal, CS, batch.id)
    running.run(desk.journal, batches.go_on(desk.journal, FINANCE, batch.id))
    assert history(desk, paid) == [10_000, 10_000]


def test_a_run_whose_process_died_waits_for_somebody(desk: Bench) -> None:
    paid = [desk.payment(), desk.payment()]
    batch = asked(desk, file_of(*(f"{uid},10000,변심" for uid in paid)))
    dead = replace(desk.journal, owner=desk.journal.owner.replace(":", ":9999", 1))
    left = batches.approve(dead, FINANCE, batch.id)
    assert batches.abandoned(left)
    recover(desk.journal, now_all=True)
    assert history(desk, paid) == []
    running.run(desk.journal, left)  # somebody else's: not a row is taken
    assert history(desk, paid) == []
    batches.end(desk.journal, CS, batch.id)
    found = batches.results(desk.journal, CS, batch.id)
    assert {r.code for r in found} == {"given_up"}
    assert batches.sums(found).not_refunded == (2, 20_000)


def test_a_pause_by_hand_stops_it_at_once(desk: Bench) -> None:
    paid = [desk.payment() for _ in range(8)]
    batch = batches.approve(desk.journal, FINANCE, asked(desk, file_of(*(f"{u},100,변심" for u in paid))).id)
    desk.fault("delay", count=8, seconds=0.2)
    running.start(desk.journal, batch)
    while not history(desk, paid):
        time.sleep(0.02)
    batches.pause(desk.journal, CS, batch.id)
    time.sleep(0.6)
    sent = len(history(desk, paid))
    assert 0 < sent < 8
    time.sleep(0.5)
    assert len(history(desk, paid)) == sent
    found = batches.sums(batches.results(desk.journal, CS, batch.id))
    assert (found.confirmed[0], found.waiting[0]) == (sent, 8 - sent)
    batches.end(desk.journal, CS, batch.id)


def test_orders_are_found_by_their_number_and_banks_by_their_name(desk: Bench) -> None:
    waiting = desk.payment(pay_method="vbank")
    desk.journal.refresh(waiting)
    order = desk.shop.shop.state.payment(waiting)[0]["merchant_uid"]  # type: ignore[index]
    banks = offers.offer(desk.journal, CS, waiting).banks
    code, name = next(iter(banks.items()))
    head = "주문번호,금액,사유,은행,계좌번호,예금주"
    found = tried(desk, file_of(f"{order},30000,변심,{name},110-123-456789,홍길동", head=head))
    assert found[0].ask is not None
    account = found[0].ask.account
    assert account is not None
    assert (found[0].imp_uid, account.bank, account.number) == (waiting, code, "110123456789")


def test_a_holder_with_letters_that_are_not_seen_is_told_as_such(desk: Bench) -> None:
    waiting = desk.payment(pay_method="vbank")
    head = "imp_uid,금액,사유,은행,계좌번호,예금주"
    found = tried(desk, file_of(f"{waiting},30000,변심,088,110123456789,홍\u200b길동", head=head))
    assert (found[0].code, found[0].ask) == ("holder_unseen", None)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("국민은행", "KB국민은행"),
        ("국민", "KB국민은행"),
        ("토스", "토스뱅크"),
        ("신한", "신한은행"),
        ("제일은행", "SC제일은행"),
        ("하나은행", "하나(외환)은행"),
        ("NH농협은행", "농협"),
        ("K뱅크", "케이뱅크"),
        ("단위농협", ""),
        ("은행", ""),
    ],
)
def test_banks_as_people_write_them(typed: str, name: str) -> None:
    banks = {code: bank.ko for code, bank in codes.banks("kicc").items()}
    assert banks.get(code_of(typed, banks), "") == name


def test_no_listed_bank_is_taken_for_another() -> None:
    for gateway in codes.gateways():
        banks = {code: bank.ko for code, bank in codes.banks(gateway).items()}
        assert {code: code_of(name, banks) for code, name in banks.items()} == {code: code for code in banks}


def test_the_template_is_read_and_its_example_is_no_refund() -> None:
    with refused("file_empty"):
        batch_file.read("서식.csv", TEMPLATE.encode())
    filled = TEMPLATE + "imp_1,10000,변심,,,,\r\n"
    assert [line.payment for line in batch_file.read("서식.csv", filled.encode()).lines] == ["imp_1"]
    with pytest.raises(BadInput) as wrong:
        batch_file.read("a.csv", "은행\r\n신한".encode())
    assert wrong.value.facts["missing"] == ", ".join(TITLES[column] for column in batch_file.NEEDED)
    assert all(title.casefold() in HEADINGS[column] for column, title in TITLES.items())


def test_a_payment_that_is_in_the_file_twice_is_told_so_in_both_rows_however_it_is_named(desk: Bench) -> None:
    uid = desk.payment()
    desk.journal.refresh(uid)
    order = desk.shop.shop.state.payment(uid)[0]["merchant_uid"]  # type: ignore[index]
    head = "주문번호,금액,사유"
    for rows in ((order, order), (order, uid), (uid, order, order)):
        verdicts = tried(desk, file_of(*(f"{named},{n},변심" for n, named in enumerate(rows, 100)), head=head))
        assert [(v.code, v.ask) for v in verdicts] == [("twice_in_file", None)] * len(rows)


def test_every_row_gets_its_own_verdict(desk: Bench) -> None:
    twice = desk.payment()
    rows = (
        f"{desk.payment()},10,000,변심",
        f"{twice},1,a",
        f"{twice},1,b",
        "imp_none,1,c",
        ",1,d",
        f"{desk.payment()},-5,e",
        f"{desk.payment()},5,",
    )
    verdicts = tried(desk, file_of(*rows))
    codes = [verdict.code for verdict in verdicts]
    assert [verdict.refundable for verdict in verdicts] == [None, None, None, None, None, 30_000, 30_000]
    assert codes[0] == "row_shifted"
    assert codes[1:] == ["twice_in_file", "twice_in_file", "not_found", "payment_needed", "bad_amount", "reason_needed"]
    with refused("batch_empty"):
        batches.request(desk.journal, CS, file_of(*rows), [], 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file_empty"),
        (b"\xff\xfe\x00\x81", "file_unreadable"),
        (b"PK\x03\x04 broken", "file_unreadable"),
        ("환불금액,사유\r\n1,a".encode(), "file_columns"),
        (f"{HEAD}\r\n,,\r\n".encode(), "file_empty"),
        ((HEAD + "\r\nimp_1,1,a" * 1_001).encode(), "file_too_long"),
        (b"x" * (5 * 1024 * 1024 + 1), "file_too_big"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(data: bytes, why: str) -> None:
    with refused(why):
        batch_file.read("a.csv", data)


def test_files_as_spreadsheets_write_them() -> None:
    wanted = [("imp_1", "10000", "변심"), ("imp_2", "1,500", "'=1+1")]
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ["imp_1", 10_000, "변심"])
        sheet.write_row(2, 0, ["imp_2", "1,500", "'=1+1"])
    korean = f'{HEAD}\r\nimp_1,10000,변심\r\nimp_2,"1,500",\'=1+1\r\n'.encode("cp949")
    tabs = f"{HEAD}\nimp_1\t10000\t변심\nimp_2\t1,500\t'=1+1\n".replace(",환", "\t환").replace(",사", "\t사").encode()
    for data in (made.getvalue(), korean, tabs):
        lines = batch_file.read("x", data).lines
        assert [(line.n, line.payment, line.amount) for line in lines] == [(2, "imp_1", "10000"), (3, "imp_2", "1,500")]
        assert [line.reason for line in lines] == [wanted[0][2], "=1+1"]


@given(some.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(BadInput):
        batch_file.read("x", HEAD.encode() + data)


def test_no_two_columns_share_a_heading() -> None:
    names = [name for column in HEADINGS.values() for name in column]
    assert len(names) == len(set(names))


C, U, N, M = Outcome.CONFIRMED, Outcome.UNCERTAIN, Outcome.NOT_DONE, Outcome.MOVED


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([C] * 40, ""),
        ([C, U, U], ""),
        ([U, U, U], "breaker_uncertain"),
        ([N, N, N], "breaker_failing"),
        ([C, M], ""),
        ([M, C, C, M, C], "breaker_moved"),
        ([N, C, N] + [C] * 17, ""),
        ([N, C, N, C, N] + [C] * 15, "breaker_failing"),
    ],
)
def test_when_a_run_pauses(outcomes: list[Outcome], code: str) -> None:
    assert tripped(outcomes, 30) == code
