"""Export jobs: a thread writes the file, the page asks how far it is, the owner fetches it, an hour later it is gone.

What was searched for stays in memory here; an address only carries the job's random id.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lib.errors import BadInput, DeskError
from lib.people import policy
from lib.people.actor import Actor
from lib.queries.payments import Sums
from lib.reports.workbooks import csv_file, xlsx_file
from lib.world import World

log = logging.getLogger("paydesk.exports")

KEPT_S = 3600
FOLDER = Path(tempfile.gettempdir()) / "paydesk-exports"


@dataclass(slots=True)
class Job:
    """One export: `rows` written of about `total`; `done` when the file can be fetched; `problem` is a sentence's code."""

    owner: str
    file: Path
    file_name: str
    made_at: float
    total: int
    sums: Sums = field(default_factory=Sums)
    done: bool = False
    problem: str = ""

    @property
    def rows(self) -> int:
        """How many rows have been written."""
        return self.sums.rows


Rows = Callable[[Sums], Iterator[tuple[object, ...]]]

_jobs: dict[str, Job] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a file: `header` for its `columns`, `sheets` (two names), `conditions(sums)` for the second sheet;
    `name` is what the file's own begins with."""

    header: Sequence[str]
    sheets: tuple[str, str]
    conditions: Callable[[Sums], Sequence[xlsx_file.Condition]]
    columns: Sequence[str]
    name: str = "payments"


def start(
    actor: Actor,
    world: World,
    kind: str,
    rows: Rows,
    total: int,
    days: str,
    labels: Labels,
    *,
    right: str = policy.EXPORT,
) -> str:
    """Begin to write about `total` rows; returns the job's id. `days` goes into the file's name; `right`: who may.

    Raises `NotAllowed`, and `BadInput` too_many_rows (rows) for a workbook beyond Excel's patience.
    """
    policy.require(actor, right)
    if kind == "xlsx" and total > xlsx_file.ROWS_MAX:
        raise BadInput("too_many_rows", rows=total)
    now = world.now()
    _sweep(now)
    job_id = world.nonce()
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    job = Job(actor.session, FOLDER / f"{job_id}.{kind}", f"{labels.name}-{days}.{kind}", now, total)
    with _lock:
        _jobs[job_id] = job
    threading.Thread(target=_write, args=(job, kind, rows, labels), daemon=True).start()
    return job_id


def progress(job_id: str, actor: Actor) -> Job | None:
    """The job, for its owner only; None when there is none."""
    with _lock:
        job = _jobs.get(job_id)
    return job if job is not None and job.owner == actor.session else None


def _write(job: Job, kind: str, rows: Rows, labels: Labels) -> None:
    try:
        if kind == "csv":
            csv_file.write(job.file, labels.header, rows(job.sums))
        else:
            about = partial(labels.conditions, job.sums)
            xlsx_file.write(job.file, labels.columns, labels.header, rows(job.sums), about, labels.sheets)
        job.done = True
    except DeskError as error:
        job.problem = str(error.facts.get("why", error.code))
    except Exception:
        log.exception("an export failed")
        job.problem = "error"


def _sweep(now: float) -> None:
    """Delete files older than an hour."""
    with _lock:
        for job_id, job in list(_jobs.items()):
            if now - job.made_at > KEPT_S:
                job.file.unlink(missing_ok=True)
                del _jobs[job_id]
