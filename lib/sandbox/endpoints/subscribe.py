"""Charging without a window: with a billing key (KICC can), or with a card typed into the API (KICC cannot)."""

from __future__ import annotations

from lib.sandbox import charges, gateways, keyed, rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State


def again(state: State, call: Call) -> object:
    """POST /subscribe/payments/again: a payment, paid or failed; a used order number or an unknown key is refused."""
    call.need("customer_uid", "merchant_uid", "amount")
    gateways.chosen(call)
    with state.changing():
        key = state.customer(call.text("customer_uid"))
        if key is None:
            raise Refusal(rules.CHARGE_UNKNOWN)
        wanted = charges.asked(call, key["pg_provider"])
        charges.demand_new(state, call.text("merchant_uid"))
        return charges.charge(state, key, wanted, "payment", state.now())


def onetime(state: State, call: Call) -> object:
    """POST /subscribe/payments/onetime: the card typed here is kept under `customer_uid` when there is one."""
    call.need("merchant_uid", "amount", "card_number", "expiry")
    channel = gateways.chosen(call)
    gateways.demand("key in", channel.pg_provider)
    call.need("buyer_email", "buyer_tel")
    wanted = charges.asked(call, channel.pg_provider)
    card = keyed.card(call, state.now(), keyed.PAYING)
    uid = call.text("customer_uid") or None
    with state.changing():
        charges.demand_new(state, call.text("merchant_uid"))
        key = keyed.key(call, uid, channel, card)
        payment = charges.charge(state, key, wanted, "payment" if uid else None, state.now())
        if uid and payment["status"] == "paid":
            keyed.register(state, key, expires=card.expires)
        return payment
