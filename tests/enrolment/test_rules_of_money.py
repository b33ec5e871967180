"""Income and forecast: exact, additive, never below what is clawed back."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.declarations import milestones_in_order
from enrolment.domain.dfe.courses import GROUPS, HEADSHIP, declaration_types
from enrolment.domain.dfe.declarations import Statement
from enrolment.domain.dfe.payments import (
    TERMS_OF_GROUP,
    ContractTemplate,
    ItemCounts,
    StatementItem,
    count_items,
    pay_for_course,
    statement_total,
    sum_lines,
)
from enrolment.domain.money.contracts import Terms, check_terms, terms_at
from enrolment.domain.money.forecast import Enrolments, declarations_to_come
from headship_contracts.errors import Invalid

PRICES = st.integers(1, 5_000_00).map(lambda pence: pence * Decimal("0.01"))
STATES = ("eligible", "payable", "paid", "voided", "ineligible", "awaiting_clawback", "clawed_back")
MONTH = date(2026, 12, 1)


@st.composite
def templates(draw, course=HEADSHIP):
    terms = TERMS_OF_GROUP[GROUPS[course]]
    return ContractTemplate(
        per_participant=draw(PRICES),
        recruitment_target=draw(st.integers(1, 500)),
        output_payment_percentage=terms.output_payment_percentage,
        number_of_payment_periods=terms.number_of_payment_periods,
        service_fee_percentage=terms.service_fee_percentage,
        service_fee_installments=draw(st.integers(1, 31)),
        monthly_service_fee=draw(st.none() | PRICES),
    )


def items(draw_states):
    return [
        StatementItem(
            participant_id=f"P{number}", course=HEADSHIP, declaration_type="started", state=state
        )
        for number, state in enumerate(draw_states)
    ]


def counted(those):
    return count_items(those, course=HEADSHIP, statement_month=MONTH, cohort_year=2026)


@given(template=templates(), states=st.lists(st.sampled_from(STATES), max_size=30))
def test_income_is_never_negative_beyond_clawbacks(template, states):
    payment = pay_for_course(template, counted(items(states)))
    amounts = sum_lines([(template, payment)])

    assert statement_total(amounts) + amounts.clawbacks + amounts.tdf_clawbacks >= 0
    taken_back = sum(state in ("awaiting_clawback", "clawed_back") for state in states)
    assert payment.clawback == taken_back * payment.output_per_participant


@given(
    template=templates(),
    states=st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 3)), max_size=30),
)
def test_what_declarations_earn_is_the_same_however_they_are_spread_over_statements(
    template, states
):
    whole = pay_for_course(template, counted(items([state for state, _ in states])))
    each = items([state for state, _ in states])
    spread = [
        pay_for_course(
            template,
            counted([i for i, (_, on) in zip(each, states, strict=True) if on == statement]),
        )
        for statement in range(4)
    ]

    assert sum(p.output_subtotal - p.clawback for p in spread) == (
        whole.output_subtotal - whole.clawback
    )
    assert sum(p.monthly_service_fee for p in spread) == 4 * whole.monthly_service_fee


@given(template=templates())
def test_instalments_of_the_service_fee_and_all_outputs_come_to_the_whole_price(template):
    periods = template.number_of_payment_periods
    payment = pay_for_course(template, ItemCounts(billable=periods))
    if template.monthly_service_fee is not None:
        return

    fees = payment.service_fee_per_participant * template.service_fee_installments

    assert payment.output_subtotal + fees == Fraction(template.per_participant)


def test_a_statement_is_paid_by_the_last_terms_before_it():
    def terms(month, price):
        template = ContractTemplate(
            per_participant=Decimal(price),
            recruitment_target=1,
            output_payment_percentage=60,
            number_of_payment_periods=4,
            service_fee_percentage=40,
            service_fee_installments=19,
        )
        return Terms(course=HEADSHIP, from_month=month, template=template)

    both = [terms(date(2027, 3, 1), 900), terms(date(2026, 9, 1), 800)]

    assert terms_at(both, date(2026, 8, 31)) == {}
    assert terms_at(both, date(2027, 2, 28))[HEADSHIP].per_participant == 800
    assert terms_at(both, date(2027, 3, 1))[HEADSHIP].per_participant == 900


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"per_participant": Decimal("-1")}, "per_participant"),
        ({"per_participant": Decimal("1.00001")}, "per_participant"),
        ({"service_fee_percentage": 50}, "service_fee_percentage"),
        ({"monthly_service_fee": Decimal("-0.01")}, "monthly_service_fee"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_field(change, field):
    known = {
        "per_participant": Decimal(800),
        "recruitment_target": 72,
        "output_payment_percentage": 60,
        "number_of_payment_periods": 4,
        "service_fee_percentage": 40,
        "service_fee_installments": 19,
    }
    with pytest.raises(Invalid) as refused:
        check_terms(HEADSHIP, ContractTemplate(**{**known, **change}))

    assert field in refused.value.fields


TYPES = declaration_types(HEADSHIP)
MILESTONES = milestones_in_order(
    date(2026, 10, 1),
    [(kind, date(2026, 11, 25) + timedelta(days=180 * n)) for n, kind in enumerate(TYPES)],
)
MONTHLY = [
    Statement(
        statement_id=str(n),
        state="open",
        output_fee=True,
        deadline_on=date(2026, 11, 25) + timedelta(days=30 * n),
    )
    for n in range(30)
]
RETENTION = st.fractions(0, 1, max_denominator=100)


def to_come(number, declared, retention, statements=MONTHLY):
    enrolments = Enrolments(
        course=HEADSHIP, milestones=MILESTONES, number=number, declared=declared
    )
    return declarations_to_come(enrolments, statements, retention=retention, on=date(2026, 10, 1))


def test_half_of_those_who_reach_a_milestone_reach_the_next():
    expected = to_come(100, {"started": 80}, Fraction(1, 2))

    assert [(e.declaration_type, e.number) for e in expected] == [
        ("started", 10),  # half of the 20 who have not started
        ("retained-1", 45),  # half of those and of the 80
        ("retained-2", Fraction(45, 2)),
        ("completed", Fraction(45, 4)),
    ]
    assert [e.statement_id for e in expected] == ["0", "6", "12", "18"]


@given(number=st.integers(0, 500), shares=st.lists(st.integers(0, 500), max_size=4))
def test_if_everyone_goes_on_each_declares_everything(number, shares):
    reached, declared = number, {}
    for kind, share in zip(TYPES, shares, strict=False):
        reached = declared[kind] = min(reached, share)

    expected = to_come(number, declared, Fraction(1))

    total = sum(e.number for e in expected) + sum(declared.values())
    assert total == number * len(TYPES)
    assert to_come(number, declared, Fraction(0)) == []


@given(number=st.integers(0, 500), one=RETENTION, other=RETENTION)
def test_more_retention_brings_no_less(number, one, other):
    low, high = (
        sum(e.number for e in to_come(number, {}, share)) for share in sorted((one, other))
    )

    assert 0 <= low <= high <= number * len(TYPES)


def test_what_comes_after_the_last_statement_is_in_none():
    expected = to_come(10, {}, Fraction(1), MONTHLY[:7])

    assert [e.statement_id for e in expected] == ["0", "6", None, None]
