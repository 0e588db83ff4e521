"""`--proof FILE`: the figures that the fault tests record, gathered into a report."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faults import proof

BEGAN = time.monotonic()


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
    failed = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
    proof.write(file, figures, len(reports), failed, time.monotonic() - BEGAN)
    terminalreporter.write_line(f"{file} written")
