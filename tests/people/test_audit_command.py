"""`audit verify` and `audit anchor` on a real file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lib import audit
from lib.store.engine import open_store
from lib.store.migrate import upgrade

SECRET = "k" * 40
ROOT = Path(__file__).parents[2]


def run(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("IMP_", "PAYDESK_", "DATABASE_"))}
    settings = {"DATABASE_URL": f"sqlite:///{file}", "PAYDESK_SECRET": SECRET, "IMP_KEY": "k", "IMP_SECRET": "s"}
    return subprocess.run(
        [sys.executable, "-m", "lib", "audit", *words],
        cwd=ROOT,
        env={**clean, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(file: Path, rows: int) -> None:
    store = open_store(f"sqlite:///{file}")
    upgrade(store)
    for n in range(rows):
        audit.record(store, SECRET.encode(), at=1_800_000_000 + n, actor="김민수", action="export", object=f"file-{n}")
    store.close()


def test_a_whole_chain_verifies_and_a_changed_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    written(file, 5)
    whole = run(file, "verify")
    assert (whole.returncode, "5 entries" in whole.stdout) == (0, True)
    store = open_store(f"sqlite:///{file}")
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET actor = '이수연' WHERE seq = 3")
    store.close()
    broken = run(file, "verify")
    assert (broken.returncode, "entry 3" in broken.stderr) == (1, True)


def test_only_an_anchor_shows_that_an_older_copy_was_put_back(tmp_path: Path) -> None:
    file, anchors, copy = tmp_path / "desk.db", tmp_path / "anchors", tmp_path / "copy.db"
    written(file, 3)
    store = open_store(f"sqlite:///{file}")
    with store.writing() as connection:
        connection.exec_driver_sql("SELECT 1")
    store.close()
    shutil.copy(file, copy)
    written(file, 2)
    assert run(file, "anchor", str(anchors)).returncode == 0
    assert run(file, "verify", "--anchor", str(anchors)).returncode == 0
    for left in tmp_path.glob("desk.db*"):
        left.unlink()
    shutil.copy(copy, file)
    assert run(file, "verify").returncode == 0
    cut = run(file, "verify", "--anchor", str(anchors))
    assert (cut.returncode, "entry 5" in cut.stderr) == (1, True)


@pytest.mark.parametrize("text", ["nonsense", '{"seq": "x"}', "[]"])
def test_a_file_that_is_no_anchor_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file, anchors = tmp_path / "desk.db", tmp_path / "anchors"
    written(file, 1)
    anchors.write_text(text)
    refused = run(file, "verify", "--anchor", str(anchors))
    assert refused.returncode == 2
    assert "audit anchor" in refused.stderr
