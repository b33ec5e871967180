"""Which declaration is next, when it can be made, and how it is dated."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.declarations import (
    CAN_BE_MADE,
    NO_EVIDENCE,
    NOT_OPEN,
    NOT_SENT,
    REFUSED,
    TAKEN,
    Enrolled,
    Made,
    Milestone,
    instant_of,
    milestones_in_order,
    next_due,
    warning_due,
)
from enrolment.domain.dfe.courses import EARLY_HEADSHIP_COACHING_OFFER, HEADSHIP
from enrolment.domain.evidence import ENGAGEMENT, RESULT, Told

STARTS_ON = date(2026, 10, 1)
DEADLINES = [
    ("started", date(2026, 11, 25)),
    ("retained-1", date(2027, 5, 26)),
    ("retained-2", date(2028, 1, 24)),
    ("completed", date(2028, 7, 25)),
]
MILESTONES = milestones_in_order(STARTS_ON, DEADLINES)
TYPES = [declaration_type for declaration_type, _ in DEADLINES]
RECORD = UUID(int=1)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def evening_of(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def engaged(first, last=None):
    fact = {"first_engaged_on": str(first), "last_engaged_on": str(last or first)}
    return Told(service="sessions", record=RECORD, kind=ENGAGEMENT, revision=1, fact=fact)


def result(state="passed", attempt=1, on=date(2028, 2, 1)):
    fact = {"state": state, "attempt": attempt, "completion_date": str(on)}
    return Told(service="assessment", record=UUID(int=attempt), kind=RESULT, revision=1, fact=fact)


def an_enrolment(made=0, told=(), **options):
    known = {"course": HEADSHIP, "starts_on": STARTS_ON, "milestones": MILESTONES}
    if isinstance(made, int):
        made = [Made(declaration_type=t, state="eligible") for t in TYPES[:made]]
    return Enrolled(**{**known, "made": made, "told": told, **options})


def test_started_is_declared_for_the_first_engagement_at_noon_in_london():
    enrolled = an_enrolment(told=[engaged(date(2026, 10, 8), date(2026, 10, 20))])

    due = next_due(enrolled, evening_of(date(2026, 10, 21)))

    assert (due.milestone.declaration_type, due.reason) == ("started", CAN_BE_MADE)
    assert due.declared_at == datetime(2026, 10, 8, 11, tzinfo=UTC)  # summer time


def test_engagement_before_the_schedule_starts_proves_nothing_yet():
    early = an_enrolment(told=[engaged(date(2026, 9, 28))])
    went_on = an_enrolment(told=[engaged(date(2026, 9, 28), date(2026, 10, 5))])
    at = evening_of(date(2026, 10, 6))

    assert next_due(early, at).reason == NO_EVIDENCE
    assert next_due(went_on, at).proof.on == date(2026, 10, 5)


def test_retention_needs_engagement_since_the_milestone_before_it():
    stale = an_enrolment(made=1, told=[engaged(date(2026, 10, 8), date(2026, 11, 25))])
    fresh = an_enrolment(made=1, told=[engaged(date(2026, 10, 8), date(2026, 11, 26))])
    at = evening_of(date(2026, 12, 1))

    assert next_due(stale, at).reason == NO_EVIDENCE
    assert next_due(fresh, at).proof.on == date(2026, 11, 26)


def test_completed_is_declared_with_the_first_result_as_it_is():
    told = [result(attempt=2), result("failed", on=date(2028, 1, 30))]

    due = next_due(an_enrolment(made=3, told=told), evening_of(date(2028, 2, 5)))

    assert (due.milestone.declaration_type, due.proof.has_passed) == ("completed", False)
    assert due.declared_at.date() == date(2028, 1, 30)


def test_an_unassessed_course_is_completed_by_engagement():
    coaching = an_enrolment(
        made=3,
        course=EARLY_HEADSHIP_COACHING_OFFER,
        told=[engaged(date(2026, 10, 8), date(2028, 2, 1))],
    )

    due = next_due(coaching, evening_of(date(2028, 2, 2)))

    assert (due.reason, due.proof.has_passed) == (CAN_BE_MADE, None)


def test_nothing_is_declared_before_its_milestone_opens():
    told = [engaged(date(2026, 10, 8), date(2026, 11, 20))]

    assert next_due(an_enrolment(made=1, told=told), evening_of(date(2026, 11, 20))).reason == (
        NOT_OPEN
    )


@pytest.mark.parametrize(
    ("state", "reason"), [("ready", NOT_SENT), ("refused", REFUSED), ("voided", REFUSED)]
)
def test_the_next_type_waits_until_dfe_has_taken_the_one_before(state, reason):
    made = [Made(declaration_type="started", state=state)]
    enrolled = an_enrolment(told=[engaged(date(2026, 10, 8), date(2026, 12, 1))], made=made)

    due = next_due(enrolled, evening_of(date(2026, 12, 2)))

    assert (due.milestone.declaration_type, due.reason) == ("started", reason)


def test_what_was_reached_before_a_withdrawal_is_still_declared_and_nothing_after():
    withdrawn_at = datetime(2026, 12, 10, 9, tzinfo=UTC)
    before = an_enrolment(
        made=1, told=[engaged(date(2026, 10, 8), date(2026, 12, 9))], ended_at=withdrawn_at
    )
    after = an_enrolment(
        made=1, told=[engaged(date(2026, 10, 8), date(2026, 12, 11))], ended_at=withdrawn_at
    )
    at = evening_of(date(2027, 1, 1))

    assert next_due(before, at).reason == CAN_BE_MADE
    assert next_due(after, at).reason == NO_EVIDENCE
    assert next_due(an_enrolment(made=2, ended_at=withdrawn_at), at) is None


def test_nothing_is_due_when_all_is_declared():
    assert next_due(an_enrolment(made=4), evening_of(date(2028, 3, 1))) is None


@given(
    day=st.dates(date(2026, 9, 1), date(2028, 9, 1)),
    at=INSTANTS,
)
def test_a_declaration_never_lies_in_the_future_nor_on_another_day(day, at):
    declared_at = instant_of(day, at)

    if declared_at is None:
        assert at < datetime(day.year, day.month, day.day, tzinfo=UTC)
    else:
        assert declared_at <= at
        assert declared_at.date() == day


@given(
    states=st.lists(st.sampled_from(["ready", "refused", "voided", *sorted(TAKEN)]), max_size=4),
    told=st.lists(
        st.builds(engaged, st.dates(date(2026, 9, 1), date(2028, 9, 1)), st.dates(date(2026, 9, 1)))
        | st.builds(result),
        max_size=3,
    ),
    at=INSTANTS,
)
def test_what_can_be_made_is_new_in_order_open_and_dated_within_the_rules(states, told, at):
    made = [Made(declaration_type=kind, state=s) for kind, s in zip(TYPES, states, strict=False)]

    due = next_due(an_enrolment(told=told, made=made), at)

    if due is not None and due.reason == CAN_BE_MADE:
        before = TYPES[: TYPES.index(due.milestone.declaration_type)]
        standing = {m.declaration_type: m.state for m in made}
        assert due.milestone.declaration_type not in standing
        assert all(standing.get(kind) in TAKEN for kind in before)
        assert due.milestone.opens_on <= at.date() + timedelta(days=1)
        assert due.declared_at <= at
        if due.milestone.declaration_type != "completed":
            assert due.declared_at.date() >= STARTS_ON


def test_each_warning_is_given_once_and_the_latest_one_first():
    assert warning_due(30, []) is None
    assert warning_due(21, []) == 21
    assert warning_due(20, [21]) is None
    assert warning_due(3, [21]) == 7  # the day of the second one was missed
    assert warning_due(0, [21, 7]) == 1
    assert warning_due(-1, [21]) is None


def test_published_deadlines_alone_make_milestones_without_gaps():
    opened = [milestone.opens_on for milestone in MILESTONES]

    assert opened == [STARTS_ON, *[day + timedelta(days=1) for _, day in DEADLINES[:-1]]]
    assert MILESTONES[0] == Milestone(
        declaration_type="started", opens_on=STARTS_ON, deadline_on=date(2026, 11, 25)
    )
