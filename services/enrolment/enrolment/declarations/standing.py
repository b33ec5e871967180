"""How the next declaration of each who is enrolled stands, by our rules and by DfE's."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.applications.deciding import LATER_ONE
from enrolment.domain import declarations as rules
from enrolment.domain.dfe import declarations as twin
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import Schedule as ScheduleFacts
from enrolment.domain.dfe.schedules import cohort_year
from enrolment.models import Application, Declaration, DeliveryPartner, Evidence, Schedule
from enrolment.money.calendars import Calendars, calendars
from kit import Transaction


@dataclass(frozen=True)
class Standing:
    """An application, what is known around it, and how its next declaration stands.

    `problem`: what DfE would say, where it is `blocked`. `statement_id`: ours, in which DfE is
    expected to pay for what is made now.
    """

    application: Application
    schedule: Schedule
    made: Sequence[Declaration]
    evidence: Sequence[Evidence]
    partner: DeliveryPartner | None
    due: rules.Due
    problem: Problem | None = None
    statement_id: UUID | None = None

    @property
    def partner_at_dfe(self) -> UUID | None:
        """DfE's id of who looks after the participant; outside England nobody may be named, and
        before 2024 nobody need be: then one that DfE has not confirmed is left out.
        """
        if self.partner is None or not self.application.in_england:
            return None
        needed = cohort_year(self.application.cohort) >= twin.DELIVERY_PARTNER_NEEDED_FROM
        return self.partner.dfe_delivery_partner_id if needed or self.confirmed else None

    @property
    def confirmed(self) -> bool:
        """Whether DfE has that one on its list for the cohort, as far as it told us."""
        if self.partner is None or self.partner.dfe_delivery_partner_id is None:
            return False
        years = self.partner.dfe_cohorts
        return years is None or cohort_year(self.application.cohort) in years


def stand(
    tx: Transaction, enrolled: Sequence[Application], at: datetime, *, again: bool = False
) -> list[Standing]:
    """How the next declaration of each stands; those with nothing left to declare are left out.

    `again`: what was voided may be made once more.
    """
    ids = [application.id for application in enrolled]
    made, told = defaultdict(list), defaultdict(list)
    for declaration in queries.declarations_of(tx, ids):
        made[declaration.application_id].append(declaration)
    for evidence in queries.evidence_of(tx, ids):
        told[evidence.application_id].append(evidence)
    partners: dict[UUID | None, DeliveryPartner] = {
        partner.id: partner for partner in tx.scalars(select(DeliveryPartner))
    }
    overtaken = queries.overtaken(tx, enrolled)
    standings = []
    for application in enrolled:
        schedule = schemas.schedule_of(application)
        if schedule is None or application.decision == "rejecting":
            continue  # no dates are published yet, or a declaration would block the rejection
        its_made, its_told = made[application.id], told[application.id]
        due = rules.next_due(_enrolled(application, schedule, its_made, its_told), at, again=again)
        if due is None:
            continue
        partner = partners.get(application.delivery_partner_id)
        standing = Standing(application, schedule, its_made, its_told, partner, due)
        hindrance = _hindrance(application, overtaken)
        if hindrance is None or due.reason != rules.CAN_BE_MADE:
            standings.append(_check_with_twin(standing, calendars(tx), at))
        else:
            blocked = replace(due, reason=rules.BLOCKED, detail=hindrance)
            standings.append(replace(standing, due=blocked))
    return standings


def _hindrance(application: Application, overtaken: Collection[UUID]) -> str | None:
    """Why DfE would judge a declaration by something else than what stands here."""
    if application.decision is not None:
        return f"DfE has yet to answer a decision: {application.decision}"
    return LATER_ONE if application.id in overtaken else None


def is_fundable(application: Application) -> bool:
    """Whether DfE pays for its declarations; where a cohort is not capped no place is named."""
    return application.eligible_for_funding and application.funded_place is not False


def as_made(declarations: Sequence[Declaration]) -> list[rules.Made]:
    """As rules take them, those that stand last; one that is being voided counts as neither."""
    standing_last = sorted(
        declarations, key=lambda declaration: declaration.state in rules.STANDING
    )
    return [
        rules.Made(declaration_type=d.declaration_type, state=d.decision or d.state)
        for d in standing_last
    ]


def _enrolled(
    application: Application,
    schedule: Schedule,
    made: Sequence[Declaration],
    told: Sequence[Evidence],
) -> rules.Enrolled:
    return rules.Enrolled(
        course=application.course,
        starts_on=schedule.starts_on,
        milestones=[
            rules.Milestone(
                declaration_type=milestone["declaration_type"],
                opens_on=date.fromisoformat(milestone["opens_on"]),
                deadline_on=date.fromisoformat(milestone["deadline_on"]),
            )
            for milestone in schedule.milestones
        ],
        made=as_made(made),
        told=[schemas.as_told(evidence) for evidence in told],
        ended_at=application.training_changed_at,
    )


def _check_with_twin(standing: Standing, known: Calendars, at: datetime) -> Standing:
    """What can be made by our rules must also be what DfE would take."""
    due = standing.due
    if due.reason != rules.CAN_BE_MADE or due.declared_at is None or due.proof is None:
        return standing
    application = standing.application
    partner = standing.partner_at_dfe
    request = twin.DeclarationRequest(
        participant_id=str(application.participant_id),
        course_identifier=application.course,
        declaration_type=due.milestone.declaration_type,
        declaration_date=schemas.iso(due.declared_at),
        has_passed=due.proof.has_passed,
        delivery_partner_id=str(partner) if partner else None,
    )
    context = twin.DeclarationContext(
        enrolment=_as_at_dfe(standing),
        has_contract=known.has_contract(application.cohort, application.course),
        statements=known.facts(application.cohort, at.date()),
        known_delivery_partners=frozenset({str(partner)} if partner else ()),
        confirmed_delivery_partners=frozenset({str(partner)} if standing.confirmed else ()),
    )
    problems = twin.check_declaration(request, context, at=at)
    if problems:
        detail = f"{problems[0].title}: {problems[0].detail}"
        blocked = replace(due, reason=rules.BLOCKED, detail=detail)
        return replace(standing, due=blocked, problem=problems[0])
    if not is_fundable(application):
        return standing
    return replace(standing, statement_id=known.next_output_id(application.cohort, at.date()))


def _as_at_dfe(standing: Standing) -> twin.Enrolment:
    application, schedule = standing.application, standing.schedule
    withdrawn = application.training_status == "withdrawn"
    return twin.Enrolment(
        cohort_year=cohort_year(application.cohort),
        fundable=is_fundable(application),
        in_england=application.in_england,
        schedule=ScheduleFacts(
            identifier=schedule.schedule,
            applies_from=schedule.starts_on,
            allowed_declaration_types=[m["declaration_type"] for m in schedule.milestones],
        ),
        withdrawn_at=application.training_changed_at if withdrawn else None,
        declared=[(d.declaration_type, rules.state_at_dfe(d.state)) for d in standing.made],
    )
