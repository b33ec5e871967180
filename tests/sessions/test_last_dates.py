"""A group's or hub's own dates end with the programme, and four weeks before the assessment."""

from datetime import date, timedelta

from training import STARTS_ON

from headship_contracts.sessions.programme import ImportTerms
from sessions import programme
from sessions.domain.group_dates import Asked, Constraints, date_sessions
from sessions.domain.group_study import Step, date_study
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School, SchoolCalendars, Span

WEEK = timedelta(weeks=1)
LAST = date(2028, 3, 27)
FRIDAY = LAST + timedelta(days=4)
BANK, SKELETON = programme.bank_holidays(), programme.school_holidays()


def people_on_holiday_until(day):
    """Open until eight weeks before, and from a day on."""
    spans = [Span(STARTS_ON, LAST - 8 * WEEK), Span(day, LAST + 20 * WEEK)]
    calendars = SchoolCalendars(SKELETON, authorities={"Leicester": spans})
    return Crowd(calendars, [School(None, "Leicester")] * 6)


def dated(**until):
    asked = [Asked("last-day", Kind.face_to_face, 360, LAST)]
    given = Constraints(people_on_holiday_until(LAST + WEEK), BANK, {}, **until)
    (found,) = date_sessions(asked, "wed-10:00", given)
    return found.local_start.date(), [told.code for told in found.shortfalls]


def test_a_day_too_near_to_the_assessment_is_told():
    day, told = dated(until=LAST + 4 * WEEK, assessed_from=FRIDAY + 4 * WEEK)

    assert day == LAST + timedelta(days=9)
    assert told == ["assessment_too_soon"]


def test_a_day_that_is_four_weeks_before_the_assessment_is_not_told():
    day, told = dated(until=LAST + 4 * WEEK, assessed_from=FRIDAY + 5 * WEEK)

    assert day == LAST + timedelta(days=9)
    assert told == []


def test_no_day_is_after_the_programmes_end():
    day, told = dated(until=FRIDAY, assessed_from=None)

    assert day == LAST + timedelta(days=2)
    assert told == ["schools_closed"]


def test_no_study_is_after_the_last_week():
    step = Step("last-unit", Kind.self_study, 45, LAST)
    people = people_on_holiday_until(LAST + WEEK)

    (within,) = date_study([step], people, BANK, STARTS_ON, until=FRIDAY)
    (beyond,) = date_study([step], people, BANK, STARTS_ON)

    assert (within.starts_on, bool(within.shortfalls)) == (LAST, True)
    assert (beyond.starts_on, beyond.shortfalls) == (LAST + WEEK, ())


def test_a_hub_whose_schools_are_closed_in_the_last_week_keeps_within_the_programme(training):
    last = [unit for unit in training.publish().units if unit.kind == "face_to_face"][-1]
    monday = last.starts_on - timedelta(days=last.starts_on.weekday())
    rows = ["school_urn,kind,name,first_day,last_day"]
    for number in range(6):
        rows.append(f"1{number:05d},inset,INSET,{monday},{monday + timedelta(days=4)}")
        rows.append(f"1{number:05d},holiday,,{monday - 2 * WEEK},{monday - timedelta(days=8)}")
    training.call(ImportTerms(content="\n".join(rows)))
    training.offer()
    for number in range(6):
        training.accept(1, school_urn=f"1{number:05d}")
    training.form()

    report = training.schedule()

    days = [s.starts_at.date() for s in training.sessions(kind="face_to_face")]
    assert days[-1] <= training.plan().ends_on
    assert {told.code for told in report.shortfalls if told.day == days[-1]} == {"schools_closed"}
