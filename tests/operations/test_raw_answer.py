"""Who reads what i'mport has of a buyer is on record."""

from __future__ import annotations

from datetime import date

import pytest

from lib.errors import NotAllowed
from lib.iamport.errors import NotFound
from lib.operations import raw_answer
from lib.payments.days import Period
from lib.queries import activity
from tests.desks import ADMIN, CS, FINANCE, VIEWER, Bench

ALWAYS = Period(date(2020, 1, 1), date(2100, 1, 1))


def test_a_raw_answer_is_read_by_few_and_never_unseen(bench: Bench) -> None:
    imp_uid = bench.payment(buyer_name="홍길동")
    for actor in (CS, VIEWER):
        with pytest.raises(NotAllowed):
            raw_answer.read(bench.journal, actor, imp_uid)
    with pytest.raises(NotFound):
        raw_answer.read(bench.journal, FINANCE, "imp_nobody")
    assert raw_answer.read(bench.journal, FINANCE, imp_uid)["buyer_name"] == "홍길동"
    frame = activity.entries(bench.store, ADMIN, activity.Activity(ALWAYS), below=None, limit=10)
    assert frame[["actor", "action", "object"]].values.tolist() == [[FINANCE.name, raw_answer.ACTION, imp_uid]]
