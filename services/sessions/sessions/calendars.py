"""Calendars: somebody's sessions as a feed, and the address where it is found."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.messages import Done
from headship_contracts.sessions.calendars import (
    CalendarAddress,
    CalendarLink,
    CalendarText,
    GetCalendar,
    RevokeCalendar,
)
from kit import Transaction
from kit.hubs import callers
from sessions import calendar_entries, programme, queries
from sessions.domain.calendar import is_shown, render
from sessions.models import CalendarToken, DeliveryPartner, Enrolment, StaffMember

OWNERS = ("application_id", "staff_id", "delivery_partner_id")

CUT_OFF = ("suspended", "removed")

LOOKS_BACK = timedelta(days=366)
"""How long a facilitator's or a hub's calendar shows what is over; a participant's shows all."""


@dataclass(frozen=True)
class Feed:
    """A feed's text and its ETag."""

    text: str
    etag: str


def link(
    tx: Transaction, request: CalendarLink, public_url: str, *, for_hub: UUID | None = None
) -> CalendarAddress:
    """The address of somebody's calendar; the same each time until it is renewed. With `for_hub`
    it is that hub's own, of a participant's, and ends when they go to another."""
    owner, id = _owner(request)
    _require_known(tx, owner, id)
    current = _current(tx, owner, id, for_hub)
    if current is not None and request.renew:
        current.ended_at = tx.at
        tx.flush()  # before the new one: only one is current
        current = None
    if current is None:
        current = CalendarToken(token=secrets.token_urlsafe(32), made_at=tx.at, for_hub=for_hub)
        setattr(current, owner, id)
        tx.add(current)
    return CalendarAddress(url=f"{public_url.rstrip('/')}/calendars/{current.token}.ics")


def revoke(tx: Transaction, request: RevokeCalendar) -> Done:
    """The address of somebody's calendar is no longer good, nor any that a hub has of it."""
    owner, id = _owner(request)
    _require_known(tx, owner, id)
    current = (getattr(CalendarToken, owner) == id, CalendarToken.ended_at.is_(None))
    tx.execute(update(CalendarToken).where(*current).values(ended_at=tx.at))
    return Done()


def get(tx: Transaction, request: GetCalendar) -> CalendarText:
    """The feed of somebody, for someone who may read it without the address."""
    return CalendarText(text=_feed(tx, *_owner(request)))


def feed(tx: Transaction, token: str) -> Feed:
    """The feed at an address. Raises NotFound for one that never was, or is no longer good."""
    found = tx.get(CalendarToken, token)
    if found is None or found.ended_at is not None or not _may_be_read(tx, found):
        raise NotFound("calendar_not_found", "there is no calendar at this address")
    text = _feed(tx, *_owner(found), for_hub=found.for_hub)
    return Feed(text, hashlib.sha256(text.encode()).hexdigest()[:32])


def _may_be_read(tx: Transaction, token: CalendarToken) -> bool:
    """By a hub: as long as it is active and its access is not ended, and of a participant while
    they are with it. By a facilitator: until they have left."""
    if token.staff_id is not None:
        known = tx.get(StaffMember, token.staff_id)
        return known is None or known.active
    id = token.delivery_partner_id or token.for_hub
    if id is None:
        return True
    if token.for_hub is not None:
        person = tx.get(Enrolment, token.application_id)
        if person is None or person.delivery_partner_id != token.for_hub:
            return False
    hub = tx.get(DeliveryPartner, id)
    return hub is None or (hub.status == callers.ACTIVE and hub.access not in CUT_OFF)


def _owner(of: Any) -> tuple[str, UUID]:
    named = [(name, getattr(of, name)) for name in OWNERS if getattr(of, name) is not None]
    if len(named) != 1:
        told = [f"give one of {', '.join(OWNERS)}"]
        raise Invalid("invalid_fields", "whose calendar?", {"application_id": told})
    return named[0]


def _require_known(tx: Transaction, owner: str, id: UUID) -> None:
    """Raises NotFound; else the owner's row is locked, so that two addresses are never made."""
    if owner == "application_id":
        if not queries.lock_enrolments(tx, [id]):
            raise NotFound("application_not_found", str(id))
    elif owner == "staff_id":
        if tx.get(StaffMember, id, with_for_update=True) is None:
            raise NotFound("staff_not_found", str(id))
    elif tx.get(DeliveryPartner, id, with_for_update=True) is None:
        raise NotFound("delivery_partner_not_found", str(id))


def _current(tx: Transaction, owner: str, id: UUID, for_hub: UUID | None) -> CalendarToken | None:
    return tx.scalar(
        select(CalendarToken).where(
            getattr(CalendarToken, owner) == id,
            CalendarToken.for_hub == for_hub,
            CalendarToken.ended_at.is_(None),
        )
    )


def _feed(tx: Transaction, owner: str, id: UUID, *, for_hub: UUID | None = None) -> str:
    since = tx.at - LOOKS_BACK
    if owner == "application_id":
        enrolment = queries.enrolment(tx, id)
        name = f"NPQ {programme.template_of(tx, enrolment.course).title}"
        entries = calendar_entries.of_participant(tx, id)
        if for_hub is None:
            entries += calendar_entries.of_candidate(tx, id)
    elif owner == "staff_id":
        name, entries = "NPQ sessions you lead", calendar_entries.of_facilitator(tx, id, since)
    else:
        hub = tx.get(DeliveryPartner, id)
        name = f"NPQ sessions, {hub.name}" if hub else "NPQ sessions"
        entries = calendar_entries.of_hub(tx, id, since)
    return render(name, [entry for entry in entries if is_shown(entry, tx.at)])
