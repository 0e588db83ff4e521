from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.calling import Caller, calling
from tests.sandbox_server import Served, running_sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with running_sandbox(payments=1500, days=60) as server:
        yield server


@pytest.fixture
def api(served: Served) -> Iterator[Caller]:
    """A caller of the module's shop, at the true time and with no faults ordered."""
    served.control("DELETE", "/faults")
    served.control("POST", "/clock", {"reset": True})
    caller = calling(served)
    yield caller
    served.control("DELETE", "/faults")
    served.control("POST", "/clock", {"reset": True})
    caller.http.close()
