"""The approver is told whose order it is, and whether the money goes to the buyer, by the whole name that nobody sees."""

from __future__ import annotations

from unicodedata import normalize

from lib.queries import approving
from tests.desks import FINANCE, Bench


def test_the_holder_is_compared_by_the_whole_name(bench: Bench) -> None:
    imp_uid = bench.payment(buyer_name="홍길동")
    bench.journal.refresh(imp_uid)
    asked = {
        holder: approving.holder_is_buyer(bench.store, FINANCE, imp_uid, holder)
        for holder in ("홍길동", " 홍 길동", normalize("NFD", "홍길동"), "홍금동", "")
    }
    assert list(asked.values()) == [True, True, True, False, False]
    assert approving.holder_is_buyer(bench.store, FINANCE, "imp_none", "홍길동") is None


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
