"""Letters about results: made when they are asked for, from what is released now."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from assessment import bank_holidays, candidates, queries, roles
from assessment.domain.deadlines import after_working_days
from assessment.domain.integrity import Outcome
from assessment.domain.marking import Decision
from assessment.domain.windows import london_date
from assessment.models import Result
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.results import GetLetter, Letter
from headship_contracts.enrolment.people import People
from headship_contracts.errors import NotFound
from kit import Ask, Caller, Transaction
from kit.db import ServiceDatabase

NAMES_WITHIN = 10.0
"""Seconds to wait for the participant's name."""

Make = Callable[[dict[str, Any]], bytes]
"""Runs `documents.letter:make` in a child process."""


def get(
    db: ServiceDatabase,
    request: GetLetter,
    caller: Caller,
    ask: Ask,
    settings: AssessmentSettings,
    make: Make,
) -> Letter:
    """The letter of a result as it stands; the name is asked for now, and kept nowhere."""
    with db.transaction(caller=caller) as tx:
        roles.require(tx, roles.LEADS)
        result = queries.marking.result(tx, request.application_id, request.attempt)
        participant_id = result.script.application.participant
        told = _told(tx, result, settings)
    found = ask(People(ids=[participant_id]), seconds=NAMES_WITHIN).people
    if not found:
        raise NotFound("participant_not_found", "enrolment knows no such participant")
    document = make(told | {"name": found[0].full_name})
    return Letter(
        result_id=result.id,
        revision=result.revision,
        filename=f"result-attempt-{result.attempt}.pdf",
        sha256=sha256(document).hexdigest(),
        content=b64encode(document).decode(),
    )


def _told(tx: Transaction, result: Result, settings: AssessmentSettings) -> dict[str, Any]:
    paper = result.script.window.paper
    told_on = london_date(queries.marking.told_at(tx, result))
    appeal_by = after_working_days(told_on, settings.appeal_within, bank_holidays.calendar())
    return {
        "provider": settings.provider_name,
        "course": paper.course,
        "attempt": result.attempt,
        "released_on": f"{told_on:%-d %B %Y}",
        "state": result.state,
        "changed": result.replaces is not None,
        "by_integrity": result.script.integrity_outcome == Outcome.FAIL,
        "by_marks": result.script.decision == Decision.FAIL,
        "failed_criteria": list(result.failed_criteria),
        "may_resubmit": result.may_resubmit,
        "not_before": f"{candidates.earliest_again(tx, result):%-d %B %Y}",
        "fee": None if paper.resubmission_fee is None else f"{paper.resubmission_fee:.2f}",
        "appeal_by": f"{appeal_by:%-d %B %Y}",
        "reference": f"{result.id}/{result.revision}",
    }
