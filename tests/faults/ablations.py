"""T7: every guard of the design, switched off by a small patch, and what then must break a rule.

Nothing here is a test: `test_ablations` runs the table at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lib.iamport.answer import Reached
from lib.journal import classify, gate, late, permit, resolve, send
from lib.journal.classify import Meaning
from lib.journal.life import State
from lib.operations import offers, refunds
from lib.store.statements import approvals as approval_statements
from lib.store.statements import operations as statements
from tests.faults import directed, simulation, stories

Patch = pytest.MonkeyPatch
recover: Any = import_module("lib.journal.recover")
MOST = 1_500
"""Simulated schedules among which one must break a rule."""


# -- guards whose loss chance finds -----------------------------------------------------------------------------------


def without_checksum(patch: Patch) -> None:
    """What is sent names no balance: i'mport executes whatever it is."""
    body = refunds._body

    def bare(ask: Any, reason: str, currency: str) -> bytes:
        made = json.loads(body(ask, reason, currency))
        del made["checksum"]
        return json.dumps(made).encode()

    patch.setattr(refunds, "_body", bare)


def fresh_balance_instead_of_the_seen_one(patch: Patch) -> None:
    """The balance is read again just before sending, and that one is used."""
    submit = refunds.submit

    def refreshed(journal: Any, actor: Any, ask: Any, approved: Any = None) -> Any:
        now = offers.offer(journal, actor, ask.imp_uid).balance
        return submit(journal, actor, replace(ask, seen_balance=now), approved)

    patch.setattr(refunds, "submit", refreshed)


def no_answer_is_a_failure(patch: Patch) -> None:
    judge = classify.classify

    def hasty(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.reached is Reached.NO_ANSWER:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", hasty)


def a_refusal_is_believed(patch: Patch) -> None:
    judge = classify.classify

    def trusting(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.envelope and answer.code != 0:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", trusting)


def a_server_error_is_believed(patch: Patch) -> None:
    judge = classify.classify

    def trusting(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        if answer.http_status >= 500:
            return Meaning("never left", "refused")
        return judge(answer, operation, marks)

    patch.setattr(send, "classify", trusting)


def no_quiet_time(patch: Patch) -> None:
    patch.setattr(resolve, "QUIET_S", 0)
    patch.setattr(resolve, "LAG_S", 0)


def nobody_looks_before_refunding_again(patch: Patch) -> None:
    """Neither late evidence nor the balance of the page behind the dialog is looked at."""
    offer = offers.offer
    patch.setattr(offers, "late", lambda _journal, _imp_uid: [])
    patch.setattr(offers, "offer", lambda journal, actor, imp_uid, _page=None: offer(journal, actor, imp_uid))


def equal_amounts_are_ours(patch: Patch) -> None:
    """Somebody's cancellation of our amount at our balance is taken for ours, mark or not."""
    fenced = resolve._fenced

    def greedy(operation: Any, first: Any, known: Any) -> Any:
        alike = [entry for entry in first if entry.amount == operation.amount]
        if alike:
            return resolve.Verdict("found in history", "confirmed", alike[0].cancellation_id, "fence")
        return fenced(operation, first, known)

    patch.setattr(resolve, "_fenced", greedy)


def nobody_looks_again(patch: Patch) -> None:
    patch.setattr(recover, "unfinished", lambda _journal, _subject="": [])


# -- guards on which only the narrowest places depend ------------------------------------------------------------------


def a_failure_is_definite_on_any_attempt(patch: Patch) -> None:
    """What is definite of the first attempt is taken for definite of a later one."""
    judge = classify.classify

    def hasty(answer: Any, operation: Any, marks: frozenset[str] = frozenset()) -> Meaning:
        first = replace(operation, attempts=1) if answer.reached is Reached.NOT_SENT else operation
        return judge(answer, first, marks)

    patch.setattr(send, "classify", hasty)


def a_later_refusal_is_believed(patch: Patch) -> None:
    """A plain refusal of any sending is taken to speak of all of them."""
    plainly = resolve.plainly_refused

    def hasty(operation: Any, read_began: float, known: Any) -> bool:
        return plainly(replace(operation, attempts=1), read_began, known)

    patch.setattr(resolve, "plainly_refused", hasty)


def the_checksum_is_refreshed_on_retry(patch: Patch) -> None:
    mint, balance = permit.mint, dict[str, int]()
    read = directed.Scripted.payment

    def reading(upstream: Any, imp_uid: str) -> Any:
        payment = read(upstream, imp_uid)
        balance[imp_uid] = payment.balance
        return payment

    def refreshed(operation: Any, world: Any) -> Any:
        granted = mint(operation, world)
        body = json.loads(granted.body) | {"checksum": balance[operation.imp_uid]}
        return replace(granted, body=json.dumps(body).encode()) if operation.attempts > 1 else granted

    patch.setattr(directed.Scripted, "payment", reading)
    patch.setattr(permit, "mint", refreshed)


def a_permit_lives_for_ever(patch: Patch) -> None:
    patch.setattr(permit, "LIFE_S", 1e9)


def _without(patch: Patch, *names: str) -> None:
    """A database from which these indexes and triggers (a name, or how it begins) are gone."""
    upgrade = directed.upgrade

    def weaker(store: Any) -> None:
        upgrade(store)
        with store.writing() as connection:
            made = connection.exec_driver_sql("SELECT type, name FROM sqlite_master WHERE type IN ('index', 'trigger')")
            for kind, name in made.all():
                if name.startswith(names):
                    connection.exec_driver_sql(f"DROP {kind} {name}")

    patch.setattr(directed, "upgrade", weaker)


def many_open_operations_on_a_payment(patch: Patch) -> None:
    _without(patch, "one_open_operation")


def twins_at_one_balance(patch: Patch) -> None:
    _without(patch, "one_operation_per_fence")


def whoever_writes_last_is_right(patch: Patch) -> None:
    """No compare-and-set: the newest version is taken, whatever was read; and no trigger holds to the table of moves."""
    _without(patch, "operations_guard")
    move = send.move

    def anyway(connection: Any, secret: bytes, operation: Any, because: str, at: int, **given: Any) -> Any:
        row = statements.one(connection, operation.id)
        assert row is not None
        return move(connection, secret, replace(operation, version=row["version"]), because, at, **given)

    patch.setattr(send, "move", anyway)


def no_answer_is_sent_again(patch: Patch) -> None:
    """Blindly, up to three times, at a server that compares first and runs later."""
    once = send._once

    def stubborn(journal: Any, sending: Any) -> Any:
        for _ in range(2):
            answer, meaning = once(journal, sending)
            if answer.reached is not Reached.NO_ANSWER:
                return answer, meaning
        return once(journal, sending)

    patch.setattr(send, "_once", stubborn)


def the_clock_is_read_after_the_answer(patch: Patch) -> None:
    check, judge = recover.check, resolve.resolve

    def afterwards(journal: Any, operation: Any) -> Any:
        def late_clock(op: Any, payment: Any, _began: float, known: Any = resolve.NOTHING) -> Any:
            return judge(op, payment, journal.world.now(), known)

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(resolve, "resolve", late_clock)
            return check(journal, operation)

    patch.setattr(recover, "check", afterwards)
    patch.setattr(send, "check", afterwards)


def any_copy_is_believed(patch: Patch) -> None:
    """Also one that lacks what was known before."""
    patch.setattr(resolve, "admissible", lambda _operation, _payment, _stored=frozenset(): True)


def what_comes_late_is_not_reviewed(patch: Patch) -> None:
    patch.setattr(late, "_perhaps_ours", lambda _operation, _history, _marks: False)


def other_operations_marks_are_not_known(patch: Patch) -> None:
    patch.setattr(resolve, "foreign", lambda _entry, _marks: False)


def sent_before_it_is_written_down(patch: Patch) -> None:
    begin = send._begin

    def hasty(journal: Any, operation: Any, because: str) -> Any:
        sending = replace(operation, state=State.SENDING, attempts=operation.attempts + 1)
        journal.iamport.send(permit.mint(sending, journal.world))
        return begin(journal, operation, because)

    patch.setattr(send, "_begin", hasty)


def each_click_is_an_intent(patch: Patch) -> None:
    write_down = refunds.write_down

    def anew(journal: Any, actor: Any, ask: Any, approved: Any = None) -> Any:
        return write_down(journal, actor, replace(ask, intent_key=journal.world.nonce()), approved)

    patch.setattr(refunds, "write_down", anew)


def no_lease(patch: Patch) -> None:
    patch.setattr(send, "LEASE_S", -1)


def nobody_knows_who_died(patch: Patch) -> None:
    patch.setattr(recover, "is_gone", lambda _owner: False)


def no_gate(patch: Patch) -> None:
    patch.setattr(gate, "shut", lambda _journal: "")


def an_approval_of_anything(patch: Patch) -> None:
    """Not bound to what was shown."""
    use = approval_statements.use

    def loose(connection: Any, approval_id: str, now: int, by: str, operation_id: str, _content: str) -> bool:
        row = approval_statements.one(connection, approval_id)
        return row is not None and use(connection, approval_id, now, by, operation_id, row["content"])

    patch.setattr(approval_statements, "use", loose)


def limits_are_summed_beforehand(patch: Patch) -> None:
    """In a transaction of its own, before the one that writes the operation down."""
    check, checked, nobody = refunds.limits.check, refunds.checked, stories.AGENT

    def before(journal: Any, ask: Any) -> Any:
        offered = checked(journal, ask)
        with journal.store.reading() as connection:
            check(connection, journal, nobody, ask.amount, None, offered.payment, ask.account)
        return offered

    patch.setattr(refunds, "checked", before)
    patch.setattr(refunds.limits, "check", lambda *_given, **_named: None)


def by_chance(_folder: Path) -> None:
    """The first simulated schedules."""
    simulation.run(range(1, MOST))


class Ablation(NamedTuple):
    """`off` takes the guard away; `story` then breaks a rule, and with the guard does not."""

    off: Callable[[Patch], None]
    story: Callable[[Path], None]


TABLE = (
    Ablation(without_checksum, by_chance),
    Ablation(fresh_balance_instead_of_the_seen_one, by_chance),
    Ablation(no_answer_is_a_failure, by_chance),
    Ablation(a_refusal_is_believed, by_chance),
    Ablation(a_server_error_is_believed, by_chance),
    Ablation(no_quiet_time, by_chance),
    Ablation(nobody_looks_before_refunding_again, by_chance),
    Ablation(equal_amounts_are_ours, by_chance),
    Ablation(nobody_looks_again, by_chance),
    Ablation(a_failure_is_definite_on_any_attempt, stories.a_second_attempt_does_not_leave),
    Ablation(a_later_refusal_is_believed, stories.the_first_sending_runs_after_the_second_was_refused),
    Ablation(the_checksum_is_refreshed_on_retry, stories.a_second_attempt_at_another_balance),
    Ablation(a_permit_lives_for_ever, stories.paused_before_the_call),
    Ablation(many_open_operations_on_a_payment, stories.two_agents_at_a_server_that_checks_then_acts),
    Ablation(twins_at_one_balance, stories.a_twin_of_what_was_confirmed),
    Ablation(whoever_writes_last_is_right, stories.paused_before_its_row),
    Ablation(no_answer_is_sent_again, stories.a_call_that_is_compared_now_and_runs_later),
    Ablation(the_clock_is_read_after_the_answer, stories.a_reading_that_takes_long),
    Ablation(any_copy_is_believed, stories.a_copy_older_than_what_was_known),
    Ablation(what_comes_late_is_not_reviewed, stories.what_runs_long_after),
    Ablation(other_operations_marks_are_not_known, stories.an_answer_that_shows_anothers),
    Ablation(sent_before_it_is_written_down, stories.killed_before_its_row_is_committed),
    Ablation(each_click_is_an_intent, stories.a_second_click_after_a_failure),
    Ablation(no_lease, stories.recovery_while_the_answer_is_awaited),
    Ablation(nobody_knows_who_died, stories.a_dead_process_on_this_host),
    Ablation(no_gate, stories.before_recovery),
    Ablation(an_approval_of_anything, stories.an_approved_request_is_changed),
    Ablation(limits_are_summed_beforehand, stories.two_agents_share_the_teams_day),
)
