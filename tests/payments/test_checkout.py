"""The rules of the payment window's parameters, alone and against the sandbox's own, which share nothing with them."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lib.operations.trials import Trial
from lib.payments import browser_json, checkout_channels
from lib.payments.checkout import KINDS, PRODUCT, check, due_of, opens, order_number
from lib.payments.checkout_channels import Channel, Place
from lib.payments.checkout_code import WAYS, Comments, addressed, javascript, way_of
from lib.payments.checkout_presets import PRESETS, detail, preset
from lib.payments.days import KST
from lib.payments.record import Payment
from lib.payments.verified import rows, verdict
from lib.sandbox import gateways
from lib.sandbox.window import parameters
from lib.settings import Settings
from lib.text.language import language
from lib.text.sentences import sentence_of
from lib.web.checkout.page import trial_page

NOW = 1_795_392_309
GONE = "gone"
WORDING = Comments("s", "f", "a\nb", "r", "unpaid")
BILLING = "kicc.IM000998"
LISTED = [
    {"pg_provider": one.pg_provider, "pg_id": one.pg_id, "channel_name": one.name, "channel_key": key, "type": one.type,
     "sandbox": one.sandbox}
    for key, one in gateways.KEYS.items()
]  # fmt: skip
INICIS = next(key for key, one in gateways.KEYS.items() if one.pg_provider == "html5_inicis")
HERE = Place(checkout_channels.of(LISTED), practice=True)


def wish(name: str = "card", /, **changes: Any) -> dict[str, Any]:
    params = {"pg": "kicc", "merchant_uid": "o-1", **preset(name, NOW)}
    if name == "billing_key":
        params["pg"] = BILLING
    return {key: value for key, value in (params | changes).items() if value != GONE}


def codes_of(params: dict[str, Any], *, blocks: bool = True) -> set[tuple[str, str]]:
    return {(f.parameter, f.code) for f in check(params, NOW, HERE) if f.blocks is blocks}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_a_window(name: str) -> None:
    assert codes_of(wish(name)) == set()
    parameters.order(wish(name), NOW, mobile=False)


@pytest.mark.parametrize(
    ("preset_name", "changes", "parameter", "code"),
    [
        ("card", {"merchant_uid": GONE}, "merchant_uid", "checkout_missing"),
        ("card", {"buyer_tel": ""}, "buyer_tel", "checkout_missing"),
        ("card", {"merchant_uid": "x" * 41}, "merchant_uid", "checkout_too_long"),
        ("card", {"merchant_uid": 5}, "merchant_uid", "checkout_not_text"),
        ("card", {"name": "가" * 41}, "name", "checkout_too_long"),
        ("card", {"amount": "129000"}, "amount", "checkout_not_number"),
        ("card", {"amount": True}, "amount", "checkout_not_number"),
        ("card", {"amount": 0}, "amount", "checkout_amount"),
        ("card", {"amount": -5}, "amount", "checkout_amount"),
        ("card", {"amount": 1.5}, "amount", "checkout_not_number"),
        ("card", {"tax_free": 129_001}, "tax_free", "checkout_tax_free"),
        ("card", {"tax_free": -1}, "tax_free", "checkout_tax_free"),
        ("card", {"pay_method": "kakaopay"}, "pay_method", "checkout_method"),
        ("card", {"pg": "html5_inicis"}, "pg", "checkout_pg"),
        ("card", {"escrow": True}, "escrow", "checkout_escrow_method"),
        ("card", {"escrow": "Y"}, "escrow", "checkout_not_truth"),
        ("card", {"auth_mode": "3ds"}, "auth_mode", "checkout_key_in"),
        ("card", {"custom_data": "text"}, "custom_data", "checkout_not_object"),
        ("card", {"notice_url": ["https://a.example", "b"]}, "notice_url", "checkout_url"),
        ("card", {"confirm_url": "ftp://a.example"}, "confirm_url", "checkout_url"),
        ("card", {"m_redirect_url": "shop"}, "m_redirect_url", "checkout_url"),
        ("card", {"bypass": {"kicc": {"disp_cash_yn": "yes"}}}, "bypass", "checkout_cash"),
        ("card", {"display": {"card_quota": [1]}}, "display.card_quota", "checkout_quotas"),
        ("card", {"display": {"card_quota": "3"}}, "display.card_quota", "checkout_quotas"),
        ("direct", {"card": {"direct": {"code": "999"}}}, "card.direct", "checkout_card_code"),
        ("direct", {"card": {"direct": {"code": "366", "quota": 1}}}, "card.direct", "checkout_quota"),
        ("direct", {"amount": 49_999}, "card.direct", "checkout_quota_amount"),
        ("selected", {"card": {"detail": [{"card_code": "381"}]}}, "card.detail", "checkout_detail"),
        ("selected", {"card": {"detail": detail(["000"])}}, "card.detail", "checkout_card_code"),
        ("selected", {"card": {"detail": detail([])}}, "card.detail", "checkout_no_card"),
        ("trans_escrow", {"kiccProducts": GONE}, "kiccProducts", "checkout_escrow_needs"),
        ("trans_escrow", {"buyer_name": GONE}, "buyer_name", "checkout_escrow_needs"),
        ("trans_escrow", {"buyer_email": ""}, "buyer_email", "checkout_escrow_needs"),
        ("trans_escrow", {"kiccProducts": [{"orderNumber": "1", "name": "A", "quantity": 0, "amount": 1}]}, "kiccProducts",
         "checkout_product"),
        ("trans_escrow", {"kiccProducts": [{"orderNumber": 1, "name": "A", "quantity": 1, "amount": 1}]}, "kiccProducts",
         "checkout_product"),
        ("trans_escrow", {"kiccProducts": {"orderNumber": "1"}}, "kiccProducts", "checkout_not_list"),
        ("vbank", {"vbank_due": "내일"}, "vbank_due", "checkout_due"),
        ("vbank", {"vbank_due": "20261301"}, "vbank_due", "checkout_due"),
        ("vbank", {"vbank_due": "2026-11-22"}, "vbank_due", "checkout_due_past"),
        ("phone", {"digital": GONE}, "digital", "checkout_digital"),
        ("billing_key", {"customer_uid": "u" * 81}, "customer_uid", "checkout_too_long"),
        ("billing_key", {"customer_uid": ""}, "customer_uid", "checkout_customer"),
        ("billing_key", {"pay_method": "trans"}, "pay_method", "checkout_billing_card"),
        ("billing_key", {"customer_uid": " "}, "customer_uid", "checkout_customer"),
        ("billing_key", {"pg": "kicc"}, "customer_uid", "checkout_billing_channel"),
        ("billing_key", {"pg": GONE}, "customer_uid", "checkout_billing_channel"),
        ("card", {"pg": "kicc.IM1"}, "pg", "checkout_pg_unknown"),
        ("card", {"pg": GONE, "channelKey": "channel-key-of-nobody"}, "channelKey", "checkout_channel_unknown"),
        ("card", {"pg": GONE, "channelKey": INICIS}, "channelKey", "checkout_channel_unknown"),
        ("card", {"currency": "USD"}, "currency", "checkout_currency"),
        ("card", {"merchant_uid": "   "}, "merchant_uid", "checkout_missing"),
        ("card", {"merchant_uid": "o\n1"}, "merchant_uid", "checkout_control"),
        ("card", {"name": "\t\u3000"}, "name", "checkout_missing"),
        ("card", {"name": "a\x00b"}, "name", "checkout_control"),
        ("card", {"name": "\ud800"}, "name", "checkout_not_carried"),
        ("card", {"custom_data": {"a": ["\udfff"]}}, "custom_data", "checkout_not_carried"),
        ("card", {"buyer_tel": "abc"}, "buyer_tel", "checkout_telephone"),
        ("card", {"buyer_tel": "+-"}, "buyer_tel", "checkout_telephone"),
        ("card", {"amount": 10**25}, "amount", "checkout_not_carried"),
        ("card", {"amount": 10**12 + 1}, "amount", "checkout_amount_most"),
        ("card", {"confirm_url": ""}, "confirm_url", "checkout_url"),
        ("card", {"m_redirect_url": ""}, "m_redirect_url", "checkout_url"),
        ("card", {"display": {"card_quota": None}}, "display.card_quota", "checkout_quotas"),
        ("card", {"display": {"card_quota": [37]}}, "display.card_quota", "checkout_quotas"),
        ("direct", {"card": {"direct": {"code": "366", "quota": 37}}}, "card.direct", "checkout_quota"),
        ("direct", {"card": {"direct": {"code": 366}}}, "card.direct", "checkout_card_code"),
        ("direct", {"card": {"direct": {"code": ["366"]}}}, "card.direct", "checkout_card_code"),
        ("direct", {"card": {"direct": None}}, "card.direct", "checkout_card_code"),
        ("selected", {"card": {"detail": [{"card_code": ["*"], "enabled": False}]}}, "card.detail", "checkout_card_code"),
        ("trans_escrow", {"kiccProducts": [{"orderNumber": "1", "name": "A", "quantity": 1, "amount": -5}]}, "kiccProducts",
         "checkout_product"),
        ("trans_escrow", {"kiccProducts": [{"orderNumber": " ", "name": "A", "quantity": 1, "amount": 5}]}, "kiccProducts",
         "checkout_product"),
        ("vbank", {"vbank_due": "2027-12-01 18:00:60"}, "vbank_due", "checkout_due"),
        ("vbank", {"vbank_due": "0001-01-01"}, "vbank_due", "checkout_due_past"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_the_sandbox_opens_no_window_either(
    preset_name: str, changes: dict[str, Any], parameter: str, code: str
) -> None:
    params = wish(preset_name, **changes)
    assert (parameter, code) in codes_of(params)
    with pytest.raises(parameters.Wrong):
        parameters.order(params, NOW, mobile=False)


@pytest.mark.parametrize(
    ("preset_name", "changes", "parameter", "code"),
    [
        ("card", {"channelKey": next(iter(gateways.KEYS))}, "pg", "checkout_both_channels"),
        ("card", {"pg": GONE}, "channelKey", "checkout_no_channel"),
        ("card", {"ammount": 5}, "ammount", "checkout_unknown"),
        ("card", {}, "m_redirect_url", "checkout_no_redirect"),
        ("card", {"vbank_due": "20261201"}, "vbank_due", "checkout_due_unused"),
        ("card", {"confirm_url": "http://127.0.0.1:1/a"}, "confirm_url", "checkout_confirm"),
        ("selected", {"amount": 49_000}, "display.card_quota", "checkout_quota_amount"),
        ("direct", {}, "card.direct", "checkout_direct_mid"),
        ("billing_key", {"amount": 0}, "customer_uid", "checkout_billing_mid"),
    ],
)
def test_what_is_only_worth_knowing_opens_all_the_same(
    preset_name: str, changes: dict[str, Any], parameter: str, code: str
) -> None:
    params = wish(preset_name, **changes)
    assert (parameter, code) in codes_of(params, blocks=False)
    assert opens(check(params, NOW, HERE))
    parameters.order(params, NOW, mobile=False)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 200_000), st.text(max_size=50), st.lists(st.integers(0, 12), max_size=3),
    st.sampled_from([{"direct": None}, {"direct": {"code": 366}}, {"direct": {"code": "366", "quota": 37}}, {"card_quota": None},
                     {"card_quota": [37]}, " ", "a\nb", "a\x00", "\ud800", "USD", "KRW", "2099-12-01 18:00:60"]),
    st.sampled_from([{}, {"direct": {}}, {"detail": []}, {"card_quota": [2, 3]}, {"kicc": {}}, "card", "vbank", "20991231"]),
)  # fmt: skip
NAMES = sorted({*parameters.KINDS, "notice_url"} - {"channelKey", "pg", "m_redirect_url", "confirm_url", "notice_url"})


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(PRESETS), st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=3))
def test_a_window_opens_exactly_where_the_check_says_so(name: str, changes: dict[str, Any]) -> None:
    """Junk in any parameter: both sides must judge alike, and neither may fail."""
    params = wish(name, **deepcopy(changes))
    try:
        parameters.order(params, NOW, mobile=False)
        opened = True
    except parameters.Wrong:
        opened = False
    found = check(params, NOW, HERE)
    assert opens(found) is opened, (params, found)


def test_what_only_the_gateway_knows_is_a_doubt() -> None:
    live = Place(HERE.channels)
    found = check(wish("billing_key", pg="kicc"), NOW, live)
    assert ([f.code for f in found if f.doubts], opens(found)) == (["checkout_billing_doubt"], True)
    unread = check(wish(channelKey="any"), NOW, Place())
    assert ([f.code for f in unread if f.doubts], opens(unread)) == (["checkout_channel_unread"], True)


def test_a_sandbox_asks_this_machine_only_and_i_mport_anybody() -> None:
    params = wish(confirm_url="https://shop.example/confirm")
    assert ("confirm_url", "checkout_confirm_here") in codes_of(params)
    assert opens(check(params, NOW, Place(HERE.channels)))


LETTERS = st.characters() | st.sampled_from("\ud800\udfff\x00\u2028<")
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(10**20, 10**30) | st.floats() | st.text(LETTERS, max_size=8)
    | st.sampled_from(["366", "*", "card", "2026-12-01", "https://a.example", "__proto__"])
)  # fmt: skip
WORDS = st.text(LETTERS, max_size=5) | st.sampled_from(
    [*KINDS, "direct", "detail", "code", "card_code", "enabled", "quota", "card_quota", "kicc", "__proto__", *PRODUCT]
)
ANYTHING = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS, part, max_size=4), max_leaves=12
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PRESETS), st.dictionaries(WORDS, ANYTHING, max_size=4), st.booleans())
def test_any_json_is_judged_and_what_is_good_reaches_the_page_as_it_is(
    name: str, changes: dict[str, Any], alone: bool
) -> None:
    params = changes if alone else wish(name) | changes
    javascript(params, "imp12345678", "https://cdn.iamport.kr/v1/iamport.js", WORDING).encode()
    if not opens(check(params, NOW, HERE)):
        return
    html = trial_page(Settings(), language("ko"), Trial("t", "이수연", NOW, params))
    html.encode()
    held = html.split('<script id="order" type="application/json">')[1].split("</script>")[0]
    assert json.loads(held)["params"] == params
    assert browser_json.read(browser_json.write(params)) == params


@pytest.mark.parametrize("text", ["2026-12-01", "20261201", "2026-12-01 18:00:00", "20261201180000"])
def test_a_deadline_in_each_form_is_korean_time(text: str) -> None:
    hour = 18 if "18" in text else 23
    at = due_of(text)
    assert at is not None
    assert datetime.fromtimestamp(at, KST).strftime("%Y-%m-%d %H") == f"2026-12-01 {hour}"


def test_the_code_holds_what_was_given_and_cannot_leave_its_script() -> None:
    params = wish("selected", name='</script><img src=x> "따옴표"', custom_data={"a-b": [1, None], "c": {}})
    code = javascript(params, "imp12345678", "https://cdn.iamport.kr/v1/iamport.js", WORDING)
    assert code.count("</script>") == 2
    assert '"a-b": [1, null]' in code
    assert "// a b\n" in code
    assert json.loads(code.split("name: ")[1].split(",\n")[0]) == params["name"]


def test_the_code_reads_the_answer_before_it_tells_the_server() -> None:
    code = javascript(wish(), "imp12345678", "x.js", WORDING)
    assert code.index("response.success") < code.index("return;") < code.index("fetch(")


def test_a_key_that_javascript_would_swallow_stays_a_key() -> None:
    code = javascript(wish(custom_data={"__proto__": {"a": 1}}), "imp12345678", "x.js", WORDING)
    assert '["__proto__"]: {' in code


ONE = Channel("key-1", "M1")
TWO = Channel("key-2", "M2")
SHOP = Place((ONE, TWO, Channel("key-3", "M3"), Channel("key-4", "M3"), Channel("", "M5"), Channel("key-6", "")))


@pytest.mark.parametrize(
    ("named", "other"),
    [
        ({"channelKey": "key-2"}, {"pg": "kicc.M2"}),
        ({"pg": "kicc.M2"}, {"channelKey": "key-2"}),
        ({"pg": "kicc.M1", "channelKey": "key-2"}, {"pg": "kicc.M2"}),
        ({"pg": "kicc.M2", "channelKey": None}, {"channelKey": "key-2"}),
        ({"channelKey": "key-4"}, {"pg": "kicc.M3"}),
    ],
)
def test_an_order_goes_to_the_channel_it_names_by_its_key_or_by_its_pg(
    named: dict[str, Any], other: dict[str, str]
) -> None:
    params = wish(pg=GONE) | named
    written = way_of(params)
    assert addressed(params, written, SHOP) == params
    (way,) = {*WAYS} - {written}
    assert addressed(params, way, SHOP) == wish(pg=GONE) | other


@pytest.mark.parametrize(
    ("named", "place", "why"),
    [
        ({"channelKey": "channel-key-mine"}, SHOP, "checkout_code_unknown"),
        ({"pg": "kicc.MYMID"}, SHOP, "checkout_code_unknown"),
        ({"pg": "html5_inicis"}, Place((ONE,)), "checkout_code_unknown"),
        ({"pg": ["kicc"]}, Place((ONE,)), "checkout_code_unknown"),
        ({"channelKey": 5}, SHOP, "checkout_code_unknown"),
        ({"pg": "kicc.M5"}, SHOP, "checkout_code_unknown"),
        ({"channelKey": "key-6"}, SHOP, "checkout_code_unknown"),
        ({"pg": "kicc"}, SHOP, "checkout_code_several"),
        ({"pg": "kicc.M3"}, SHOP, "checkout_code_several"),
        ({"channelKey": "key-1"}, Place(), "checkout_code_unread"),
        ({"pg": "kicc.M1"}, Place(), "checkout_code_unread"),
        ({"channelKey": "key-1"}, Place(()), "checkout_code_unknown"),
    ],
)
def test_no_channel_takes_the_place_of_one_that_is_not_known(named: dict[str, Any], place: Place, why: str) -> None:
    params = wish(pg=GONE) | named
    written = way_of(params)
    assert addressed(params, written, place) == params
    (way,) = {*WAYS} - {written}
    assert addressed(params, way, place) == why
    assert sentence_of(why, language("ko"), name=way) != sentence_of("error", language("ko"))


def test_an_order_that_names_no_channel_goes_without_one() -> None:
    params = wish(pg=GONE)
    assert addressed(params, way_of(params), Place((ONE,))) == params
    assert {addressed(params, way, Place((ONE,))) for way in WAYS} == {"checkout_code_default"}  # type: ignore[arg-type]
    assert addressed(wish(pg="kicc"), "channelKey", Place((ONE,))) == wish(pg=GONE) | {"channelKey": "key-1"}


def test_order_numbers_fit_and_name_their_day() -> None:
    assert order_number("link", NOW, (1 << 40) - 1) == "link-261123-ffffffffff"


# -- three sources -----------------------------------------------------------------------------------------------------


def paid(**changes: Any) -> Payment:
    return Payment(**{"imp_uid": "imp_1", "merchant_uid": "o-1", "status": "paid", "amount": 129_000, **changes})


@pytest.mark.parametrize(
    ("payment", "said"),
    [
        (paid(), "paid"),
        (paid(amount=1_000), "not"),
        (paid(merchant_uid="o-2"), "not"),
        (paid(status="failed"), "not"),
        (paid(status="ready"), "not"),
        (None, "not"),
    ],
)
def test_an_order_is_confirmed_by_amount_and_status_of_i_mport_alone(payment: Payment | None, said: str) -> None:
    assert verdict(wish(), payment) == said


def test_an_issued_account_is_not_money_yet() -> None:
    issued = paid(status="ready", amount=42_000, vbank_num="110-1")
    assert verdict(wish("vbank"), issued) == "account"
    assert verdict(wish("vbank"), replace(issued, vbank_num="")) == "not"  # a window that was only opened
    assert verdict(wish("vbank"), replace(issued, status="paid")) == "paid"


def test_a_billing_key_is_confirmed_by_its_customer_uid() -> None:
    order = wish("billing_key")
    registered = paid(amount=0, customer_uid=order["customer_uid"])
    assert verdict(order, registered) == "key"
    shown = {row.field: row for row in rows(order, {}, registered, {})}
    assert shown["customer_uid"].server == shown["customer_uid"].order == order["customer_uid"]
    for other in ("", "somebody"):
        assert verdict(order, replace(registered, customer_uid=other)) == "not"
        assert {row.field: row.agree for row in rows(order, {}, replace(registered, customer_uid=other), {})}[
            "customer_uid"
        ] is False


def test_where_sources_differ_is_marked() -> None:
    told = {"imp_uid": "imp_1", "merchant_uid": "o-1", "status": "paid", "paid_amount": 129_000}
    forged = {"imp_uid": "imp_1", "merchant_uid": "o-1", "status": "cancelled"}
    found = {row.field: row.agree for row in rows(wish(), told, paid(pay_method="card"), forged)}
    assert found == {"imp_uid": True, "merchant_uid": True, "status": False, "amount": True, "pay_method": True}
    tampered = {row.field: row.agree for row in rows(wish(), told | {"paid_amount": 1_000}, paid(amount=1_000), {})}
    assert tampered["amount"] is False
