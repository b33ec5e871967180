"""What is due: how the next declaration of each who is enrolled stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.domain import declarations as rules
from enrolment.domain.dfe import declarations as twin
from enrolment.domain.dfe.schedules import Schedule as ScheduleFacts
from enrolment.domain.dfe.schedules import cohort_year
from enrolment.domain.evidence import SUBMISSION_MISSED
from enrolment.models import Application, Declaration, DeliveryPartner, Evidence, Schedule
from headship_contracts.enrolment.declarations import DueDeclaration, DueDeclarations, DuePage
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page

EVIDENCED = "evidenced"
"""How the list of what is due calls a declaration that the next daily run makes."""


@dataclass(frozen=True)
class Standing:
    """An application, what is known around it, and how its next declaration stands."""

    application: Application
    schedule: Schedule
    made: Sequence[Declaration]
    evidence: Sequence[Evidence]
    partner: DeliveryPartner | None
    due: rules.Due

    @property
    def partner_at_dfe(self) -> UUID | None:
        """DfE's id of who looks after the participant; outside England nobody may be named."""
        if self.partner is None or not self.application.in_england:
            return None
        return self.partner.dfe_delivery_partner_id

    @property
    def confirmed(self) -> bool:
        """Whether DfE has that one on its list for the cohort, as far as it told us."""
        if self.partner_at_dfe is None or self.partner is None:
            return False
        years = self.partner.dfe_cohorts
        return years is None or cohort_year(self.application.cohort) in years


def stand(tx: Transaction, enrolled: Sequence[Application], at: datetime) -> list[Standing]:
    """How the next declaration of each stands; those with nothing left to declare are left out."""
    ids = [application.id for application in enrolled]
    made, told = defaultdict(list), defaultdict(list)
    for declaration in queries.declarations_of(tx, ids):
        made[declaration.application_id].append(declaration)
    for evidence in queries.evidence_of(tx, ids):
        told[evidence.application_id].append(evidence)
    partners: dict[UUID | None, DeliveryPartner] = {
        partner.id: partner for partner in tx.scalars(select(DeliveryPartner))
    }
    standings = []
    for application in enrolled:
        schedule = schemas.schedule_of(application)
        if schedule is None or application.decision == "rejecting":
            continue  # no dates are published yet, or a declaration would block the rejection
        its_made, its_told = made[application.id], told[application.id]
        due = rules.next_due(_enrolled(application, schedule, its_made, its_told), at)
        if due is None:
            continue
        partner = partners.get(application.delivery_partner_id)
        standing = Standing(application, schedule, its_made, its_told, partner, due)
        standings.append(_check_with_twin(standing, at))
    return standings


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
        made=[rules.Made(declaration_type=d.declaration_type, state=d.state) for d in made],
        told=[schemas.as_told(evidence) for evidence in told],
        ended_at=application.training_changed_at,
    )


def _check_with_twin(standing: Standing, at: datetime) -> Standing:
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
    funded = application.eligible_for_funding and application.funded_place is not False
    withdrawn = application.training_status == "withdrawn"
    types = [milestone["declaration_type"] for milestone in standing.schedule.milestones]
    context = twin.DeclarationContext(
        enrolment=twin.Enrolment(
            cohort_year=cohort_year(application.cohort),
            fundable=funded,
            in_england=application.in_england,
            schedule=ScheduleFacts(
                identifier=standing.schedule.schedule,
                applies_from=standing.schedule.starts_on,
                allowed_declaration_types=types,
            ),
            withdrawn_at=application.training_changed_at if withdrawn else None,
            declared=[(d.declaration_type, rules.state_at_dfe(d.state)) for d in standing.made],
        ),
        # Statements are DfE's: that one is open is for DfE to say.
        statements=[
            twin.Statement(
                statement_id="next", state="open", output_fee=True, deadline_on=at.date()
            )
        ],
        known_delivery_partners=frozenset({str(partner)} if partner else ()),
        confirmed_delivery_partners=frozenset({str(partner)} if standing.confirmed else ()),
    )
    problems = twin.check_declaration(request, context, at=at)
    if not problems:
        return standing
    detail = f"{problems[0].title}: {problems[0].detail}"
    return replace(standing, due=replace(due, reason=rules.BLOCKED, detail=detail))


def due_declarations(tx: Transaction, request: DueDeclarations) -> DuePage:
    """What is open on a day and not made, by application."""
    at = tx.at
    if request.on is not None:
        at = datetime.combine(request.on, time(23, 59), LONDON)
    wanted = select(Application).where(
        Application.status == "accepted", Application.dfe_application_id.is_not(None)
    )
    if request.cohort is not None:
        wanted = wanted.where(Application.cohort == request.cohort)
    if request.delivery_partner_id is not None:
        wanted = wanted.where(Application.delivery_partner_id == request.delivery_partner_id)
    found, cursor = page(
        tx, wanted, keys=(Application.id,), cursor=request.cursor, limit=request.limit
    )
    waiting = [s for s in stand(tx, found, at) if s.due.reason != rules.NOT_OPEN]
    return DuePage(items=[_due_record(s, at) for s in waiting], next_cursor=cursor)


def _due_record(standing: Standing, at: datetime) -> DueDeclaration:
    application, due = standing.application, standing.due
    detail = due.detail
    if due.reason == rules.NO_EVIDENCE and detail is None:
        missed = any(evidence.kind == SUBMISSION_MISSED for evidence in standing.evidence)
        detail = "no script was submitted" if missed else None
    return DueDeclaration(
        application_id=application.id,
        participant_id=application.participant_id,
        course=application.course,
        cohort=application.cohort,
        declaration_type=due.milestone.declaration_type,
        opens_on=due.milestone.opens_on,
        deadline_on=due.milestone.deadline_on,
        days_left=due.days_left(_day(at)),
        reason=EVIDENCED if due.reason == rules.CAN_BE_MADE else due.reason,
        detail=detail,
    )


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
