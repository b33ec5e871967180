"""Results kept back while something about a script is in doubt."""

from assessment import marking, queries, roles, scripts
from assessment.domain import integrity as rules
from assessment.domain.windows import WindowState
from assessment.models import Script
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.errors import Refused
from headship_contracts.messages import Done
from kit import Transaction

SIMILAR = "similar to another script"
"""The reason of a hold that an investigated pair gives: any other one was given by a lead."""


def hold(tx: Transaction, request: HoldScript) -> Done:
    """Keep back a script's result; it can still be marked."""
    roles.require(tx, roles.LEADS)
    script = queries.marking.lock_script(tx, request.script_id)
    put(tx, script, request.reason, integrity=request.integrity)
    return Done()


def put(
    tx: Transaction, script: Script, reason: str, *, integrity: bool, rule: str = "lead_decides"
) -> None:
    """Hold a script, which is locked; one whose integrity is in doubt is marked by two."""
    if script.window.state == WindowState.RELEASED:
        raise Refused("already_released", f"the results of {script.window.batch} are out")
    if script.hold is not None:
        raise Refused("already_held", script.hold)
    script.hold = reason
    scripts.record(tx, script, "held", rule, reason=reason, integrity=integrity)
    if integrity and not script.flagged:
        _have_marked_by_two(tx, script)


def doubt(tx: Transaction, script: Script) -> None:
    """Have a script that is held already marked by two for a pair's sake, at once; it is locked.

    Its hold keeps the reason that it has.
    """
    if not script.flagged:
        scripts.record(tx, script, "flagged", "similar_pair", reason=SIMILAR, hold=script.hold)
        _have_marked_by_two(tx, script)


def lift(tx: Transaction, request: LiftHold) -> Done:
    """Let a held script's result go; that its integrity was in doubt stays on record.

    While a pair of it is under investigation it stays held for that; where one was upheld, a lead
    says what comes of it.
    """
    roles.require(tx, roles.LEADS)
    script = queries.marking.lock_script(tx, request.script_id)
    if script.hold is None:
        raise Refused("not_held", f"script {script.number} is not held")
    pair = queries.similarity.investigated(tx, script.submission_id)
    if pair is not None and (script.hold == SIMILAR or request.outcome is not None):
        raise Refused("under_investigation", f"decide_similar_pair {pair.id} first")
    upheld = queries.similarity.upheld(tx, script.submission_id)
    rules.require_outcome(
        request.outcome,
        known=script.integrity_outcome,
        doubted=script.flagged or upheld,
        upheld=upheld and pair is None,
    )
    script.hold = None
    script.integrity_outcome = request.outcome or script.integrity_outcome
    facts = {"reason": request.reason, "outcome": script.integrity_outcome}
    scripts.record(tx, script, "hold_lifted", "lead_decides", **facts)
    if pair is not None:
        put(tx, script, SIMILAR, integrity=True, rule="similar_pair")
    return Done()


def _have_marked_by_two(tx: Transaction, script: Script) -> None:
    script.flagged = True
    marking.require_second(tx, script, "integrity")
