"""The link by which one candidate reads the paper and sends the script: nothing else opens it."""

from datetime import datetime, timedelta
from uuid import UUID

from assessment import queries, roles
from assessment.domain.candidates import CandidateState
from assessment.models import Candidate
from headship_contracts.assessment.submissions import (
    MakeSubmissionLink,
    RevokeSubmissionLink,
    SubmissionLink,
    SubmissionLinks,
)
from headship_contracts.errors import NotFound
from headship_contracts.links import LinksFound, PersonalLink
from headship_contracts.messages import Done
from kit import Transaction, links

PURPOSE = "submission"
DAYS_AFTER = timedelta(days=30)
"""How long after the close the links in messages are good, so that the receipt can be seen."""


def make(tx: Transaction, request: MakeSubmissionLink, public_url: str) -> SubmissionLink:
    """A new link; the one before it is no longer good."""
    roles.require(tx, roles.LEADS)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id, lock=True)
    expires_at = max(candidate.closes_at, tx.at) + timedelta(days=request.days_after)
    candidate.link_number += 1
    candidate.link_expires_at = expires_at
    return SubmissionLink(
        application_id=candidate.application_id,
        window_id=candidate.window_id,
        url=_address(candidate, expires_at, public_url),
        expires_at=expires_at,
    )


def told(tx: Transaction, request: SubmissionLinks, public_url: str) -> LinksFound:
    """The links that messages carry. A mail must not end the link in the mail before it, so they
    go on with the candidate's number; only who has none, or a revoked one, gets the next.
    """
    wanted = {(one.application_id, one.window_id) for one in request.wanted}
    found = []
    for candidate in queries.candidates.lock_those(tx, wanted):
        expires_at = max(candidate.closes_at, tx.at) + DAYS_AFTER
        if candidate.link_expires_at is None:
            candidate.link_number += 1
        else:
            expires_at = max(expires_at, candidate.link_expires_at)
        candidate.link_expires_at = expires_at
        found.append(
            PersonalLink(
                application_id=candidate.application_id,
                window_id=candidate.window_id,
                url=_address(candidate, expires_at, public_url),
            )
        )
    return LinksFound(links=found)


def _address(candidate: Candidate, expires_at: datetime, public_url: str) -> str:
    token = links.sign(PURPOSE, f"{candidate.id}:{candidate.link_number}", expires_at)
    return f"{public_url.rstrip('/')}/submit/{token}"


def revoke(tx: Transaction, request: RevokeSubmissionLink) -> Done:
    """No link of this candidate is good any more."""
    roles.require(tx, roles.LEADS)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id, lock=True)
    candidate.link_number += 1
    candidate.link_expires_at = None
    return Done()


def behind(tx: Transaction, token: str, *, lock: bool = False) -> Candidate:
    """Whose link it is. Raises NotFound `link_unknown`, or Refused `link_expired`."""
    subject = links.read(PURPOSE, token, tx.at)
    candidate_id, _, number = subject.partition(":")
    candidate = queries.candidates.by_id(tx, UUID(candidate_id), lock=lock)
    if (
        candidate is None
        or candidate.state == CandidateState.REMOVED
        or candidate.link_expires_at is None
        or str(candidate.link_number) != number
    ):
        raise NotFound("link_unknown", "ask for a new one")
    return candidate
