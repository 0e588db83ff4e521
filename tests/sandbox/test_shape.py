"""Every answer has the published shape. The schema beside this file was written by hand from i'mport's, not from ours."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lib.sandbox import merchant
from tests.sandbox.calling import Caller

SCHEMA = json.loads(Path(__file__).with_name("answers.schema.json").read_text())
NOON = 1_787_194_800  # 2026-08-20 12:00:00 KST
ENDPOINTS = {  # every endpoint of the contract: the object in its `response`
    "/payments/{imp_uid}": "payment",
    "/payments?imp_uid[]={imp_uid}": "payments",
    "/payments?merchant_uid[]={merchant_uid}": "payments",
    "/payments/status/all?limit=1000": "page",
    "/payments/status/ready": "page",
    "/payments/status/paid": "page",
    "/payments/status/cancelled": "page",
    "/payments/status/failed": "page",
    "/payments/find/{merchant_uid}": "payment",
    "/payments/find/{merchant_uid}/paid": "payment",
    "/payments/findAll/{merchant_uid}": "page",
    "/payments/findAll/{merchant_uid}/paid": "page",
    "/payments/prepare/{merchant_uid}": "prepared",
    "/subscribe/customers/member_0000": "customer",
    "/subscribe/customers?customer_uid[]=member_0000": "customers",
    "/subscribe/customers/member_0000/payments": "page",
    "/users/pg": "channels",
    "/cards": "codes",
    "/cards/366": "code",
    "/banks": "codes",
    "/banks/088": "code",
}


@cache
def validator(of: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMA | {"$ref": f"#/$defs/{of}"})


def has_the_shape_of(name: str, value: Any) -> bool:
    wrong = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator(name).iter_errors(value)]
    assert not wrong, wrong[:5]
    return True


@pytest.mark.parametrize(("path", "name"), ENDPOINTS.items())
def test_an_answer_has_the_published_shape(api: Caller, path: str, name: str):
    made = api.make()
    api.post("/payments/prepare", merchant_uid=made["merchant_uid"], amount=1000)
    answer = api.get(path.format_map(made)).json()
    assert answer["code"] == 0
    assert has_the_shape_of("envelope", answer)
    assert has_the_shape_of(name, answer["response"])


def test_what_is_posted_is_answered_in_the_published_shape(api: Caller):
    pair = {"imp_key": api.served.key, "imp_secret": api.served.secret}
    assert has_the_shape_of("token", api.http.post("/users/getToken", json=pair).json()["response"])
    order = {"merchant_uid": "order-of-a-shape", "amount": 3_000}
    assert has_the_shape_of("prepared", api.post("/payments/prepare", **order).json()["response"])
    made = api.make(amount=9_000)
    assert has_the_shape_of("payment", api.cancel(made["imp_uid"], amount=1_000)["response"])
    assert has_the_shape_of("payment", api.cancel(made["imp_uid"])["response"])


@pytest.mark.parametrize("partly", ["cancelled", "paid"])
def test_the_seeded_payments_have_the_published_shape(partly: str):
    """Those made for their dangerous buyers and their edges, and a share of the rest."""
    bodies = [json.loads(json.dumps(body)) for body, _ in merchant.history(1, NOON, 2_000, 60, partly)]
    for body in bodies[-400:] + bodies[::6]:
        assert has_the_shape_of("payment", body)


def test_the_schema_would_notice(api: Caller):
    made = api.make()
    for wrong in (
        {"paid_at": None},
        {"amount": "1000"},
        {"status": "partial_cancelled"},
        {"updated_at": 1},
        {"cancel_history": None},
        {"card_number": "9400-00**-****-1234"},
    ):
        assert not validator("payment").is_valid(made | wrong)
    assert not validator("payment").is_valid({name: made[name] for name in made if name != "cancel_amount"})
