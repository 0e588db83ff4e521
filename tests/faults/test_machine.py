"""T4: a state machine that Hypothesis drives and shrinks: the real service, a real SQLite file, an i'mport that does
whatever it is told to.

Where simulated schedules roll dice over whole stories, this one looks for the shortest story that breaks a rule.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lib import audit
from lib.errors import DeskError
from lib.journal.life import State
from lib.journal.parts import CrashPoint, Journal
from lib.journal.recover import recover
from lib.operations import decisions, offers, refunds
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.store.engine import open_store
from lib.store.migrate import upgrade
from lib.world import World
from tests.faults import ablations
from tests.faults.judge import QUIET_S
from tests.faults.simulation import decide_by_the_truth
from tests.faults.stage import SECRET, Killed, journal_over, memory, undisturbed
from tests.faults.upstream import CANCELS, OUTSIDE, READS, Paid, Upstream

PAID, IMP_UID = 30_000, "imp_machine"
EXAMPLES, STEPS = 300, 50
AGENTS = ("1a", "1b", "2a")
STEPS_TAKEN: list[int] = []


class Told(Upstream):
    """An i'mport whose next call and next reading go as they were told to; all others go well."""

    next_cancel = next_read = "ok"

    def _kind(self, kinds: tuple[str, ...]) -> str:
        if kinds is CANCELS:
            kind, self.next_cancel = self.next_cancel, "ok"
        else:
            kind, self.next_read = self.next_read, "ok"
        return kind


class Refunding(RuleBasedStateMachine):
    """Three agents on one payment: two serve the same customer, who called twice, one serves another."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=memory())
        file = Path(self.folder.name) / "desk.db"
        shutil.copy(self.template, file)
        self.store = open_store(f"sqlite:///{file}")
        self.clock, self.ids, self.dies = 1_700_000_000.0, random.Random(7), ""
        self.upstream = Told(random.Random(1), lambda: self.clock, lambda: None, trouble=0.0)
        self.upstream.paid[IMP_UID] = Paid(IMP_UID, PAID, "kicc")
        self.processes = 0
        self.pages: dict[str, int] = {}
        self.asked: dict[str, Ask] = {}
        self.steps = 0

    @initialize(provider=some.sampled_from(("kicc", "html5_inicis", "naverpay")))
    def begin(self, provider: str) -> None:
        self.upstream.paid[IMP_UID].provider = provider
        self.journal = self.process()

    def process(self) -> Journal:
        self.processes += 1
        world = World(
            now=lambda: self.clock,
            monotonic=lambda: self.clock,
            sleep=self.passing,
            random_bits=self.ids.getrandbits,
            hit=self.hit,
        )
        return journal_over(self.store, self.upstream, world, f"machine:{self.processes}:")

    def passing(self, seconds: float) -> None:
        self.clock += seconds

    def hit(self, point: str) -> None:
        if point == self.dies:
            self.dies = ""
            raise Killed

    def attempt(self, act: Callable[[], object]) -> None:
        """Act; what the desk refuses is fine, and a process that dies starts again."""
        try:
            act()
        except DeskError:
            pass
        except Killed:
            self.journal = self.process()
        self.clock += 0.1

    @rule(agent=some.sampled_from(AGENTS))
    def open_the_dialog(self, agent: str) -> None:
        """Only while no refund of this wish is done or being checked, as the page shows it."""
        wish = agent[0]
        mine = [op for op in refunds.of_payment(self.store, IMP_UID) if op.reason.endswith(f" {wish}")]
        if any(op.open or op.state in (State.CONFIRMED, State.LATE_REVIEW) for op in mine):
            return

        def look() -> None:
            offer = offers.offer(self.journal, Actor(f"담당자{agent}", Role.CS), IMP_UID, self.pages.get(agent))
            self.pages[agent] = offer.balance
            if not offer.blocked:
                key = f"{agent}-{self.ids.getrandbits(60):x}"
                self.asked[agent] = Ask(IMP_UID, 10_000, offer.balance, f"고객 요청 {wish}", key)

        self.pages.pop(agent, None)
        self.attempt(look)

    @rule(agent=some.sampled_from(AGENTS), kind=some.sampled_from(CANCELS))
    def click(self, agent: str, kind: str) -> None:
        """Submit what the dialog holds, and what becomes of the call; again it is a double click, later a stale page."""
        if agent in self.asked:
            actor = Actor(f"담당자{agent}", Role.CS)
            self.upstream.next_cancel = kind
            self.attempt(lambda: refunds.submit(self.journal, actor, self.asked[agent]))

    @rule(agent=some.sampled_from(AGENTS), kind=some.sampled_from(CANCELS))
    def refund(self, agent: str, kind: str) -> None:
        """The dialog is opened and submitted at once."""
        self.asked.pop(agent, None)
        self.open_the_dialog(agent)
        self.click(agent, kind)

    @rule(kind=some.sampled_from(READS))
    def next_reading_goes(self, kind: str) -> None:
        self.upstream.next_read = kind

    @rule(point=some.sampled_from([point.value for point in CrashPoint]))
    def die_at(self, point: str) -> None:
        self.dies = point

    @rule()
    def recovery_looks(self) -> None:
        self.attempt(lambda: recover(self.journal, now_all=True))

    @rule()
    def sync_reads(self) -> None:
        self.attempt(lambda: self.journal.refresh(IMP_UID))

    @rule(amount=some.sampled_from((1_000, 10_000)))
    def somebody_cancels_outside(self, amount: int) -> None:
        if sum(e["reason"] == OUTSIDE for e in self.upstream.paid[IMP_UID].cancels) < 1:
            self.upstream.outside(IMP_UID, amount)

    @rule(seconds=some.sampled_from((5, 31, 200, 700, 86_400)))
    def time_passes(self, seconds: int) -> None:
        self.clock += seconds
        self.upstream.deliver()

    @rule()
    def finance_decides_by_the_truth(self) -> None:
        for operation in refunds.of_payment(self.store, IMP_UID):
            if decisions.to_decide(operation) and not self.upstream.later:
                self.attempt(partial(decide_by_the_truth, self.upstream, self.journal, operation))

    @invariant()
    def nothing_runs_twice_and_nothing_is_unknown(self) -> None:
        self.steps += 1
        operations = refunds.of_payment(self.store, IMP_UID)
        by_wish = {1: 0, 2: 0}
        for op in operations:
            ran = self.upstream.executed[op.id]
            assert ran <= 1, "I1: an operation ran twice"
            assert op.state is not State.CONFIRMED or ran == 1, "I4: confirmed, and it did not run"
            at = self.upstream.executed_at.get(op.id)
            in_time = at is not None and at - (op.first_sent_at or 0) <= QUIET_S
            closed = op.state in (State.NOT_EXECUTED, State.ABORTED)
            assert not (in_time and closed), "I5: called not executed while it had run"
            by_wish[int(op.reason.rsplit(" ", 1)[1])] += ran
        assert max(by_wish.values()) <= 1, "I2: a wish was served twice"
        assert self.upstream.paid[IMP_UID].balance >= 0, "I3: more came back than was paid"
        assert set(self.upstream.executed) <= {op.id for op in operations}, "I6: a refund that nobody knows of"
        assert sum(op.open for op in operations) <= 1, "two are open"

    def teardown(self) -> None:
        """Faults stop and time passes: nothing may stay open, and the sums agree."""
        self.dies, self.upstream.next_cancel, self.upstream.next_read = "", "ok", "ok"
        for _ in range(4):
            self.clock += 1_000
            self.upstream.deliver()
            self.journal.refresh(IMP_UID)
            recover(self.journal, now_all=True)
            self.finance_decides_by_the_truth()
        operations = refunds.of_payment(self.store, IMP_UID)
        assert not any(op.open for op in operations), "I7: one is still open"
        confirmed = sum(op.amount for op in operations if op.state is State.CONFIRMED)
        entries = self.upstream.paid[IMP_UID].cancels
        outside = sum(e["amount"] for e in entries if e["reason"] == OUTSIDE)
        assert sum(e["amount"] for e in entries) == confirmed + outside, "I8: the sums differ"
        assert audit.verify(self.store, SECRET) is None, "I9: the chain is broken"
        STEPS_TAKEN.append(self.steps)
        self.store.close()
        self.folder.cleanup()


FOUND = (
    ablations.no_answer_is_a_failure,
    ablations.a_refusal_is_believed,
    ablations.equal_amounts_are_ours,
    ablations.nobody_looks_again,
)
"""Guards whose loss it finds in so few stories; the others are for the schedules and the directed stories."""
RUN = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def machine(tmp_path: Path) -> type[Refunding]:
    Refunding.template = tmp_path / "template.db"
    store = open_store(f"sqlite:///{Refunding.template}")
    upgrade(store)
    store.close()
    return Refunding


def test_no_story_breaks_a_rule(machine: type[Refunding], record_property: Callable[[str, object], None]) -> None:
    STEPS_TAKEN.clear()
    with undisturbed():
        run_state_machine_as_test(machine, settings=RUN)
    record_property("stories", len(STEPS_TAKEN))
    record_property("steps in stories", sum(STEPS_TAKEN))


@pytest.mark.parametrize("ablation", FOUND, ids=lambda off: off.__name__)
def test_it_finds_the_loss_of_a_guard(
    machine: type[Refunding],
    ablation: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    ablation(monkeypatch)
    with undisturbed(), pytest.raises(AssertionError, match=r"^I\d"):
        run_state_machine_as_test(machine, settings=settings(RUN, phases=[Phase.generate]))
    record_property("found by the state machine", 1)
