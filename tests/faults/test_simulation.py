"""T1: simulated schedules, none of which may break an invariant; T7: each guard taken away, and the same judge objects.

`python -m tests.faults.simulation SEED` plays one again; `make soak` plays many more.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from lib.iamport.answer import Reached
from lib.journal import classify, resolve, send
from lib.journal.classify import Meaning
from lib.journal.parts import CrashPoint
from lib.operations import refunds
from tests.faults import simulation
from tests.faults.simulation import Violation
from tests.faults.upstream import CANCELS, READS

SCHEDULES, CHUNK = 20_000, 200
MOST = 1_500


@pytest.mark.parametrize("first", range(1, SCHEDULES, CHUNK))
def test_no_schedule_breaks_an_invariant(first: int, record_property: Callable[[str, object], None]) -> None:
    tally = simulation.run(range(first, first + CHUNK))
    for name in ("schedules", "operations", "crashes", "pauses", "late", "people"):
        record_property(name, getattr(tally, name))
    for kind, n in tally.faults.items():
        record_property(f"fault {kind}", n)
    for point, n in tally.points.items():
        record_property(f"point {point}", n)
    assert tally.schedules == CHUNK
    assert set(tally.points) == {point.value for point in CrashPoint}
    assert {*CANCELS, *READS} - {kind for kind, n in tally.faults.items() if n} == {"ok"}
    assert tally.crashes > 20


def without_checksum(patch: pytest.MonkeyPatch) -> None:
    """What is sent names no balance: i'mport executes whatever it is."""
    body = refunds._body

    def bare(ask: Any, reason: str, currency: str) -> bytes:
        import json

        made = json.loads(body(ask, reason, currency))
        del made["checksum"]
        return json.dumps(made).encode()

    patch.setattr(refunds, "_body", bare)


def fresh_balance_instead_of_the_seen_one(patch: pytest.MonkeyPatch) -> None:
    """The balance is read again just before sending, and that one is used."""
    submit = refunds.submit

    def refreshed(journal: Any, actor: Any, ask: Any, approved: Any = None) -> Any:
        from dataclasses import replace

        now = refunds.offer(journal, actor, ask.imp_uid).balance
        return submit(journal, actor, replace(ask, seen_balance=now), approved)

    patch.setattr(refunds, "submit", refreshed)


def no_answer_is_a_failure(patch: pytest.MonkeyPatch) -> None:
    judge = classify.classify

    def hasty(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.reached is Reached.NO_ANSWER:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", hasty)


def a_refusal_is_believed(patch: pytest.MonkeyPatch) -> None:
    judge = classify.classify

    def trusting(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.envelope and answer.code != 0:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", trusting)


def a_server_error_is_believed(patch: pytest.MonkeyPatch) -> None:
    judge = classify.classify

    def trusting(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.http_status >= 500:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", trusting)


def no_quiet_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(resolve, "QUIET_S", 0)
    patch.setattr(resolve, "LAG_S", 0)


def nobody_looks_before_refunding_again(patch: pytest.MonkeyPatch) -> None:
    """Neither late evidence nor the balance of the page behind the dialog is looked at."""
    offer = refunds.offer
    patch.setattr(refunds, "late", lambda _journal, _imp_uid: [])
    patch.setattr(refunds, "offer", lambda journal, actor, imp_uid, _page=None: offer(journal, actor, imp_uid))


def equal_amounts_are_ours(patch: pytest.MonkeyPatch) -> None:
    """Somebody's cancellation of our amount at our balance is taken for ours, mark or not."""
    fenced = resolve._fenced

    def greedy(operation: Any, first: Any, known: Any) -> Any:
        alike = [entry for entry in first if entry.amount == operation.amount]
        if alike:
            return resolve.Verdict("found in history", "confirmed", alike[0].cancellation_id, "fence")
        return fenced(operation, first, known)

    patch.setattr(resolve, "_fenced", greedy)


def nobody_looks_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_module("lib.journal.recover"), "unfinished", lambda _journal, _imp_uid="": [])


ABLATIONS = (
    without_checksum,
    fresh_balance_instead_of_the_seen_one,
    no_answer_is_a_failure,
    a_refusal_is_believed,
    a_server_error_is_believed,
    no_quiet_time,
    nobody_looks_before_refunding_again,
    equal_amounts_are_ours,
    nobody_looks_again,
)


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda a: a.__name__)
def test_each_guard_bears_weight(
    ablation: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """Without it some schedule among the first must break an invariant, or this whole machine would be blind."""
    ablation(monkeypatch)
    with pytest.raises(Violation):
        simulation.run(range(1, MOST))
    record_property(f"ablation {ablation.__name__.replace('_', ' ')}", 1)
