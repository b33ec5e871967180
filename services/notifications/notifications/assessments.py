"""What assessment tells of candidates, windows, scripts and results, and who hears of it."""

from headship_contracts.assessment.events import (
    CandidateEntered,
    CandidateRemoved,
    ExtensionGranted,
    MarkingOverdue,
    ResubmissionOffered,
    ResultReleased,
    ScriptAllocated,
    ScriptWithdrawn,
    SubmissionMissed,
    SubmissionReceived,
    SubmissionRefused,
    WindowOpened,
)
from kit import Transaction
from notifications import queries
from notifications.domain.values import Value, day, moment
from notifications.domain.wording import plainly
from notifications.facts import LAST_DAY
from notifications.models import Candidate, Result, Submission
from notifications.queueing import Wanted, queue, write
from notifications.settling import take_back

REMIND_TIMER = "remind"
ROLES = {"first": "first marker", "second": "second marker", "adjudicator": "adjudicator"}
TOO_LATE = frozenset({"late", "not_confirmed", "read_too_late"})
"""Reasons for a refusal that another file cannot put right: the window has closed."""
NOT_TOLD = frozenset({"withdrawn", "deferred", "removed", "rejected"})
"""Reasons for a removal that the person knows already."""


def keep_candidate(tx: Transaction, event: CandidateEntered | CandidateRemoved) -> None:
    """Who is entered hears the window's dates, and hears again when their own dates change; of an
    extension by a message of its own.
    """
    candidate = queries.lock_newer(tx, Candidate, event.candidate_id, event.revision)
    if candidate is None:
        return
    former = (candidate.opens_at, candidate.closes_at) if candidate.entered else None
    is_again = candidate.entered is False
    candidate.application_id, candidate.window_id = event.application_id, event.window_id
    candidate.participant_id = event.participant_id
    candidate.entered = isinstance(event, CandidateEntered)
    if isinstance(event, CandidateRemoved):
        _tell_removal(tx, event)
        return
    if is_again:
        _take_back_unheard(tx, event)
    candidate.attempt, candidate.word_limit = event.attempt, event.word_limit
    candidate.opens_at, candidate.closes_at = event.opens_at, event.closes_at
    changed = former is not None and former != (event.opens_at, event.closes_at)
    if changed and event.because == "extension":
        return
    is_news = changed or is_again  # anything else has been told of under the shorter key
    wanted = Wanted(
        template="assessment_dates_changed" if changed else "assessment_entered",
        key=f"{event.candidate_id}:{event.revision}" if is_news else f"{event.candidate_id}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
        values=window_values(candidate) | {"again": event.attempt > 1},
    )
    queue(tx, wanted)


def tell_extension(tx: Transaction, event: ExtensionGranted) -> None:
    """Who has more time hears until when."""
    wanted = Wanted(
        template="extension_granted",
        key=f"{event.extension_id}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
        values={"closes": moment(event.closes_at)},
    )
    queue(tx, wanted)


def _tell_removal(tx: Transaction, event: CandidateRemoved) -> None:
    if any(known in event.reason for known in NOT_TOLD):
        return
    wanted = Wanted(
        template="assessment_removed",
        key=f"{event.candidate_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
        values={"reason": plainly(event.reason)},
    )
    queue(tx, wanted)


def _take_back_unheard(tx: Transaction, event: CandidateEntered) -> None:
    """Who is entered again before they have heard of their removal hears of the new entry alone."""
    write(tx)
    for template in ("assessment_removed", "assessment_entered"):
        for message in queries.unheard(tx, template, event.application_id):
            if message.window_id == event.window_id:
                take_back(tx, message)


def window_values(candidate: Candidate) -> dict[str, Value | None]:
    """What messages say of someone's window."""
    if candidate.opens_at is None or candidate.closes_at is None:
        raise LookupError(f"the window of candidate {candidate.candidate_id} has not been told")
    return {
        "opens": moment(candidate.opens_at),
        "closes": moment(candidate.closes_at),
        "word limit": candidate.word_limit,
    }


def open_window(tx: Transaction, _event: WindowOpened) -> None:
    """Look at the reminders at once: for candidates whose window is open now, that is due."""
    tx.wake(REMIND_TIMER)


def keep_submission(tx: Transaction, event: SubmissionReceived) -> None:
    """Each script that came has its receipt; reminders stop."""
    key = (event.application_id, event.window_id)
    submission = queries.lock_newer(tx, Submission, key, event.revision)
    if submission is not None:
        submission.received_at = event.received_at
    wanted = Wanted(
        template="submission_receipt",
        key=f"{event.submission_id}:{event.sha256[:16]}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
        values={
            "received": moment(event.received_at),
            "words": event.words,
            "word limit": event.word_limit,
            "receipt": event.sha256[:16],
        },
    )
    queue(tx, wanted)


def tell_refusal(tx: Transaction, event: SubmissionRefused) -> None:
    """Who sent a file that could not be taken hears why."""
    wanted = Wanted(
        template="submission_refused",
        key=f"{event.submission_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
        values={
            "reason": plainly(event.reason),
            "too late": event.reason in TOO_LATE,
            "can be put right": event.reason not in TOO_LATE,
        },
    )
    queue(tx, wanted)


def tell_missed(tx: Transaction, event: SubmissionMissed) -> None:
    """Who sent nothing hears that the window has closed."""
    wanted = Wanted(
        template="submission_missed",
        key=f"{event.candidate_id}",
        person_id=event.participant_id,
        application_id=event.application_id,
        window_id=event.window_id,
    )
    queue(tx, wanted)


def tell_allocation(tx: Transaction, event: ScriptAllocated) -> None:
    """An assessor hears of each script that lies with them, unless it has been taken away since."""
    write(tx)
    withdrawn = queries.message_of_key(tx, f"marking_withdrawn:{event.allocation_id}")
    if withdrawn is not None:
        if queries.message_of_key(tx, f"marking_allocated:{event.allocation_id}") is None:
            take_back(tx, withdrawn)
        return
    wanted = Wanted(
        template="marking_allocated",
        key=f"{event.allocation_id}",
        person_id=event.staff_id,
        values={
            "day": day(event.due_on),
            "due on": day(event.due_on),
            "role": ROLES.get(event.role, plainly(event.role)),
        },
    )
    queue(tx, wanted)


def tell_withdrawal(tx: Transaction, event: ScriptWithdrawn) -> None:
    """An assessor hears that a script has been given to somebody else; who gave it back knows. Of
    one that was given and taken away before they heard of it they hear nothing.
    """
    write(tx)
    allocated = queries.message_of_key(tx, f"marking_allocated:{event.allocation_id}")
    if allocated is not None and take_back(tx, allocated):
        return
    if event.reason in ("returned", "lease_lost"):
        return
    wanted = Wanted(
        template="marking_withdrawn",
        key=f"{event.allocation_id}",
        person_id=event.staff_id,
        values={"role": ROLES.get(event.role, plainly(event.role))},
    )
    queue(tx, wanted)


def tell_overdue(tx: Transaction, event: MarkingOverdue) -> None:
    """An assessor is reminded of what is due soon, or overdue, once a day at most, and
    not the day after: by then they may have marked it.
    """
    wanted = Wanted(
        template="marking_reminder",
        key=f"{event.staff_id}:{event.window_id}:{event.on.isoformat()}",
        person_id=event.staff_id,
        window_id=event.window_id,
        values={
            "due soon": event.due_soon,
            "overdue": event.overdue,
            "due on": day(event.due_on),
            LAST_DAY: day(event.on),
        },
    )
    queue(tx, wanted)


def tell_resubmission(tx: Transaction, event: ResubmissionOffered) -> None:
    """Who may try again hears it."""
    wanted = Wanted(
        template="resubmission_offered",
        key=f"{event.application_id}:{event.window_id}:{event.attempt}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "attempt": event.attempt,
            "dated": event.not_before is not None,
            "not before": "" if event.not_before is None else day(event.not_before),
            "has fee": event.fee is not None,
            "fee": "" if event.fee is None else f"£{event.fee:,.2f}",
        },
    )
    queue(tx, wanted)


def tell_result(tx: Transaction, event: ResultReleased) -> None:
    """Each result, and each change of one, is told in a message whose subject does not tell it."""
    result = queries.lock_newer(tx, Result, event.result_id, event.revision)
    if result is None:
        return
    result.application_id = event.application_id
    result.passed = event.state == "passed"
    wanted = Wanted(
        template="result",
        key=f"{event.result_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "passed": event.state == "passed",
            "failed": event.state == "failed",
            "changed": event.replaces is not None,
            "completion date": day(event.completion_date),
            "result id": str(event.result_id),  # these two say whether it still stands
            "revision": event.revision,
        },
    )
    queue(tx, wanted)
