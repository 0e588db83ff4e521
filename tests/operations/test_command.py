"""`python -m lib refund | recover | operations | users` as people run them: real processes, exit codes and JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.desks import CANCEL
from tests.sandbox_server import Served

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def lib(tmp_path_factory: pytest.TempPathFactory, shop: Served) -> Run:
    """Runs a command against the shop, on a database of this module in which 김하나 (cs) and 이두리 (viewer) live."""
    database = f"sqlite:///{tmp_path_factory.mktemp('desk')}/desk.db"
    given = {"IMP_KEY": shop.key, "IMP_SECRET": shop.secret, "IMP_API_URL": shop.url, "DATABASE_URL": database}
    environment = {**os.environ, **given, "PAYDESK_SECRET": "s" * 32}

    def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lib", *words]
        return subprocess.run(
            command, cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, timeout=150, check=False
        )

    for name, role in (("김하나", "cs"), ("이두리", "viewer")):
        made = run("users", "add", name, "--role", role, "--password-stdin", stdin="correct horse battery\n")
        assert made.returncode == 0, made.stderr
    run.environment = environment  # type: ignore[attr-defined]
    return run


def payment(shop: Served, **fields: Any) -> str:
    return str(shop.control("POST", "/payments", {"amount": 30_000, **fields})["imp_uid"])


def refund(
    lib: Run, imp_uid: str, amount: str = "10000", balance: str = "30000", name: str = "김하나", *more: str
) -> Any:
    words = ("--amount", amount, "--balance", balance, "--reason", "고객 변심", "--as", name)
    return lib("refund", imp_uid, *words, "--json", *more)


def test_confirmed_is_exit_code_0(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop)
    done = refund(lib, imp_uid)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["imp_uid"], told["amount"], told["balance"]) == ("CONFIRMED", imp_uid, 10_000, 30_000)
    assert told["operation"]
    assert told["cancellation_id"]
    assert told["message"]
    listed = json.loads(lib("operations", "--json").stdout)
    assert told in listed
    assert told not in json.loads(lib("operations", "--open", "--json").stdout)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("10000", "30000", "이두리"), "role"),
        (("10000", "30000", "아무개"), "아무개"),
        (("0", "30000"), "no amount"),
        (("30001", "30000"), "30,000"),
        (("10000", "29999"), "₩30,000 now, not ₩29,999"),
        (("만원", "30000"), "만원"),
        (("10.5", "30000"), "10.5"),
        (("10000", "30000", "김하나", "--bank", "088", "--account", "1101234", "--holder", "홍길동"), "account empty"),
    ],
)
def test_refused_is_exit_code_3_with_a_sentence(lib: Run, shop: Served, words: tuple[str, ...], part: str) -> None:
    imp_uid = payment(shop)
    done = refund(lib, imp_uid, *words)
    assert done.returncode == 3
    assert part in done.stderr
    told = json.loads(done.stdout)
    assert (told["operation"], told["state"], told["cancellation_id"]) == (None, "REFUSED", None)
    calls = shop.control("GET", "/requests")["requests"]
    assert not any(call["endpoint"] == CANCEL and call["body"].get("imp_uid") == imp_uid for call in calls)


def test_an_unknown_payment_is_refused(lib: Run) -> None:
    assert refund(lib, "imp_nobody").returncode == 3


def test_only_a_misuse_of_the_command_is_exit_code_2(lib: Run) -> None:
    assert lib("refund", "imp_1").returncode == 2


def test_a_refusal_of_the_gateway_is_waited_for(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop)
    message = "결제취소에 실패하였습니다. 취소 가능 기간이 지났습니다."
    shop.control("POST", "/faults", {"endpoint": CANCEL, "kind": "refused", "message": message})
    done = refund(lib, imp_uid)
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert told["state"] == "NOT_EXECUTED"
    assert message in told["message"]


def test_what_ran_without_an_answer_is_found(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop)
    shop.control("POST", "/faults", {"endpoint": CANCEL, "kind": "executed_then_no_answer"})
    assert refund(lib, imp_uid).returncode == 0


def test_four_shells_at_once_refund_once(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop)
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: refund(lib, imp_uid).returncode, range(4)))
    assert sorted(ended) == [0, 3, 3, 3]
    calls = shop.control("GET", "/requests")["requests"]
    assert sum(call["endpoint"] == CANCEL and call["body"].get("imp_uid") == imp_uid for call in calls) == 1


def test_a_virtual_account_and_its_refund_account(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop, pay_method="vbank", buyer_name="홍길동")
    account = ("--bank", "088", "--account", "110123456789", "--holder", "홍길동")
    done = refund(lib, imp_uid, "10000", "30000", "김하나", *account)
    assert done.returncode == 0, done.stderr
    assert "110123456789" not in done.stdout + done.stderr
    assert "110123456789" not in lib("operations", "--json").stdout


def test_recover_says_how_each_stands(lib: Run) -> None:
    done = lib("recover", "--json")
    assert done.returncode == 0
    assert all(
        row["state"] in ("UNKNOWN", "NEEDS_HUMAN", "NOT_EXECUTED", "CONFIRMED") for row in json.loads(done.stdout)
    )


def test_a_random_password_is_printed_once(lib: Run) -> None:
    made = lib("users", "add", "박세리", "--role", "finance")
    assert made.returncode == 0
    password = made.stdout.split("password: ")[1].strip()
    assert len(password) >= 20
    listed = lib("users", "list", "--json")
    assert password not in listed.stdout
    assert {row["name"]: row["role"] for row in json.loads(listed.stdout)}["박세리"] == "finance"


def test_a_file_is_tried_out_asked_for_and_approved_by_another(lib: Run, shop: Served, tmp_path: Path) -> None:
    paid = [payment(shop) for _ in range(2)]
    file = tmp_path / "반품.csv"
    file.write_text("imp_uid,amount,reason\n" + "".join(f"{uid},10000,변심\n" for uid in [*paid, "imp_0"]), "utf-8")
    words = ("refund", "--file", str(file), "--as", "김하나", "--json")
    tried = lib(*words, "--dry-run")
    assert tried.returncode == 3  # one row cannot be refunded
    found = json.loads(tried.stdout)
    assert [row["code"] for row in found["rows"]] == ["can_be_refunded", "can_be_refunded", "not_found"]
    assert (found["good"], found["total"]) == (2, 20_000)
    assert lib(*words, "--total", "30000").returncode == 3
    assert lib(*words).returncode == 2
    assert lib(*words[:3], "--as", "이두리", "--dry-run").returncode == 3

    with ThreadPoolExecutor() as beside:
        asking = beside.submit(lib, *words, "--total", "20,000")
        batch = waiting(lib)
        assert [shop_cancelled(shop, uid) for uid in paid] == [0, 0]
        approve_elsewhere(lib, batch)
        done = asking.result()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["confirmed"] == {"rows": 2, "won": 20_000}
    assert [shop_cancelled(shop, uid) for uid in paid] == [10_000, 10_000]
    again = lib(*words, "--total", "20000")
    assert (again.returncode, "already" in again.stderr) == (3, True)


def waiting(lib: Run) -> str:
    """The batch that waits for approval, once it is there."""
    ends = time.monotonic() + 60
    while True:
        found = json.loads(lib("batches", "--as", "김하나", "--json").stdout)
        for batch in found:
            if batch["state"] == "WAITING":
                return str(batch["batch"])
        assert time.monotonic() < ends


def shop_cancelled(shop: Served, imp_uid: str) -> int:
    found = shop.shop.state.payment(imp_uid)
    assert found is not None
    return int(found[0]["cancel_amount"])


def approve_elsewhere(lib: Run, batch: str) -> None:
    """In the desk, which is another process over the same database."""
    code = (
        "import sys; from lib import settings; from lib.desk import open_desk; from lib.people import accounts;"
        "from lib.operations import batches, running; from lib.world import World;"
        "desk = open_desk(settings.load(), World(), inline=True); desk.journal.recovered.set();"
        "actor = accounts.actor_named(desk.store, '박셋');"
        "running.run(desk.journal, batches.approve(desk.journal, actor, sys.argv[1]))"
    )
    made = lib("users", "add", "박셋", "--role", "finance", "--password-stdin", stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    done = subprocess.run([sys.executable, "-c", code, batch], cwd=ROOT, env=lib.environment, check=False)  # type: ignore[attr-defined]
    assert done.returncode == 0


@pytest.mark.parametrize("holder", ["홍\u200b길동", "\u3000"])
def test_a_holder_that_cannot_be_seen_is_said_to_be_there(lib: Run, shop: Served, holder: str) -> None:
    imp_uid = payment(shop, pay_method="vbank")
    to = ("--bank", "088", "--account", "110123456789", "--holder", holder)
    done = refund(lib, imp_uid, "10000", "30000", "김하나", *to)
    assert done.returncode == 3
    assert "cannot be seen" in json.loads(done.stdout)["message"]


def test_the_probe_refunds_nothing_that_i_mport_does_not_call_a_test(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop)
    refused = lib("probe", imp_uid, "--amount", "100", "--as", "김하나", "--json", "--test-channel")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "does not call this a test payment" in refused.stderr or "테스트 결제라고 하지 않는" in refused.stderr
    assert shop_cancelled(shop, imp_uid) == 0
    calls = shop.control("GET", "/requests")["requests"]
    assert not any(call["endpoint"] == CANCEL and call["body"].get("imp_uid") == imp_uid for call in calls)


def test_the_probe_says_what_holds_of_this_channel(lib: Run, shop: Served) -> None:
    imp_uid = payment(shop, sandbox=True)
    done = lib("probe", imp_uid, "--amount", "100", "--as", "김하나", "--json", "--test-channel")
    assert done.returncode == 0, done.stderr
    found = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert {name: finding["holds"] for name, finding in found.items()} == {
        "A1": True,
        "A2": None,
        "A3": True,
        "A4": True,
        "A5": True,
        "A6": True,
    }
    assert found["A1"]["seen"] == "20 at once, 1 ran"
    assert shop_cancelled(shop, imp_uid) == 100
    calls = shop.control("GET", "/requests")["requests"]
    assert sum(call["endpoint"] == CANCEL and call["body"].get("imp_uid") == imp_uid for call in calls) == 20
    refused = lib("probe", imp_uid, "--amount", "100", "--as", "이두리", "--test-channel")
    assert refused.returncode == 1
