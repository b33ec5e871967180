"""A seeded cohort under way: acceptances, declarations, outcomes, deferrals and withdrawals.

About as often as in DfE's published figures: 4 in 100 withdraw, 5 in 100 defer, 97 in 100 of those
who complete have passed. A few declarations are void, and a few that were paid are clawed back.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from dfe_simulator.planning import SeedPlan
from dfe_simulator.records import Application, Declaration, OutcomeRecord, StateChange
from dfe_simulator.registering import new_id
from dfe_simulator.statements import let_days_pass
from dfe_simulator.world import World
from enrolment.domain.dfe import courses, declarations
from enrolment.domain.dfe.applications import ApplicationFacts, funded_place_once_accepted
from enrolment.domain.dfe.participants import DEFERRAL_REASONS, WITHDRAWAL_REASONS
from enrolment.domain.dfe.schedules import cohort_year, default_schedule

MONTHS_OF_TYPES = {"started": 0, "retained-1": 7, "retained-2": 13, "completed": 18}
"""About when each is declared, from the start of the schedule."""

WITHDRAWN, DEFERRED, VOIDED, CLAWED_BACK, PASSED = 0.04, 0.05, 0.02, 0.01, 0.97


def live_through(world: World, plan: SeedPlan, random: Random) -> None:
    """Accept as many as the plan says, and let them go on up to its day."""
    as_of = plan.as_of or date(cohort_year(plan.cohort) + 1, 9, 1)
    ours = [r for r in world.applications.in_order() if r.lead_provider == plan.lead_provider]
    for record in random.sample(ours, plan.in_training):
        _accept(world, record, random)
        _declare(world, record, as_of, random)
        _change_training(record, as_of, random)
    _pass_days(world, as_of)
    _claw_back(world, as_of, random)


def _at(day: date, random: Random) -> datetime:
    """Some time in the working day."""
    return datetime.combine(day, time(9), UTC) + timedelta(seconds=random.randrange(28_800))


def _accept(world: World, record: Application, random: Random) -> None:
    decided_on = max(record.created_at.date(), date(cohort_year(record.cohort), 9, 1))
    at = _at(decided_on + timedelta(days=random.randrange(1, 20)), random)
    schedules = world.schedules(record.cohort)
    chosen = default_schedule(record.course, record.cohort, at.date(), schedules)
    facts = ApplicationFacts(
        status="pending",
        course=record.course,
        cohort=record.cohort,
        cohort_funding=world.cohorts[record.cohort],
        eligible_for_funding=record.eligible_for_funding,
        funded_place=record.funded_place,
    )
    record.status, record.training_status = "accepted", "active"
    record.accepted_at = record.updated_at = at
    record.schedule = schedules[chosen] if chosen else None
    record.funded_place = funded_place_once_accepted(facts, record.eligible_for_funding)
    record.history.append(StateChange("active", None, at, record.lead_provider))
    person = world.people[record.participant_id]
    person.updated_at = at
    if person.trn is None:
        world.allocate_trn(person, at)


def _declare(world: World, record: Application, as_of: date, random: Random) -> None:
    if record.schedule is None:
        return
    partners = sorted(world.confirmed_partners(record.lead_provider, record.cohort))
    partner = random.choice(partners) if record.in_england else None
    fundable = world.funding_of(record).fundable
    for declaration_type in record.schedule.allowed_declaration_types:
        days = MONTHS_OF_TYPES[declaration_type] * 30 + random.randrange(2, 40)
        declared_on = record.schedule.applies_from + timedelta(days=days)
        at = _at(declared_on + timedelta(days=random.randrange(1, 10)), random)
        if at.date() > as_of:
            return
        state = declarations.state_of_new_declaration(fundable=fundable, declared_by_same_trn=False)
        statement = declarations.next_output_statement(
            world.statements_of(record.lead_provider, record.cohort), at.date()
        )
        made = Declaration(
            declaration_id=new_id(random),
            application_id=record.application_id,
            lead_provider=record.lead_provider,
            cohort=record.cohort,
            declaration_type=declaration_type,
            declared_at=_at(declared_on, random),
            state=state,
            delivery_partner_id=partner,
            secondary_delivery_partner_id=None,
            created_at=at,
            updated_at=at,
            statement_id=statement.statement_id if statement and state != "submitted" else None,
        )
        world.add_declaration(made)
        if declaration_type == "completed" and record.course in courses.ASSESSED:
            passed = random.random() < PASSED
            _add_outcome(world, made, "passed" if passed else "failed", declared_on, at, random)
        if random.random() < VOIDED:
            made.state = "voided"
            made.updated_at = at + timedelta(hours=1)


def _add_outcome(
    world: World, made: Declaration, state: str, day: date, at: datetime, random: Random
) -> None:
    world.add_outcome(OutcomeRecord(new_id(random), made.declaration_id, state, day, at))


def _change_training(record: Application, as_of: date, random: Random) -> None:
    chance = random.random()
    day = as_of - timedelta(days=random.randrange(1, 60))
    if chance > WITHDRAWN + DEFERRED or record.schedule is None:
        return
    if day <= record.schedule.applies_from + timedelta(days=60):
        return
    status = "withdrawn" if chance < WITHDRAWN else "deferred"
    reasons = WITHDRAWAL_REASONS if status == "withdrawn" else DEFERRAL_REASONS
    at = _at(day, random)
    record.training_status, record.updated_at = status, at
    record.history.append(StateChange(status, random.choice(reasons), at, record.lead_provider))


def _pass_days(world: World, as_of: date) -> None:
    """Each statement closes and is paid on its own day, not all at once on the last."""
    days = {s.deadline_on + timedelta(days=1) for s in world.statements.values()}
    days |= {s.paid_on for s in world.statements.values()}
    for day in sorted(day for day in days if day <= as_of):
        let_days_pass(world, day, datetime.combine(day, time(), UTC))


def _claw_back(world: World, as_of: date, random: Random) -> None:
    at = datetime.combine(as_of, time(), UTC)
    for made in world.declarations.in_order():
        if made.state != "paid" or random.random() >= CLAWED_BACK:
            continue
        statement = declarations.next_output_statement(
            world.statements_of(made.lead_provider, made.cohort), as_of
        )
        if statement is not None:
            made.state, made.updated_at = declarations.state_once_voided(made.state), at
            world.attach_clawback(made, statement.statement_id)
