"""The approver is told whose order it is, by a masked name."""

from __future__ import annotations

from lib.queries import approving
from tests.desks import FINANCE, Bench


def test_briefs_are_masked(bench: Bench) -> None:
    imp_uid = bench.payment(buyer_name="홍길동", name="원목 의자", merchant_uid="ORD-brief")
    bench.journal.refresh(imp_uid)
    found = approving.briefs(bench.store, FINANCE, [imp_uid, "imp_none"])
    assert set(found) == {imp_uid}
    assert (found[imp_uid].buyer, found[imp_uid].product) == ("홍*동", "원목 의자")


def test_what_was_made_on_a_test_channel_is_known(bench: Bench) -> None:
    test, real = bench.payment(sandbox=True), bench.payment()
    for imp_uid in (test, real):
        bench.journal.refresh(imp_uid)
    assert approving.tests_among(bench.store, FINANCE, [test, real, "imp_none"]) == {test}
