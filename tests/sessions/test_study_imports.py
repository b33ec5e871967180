"""What learning platforms export is taken in row by row, once, and what is wrong is told by row."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.study import ActivityUnit, ImportStudy
from sessions.domain.study_files.csv_files import read_csv
from sessions.domain.study_files.rows import as_day, as_minutes, as_seconds
from sessions.domain.study_files.xapi import read_xapi
from sessions.models import StudyProgress


def take_in(training, content, format="csv", **told):
    return training.call(ImportStudy(format=format, content=content, **told))


def a_statement(person, unit="culture-1", verb="completed", **result):
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://learn.example.org", "name": str(person)}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": f"https://learn.example.org/activities/{unit}"},
        "timestamp": "2026-10-20T16:00:00Z",
    } | ({"result": result} if result else {})


def progress(training, application_id):
    with training.service.db.transaction() as tx:
        wanted = select(StudyProgress).where(StudyProgress.application_id == application_id)
        return {row.unit_code: (row.minutes, row.finished) for row in tx.scalars(wanted)}


@pytest.fixture
def ids(training):
    training.publish()
    events = training.accept(3, slots=[])
    training.at(datetime(2026, 12, 1, 12, tzinfo=UTC))
    return [event.application_id for event in events]


def test_a_csv_is_taken_in_and_its_bad_rows_are_told(training, ids):
    participant = training.accepted[ids[1]].participant_id
    content = (
        "\ufeffID number;Activity;Time spent (minutes);Completion status;Last access\r\n"
        f"{ids[0]};culture-1;45;Completed;20/10/2026\r\n"
        f"{participant};https://learn.example.org/u/culture-2;0:30;In progress;2026-10-21\r\n"
        f"{ids[0]};culture-3;;Not started;\r\n"
        "someone@example.org;culture-1;45;Completed;\r\n"
        f"{ids[0]};no-such-unit;45;Completed;\r\n"
        f"{ids[0]};culture-1;a while;maybe;31/02/2026\r\n"
        f"{uuid4()};culture-1;45;Completed;\r\n"
        f"{ids[2]};culture-1;45;Completed;2099-01-01\r\n"
    )

    report = take_in(training, content)
    again = take_in(training, content)

    assert (report.rows, report.recorded, report.refused) == (8, 2, 5)
    assert (again.recorded, again.unchanged, again.refused) == (0, 2, 5)
    assert progress(training, ids[0]) == {"culture-1": (45, True)}
    assert progress(training, ids[1]) == {"culture-2": (30, False)}
    assert [(problem.row, problem.field, problem.code) for problem in report.problems] == [
        (5, "person", "not_an_id"),
        (6, "unit_code", "not_right"),
        (7, "finished", "not_yes_or_no"),
        (7, "minutes", "not_minutes"),
        (7, "worked_on", "not_a_day"),
        (8, "person", "not_known"),
        (9, "worked_on", "not_right"),
    ]


def test_checking_only_records_nothing(training, ids):
    report = take_in(training, f"unit,person,finished\nculture-1,{ids[0]},yes\n", only_check=True)

    assert (report.rows, report.recorded, report.unchanged) == (1, 0, 1)
    assert progress(training, ids[0]) == {}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "column_missing"),
        ("name,mark\nx,1\n", "column_missing"),
        ("person,unit\nx,y\n", "column_missing"),
        ("person,unit,minutes,minutes\nx,y,1,2\n", "column_twice"),
        ('person,unit,minutes\n"x,y,1\n', "broken_csv"),
    ],
)
def test_a_file_that_is_no_export_says_what_is_missing(training, content, code):
    report = take_in(training, content)

    assert report.recorded == 0
    assert code in {problem.code for problem in report.problems}


def test_statements_add_up_and_each_counts_once(training, ids):
    statements = [
        a_statement(ids[0], verb="experienced", duration="PT20M40S"),
        a_statement(ids[0], verb="experienced", duration="PT10M30S"),
        a_statement(ids[1], verb="completed"),
        a_statement(ids[2], verb="completed", completion=False, duration="PT5M"),
    ]
    content = json.dumps({"statements": statements, "more": ""})

    report = take_in(training, content, "xapi")
    again = take_in(training, json.dumps(statements + statements[:1]), "xapi")

    assert (report.recorded, report.unchanged, report.refused) == (4, 0, 0)
    assert (again.recorded, again.unchanged) == (0, 5)
    assert progress(training, ids[0]) == {"culture-1": (31, False)}
    assert progress(training, ids[1]) == {"culture-1": (0, True)}
    assert progress(training, ids[2]) == {"culture-1": (5, False)}
    assert training.call(GetEngagement(application_id=ids[1])).study_attended_minutes > 0


def test_statements_one_to_a_line_with_activities_of_other_names(training, ids):
    statements = [a_statement(ids[0], unit="view.php?id=7"), a_statement(ids[1], unit="x")]
    content = "\n".join(json.dumps(statement) for statement in statements)
    mapping = ActivityUnit(
        activity="https://learn.example.org/activities/view.php?id=7", unit_code="culture-2"
    )

    report = take_in(training, content, "xapi", activities=[mapping])

    assert (report.recorded, report.refused) == (1, 1)
    assert progress(training, ids[0]) == {"culture-2": (0, True)}


def test_a_bad_statement_is_told_with_its_place(training, ids):
    by_mail = a_statement(ids[0]) | {"actor": {"mbox": "mailto:head@example.org"}}
    statements = [
        by_mail,
        a_statement(ids[0], duration="45 minutes"),
        a_statement(ids[0]) | {"id": "1"},
        a_statement(ids[0]) | {"timestamp": "yesterday"},
        a_statement(ids[0], verb="voided"),
        a_statement(ids[0], completion=[]),
        "completed",
        a_statement(ids[0]) | {"object": None, "verb": []},
    ]

    report = take_in(training, json.dumps(statements), "xapi")

    assert report.recorded == 0
    assert [(problem.row, problem.field) for problem in report.problems] == [
        (1, "actor.account.name"),
        (2, "result.duration"),
        (3, "id"),
        (4, "timestamp"),
        (5, "object.id"),
        (6, "result.completion"),
        (7, "statement"),
        (8, "object.id"),
        (8, "verb.id"),
    ]


def test_one_odd_statement_is_told_and_the_others_are_taken_in(training, ids):
    odd = a_statement(ids[0], unit="culture-2")
    statements = [
        a_statement(ids[0]),
        odd | {"timestamp": "0001-01-01T00:00:00Z"},  # how some platforms write that there is none
        odd | {"timestamp": "9999-12-31T23:59:59-05:00"},
        odd | {"result": {"duration": "PT99999999999999999999S"}},
        odd | {"result": {"duration": f"P{'9' * 5_000}W"}},
        odd | {"result": {"duration": "PT24H1S"}},
        odd | {"object": {"id": "x\x00"}},
        odd | {"object": {"id": "x\ud800"}},
        a_statement(ids[1]),
    ]

    report = take_in(training, json.dumps(statements), "xapi")

    assert (report.recorded, report.refused) == (2, 7)
    assert progress(training, ids[0]) == progress(training, ids[1]) == {"culture-1": (0, True)}
    fields = ["timestamp"] * 2 + ["result.duration"] * 3 + ["unit_code"] * 2
    assert [problem.field for problem in report.problems] == fields
    assert [problem.value for problem in report.problems[-2:]] == [r"x\x00", r"x\ud800"]


def test_one_odd_row_is_told_and_the_others_are_taken_in(training, ids):
    content = (
        "person,unit,minutes,finished,date\n"
        f"{ids[0]},culture-1,10,yes,2026-10-20\n"
        f"{ids[0]},culture-2,10,yes,0001-01-01T00:00:00Z\n"
        f"{ids[0]},culture-2,1e9999999,yes,2026-10-20\n"
        f"{ids[0]},culture-2,P{'9' * 5_000}W,yes,2026-10-20\n"
        f"{ids[1]},culture-1,10,yes,2026-10-20\n"
    )

    report = take_in(training, content)

    assert (report.recorded, report.refused) == (2, 3)
    assert [problem.row for problem in report.problems] == [3, 4, 5]


SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a loaded machine drawing takes long."""


@SLOWLY
@given(st.text(max_size=300))
def test_no_text_makes_an_importer_fail(text):
    read_csv(text)
    read_xapi(text)


@SLOWLY
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "actor",
                        "verb",
                        "object",
                        "result",
                        "account",
                        "name",
                        "duration",
                        "completion",
                        "timestamp",
                    ]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_makes_an_importer_fail(told):
    file = read_xapi(json.dumps(told))

    assert file.number >= len({problem.row for problem in file.problems})


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ("45", 45),
        ("45.9", 45),
        ("45 min", 45),
        ("0:45", 45),
        ("01:30:59", 90),
        ("PT1H30M59S", 90),
        ("soon", None),
        ("1e3", 1_000),
        ("NaN", None),
        ("1e99999", None),
        ("", None),
    ],
)
def test_minutes_are_read_as_people_and_platforms_write_them(told, minutes):
    assert as_minutes(told) == minutes


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("PT45M", 2_700), ("P1DT1S", 86_401), ("PT0.9S", 0), ("P", None), ("PT", None), ("1", None)],
)
def test_durations_are_read_and_rounded_down(told, seconds):
    assert as_seconds(told) == seconds


def test_a_time_at_night_is_of_the_day_in_london():
    assert str(as_day("2026-06-30T23:30:00Z")) == "2026-07-01"
    assert str(as_day("30/06/2026 23:30")) == "2026-06-30"
