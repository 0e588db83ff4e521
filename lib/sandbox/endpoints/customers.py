"""Billing keys: read, registered by API (KICC cannot), deleted, and what was charged with them."""

from __future__ import annotations

import json

from lib.sandbox import gateways, keyed, rules
from lib.sandbox.body import Body
from lib.sandbox.call import Call, Raw
from lib.sandbox.endpoints.payments import paged
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

A_PAGE = 20


def one(state: State, call: Call) -> object:
    """GET /subscribe/customers/{customer_uid}."""
    return _known(state, call)


def several(state: State, call: Call) -> object:
    """GET /subscribe/customers?customer_uid[]=…: 207 when some are missing, 404 when all are."""
    wanted = call.query.get("customer_uid[]", [])
    if not wanted:
        raise Refusal(rules.missing(["customer_uid"]))
    found = [body for uid in wanted if (body := state.customer(uid))]
    if not found:
        raise Refusal(rules.no_such_customer(wanted[0]))
    return Raw(json.dumps(found, ensure_ascii=False), 200 if len(found) == len(wanted) else 207)


def register(state: State, call: Call) -> object:
    """POST /subscribe/customers/{customer_uid}: no money moves."""
    call.need("card_number", "expiry")
    gateways.demand_named(call)
    channel = gateways.chosen(call)
    gateways.demand("register card", channel.pg_provider)
    card = keyed.card(call, state.now(), keyed.REGISTERING)
    with state.changing():
        return keyed.keep(state, call, call.path["customer_uid"], channel, card)


def delete(state: State, call: Call) -> object:
    """DELETE /subscribe/customers/{customer_uid}: for good; what is scheduled with it stays, and will fail."""
    with state.changing():
        body = _known(state, call)
        state.drop_customer(body["customer_uid"])
        state.drop("card", body["customer_uid"])
        return body


def payments(state: State, call: Call) -> object:
    """GET /subscribe/customers/{customer_uid}/payments, paged by 20."""
    uid, page = _known(state, call)["customer_uid"], call.number("page", 1)
    if page < 1:
        raise Refusal(rules.BAD_PARAMETER)
    found = state.of_customer(uid)
    rows = [json.dumps(body, ensure_ascii=False) for body in found[(page - 1) * A_PAGE : page * A_PAGE]]
    return paged(len(found), rows, page, A_PAGE)


def _known(state: State, call: Call) -> Body:
    uid = call.path["customer_uid"]
    found = state.customer(uid)
    if found is None:
        raise Refusal(rules.no_such_customer(uid))
    return found
