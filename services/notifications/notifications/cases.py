"""What assessment tells of circumstances and appeals, and who hears of it."""

from typing import Any
from uuid import UUID

from headship_contracts.assessment.events import (
    AppealDecided,
    AppealReceived,
    CaseOverdue,
    CircumstancesDecided,
)
from kit import Transaction
from notifications import queries
from notifications.domain.values import Value, day
from notifications.domain.wording import plainly
from notifications.queueing import Wanted, queue, write
from notifications.settling import take_back

CIRCUMSTANCES = {
    "extend": "you get more time",
    "defer": "you sit in a later window",
    "disregard_attempt": "this attempt does not count",
    "refuse": "we cannot take them into account",
}


def tell_circumstances(tx: Transaction, event: CircumstancesDecided) -> None:
    """What was decided about circumstances that someone told of."""
    _is_overdue_no_more(tx, event.circumstances_id)
    wanted = Wanted(
        template="circumstances_decided",
        key=f"{event.circumstances_id}:{event.revision}",
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "outcome": CIRCUMSTANCES.get(event.outcome, plainly(event.outcome)),
            "accepted": event.outcome != "refuse",
            "refused": event.outcome == "refuse",
        },
    )
    queue(tx, wanted)


def tell_overdue_case(tx: Transaction, event: CaseOverdue) -> None:
    """The provider's team hears of each such case once a week."""
    wanted = Wanted(
        template="case_overdue",
        key=f"{event.case_id}:{event.due_on.isoformat()}:{event.week.isoformat()}",
        values={
            "what": "A case of circumstances"
            if event.stage is None
            else f"The {plainly(event.stage)} of an appeal",
            "due on": day(event.due_on),
            "case": str(event.case_id),
        },
    )
    queue(tx, wanted)


def _is_overdue_no_more(tx: Transaction, case_id: UUID) -> None:
    write(tx)
    for message in queries.unheard(tx, "case_overdue", None):
        if message.personalisation.get("case") == str(case_id):
            take_back(tx, message)


def tell_appeal(tx: Transaction, event: AppealReceived | AppealDecided) -> None:
    """That an appeal has come to a stage, and what became of it."""
    about: dict[str, Any] = {
        "key": f"{event.appeal_id}:{event.stage}:{event.revision}",
        "person_id": event.participant_id,
        "application_id": event.application_id,
    }
    if isinstance(event, AppealReceived):
        values: dict[str, Value | None] = {"due on": day(event.due_on)}
        queue(tx, Wanted(template="appeal_received", values=values, **about))
        return
    _is_overdue_no_more(tx, event.appeal_id)
    values = {
        "outcome": "it was upheld" if event.decision == "upheld" else "it was not upheld",
        "upheld": event.decision == "upheld",
        "can go on": event.next_by is not None,
        "next by": [] if event.next_by is None else day(event.next_by),
    }
    queue(tx, Wanted(template="appeal_decided", values=values, **about))
