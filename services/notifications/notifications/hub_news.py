"""What people at a hub hear of its participants: together, once a day.

A participant is named only when the message is written, from what enrolment knows then.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from kit import Transaction
from notifications import digests
from notifications.digests import Together
from notifications.domain.values import Value, person
from notifications.facts import HUB
from notifications.models import StaffMember
from notifications.queueing import Wanted


def tell(
    tx: Transaction,
    delivery_partner_id: UUID | None,
    template: str,
    together: Together,
    *,
    application_id: UUID,
    participant_id: UUID,
    values: Mapping[str, Value | None] | None = None,
    session_id: UUID | None = None,
    declaration_type: str | None = None,
    urgent: bool = False,
) -> None:
    """Tell everybody who works at a hub; nobody if there is none."""
    if delivery_partner_id is None:
        return
    working = select(StaffMember.staff_id).where(
        StaffMember.delivery_partner_id == delivery_partner_id, StaffMember.active
    )
    told = [
        (
            Wanted(
                template=template,
                key=f"{staff_id}:{together.about}:{together.revision}",
                person_id=staff_id,
                application_id=application_id,
                session_id=session_id,
                declaration_type=declaration_type,
                values=dict(values or {})
                | {"participant": person(participant_id), HUB: str(delivery_partner_id)},
            ),
            together,
        )
        for staff_id in tx.scalars(working.order_by(StaffMember.staff_id))
    ]
    digests.tell_all(tx, told, urgent=urgent)
