"""What a watchman is told: that the desk answers, and that payments are still being read."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.store.statements import sync_state
from lib.sync.status import LATE_S
from lib.web import health
from tests.sandbox_server import Served, running_sandbox
from tests.web.standing import Stand, standing


@pytest.fixture(scope="module")
def shop() -> Iterator[Served]:
    with running_sandbox(payments=5) as served:
        yield served


@pytest.fixture
def stand(shop: Served, tmp_path: Path) -> Iterator[Stand]:
    with standing(shop, tmp_path, health.ROUTES) as made:
        yield made


def asked(stand: Stand) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"{stand.url}/health", timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def test_reading_that_has_stopped_is_not_well(stand: Stand) -> None:
    stand.desk.worker.opened_at = stand.clock.now()
    assert asked(stand)[0] == 200  # nothing was read yet, but the desk has only just started
    with stand.desk.store.writing() as connection:
        sync_state.put(connection, "as_of", int(stand.clock.now()))
        sync_state.put(connection, "problem", "bad_answer")
    status, told = asked(stand)
    assert (status, told["ok"], told["problem"]) == (200, True, "bad_answer")
    stand.clock.offset += LATE_S + 60
    status, told = asked(stand)
    assert (status, told["ok"], told["why"], told["problem"]) == (503, False, "late", "bad_answer")


def test_a_desk_that_never_read_anything_is_not_well_for_ever(stand: Stand) -> None:
    stand.desk.worker.opened_at = stand.clock.now()
    stand.clock.offset += LATE_S + 60
    status, told = asked(stand)
    assert (status, told["ok"], told["as_of"]) == (503, False, 0)
