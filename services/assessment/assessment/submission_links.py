"""The link by which one candidate reads the paper and sends the script: nothing else opens it."""

from datetime import timedelta
from uuid import UUID

from assessment import queries, roles
from assessment.domain.candidates import CandidateState
from assessment.models import Candidate
from headship_contracts.assessment.submissions import (
    MakeSubmissionLink,
    RevokeSubmissionLink,
    SubmissionLink,
)
from headship_contracts.errors import NotFound
from headship_contracts.messages import Done
from kit import Transaction, links

PURPOSE = "submission"


def make(tx: Transaction, request: MakeSubmissionLink, public_url: str) -> SubmissionLink:
    """A new link; the one before it is no longer good."""
    roles.require(tx, roles.LEADS)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id, lock=True)
    expires_at = max(candidate.closes_at, tx.at) + timedelta(days=request.days_after)
    candidate.link_number += 1
    candidate.link_expires_at = expires_at
    token = links.sign(PURPOSE, f"{candidate.id}:{candidate.link_number}", expires_at)
    return SubmissionLink(
        application_id=candidate.application_id,
        window_id=candidate.window_id,
        url=f"{public_url.rstrip('/')}/submit/{token}",
        expires_at=expires_at,
    )


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
