"""What enrolment tells of declarations, and who hears of it: the hub and the provider's team."""

from headship_contracts.enrolment.events import (
    DeclarationDue,
    DeclarationRefused,
    DeclarationSubmitted,
    DeclarationVoided,
)
from kit import Transaction
from notifications import hub_news, queries
from notifications.digests import Together
from notifications.domain.values import Value, day
from notifications.domain.wording import plainly
from notifications.models import Declaration
from notifications.queueing import Wanted, queue

NEAR = 2
"""A deadline in fewer days than these does not wait for the hub's other news, or for Monday."""


def tell_declaration_due(tx: Transaction, event: DeclarationDue, *, tell_team: bool) -> None:
    """Of a declaration that is due the hub hears, and the provider's team, once for each number of
    days.
    """
    key = (event.application_id, event.declaration_type)
    known = tx.get(Declaration, key)
    if known is not None and known.declared and known.revision > event.revision:
        return
    values: dict[str, Value | None] = {
        "days left": event.days_left,
        "declaration type": event.declaration_type,
        "application": str(event.application_id),
        "due on": day(event.due_on),
        "deadline on": day(event.deadline_on),
        "reason": plainly(event.reason),
    }
    hub_news.tell(
        tx,
        event.delivery_partner_id,
        "hub_declaration_due",
        Together(
            about=f"declaration:{event.application_id}:{event.declaration_type}",
            revision=event.revision,
        ),
        application_id=event.application_id,
        participant_id=event.participant_id,
        declaration_type=event.declaration_type,
        values=values,
        urgent=event.days_left < NEAR,
    )
    if tell_team:
        again = "" if known is None else f":{known.revision}"
        wanted = Wanted(
            template="declaration_due",
            key=f"{event.application_id}:{event.declaration_type}:{event.days_left}{again}",
            application_id=event.application_id,
            declaration_type=event.declaration_type,
            values=values,
        )
        queue(tx, wanted)


def keep_declaration(tx: Transaction, event: DeclarationSubmitted) -> None:
    """Nobody needs to be reminded of a declaration that is made."""
    _keep(tx, event, declared=True)


def keep_voided_declaration(tx: Transaction, event: DeclarationVoided) -> None:
    """Once it is due again, it is reminded of again."""
    _keep(tx, event, declared=False)


def keep_refusal(tx: Transaction, event: DeclarationRefused, *, tell_team: bool) -> None:
    """A declaration that DfE refused is still to be made; the provider's team hears of each."""
    _keep(tx, event, declared=False)
    if not tell_team:
        return
    wanted = Wanted(
        template="declaration_refused",
        key=f"{event.application_id}:{event.declaration_type}:{event.revision}",
        application_id=event.application_id,
        declaration_type=event.declaration_type,
        values={
            "declaration type": event.declaration_type,
            "application": str(event.application_id),
            "reason": event.reason,
        },
    )
    queue(tx, wanted)


def _keep(
    tx: Transaction,
    event: DeclarationSubmitted | DeclarationVoided | DeclarationRefused,
    *,
    declared: bool,
) -> None:
    key = (event.application_id, event.declaration_type)
    declaration = queries.lock_newer(tx, Declaration, key, event.revision)
    if declaration is not None:
        declaration.declared = declared
