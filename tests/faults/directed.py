"""One story at a time, told step by step: for the narrow places that chance does not find in a thousand schedules.

The same real service, database and i'mport in memory as in a simulated schedule; what fails, and when, is written down.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from greenlet import getcurrent, greenlet

from lib.errors import DeskError
from lib.iamport.answer import Answer, Reached
from lib.iamport.permit import SendPermit
from lib.iamport.wire import payment as decoded
from lib.journal.life import Operation
from lib.journal.parts import CrashPoint, Journal
from lib.journal.recover import recover
from lib.operations import decisions, offers, refunds
from lib.operations.refunds import Ask
from lib.payments.record import Payment
from lib.people.actor import Actor, Role
from lib.settings import Limits
from lib.store.engine import open_store
from lib.store.migrate import upgrade
from lib.world import World
from tests.faults.judge import hold, judge
from tests.faults.simulation import PAID, Wish, decide_by_the_truth
from tests.faults.stage import Killed, journal_over
from tests.faults.upstream import Paid, Upstream, got, refusal_of

IMP_UID, OTHER_UID = "imp_directed", "imp_directed_2"
AGENT, COLLEAGUE = Actor("김민수", Role.CS), Actor("이서연", Role.CS)


class Scripted(Upstream):
    """An i'mport whose next calls (`calls`) and readings (`reads`) go as they were told to; all others go well.

    Calls, beside those of `CANCELS`: "ran_401" (it ran, and says the token is wrong), "says_done" (it did not run, and
    says it did), "says_no" (a refusal in plain words), "acts_later" (it compares the checksum now, and runs ten seconds
    later whatever the balance is by then).
    Readings: "ancient" (a copy from before every cancellation), "slow" (what was so 400 seconds before the answer).
    """

    def __init__(self, now: Callable[[], float], switch: Callable[..., None], passing: Callable[[float], None]) -> None:
        super().__init__(random.Random(1), now, switch)
        self.passing = passing
        self.calls: list[str] = []
        self.reads: list[str] = []
        self.acting: list[tuple[float, bytes, str]] = []

    def _kind(self, kinds: tuple[str, ...]) -> str:
        script = self.calls if "connect_error" in kinds else self.reads
        return script.pop(0) if script else "ok"

    def _answer(self, kind: str, permit: SendPermit) -> Answer:
        match kind:
            case "ran_401":
                self.execute(permit.body, permit.operation)
                return refusal_of(401, "Unauthorized")
            case "says_no":
                return refusal_of(200, "결제취소에 실패하였습니다. 취소 가능 기간이 지났습니다.")
            case "says_done":
                whole = self.paid[json.loads(permit.body)["imp_uid"]]
                return got(200, whole.body(whole.cancels))
            case "acts_later":
                refused = self.refusal(permit.body)
                if refused is None:
                    self.acting.append((self.now() + 10, permit.body, permit.operation))
                return refused or Answer(Reached.NO_ANSWER, why="ReadTimeout")
        return super()._answer(kind, permit)

    def payment(self, imp_uid: str) -> Payment:
        if self.reads[:1] == ["ancient"]:
            self.reads.pop(0)
            return decoded(self.paid[imp_uid].body([]))
        if self.reads[:1] == ["slow"]:
            self.reads.pop(0)
            before = decoded(self.paid[imp_uid].body(self.paid[imp_uid].cancels))
            self.passing(250)
            self.passing(150)
            return before
        return super().payment(imp_uid)

    def deliver(self) -> None:
        super().deliver()
        for due in [item for item in self.acting if item[0] <= self.now()]:
            self.acting.remove(due)
            self.act(due[1], due[2])


class Case:
    """A desk, its i'mport, and a clock that only moves when told to. `at[point]` is done once, when it is passed."""

    def __init__(self, folder: Path, provider: str = "kicc", limits: Limits = Limits()) -> None:  # noqa: B008
        self.store = open_store(f"sqlite:///{folder}/desk.db")
        upgrade(self.store)
        self.clock, self.ids, self.limits = 1_700_000_000.0, random.Random(7), limits
        self.at: dict[str, Callable[[], None]] = {}
        self.main = getcurrent()
        self.upstream = Scripted(lambda: self.clock, self.turn, self.passing)
        for imp_uid in (IMP_UID, OTHER_UID):
            self.upstream.paid[imp_uid] = Paid(imp_uid, PAID, provider)
        self.processes = 0
        self.journal = self.process()
        self.wishes = [Wish(1, IMP_UID, 10_000, "asked"), Wish(2, IMP_UID, 10_000, "asked")]
        self.journal.refresh(IMP_UID)

    def process(self, owner: str = "") -> Journal:
        self.processes += 1
        world = World(lambda: self.clock, lambda: self.clock, self.passing, self.ids.getrandbits, self.hit)
        return journal_over(self.store, self.upstream, world, owner or f"case:{self.processes}:", self.limits)

    def passing(self, seconds: float) -> None:
        """Time passes, and what is under way arrives."""
        self.clock += seconds
        self.upstream.deliver()

    def hit(self, point: str) -> None:
        self.at.pop(point, lambda: None)()
        if point == CrashPoint.BEFORE_PREPARED:
            self.turn()

    def dies(self) -> None:
        raise Killed

    def turn(self, _seconds: float = 0.0) -> None:
        """The other of two who act together goes on."""
        if getcurrent() is not self.main:
            self.main.switch()

    def together(self, *acts: Callable[[], object]) -> None:
        """Several at once: each goes on whenever another waits for i'mport."""
        left = [greenlet(act) for act in acts]
        while left:
            for one in list(left):
                one.switch()
                if one.dead:
                    left.remove(one)

    def ask(self, wish: int = 1, imp_uid: str = IMP_UID, amount: int = 10_000) -> Ask:
        """What the dialog holds that an agent opens now."""
        balance = offers.offer(self.journal, AGENT, imp_uid).balance
        return Ask(imp_uid, amount, balance, f"고객 요청 {wish}", f"{self.ids.getrandbits(60):x}")

    def refund(self, ask: Ask, actor: Actor = AGENT, journal: Journal | None = None) -> Operation | None:
        """Submit; what the desk refuses is fine, and a process that dies starts again."""
        try:
            return refunds.submit(journal or self.journal, actor, ask)
        except DeskError:
            return None
        except Killed:
            self.journal = self.process()
            return None

    def recover(self) -> None:
        recover(self.process(), now_all=True)

    def settle(self) -> None:
        """Time passes, recovery looks, people decide by the truth; then the judge."""
        self.at.clear()
        for _ in range(3):
            self.passing(1_000)
            for imp_uid in self.upstream.paid:
                self.journal.refresh(imp_uid)
            self.recover()
            for operation in self.operations():
                if decisions.to_decide(operation):
                    decide_by_the_truth(self.upstream, self.journal, operation)
        judge(self.store, self.upstream, self.wishes)

    def operations(self) -> list[Operation]:
        return [op for imp_uid in self.upstream.paid for op in refunds.of_payment(self.store, imp_uid)]

    def one(self) -> Operation:
        operations = self.operations()
        hold(len(operations) == 1, f"{len(operations)} operations were written down instead of one")
        return operations[0]


@contextlib.contextmanager
def case(folder: Path, provider: str = "kicc", limits: Limits = Limits()) -> Iterator[Case]:  # noqa: B008
    """A case, whose database is closed at the end."""
    folder.mkdir()
    made = Case(folder, provider, limits)
    try:
        yield made
    finally:
        made.store.close()
