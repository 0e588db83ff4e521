"""When each customer's money arrives, what is due first at the top, and nothing that should have arrived."""

from __future__ import annotations

from lib.operations.promises import open_promises
from lib.payments.days import day_of
from tests.desks import CS, Bench


def test_refunds_on_their_way_are_listed_by_the_day_they_are_due(bench: Bench) -> None:
    same_day = bench.payment(20_000, pay_method="card")
    later = bench.payment(30_000, pay_method="card")
    bench.refund(later, 10_000)
    bench.refund(same_day, 20_000, 20_000)
    outside = bench.payment(15_000)
    bench.outside(outside, 15_000)
    bench.journal.refresh(outside)
    found = open_promises(bench.store, CS, bench.world.now())
    today = day_of(int(bench.world.now()))
    assert [promise.imp_uid for promise in found] == [same_day, later]
    assert (found[0].expected.first, found[0].expected.last) == (today, today)
    assert found[1].expected.first > today
    assert (found[1].amount, found[1].requested_by) == (10_000, CS.name)
    assert open_promises(bench.store, CS, bench.world.now() + 20 * 86_400) == []
