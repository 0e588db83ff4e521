"""The form over the payment window's parameters, there and back, and JSON as a browser reads it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import BadInput
from lib.payments import browser_json
from lib.payments.checkout_fields import EMPTY, fields_of, params_of
from lib.payments.checkout_presets import PRESETS, detail
from tests.payments.test_checkout import ANYTHING, BILLING, HERE, WORDS, wish

CHANNELS = HERE.channels or ()


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_has_a_field_for_each_of_its_parameters(name: str) -> None:
    params = wish(name, pg=BILLING)
    fields = fields_of(params, CHANNELS)
    assert fields["others"] == ""
    assert params_of(fields, CHANNELS) == params


NEAR = st.sampled_from(
    [
        {"card": {"direct": {"code": "366"}}}, {"card": {"direct": {"code": "366", "quota": True}}},
        {"card": {"detail": detail(["381", "381"])}}, {"card": {"detail": detail([]), "direct": None}},
        {"display": {"card_quota": [6, 3]}}, {"display": {"card_quota": []}}, {"escrow": False}, {"kiccProducts": []},
        {"kiccProducts": [{"orderNumber": None, "name": "a", "quantity": 1, "amount": 2**60}]}, {"pg": "kicc"},
        {"kiccProducts": [{"orderNumber": None, "name": "a", "quantity": 1, "amount": None}]}, {"notice_url": ["a"]},
        {"notice_url": "a b"}, {"notice_url": ["a", "b"]}, {"custom_data": None}, {"custom_data": "[1]"}, {"pg": BILLING},
        {"channelKey": CHANNELS[1].key}, {"channelKey": "x"}, {"tax_free": 0}, {"digital": False}, {"digital": 1},
        {"bypass": {"kicc": {"disp_cash_yn": "Y"}}}, {"company": "가게"}, {"vbank_due": "20261201"}, {"name": ""},
        {"name": "a\nb"}, {"name": "가" * 301}, {"amount": 10**25}, {"amount": "5"}, {"pay_method": "kakaopay"},
    ]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(PRESETS), st.lists(NEAR, max_size=3), st.dictionaries(WORDS, ANYTHING, max_size=3), st.booleans()
)
def test_what_was_written_as_json_comes_back_through_the_form(
    name: str, near: list[dict[str, object]], changes: dict[str, object], alone: bool
) -> None:
    params = {} if alone else wish(name)
    for change in near:
        params |= change
    try:
        params = browser_json.read_object(browser_json.write(params | changes))
    except BadInput:
        return
    fields = fields_of(params, CHANNELS)
    assert fields.keys() == EMPTY.keys()
    assert browser_json.write(fields).encode()
    again = params_of(fields, CHANNELS)
    assert {key: browser_json.write(value) for key, value in again.items()} == {
        key: browser_json.write(value) for key, value in params.items()
    }


def test_another_way_to_pay_leaves_the_fields_of_the_first() -> None:
    fields = fields_of(wish("selected"), CHANNELS)
    assert "card" not in params_of(fields | {"method": "trans"}, CHANNELS)
    assert params_of(fields | {"method": "trans"} | {"method": "card"}, CHANNELS) == wish("selected", pg="kicc")


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ('{"a": 1,\n "b": }', "checkout_not_json", 2),
        ("", "checkout_not_json", 1),
        ('{"a": NaN}', "checkout_json_number", None),
        ('{"a": 1e999}', "checkout_json_number", None),
        ('{"a": ' + "9" * 5_000 + "}", "checkout_json_number", None),
        ('{"a": ' + "[" * 31 + "]" * 31 + "}", "checkout_json_deep", None),
        ("[" * 100_000, "checkout_json_deep", None),
        ("[]", "checkout_json_object", None),
    ],
)
def test_what_no_browser_takes_is_refused_with_its_line(text: str, why: str, line: int | None) -> None:
    with pytest.raises(BadInput) as refused:
        browser_json.read_object(text)
    assert (refused.value.why, refused.value.facts.get("line")) == (why, line)


def test_numbers_are_those_of_javascript() -> None:
    read = browser_json.read('[1.0, 1e3, 0.5, -0.0, "\\ud800"]')
    assert [type(one) for one in read] == [int, int, float, int, str]
    assert browser_json.write(read) == '[1, 1000, 0.5, 0, "\\ud800"]'
