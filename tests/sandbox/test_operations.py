"""Every published operation: it is served, in the published shape, for JSON and for a form, and refuses as published.

`operations.csv` is the list of i'mport's schema: family, method, path, the parameters that are required, that are one of
a few, that have a greatest length, and the statuses. A case stands for
each operation of the families that a KICC merchant meets; the others are refused for their gateway.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.sandbox.calling import Caller
from tests.sandbox.test_shape import has_the_shape_of

OTHER_FAMILIES = {"naver", "kcpquick", "payco", "benepia", "cvs", "paymentwall", "partners"}
INICIS, DANAL = (f"channel-key-00000000-0000-4000-8000-{n:012d}" for n in (3, 5))
KICC = "channel-key-00000000-0000-4000-8000-000000000001"
CARD = {"card_number": "4518-4200-0000-0007", "expiry": "2039-12", "birth": "900102", "pwd_2digit": "00"}
BUYER = {"buyer_name": "홍길동", "buyer_email": "gildong@example.com", "buyer_tel": "010-0000-1234"}
WHO = {"name": "홍길동", "tel": "010-0000-1234", "addr": "서울특별시 강남구 예시로 1", "postcode": "06000"}
DELIVERY = {
    "sender": WHO,
    "receiver": WHO,
    "logis": {"company": "CJGLS", "invoice": "000000000001", "sent_at": 1_786_435_200},
}
PHONE = {"identifier": "01000005678", "identifier_type": "phone"}
PERSON = {"name": "홍길동", "phone": "010-0000-1234", "birth": "90.01.02", "gender_digit": "1", "carrier": "SKT"}
NUMBERS = itertools.count(1)


class Operation(NamedTuple):
    family: str
    method: str
    path: str
    needs: tuple[str, ...]
    choices: dict[str, str]
    lengths: dict[str, int]
    statuses: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    with Path(__file__).with_name("operations.csv").open(encoding="utf-8") as lines:
        return [
            Operation(
                row["family"],
                row["method"],
                row["path"],
                tuple(row["needs"].split()),
                dict(one.split("=") for one in row["choices"].split()),
                {name: int(most) for name, most in (one.split("=") for one in row["lengths"].split())},
                tuple(map(int, row["statuses"].split())),
            )
            for row in csv.DictReader(lines)
        ]


OPERATIONS = operations()
COVERED = [operation for operation in OPERATIONS if operation.family not in OTHER_FAMILIES]


@dataclass
class Ask:
    """What to call: values for the places of the path, the query, the body."""

    places: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[Caller], Ask]
CASES: dict[str, tuple[Maker, str]] = {}


def case(name: str, shape: str) -> Callable[[Maker], Maker]:
    """The case of an operation: what must be there and what is asked; `shape` is that of its answer."""

    def note(make: Maker) -> Maker:
        assert name not in CASES, name
        CASES[name] = make, shape
        return make

    return note


def new(prefix: str = "op") -> str:
    return f"{prefix}-{next(NUMBERS)}"


def ask(api: Caller, operation: Operation, asked: Ask, form: bool = False, token: bool = True) -> httpx.Response:
    path = re.sub(r"{(\w+)}", lambda place: asked.places.get(place[1], "nothing-here"), operation.path)
    sent: dict[str, Any] = {"data": dict(flat(asked.body))} if form else {"json": asked.body} if asked.body else {}
    headers = {"Authorization": api.token} if token else {}
    return api.http.request(operation.method, path, params=asked.query, headers=headers, **sent)


def flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """A form's names for what is in objects and lists, as PHP and Rails write them."""
    if isinstance(value, dict):
        return [pair for key, one in value.items() for pair in flat(one, f"{name}[{key}]" if name else key)]
    if isinstance(value, list):
        return [pair for n, one in enumerate(value) for pair in flat(one, f"{name}[{n}]")]
    return [(name, str(value))]


def key(api: Caller) -> str:
    """A fresh billing key."""
    return api.served.control("POST", "/customers", customer_uid=new("key"))["customer_uid"]


def schedule(api: Caller, customer_uid: str, after: int = 3600) -> str:
    """A schedule of this key; its order number."""
    order = new("sch")
    entry = {"merchant_uid": order, "schedule_at": api.now() + after, "amount": 9_900, "name": "정기배송"}
    assert api.post("/subscribe/payments/schedule", customer_uid=customer_uid, schedules=[entry]).json()["code"] == 0
    return order


def failed_schedule(api: Caller) -> str:
    uid = key(api)
    order = schedule(api, uid, 60)
    api.served.control("POST", "/charges", customer_uid=uid)
    api.served.control("POST", "/clock", {"advance": 61})
    api.sign_in()
    return order


@case("POST /users/getToken", "token")
def _(api: Caller) -> Ask:
    return Ask(body={"imp_key": api.served.key, "imp_secret": api.served.secret})


@case("GET /payments/{imp_uid}", "payment")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.make()["imp_uid"]})


@case("GET /payments/{imp_uid}/balance", "balance")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.make(pg_provider="payco", amount=11_000)["imp_uid"]})


@case("GET /payments", "payments")
def _(api: Caller) -> Ask:
    return Ask(query={"imp_uid[]": [api.make()["imp_uid"]], "merchant_uid[]": [api.make()["merchant_uid"]]})


@case("GET /payments/find/{merchant_uid}/{payment_status}", "payment")
@case("GET /payments/findAll/{merchant_uid}/{payment_status}", "page")
def _(api: Caller) -> Ask:
    return Ask({"merchant_uid": api.make()["merchant_uid"], "payment_status": "paid"}, {"sorting": "-paid"})


@case("GET /payments/status/{payment_status}", "page")
def _(api: Caller) -> Ask:
    return Ask({"payment_status": "all"}, {"page": 1, "limit": 5, "to": api.now(), "sorting": "-updated"})


@case("POST /payments/cancel", "payment")
def _(api: Caller) -> Ask:
    made = api.make(amount=9_000)
    return Ask(body={"imp_uid": made["imp_uid"], "amount": 1_000, "checksum": 9_000, "reason": "고객 변심"})


@case("POST /payments/prepare", "prepared")
def _(api: Caller) -> Ask:
    return Ask(body={"merchant_uid": new(), "amount": 1_000, "currency": "KRW"})


@case("PUT /payments/prepare", "prepared")
@case("GET /payments/prepare/{merchant_uid}", "prepared")
def _(api: Caller) -> Ask:
    order = new()
    api.post("/payments/prepare", merchant_uid=order, amount=1_000)
    return Ask({"merchant_uid": order}, body={"merchant_uid": order, "amount": 2_000})


@case("POST /subscribe/payments/again", "payment")
def _(api: Caller) -> Ask:
    order = {"merchant_uid": new(), "amount": 60_000, "name": "이용권", "card_quota": 3, "custom_data": "box A"}
    return Ask(body={"customer_uid": key(api), **order, **BUYER})


@case("POST /subscribe/payments/onetime", "payment")
def _(api: Caller) -> Ask:
    return Ask(body={"pg": "html5_inicis", "merchant_uid": new(), "amount": 9_900, "name": "이용권", **CARD, **BUYER})


@case("POST /subscribe/payments/schedule", "schedules")
def _(api: Caller) -> Ask:
    at = api.now() + 3600
    entries = [{"merchant_uid": new(), "schedule_at": at + n, "amount": 9_900, "name": "정기배송"} for n in range(2)]
    return Ask(body={"customer_uid": key(api), "schedules": entries})


@case("GET /subscribe/payments/schedule", "schedule_page")
def _(api: Caller) -> Ask:
    schedule(api, key(api))
    bounds = {"schedule_from": api.now(), "schedule_to": api.now() + 86_400}
    return Ask(query=bounds | {"schedule_status": "scheduled", "page": 1, "limit": 5, "sorting": "scheduled"})


@case("GET /subscribe/payments/schedule/customers/{customer_uid}", "schedule_page")
@case("GET /subscribe/customers/{customer_uid}/schedules", "schedule_page")
def _(api: Caller) -> Ask:
    uid = key(api)
    schedule(api, uid)
    bounds = {"from": api.now(), "to": api.now() + 86_400, "schedule-status": "scheduled"}
    return Ask({"customer_uid": uid}, bounds | {"page": 1})


@case("POST /subscribe/payments/unschedule", "schedules")
def _(api: Caller) -> Ask:
    uid = key(api)
    return Ask(body={"customer_uid": uid, "merchant_uid": [schedule(api, uid)]})


@case("GET /subscribe/payments/schedule/{merchant_uid}", "schedule")
@case("PUT /subscribe/payments/schedule/{merchant_uid}", "schedule")
def _(api: Caller) -> Ask:
    return Ask({"merchant_uid": schedule(api, key(api))}, body={"schedule_at": api.now() + 7200})


@case("POST /subscribe/payments/schedule/{merchant_uid}/reschedule", "schedule")
@case("POST /subscribe/payments/schedule/{merchant_uid}/retry", "payment")
def _(api: Caller) -> Ask:
    return Ask({"merchant_uid": failed_schedule(api)}, body={"schedule_at": api.now() + 7200})


@case("GET /subscribe/customers", "customers")
def _(api: Caller) -> Ask:
    return Ask(query={"customer_uid[]": [key(api), key(api)]})


@case("GET /subscribe/customers/{customer_uid}", "customer")
def _(api: Caller) -> Ask:
    return Ask({"customer_uid": key(api)})


@case("DELETE /subscribe/customers/{customer_uid}", "customer")
def _(api: Caller) -> Ask:
    return Ask({"customer_uid": key(api)}, {"reason": "탈퇴", "extra[requester]": "admin"})


@case("POST /subscribe/customers/{customer_uid}", "customer")
def _(api: Caller) -> Ask:
    return Ask({"customer_uid": new("key")}, body={"channel_key": INICIS, "customer_name": "홍길동", **CARD})


@case("GET /subscribe/customers/{customer_uid}/payments", "page")
def _(api: Caller) -> Ask:
    uid = key(api)
    api.post("/subscribe/payments/again", customer_uid=uid, merchant_uid=new(), amount=100, name="이용권")
    return Ask({"customer_uid": uid}, {"page": 1})


@case("GET /escrows/logis/{imp_uid}", "delivery")
@case("PUT /escrows/logis/{imp_uid}", "delivery")
def _(api: Caller) -> Ask:
    uid = api.make(pay_method="trans", escrow=True)["imp_uid"]
    assert api.post(f"/escrows/logis/{uid}", **DELIVERY).status_code == 200
    return Ask({"imp_uid": uid}, body=DELIVERY)


@case("POST /escrows/logis/{imp_uid}", "delivery")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.make(pay_method="vbank", escrow=True)["imp_uid"]}, body=DELIVERY)


@case("POST /vbanks", "payment")
def _(api: Caller) -> Ask:
    order = {"merchant_uid": new(), "amount": 9_900, "name": "방석", "vbank_code": "88", "vbank_holder": "상점"}
    body = {"channel_key": INICIS, "vbank_due": api.now() + 86_400, **order, **BUYER}
    return Ask(query={"pg_api_key": "a key of Inicis"}, body=body)


@case("PUT /vbanks/{imp_uid}", "payment")
def _(api: Caller) -> Ask:
    made = api.make(pay_method="vbank", status="ready", pg_provider="settle")
    return Ask({"imp_uid": made["imp_uid"]}, body={"amount": 12_000, "vbank_due": api.now() + 86_400})


@case("DELETE /vbanks/{imp_uid}", "payment")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.make(pay_method="vbank", status="ready")["imp_uid"]})


@case("POST /receipts/{imp_uid}", "receipt")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.make(pay_method="vbank")["imp_uid"]}, body={**PHONE, "type": "person", **BUYER})


@case("GET /receipts/{imp_uid}", "receipt")
@case("DELETE /receipts/{imp_uid}", "receipt")
def _(api: Caller) -> Ask:
    uid = api.make(pay_method="vbank", pg_provider="html5_inicis")["imp_uid"]
    assert api.post(f"/receipts/{uid}", **PHONE).status_code == 200
    return Ask({"imp_uid": uid})


@case("POST /receipts/external/{merchant_uid}", "receipt")
def _(api: Caller) -> Ask:
    return Ask({"merchant_uid": new()}, body={"channel_key": KICC, "name": "현장 판매", "amount": 110_000, **PHONE})


@case("GET /receipts/external/{merchant_uid}", "receipt")
@case("DELETE /receipts/external/{merchant_uid}", "receipt")
def _(api: Caller) -> Ask:
    order = new()
    asked = {"channel_key": INICIS, "name": "현장 판매", "amount": 110_000, **PHONE}
    assert api.post(f"/receipts/external/{order}", **asked).status_code == 200
    return Ask({"merchant_uid": order})


@case("GET /cards", "codes")
@case("GET /banks", "codes")
@case("GET /users/pg", "channels")
def _(_api: Caller) -> Ask:
    return Ask()


@case("GET /cards/{card_standard_code}", "code")
@case("GET /banks/{bank_standard_code}", "code")
def _(_api: Caller) -> Ask:
    return Ask({"card_standard_code": "366", "bank_standard_code": "088"})


@case("GET /tiers/{tier_code}", "tier")
def _(_api: Caller) -> Ask:
    return Ask({"tier_code": "A01"})


@case("POST /certifications/otp/request", "otp")
def _(_api: Caller) -> Ask:
    return Ask(body={"channel_key": DANAL, "merchant_uid": new(), **PERSON})


@case("POST /certifications/otp/confirm/{imp_uid}", "certification")
def _(api: Caller) -> Ask:
    uid = api.post("/certifications/otp/request", channel_key=DANAL, **PERSON).json()["response"]["imp_uid"]
    return Ask({"imp_uid": uid}, body={"otp": api.served.control("GET", "/otp")["otp"][uid]})


@case("GET /certifications/{imp_uid}", "certification")
@case("DELETE /certifications/{imp_uid}", "certification")
def _(api: Caller) -> Ask:
    return Ask({"imp_uid": api.served.control("POST", "/certifications", {"name": "성춘향"})["imp_uid"]})


def test_every_operation_of_these_families_has_a_case():
    assert len(OPERATIONS) == 80
    assert set(CASES) == {operation.name for operation in COVERED}


def named(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.name)


@named(COVERED)
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_it_answers_in_the_published_shape(api: Caller, operation: Operation, form: bool):
    make, shape = CASES[operation.name]
    answer = ask(api, operation, make(api), form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["code"] == 0, answer.text
    assert has_the_shape_of("envelope", answer.json())
    assert has_the_shape_of(shape, answer.json()["response"])


def refused(answer: httpx.Response, *statuses: int) -> str:
    """The sentence of a refusal; its status is one of these."""
    assert answer.status_code in statuses, answer.text
    assert has_the_shape_of("envelope", answer.json())
    assert answer.json()["code"] in (1, -1)
    assert answer.json()["response"] is None
    return answer.json()["message"]


@named([operation for operation in COVERED if operation.needs])
def test_it_refuses_when_something_it_needs_is_missing(api: Caller, operation: Operation):
    for name in operation.needs:
        asked = CASES[operation.name][0](api)
        assert name in asked.body or name in asked.query
        asked.body = {given: value for given, value in asked.body.items() if given != name}
        asked.query = {given: value for given, value in asked.query.items() if given != name}
        message = refused(ask(api, operation, asked), 400)
        assert name.removesuffix("[]") in message or operation.family == "authenticate"


def with_(operation: Operation, asked: Ask, name: str, value: str) -> Ask:
    """The same call with another value, in the place where this operation takes it."""
    if f"{{{name}}}" in operation.path:
        asked.places = asked.places | {name: value}
    elif operation.method == "GET":
        asked.query = asked.query | {name: value}
    else:
        asked.body = asked.body | {name: value}
    return asked


@named([operation for operation in COVERED if operation.choices])
def test_it_takes_one_of_a_few(api: Caller, operation: Operation):
    for name, allowed in operation.choices.items():
        asked = with_(operation, CASES[operation.name][0](api), name, "nonsense")
        refused(ask(api, operation, asked), 400)
        if name in ("product_type", "cash_receipt_type", "verification_method", "pay_method", "sorting"):
            for value in allowed.split("|"):
                asked = with_(operation, CASES[operation.name][0](api), name, value)
                assert ask(api, operation, asked).json()["code"] == 0, (name, value)


@named([operation for operation in COVERED if operation.lengths])
def test_it_takes_no_longer_texts(api: Caller, operation: Operation):
    for name, most in operation.lengths.items():
        asked = with_(operation, CASES[operation.name][0](api), name, "x" * (most + 1))
        if name == "pg":
            asked.body = {given: value for given, value in asked.body.items() if given != "channel_key"}
        refused(ask(api, operation, asked), 200, 400)


@named([one for one in COVERED if 404 in one.statuses and "{" in one.path])
def test_it_does_not_find_what_is_not_there(api: Caller, operation: Operation):
    asked = CASES[operation.name][0](api)
    asked.places = {"payment_status": "all"}
    refused(ask(api, operation, asked), 404)


@named([operation for operation in OPERATIONS if operation.family != "authenticate"])
def test_it_wants_a_token(api: Caller, operation: Operation):
    assert refused(ask(api, operation, Ask({"payment_status": "all"}), token=False), 401) == "Unauthorized"


@named([operation for operation in OPERATIONS if operation.family in OTHER_FAMILIES])
def test_another_gateways_own_is_refused(api: Caller, operation: Operation):
    places = {"imp_uid": api.make()["imp_uid"]}
    body = dict.fromkeys(operation.needs, "1")
    answer = ask(api, operation, Ask(places, body=body if operation.method != "GET" else {}))
    assert refused(answer, 400) == "현재 지원되지 않는 PG사입니다."


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/subscribe/payments/onetime", {"merchant_uid": "k-1", "amount": 100, **CARD}, 400),
        ("POST", "/subscribe/payments/onetime", {"merchant_uid": "k-1", "amount": 100, "pg": "nice", **CARD}, 400),
        ("POST", "/subscribe/customers/k-1", {"channel_key": KICC, **CARD}, 400),
        ("POST", "/subscribe/customers/k-1", {"pg": "kicc.IM000998", **CARD}, 400),
        (
            "POST",
            "/subscribe/payments/schedule",
            {
                "customer_uid": "k-1",
                "schedules": [{"merchant_uid": "k-1", "schedule_at": 2**31, "amount": 1, "name": "x"}],
                **CARD,
            },
            400,
        ),
        (
            "POST",
            "/vbanks",
            {"channel_key": KICC, "merchant_uid": "k-1", "amount": 9, "vbank_code": "088", "vbank_due": 2**31},
            400,
        ),
        ("PUT", "/vbanks/{vbank}", {"amount": 9_000}, 400),
        ("DELETE", "/receipts/{cash}", {}, 501),
        ("DELETE", "/receipts/external/{external}", {}, 501),
        ("GET", "/payments/{cash}/balance", {}, 400),
    ],
)
def test_what_kicc_cannot_do_is_refused(api: Caller, method: str, path: str, body: dict, status: int):
    cash, external = api.make(pay_method="vbank")["imp_uid"], new()
    assert api.post(f"/receipts/{cash}", **PHONE).status_code == 200
    asked = {"channel_key": KICC, "name": "현장 판매", "amount": 1_000, **PHONE}
    assert api.post(f"/receipts/external/{external}", **asked).status_code == 200
    waiting = api.make(pay_method="vbank", status="ready")["imp_uid"]
    answer = api.http.request(
        method,
        path.format(vbank=waiting, cash=cash, external=external),
        headers={"Authorization": api.token},
        **({"json": body} if body else {}),
    )
    assert refused(answer, status) == "현재 지원되지 않는 PG사입니다."
    assert api.get("/subscribe/customers/k-1").status_code == 404
    assert api.get("/payments/find/k-1").status_code == 404


def test_an_operation_that_is_not_published_is_not_there(api: Caller):
    assert refused(api.post("/subscribe/payments/foreign"), 404) == "존재하지 않는 API입니다."
