"""Letters to DfE: how each kind of write is sent, and how to see whether it arrived.

| kind | sent | looked up by GET of | the answer |
|---|---|---|---|
| accept, reject, change_funded_place | ... npq-applications/{id}/... | it | DfeApplication |
| defer, resume, withdraw, change_schedule | PUT participants/npq/{id}/... | it | DfeEnrolment |
| declare | POST participant-declarations | the person's | DfeDeclaration |
| void, change_delivery_partner | PUT participant-declarations/{id}/... | it | DfeDeclaration |
| outcome | POST participants/npq/{id}/outcomes | the person's | DfeOutcome |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeMerged, DfeNonsense, DfeRefused, DfeUnanswered
from enrolment.dfe.shapes import (
    DfeApplication,
    DfeDeclaration,
    DfeEnrolment,
    DfeOutcome,
    DfeParticipant,
)
from enrolment.domain.declarations import TAKEN

TRAINING = {"defer": "deferred", "resume": "active", "withdraw": "withdrawn"}
"""Kinds that change the training status, and what it is after them."""

VOIDED = frozenset({"voided", "awaiting_clawback", "clawed_back"})


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
    dfe_declaration_id: UUID | None
    correlation_id: str


Answer = DfeApplication | DfeDeclaration | DfeOutcome | DfeEnrolment


def send_or_find(client: DfeClient, letter: Letter) -> tuple["Answer | None", DfeRefused | None]:
    """DfE's answer. Where it says no, that may be because it has it already: then that counts.

    Raises DfeMerged where the no means that the participant has another id now.
    """
    try:
        return _send(client, letter), None
    except DfeRefused as refusal:
        try:
            if letter.kind == "declare" and refusal.title == "participant_id":
                client.participant(letter.dfe_participant_id)  # has it another id?
            return look_up(client, letter), refusal
        except DfeMerged:
            raise
        except DfeRefused:
            return None, refusal


def look_up(client: DfeClient, letter: Letter) -> Answer | None:
    """What DfE has, if it is what it was to be told; else None."""
    return _LOOK_UP[letter.kind](client, letter)


def _send(client: DfeClient, letter: Letter) -> Answer:
    answer = _SEND[letter.kind](client, letter)
    if not _fits(letter, answer):
        raise DfeUnanswered(f"after {letter.kind} DfE shows something else: {_shown(answer)}")
    return answer


def _send_training(client: DfeClient, letter: Letter) -> DfeEnrolment:
    change = {
        "defer": client.defer,
        "resume": client.resume,
        "withdraw": client.withdraw,
        "change_schedule": client.change_schedule,
    }[letter.kind]
    return _its_enrolment(change(letter.dfe_participant_id, letter.body), letter)


def _send_partner(client: DfeClient, letter: Letter) -> DfeDeclaration:
    """A second delivery partner stays as DfE has it: one that is not named DfE takes away."""
    declaration_id, first = _declaration_of(letter), letter.body["delivery_partner_id"]
    second = client.declaration(declaration_id).secondary_delivery_partner_id
    also = {} if second in (None, UUID(first)) else {"secondary_delivery_partner_id": str(second)}
    return client.change_delivery_partner(declaration_id, {**letter.body, **also})


def _its_enrolment(participant: DfeParticipant, letter: Letter) -> DfeEnrolment:
    enrolment = participant.enrolment(letter.dfe_application_id)
    if enrolment is None:
        raise DfeNonsense(f"npq_enrolments has no application {letter.dfe_application_id}")
    return enrolment


def _declaration_of(letter: Letter) -> UUID:
    if letter.dfe_declaration_id is None:
        raise ValueError(f"write {letter.write_id} is for a declaration that DfE does not know")
    return letter.dfe_declaration_id


_SEND: Mapping[str, Callable[[DfeClient, Letter], Answer]] = {
    "accept": lambda client, letter: client.accept(letter.dfe_application_id, letter.body),
    "reject": lambda client, letter: client.reject(letter.dfe_application_id),
    "change_funded_place": lambda client, letter: client.change_funded_place(
        letter.dfe_application_id, letter.body
    ),
    "defer": _send_training,
    "resume": _send_training,
    "withdraw": _send_training,
    "change_schedule": _send_training,
    "declare": lambda client, letter: client.declare(letter.body),
    "void": lambda client, letter: client.void(_declaration_of(letter)),
    "change_delivery_partner": _send_partner,
    "outcome": lambda client, letter: client.report_outcome(letter.dfe_participant_id, letter.body),
}


def _look_up_application(client: DfeClient, letter: Letter) -> Answer | None:
    return _if_fitting(letter, client.application(letter.dfe_application_id))


def _look_up_training(client: DfeClient, letter: Letter) -> Answer | None:
    shown = client.participant(letter.dfe_participant_id).enrolment(letter.dfe_application_id)
    return None if shown is None else _if_fitting(letter, shown)


def _look_up_declaration(client: DfeClient, letter: Letter) -> Answer | None:
    return _if_fitting(letter, client.declaration(_declaration_of(letter)))


def _look_up_declared(client: DfeClient, letter: Letter) -> Answer | None:
    made = client.declarations_of(letter.dfe_participant_id)
    ours = [d for d in made if d.application_id == letter.dfe_application_id]
    return next((d for d in ours if _fits(letter, d) and d.state in TAKEN), None)


def _look_up_outcome(client: DfeClient, letter: Letter) -> Answer | None:
    """The latest one counts: an earlier one with the same words was a result before that."""
    course = letter.body["course_identifier"]
    known = [o for o in client.outcomes_of(letter.dfe_participant_id) if o.course == course]
    if not known:
        return None
    return _if_fitting(letter, max(known, key=lambda outcome: outcome.created_at))


_LOOK_UP: Mapping[str, Callable[[DfeClient, Letter], Answer | None]] = {
    "accept": _look_up_application,
    "reject": _look_up_application,
    "change_funded_place": _look_up_application,
    "defer": _look_up_training,
    "resume": _look_up_training,
    "withdraw": _look_up_training,
    "change_schedule": _look_up_training,
    "declare": _look_up_declared,
    "void": _look_up_declaration,
    "change_delivery_partner": _look_up_declaration,
    "outcome": _look_up_outcome,
}

KINDS = tuple(_SEND)
"""Everything that DfE can be told."""


def _if_fitting(letter: Letter, answer: Answer) -> Answer | None:
    return answer if _fits(letter, answer) else None


def _fits(letter: Letter, shown: Answer) -> bool:
    """Whether DfE shows what it was to be told."""
    body = letter.body
    if isinstance(shown, DfeApplication):
        if letter.kind == "change_funded_place":
            return shown.funded_place == body["funded_place"]
        return shown.status == f"{letter.kind}ed"
    if isinstance(shown, DfeEnrolment):
        if letter.kind == "change_schedule":
            year = str(body.get("cohort") or shown.cohort[:4])
            return (shown.schedule, shown.cohort[:4]) == (body["schedule_identifier"], year)
        return shown.training_status == TRAINING[letter.kind]
    if isinstance(shown, DfeOutcome):
        if shown.state == body["state"] == "passed":
            return True  # whatever the date: DfE answers a second pass with the first
        told = (shown.state, shown.completion_date.isoformat())
        return told == (body["state"], body["completion_date"])
    if letter.kind == "void":
        return shown.state in VOIDED
    if letter.kind == "declare":
        its = shown.application_id in (None, letter.dfe_application_id)
        return its and shown.declaration_type == body["declaration_type"]
    return shown.delivery_partner_id == UUID(body["delivery_partner_id"])


def _shown(answer: Answer) -> str:
    if isinstance(answer, DfeApplication):
        return f"{answer.status}, funded_place {answer.funded_place}"
    if isinstance(answer, DfeEnrolment):
        return f"{answer.training_status}, {answer.schedule}"
    return answer.state
