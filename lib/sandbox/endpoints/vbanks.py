"""Virtual accounts: KICC closes one (they are issued in its window only); Inicis issues and closes, Hecto changes."""

from __future__ import annotations

from lib import codes
from lib.sandbox import charges, gateways, orders, rules, webhooks
from lib.sandbox.body import FIELDS, Body
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

LENGTHS = {"vbank_holder": 16, "vbank_key": 13, "business_registration_number": 10}
CLOSED = "계좌말소"


def issue(state: State, call: Call) -> object:
    """POST /vbanks: a payment that waits for its deposit until `vbank_due` (epoch seconds)."""
    call.need("merchant_uid", "amount", "vbank_code", "vbank_due")
    gateways.demand_named(call)
    channel = gateways.chosen(call)
    gateways.demand("issue vbank", channel.pg_provider)
    call.need("vbank_holder", "buyer_name", "buyer_email", "name")
    wanted, due = charges.asked(call, channel.pg_provider), call.moment("vbank_due")
    call.at_most(LENGTHS)
    banks, code, holder = codes.banks(channel.pg_provider), call.text("vbank_code"), call.text("vbank_holder")
    if code not in banks or due <= state.now():
        raise Refusal(rules.BAD_PARAMETER)
    _demand_pg_api_key(call, channel.pg_provider)
    bits, now = state.world.random_bits(96), state.now()
    body: Body = FIELDS | wanted.fields
    body |= {
        "imp_uid": charges.fresh(state, charges.FIRST_NUMBER + bits % 2**36),
        "pay_method": "vbank",
        "channel": "api",
        "pg_provider": channel.pg_provider,
        "pg_id": channel.pg_id,
        "sandbox": channel.sandbox,
        "status": "ready",
        "started_at": now,
        "vbank_code": code,
        "vbank_name": banks[code].ko,
        "vbank_num": call.text("vbank_num") or f"{(bits >> 36) % 10**13:013d}",
        "vbank_holder": holder,
        "vbank_issued_at": now,
        "vbank_date": due,
    }
    body["pg_tid"] = orders.number_of(body, now, bits >> 36)
    with state.changing():
        charges.demand_new(state, call.text("merchant_uid"))
        state.put(body, wanted.tax_free, now)
        webhooks.listen(state, body["imp_uid"], wanted.notice_url)
        webhooks.send(state, body)
    return body


def change(state: State, call: Call) -> object:
    """PUT /vbanks/{imp_uid}: another amount or deadline while nobody has paid."""
    amount = call.money("amount")
    with state.changing():
        body, tax_free = _waiting(state, call)
        gateways.demand("change vbank", body["pg_provider"])
        due = call.moment("vbank_due") if call.money("vbank_due") is not None else body["vbank_date"]
        if (amount is not None and amount < max(1, tax_free)) or due <= state.now():
            raise Refusal(rules.BAD_PARAMETER)
        after = body | {"amount": amount or body["amount"], "vbank_date": due}
        state.put(after, tax_free, state.now())
        return after


def close(state: State, call: Call) -> object:
    """DELETE /vbanks/{imp_uid}: nobody can pay into it any more; the payment turns failed."""
    with state.changing():
        body, tax_free = _waiting(state, call)
        gateways.demand("close vbank", body["pg_provider"])
        _demand_pg_api_key(call, body["pg_provider"])
        after = body | {"status": "failed", "failed_at": state.now(), "fail_reason": CLOSED}
        state.put(after, tax_free, state.now())
        return after


def _waiting(state: State, call: Call) -> tuple[Body, int]:
    found = state.payment(call.path["imp_uid"])
    if found is None:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    if found[0]["pay_method"] != "vbank":
        raise Refusal(rules.VBANK_NONE)
    if found[0]["status"] != "ready" or not found[0]["vbank_num"]:
        raise Refusal(rules.VBANK_NOT_READY)
    return found


def _demand_pg_api_key(call: Call, provider: str) -> None:
    """Inicis wants its own key in the query."""
    if provider == "html5_inicis" and not any(call.query.get("pg_api_key", [])):
        raise Refusal(rules.PG_API_KEY)
