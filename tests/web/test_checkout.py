"""The pages on which a payment window opens, over real HTTP: who may see what, and what telling them something does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.buckets import Buckets
from lib.operations import payment_links
from lib.people.actor import Actor, Role
from lib.sandbox.window.opened import Windows
from lib.settings import Settings
from lib.web.checkout import policy, routes
from tests.desks import CS, VIEWER
from tests.sandbox_server import Served, running_sandbox
from tests.web.standing import Stand, made, said, standing

FIND = "GET /payments/findAll/{merchant_uid}/{status}"
SANDBOX = "http://127.0.0.1"


@pytest.fixture(scope="module")
def shop() -> Iterator[Served]:
    with running_sandbox(payments=20) as served:
        yield served


@pytest.fixture
def stand(shop: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    for name in ("callers", "links", "lookups", "tellings"):
        fresh: Buckets = getattr(routes, name)
        monkeypatch.setattr(routes, name, Buckets(fresh._rate, fresh._burst))
    with standing(shop, tmp_path, routes.ROUTES, thread=False, paydesk_shop="<가게>") as made:
        yield made


def link(stand: Stand, **changes: Any) -> str:
    given: dict[str, Any] = {
        "merchant_uid": payment_links.order(stand.desk.world),
        "name": '<img src=x onerror="a()">',
        "amount": 30_000,
        "methods": ["card", "vbank"],
    }
    link = payment_links.make(stand.desk.journal, CS, **given | changes)
    return "/pay/" + payment_links.token(stand.desk.journal.secret, link)


def order_of(stand: Stand, path: str) -> payment_links.Link:
    link = payment_links.find(stand.desk.journal, path.removeprefix("/pay/").split(".")[0])
    assert link is not None
    return link


def paid(stand: Stand, path: str, **changes: Any) -> dict[str, Any]:
    """The customer pays in the window; what the browser is told."""
    order = order_of(stand, path)
    params = {"merchant_uid": order.merchant_uid, "name": "주문", "amount": order.amount, "pay_method": "card"}
    params |= {"buyer_tel": "010-1234-5678"} | changes
    wish = {"code": "imp00000000", "tier": None, "mobile": False, "origin": SANDBOX, "params": params}
    windows = Windows(stand.shop.shop.state)
    choice: dict[str, Any] = {"outcome": "approve", "card": "366", "bank": "004"}
    return windows.decide(windows.open(wish, ""), choice)


def test_a_link_shows_its_order_to_anybody_and_nothing_of_the_desk(stand: Stand) -> None:
    got = stand.call(link(stand), **{"Accept-Language": "ko-KR"})
    assert got.status == 200
    for shown in ("30,000원", "&lt;가게&gt;", "&lt;img src=x", "가상계좌", "카드"):
        assert shown in got.text
    assert "<img" not in got.text
    assert "휴대폰 소액" not in got.text
    assert [
        part for part in got.text.split('href="')[1:] if not part.startswith(("?lang", "data:", "/checkout/files/"))
    ] == []
    assert "Set-Cookie" not in got.headers
    assert "Way to pay" in stand.call(link(stand) + "?lang=en").text


def test_what_a_script_reads_cannot_end_its_element(stand: Stand) -> None:
    page = stand.call(link(stand, name="</script><script>a()")).text
    assert page.count("<script") == page.count("</script>") == 3


def test_a_tampered_link_and_one_that_ended_are_refused(stand: Stand) -> None:
    path = link(stand)
    broken = stand.call(path[:-4] + "AAAA")
    assert (broken.status, "30,000" in broken.text) == (404, False)
    assert stand.call(path[:-4] + "AAAA/done", said(imp_uid="imp_1")).status == 404
    stand.clock.offset += 86_401
    ended = stand.call(path)
    assert (ended.status, "iamport.js" in ended.text) == (410, False)


def test_an_account_that_waits_shows_after_the_link_has_ended(stand: Stand) -> None:
    path = link(stand, hours=1)
    told = paid(stand, path, pay_method="vbank")
    stand.call(f"{path}/done", said(imp_uid=told["imp_uid"]))
    stand.clock.offset += 3_700
    page = stand.call(path)
    assert (page.status, told["vbank_num"] in page.text, "iamport.js" in page.text) == (200, True, False)


def test_a_paid_order_says_so_and_offers_no_window(stand: Stand) -> None:
    path = link(stand)
    told = paid(stand, path)
    assert stand.call(f"{path}/done", said(imp_uid=told["imp_uid"])).text == '{"known":true,"state":"paid"}'
    assert stand.state(told["imp_uid"]) == "paid"
    page = stand.call(path, **{"Accept-Language": "en"}).text
    assert "This order is paid" in page
    assert "iamport.js" not in page


def test_who_has_an_account_of_an_order_that_was_paid_is_told_not_to_deposit(stand: Stand) -> None:
    path = link(stand)
    for method in ("vbank", "card"):
        told = paid(stand, path, pay_method=method)
        stand.call(f"{path}/done", said(imp_uid=told["imp_uid"]))
    page = stand.call(path, **{"Accept-Language": "en"}).text
    assert "This order is paid" in page
    assert "Do not deposit to the account" in page


def test_a_link_that_was_paid_and_told_of_by_nobody_is_paid_all_the_same(stand: Stand) -> None:
    path = link(stand)
    paid(stand, path)
    assert "This order is paid" in stand.call(path, **{"Accept-Language": "en"}).text


def test_a_phone_that_comes_back_lands_on_the_clean_address(stand: Stand) -> None:
    path = link(stand)
    told = paid(stand, path, pay_method="vbank")
    back = stand.call(f"{path}?imp_uid={told['imp_uid']}&merchant_uid=x&error_msg=Call+010")
    assert (back.status, back.headers["Location"] if "Location" in back.headers else back.headers["location"]) == (
        303,
        path,
    )
    page = stand.call(path, **{"Accept-Language": "ko"}).text
    assert told["vbank_num"] in page
    assert "iamport.js" not in page


def test_telling_of_other_payments_shows_and_changes_nothing(stand: Stand) -> None:
    path = link(stand)
    other = made(stand.shop)
    assert stand.call(f"{path}/done", said(imp_uid=other)).text == '{"known":false,"state":"open"}'
    for nonsense in (b"", b"[]", b"{", said(imp_uid="../x"), said(imp_uid=None), b"x" * 20_000):
        assert stand.call(f"{path}/done", nonsense).text == '{"known":false,"state":"open"}'
    assert 'id="pay"' in stand.call(path).text


def test_an_order_is_looked_up_a_few_times_only(stand: Stand) -> None:
    path = link(stand)
    before = stand.calls(FIND)
    for _ in range(20):
        assert stand.call(path).status == 200
    assert stand.calls(FIND) - before <= 3 * 2  # an order that i'mport does not know may be asked for on two paths


def test_an_address_that_calls_too_often_waits_and_whoever_has_a_link_does_not(stand: Stand) -> None:
    first, second = link(stand), link(stand)
    statuses = [stand.call("/pay/nonsense").status for _ in range(70)]
    assert (statuses.count(404), statuses.count(429)) == (60, 10)
    statuses = [stand.call(first).status for _ in range(70)]
    assert (statuses.count(200), statuses.count(429)) == (60, 10)
    assert stand.call(second).status == 200
    stand.clock.paused += 1
    assert stand.call(first).status == 200


@pytest.mark.parametrize(
    "changes",
    [{"customer_uid": "thief", "pg": "kicc.IM000998"}, {"pg": "kicc.T5102001"}],
    ids=["a card registered for nothing", "a test channel"],
)
def test_what_is_not_what_was_asked_for_is_not_thanked_for(stand: Stand, changes: dict[str, Any]) -> None:
    path = link(stand)
    told = paid(stand, path, **changes)
    assert '"state":"wrong"' in stand.call(f"{path}/done", said(imp_uid=told["imp_uid"])).text
    page = stand.call(path, **{"Accept-Language": "ko"})
    assert page.status == 200
    assert "이 주문과 맞지 않는 결제가 확인되어" in page.text
    assert "결제가 완료" not in page.text
    assert "iamport.js" not in page.text


def test_a_withdrawn_link_shows_nothing_of_its_order(stand: Stand) -> None:
    path = link(stand)
    payment_links.withdraw(stand.desk.journal, CS, order_of(stand, path).merchant_uid)
    page = stand.call(path, **{"Accept-Language": "ko"})
    assert (page.status, "회수했습니다" in page.text, "30,000" in page.text) == (410, True, False)


def test_an_account_is_due_no_later_than_the_link_ends(stand: Stand) -> None:
    path = link(stand, hours=6)
    content = stand.call(path).text.split('type="application/json">')[1].split("</script>")[0]
    due = json.loads(content)["of"]["vbank"]["vbank_due"]
    told = paid(stand, path, pay_method="vbank", vbank_due=due)
    assert stand.shop.shop.state.payment(told["imp_uid"])[0]["vbank_date"] == order_of(stand, path).expires


def test_every_answer_carries_the_pages_own_policy(stand: Stand) -> None:
    path = link(stand)
    for page in (path, "/pay/x", "/checkout/run/x"):
        headers = {name.lower(): value for name, value in stand.call(page).headers.items()}
        rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert rules["script-src"] == f"'self' {stand.shop.url}"
        assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


def test_live_only_i_mport_s_script_runs_beside_our_own() -> None:
    live = Settings(imp_key="k", imp_secret="s", imp_code="imp12345678", paydesk_secret="x" * 32)
    assert live.sdk_url == "https://cdn.iamport.kr/v1/iamport.js"
    assert "script-src 'self' https://cdn.iamport.kr;" in policy.headers(live)["Content-Security-Policy"]
    beside = Settings()
    assert (beside.sdk_url, beside.merchant_code) == ("/sandbox/v1/iamport.js", "imp00000000")
    assert "script-src 'self';" in policy.headers(beside)["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["pay.js", "trial.js", "pay.css"])
def test_the_pages_files_are_served_and_no_others(stand: Stand, name: str) -> None:
    assert stand.call(f"/checkout/files/{name}").status == 200
    for other in ("routes.py", "..%2fsign_in.py", "%2e%2e/sign_in.py", "x"):
        assert stand.call(f"/checkout/files/{other}").status == 404


# -- trials ------------------------------------------------------------------------------------------------------------


def trial(stand: Stand, actor: Actor = CS, **changes: Any) -> str:
    id = stand.desk.world.nonce()
    params = {"merchant_uid": f"t-{id[:8]}", "name": "시험", "amount": 1_000, "pay_method": "card", "buyer_tel": "010"}
    stand.desk.trials.put(actor, id, params | changes)
    return id


def test_a_trial_shows_its_parameters_and_keeps_the_first_answer(stand: Stand) -> None:
    id = trial(stand, name="<b>시험</b>")
    page = stand.call(f"/checkout/run/{id}").text
    assert "&lt;b&gt;시험&lt;/b&gt;" in page
    imp_uid = made(stand.shop, merchant_uid=f"t-{id[:8]}", amount=1_000)
    told = {"success": True, "imp_uid": imp_uid, "status": "paid", "paid_amount": 1_000}
    assert stand.call(f"/checkout/run/{id}/callback", said(**told)).status == 200
    stand.call(f"/checkout/run/{id}/callback", said(imp_uid=made(stand.shop), status="cancelled"))
    kept = stand.desk.trials.find(id)
    assert kept is not None
    assert kept.callback == told
    assert kept.payment is not None
    assert (kept.payment.imp_uid, stand.state(imp_uid)) == (imp_uid, "paid")
    assert "iamport.js" not in stand.call(f"/checkout/run/{id}").text


def test_a_phone_brings_a_trials_answer_in_its_query(stand: Stand) -> None:
    id = trial(stand)
    imp_uid = made(stand.shop, merchant_uid=f"t-{id[:8]}", amount=1_000)
    assert stand.call(f"/checkout/run/{id}/back?imp_uid={imp_uid}&merchant_uid=t").status == 303
    kept = stand.desk.trials.find(id)
    assert kept is not None
    assert kept.payment is not None


def test_a_window_that_never_opened_is_an_answer_too(stand: Stand) -> None:
    id = trial(stand)
    stand.call(f"/checkout/run/{id}/callback", said(success=False, imp_uid=None, error_msg="<i>F400</i>"))
    page = stand.call(f"/checkout/run/{id}").text
    assert "&lt;i&gt;F400&lt;/i&gt;" in page


def decided(stand: Stand, id: str, outcome: str = "approve") -> str:  # the trial's own name
    """The tester decides in the window; what the trial's page then shows."""
    found = stand.desk.trials.find(id)
    assert found is not None
    wish = {"code": "imp00000000", "tier": None, "mobile": False, "origin": SANDBOX, "params": dict(found.params)}
    windows = Windows(stand.shop.shop.state)
    told = windows.decide(windows.open(wish, ""), {"outcome": outcome, "card": "366", "bank": "004"})
    stand.call(f"/checkout/run/{id}/callback", said(**told))
    return stand.call(f"/checkout/run/{id}?lang=en").text


def test_a_payment_that_failed_says_why(stand: Stand) -> None:
    page = decided(stand, trial(stand), "8521")
    assert "does not confirm this order as paid: [8521]" in page
    assert 'class="said bad"' in page


def test_an_account_that_is_only_issued_does_not_look_paid(stand: Stand) -> None:
    page = decided(stand, trial(stand, pay_method="vbank"))
    assert "the deposit is still missing" in page
    assert 'class="said wait"' in page
    assert "confirms amount and status" not in page


def test_a_billing_key_says_that_nothing_was_paid(stand: Stand) -> None:
    page = decided(stand, trial(stand, customer_uid="member_1", pg="kicc.IM000998"))
    assert "confirms the billing key" in page


def test_what_somebody_types_is_kept_for_an_hour_and_for_nobody_else(stand: Stand) -> None:
    trials = stand.desk.trials
    trials.draft(CS, "a", "card", "{}", written=True)
    kept = trials.drafted(CS, "a")
    assert kept is not None
    assert (kept.preset, kept.text, kept.written) == ("card", "{}", True)
    assert trials.drafted(Actor("박지훈", Role.CS), "a") is None
    assert stand.call("/checkout/run/a").status == 404
    with pytest.raises(Exception, match="not_allowed"):
        trials.draft(VIEWER, "b", "card", "{}", written=True)
    stand.clock.offset += 3_601
    assert trials.drafted(CS, "a") is None


def test_trials_end_are_not_guessed_and_are_not_everybodys(stand: Stand) -> None:
    assert stand.call("/checkout/run/00000000000000000000000000000000").status == 404
    assert stand.call("/checkout/run/x/callback", said(imp_uid="imp_1")).status == 404
    with pytest.raises(Exception, match="not_allowed"):
        trial(stand, VIEWER)
    with pytest.raises(Exception, match="not_allowed"):
        trial(stand, Actor("정하늘", Role.ADMIN))
    id = trial(stand)
    stand.clock.offset += 3_601
    assert stand.call(f"/checkout/run/{id}").status == 404
