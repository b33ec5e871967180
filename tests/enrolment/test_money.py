"""What DfE pays, by its own figures: by statement, to the end of the cohort; and what differs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from accounts import a_calendar, a_contract, a_month, follow, statements
from enrolling import COHORT, autumn_schedule
from sqlalchemy import insert, literal, select, update

from enrolment.domain.dfe.courses import HEADSHIP, SENIOR_LEADERSHIP
from enrolment.models import Application, Declaration, Statement
from enrolment.money.calendars import calendars
from enrolment.money.forecast import forecast_income
from headship_contracts.enrolment.batches import VoidDeclaration
from headship_contracts.enrolment.money import (
    AdjustStatement,
    ForecastIncome,
    ListContracts,
    ListDifferences,
    RemoveAdjustment,
    StatementIncome,
)
from headship_contracts.errors import Invalid, NotFound, Refused

FEE = Decimal("1212.63")  # 72 places at 800 pounds, 40 per cent in 19 instalments


def income(enrolling, statement, basis="dfe"):
    return enrolling.call(StatementIncome(statement_id=statement.statement_id, basis=basis))


def differing(enrolling, **filters):
    return enrolling.call(ListDifferences(cohort=COHORT, **filters)).items


def of_month(enrolling, year, month):
    found = statements(enrolling, cohort=COHORT)
    return next(s for s in found if (s.year, s.month) == (year, month))


def earned(enrolling, basis):
    """By declarations, on all statements of the cohort."""
    each = [income(enrolling, s, basis) for s in statements(enrolling, cohort=COHORT)]
    return sum(i.outputs - i.clawbacks for i in each)


@pytest.fixture
def two_started(enrolling):
    """Two declared in October 2026; DfE's statements and our contract are known."""
    enrolling.call(a_contract())
    enrolling.call(autumn_schedule())
    people = [enrolling.accepted(number) for number in range(2)]
    follow(enrolling)
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    for participant in people:
        enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    follow(enrolling)
    return people


def test_dfes_calendar_is_taken_over_once(enrolling):
    follow(enrolling)
    first = statements(enrolling, cohort=COHORT)
    follow(enrolling)

    assert statements(enrolling, cohort=COHORT) == first
    assert {s.output_fee for s in first} == {True}
    december = of_month(enrolling, 2026, 12)
    assert (december.deadline_on, december.payment_on, december.state) == (
        date(2026, 11, 25),
        date(2026, 12, 25),
        "open",
    )
    assert not december.dates_differ


def test_dates_of_ours_that_dfe_does_not_share_are_shown(enrolling):
    enrolling.call(a_calendar(a_month(2026, 12, deadline_on=date(2026, 12, 1))))
    follow(enrolling)

    december = of_month(enrolling, 2026, 12)

    assert (december.deadline_on, december.dfe_deadline_on) == (
        date(2026, 12, 1),
        date(2026, 11, 25),
    )
    assert december.dates_differ


def test_a_statement_comes_to_dfes_formulae(enrolling, two_started):
    december = of_month(enrolling, 2026, 12)

    there, expected = (income(enrolling, december, basis) for basis in ("dfe", "expected"))

    (line,) = there.lines
    assert (line.course, line.billable, line.output_per_participant) == (HEADSHIP, 2, 120)
    assert (line.output, line.clawback, line.service_fee) == (240, 0, FEE)
    assert there.total == Decimal("1452.63")
    assert there.unrounded == Decimal("1452.631579")
    assert there.without_contract == []
    assert expected.total == there.total
    assert differing(enrolling) == []


def test_adjustments_and_dfes_own_correction_are_added_until_it_is_paid(enrolling, two_started):
    december = of_month(enrolling, 2026, 12)
    month = a_month(
        2026,
        12,
        deadline_on=december.deadline_on,
        payment_on=december.payment_on,
        reconcile_amount=Decimal("-10"),
    )
    enrolling.call(a_calendar(month))
    note = AdjustStatement(
        statement_id=december.statement_id, description="late evidence", amount=Decimal("-20.50")
    )
    added = enrolling.call(note)
    with_both = income(enrolling, december).total
    enrolling.call(RemoveAdjustment(adjustment_id=added.adjustment_id))

    assert with_both == Decimal("1422.13")
    assert income(enrolling, december).total == Decimal("1442.63")
    with pytest.raises(Invalid, match="amount"):
        enrolling.call(
            AdjustStatement(
                statement_id=december.statement_id, description="nothing", amount=Decimal(0)
            )
        )
    enrolling.moves_to(datetime(2026, 12, 28, 9, tzinfo=UTC))
    follow(enrolling)
    with pytest.raises(Refused, match="statement_paid"):
        enrolling.call(note)


def test_a_clawback_is_taken_off_a_later_statement(enrolling, two_started):
    enrolling.moves_to(datetime(2026, 12, 28, 9, tzinfo=UTC))
    follow(enrolling)
    declaration = enrolling.declarations()[0]
    enrolling.call(VoidDeclaration(declaration_id=declaration.declaration_id, reason="moved away"))
    enrolling.push()
    follow(enrolling)

    december, march = (of_month(enrolling, *m) for m in ((2026, 12), (2027, 3)))

    assert (december.state, income(enrolling, december).outputs) == ("paid", 240)
    for basis in ("dfe", "expected"):
        later = income(enrolling, march, basis)
        assert (later.outputs, later.clawbacks, later.total) == (0, 120, FEE - 120)
    assert differing(enrolling) == []


def test_terms_that_a_closed_statement_is_paid_by_stay(enrolling, two_started):
    enrolling.moves_to(datetime(2026, 12, 28, 9, tzinfo=UTC))
    follow(enrolling)

    with pytest.raises(Refused, match="contract template used by a paid statement"):
        enrolling.call(a_contract(per_participant=Decimal(900)))
    enrolling.call(a_contract(per_participant=Decimal(900), from_month=date(2027, 1, 15)))
    enrolling.call(a_contract())  # as it is: nothing to refuse

    enrolling.call(a_contract(course=SENIOR_LEADERSHIP))  # the first terms of a course

    listed = enrolling.call(ListContracts(cohort=COHORT, course=HEADSHIP)).items
    assert [(c.from_month, c.output_per_participant) for c in listed] == [
        (date(2026, 9, 1), 120),
        (date(2027, 1, 1), 135),
    ]
    assert income(enrolling, of_month(enrolling, 2026, 12)).outputs == 240
    with pytest.raises(Refused, match="contract template used by a paid statement"):
        enrolling.call(a_contract(recruitment_target=71, from_month=date(2026, 12, 1)))


def test_targeted_delivery_funding_is_paid_for_starts_up_to_october_2025(enrolling):
    cohort = "2024a"
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    enrolling.call(
        a_calendar(a_month(2025, 10), a_month(2025, 11), cohort=cohort),
    )
    enrolling.call(a_contract(cohort=cohort, from_month=date(2024, 9, 1)))
    last, later = statements(enrolling, cohort=cohort)

    def placed_on(statement):
        with enrolling.db.transaction() as tx:
            tx.execute(update(Application).values(cohort=cohort, targeted_delivery_funding=True))
            tx.execute(
                update(Declaration).values(
                    expected_statement_id=statement.statement_id, fundable=True
                )
            )
        return income(enrolling, statement, "expected").targeted_delivery_funding

    assert (placed_on(last), placed_on(later)) == (100, 0)


def test_declarations_of_a_course_without_a_contract_are_named(enrolling):
    enrolling.call(autumn_schedule())
    participant = enrolling.accepted()
    follow(enrolling)
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    follow(enrolling)

    without = income(enrolling, of_month(enrolling, 2026, 12))

    assert (without.without_contract, without.total) == ([HEADSHIP], 0)


def test_each_declaration_that_dfe_treats_otherwise_is_a_row(enrolling, two_started):
    first, second = enrolling.dfe.world.declarations.values()
    march = of_month(enrolling, 2027, 3)
    first.statement_id = str(march.dfe_statement_id)
    second.state, second.statement_id = "ineligible", None
    for record in (first, second):
        record.updated_at = enrolling.at + timedelta(hours=1)
    follow(enrolling)

    rows = {row.code: row for row in differing(enrolling)}

    assert sorted(rows) == ["ineligible", "other_statement"]
    moved, lost = rows["other_statement"], rows["ineligible"]
    assert (moved.statement_id, moved.difference) == (march.statement_id, 0)
    assert moved.expected_statement_id == of_month(enrolling, 2026, 12).statement_id
    assert (lost.expected_amount, lost.dfe_amount, lost.difference) == (120, 0, -120)
    assert differing(enrolling, code="ineligible") == [lost]
    assert earned(enrolling, "dfe") - earned(enrolling, "expected") == lost.difference


def test_the_forecast_counts_what_is_declared_and_what_is_to_come(enrolling, two_started):
    half = enrolling.call(ForecastIncome(cohort=COHORT, retention=Decimal("0.5")))
    nobody = enrolling.call(ForecastIncome(cohort=COHORT, retention=Decimal(0)))

    to_come = [m for m in half.months if m.declarations_to_come]
    assert [(m.year, m.month, m.declarations_to_come) for m in to_come] == [
        (2027, 9, Decimal("1.00")),
        (2028, 3, Decimal("0.50")),
        (2028, 9, Decimal("0.25")),
    ]
    assert [m.to_come for m in to_come] == [120, 60, 30]
    assert (half.total - nobody.total, half.without_statement) == (210, 0)
    december = next(m for m in half.months if (m.year, m.month) == (2026, 12))
    assert (december.declared, december.total) == (Decimal("1452.63"), Decimal("1452.63"))


def test_a_statement_that_comes_while_a_forecast_is_read_is_told_by_the_next_one(
    enrolling, two_started
):
    asked, known = ForecastIncome(cohort=COHORT), statements(enrolling, cohort=COHORT)[0]
    with enrolling.db.transaction() as tx:
        calendars(tx)  # as for the cohort before, in the figures of all
        with enrolling.db.engine.begin() as other:
            names = ("cohort", "month", "deadline_on", "payment_on", "output_fee")
            names += ("reconcile_amount", "revision")
            copied = select(
                literal(uuid4()), literal(2077), *[getattr(Statement, name) for name in names]
            ).where(Statement.id == known.statement_id)
            other.execute(insert(Statement).from_select(["id", "year", *names], copied))
        meanwhile = forecast_income(tx, asked, Decimal("0.95"))

    assert len(enrolling.call(asked).months) == len(meanwhile.months) + 1


def test_without_a_figure_the_configured_retention_is_assumed(enrolling, two_started):
    assert enrolling.call(ForecastIncome(cohort=COHORT)).retention == Decimal("0.95")
    with pytest.raises(Invalid, match="retention"):
        enrolling.call(ForecastIncome(cohort=COHORT, retention=Decimal("1.1")))


@pytest.mark.parametrize(
    ("months", "problem"),
    [
        ([a_month(2027, 1), a_month(2027, 1)], "statements.1.month: is there twice"),
        ([a_month(2027, 1, payment_on=date(2027, 1, 1))], "payment_on: is before the deadline"),
    ],
)
def test_a_calendar_that_makes_no_sense_changes_nothing(enrolling, months, problem):
    with pytest.raises(Invalid, match=problem):
        enrolling.call(a_calendar(*months))

    assert statements(enrolling, cohort=COHORT) == []


def test_what_is_not_known_is_not_found(enrolling):
    with pytest.raises(NotFound, match="cohort_not_found"):
        enrolling.call(ForecastIncome(cohort="2029c"))
    with pytest.raises(Invalid, match="course: is not one of DfE's"):
        enrolling.call(a_contract(course="npq-cooking"))
