"""How people rate themselves against the framework, and the distance they have travelled."""

from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from headship_contracts.sessions.pathways import (
    GetSelfRating,
    RateSelf,
    SectionDistance,
    SelfRatingReport,
)
from kit import Transaction
from sessions import programme, queries
from sessions.domain.pathway import ratings as rules
from sessions.models import Enrolment, SelfRating


def rate(tx: Transaction, request: RateSelf) -> SelfRatingReport:
    """Keep one more round."""
    person = queries.lock_enrolments(tx, [request.application_id]).get(request.application_id)
    if person is None:
        raise NotFound("application_not_found", str(request.application_id))
    sections = programme.template_of(tx, person.course).sections
    levels = rules.check(sections, [(rating.section, rating.level) for rating in request.ratings])
    rounds = of(tx, person.application_id)
    tx.add(
        SelfRating(
            application_id=person.application_id,
            round=len(rounds) + 1,
            rated_at=tx.at,
            rated_by=str(tx.caller),
            levels=levels,
        )
    )
    tx.flush()
    return _report(tx, person)


def get(tx: Transaction, request: GetSelfRating) -> SelfRatingReport:
    """The distance travelled so far."""
    return _report(tx, queries.enrolment(tx, request.application_id))


def of(tx: Transaction, application_id: UUID) -> list[SelfRating]:
    """Somebody's rounds, the first one first."""
    wanted = select(SelfRating).where(SelfRating.application_id == application_id)
    return list(tx.scalars(wanted.order_by(SelfRating.round)))


def _report(tx: Transaction, person: Enrolment) -> SelfRatingReport:
    rounds = of(tx, person.application_id)
    if not rounds:
        return SelfRatingReport(application_id=person.application_id, rounds=0, sections=[])
    first, latest = rounds[0], rounds[-1]
    gained = rules.distance(first.levels, latest.levels)
    sections = programme.template_of(tx, person.course).sections
    return SelfRatingReport(
        application_id=person.application_id,
        rounds=len(rounds),
        first_rated_at=first.rated_at,
        latest_rated_at=latest.rated_at,
        sections=[
            SectionDistance(
                section=section.code,
                title=section.title,
                first=first.levels[section.code],
                latest=latest.levels[section.code],
                distance=gained[section.code],
            )
            for section in sections
            if section.code in gained
        ],
    )
