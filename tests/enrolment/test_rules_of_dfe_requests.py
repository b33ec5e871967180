"""What DfE reads in a request, and how it refuses: filters, pages, dates, schedules, TRNs."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.dfe import applications, courses, declarations, filters, messages, trn
from enrolment.domain.dfe.participants import (
    DEFERRAL_REASONS,
    WITHDRAWAL_REASONS,
    TrainingFacts,
    check_withdraw,
)
from enrolment.domain.dfe.schedules import schedules_of_cohort


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-01T09:00:00Z", datetime(2026, 11, 1, 9, tzinfo=UTC)),
        ("2026-11-01T09:00:00+01:00", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01T09:00:00.123456789Z", datetime(2026, 11, 1, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-01t09:00:00z", datetime(2026, 11, 1, 9, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-02-30T09:00:00Z", None),
        ("2026-11-01 09:00:00", None),
        ("01/11/2026", None),
        ("yesterday", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_updated_since_is_an_instant_or_a_day(text, read):
    assert filters.parse_since(text) == read
    problems = filters.check_since("updated_since", text)
    assert problems == ([] if read else [filters.date_not_valid("updated_since")])


@given(st.text(max_size=30))
def test_no_text_as_a_filter_does_harm(text):
    assert filters.check_since("created_since", text) in (
        [],
        [filters.date_not_valid("created_since")],
    )
    assert filters.check_participant_ids(text) in ([], [filters.PARTICIPANT_IDS_NOT_VALID])
    filters.read_page(text, text)
    filters.read_sort(text, ["created_at"])


@given(st.lists(st.uuids(), min_size=1, max_size=4))
def test_participants_are_named_by_uuids_with_commas(ids):
    assert filters.check_participant_ids(",".join(map(str, ids))) == []
    assert filters.check_participant_ids(", ".join([*map(str, ids), str(ids[0])])) != []
    assert filters.check_participant_ids(f"{ids[0]},x") == [filters.PARTICIPANT_IDS_NOT_VALID]


@pytest.mark.parametrize(
    ("page", "per_page", "wanted"),
    [
        (None, None, (1, 100)),
        ("2", "5", (2, 5)),
        ("1", "5000", (1, 3000)),
        ("2nd", "07x", (2, 7)),
        ("0", None, None),
        (None, "-1", None),
        ("one", None, None),
        ("", "5", None),
    ],
)
def test_pages_count_from_one_and_hold_3000_at_most(page, per_page, wanted):
    read = filters.read_page(page, per_page)

    assert (read and (read.page, read.per_page)) == wanted


def test_the_bounds_of_a_page_are_where_its_records_stand():
    assert filters.PageWanted(3, 5).bounds == (10, 15)


def test_sorting_passes_over_what_is_no_column():
    columns = ["created_at", "name"]

    assert filters.read_sort("-created_at,+name, name,colour", columns) == [
        ("created_at", True),
        ("name", False),
    ]
    assert filters.read_sort(None, columns) == []


@pytest.mark.parametrize("status", ["active", "deferred", "withdrawn", None])
def test_three_training_statuses_can_be_filtered_for(status):
    assert filters.check_training_status(status) == []
    assert filters.check_training_status("asleep") == [filters.TRAINING_STATUS_NOT_VALID]


INSTANTS = st.datetimes(min_value=datetime(2021, 1, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001


@given(INSTANTS)
def test_a_date_of_a_declaration_reads_as_it_was_written(at):
    instant = at.replace(microsecond=0, tzinfo=UTC)

    assert declarations.parse_declaration_date(declarations.rfc3339(instant)) == instant
    assert declarations.parse_declaration_date(f"{at:%Y-%m-%d}") is None


@given(
    st.one_of(st.text(max_size=40), st.integers(), st.none(), st.booleans(), st.lists(st.none()))
)
def test_nothing_else_is_a_date_of_a_declaration(value):
    read = declarations.parse_declaration_date(value)

    assert read is None or read.tzinfo is UTC


@given(st.text(max_size=12))
def test_a_trn_is_seven_digits_but_not_seven_zeros(typed):
    problem = trn.trn_problem(typed)

    without_spaces = typed.replace(" ", "")
    real = re.fullmatch("[0-9]{7}", without_spaces) is not None and without_spaces != "0000000"
    assert (problem is None) == real
    normalised = trn.normalised_trn(typed)
    assert normalised is None or re.fullmatch("[0-9]{7}", normalised)


def test_the_reasons_are_dfes_with_the_full_stop_of_the_one():
    assert len(DEFERRAL_REASONS) == 5
    assert len(WITHDRAWAL_REASONS) == len(set(WITHDRAWAL_REASONS)) == 21
    assert [reason for reason in WITHDRAWAL_REASONS if reason.endswith(".")] == [
        "quality-of-programme-structure-not-suitable."
    ]


def test_a_withdrawal_tells_of_the_missing_start_only_when_nothing_else_is_wrong():
    facts = TrainingFacts(training_status="active")

    assert check_withdraw(courses.HEADSHIP, facts, reason="other") == [
        messages.NO_STARTED_DECLARATION
    ]
    assert check_withdraw(courses.HEADSHIP, facts, reason="none") == [messages.REASON_NOT_VALID]


def an_application(**told):
    known = {"status": "pending", "course": courses.HEADSHIP, "cohort": "2026b"}
    known |= {"cohort_funding": "capped", "eligible_for_funding": True}
    return applications.ApplicationFacts(**{**known, **told})


@given(
    st.sampled_from(["zero", "capped", "full"]),
    st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.integers(0, 1)),
)
def test_a_funded_place_is_jsons_true_or_false_and_nothing_like_it(cohort_funding, funded_place):
    told = applications.check_accept(
        an_application(cohort_funding=cohort_funding),
        [],
        funded_place=funded_place,
        schedule_identifier=None,
        cohort_schedules=["npq-leadership-autumn"],
        default_schedule="npq-leadership-autumn",
    )

    taken = {
        "zero": funded_place is False,
        "capped": funded_place is True or funded_place is False,
        "full": True,
    }
    assert (told == []) == taken[cohort_funding]


def test_every_message_names_a_field_and_ends_as_dfe_wrote_it():
    told = [value for value in vars(messages).values() if isinstance(value, messages.Problem)]

    assert len(told) > 50
    assert all(problem.title and problem.detail == problem.detail.strip() for problem in told)


def test_another_providers_declaration_for_the_course_leaves_no_schedule_to_declare_on():
    request = declarations.DeclarationRequest(
        participant_id="P",
        course_identifier=courses.HEADSHIP,
        declaration_type="started",
        declaration_date="2026-10-05T09:00:00Z",
        delivery_partner_id="D",
    )
    at = datetime(2026, 11, 1, tzinfo=UTC)

    def told(*, elsewhere):
        context = declarations.DeclarationContext(enrolment=None, course_elsewhere=elsewhere)
        return declarations.check_declaration(request, context, at=at)[0]

    assert told(elsewhere=False) == messages.COURSE_NOT_RECOGNISED
    assert told(elsewhere=True) == messages.NO_SCHEDULE


def test_what_is_no_longer_paid_but_not_refunded_either_cannot_be_clawed_back():
    odd = declarations.VoidContext(
        state="awaiting_clawback", cohort_year=2026, has_refund_item=False
    )

    assert declarations.check_void(odd) == [messages.MUST_BE_PAID]


@pytest.mark.parametrize(
    ("fundable", "same", "expected"),
    [
        (True, None, "cohort"),
        (False, None, "base"),
        (True, "submitted", "base"),
        (False, "paid", "cohort"),
    ],
)
def test_a_statement_is_looked_for_by_what_was_declared_before(fundable, same, expected):
    enrolment = declarations.Enrolment(
        cohort_year=2026,
        fundable=fundable,
        in_england=True,
        schedule=schedules_of_cohort("2026b")[0],
        declared=[("started", "submitted")],
        same_declared=same,
    )
    request = declarations.DeclarationRequest(
        participant_id="P",
        course_identifier=courses.HEADSHIP,
        declaration_type="started",
        declaration_date="2026-10-05T09:00:00Z",
    )

    told = declarations.check_declaration(
        request,
        declarations.DeclarationContext(enrolment=enrolment),
        at=datetime(2026, 11, 1, tzinfo=UTC),
    )

    assert [problem.title for problem in told] == [expected]
