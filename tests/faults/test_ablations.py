"""T7: with every guard in place no directed story breaks a rule; without one, the story (or a schedule) named for it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.ablations import TABLE, Ablation, by_chance
from tests.faults.judge import Violation
from tests.faults.stage import undisturbed

DIRECTED = [ablation.story for ablation in TABLE if ablation.story is not by_chance]


def _name(of: object) -> str:
    return (of.off if isinstance(of, Ablation) else of).__name__.replace("_", " ")  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("story") / "desk"


@pytest.mark.parametrize("story", DIRECTED, ids=_name)
def test_the_whole_desk_comes_well_out_of_it(story: Callable[[Path], None], folder: Path) -> None:
    with undisturbed():
        story(folder)


@pytest.mark.parametrize("ablation", TABLE, ids=_name)
def test_each_guard_bears_weight(
    ablation: Ablation,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """Without it a rule is broken, or this whole machine would be blind."""
    ablation.off(monkeypatch)
    with undisturbed(), pytest.raises(Violation):
        ablation.story(folder)
    record_property(f"ablation {_name(ablation)}", 1)
