"""The permit to send: made in one place, from a committed SENDING row, for a short time."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.journal import permit
from lib.journal.life import NotALegalMove, State
from lib.world import World
from tests.journal.made import operation

LIB = Path(permit.__file__).parents[1]


def test_a_permit_is_made_in_one_place_only() -> None:
    makers = [path for path in LIB.rglob("*.py") if "SendPermit(" in path.read_text()]
    assert [str(path.relative_to(LIB)) for path in makers] == ["journal/permit.py"]


def test_money_is_sent_in_one_place_only() -> None:
    senders = [path for path in LIB.rglob("*.py") if "iamport.send(" in path.read_text()]
    assert [str(path.relative_to(LIB)) for path in senders] == ["journal/send.py"]


@pytest.mark.parametrize("state", [state for state in State if state is not State.SENDING])
def test_only_a_sending_operation_may_send(state: State) -> None:
    with pytest.raises(NotALegalMove):
        permit.mint(operation(state=state), World())


def test_a_permit_carries_the_frozen_body_and_ends_soon() -> None:
    world = World(monotonic=lambda: 100.0)
    granted = permit.mint(operation(body=b"x", body_sha256="h"), world)
    assert (granted.method, granted.path) == ("POST", "/payments/cancel")
    assert (granted.body, granted.body_sha256, granted.attempt, granted.deadline) == (b"x", "h", 1, 105.0)
