"""Reads against a server that misbehaves: what is repeated, what is refused, what the errors say."""

from __future__ import annotations

import json
import threading

import pytest

from lib.iamport.client import Iamport, Retrying
from lib.iamport.errors import AddressBlocked, BadAnswer, HttpError, NotFound, Refused, Unreachable, WrongKey
from lib.world import World
from tests.iamport.scripted import Answer, Server, endless, http, reset, serving, slow, token

QUICK = Retrying(attempts=3, seconds=5, first_s=0.01, most_s=0.02)
ONE = '{"code":0,"message":null,"response":{"imp_uid":"imp_1","amount":1000,"status":"paid"}}'
NO = '{"code":-1,"message":"존재하지 않는 결제정보입니다.","response":null}'
UNAUTHORIZED = '{"code":-1,"message":"Unauthorized","response":null}'
PATH = "/payments/imp_1"


def client(server: Server, world: World | None = None) -> Iamport:
    return Iamport(base_url=server.url, key="k", secret="canary-secret", world=world or World(), retrying=QUICK)


def reading(*answers: Answer) -> dict[str, list[Answer]]:
    return {"/users/getToken": [token()], PATH: list(answers)}


@pytest.mark.parametrize("trouble", [http("<html>", 502), http(NO, 500), http(NO, 429), reset])
def test_a_read_is_repeated_after_trouble_on_the_way(trouble: Answer) -> None:
    with serving(reading(trouble, http(ONE))) as server:
        assert client(server).payment("imp_1").amount == 1000
        assert server.count(PATH) == 2


def test_the_log_says_what_is_tried_again_and_of_whom_nothing(caplog: pytest.LogCaptureFixture) -> None:
    answers = {
        "/users/getToken": [http("<html>", 503), token()],
        "/subscribe/customers/kim-minsu": [http(NO, 500), http("<html>", 502), http(NO, 404)],
    }
    with serving(answers) as server:
        assert client(server).customer("kim-minsu") is None
    lines = [record.getMessage() for record in caplog.records]
    assert [line.rsplit(",", 1)[0] for line in lines] == [
        "POST 127.0.0.1/users/getToken: attempt 1 failed (http 503)",
        "GET 127.0.0.1/subscribe/customers/…: attempt 1 failed (iamport_refused 500)",
        "GET 127.0.0.1/subscribe/customers/…: attempt 2 failed (http 502)",
    ]


@pytest.mark.parametrize(
    ("trouble", "error"), [(http("<html>", 502), HttpError), (http(NO, 500), Refused), (reset, Unreachable)]
)
def test_after_the_last_attempt_the_error_says_what_it_was(trouble: Answer, error: type[Exception]) -> None:
    with serving(reading(trouble)) as server, pytest.raises(error) as raised:
        client(server).payment("imp_1")
    assert server.count(PATH) == QUICK.attempts
    assert "canary-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(NO, 404), NotFound),
        (http(NO, 200), Refused),
        (http(NO, 403), AddressBlocked),
        (http("<html>", 403), HttpError),
        (http("<html>", 200), BadAnswer),
        (http('{"code":0,"message":null,"response":null}'), BadAnswer),
        (http("", 302, "Location: http://127.0.0.1:1/\r\n"), HttpError),
        (endless, BadAnswer),
    ],
)
def test_what_is_definite_is_not_repeated(answer: Answer, error: type[Exception]) -> None:
    with serving(reading(answer)) as server, pytest.raises(error) as raised:
        client(server).payment("imp_1")
    assert type(raised.value) is error
    assert server.count(PATH) == 1


def test_a_refused_token_is_renewed_once_and_the_read_repeated() -> None:
    answers = reading(http(UNAUTHORIZED, 401), http(ONE))
    answers["/users/getToken"] = [token(value="old"), token(value="new")]
    with serving(answers) as server:
        assert client(server).payment("imp_1").imp_uid == "imp_1"
        assert [line for head in server.heads for line in head.splitlines() if "uthorization" in line] == [
            "Authorization: old",
            "Authorization: new",
        ]


def test_a_second_401_points_to_the_address() -> None:
    with serving(reading(http(UNAUTHORIZED, 401))) as server, pytest.raises(AddressBlocked):
        client(server).payment("imp_1")
    assert server.count(PATH) == 2


def test_a_wrong_pair_is_told_as_such() -> None:
    with serving({"/users/getToken": [http(UNAUTHORIZED, 401)]}) as server, pytest.raises(WrongKey):
        client(server).payment("imp_1")


def test_many_threads_renew_the_token_once() -> None:
    with serving({"/users/getToken": [slow(0.1, token()), token()], PATH: [http(ONE)]}) as server:
        iamport = client(server)
        threads = [threading.Thread(target=iamport.payment, args=("imp_1",)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.count("/users/getToken") == 1


def test_a_token_lives_by_the_servers_clock_not_ours() -> None:
    """The local clock is years away from the server's; only `expired_at - now` counts, on the monotonic clock."""
    at = [0.0]
    world = World(now=lambda: 4_000_000_000.0, monotonic=lambda: at[0])
    with serving(reading(http(ONE))) as server:
        iamport = client(server, world)
        iamport.payment("imp_1")
        at[0] = 1000
        iamport.payment("imp_1")
        assert server.count("/users/getToken") == 1
        iamport.token_ready(1000)
        assert server.count("/users/getToken") == 2
        at[0] = 2990
        iamport.payment("imp_1")
        assert server.count("/users/getToken") == 3


def test_an_agency_names_its_merchant_on_every_call() -> None:
    with serving(reading(http(ONE))) as server:
        Iamport(base_url=server.url, key="k", secret="s", tier="A01").payment("imp_1")
        assert "tier: a01" in server.heads[-1].lower()


def test_the_servers_clock_is_read_from_its_answers() -> None:
    date = "Date: Mon, 02 Nov 2026 00:00:10 GMT\r\n"
    with serving(reading(http(ONE, headers=date))) as server:
        iamport = client(server, World(now=lambda: 1_793_577_600.0))
        assert iamport.clock_offset() is None
        iamport.payment("imp_1")
        assert iamport.clock_offset() == 10.0


def listed(path: str, *answers: Answer) -> dict[str, list[Answer]]:
    channels = http('{"code":0,"message":null,"response":[]}')
    return {"/users/getToken": [token()], "/users/pg": [channels], path: list(answers)}


def test_a_400_on_the_first_page_is_an_empty_list_when_the_rest_works() -> None:
    path = "/payments/status/all"
    with serving(listed(path, http(NO, 400))) as server:
        page = client(server).page(status="all", since=1, until=2, page=1)
        assert (page.total, page.payments) == (0, [])
        assert server.count("/users/pg") == 1
    with serving(listed(path, http("<html>", 400))) as server, pytest.raises(HttpError):
        client(server).page(status="all", since=1, until=2, page=1)


def test_hundreds_of_payments_are_asked_for_in_hundreds() -> None:
    def many(uids: range) -> bytes:
        rows = [{"imp_uid": f"imp_{n}", "amount": 1} for n in uids]
        return http(json.dumps({"code": 0, "message": None, "response": rows}), 207)

    with serving(listed("/payments", many(range(90)), http(NO, 404), many(range(200, 250)))) as server:
        found, odd = client(server).payments([f"imp_{n}" for n in range(250)])
        assert (len(found), odd) == (140, [])
        assert [path.count("imp_uid[]=") for _, path, _ in server.seen if path.startswith("/payments")] == [
            100,
            100,
            50,
        ]


@pytest.mark.parametrize("answer", [http(NO, 404), http(NO.replace("-1", "1"), 200)])
def test_an_unknown_customer_is_none_in_both_dresses(answer: bytes) -> None:
    with serving(listed("/subscribe/customers/u%2F1", answer)) as server:
        assert client(server).customer("u/1") is None


def test_orders_are_found_over_all_pages() -> None:
    def page(n: int, following: int) -> bytes:
        rows = [{"imp_uid": f"imp_{n}", "amount": 1}]
        content = {"total": 2, "previous": 0, "next": following, "list": rows}
        return http(json.dumps({"code": 0, "message": None, "response": content}))

    with serving(listed("/payments/findAll/o1/all", page(1, 2), page(2, 0))) as server:
        assert [payment.imp_uid for payment in client(server).find_all("o1")] == ["imp_1", "imp_2"]
    with serving(listed("/payments/findAll/o1/all", http(NO, 404))) as server:
        assert client(server).find_all("o1") == []


PREPARED = '{"code":0,"message":null,"response":{"merchant_uid":"o-1","amount":1000}}'
PREPARED_BEFORE = (
    '{"code":1,"message":"결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).","response":null}'
)


@pytest.mark.parametrize(
    ("answers", "calls"),
    [
        ([http(PREPARED)], ["POST"]),
        ([http(PREPARED_BEFORE), http(PREPARED)], ["POST", "PUT"]),
        ([reset, http(PREPARED_BEFORE), http(PREPARED)], ["POST", "POST", "PUT"]),
        ([http(NO, 500), http(PREPARED)], ["POST", "POST"]),
    ],
)
def test_an_amount_is_fixed_whatever_was_registered_before(answers: list[Answer], calls: list[str]) -> None:
    with serving({"/users/getToken": [token()], "/payments/prepare": answers}) as server:
        client(server).prepare("o-1", 1000)
        sent = [(method, json.loads(body)) for method, path, body in server.seen if path == "/payments/prepare"]
    assert [method for method, _ in sent] == calls
    assert all(body == {"merchant_uid": "o-1", "amount": 1000} for _, body in sent)


def test_an_amount_that_cannot_be_fixed_is_an_error() -> None:
    answers: list[Answer] = [http(PREPARED_BEFORE), http(NO, 400)]
    with serving({"/users/getToken": [token()], "/payments/prepare": answers}) as server, pytest.raises(Refused):
        client(server).prepare("o-1", 1000)
