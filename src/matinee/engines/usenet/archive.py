"""The engine's memory on disk: each job's page, NZB and journal, the history, and the rules."""

import gzip
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from matinee.engines.usenet.journal import Journal, Kind, Note
from matinee.engines.usenet.plan import Plan, read_plan
from matinee.engines.usenet.record import (
    FinishedRecord,
    JobRecord,
    Rules,
    finished_page,
    job_page,
    read_finished,
    read_job,
    read_rules,
    rules_page,
)
from matinee.kernel.apart import hold_alone
from matinee.kernel.durable import sync, write_durably
from matinee.kernel.errors import Unreachable

log = logging.getLogger(__name__)
T = TypeVar("T")


class Archive:
    """Holds the state folder alone.

    Of a job `source.nzb.gz` comes first and `job.json` commits it; `articles.journal` grows with every article. A
    page of the history commits before the job's own page goes; a failed job keeps NZB and journal for another try.
    """

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = hold_alone(state, "usenet engine")
        self._rules = state / "rules.json"
        self._jobs, self._history = state / "jobs", state / "history"
        for folder in (self._jobs, self._history):
            folder.mkdir(exist_ok=True, mode=0o700)

    def close(self) -> None:
        """Let the state folder go."""
        self._lock.close()

    def rules(self) -> Rules:
        """The rules; the defaults when there are none or they are damaged."""
        return _read(self._rules, read_rules) or Rules()

    def put_rules(self, rules: Rules) -> None:
        """Keep the rules."""
        _write(self._rules, rules_page(rules))

    def jobs(self) -> list[JobRecord]:
        """The queue; damaged pages are logged and left where they are for the owner to see."""
        found = (_read(page, read_job) for page in sorted(self._jobs.glob("*/job.json")))
        done = {page.stem for page in self._history.glob("*.json")}
        return [record for record in found if record and record.id not in done]

    def history(self) -> list[FinishedRecord]:
        """All finished jobs."""
        found = (_read(page, read_finished) for page in self._history.glob("*.json"))
        return [finished for finished in found if finished]

    def add(self, record: JobRecord, source: bytes) -> None:
        """Keep a new job."""
        folder = self._jobs / record.id
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / "source.nzb.gz", gzip.compress(source, 6))
        self.put(record)
        sync(self._jobs)

    def put(self, record: JobRecord) -> None:
        """Keep the job's page as it is now; of a job forgotten meanwhile nothing is written."""
        if (self._jobs / record.id).is_dir():
            _write(self._jobs / record.id / "job.json", job_page(record))

    def plan(self, id: str) -> Plan:
        """What the job's NZB asks for; OSError or Refused when it is gone or damaged."""
        return read_plan((self._jobs / id / "source.nzb.gz").read_bytes())

    def journal(self, id: str) -> Path:
        """Where its articles are noted."""
        return self._jobs / id / "articles.journal"

    def forget_failures(self, id: str) -> None:
        """All servers are asked again for what none of them had; what is done stays done."""
        journal = None
        try:
            journal = Journal(self.journal(id))
            journal.write(Note(Kind.RETRIED))
        except OSError as error:
            raise Unreachable(f"the usenet engine cannot write its state: {error}") from error
        finally:
            if journal:
                journal.close()

    def finish(self, finished: FinishedRecord, *, keep: bool) -> None:
        """Move a job to the history; what another try needs is kept."""
        id = finished.job.id
        _write(self._history / f"{id}.json", finished_page(finished))
        (self._jobs / id / "job.json").unlink(missing_ok=True)
        if not keep:
            shutil.rmtree(self._jobs / id, ignore_errors=True)

    def bring_back(self, record: JobRecord) -> None:
        """Move a failed job from the history to the queue."""
        self.put(record)
        (self._history / f"{record.id}.json").unlink(missing_ok=True)

    def forget(self, id: str) -> None:
        """Keep nothing of it."""
        (self._history / f"{id}.json").unlink(missing_ok=True)
        (self._jobs / id / "job.json").unlink(missing_ok=True)
        shutil.rmtree(self._jobs / id, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    try:
        write_durably(path, content)
    except OSError as error:
        raise Unreachable(f"the usenet engine cannot write its state: {error}") from error


def _read(path: Path, read: Callable[[Mapping[str, Any]], T]) -> T | None:
    try:
        return read(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        log.error("%s is left out: %s", path, error)
        return None
