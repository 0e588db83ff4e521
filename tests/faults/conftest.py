"""A bench over a file for real processes; and `--proof FILE`: the figures that the tests record, gathered in a report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.store.engine import open_store
from lib.store.migrate import upgrade
from tests.desks import Bench, bench_of
from tests.faults import proof
from tests.sandbox_server import Served

BEGAN = time.monotonic()


@pytest.fixture
def files(tmp_path: Path, shop: Served) -> Iterator[tuple[Bench, str]]:
    """A bench over a SQLite file, and the file's URL."""
    url = f"sqlite:///{tmp_path}/desk.db"
    store = open_store(url)
    upgrade(store)
    bench = bench_of(shop, store)
    yield bench, url
    shop.control("DELETE", "/faults")
    bench.iamport.close()
    store.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", type=Path, help="write what was run to this file")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    file = config.getoption("--proof")
    if file is None:
        return
    reports = [report for report in terminalreporter.stats.get("passed", []) if report.when == "call"]
    figures: Counter[str] = Counter()
    for report in reports:
        for name, n in report.user_properties:
            figures[name] = max(figures[name], n) if name.startswith("processes") else figures[name] + n
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"{file} not written: something failed")
        return
    proof.write(file, figures, len(reports), time.monotonic() - BEGAN)
    terminalreporter.write_line(f"{file} written")
