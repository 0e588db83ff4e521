"""Simulated schedules: the real service over a real SQLite file, virtual time, an upstream that fails, people who act on
what they see, processes that die or pause anywhere.

One seed is one schedule: `python -m tests.faults.simulation SEED [COUNT] [--story]` plays it again.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from lib.errors import BadInput, DeskError
from lib.journal.life import Operation, State
from lib.journal.parts import Journal
from lib.journal.recover import recover
from lib.operations import decisions, offers, refunds, repeat
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.queries import payments
from lib.queries.payments import Detail
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from tests.faults.judge import Violation, chain_and_rows, judge
from tests.faults.stage import SECRET, Killed, Stage, Tally, memory, undisturbed
from tests.faults.upstream import Paid, Upstream

FINANCE = Actor("김민수", Role.FINANCE)
DAYS_APART_S = 40 * 86_400
PAID = 30_000
TRIES, ROUNDS = 12, 5
OVER = ("over_own_limit", "over_own_payment", "over_own_day", "over_team_day")


@dataclass
class Wish:
    """What one customer wants back, once."""

    number: int
    imp_uid: str
    amount: int
    shown: str = "waiting"  # what the agent told the customer: done, refused, waiting


def agent(stage: Stage, wish: Wish, name: str) -> None:
    """A person who refunds what the customer asks for, as the page allows, until it is done or cannot be."""
    actor = Actor(name, Role.CS)
    journal = stage.process()
    for _ in range(TRIES):
        try:
            if _attend(stage, journal, actor, wish):
                return
        except Killed:
            stage.switch(stage.chance.uniform(1, 60))
            journal = stage.process()  # started again; what the page showed is gone
        stage.switch(stage.chance.uniform(1, 240))


def _attend(stage: Stage, journal: Journal, actor: Actor, wish: Wish) -> bool:
    """One look at the page and one act; True when the customer has an answer."""
    page = _page(stage, wish)
    if page is None:  # nobody refunds what no page shows: they have it read, and look again
        with suppress(DeskError):
            journal.refresh(wish.imp_uid)
        return False
    mine = [op for op in page.operations if op.reason.endswith(f" {wish.number}")]
    for operation in mine:  # the page tells them by the number in the reason
        if operation.open or operation.state is State.LATE_REVIEW:
            return False  # being checked: do not refund again
        if operation.state is State.CONFIRMED:
            wish.shown = "done"
            return True
    refused = next((op for op in mine if repeat.possible(op, actor, stage.clock)), None)
    if refused and stage.chance.random() < 0.5:
        return _again(stage, journal, actor, wish, refused)
    try:
        offer = offers.offer(journal, actor, wish.imp_uid, page.payment.balance)
    except DeskError:
        return False
    if offer.blocked in ("nothing_left", "not_paid") or offer.balance < wish.amount:
        wish.shown = "refused"
        return True
    if offer.blocked:
        return False
    stage.switch(stage.chance.choice((0.0, 2.0, 30.0)))  # the page stands open meanwhile
    ask = Ask(
        imp_uid=wish.imp_uid,
        amount=wish.amount,
        seen_balance=offer.balance,
        reason=f"고객 요청 {wish.number}",
        intent_key=f"{stage.uid}-{stage.chance.getrandbits(60):x}",
    )
    for _ in range(2 if stage.chance.random() < 0.3 else 1):  # a double click carries the same key
        try:
            operation = refunds.submit(journal, actor, ask)
        except BadInput as wrong:
            if wrong.why not in OVER:
                return False
            stage.tally.over_limits += 1
            wish.shown = "refused"
            return True
        except DeskError:
            return False
    return operation.state is State.CONFIRMED and _told(wish)


def _again(stage: Stage, journal: Journal, actor: Actor, wish: Wish, refused: Operation) -> bool:
    """The page's other button: the same refund once more, as it was."""
    stage.tally.repeats += 1
    stage.switch(stage.chance.choice((0.0, 2.0, 30.0)))
    try:
        sent = repeat.send_again(journal, actor, refused.id)
    except DeskError:
        return False
    return sent.state is State.CONFIRMED and _told(wish)


def _page(stage: Stage, wish: Wish) -> Detail | None:
    """The payment's page; None while the desk has not read the payment yet."""
    try:
        return payments.one(stage.store, FINANCE, wish.imp_uid)
    except DeskError:
        return None


def _told(wish: Wish) -> bool:
    wish.shown = "done"
    return True


def recovery(stage: Stage) -> None:
    """The desk's own loop, in a process of its own that may die as well."""
    journal = stage.process()
    for _ in range(ROUNDS):
        stage.switch(stage.chance.uniform(2, 300))
        try:
            recover(journal, now_all=stage.chance.random() < 0.5)
        except Killed:
            journal = stage.process()


def outsider(stage: Stage, imp_uid: str, amount: int) -> None:
    stage.switch(stage.chance.uniform(0, 200))
    stage.upstream.outside(imp_uid, amount)


def schedule(seed: int, begins: float, store: Store, tally: Tally) -> None:
    """Play one schedule and judge it. Raises `Violation`."""
    stage = Stage(seed, begins, store, tally)
    chance = stage.chance
    wishes = []
    for p in range(chance.choice((1, 1, 2))):
        imp_uid = f"imp_{stage.uid}_{p}"
        provider = chance.choice(("kicc", "kicc", "html5_inicis", "naverpay"))
        stage.upstream.paid[imp_uid] = Paid(imp_uid, PAID, provider)
        for _ in range(chance.choice((1, 2, 2, 3))):
            wishes.append(Wish(len(wishes) + 1, imp_uid, chance.choice((5_000, 10_000, 10_000, 30_000))))
        if chance.random() < 0.3:
            stage.add(partial(outsider, stage, imp_uid, chance.choice((1_000, 10_000))))
    for wish in wishes:
        stage.add(partial(agent, stage, wish, f"담당자{wish.number}"))
        if chance.random() < 0.35:  # the customer called twice
            stage.add(partial(agent, stage, wish, f"다른 담당자{wish.number}"))
    stage.add(partial(recovery, stage))
    try:
        stage.play()
        heal(stage, wishes)
        judged = judge(store, stage.upstream, wishes)
    except Violation as broken:
        raise Violation(f"{broken} (schedule {seed})") from None
    for wish in wishes:
        stage.tell("customer", wish.number, wish.shown)
    tally.schedules += 1
    tally.operations += len(judged)
    tally.faults += stage.upstream.faults


def heal(stage: Stage, wishes: list[Wish]) -> None:
    """Faults stop; time passes; recovery runs; people decide what came before them, by the truth; agents finish."""
    stage.dangerous, stage.upstream.trouble = False, 0.0
    journal = stage.process()
    for turn in range(10):
        if turn > 1 and _quiet(stage, wishes):
            break
        stage.clock += 1_000
        stage.upstream.deliver()
        for imp_uid in stage.upstream.paid:
            journal.refresh(imp_uid)
        recover(journal, now_all=True)
        for imp_uid in stage.upstream.paid:
            for operation in refunds.of_payment(stage.store, imp_uid):
                if decisions.to_decide(operation):
                    stage.tally.people += 1
                    decide_by_the_truth(stage.upstream, journal, operation)
        left = [wish for wish in wishes if wish.shown == "waiting"]
        for wish in left:
            _attend(stage, journal, Actor("마감", Role.CS), wish)


def _quiet(stage: Stage, wishes: list[Wish]) -> bool:
    """Nothing is under way, open or unanswered."""
    waiting = any(wish.shown == "waiting" for wish in wishes)
    return not (stage.upstream.later or waiting or refunds.open_operations(stage.store))


def decide_by_the_truth(upstream: Upstream, journal: Journal, operation: Operation) -> None:
    """The person looks into the gateway's own site, which tells the truth."""
    ran = bool(upstream.executed[operation.id])
    proof = "KICC에 없음"
    if ran:
        paid = upstream.paid[operation.imp_uid]
        owned = {op.cancellation_id for op in refunds.of_payment(journal.store, operation.imp_uid)}
        alike = [e for e in paid.cancels if e["amount"] == operation.amount and e["cancellation_id"] not in owned]
        proof = str(alike[0]["cancellation_id"]) if alike else "KICC 전표 30012345"
    decisions.decide(journal, FINANCE, operation.id, ran=ran, proof=proof)


def run(seeds: range, story: list[str] | None = None) -> Tally:
    """Play these schedules on one database file, every event into `story` where there is one; raises `Violation`."""
    tally = Tally(story=story)
    with undisturbed(), tempfile.TemporaryDirectory(dir=memory()) as folder:
        store = open_store(f"sqlite:///{folder}/sim.db")
        upgrade(store)
        begins = 1_700_000_000.0
        for n, seed in enumerate(seeds):
            schedule(seed, begins + n * DAYS_APART_S, store, tally)
        chain_and_rows(store, SECRET)
        with store.reading() as connection:
            late = "SELECT COUNT(*) FROM operation_evidence WHERE because LIKE 'late%'"
            tally.late = connection.exec_driver_sql(late).scalar_one()
            if story is not None:
                story.append(str(connection.exec_driver_sql("SELECT mac FROM audit_head").scalar_one()))
        store.close()
    return tally


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    story: list[str] | None = [] if "--story" in sys.argv else None
    begun = time.perf_counter()
    done = run(range(numbers[0], numbers[0] + (numbers[1] if len(numbers) > 1 else 1)), story)
    if story is not None:
        print(*story, sep="\n")
        return
    print(json.dumps({**done.__dict__, "faults": dict(done.faults), "points": dict(done.points)}, ensure_ascii=False))
    print(f"{done.schedules / (time.perf_counter() - begun):.1f} schedules/s")


if __name__ == "__main__":
    main()
