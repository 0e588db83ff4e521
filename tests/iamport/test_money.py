"""The money call: sent once or not at all, and what is known afterwards. One row per way it can go."""

from __future__ import annotations

import hashlib
import time

import pytest

from lib.iamport.answer import Reached
from lib.iamport.client import Iamport, Retrying
from lib.iamport.permit import SendPermit
from tests.iamport.scripted import Answer, endless, http, reset, serving, token

PATH = "/payments/cancel"
BODY = b'{"imp_uid":"imp_1","amount":1000,"checksum":5000}'
DONE = '{"code":0,"message":null,"response":{"imp_uid":"imp_1","amount":5000,"cancel_amount":1000,'
DONE += '"card_number":"4111111111111111"}}'
NO = '{"code":-1,"message":"기취소 거래","response":null}'
QUICK = Retrying(attempts=2, seconds=2, first_s=0.01, most_s=0.02)


def permit(body: bytes = BODY, seconds: float = 5, digest: str = "") -> SendPermit:
    """Only a test makes one by hand."""
    return SendPermit(
        "op1", 1, "POST", PATH, body, digest or hashlib.sha256(body).hexdigest(), time.monotonic() + seconds
    )


def iamport(url: str) -> Iamport:
    return Iamport(base_url=url, key="k", secret="s", retrying=QUICK)


@pytest.mark.parametrize(
    ("answer", "reached", "status", "envelope", "code"),
    [
        (http(DONE), Reached.ANSWERED, 200, True, 0),
        (http(NO), Reached.ANSWERED, 200, True, -1),
        (http(NO, 500), Reached.ANSWERED, 500, True, -1),
        (http(NO, 401), Reached.ANSWERED, 401, True, -1),
        (http("<html>", 502), Reached.ANSWERED, 502, False, 0),
        (http("", 302, "Location: /payments/cancel\r\n"), Reached.ANSWERED, 302, False, 0),
        (http(DONE[:60]), Reached.ANSWERED, 200, False, 0),
        (endless, Reached.ANSWERED, 0, False, 0),
        (reset, Reached.NO_ANSWER, 0, False, 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", Reached.NO_ANSWER, 0, False, 0),
    ],
)
def test_one_request_and_the_facts_of_its_answer(
    answer: Answer, reached: Reached, status: int, envelope: bool, code: int
) -> None:
    plan = {"/users/getToken": [token()], PATH: [closing(answer) if isinstance(answer, bytes) else answer]}
    with serving(plan) as server:
        got = iamport(server.url).send(permit())
        assert (got.reached, got.http_status, got.envelope, got.code) == (reached, status, envelope, code)
        assert server.count(PATH) == 1
        method, _, body = next(seen for seen in server.seen if seen[1] == PATH)
        assert (method, body) == ("POST", BODY)


def closing(answer: bytes):
    def say(connection) -> None:
        connection.sendall(answer)
        connection.close()

    return say


def test_a_success_carries_the_payment_and_no_card_number() -> None:
    with serving({"/users/getToken": [token()], PATH: [http(DONE)]}) as server:
        got = iamport(server.url).send(permit())
        assert got.payment is not None
        assert (got.payment.cancel_amount, got.payment.card_number) == (1000, "411111******1111")
        assert "4111111111111111" not in got.body
        assert "content-type: application/json" in server.heads[-1].lower()


@pytest.mark.parametrize(
    "refused", [permit(seconds=-1), permit(digest="0" * 64)], ids=["past its deadline", "another body"]
)
def test_a_bad_permit_sends_nothing(refused: SendPermit) -> None:
    with serving({"/users/getToken": [token()], PATH: [http(DONE)]}) as server:
        assert iamport(server.url).send(refused).reached is Reached.NOT_SENT
        assert server.count(PATH) == 0


def test_no_connection_and_no_token_are_not_sent() -> None:
    with serving({"/users/getToken": [token()], PATH: [http(DONE)]}) as server:
        gone = iamport(server.url)
        gone.token_ready(10)
    time.sleep(0.05)
    assert gone.send(permit()).reached is Reached.NOT_SENT
    with serving({"/users/getToken": [http("<html>", 503)], PATH: [http(DONE)]}) as server:
        got = iamport(server.url).send(permit())
        assert (got.reached, server.count(PATH)) == (Reached.NOT_SENT, 0)
