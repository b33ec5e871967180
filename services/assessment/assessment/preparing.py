"""How marking begins: scripts numbered, the sample drawn, a marker for each, or a pile to claim."""

from typing import Any
from uuid import UUID

from assessment import (
    allocation,
    assessors,
    blinding,
    metrics,
    nonces,
    queries,
    roles,
    schemas,
    scripts,
    seeds,
    similar_pairs,
)
from assessment.allocation_problem import Plan, as_problem, keep_run, unplaced
from assessment.circumstances import SECOND_BECAUSE
from assessment.domain import sampling
from assessment.domain.allocation import Role
from assessment.domain.windows import WindowState
from assessment.models import Script, Window
from headship_contracts.assessment.marking import (
    MarkingPrepared,
    NotAllocated,
    PrepareMarking,
)
from headship_contracts.errors import Invalid, Refused
from kit import Caller, Transaction
from kit.db import ServiceDatabase

ROLE_OF_STATE = {
    "first_marking": Role.FIRST,
    "second_marking": Role.SECOND,
    "adjudication": Role.ADJUDICATOR,
}
"""In which role a script in this state needs someone."""


def prepare(
    db: ServiceDatabase, request: PrepareMarking, caller: Caller, plan: Plan
) -> MarkingPrepared:
    """Number the scripts and draw the sample, once; then allocate whatever lacks a marker.

    The plan is made between two transactions; what has changed meanwhile is left for another call.
    """
    with db.transaction(caller=caller) as tx:
        window = _begin(tx, request)
        problem = _problem(tx, window)
        others = [] if window.pull else _give_out_singly(tx, window)
        if window.pull:
            _put_all_on_the_pile(tx, window)
    planned = None if problem is None else plan(problem)
    with db.transaction(caller=caller) as tx:
        window = queries.windows.lock(tx, request.window_id)
        without = dict.fromkeys(others, "no_marker_without_conflict")
        if planned is not None and problem is not None:
            without |= _carry_out(tx, window, problem, planned, "marking_begins")
        given = seeds.give(tx, window)
        with_names = blinding.unchecked(tx, window, let_through=request.even_with_names)
        return _prepared(tx, window, without, planned, given, with_names)


def _begin(tx: Transaction, request: PrepareMarking) -> Window:
    roles.require(tx, roles.LEADS)
    window = queries.windows.lock(tx, request.window_id)
    if window.state == WindowState.CANCELLED:
        raise Refused("window_cancelled", f"{window.batch} did not take place")
    if window.state in (WindowState.SCHEDULED, WindowState.OPEN):
        raise Refused("window_not_closed", f"marking begins after {window.closes_at:%Y-%m-%d}")
    if window.state == WindowState.RELEASED:
        raise Refused("already_released", f"the results of {window.batch} are out")
    if window.state == WindowState.CLOSED:
        _settle_the_way(window, request)
        _number_and_draw(tx, window, nonces.drawn(request.nonce))
    return window


def _settle_the_way(window: Window, request: PrepareMarking) -> None:
    window.pull, window.markers_per_script = request.pull, request.markers_per_script
    window.seed_percent = request.seed_percent
    if request.standard_error is not None:
        if not 0 <= request.standard_error <= 1_000:
            told = {"standard_error": ["must be 0 to 1000 weighted marks"]}
            raise Invalid("standard_error_out_of_range", "marking cannot be prepared", told)
        window.margin = int(request.standard_error * 3 / 2)


def _number_and_draw(tx: Transaction, window: Window, nonce: str) -> None:
    """The numbers follow the digests of the texts: they tell neither authors nor times, and the
    same texts get the same numbers again."""
    sent = queries.submissions.to_mark(tx, window.id)
    paper = window.paper
    size = sampling.sample_size(
        len(sent), percent=paper.sample_percent, minimum=paper.sample_minimum
    )
    window.nonce, window.nonce_sha256 = nonce, sampling.commitment_to(nonce)
    window.sample = list(sampling.draw(window.batch, nonce, scripts=len(sent), size=size))
    window.scripts = len(sent)
    window.state = WindowState.MARKING
    window.revision = tx.next_revision(window.revision)
    drawn = set(window.sample)
    with_circumstances = queries.cases.with_circumstances(tx, window.id)
    for number, submission in enumerate(sent, start=1):
        tx.add(
            Script(
                window=window,
                number=number,
                submission=submission,
                application=submission.candidate.application,
                attempt=submission.candidate.attempt,
                in_sample=number in drawn,
                state="first_marking",
                second_marking_reasons=[SECOND_BECAUSE]
                if submission.candidate.application_id in with_circumstances
                else [],
                steps=0,
                flagged=False,
                moderated=False,
            )
        )
    tx.flush()
    similar_pairs.hold_new_scripts(tx, window)


def _lacking(tx: Transaction, window: Window) -> list[tuple[Script, list[Role], set[Role]]]:
    """Scripts that lack someone: (script, roles that nobody has, roles that somebody has)."""
    held = queries.desks.allocated_roles(tx, window.id)
    found = []
    for script in queries.marking.lock_scripts_of(tx, window.id):
        role = ROLE_OF_STATE.get(script.state)
        if role is None or script.disregarded:
            continue
        needed = [role]
        if role is Role.FIRST and window.markers_per_script == 2:
            needed.append(Role.SECOND)
        has = held.get(script.id, set())
        if missing := [one for one in needed if one not in has]:
            found.append((script, missing, has))
    return found


def _problem(tx: Transaction, window: Window) -> dict[str, Any] | None:
    """What has to be planned: markers for scripts whose marking has not ended. None: nothing."""
    if window.pull:
        return None
    lacking = [one for one in _lacking(tx, window) if one[0].state == "first_marking"]
    if not lacking:
        return None
    some = [script for script, _, _ in lacking]
    desks = queries.desks.live(tx, window.id)
    markers = assessors.markers(tx, window, roles.MARKERS)
    return {
        "scripts": [
            as_problem(about, script)
            | {
                "needs": len(missing),
                "beside": [str(who) for who in desks.get(script.id, {}).values()],
                "roles": [str(role) for role in missing],
            }
            for (script, missing, _), about in zip(
                lacking, unplaced(tx, some, Role.FIRST), strict=True
            )
        ],
        "markers": [schemas.marker_of(marker) for marker in markers],
        "seed": sampling.seed_of(window.batch, window.nonce or ""),
    }


def _give_out_singly(tx: Transaction, window: Window) -> list[UUID]:
    """Second markers and adjudicators that lack: they came up one by one."""
    without: list[UUID] = []
    for role in (Role.SECOND, Role.ADJUDICATOR):
        some = [
            script
            for script, missing, _ in _lacking(tx, window)
            if ROLE_OF_STATE[script.state] is role and role in missing
        ]
        drawn = [script for script in some if script.moderated and role is Role.SECOND]
        rest = [script for script in some if script not in drawn]
        without += allocation.give_out(tx, rest, role)
        without += allocation.give_out(tx, drawn, role, among=roles.ADJUDICATORS)
    return without


def _carry_out(
    tx: Transaction, window: Window, problem: dict[str, Any], planned: dict[str, Any], reason: str
) -> dict[UUID, str]:
    """Give out as planned what still lacks a marker; gives back those without, and why."""
    run = keep_run(tx, window, problem, planned, reason)
    lacking = {script.number: (script, missing) for script, missing, _ in _lacking(tx, window)}
    placed = {one["id"]: one for one in planned["scripts"]}
    without: dict[UUID, str] = {}
    for one in problem["scripts"]:
        found = placed[one["id"]]
        script, missing = lacking.get(int(one["id"]), (None, []))
        if script is None or [str(role) for role in missing] != one["roles"]:
            continue  # it was given out meanwhile
        for role, staff_id in zip(missing, found["staff"], strict=False):
            allocation.carry(tx, script, role, UUID(staff_id), found, run, planned)
        if found["short"]:
            without[script.id] = found["why"]
            for role in missing[len(found["staff"]) :]:
                tx.count(metrics.scripts_without_marker.labels(role=role))
                scripts.record(
                    tx, script, "not_allocated", found["why"], role=role, run_id=str(run.id),
                    excluded=found["excluded"],
                )  # fmt: skip
    return without


def _put_all_on_the_pile(tx: Transaction, window: Window) -> None:
    for script, missing, _ in _lacking(tx, window):
        for role in missing:
            allocation.put_on_the_pile(tx, script, role)


def _prepared(
    tx: Transaction,
    window: Window,
    without: dict[UUID, str],
    planned: dict[str, Any] | None,
    seeds: int,
    with_names: int,
) -> MarkingPrepared:
    numbers = queries.marking.numbers_of(tx, list(without))
    return MarkingPrepared(
        window_id=window.id,
        batch=window.batch,
        scripts=window.scripts or 0,
        sampled=len(window.sample or []),
        nonce_sha256=window.nonce_sha256 or "",
        allocated=0 if window.pull else (window.scripts or 0) - len(without),
        unallocated=list(without),
        reasons=[
            NotAllocated(script_id=script_id, number=numbers[script_id], reason=why)
            for script_id, why in without.items()
        ],
        gap=None if planned is None else f"{planned['gap']:.6f}",
        connected=None if planned is None else len(planned["parts"]) <= 1,
        seeds=seeds,
        names_unchecked=with_names,
    )
