"""Deliveries of escrow payments. KICC is not on the published list: `Switches.deliveries` says which way it goes."""

from __future__ import annotations

from lib import codes
from lib.sandbox import gateways, rules
from lib.sandbox.body import Body
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

PEOPLE = ("sender", "receiver")
PERSON, LOGIS = ("name", "tel", "addr", "postcode"), ("company", "invoice", "sent_at")
ALL_OF_A_PERSON = frozenset({"html5_inicis", "kicc"})
"""Inicis needs every field of both people; nothing is published for KICC, which is taken to need them too."""


def register(state: State, call: Call) -> object:
    """POST /escrows/logis/{imp_uid}: of a paid escrow payment, once."""
    with state.changing():
        body = _payment(state, call, "ship")
        delivery = _delivery(state, call, body)
        if not _may_ship(body):
            raise Refusal(rules.NOT_SHIPPABLE)
        if state.kept("escrow", body["imp_uid"]):
            raise Refusal(rules.SHIPPED_ALREADY)
        state.keep("escrow", body["imp_uid"], delivery)
        return delivery


def change(state: State, call: Call) -> object:
    """PUT /escrows/logis/{imp_uid}: of a delivery that was registered."""
    with state.changing():
        body = _payment(state, call, "change shipping")
        delivery = _delivery(state, call, body)
        if not _may_ship(body) or not state.kept("escrow", body["imp_uid"]):
            raise Refusal(rules.NOT_CHANGEABLE)
        state.keep("escrow", body["imp_uid"], delivery)
        return delivery


def one(state: State, call: Call) -> object:
    """GET /escrows/logis/{imp_uid}: 409 when nothing is registered."""
    found = state.kept("escrow", _payment(state, call, "ship")["imp_uid"])
    if found is None:
        raise Refusal(rules.NOT_SHIPPED)
    return found


def _payment(state: State, call: Call, act: str) -> Body:
    found = state.payment(call.path["imp_uid"])
    if found is None:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    body = found[0]
    if body["pg_provider"] != "kicc" or state.switches.deliveries == "published":
        gateways.demand(act, body["pg_provider"])
    return body


def _may_ship(body: Body) -> bool:
    """Paid for, and not all of it given back."""
    return bool(body["escrow"] and body["paid_at"] and body["amount"] > body["cancel_amount"])


def _delivery(state: State, call: Call, body: Body) -> Body:
    call.need(*PEOPLE, "logis")
    for who in PEOPLE:
        person = call.part(who)
        if body["pg_provider"] in ALL_OF_A_PERSON:
            person.need(*PERSON)
    logis = call.part("logis")
    logis.need(*LOGIS)
    if logis.text("company") not in codes.couriers():
        raise Refusal(rules.BAD_PARAMETER)
    sent = {"company": logis.text("company"), "invoice": logis.text("invoice"), "sent_at": logis.moment("sent_at")}
    return sent | {"applied_at": state.now()}
