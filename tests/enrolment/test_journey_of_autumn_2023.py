"""Cohort 2023 autumn, as the course was first offered: fully funded, by its own milestones.

From DfE's list to outcomes and paid statements, over HTTP against the simulator.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from accounts import a_contract, follow, statements
from enrolling import a_result

from dfe_simulator import SeedPlan
from enrolment.domain.dfe.courses import DECLARATION_TYPES
from headship_contracts.enrolment.applications import AcceptApplication, AssignDeliveryPartner
from headship_contracts.enrolment.batches import ListOutcomes, TryDeclarations
from headship_contracts.enrolment.declarations import DueDeclarations, ListSchedules
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    DeclarationDue,
    DeclarationSubmitted,
    OutcomeReported,
)
from headship_contracts.enrolment.money import ForecastIncome, ListDifferences, StatementIncome
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from kit.testing import deliver, emitted

COHORT, AUTUMN = "2023a", "npq-leadership-autumn"

DEADLINES = [date(2023, 11, 24), date(2024, 3, 11), date(2025, 1, 24), date(2025, 8, 25)]


@pytest.fixture
def dfe_plan():
    """Four people, all of whom DfE funds: there is no cap, so no funded place."""
    return SeedPlan(
        seed=7,
        applications=4,
        not_eligible=0,
        without_trn=0,
        delivery_partners=1,
        cohort=COHORT,
        cohort_funding="full",
        targeted_delivery_funding=4,
    )


@pytest.fixture
def autumn_2023(enrolling):
    """Admissions in September 2023; DfE's contract is known."""
    enrolling.moves_to(datetime(2023, 9, 11, 9, tzinfo=UTC))
    enrolling.call(a_contract(cohort=COHORT, from_month=date(2023, 9, 1)))
    enrolling.sync()
    follow(enrolling)
    return enrolling


def evening(year, month, day):
    return datetime(year, month, day, 20, tzinfo=UTC)


def accepted(enrolling, application):
    """Without a word on the funded place: for a fully funded cohort DfE wants none."""
    (partner,) = enrolling.call(ListDeliveryPartners()).items
    enrolling.call(
        AssignDeliveryPartner(
            application_id=application.application_id,
            delivery_partner_id=partner.delivery_partner_id,
        )
    )
    enrolling.call(AcceptApplication(application_id=application.application_id))
    enrolling.push()
    return enrolling.application(application.application_id)


def days_run(enrolling, at, participants, on):
    """Everybody engages on a day; in the evening what is due is declared and sent."""
    enrolling.moves_to(at)
    for participant in participants:
        enrolling.engages(participant, date(2023, 10, 10), on)
    enrolling.declares()
    follow(enrolling)


def test_the_first_cohort_goes_from_application_to_outcome_and_payment(autumn_2023):
    enrolling = autumn_2023
    (schedule,) = [
        s for s in enrolling.call(ListSchedules(cohort=COHORT)).items if s.schedule == AUTUMN
    ]
    applications = enrolling.applications()

    people = [accepted(enrolling, application) for application in applications[:2]]
    for at, on in (
        (evening(2023, 10, 20), date(2023, 10, 10)),
        (evening(2023, 12, 5), date(2023, 12, 5)),
        (evening(2024, 6, 10), date(2024, 6, 10)),
    ):
        days_run(enrolling, at, people, on)
    enrolling.moves_to(evening(2025, 4, 20))
    first, second = people
    deliver(enrolling.service, a_result(first, completion_date=date(2025, 4, 14)))
    deliver(enrolling.service, a_result(second, state="failed", completion_date=date(2025, 4, 14)))
    enrolling.declares()
    enrolling.moves_to(evening(2025, 7, 20))
    deliver(enrolling.service, a_result(second, attempt=2, completion_date=date(2025, 7, 14)))
    enrolling.push()
    enrolling.moves_to(evening(2025, 12, 28))
    follow(enrolling)

    # accepted, by the cohort's own dates
    assert [m.deadline_on for m in schedule.milestones] == DEADLINES
    assert schedule.milestones[0].paid_on == date(2023, 12, 14)
    assert {(p.schedule, p.funded_place, p.status) for p in people} == {(AUTUMN, None, "accepted")}
    assert [e.funded_place for e in emitted(enrolling.db, ApplicationAccepted)] == [None, None]

    # declared once for each milestone, each before its deadline
    made = enrolling.declarations(application_id=first.application_id)
    assert [d.declaration_type for d in made] == list(DECLARATION_TYPES)
    declared_on = [d.declaration_date.date() for d in made]
    assert all(on <= by for on, by in zip(declared_on, DEADLINES, strict=True))
    assert len(emitted(enrolling.db, DeclarationSubmitted)) == 8
    assert emitted(enrolling.db, DeclarationDue) == []
    assert enrolling.call(DueDeclarations(cohort=COHORT)).items == []

    # outcomes: one passed, one failed and then passed
    told = enrolling.call(ListOutcomes(application_id=second.application_id)).items
    assert [(o.attempt, o.state, o.report) for o in told] == [
        (1, "failed", "reported"),
        (2, "passed", "reported"),
    ]
    assert enrolling.state_at_dfe()["outcomes"]["latest_by_state"] == {"passed": 2}
    reported = emitted(enrolling.db, OutcomeReported)
    for person, states in ((first, ["passed"]), (second, ["failed", "passed"])):
        of_theirs = [o.state for o in reported if o.application_id == person.application_id]
        assert of_theirs == states
    assert len(reported) == 3

    # paid, each in the statement that we expected, to the penny
    assert {d.state for d in enrolling.declarations()} == {"paid"}
    assert enrolling.call(ListDifferences(cohort=COHORT)).items == []
    paid = statements(enrolling, cohort=COHORT, paid=True)
    outputs = {
        (s.year, s.month): income.outputs
        for s in paid
        if (income := enrolling.call(StatementIncome(statement_id=s.statement_id))).outputs
    }
    assert outputs == {
        (2023, 12): Decimal(240),
        (2024, 3): Decimal(240),
        (2024, 9): Decimal(240),
        (2025, 6): Decimal(240),
    }
    started = next(s for s in paid if (s.year, s.month) == (2023, 12))
    income = enrolling.call(StatementIncome(statement_id=started.statement_id))
    assert income.targeted_delivery_funding == 200  # DfE's flag came with both applications
    assert enrolling.state_at_dfe()["declarations"]["by_state"] == {"paid": 8}


def test_a_capped_answer_is_ignored_and_a_deadline_that_comes_near_is_warned_of(autumn_2023):
    enrolling = autumn_2023
    application = enrolling.applications()[0]
    enrolling.call(AcceptApplication(application_id=application.application_id, funded_place=True))
    enrolling.push()

    for day in (3, 17, 23, 25):
        enrolling.moves_to(evening(2023, 11, day))
        enrolling.run("declare_what_is_due")

    assert enrolling.application(application.application_id).funded_place is None
    assert [e.days_left for e in emitted(enrolling.db, DeclarationDue)] == [21, 7, 1]
    (line,) = enrolling.call(TryDeclarations(cohort=COHORT)).items
    assert (line.accepted, line.reason) == (False, "no_evidence")
    (missed,) = enrolling.call(DueDeclarations(cohort=COHORT, missed=True)).items
    assert (missed.declaration_type, missed.days_left) == ("started", -1)


def test_who_needs_no_delivery_partner_before_2024_is_declared_without_one(autumn_2023):
    enrolling = autumn_2023
    application = enrolling.applications()[0]
    enrolling.call(AcceptApplication(application_id=application.application_id))
    enrolling.push()

    days_run(enrolling, evening(2023, 10, 20), [application], date(2023, 10, 10))

    (declaration,) = enrolling.declarations()
    assert (declaration.state, declaration.delivery_partner_id) == ("eligible", None)


def test_the_forecast_of_the_first_cohort_follows_its_own_milestones(autumn_2023):
    enrolling = autumn_2023
    for application in enrolling.applications():
        accepted(enrolling, application)

    forecast = enrolling.call(ForecastIncome(cohort=COHORT, retention=Decimal(1)))

    to_come = {(m.year, m.month): m.to_come for m in forecast.months if m.to_come}
    assert to_come == {
        (2023, 12): Decimal(480),
        (2024, 6): Decimal(480),
        (2025, 3): Decimal(480),
        (2025, 9): Decimal(480),
    }
    assert forecast.without_statement == 0
