"""Takes authors' names out of what markers see, as soon as enrolment tells them.

A file's own properties were heeded when it was read; this is for names that only enrolment knows.
"""

import logging
from collections.abc import Callable
from uuid import UUID

from assessment import files, queries
from assessment.domain import names
from assessment.models import Submission
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.errors import Unavailable
from kit.db import ServiceDatabase

AT_ONCE = 200
WITHIN_SECONDS = 10

Asking = Callable[..., PeopleFound]

log = logging.getLogger(__name__)


def remove_names(db: ServiceDatabase, ask: Asking) -> None:
    """Work through all scripts that wait; what enrolment cannot tell now waits for the next run."""
    while True:
        with db.transaction() as tx:
            waiting = queries.submissions.to_blind(tx, most=AT_ONCE)
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
            _remove(db, submission_id, known.get(participant_id, []))


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
