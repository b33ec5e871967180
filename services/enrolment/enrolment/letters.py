"""Letters to DfE: how each kind of write is sent, and how to see whether it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeRefused, DfeUnanswered
from enrolment.dfe.shapes import DfeApplication, DfeDeclaration, DfeOutcome
from enrolment.domain.declarations import TAKEN
from enrolment.training import BECOMES


@dataclass(frozen=True)
class Letter:
    """A write, and what is needed to send it, outside any transaction."""

    write_id: int
    kind: str
    in_doubt: bool
    attempts: int
    body: Mapping[str, Any]
    application_id: UUID
    dfe_application_id: UUID
    dfe_participant_id: UUID
    correlation_id: str


Answer = DfeApplication | DfeDeclaration | DfeOutcome | str


def send_or_find(client: DfeClient, letter: Letter) -> tuple["Answer | None", DfeRefused | None]:
    """DfE's answer. Where it says no, that may be because it has it already: then that counts."""
    try:
        return _send(client, letter), None
    except DfeRefused as refusal:
        try:
            return look_up(client, letter), refusal
        except DfeRefused:
            return None, refusal


def _send(client: DfeClient, letter: Letter) -> Answer:
    theirs, person, body = letter.dfe_application_id, letter.dfe_participant_id, letter.body
    if letter.kind in ("accept", "reject"):
        accepts = letter.kind == "accept"
        shown = client.accept(theirs, body) if accepts else client.reject(theirs)
        if shown.status != f"{letter.kind}ed":
            raise DfeUnanswered(f"after {letter.kind} DfE shows the status {shown.status}")
        return shown
    if letter.kind == "declare":
        return client.declare(body)
    if letter.kind == "outcome":
        return client.report_outcome(person, body)
    status = client.change_training(letter.kind, person, theirs, body)
    if status != BECOMES[letter.kind]:
        raise DfeUnanswered(f"after {letter.kind} DfE shows the status {status}")
    return status


def look_up(client: DfeClient, letter: Letter) -> Answer | None:
    """What DfE has, if it is what it was to be told; else None."""
    theirs, person, body = letter.dfe_application_id, letter.dfe_participant_id, letter.body
    if letter.kind in ("accept", "reject"):
        shown = client.application(theirs)
        return shown if shown.status == f"{letter.kind}ed" else None
    if letter.kind == "declare":
        made = client.declarations_of(person)
        kind = body["declaration_type"]
        ours = [d for d in made if d.application_id == theirs and d.declaration_type == kind]
        return next((d for d in ours if d.state in TAKEN), None)
    if letter.kind == "outcome":
        known = [o for o in client.outcomes_of(person) if o.course == body["course_identifier"]]
        if not known:
            return None
        latest = sorted(known, key=lambda outcome: outcome.created_at)[-1]
        same = (latest.state, latest.completion_date.isoformat())
        return latest if same == (body["state"], body["completion_date"]) else None
    status = client.training_status(person, theirs)
    return status if status == BECOMES[letter.kind] else None
