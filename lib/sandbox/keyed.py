"""Cards typed into the API: checked as a gateway checks them, and never kept but masked."""

from __future__ import annotations

import re
from typing import NamedTuple

from lib.sandbox import charges, people, rules
from lib.sandbox.body import CUSTOMER, Body
from lib.sandbox.call import Call
from lib.sandbox.gateways import Channel
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

NUMBER, EXPIRY = re.compile(r"\d{4}-\d{4}-\d{4}-\d{4}"), re.compile(r"\d{4}-(0[1-9]|1[0-2])")
PAYING, REGISTERING = "카드정보 인증", "카드정보 인증 및 빌키 발급"
WRONG_NUMBER, WRONG_EXPIRY = "유효하지않은 카드번호를 입력하셨습니다.", "유효기간을 확인하여 주십시오."
LONGEST_UID = 80
LENGTHS = {
    "customer_name": 20,
    "customer_tel": 20,
    "customer_email": 200,
    "customer_addr": 200,
    "customer_postcode": 8,
}


class Card(NamedTuple):
    """What is kept of a card: its masked number (6 and 4 digits), its last month (YYYY-MM), and whose it is."""

    masked: str
    expires: str
    code: str | None
    name: str | None


def card(call: Call, now: int, act: str) -> Card:
    """The card in a call (`card_number` dddd-dddd-dddd-dddd, `expiry` YYYY-MM). Refused in the gateway's words."""
    number, expires = call.text("card_number"), call.text("expiry")
    digits = number.replace("-", "")
    if not NUMBER.fullmatch(number) or not _checks(digits):
        raise Refusal(rules.card_refused(act, WRONG_NUMBER))
    if not EXPIRY.fullmatch(expires) or charges.past(expires, now):
        raise Refusal(rules.card_refused(act, WRONG_EXPIRY))
    issuer = next(((code, name) for code, name, _, first in people.ISSUERS if digits.startswith(first)), (None, None))
    return Card(f"{digits[:6]}******{digits[-4:]}", expires, *issuer)


def key(call: Call, customer_uid: str | None, channel: Channel, known: Card) -> Body:
    """A billing key's body for this card and channel; `customer_*` falls back to `buyer_*`, as with i'mport."""
    texts = {name: call.text(name) or call.text(name.replace("customer_", "buyer_")) for name in LENGTHS}
    if any(len(text) > LENGTHS[name] for name, text in texts.items()) or len(customer_uid or "") > LONGEST_UID:
        raise Refusal(rules.BAD_PARAMETER)
    return CUSTOMER | {
        "customer_uid": customer_uid,
        "pg_provider": channel.pg_provider,
        "pg_id": channel.pg_id,
        "sandbox": channel.sandbox,
        "customer_id": call.text("customer_id") or None,
        "card_name": known.name,
        "card_code": known.code,
        "card_number": known.masked,
        **{name: text or None for name, text in texts.items()},
    }


def keep(state: State, call: Call, customer_uid: str, channel: Channel, known: Card) -> Body:
    """Register the card under this id; a card that was there is replaced."""
    return register(state, key(call, customer_uid, channel, known), expires=known.expires)


def register(state: State, body: Body, *, expires: str = "", fail_reason: str = "") -> Body:
    """Write a billing key, however it came (a window's too), and what is known of its card (see `charges`)."""
    was, now = state.customer(body["customer_uid"]), state.now()
    body = body | {"inserted": was["inserted"] if was else now, "updated": now}
    state.put_customers([body])
    charges.know(state, body["customer_uid"], expires=expires, fail_reason=fail_reason)
    return body


def _checks(digits: str) -> bool:
    """The check digit is right (Luhn)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0
