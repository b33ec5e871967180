"""What DfE's yes or no to a write means here: one pair of functions for each kind of write.

`taken(tx, application, write, answer)` runs in the transaction that settles the write, with the
application's row locked; `answer` is what `letters.py` says for the kind. `refused(tx, application,
write, refusal)` runs when DfE says no; `refusal.title` and `.detail` are its field and message.
Neither runs twice for a write. A story that owes a new kind adds its pair to the table below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enrolment import outcomes
from enrolment.applications import following
from enrolment.declarations import making
from enrolment.dfe.errors import DfeRefused
from enrolment.models import Application, Declaration, DfeWrite, Outcome
from enrolment.training import transfers
from enrolment.training.changing import be_trained
from headship_contracts.errors import Refused
from kit import Transaction


def taken(tx: Transaction, application: Application, write: DfeWrite, answer: Any) -> None:
    """DfE has it: what was decided is true from now on."""
    _ANSWERS[write.kind].taken(tx, application, write, answer)


def refused(
    tx: Transaction, application: Application, write: DfeWrite, refusal: DfeRefused
) -> None:
    """DfE says no, and it stays so until a person does something about it."""
    _ANSWERS[write.kind].refused(tx, application, write, refusal)


def reopen(tx: Transaction, write: DfeWrite) -> None:
    """One that was refused is tried once more. Raises Refused where it must be decided again."""
    if write.kind == "declare":
        making.reopen(tx, tx.get_one(Declaration, UUID(write.subject)))
    elif write.kind == "outcome":
        tx.get_one(Outcome, UUID(write.subject)).report = "owed"
    else:
        raise Refused("decide_again", f"make the decision to {write.kind} again")


def _application_taken(
    tx: Transaction, application: Application, _write: DfeWrite, answer: Any
) -> None:
    fresh = following.know_person(application.participant, answer)  # it may bring a TRN
    following.follow_dfe(tx, application, answer)
    following.tell_details(tx, {application.participant_id: fresh})
    application.decision = None  # also where a sync had seen it before this answer came


def _training_taken(
    tx: Transaction, application: Application, write: DfeWrite, answer: Any
) -> None:
    be_trained(tx, application, write.kind, write.payload, answer.training_changed_at)


def _schedule_taken(
    tx: Transaction, application: Application, write: DfeWrite, answer: Any
) -> None:
    application.decision, application.problem = None, None
    following.be_rescheduled(tx, application, answer, write.payload)


def _declared(tx: Transaction, application: Application, write: DfeWrite, answer: Any) -> None:
    declaration = tx.get_one(Declaration, UUID(write.subject))
    making.taken(tx, application, declaration, answer)


def _declaration_changed(
    tx: Transaction, _application: Application, _write: DfeWrite, answer: Any
) -> None:
    making.keep_declaration_state(tx, answer)


def _partner_taken(tx: Transaction, application: Application, write: DfeWrite, answer: Any) -> None:
    _declaration_changed(tx, application, write, answer)
    declaration = tx.get_one(Declaration, UUID(write.subject))
    transfers.partner_changed(tx, declaration, UUID(write.payload["partner"]))


def _outcome_taken(tx: Transaction, application: Application, write: DfeWrite, answer: Any) -> None:
    outcome = tx.get_one(Outcome, UUID(write.subject))
    outcome.dfe_outcome_id = answer.id
    outcomes.reported(tx, application, outcome)


def _decision_refused(
    tx: Transaction, application: Application, _write: DfeWrite, refusal: DfeRefused
) -> None:
    following.decision_refused(tx, application, refusal.title, refusal.detail)


def _declaration_refused(
    tx: Transaction, _application: Application, write: DfeWrite, refusal: DfeRefused
) -> None:
    declaration = tx.get_one(Declaration, UUID(write.subject))
    making.refused(tx, declaration, refusal.title, refusal.detail)


def _change_refused(
    tx: Transaction, _application: Application, write: DfeWrite, refusal: DfeRefused
) -> None:
    """The declaration stays as it was; why is kept with it."""
    declaration = tx.get_one(Declaration, UUID(write.subject))
    making.change_refused(tx, declaration, refusal.title, refusal.detail)


def _outcome_refused(
    tx: Transaction, application: Application, write: DfeWrite, refusal: DfeRefused
) -> None:
    tx.get_one(Outcome, UUID(write.subject)).report = "refused"
    application.problem = {"field": refusal.title, "message": refusal.detail}


@dataclass(frozen=True)
class _Answer:
    taken: Callable[[Transaction, Application, DfeWrite, Any], None]
    refused: Callable[[Transaction, Application, DfeWrite, DfeRefused], None]


_ANSWERS: Mapping[str, _Answer] = {
    "accept": _Answer(_application_taken, _decision_refused),
    "reject": _Answer(_application_taken, _decision_refused),
    "change_funded_place": _Answer(_application_taken, _decision_refused),
    "defer": _Answer(_training_taken, _decision_refused),
    "resume": _Answer(_training_taken, _decision_refused),
    "withdraw": _Answer(_training_taken, _decision_refused),
    "change_schedule": _Answer(_schedule_taken, _decision_refused),
    "declare": _Answer(_declared, _declaration_refused),
    "void": _Answer(_declaration_changed, _change_refused),
    "change_delivery_partner": _Answer(_partner_taken, _change_refused),
    "outcome": _Answer(_outcome_taken, _outcome_refused),
}
