"""An allocation as a problem of plain values, and the record of how it was solved."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from assessment import queries, schemas
from assessment.domain.allocation import Role, Unplaced
from assessment.models import AllocationRun, Script, Window
from kit import Transaction, jobs

Plan = Callable[[dict[str, Any]], dict[str, Any]]
"""Solves an allocation: `domain.allocation.planning.plan`, here or in a child process."""


def in_a_child_process(seconds: int, megabytes: int) -> Plan:
    """Plans beside the service, which goes on meanwhile."""

    def run(problem: dict[str, Any]) -> dict[str, Any]:
        planned: dict[str, Any] = jobs.run(
            "assessment.domain.allocation.planning:plan",
            problem,
            seconds=seconds,
            megabytes=megabytes,
        )
        return planned

    return run


def unplaced(tx: Transaction, some: Sequence[Script], role: Role) -> list[Unplaced]:
    """Scripts by their numbers, which the draw can be repeated with.

    Who had this script is out. Who had an earlier attempt is out as a marker, but may adjudicate:
    that is asked only where two others disagree, and there are few who may.
    """
    had: dict[UUID, set[str]] = {script.id: set() for script in some}
    mine = {script.application_id: script for script in some}
    for application_id, script_id, staff_id in queries.desks.who_had(tx, mine):
        script = mine[application_id]
        if script_id == script.id or role is not Role.ADJUDICATOR:
            had[script.id].add(str(staff_id))
    return [
        replace(
            schemas.about_author(script.application),
            script_id=str(script.number),
            marked_by=frozenset(had[script.id]),
        )
        for script in some
    ]


def as_problem(about: Unplaced, script: Script) -> dict[str, Any]:
    """A script for `domain.allocation.planning.plan`."""
    return {
        "id": str(script.number),
        "script_id": str(script.id),
        "school_urn": about.school_urn,
        "trust_id": about.trust_id,
        "delivery_partner_id": about.delivery_partner_id,
        "coach_staff_id": about.coach_staff_id,
        "marked_by": sorted(about.marked_by),
        "author": sorted(about.author),
    }


def keep_run(
    tx: Transaction, window: Window, problem: dict[str, Any], planned: dict[str, Any], reason: str
) -> AllocationRun:
    """Keep how it was reckoned: what explains each of its allocations."""
    told = ("cost", "bound", "gap", "moved", "linked_by", "parts", "partners", "seconds")
    run = AllocationRun(
        id=uuid4(),
        window_id=window.id,
        at=tx.at,
        seed=problem["seed"],
        reason=reason,
        scripts=len(problem["scripts"]),
        markers=planned["markers"],
        facts={name: planned[name] for name in told},
    )
    tx.add(run)
    tx.flush()
    return run
