"""Who refunded how much on a day: to the won, and only what was made from here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lib.operations import approvals
from lib.payments.days import day_of
from lib.people import accounts
from lib.queries import refunded
from lib.settings import Limits
from tests.desks import CANCEL, CS, FINANCE, SECRET, VIEWER, Bench


def test_refunds_are_summed_by_the_person_who_asked(bench: Bench) -> None:
    bench.journal = replace(bench.journal, limits=Limits({"cs": 10_000}))
    for actor in (CS, FINANCE):
        accounts.add(bench.store, bench.world, SECRET, actor.name, actor.role, "correct horse battery staple")
    bench.refund(bench.payment(), 4_000)
    bench.refund(bench.payment(), 20_000, actor=FINANCE)
    above = approvals.request(bench.journal, CS, bench.ask(bench.payment(), 25_000))
    approvals.approve(bench.journal, FINANCE, above.id)
    bench.outside(bench.payment(), 7_000)
    bench.fault("forbidden")
    bench.refund(bench.payment(), 1_000)
    bench.fault("reset", CANCEL)
    bench.refund(bench.payment(), 2_000)
    today = day_of(int(bench.world.now()))
    frame = refunded.by_person(bench.store, VIEWER, today)
    assert frame.values.tolist() == [[CS.name, 2, 29_000, 25_000, 2_000], [FINANCE.name, 1, 20_000, 0, 0]]
    assert refunded.by_person(bench.store, VIEWER, today - timedelta(days=1)).empty
