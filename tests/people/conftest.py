"""A standing clock and the desk's secret."""

from __future__ import annotations

import pytest

from lib.world import World
from tests.people.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return clock.world


@pytest.fixture
def secret() -> bytes:
    return b"the desk's secret of 32 or more bytes"
