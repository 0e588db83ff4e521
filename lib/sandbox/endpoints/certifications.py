"""Identity certifications: asked for with a one-time password (Danal), read, and deleted.

The password that a telephone would show is told by the control API.
"""

from __future__ import annotations

import base64
import re

from lib.sandbox import gateways, orders, rules
from lib.sandbox.body import Body
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

FIRST_NUMBER = 600_000_000_000
CENTURY = {"1": 19, "2": 19, "3": 20, "4": 20, "5": 19, "6": 19, "7": 20, "8": 20}
"""The first digit of the second half of a resident number; 5 to 8 are foreigners."""


def request(state: State, call: Call) -> object:
    """POST /certifications/otp/request: the password is on its way to the telephone."""
    call.need("name", "phone", "birth", "gender_digit", "carrier")
    gateways.demand_named(call)
    channel = gateways.chosen(call, "certification")
    gateways.demand("certify by api", channel.pg_provider)
    call.one_of("verification_method", "SMS", "APP")
    birth, phone = _digits(call, "birth"), _digits(call, "phone")
    digit, carrier = call.text("gender_digit"), call.one_of("carrier", "SKT", "KT", "LGT")
    if not re.fullmatch(r"\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", birth) or digit not in CENTURY:
        raise Refusal(rules.BAD_PARAMETER)
    if not re.fullmatch(r"01\d{8,9}", phone):
        raise Refusal(rules.BAD_PARAMETER)
    bits = state.world.random_bits(96)
    person = {
        "name": call.text("name"),
        "gender": "male" if int(digit) % 2 else "female",
        "birthday": f"{CENTURY[digit]}{birth[:2]}-{birth[2:4]}-{birth[4:]}",
        "foreigner": int(digit) > 4,
        "phone": phone,
        "carrier": carrier,
    }
    made = certification(state, orders.imp_uid(FIRST_NUMBER + bits % 2**36), call.text("merchant_uid"), person)
    state.keep("otp", made["imp_uid"], f"{(bits >> 36) % 10**6:06d}")
    return {"imp_uid": made["imp_uid"]}


def certification(state: State, imp_uid: str, merchant_uid: str, person: Body) -> Body:
    """Keep one that is not yet done; nothing of the person is shown until it is."""
    body: Body = {
        "imp_uid": imp_uid,
        "merchant_uid": merchant_uid or None,
        "pg_tid": None,
        "pg_provider": "danal",
        **dict.fromkeys(("name", "gender", "birthday")),
        "foreigner": False,
        "phone": None,
        "carrier": None,
        "certified": False,
        "certified_at": 0,
        "unique_key": None,
        "unique_in_site": None,
        "origin": None,
        "foreigner_v2": None,
    }
    state.keep("certification", imp_uid, {"shown": body, "person": person})
    return body


def confirm(state: State, call: Call) -> object:
    """POST /certifications/otp/confirm/{imp_uid}: the person, when the password is right."""
    with state.changing():
        kept = _known(state, call)
        if kept["shown"]["certified"]:
            raise Refusal(rules.CERTIFIED_ALREADY)
        call.need("otp")
        if call.text("otp") != state.kept("otp", kept["shown"]["imp_uid"]):
            raise Refusal(rules.WRONG_OTP)
        return certify(state, kept)


def certify(state: State, kept: Body) -> Body:
    """It is done: the person is shown, with the keys that stand for them (CI 88 characters, DI 64)."""
    bits = state.world.random_bits(112 * 8).to_bytes(112)
    keys = {
        "unique_key": base64.b64encode(bits[:64]).decode(),
        "unique_in_site": base64.b64encode(bits[64:]).decode(),
        "pg_tid": f"{state.now()}{bits[0]:03d}",
    }
    shown: Body = kept["shown"] | kept["person"] | keys | {"certified": True, "certified_at": state.now()}
    state.keep("certification", shown["imp_uid"], kept | {"shown": shown})
    return shown


def one(state: State, call: Call) -> object:
    """GET /certifications/{imp_uid}: done or not, see `certified`."""
    return _known(state, call)["shown"]


def delete(state: State, call: Call) -> object:
    """DELETE /certifications/{imp_uid}: forgotten for good."""
    with state.changing():
        kept = _known(state, call)
        state.drop("certification", kept["shown"]["imp_uid"])
        state.drop("otp", kept["shown"]["imp_uid"])
        return kept["shown"]


def _known(state: State, call: Call) -> Body:
    found: Body | None = state.kept("certification", call.path["imp_uid"])
    if found is None:
        raise Refusal(rules.NOT_CERTIFIED)
    return found


def _digits(call: Call, name: str) -> str:
    return re.sub(r"\D", "", call.text(name))
