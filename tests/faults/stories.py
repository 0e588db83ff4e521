"""The directed stories: each ends well with every guard in place, and breaks a rule without one of them."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lib.errors import DeskError
from lib.journal.life import State
from lib.journal.parts import CrashPoint
from lib.operations import approvals, offers, repeat
from lib.operations.refunds import Ask
from lib.people import accounts
from lib.people.actor import Actor, Role
from lib.settings import Limits
from tests.faults.directed import AGENT, COLLEAGUE, IMP_UID, OTHER_UID, PAID, case
from tests.faults.judge import hold, within_limits
from tests.faults.stage import SECRET
from tests.faults.upstream import FORGETS

FINANCE = Actor("박지훈", Role.FINANCE)
TEAM_DAY = Limits({}, {}, 10_000)
ALONE = Limits({"cs": 10_000}, {}, 0)


def a_second_attempt_does_not_leave(folder: Path) -> None:
    """The first attempt ran though the token was refused; that the second never left says nothing of it."""
    with case(folder) as desk:
        desk.upstream.calls = ["ran_401", "connect_error"]
        desk.refund(desk.ask())
        desk.settle()


def a_second_attempt_at_another_balance(folder: Path) -> None:
    """The first attempt ran though the token was refused; the second must carry the same balance to be refused."""
    with case(folder) as desk:
        desk.upstream.calls = ["ran_401"]
        desk.refund(desk.ask())
        desk.settle()


def paused_before_the_call(folder: Path) -> None:
    """The process stands still between its row and its call until everybody has given it up."""
    with case(folder) as desk:

        def long_pause() -> None:
            desk.passing(300)
            desk.recover()
            desk.passing(500)
            desk.recover()
            desk.passing(5)

        desk.at[CrashPoint.AFTER_SENDING] = long_pause
        desk.refund(desk.ask())
        desk.settle()


def paused_before_its_row(folder: Path) -> None:
    """The process stands still before the row that says it sends, and recovery closes the operation."""
    with case(folder) as desk:

        def long_pause() -> None:
            desk.passing(300)
            desk.recover()

        desk.at[CrashPoint.BEFORE_SENDING] = long_pause
        desk.refund(desk.ask())
        desk.settle()


def two_agents_at_a_server_that_checks_then_acts(folder: Path) -> None:
    """Two serve one customer at the same moment, with different amounts, and i'mport compares both before it runs either."""
    with case(folder) as desk:
        desk.upstream.guarded = False
        asks = [desk.ask(), desk.ask(amount=5_000)]
        desk.together(lambda: desk.refund(asks[0]), lambda: desk.refund(asks[1], COLLEAGUE, desk.process()))
        desk.settle()


def a_twin_of_what_was_confirmed(folder: Path) -> None:
    """A colleague's dialog stands open since before the refund, and an older copy answers its reading."""
    with case(folder) as desk:
        old = desk.ask()
        ask = desk.ask()
        desk.upstream.reads = ["ok", "timeout", "stale"]
        desk.refund(ask)
        hold(desk.one().state is State.CONFIRMED, "the first is confirmed")
        desk.clock += 1
        desk.refund(old, COLLEAGUE)
        hold(sum(desk.upstream.posts.values()) == 1, "a twin was sent at a balance that was used")
        desk.settle()


def the_first_sending_runs_after_the_second_was_refused(folder: Path) -> None:
    """Nothing was heard of the first for the whole quiet time. It is sent again and refused in plain words; then the first
    runs, and an older copy answers the reading."""
    with case(folder) as desk:
        desk.upstream.calls = ["lost_before"]
        desk.refund(desk.ask())
        refused = desk.one()
        desk.passing(700)
        desk.recover()
        desk.upstream.later.append((desk.clock + 40, refused.body, refused.id))
        desk.upstream.calls = ["says_no"]
        repeat.send_again(desk.journal, AGENT, refused.id)
        desk.passing(45)
        desk.upstream.reads = ["stale"]
        desk.recover()
        desk.settle()


def a_call_that_is_compared_now_and_runs_later(folder: Path) -> None:
    """i'mport compares, does not answer, and runs it ten seconds later: whoever calls again meanwhile runs it twice."""
    with case(folder) as desk:
        desk.upstream.calls = ["acts_later"]
        desk.refund(desk.ask())
        desk.settle()


def a_reading_that_takes_long(folder: Path) -> None:
    """What is read was so when the reading began; meanwhile the refund runs, within the quiet time."""
    with case(folder) as desk:
        desk.upstream.calls = ["lost_before"]
        desk.refund(desk.ask())
        operation = desk.one()
        desk.upstream.later.append((desk.clock + 500, operation.body, operation.id))
        desk.clock += 300
        desk.upstream.reads = ["slow"]
        desk.recover()
        desk.settle()


def a_copy_older_than_what_was_known(folder: Path) -> None:
    """A cancellation was known before the refund; long after it an older copy answers, which knows neither."""
    with case(folder) as desk:
        desk.upstream.outside(IMP_UID, 10_000)
        ask = desk.ask()
        desk.upstream.calls, desk.upstream.reads = ["executes_no_answer"], ["ok", "ancient"]
        desk.refund(ask)
        desk.clock += 700
        desk.upstream.reads = ["ancient"]
        desk.recover()
        desk.settle()


def what_runs_long_after(folder: Path) -> None:
    """It runs when it was long closed as not executed, at a gateway that does not hand the mark back."""
    with case(folder, FORGETS) as desk:
        desk.upstream.calls = ["executes_much_later"]
        desk.refund(desk.ask())
        desk.passing(700)
        desk.recover()
        hold(desk.one().state is State.NOT_EXECUTED, "closed after the quiet time")
        desk.settle()


def an_answer_that_shows_anothers(folder: Path) -> None:
    """An earlier refund runs at last; the next is told "done", and the history shows the other one's entry."""
    with case(folder) as desk:
        desk.upstream.calls = ["executes_much_later"]
        desk.refund(desk.ask())
        desk.passing(700)
        desk.recover()
        ask = desk.ask(2)
        desk.at[CrashPoint.AFTER_SENDING] = lambda: desk.upstream.execute(*desk.upstream.later.pop()[1:]) and None
        desk.upstream.calls = ["says_done"]
        desk.refund(ask)
        desk.settle()


def killed_before_its_row_is_committed(folder: Path) -> None:
    with case(folder) as desk:
        desk.at[CrashPoint.INSIDE_SENDING] = desk.dies
        desk.refund(desk.ask())
        desk.settle()


def a_second_click_after_a_failure(folder: Path) -> None:
    """The same dialog is submitted again: it is the same refund."""
    with case(folder) as desk:
        ask = desk.ask()
        desk.upstream.calls = ["connect_error"]
        desk.refund(ask)
        desk.refund(ask)
        hold(desk.one().state is State.NOT_EXECUTED, "the first click's operation")
        desk.settle()


def a_page_from_before_a_colleagues_refund(folder: Path) -> None:
    """The customer called twice; the second agent opens the dialog on a page that does not show the refund yet."""
    with case(folder) as desk:
        desk.refund(desk.ask())
        with suppress(DeskError):
            balance = offers.offer(desk.journal, AGENT, IMP_UID, PAID).balance
            desk.refund(Ask(IMP_UID, 10_000, balance, "고객 요청 1", "the second call"))
        desk.settle()


def recovery_while_the_answer_is_awaited(folder: Path) -> None:
    """A living process's operation is left alone."""
    with case(folder) as desk:
        stood: list[State] = []

        def look() -> None:
            desk.clock += 60
            desk.recover()
            stood.append(desk.one().state)

        desk.at[CrashPoint.AFTER_ANSWER] = look
        desk.refund(desk.ask())
        hold(stood == [State.SENDING], "an operation was taken from its living process")
        desk.settle()


def a_dead_process_on_this_host(folder: Path) -> None:
    """What it left is looked at at once."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with case(folder) as desk:
        desk.journal = desk.process(f"{socket.gethostname()}:{gone.pid}:1")
        ask = desk.ask()
        desk.at[CrashPoint.AFTER_ANSWER] = desk.dies
        desk.refund(ask)
        desk.recover()
        hold(desk.one().state is State.CONFIRMED, "a dead process's operation waits for the end of its lease")
        desk.settle()


def before_recovery(folder: Path) -> None:
    """Nothing is sent before what an earlier process left was looked at."""
    with case(folder) as desk:
        ask = desk.ask()
        desk.journal.recovered.clear()
        desk.refund(ask)
        hold(not desk.operations(), "money moved before recovery")


def an_approved_request_is_changed(folder: Path) -> None:
    """Somebody who can write to the database changes what waits for approval."""
    with case(folder, limits=ALONE) as desk:
        for actor in (AGENT, FINANCE):
            accounts.add_without_password(desk.store, desk.journal.world, SECRET, actor.name, actor.role)
        asked = approvals.request(desk.journal, AGENT, desk.ask(amount=20_000))
        with desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE approvals SET ask = replace(ask, '20000', '30000')")
        with suppress(DeskError):
            approvals.approve(desk.journal, FINANCE, asked.id)
        hold(not desk.operations(), "something else than was approved was refunded")


def two_agents_share_the_teams_day(folder: Path) -> None:
    """Two refund at the same moment what only one may."""
    with case(folder, limits=TEAM_DAY) as desk:
        asks = [desk.ask(), desk.ask(2, OTHER_UID)]
        desk.at[CrashPoint.AFTER_PREPARED] = lambda: within_limits(desk.store, TEAM_DAY, int(desk.clock))
        desk.together(lambda: desk.refund(asks[0]), lambda: desk.refund(asks[1], COLLEAGUE, desk.process()))
        sums = sum(op.amount for op in desk.operations() if op.state is State.CONFIRMED)
        hold(sums <= TEAM_DAY.team_day, "I11: the team's day is exceeded")
        desk.settle()
