"""Term dates of authorities and schools: taken in by CSV, and what follows for a school's days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headship_contracts.errors import Invalid, Refused
from headship_contracts.sessions.programme import GetClosures, ImportTerms, ListTermDates
from sessions import programme
from sessions.domain.term_rows import overlaps, read_terms
from sessions.domain.terms import Crowd, School, SchoolCalendars, Span

HEADER = "local_authority,school_urn,kind,name,first_day,last_day\n"
LEICESTERSHIRE = HEADER + (
    "Leicestershire,,term,Autumn 1,2026-08-26,2026-10-16\n"
    "Leicestershire,,term,Autumn 2,2026-10-26,2026-12-18\n"
    "Leicestershire,,term,Spring 1,2027-01-04,2027-02-12\n"
    "Leicestershire,,inset,,2026-11-06,\n"
    ",100001,inset,Training,05/11/2026,\n"
)


def test_a_file_is_taken_in_and_the_same_again_changes_nothing(training):
    first = training.call(ImportTerms(content=LEICESTERSHIRE))
    again = training.call(ImportTerms(content=LEICESTERSHIRE))

    assert (first.rows, first.bad, first.owners, first.added) == (5, 0, 2, 5)
    assert (again.added, again.unchanged, again.dropped) == (0, 5, 0)
    listed = training.call(ListTermDates(local_authority="LEICESTERSHIRE")).items
    assert [one.name for one in listed] == ["Autumn 1", "Autumn 2", "", "Spring 1"]


def test_a_school_is_closed_by_its_own_dates_then_its_authoritys_then_the_skeleton(training):
    training.call(ImportTerms(content=LEICESTERSHIRE))

    def closed(day, **whose):
        found = training.call(GetClosures(first_day=day, last_day=day, **whose)).days
        return found[0].why if found else None

    theirs = {"local_authority": "leicestershire", "school_urn": "100001"}
    assert closed(date(2026, 8, 27), **theirs) is None  # elsewhere it is summer
    assert closed(date(2026, 10, 19), **theirs) == "holiday"
    assert closed(date(2026, 10, 27), **theirs) is None
    assert closed(date(2026, 10, 27)) == "October half-term"
    assert closed(date(2026, 11, 5), **theirs) == "Training"
    assert closed(date(2026, 11, 5), local_authority="Leicestershire") is None
    assert closed(date(2026, 11, 6), **theirs) == "INSET"
    assert closed(date(2026, 12, 25), **theirs) == "bank holiday"
    assert closed(date(2027, 2, 15), **theirs) == "February half-term"  # the file ends before


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("Kent,,term,,2026-09-01", "last_day", "not_a_date"),
        ("Kent,,term,,2026-09-31,2026-10-20", "first_day", "not_a_date"),
        ("Kent,,term,,2026-12-01,2026-10-20", "last_day", "ends_before_it_starts"),
        ("Kent,,term,,2026-09-01,2027-10-20", "last_day", "too_long"),
        ("Kent,,recess,,2026-09-01,2026-10-20", "kind", "unknown_kind"),
        ("Kent,,inset,,2026-09-05,", "first_day", "weekend"),
        (",12345,inset,,2026-09-01,", "school_urn", "not_a_urn"),
        ("Kent,100001,inset,,2026-09-01,", "school_urn", "whose"),
        (",,inset,,2026-09-01,", "local_authority", "whose"),
        ("x" * 101 + ",,inset,,2026-09-01,", "local_authority", "too_long"),
        ("Kent,,term,,1926-09-01,2026-10-20", "first_day", "not_a_date"),
    ],
)
def test_a_bad_row_is_told_by_number_field_and_what_is_right(training, row, field, code):
    good = "Essex,,term,Autumn,2026-09-02,2026-10-23\n"

    report = training.call(ImportTerms(content=f"{HEADER}{good}\n{row}\n"))

    assert [(told.row, told.field, told.code) for told in report.problems] == [(4, field, code)]
    assert (report.rows, report.bad, report.owners, report.added) == (2, 1, 1, 1)


def test_overlaps_are_named_with_both_rows_and_nothing_of_that_authority_is_kept(training):
    training.call(ImportTerms(content=HEADER + "Kent,,term,Old,2026-09-03,2026-10-23\n"))
    content = HEADER + (
        "Kent,,term,Autumn 1,2026-09-01,2026-10-23\n"
        "Kent,,term,Autumn 2,2026-10-23,2026-12-18\n"
        "Kent,,holiday,Half-term,2026-10-26,2026-10-30\n"  # within a term: no overlap of terms
        "Essex,,term,Autumn,2026-09-01,2026-10-23\n"
    )

    report = training.call(ImportTerms(content=content))

    (told,) = report.problems
    assert (told.row, told.field, told.code) == (3, "first_day", "overlap")
    assert told.message == ("this term of Kent overlaps row 2 (Autumn 1, 2026-09-01 to 2026-10-23)")
    assert told.value == "2026-10-23 to 2026-12-18"
    assert (report.owners, report.bad) == (1, 1)
    kept = training.call(ListTermDates(local_authority="Kent")).items
    assert [one.name for one in kept] == ["Old"]


def test_another_year_is_added_and_the_same_year_is_replaced(training):
    training.call(ImportTerms(content=HEADER + "Kent,,term,A,2026-09-01,2026-10-23\n"))
    training.call(ImportTerms(content=HEADER + "Kent,,term,B,2027-09-01,2027-10-22\n"))

    report = training.call(ImportTerms(content=HEADER + "Kent,,term,C,2026-09-02,2026-10-23\n"))

    assert (report.added, report.dropped) == (1, 1)
    kept = training.call(ListTermDates(local_authority="Kent")).items
    assert [one.name for one in kept] == ["C", "B"]


def test_a_term_that_overlaps_one_of_another_year_that_stays_is_told(training):
    training.call(ImportTerms(content=HEADER + "Kent,,term,Summer,2027-06-07,2027-08-03\n"))

    report = training.call(
        ImportTerms(content=HEADER + "Kent,,term,Autumn,2027-08-02,2027-10-22\n")
    )

    assert "what is known already (Summer, 2027-06-07" in report.problems[0].message


def test_what_is_only_looked_at_is_not_kept(training):
    report = training.call(ImportTerms(content=LEICESTERSHIRE, apply=False))

    assert report.added == 5
    assert training.call(ListTermDates()).items == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "no_header"),
        ("a,b\n1,2\n", "missing_columns"),
        ("la,authority,kind,start,end\n", "duplicate_columns"),
        (HEADER + 'Kent,,"term,,2026-09-01,2026-10-20\n', "broken_quotes"),
    ],
)
def test_what_is_no_table_of_terms_is_refused(training, content, code):
    with pytest.raises(Refused, match=code):
        training.call(ImportTerms(content=content))


def test_other_spellings_of_columns_dates_and_delimiters_are_read():
    text = (
        "\ufeffLA name;Type;Description;Start date;End date\n"
        "Bath & N.E.;Term;Spring;04/01/2027;12/02/2027\n"
        "bath and n.e.;half-term;;15 February 2027;19 Feb 2027\n"
    )

    file = read_terms(text)

    assert file.problems == []
    assert len({row.owner for row in file.right}) == 1
    assert [row.span.kind for row in file.right] == ["term", "holiday"]


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        (date(2026, 1, 1), date(2029, 1, 1)),
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(1, 1, 1), date(1, 1, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_closures_of_too_long_a_time_or_of_no_time_of_ours_are_refused(
    training, first_day, last_day
):
    with pytest.raises(Invalid, match="last_day"):
        training.call(GetClosures(first_day=first_day, last_day=last_day))


SKELETON = programme.school_holidays()
DAYS = st.dates(date(2026, 9, 1), date(2028, 8, 31))


@given(st.lists(DAYS, min_size=2, max_size=12, unique=True), DAYS)
def test_between_terms_there_is_holiday_and_in_them_there_is_none(bounds, day):
    bounds = sorted(bounds)
    spans = [Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    calendars = SchoolCalendars(SKELETON, authorities={"A": spans})

    found = calendars.closed(School(authority="a"), day)

    in_term = any(span.first <= day <= span.last for span in spans)
    gaps = [(a.last, b.first) for a, b in pairwise(spans)]
    between = any(a < day < b and b - a <= timedelta(70) for a, b in gaps)
    expected = None if in_term else "holiday" if between else "skeleton"
    if expected == "skeleton":
        assert found == calendars.closed(School(), day)
    else:
        assert found == expected


def test_the_share_of_a_crowd_is_in_whole_numbers():
    inset = [Span(date(2026, 11, 5), date(2026, 11, 5), "inset")]
    calendars = SchoolCalendars(SKELETON, schools={str(n): inset for n in range(3)})
    day = date(2026, 11, 5)

    of_twenty = Crowd(calendars, [School(str(n)) for n in range(20)])
    of_nineteen = Crowd(calendars, [School(str(n)) for n in range(19)])

    assert not of_twenty.too_many(day, 15)  # 3 of 20 is 15 per cent
    assert of_nineteen.too_many(day, 15)
    assert {s.urn for s in of_twenty.who(day)["INSET"]} == {"0", "1", "2"}


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 15), st.sampled_from(["term", "holiday"])),
        max_size=8,
    )
)
def test_overlaps_are_found_where_two_rows_of_a_kind_share_a_day(drawn):
    start = date(2026, 9, 1)
    lines = [
        f"Kent,,{kind},,{start + timedelta(first)},{start + timedelta(first + length)}"
        for first, length, kind in drawn
    ]
    rows = read_terms(HEADER + "\n".join(lines)).right

    told = {problem.row for problem in overlaps(rows)}

    shared = [
        (a.row, b.row)
        for a in rows
        for b in rows
        if a.row < b.row
        and a.span.kind == b.span.kind
        and a.span.first <= b.span.last
        and b.span.first <= a.span.last
    ]
    assert bool(told) == bool(shared)
    clean = [row for row in rows if row.row not in told]
    assert overlaps(clean) == []


def test_a_school_that_tells_of_one_holiday_has_the_others_as_its_authority_or_everybody_has():
    authority = [Span(date(2027, 2, 8), date(2027, 2, 12), "holiday")]
    own = [
        Span(date(2026, 10, 12), date(2026, 10, 23), "holiday"),
        Span(date(2027, 3, 12), date(2027, 3, 12), "holiday"),  # a day off moves no holiday
    ]
    calendars = SchoolCalendars(SKELETON, schools={"100001": own}, authorities={"Kent": authority})
    theirs = School("100001", "Kent")

    def closed(month, day):
        return calendars.closed(theirs, date(2026 if month > 8 else 2027, month, day))

    assert closed(10, 12) == closed(3, 12) == "holiday"
    assert closed(10, 27) is None  # everybody's half-term is theirs no more
    assert closed(12, 24) == "Christmas"
    assert (closed(2, 9), closed(2, 16)) == ("holiday", None)
    assert closed(4, 1) == "Easter"


@pytest.mark.parametrize("before", ["sep=;\n", "\ufeffsep=;\r\n", "SEP=;\r", "\ufeff"])
def test_what_a_spreadsheet_puts_before_the_header_is_no_row(before):
    content = HEADER.replace(",", ";") + "Kent;;term;;2026-09-01;never\n"

    (problem,) = read_terms(before + content).problems

    assert (problem.row, problem.field) == (2, "last_day")
