"""Writes that say on which state they were decided are a conflict once that has changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from enrolling import autumn_schedule, places

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.money import (
    AdjustStatement,
    ListStatements,
    PublishStatements,
    RemoveAdjustment,
    SetContract,
    StatementDates,
)
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.training import MoveParticipantSchool
from headship_contracts.errors import Conflict

CONTRACT = SetContract(
    cohort="2026b",
    course=HEADSHIP,
    from_month=date(2026, 11, 1),
    recruitment_target=72,
    per_participant=Decimal(800),
    service_fee_installments=19,
)


def is_stale(enrolling, request, revision):
    with pytest.raises(Conflict, match="stale_revision"):
        enrolling.call(replace(request, if_revision=revision))


def test_a_cap_that_somebody_else_has_changed(enrolling):
    first = enrolling.call(replace(places(5), if_revision=0))
    second = enrolling.call(replace(places(6), if_revision=first.revision))

    is_stale(enrolling, places(7), first.revision)
    assert enrolling.call(places(6)).revision == second.revision


def test_dates_of_a_schedule_that_somebody_else_has_published(enrolling):
    first = enrolling.call(autumn_schedule(if_revision=0))

    is_stale(enrolling, autumn_schedule(starts_on=date(2026, 9, 30)), 0)
    again = autumn_schedule(starts_on=date(2026, 9, 30), if_revision=first.revision)
    assert enrolling.call(again).revision > first.revision


def test_terms_of_a_contract_that_somebody_else_has_set(enrolling):
    first = enrolling.call(replace(CONTRACT, if_revision=0))
    other = replace(CONTRACT, recruitment_target=80)

    is_stale(enrolling, other, 0)
    assert enrolling.call(replace(other, if_revision=first.revision)).recruitment_target == 80


def test_a_statement_that_somebody_else_has_adjusted(enrolling):
    dates = StatementDates(
        year=2026,
        month=12,
        deadline_on=date(2026, 11, 25),
        payment_on=date(2026, 12, 25),
        output_fee=True,
    )
    enrolling.call(PublishStatements(cohort="2026b", statements=[dates]))
    (statement,) = enrolling.call(ListStatements(cohort="2026b")).items
    adjust = AdjustStatement(
        statement_id=statement.statement_id, description="agreed", amount=Decimal("12.50")
    )

    made = enrolling.call(replace(adjust, if_revision=statement.revision))

    is_stale(enrolling, adjust, statement.revision)
    remove = RemoveAdjustment(adjustment_id=made.adjustment_id)
    is_stale(enrolling, remove, statement.revision)
    (now,) = enrolling.call(ListStatements(cohort="2026b")).items
    assert enrolling.call(replace(remove, if_revision=now.revision)).done


def test_a_person_whose_applications_have_changed_since(enrolling):
    enrolled = enrolling.enrolled()
    schools = [
        School(urn=urn, name="Example", local_authority="Kent", phase="primary")
        for urn in ("100002", "100003")
    ]
    enrolling.call(AddSchools(schools=schools))
    move = MoveParticipantSchool(participant_id=enrolled.participant_id, school_urn="100002")

    moved = enrolling.call(replace(move, if_revision=enrolled.revision))

    is_stale(enrolling, replace(move, school_urn="100003"), enrolled.revision)
    assert moved.revision == enrolling.application(enrolled.application_id).revision
