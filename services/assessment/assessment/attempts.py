"""An attempt that counts for nothing: its script leaves the marking, and its author the window."""

from assessment import allocation, candidates, moderating, queries, scripts
from assessment.domain.candidates import CandidateState
from assessment.models import Application, Candidate, Script
from kit import Transaction

DISREGARDED = "attempt_disregarded"


def take_out(
    tx: Transaction,
    application: Application,
    candidate: Candidate,
    script: Script | None,
    *,
    rule: str,
    reason: str = DISREGARDED,
) -> None:
    """No result comes of it, and no attempt is used. All are locked, the window as well."""
    if script is not None:
        script.disregarded = True
        scripts.record(tx, script, DISREGARDED, rule)
        allocation.clear(tx, script, reason)
        moderating.count_out(tx, script)
    sent = queries.submissions.counting(tx, candidate.id)
    if script is None and sent is not None:
        sent.counts = False
    if candidate.state in (CandidateState.ENTERED, CandidateState.SUBMITTED):
        candidates.remove(tx, application, candidate, reason)


def take_out_later(tx: Transaction, application: Application) -> None:
    """Who has passed by an earlier attempt fails by no later one, in a window that has opened."""
    candidate = queries.candidates.lock_live(tx, application.application_id)
    if candidate is None or candidate.window.state in candidates.NOT_OPENED:
        return
    window = queries.windows.lock(tx, candidate.window_id)
    script_id = queries.marking.script_of(tx, application.application_id, window.id)
    script = None if script_id is None else queries.marking.lock_script(tx, script_id)
    passed = "already_passed"
    take_out(tx, application, candidate, script, rule=passed, reason=passed)
