"""What the proof assumes of i'mport, measured on the sandbox as `python -m lib probe` does on a test channel."""

from __future__ import annotations

from collections.abc import Callable

from lib.operations.probe import Finding, probe
from tests.desks import FINANCE, Bench


def measured(bench: Bench) -> list[Finding]:
    return probe(bench.journal, FINANCE, bench.payment(sandbox=True), 1_000, practice=False)


def test_each_assumption_that_can_be_measured_holds(
    files: tuple[Bench, str], record_property: Callable[[str, object], None]
) -> None:
    bench, _ = files
    findings = {finding.name: finding for finding in measured(bench)}
    assert list(findings) == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert findings["A2"].holds is None  # that a balance never rises shows only when it does
    for name in ("A1", "A3", "A4", "A5", "A6"):
        assert findings[name].holds, findings[name]
        record_property(f"assumption {name}", 1)
