"""The addresses of markers' own pages: whoever has one marks as them."""

from datetime import datetime, timedelta
from uuid import UUID

from assessment import queries, roles
from assessment.models import Assessor, StaffMember
from headship_contracts.assessment.assessors import (
    MakeMarkingLink,
    MarkingLink,
    MarkingLinks,
    RevokeMarkingLink,
)
from headship_contracts.errors import NotFound
from headship_contracts.links import LinksFound, PersonalLink
from headship_contracts.messages import Done
from kit import Transaction, links

PURPOSE = "marking"
GOOD_IN_MESSAGES = timedelta(days=30)


def make(
    tx: Transaction, request: MakeMarkingLink, public_url: str, *, probation: int
) -> MarkingLink:
    """A new address of a marker's pages; the one before it is no longer good."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    assessor = queries.assessors.lock(tx, request.staff_id, probation=probation)
    assessor.link_number += 1
    assessor.revision = tx.next_revision(assessor.revision)
    expires_at = tx.at + timedelta(days=request.days)
    return MarkingLink(
        staff_id=assessor.staff_id,
        url=_address(assessor, expires_at, public_url),
        expires_at=expires_at,
    )


def told(tx: Transaction, request: MarkingLinks, public_url: str, *, probation: int) -> LinksFound:
    """The addresses that messages carry: a mail must not end the address in the mail before it."""
    found = []
    for staff_id in sorted({one.staff_id for one in request.wanted if one.staff_id}):
        member = tx.get(StaffMember, staff_id)
        if member is None or not member.active:
            continue
        assessor = queries.assessors.lock(tx, staff_id, probation=probation)
        url = _address(assessor, tx.at + GOOD_IN_MESSAGES, public_url)
        found.append(PersonalLink(staff_id=staff_id, url=url))
    return LinksFound(links=found)


def _address(assessor: Assessor, expires_at: datetime, public_url: str) -> str:
    token = links.sign(PURPOSE, f"{assessor.staff_id}:{assessor.link_number}", expires_at)
    return f"{public_url.rstrip('/')}/marking/{token}"


def revoke(tx: Transaction, request: RevokeMarkingLink, *, probation: int) -> Done:
    """No address of this marker's pages is good any more."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    assessor = queries.assessors.lock(tx, request.staff_id, probation=probation)
    assessor.link_number += 1
    return Done()


def behind(tx: Transaction, token: str) -> UUID:
    """Whose address it is. Raises NotFound `link_unknown` or Refused `link_expired`."""
    staff_id, _, number = links.read(PURPOSE, token, tx.at).partition(":")
    assessor, member = tx.get(Assessor, UUID(staff_id)), tx.get(StaffMember, UUID(staff_id))
    left = member is None or not member.active
    if left or assessor is None or str(assessor.link_number) != number:
        raise NotFound("link_unknown", "this address is no longer good: ask for a new one")
    return assessor.staff_id
