"""How far those who marked a window agree: computed apart, for quality assurance only."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from assessment import queries, roles
from assessment.domain.allocation import Role
from assessment.models import Mark, Paper, ReferenceMarking
from headship_contracts.assessment.reliability import (
    Figure,
    MarkerFigures,
    ReliabilityReport,
    ReportReliability,
)
from kit import Caller
from kit.db import ServiceDatabase

READERS = ("lead", "moderator")

Examine = Callable[[dict[str, Any]], dict[str, Any]]
"""Runs `domain.reliability.window:examine` in a child process."""


def report(
    db: ServiceDatabase, request: ReportReliability, caller: Caller, examine: Examine
) -> ReliabilityReport:
    """The figures of a window's blind marks; adjudicators saw the others', and are left out."""
    with db.transaction(caller=caller) as tx:
        roles.require(tx, READERS)
        window = queries.windows.require(tx, request.window_id)
        paper, batch = window.paper, window.batch
        marks = [
            mark
            for by_role in queries.marking.marks_of_window(tx, window.id).values()
            for role, mark in by_role.items()
            if role is not Role.ADJUDICATOR
        ]
        given = [_given(mark) for mark in sorted(marks, key=lambda one: one.marked_at)]
        seeds = [_seed(one) for one in queries.assessors.seeds_marked(tx, window.id)]
    found = examine({"given": given, "seeds": seeds, "most": _most(paper)})
    return _record(request.window_id, batch, found)


def _given(mark: Mark) -> dict[str, Any]:
    return {
        "script": str(mark.allocation.script_id),
        "marker": str(mark.allocation.staff_id),
        "decision": mark.indicative,
        "score": mark.score,
        "marks": {one["criterion"]: one["mark"] for one in mark.marks},
        "at": mark.marked_at.isoformat(),
    }


def _seed(marking: ReferenceMarking) -> dict[str, Any]:
    """A seed's score beside the definitive one: for drift alone."""
    return {
        "marker": str(marking.staff_id),
        "score": marking.score,
        "reference": marking.reference.score,
        "at": marking.marked_at.isoformat() if marking.marked_at else "",
    }


def _most(paper: Paper) -> dict[str, int]:
    return {criterion["code"]: criterion["max_mark"] for criterion in paper.criteria}


def _record(window_id: UUID, batch: str, found: dict[str, Any]) -> ReliabilityReport:
    return ReliabilityReport(
        window_id=window_id,
        batch=batch,
        scripts=found["scripts"],
        marked_twice=found["marked_twice"],
        figures=[
            Figure(
                of=one["of"],
                name=one["name"],
                value=_shown(one["value"]),
                low=_shown(one["low"]),
                high=_shown(one["high"]),
                reason=one["reason"],
                note=one.get("note"),
            )
            for one in found["figures"]
        ],
        explanation=found["explanation"],
        markers=[_marker(marker, found) for marker in found["counted"]],
        subsets=len(found["severity"]["subsets"]),
        use=found["use"],
        detail=json.dumps(found),
    )


def _marker(marker: str, found: dict[str, Any]) -> MarkerFigures:
    severity = found["severity"]["raters"].get(marker, {})
    drift = found["drift"].get(marker, {})
    return MarkerFigures(
        staff_id=UUID(marker),
        scripts=found["counted"][marker],
        severity=_shown(severity.get("value")),
        error=_shown(severity.get("error")),
        reason=severity.get("reason") or found["severity"]["reason"],
        drift=drift.get("standing"),
        warned_at=drift.get("warned_at"),
        stopped_at=drift.get("stopped_at"),
    )


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:.6f}"
