"""From decided scripts to results that may be released: nothing open, and confirmed by a lead."""

from collections.abc import Sequence
from uuid import UUID

from assessment import queries, roles, scripts
from assessment.domain import seals
from assessment.domain.integrity import state_of
from assessment.domain.marking import ResultState, Rule
from assessment.domain.windows import WindowState
from assessment.models import Script, Window
from headship_contracts.assessment.results import Ratification, RatifyResults
from headship_contracts.errors import Refused
from kit import Transaction

UNRESOLVED = ("sampling",)
"""States of a marker's moderation in which more may still be found.

One that escalated is over for good: what is marked again because of it keeps its script open.
"""

NAMED_AT_MOST = 20
"""Open matters of a kind that a refusal names; it says how many more there are."""


def ratify(tx: Transaction, request: RatifyResults) -> Ratification:
    """Confirm the decisions of a window as they are now.

    Results that rest on one mark, of a marker whom nobody moderated, are confirmed only for a
    reason, which is part of their records.
    """
    roles.require(tx, roles.LEADS)
    window = queries.windows.lock(tx, request.window_id)
    marked = ready_to_release(tx, window)
    unmoderated = _unmoderated(tx, window, marked)
    because = request.unmoderated_because if unmoderated else None
    if unmoderated and because is None:
        raise Refused(
            "not_moderated",
            f"{len(unmoderated)} of {len(marked)} results rest on one mark that nobody moderated, "
            f"{_listed([str(number) for number in sorted(unmoderated)])}: open_moderation first, "
            "or say unmoderated_because",
        )
    window.ratified_at, window.ratified_by = tx.at, str(tx.caller)
    window.ratified_sha256 = digest_of(marked)
    window.revision = tx.next_revision(window.revision)
    for script in marked:
        facts = {"decision": script.decision, "unmoderated": script.number in unmoderated}
        if script.number in unmoderated:
            facts["unmoderated_because"] = because
        if script.integrity_outcome is not None:
            facts["integrity_outcome"] = script.integrity_outcome
        scripts.record(tx, script, "ratified", "lead_decides", **facts)
    states = [state_of(script.decision or "", script.integrity_outcome) for script in marked]
    passed = states.count(ResultState.PASSED)
    return Ratification(
        window_id=window.id,
        scripts=len(marked),
        passed=passed,
        failed=len(marked) - passed,
        sha256=window.ratified_sha256,
        ratified_at=window.ratified_at,
        ratified_by=window.ratified_by,
        unmoderated=len(unmoderated),
        unmoderated_because=because,
    )


def _unmoderated(tx: Transaction, window: Window, marked: Sequence[Script]) -> set[int]:
    """Numbers of scripts that rest on one mark, of markers for whom no moderation was opened."""
    looked_at: set[int] = set()
    for one in queries.moderation.of_window(tx, window.id):
        looked_at.update(one.frame, map(int, one.mandatory))
    alone = {script.number for script in marked if script.rule == Rule.SINGLE_MARK_STANDS}
    return alone - looked_at


def ready_to_release(tx: Transaction, window: Window) -> list[Script]:
    """The window's scripts that get a result, locked. Raises Refused, naming what is open."""
    if window.state == WindowState.RELEASED:
        raise Refused("already_released", f"the results of {window.batch} are out")
    if window.state != WindowState.MARKING:
        raise Refused("marking_not_prepared", f"the window is {window.state}")
    every = queries.marking.lock_scripts_of(tx, window.id)
    marked = [script for script in every if not script.disregarded]
    open_scripts = {
        script.number: "held" if script.hold else script.state
        for script in marked
        if script.hold or script.state != "decided"
    }
    for number in queries.similarity.without_outcome(tx, window.id) & {s.number for s in marked}:
        open_scripts.setdefault(number, "upheld, without an outcome")
    cases = queries.cases.open_circumstances(tx, window.id)
    by_application = {script.application_id: script.number for script in every}
    told: dict[str, str] = {}
    if open_scripts:
        named = [f"{number} ({why})" for number, why in sorted(open_scripts.items())]
        told["scripts_open"] = (
            f"{len(open_scripts)} of {len(marked)} scripts are open: {_listed(named)}"
        )
    if cases:
        named = [_case(case.id, by_application.get(case.application_id)) for case in cases]
        told["circumstances_open"] = f"circumstances wait for a decision: {_listed(named)}"
    under_way = [
        one for one in queries.moderation.of_window(tx, window.id) if one.state in UNRESOLVED
    ]
    if under_way:
        named = [f"of marker {one.staff_id} ({one.state})" for one in under_way]
        told["moderation_open"] = f"moderation is under way: {_listed(named)}"
    if told:
        raise Refused(next(iter(told)), "; ".join(told.values()))
    return marked


def require_ratified(window: Window, marked: Sequence[Script]) -> None:
    """Refuse to release what nobody confirmed, or what was changed since."""
    if window.ratified_at is None:
        raise Refused("not_ratified", f"ratify_results first: nobody has confirmed {window.batch}")
    if window.ratified_sha256 != digest_of(marked):
        raise Refused("changed_since_ratified", "a decision has changed: ratify_results again")


def digest_of(marked: Sequence[Script]) -> str:
    """SHA-256 over what is ratified: each script's number, decision and score, and what was decided
    of its integrity if that was in doubt."""
    decisions = [
        [script.number, script.decision, seals.plain(script.score)]
        + ([] if script.integrity_outcome is None else [script.integrity_outcome])
        for script in sorted(marked, key=lambda one: one.number)
    ]
    return seals.digest_of({"decisions": decisions})


def _case(circumstances_id: UUID, number: int | None) -> str:
    where = "no script" if number is None else f"script {number}"
    return f"{circumstances_id} ({where})"


def _listed(named: Sequence[str]) -> str:
    more = len(named) - NAMED_AT_MOST
    return ", ".join(named[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
