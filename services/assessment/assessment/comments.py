"""The bank of comments: kept once, used by all who mark the paper."""

from uuid import uuid4

from assessment import queries, roles, schemas
from assessment.models import BankedComment as Banked
from headship_contracts.assessment.standardisation import (
    BankComment,
    BankedComment,
    BankPage,
    ListComments,
    RetireComment,
)
from headship_contracts.errors import Invalid, NotFound
from headship_contracts.messages import Done
from kit import Transaction


def bank(tx: Transaction, request: BankComment) -> BankedComment:
    """Keep a comment for all who mark this paper; the same words again are the same comment."""
    roles.require(tx, (*roles.MARKERS, *roles.ADJUDICATORS))
    paper = queries.windows.paper(tx, request.paper_id)
    codes = [criterion.code for criterion in schemas.criteria_of(paper)]
    if request.criterion is not None and request.criterion not in codes:
        told = {"criterion": [f"the scheme has {', '.join(codes)}"]}
        raise Invalid("criterion_not_in_scheme", "the comment cannot be kept", told)
    comment = queries.assessors.same_comment(tx, paper.id, request.criterion, request.text)
    if comment is None:
        comment = Banked(
            id=uuid4(),
            paper_id=paper.id,
            criterion=request.criterion,
            text=request.text,
            retired=False,
            added_at=tx.at,
            added_by=str(tx.caller),
        )
        tx.add(comment)
    return schemas.banked_comment(comment)


def retire(tx: Transaction, request: RetireComment) -> Done:
    """Offer a comment no more."""
    roles.require(tx, roles.LEADS)
    comment = tx.get(Banked, request.comment_id, with_for_update=True)
    if comment is None:
        raise NotFound("comment_not_found", str(request.comment_id))
    comment.retired = True
    return Done()


def list_all(tx: Transaction, request: ListComments) -> BankPage:
    """A paper's comments."""
    found, cursor = queries.assessors.page_of_comments(tx, request)
    return BankPage(items=[schemas.banked_comment(one) for one in found], next_cursor=cursor)
