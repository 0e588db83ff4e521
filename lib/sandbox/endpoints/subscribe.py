"""Reading billing keys."""

from __future__ import annotations

import json

from lib.sandbox import rules
from lib.sandbox.call import Call, Raw
from lib.sandbox.endpoints.payments import paged
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State


def customer(state: State, call: Call) -> object:
    """GET /subscribe/customers/{customer_uid}."""
    uid = call.path["customer_uid"]
    found = state.customer(uid)
    if found is None:
        raise Refusal(rules.no_such_customer(uid))
    return found


def customers(state: State, call: Call) -> object:
    """GET /subscribe/customers?customer_uid[]=…: 207 when some are missing, 404 when all are."""
    asked = call.query.get("customer_uid[]", [])
    if not asked:
        raise Refusal(rules.BAD_PARAMETER)
    found = [body for uid in asked if (body := state.customer(uid))]
    if not found:
        raise Refusal(rules.no_such_customer(asked[0]))
    return Raw(json.dumps(found, ensure_ascii=False), 200 if len(found) == len(asked) else 207)


def customer_payments(state: State, call: Call) -> object:
    """GET /subscribe/customers/{customer_uid}/payments, paged by 20."""
    uid, page = call.path["customer_uid"], max(1, call.number("page", 1))
    if state.customer(uid) is None:
        raise Refusal(rules.no_such_customer(uid))
    found = state.of_customer(uid)
    rows = [json.dumps(body, ensure_ascii=False) for body in found[(page - 1) * 20 : page * 20]]
    return paged(len(found), rows, page, 20)
