"""Writes down how the evening went: every stage with its times, and how long the house itself took."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matinee.demo.check import Finding
from matinee.web.models import JourneyOut, RequestOut, StepOut

OWN_SECONDS = 1.0
DEMO_SECONDS = 60.0


def report(wishes: Sequence[RequestOut], findings: Sequence[Finding], *, begun: float, ended: float) -> dict[str, Any]:
    """The evening as plain data; times in seconds.

    `own_seconds` is the longest time from "download complete" to "ready" (None when nothing came so far);
    `own_seconds_in_all` adds to it what the house took for everything but the transfers.
    """
    journeys = [journey for wish in wishes for journey in wish.journeys]
    return {
        "ok": all(finding.ok or finding.skipped for finding in findings),
        "total_seconds": round(_span(journeys), 3),
        "with_start_seconds": round(ended - begun, 3),
        "own_seconds": _longest_own(journeys),
        "own_seconds_in_all": round(sum(map(_own_in_all, journeys)), 3),
        "journeys": [_journey(journey) for journey in journeys],
        "checks": [
            {"stage": f.stage, "what": f.what, "ok": f.ok, "skipped": f.skipped, "seen": f.seen} for f in findings
        ],
    }


def judge_times(wishes: Sequence[RequestOut], seconds: float) -> list[Finding]:
    """Whether the house was as quick as it promises; `seconds` is all that the demo took, checks included."""
    own = _longest_own([journey for wish in wishes for journey in wish.journeys])
    return [
        Finding("ready", "own time is under a second", own is not None and own < OWN_SECONDS, f"{own} s"),
        Finding("ready", "the demo is quick", seconds < DEMO_SECONDS, f"{seconds:.1f} s of {DEMO_SECONDS:g}"),
    ]


def write_report(path: Path, told: dict[str, Any]) -> None:
    """Write the report beside the demo's house."""
    path.write_text(json.dumps(told, indent=2) + "\n")


def _span(journeys: list[JourneyOut]) -> float:
    journeys = [journey for journey in journeys if journey.steps]
    if not journeys:
        return 0.0
    starts = [journey.steps[0].started for journey in journeys]
    ends = [_end(journey.steps[-1]) for journey in journeys]
    return float((max(ends) - min(starts)).total_seconds())


def _own(journey: JourneyOut) -> float | None:
    """From the end of the last download to ready; None when it did not come so far."""
    arrived = [step for step in journey.steps if step.stage == "downloaded"]
    if not arrived or journey.state != "done":
        return None
    return round(float((_end(journey.steps[-1]) - _end(arrived[-1])).total_seconds()), 3)


def _longest_own(journeys: list[JourneyOut]) -> float | None:
    return max((own for own in map(_own, journeys) if own is not None), default=None)


def _own_in_all(journey: JourneyOut) -> float:
    steps = [step for step in journey.steps if step.stage != "downloaded"]
    return float(sum((_end(step) - step.started).total_seconds() for step in steps))


def _end(step: StepOut) -> Any:
    return step.ended or step.started


def _journey(journey: JourneyOut) -> dict[str, Any]:
    return {
        "label": journey.label,
        "state": journey.state,
        "own_seconds": _own(journey),
        "stages": [
            {
                "stage": step.stage,
                "outcome": step.state,
                "text": step.text,
                "notes": step.notes,
                "start": step.started.isoformat(),
                "end": _end(step).isoformat(),
                "seconds": round((_end(step) - step.started).total_seconds(), 3),
            }
            for step in journey.steps
        ],
    }
