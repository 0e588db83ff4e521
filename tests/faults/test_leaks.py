"""I12: whatever fails on the way, no secret stands in any row or log, and nothing of a buyer's in the journal or a log.

A refund to a buyer's bank account, which is the one that carries the most, under everything that i'mport may answer, with
every log record there is; then everything in the database, and the bytes of its files, are searched.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DeskError
from lib.journal.recover import recover
from lib.operations import offers, refunds
from lib.operations.refunds import Account
from tests.desks import CS, MINUTES_11, SECRET, Bench
from tests.faults.judge import WITHOUT_A_BUYER, chain_and_rows, every_row
from tests.faults.test_grid import OUTCOMES

ACCOUNT = Account(holder="도미솔", bank="088", number="110987654321")
FIELDS = ("buyer_name", "buyer_email", "buyer_tel", "buyer_addr")


@pytest.fixture
def files_and_folder(files: tuple[Bench, str], tmp_path: Path) -> tuple[Bench, Path]:
    return files[0], tmp_path


def test_nothing_leaks_whatever_is_answered(
    files_and_folder: tuple[Bench, Path], caplog: pytest.LogCaptureFixture, record_property: Any
) -> None:
    bench, folder = files_and_folder
    caplog.set_level(logging.DEBUG)
    buyers: set[str] = {ACCOUNT.holder, ACCOUNT.number}
    for outcome in OUTCOMES.values():
        imp_uid = bench.payment(pay_method="vbank")
        found = bench.shop.shop.state.payment(imp_uid)
        assert found is not None
        buyers |= {str(found[0][name]) for name in FIELDS if found[0].get(name)}
        with contextlib.suppress(DeskError):
            offer = offers.offer(bench.journal, CS, imp_uid)
            if outcome:
                bench.fault(**outcome)
            more = {"account": ACCOUNT, "tax_free": 0 if offer.needs_tax_free else None}
            bench.refund(imp_uid, offer.balance, offer.balance, **more)
        bench.shop.control("DELETE", "/faults")
        for operation in refunds.of_payment(bench.store, imp_uid):
            logging.getLogger("paydesk").info("%r", operation)  # as a careless line would
    bench.clock.offset += MINUTES_11
    recover(bench.journal, now_all=True)
    operations = refunds.latest(bench.store, 100)
    assert len(operations) == len(OUTCOMES)
    assert len(buyers) > 20

    secrets = {SECRET.decode(), bench.shop.secret, bench.iamport._token._value}
    chain_and_rows(bench.store, SECRET)
    for table, found_rows in every_row(bench.store).items():
        text = repr([{name: value for name, value in row.items() if name != "body"} for row in found_rows])
        assert not [secret for secret in secrets if secret in text], table
        if table in WITHOUT_A_BUYER:
            assert not [word for word in buyers if word in text], table
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("desk.db"))
    assert not [secret for secret in secrets if secret.encode() in kept]
    logged = caplog.text
    assert operations[0].id in logged
    assert not [word for word in secrets | buyers if word in logged]
    record_property("leaks_searched", len(secrets | buyers))
