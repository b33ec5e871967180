"""The links by which participants check in, one each for all of their sessions."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.links import LinksFound, PersonalLink
from headship_contracts.messages import Done
from headship_contracts.sessions import check_in as contracts
from kit import Transaction
from sessions import queries
from sessions.models import CheckInLink

LASTS = timedelta(days=900)
"""A programme with its assessment and a deferral; the code is what makes a link worth anything."""


def make(
    tx: Transaction, request: contracts.MakeCheckInLink, public_url: str
) -> contracts.CheckInLink:
    """The participant's own address; the same each time until it is renewed or has expired."""
    _require_known(tx, request.application_id)
    current = _current(tx, [request.application_id]).get(request.application_id)
    if current is not None and request.renew:
        _end(tx, current)
        current = None
    link = _good(tx, request.application_id, current)
    return contracts.CheckInLink(url=_address(link, public_url), expires_at=link.expires_at)


def told(tx: Transaction, request: contracts.CheckInLinks, public_url: str) -> LinksFound:
    """The links that messages carry; who is not known has none."""
    known = queries.lock_enrolments(
        tx, {one.application_id for one in request.wanted if one.application_id}
    )
    current = _current(tx, known)
    found = []
    for application_id in known:
        link = _good(tx, application_id, current.get(application_id))
        url = _address(link, public_url)
        found.append(PersonalLink(application_id=application_id, url=url))
    return LinksFound(links=found)


def revoke(tx: Transaction, request: contracts.RevokeCheckInLink) -> Done:
    """It is no longer good; one that is asked for again is another."""
    _require_known(tx, request.application_id)
    for current in _current(tx, [request.application_id]).values():
        current.ended_at = tx.at
    return Done()


def whose(tx: Transaction, token: str) -> UUID:
    """The application of a participant's link. Raises NotFound, or Refused once it has expired."""
    found = tx.get(CheckInLink, token)
    if found is None:
        raise NotFound("link_unknown")
    if found.ended_at is not None or found.expires_at <= tx.at:
        raise Refused("link_expired", "ask for a new one")
    return found.application_id


def _good(tx: Transaction, application_id: UUID, current: CheckInLink | None) -> CheckInLink:
    if current is not None and current.expires_at > tx.at:
        return current
    if current is not None:
        _end(tx, current)
    link = CheckInLink(
        token=secrets.token_urlsafe(32),
        application_id=application_id,
        made_at=tx.at,
        expires_at=tx.at + LASTS,
    )
    tx.add(link)
    return link


def _end(tx: Transaction, link: CheckInLink) -> None:
    link.ended_at = tx.at
    tx.flush()  # before the new one: only one is current


def _address(link: CheckInLink, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/check-in/{link.token}"


def _require_known(tx: Transaction, application_id: UUID) -> None:
    if not queries.lock_enrolments(tx, [application_id]):
        raise NotFound("application_not_found", str(application_id))


def _current(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, CheckInLink]:
    wanted = select(CheckInLink).where(
        CheckInLink.application_id.in_(application_ids), CheckInLink.ended_at.is_(None)
    )
    return {link.application_id: link for link in tx.scalars(wanted)}
