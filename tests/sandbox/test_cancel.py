"""Cancelling: what is done, what is refused and in which words."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.sandbox.calling import Caller, calling
from tests.sandbox_server import running_sandbox

ROOT = Path(__file__).parents[2]
ACCOUNT = {"refund_holder": "홍길동", "refund_bank": "088", "refund_account": "110-123-456789"}


def refused(answer: dict) -> tuple[int, str]:
    assert answer["response"] is None
    return answer["code"], answer["message"]


@pytest.mark.parametrize("amount", [None, 0, 10_000, 10_000.0, "10000"])
def test_everything_is_cancelled_when_no_amount_or_zero_or_all_is_named(api: Caller, amount: object):
    made = api.make(amount=10_000)
    body = {} if amount is None else {"amount": amount}
    after = api.cancel(made["imp_uid"], reason="고객 변심", **body)["response"]
    assert (after["status"], after["cancel_amount"], after["cancel_reason"]) == ("cancelled", 10_000, "고객 변심")
    (entry,) = after["cancel_history"]
    assert set(entry) == {"pg_tid", "amount", "cancelled_at", "reason", "cancellation_id", "receipt_url"}
    assert entry["pg_tid"] != made["pg_tid"]
    assert len(entry["pg_tid"]) == 20
    assert (entry["amount"], entry["reason"]) == (10_000, "고객 변심")
    assert after["cancelled_at"] == entry["cancelled_at"]
    assert after["cancel_receipt_urls"] == [entry["receipt_url"]]
    assert api.payment(made["imp_uid"]) == after
    assert refused(api.cancel(made["imp_uid"])) == (1, "이미 전액취소된 주문입니다.")


@pytest.mark.parametrize("word", ["cancelled", "paid"])
def test_the_status_word_after_a_part_is_a_switch(word: str):
    with running_sandbox(payments=30, partly=word) as served:
        api = calling(served)
        made = api.make(amount=10_000)
        first = api.cancel(made["imp_uid"], amount=3_000)["response"]
        assert (first["status"], first["cancel_amount"]) == (word, 3_000)
        assert first["cancelled_at"]
        assert made["imp_uid"] in {b["imp_uid"] for b in api.pages(word)}
        newest = api.get("/payments/status/all", sorting="-updated").json()["response"]["list"][0]
        assert newest["imp_uid"] == made["imp_uid"]
        last = api.cancel(made["imp_uid"], amount=7_000)["response"]
        assert (last["status"], len(last["cancel_history"])) == ("cancelled", 2)
        assert len({entry["cancellation_id"] for entry in last["cancel_history"]}) == 2
        some = [b for b in api.pages() if 0 < b["cancel_amount"] < b["amount"]]
        assert {b["status"] for b in some} <= {word}


def test_a_form_cancels_as_json_does(api: Caller):
    made = api.make(amount=5_000)
    body = {"imp_uid": made["imp_uid"], "amount": "2000", "checksum": "5000"}
    answer = api.http.post("/payments/cancel", data=body, headers={"Authorization": api.token}).json()
    assert answer["response"]["cancel_amount"] == 2_000


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"amount": 10_001}, "취소 요청금액이 취소가능 잔액보다 큽니다."),
        ({"checksum": 9_999}, "취소가능 잔액이 일치하지 않습니다."),
        ({"checksum": 0}, "취소가능 잔액이 일치하지 않습니다."),
        ({"vat_amount": 100}, "결제취소에 실패하였습니다. vat_amount를 지원하지 않는 PG사입니다."),
        ({"tax_free": 100}, "결제취소에 실패하였습니다. 면세금액이 취소가능 면세금액을 초과합니다."),
    ],
)
def test_refused_and_nothing_happens(api: Caller, body: dict, message: str):
    made = api.make(amount=10_000)
    code, said = refused(api.cancel(made["imp_uid"], **body))
    assert code != 0
    assert said == message
    assert api.payment(made["imp_uid"]) == made


@pytest.mark.parametrize("amount", [-1, "", "abc", 10.5, True, float("1e30"), "nan", "inf", [1]])
def test_an_amount_that_is_none_is_a_bad_request(api: Caller, amount: object):
    made = api.make()
    assert api.post("/payments/cancel", imp_uid=made["imp_uid"], amount=amount).status_code == 400
    assert api.payment(made["imp_uid"]) == made
    assert api.post("/payments/cancel", imp_uid=made["imp_uid"], checksum=amount).status_code in (200, 400)
    assert api.payment(made["imp_uid"]) == made


def test_by_order_and_an_imp_uid_wins(api: Caller):
    made = api.make(merchant_uid="by-order")
    unknown = (1, "취소할 결제건이 존재하지 않습니다.")
    assert refused(api.cancel("imp_nothing", merchant_uid="by-order")) == unknown
    assert refused(api.cancel("", merchant_uid="no-such-order")) == unknown
    after = api.post("/payments/cancel", merchant_uid="by-order").json()["response"]
    assert (after["imp_uid"], after["status"]) == (made["imp_uid"], "cancelled")


@pytest.mark.parametrize("status", ["ready", "failed"])
def test_what_was_not_paid_cannot_be_cancelled(api: Caller, status: str):
    made = api.make(status=status)
    assert refused(api.cancel(made["imp_uid"]))[0] != 0


def test_a_paid_virtual_account_needs_an_account_to_refund_to(api: Caller):
    made = api.make(pay_method="vbank")
    for missing in ACCOUNT:
        body = {name: value for name, value in ACCOUNT.items() if name != missing}
        assert refused(api.cancel(made["imp_uid"], **body)) == (
            1,
            "가상계좌 취소는 환불계좌 정보(예금주, 은행, 계좌번호)가 필요합니다.",
        )
    assert refused(api.cancel(made["imp_uid"], **ACCOUNT | {"refund_bank": "BK88"}))[0] == -1
    assert api.cancel(made["imp_uid"], **ACCOUNT)["response"]["status"] == "cancelled"


def kst_month_start(back: int = 0) -> int:
    there = datetime.now(UTC) + timedelta(hours=9)
    month = there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(back):
        month = (month - timedelta(days=1)).replace(day=1)
    return int((month - timedelta(hours=9)).timestamp())


def test_a_phone_payment_is_cancelled_whole_and_in_its_korean_month(api: Caller):
    start = kst_month_start()
    late = api.make(pay_method="phone", paid_at=start - 1)
    assert refused(api.cancel(late["imp_uid"])) == (
        -1,
        "결제취소에 실패하였습니다. 휴대폰 결제 취소 가능 기간이 지났습니다.",
    )
    early = api.make(pay_method="phone", paid_at=start)
    part = refused(api.cancel(early["imp_uid"], amount=100))
    assert part == (-1, "결제취소에 실패하였습니다. 휴대폰 결제는 부분취소를 지원하지 않습니다.")
    assert api.cancel(early["imp_uid"])["response"]["status"] == "cancelled"


def test_kicc_wants_the_tax_free_part_of_a_mixed_payment(api: Caller):
    made = api.make(amount=42_000, tax_free=30_000)
    assert made["custom_data"] == '{"tax_free": 30000}'
    needed = (-1, "결제취소에 실패하였습니다. 복합과세 결제는 면세금액(tax_free)이 필요합니다.")
    assert refused(api.cancel(made["imp_uid"], amount=10_000)) == needed
    assert refused(api.cancel(made["imp_uid"])) == needed
    assert refused(api.cancel(made["imp_uid"], amount=10_000, tax_free=10_001))[0] == -1
    assert refused(api.cancel(made["imp_uid"], amount=13_000, tax_free=0))[1].endswith("과세금액을 초과합니다.")
    assert api.cancel(made["imp_uid"], amount=30_000, tax_free=30_000)["response"]["cancel_amount"] == 30_000
    assert refused(api.cancel(made["imp_uid"])) == needed
    assert refused(api.cancel(made["imp_uid"], tax_free=1))[0] == -1
    assert api.cancel(made["imp_uid"], tax_free=0)["response"]["cancel_amount"] == 42_000


def test_other_gateways_default_the_tax_free_part(api: Caller):
    made = api.make(amount=42_000, tax_free=30_000, pg_provider="html5_inicis", pg_id="MOIpaydesk")
    assert refused(api.cancel(made["imp_uid"], amount=12_001))[1].endswith("과세금액을 초과합니다.")
    assert api.cancel(made["imp_uid"], amount=2_000)["response"]["cancel_amount"] == 2_000
    assert api.cancel(made["imp_uid"])["response"]["cancel_amount"] == 42_000


def test_one_checksum_executes_once_among_many_at_once(api: Caller):
    made = api.make(amount=10_000)
    with ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(lambda _: api.cancel(made["imp_uid"], amount=1_000, checksum=10_000)["code"], range(24))
        )
    assert answers.count(0) == 1
    assert api.payment(made["imp_uid"])["cancel_amount"] == 1_000


def test_a_cancellation_that_was_answered_survives_kill_9(tmp_path: Path):
    command = [sys.executable, "-m", "lib", "sandbox", "--port", "0", "--payments", "20", "--still", "--state"]
    command.append(str(tmp_path / "shop.db"))

    @contextmanager
    def running() -> Iterator[httpx.Client]:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            url, key, secret = (process.stdout.readline().split(": ")[1].strip() for _ in range(3))
            with httpx.Client(base_url=url, timeout=10) as http:
                pair = {"imp_key": key, "imp_secret": secret}
                http.headers["Authorization"] = http.post("/users/getToken", json=pair).json()["response"][
                    "access_token"
                ]
                yield http
            process.kill()

    with running() as http:
        made = http.post("/_sandbox/payments", json={"amount": 9_000}).json()
        body = {"imp_uid": made["imp_uid"], "amount": 1_000}
        after = [http.post("/payments/cancel", json=body).json()["response"] for _ in range(5)]
    with running() as http:
        assert http.get(f"/payments/{made['imp_uid']}").json()["response"] == after[-1]


def test_a_cancelled_payment_in_a_list_is_the_one_that_is_read(api: Caller):
    since = int(time.time()) - 5
    made = api.make(amount=8_000)
    api.cancel(made["imp_uid"], amount=1_000)
    rows = api.pages("cancelled", **{"from": since, "to": since + 60})
    assert api.payment(made["imp_uid"]) in rows
