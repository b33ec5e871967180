"""What a statement pays: exact to the last fraction, and linear in what is counted."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.dfe import courses, messages, payments
from enrolment.domain.dfe.payments import (
    ContractTemplate,
    ItemCounts,
    StatementAmounts,
    StatementItem,
    check_adjustment,
    check_template,
    count_items,
    in_pence,
    pay_for_course,
    statement_total,
    sum_lines,
)

POUNDS = st.decimals(min_value="0.01", max_value=99999, places=2)
SIGNED = st.decimals(min_value=-99999, max_value=99999, places=2)
NUMBERS = st.integers(0, 500)
TEMPLATES = st.builds(
    ContractTemplate,
    per_participant=POUNDS,
    recruitment_target=st.integers(1, 2000),
    output_payment_percentage=st.integers(0, 100),
    number_of_payment_periods=st.integers(1, 6),
    service_fee_percentage=st.integers(0, 100),
    service_fee_installments=st.integers(1, 31),
    monthly_service_fee=st.one_of(st.none(), POUNDS, st.just(Decimal(0))),
    special_course=st.booleans(),
)
COUNTS = st.builds(
    ItemCounts,
    billable=NUMBERS,
    refundable=NUMBERS,
    tdf_billable=NUMBERS,
    tdf_refundable=NUMBERS,
)


def a_template(**told):
    known = {"per_participant": Decimal(800), "recruitment_target": 72}
    known |= {"output_payment_percentage": 60, "number_of_payment_periods": 3}
    known |= {"service_fee_percentage": 40, "service_fee_installments": 19}
    return ContractTemplate(**{**known, **told})


def test_the_published_figures_come_out():
    line = pay_for_course(a_template(), ItemCounts(billable=10))

    assert line.output_per_participant == 160
    assert line.service_fee_per_participant == Fraction(320, 19)
    assert in_pence(line.monthly_service_fee) == Decimal("1212.63")
    assert in_pence(line.total) == Decimal("2812.63")
    four = pay_for_course(a_template(number_of_payment_periods=4), ItemCounts())
    assert four.output_per_participant == 120


@given(TEMPLATES, COUNTS, COUNTS)
def test_a_line_is_linear_in_what_is_counted(template, one, other):
    both = ItemCounts(**{name: vars(one)[name] + vars(other)[name] for name in vars(one)})
    fee = payments.monthly_service_fee(template)

    first, second = pay_for_course(template, one), pay_for_course(template, other)

    assert pay_for_course(template, both).total == first.total + second.total - fee
    assert pay_for_course(template, ItemCounts()).total == fee


@given(TEMPLATES, COUNTS)
def test_what_is_clawed_back_is_what_was_paid(template, counts):
    paid = pay_for_course(template, counts)
    reverse = ItemCounts(
        billable=counts.refundable,
        refundable=counts.billable,
        tdf_billable=counts.tdf_refundable,
        tdf_refundable=counts.tdf_billable,
    )

    back = pay_for_course(template, reverse)

    fee = payments.monthly_service_fee(template)
    assert (paid.total - fee) == -(back.total - fee)


@given(TEMPLATES)
def test_all_periods_and_instalments_together_make_the_price_of_a_place(template):
    each = payments.output_per_participant(template)
    price = Fraction(template.per_participant)

    outputs = each * template.number_of_payment_periods
    assert outputs == price * template.output_payment_percentage / 100
    if template.monthly_service_fee is None:
        month = payments.service_fee_per_participant(template)
        share = price * template.service_fee_percentage / 100
        assert month * template.service_fee_installments == share


@given(st.lists(st.tuples(TEMPLATES, COUNTS), max_size=5), st.lists(SIGNED, max_size=4), SIGNED)
def test_a_statement_balances_to_the_last_fraction(contracts, adjustments, correction):
    lines = [(template, pay_for_course(template, counts)) for template, counts in contracts]

    total = statement_total(sum_lines(lines), adjustments=adjustments, reconcile_amount=correction)

    counted = [line.total for template, line in lines if not template.special_course]
    changes = sum((Fraction(one) for one in adjustments), Fraction(correction))
    assert total == sum(counted, Fraction(0)) + changes
    assert isinstance(total, Fraction)


@given(TEMPLATES, COUNTS)
def test_no_float_is_at_work(template, counts):
    line = pay_for_course(template, counts)

    assert {type(amount) for amount in vars(line).values()} == {Fraction}
    assert type(in_pence(line.total)) is Decimal


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_pence_are_the_nearest_and_halves_go_away_from_zero(amount):
    shown = in_pence(amount)

    assert shown.as_tuple().exponent == -2
    assert abs(Fraction(shown) - amount) <= Fraction(1, 200)
    assert in_pence(-amount) == -shown
    assert in_pence(Fraction(1, 200)) == Decimal("0.01")


def test_a_fee_by_percentage_without_instalments_is_no_contract():
    with pytest.raises(ValueError, match="no instalments"):
        pay_for_course(a_template(service_fee_installments=0), ItemCounts())
    with pytest.raises(ValueError, match="no payment periods"):
        pay_for_course(a_template(number_of_payment_periods=0), ItemCounts())
    unpaid = a_template(output_payment_percentage=0, number_of_payment_periods=0)
    assert pay_for_course(unpaid, ItemCounts(billable=3)).output_subtotal == 0


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"per_participant": Decimal(0)}, "per_participant"),
        ({"recruitment_target": 0}, "recruitment_target"),
        ({"recruitment_target": True}, "recruitment_target"),
        ({"service_fee_percentage": -1}, "service_fee_percentage"),
        ({"number_of_payment_periods": Decimal("3.5")}, "number_of_payment_periods"),
    ],
)
def test_figures_that_dfe_would_refuse_are_named(told, field):
    assert check_template(a_template()) == []
    assert [problem.title for problem in check_template(a_template(**told))] == [field]


def test_an_adjustment_has_a_description_and_an_amount_other_than_nothing():
    assert check_adjustment("Travel", Decimal("-3.50")) == []
    assert [p.title for p in check_adjustment(" ", None)] == ["description", "amount"]
    assert check_adjustment("Travel", Decimal(0))[0].detail == (
        "The adjustment amount cannot be zero"
    )
    assert check_adjustment("Travel", Decimal("NaN"))[0].title == "amount"


def test_the_figures_of_a_payable_or_paid_statement_stay_as_they_are():
    assert payments.check_template_change(["open", "open"]) == []
    assert payments.check_template_change(["open", "payable"]) == [
        messages.TEMPLATE_OF_PAYABLE_STATEMENT
    ]
    assert payments.check_template_change(["paid"]) == [messages.TEMPLATE_OF_PAID_STATEMENT]


def an_item(person="A", **told):
    known = {"course": courses.HEADSHIP, "declaration_type": "started", "state": "payable"}
    return StatementItem(participant_id=person, **{**known, **told})


def test_a_participant_counts_once_for_each_type():
    items = [
        an_item(),
        an_item(state="eligible"),
        an_item(declaration_type="retained-1"),
        an_item("B", state="awaiting_clawback"),
        an_item("C", state="voided"),
        an_item("D", course=courses.SENCO),
    ]

    counts = count_items(
        items, course=courses.HEADSHIP, statement_month=date(2026, 12, 1), cohort_year=2026
    )

    assert (counts.billable, counts.refundable) == (2, 1)


@pytest.mark.parametrize(
    ("month", "cohort", "course", "paid"),
    [
        (date(2025, 10, 31), 2022, courses.HEADSHIP, 1),
        (date(2025, 11, 1), 2022, courses.HEADSHIP, 0),
        (date(2025, 10, 1), 2021, courses.HEADSHIP, 0),
        (date(2024, 1, 1), 2023, courses.EARLY_HEADSHIP_COACHING_OFFER, 0),
        (date(2024, 1, 1), 2023, courses.ADDITIONAL_SUPPORT_OFFER, 0),
    ],
)
def test_targeted_delivery_funding_ended_in_october_2025(month, cohort, course, paid):
    items = [
        an_item(course=course, targeted_delivery_funding=True),
        an_item("B", course=course, targeted_delivery_funding=True, eligible_for_funding=False),
        an_item("C", course=course, targeted_delivery_funding=True, declaration_type="retained-1"),
        an_item("D", course=course),
    ]

    counts = count_items(items, course=course, statement_month=month, cohort_year=cohort)

    assert counts.tdf_billable == paid


def test_each_group_of_courses_has_terms_that_share_out_the_whole_price():
    assert set(payments.TERMS_OF_GROUP) == set(courses.GROUPS.values())
    for course, group in courses.GROUPS.items():
        terms = payments.TERMS_OF_GROUP[group]
        assert terms.output_payment_percentage + terms.service_fee_percentage == 100
        assert terms.number_of_payment_periods == len(courses.declaration_types(course))


def test_nothing_but_sums_goes_into_a_total():
    assert statement_total(StatementAmounts()) == 0
    told = StatementAmounts(service_fees=Decimal("1212.63"), outputs=160, tdf=100, clawbacks=60)
    assert statement_total(told, adjustments=[Decimal("-0.63")]) == 1412
