"""Takes authors' names out of what markers see, as soon as enrolment tells them.

A file's own properties were heeded when it was read; this is for names that only enrolment knows.
"""

import logging
from collections.abc import Callable
from uuid import UUID

from assessment import files, queries, schemas, scripts
from assessment.domain import names
from assessment.models import Script, Submission, Window
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.errors import Refused, Unavailable
from kit import Transaction
from kit.db import ServiceDatabase

AT_ONCE = 200
WITHIN_SECONDS = 10

Asking = Callable[..., PeopleFound]

log = logging.getLogger(__name__)


def remove_names(db: ServiceDatabase, ask: Asking) -> None:
    """Work through all scripts that wait; what enrolment cannot tell now waits for the next run.

    So do those whose author enrolment does not know: nobody can say that their name is gone.
    """
    unknown: set[UUID] = set()
    while True:
        with db.transaction() as tx:
            waiting = queries.submissions.to_blind(tx, most=AT_ONCE, but=unknown)
            whose = {one.id: one.candidate.application.participant for one in waiting}
        if not whose:
            return
        try:
            told = ask(People(ids=sorted(set(whose.values()))), seconds=WITHIN_SECONDS)
        except Unavailable as error:
            log.warning("names wait: enrolment does not answer", exc_info=error)
            return
        known = {
            person.person_id: [person.full_name, *([person.email] if person.email else [])]
            for person in told.people
        }
        for submission_id, participant_id in whose.items():
            if participant_id in known:
                _remove(db, submission_id, known[participant_id])
            else:
                log.warning("a name waits: enrolment does not know the author of a script")
                unknown.add(submission_id)


def require_checked(script: Script) -> None:
    """Refuse a marker a script in which its author's name may still stand."""
    if not script.submission.names_checked:
        detail = "its author's name has not been looked for yet: enrolment has not told it"
        number = schemas.shown_number(script.id)
        raise Refused("names_not_checked", f"script {number}: {detail}")


def unchecked(tx: Transaction, window: Window, *, let_through: bool) -> int:
    """How many scripts no marker is shown for that reason; none once a lead has let them through,
    which is a step of each script's record."""
    waiting = queries.submissions.lock_unchecked(tx, window.id)
    if not let_through:
        return len(waiting)
    for script in waiting:
        script.submission.names_checked = True
        scripts.record(tx, script, "shown_with_names", "lead_decides")
    return 0


def _remove(db: ServiceDatabase, submission_id: UUID, wanted: list[str]) -> None:
    with db.transaction() as tx:
        submission: Submission = queries.submissions.require(tx, submission_id, lock=True)
        if submission.names_checked or submission.text_sha256 is None:
            return
        submission.names_checked = True
        text = files.get(tx, submission.text_sha256).decode()
        text, cut_off_at, removed = names.remove(text, submission.cut_off_at, wanted)
        if removed:
            submission.text_sha256 = files.put(tx, text.encode())
            submission.cut_off_at = cut_off_at
            submission.names_removed += removed
