"""Exports as real learning platforms and spreadsheets write them."""

import json
from uuid import uuid4

import pytest

from sessions.domain.study_files.csv_files import read_csv
from sessions.domain.study_files.rows import as_seconds
from sessions.domain.study_files.xapi import SESSION, read_xapi


def a_statement(verb, **told):
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://learn.example.org", "name": str(uuid4())}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"id": "https://learn.example.org/units/culture-1"},
        "timestamp": "2027-02-01T17:00:00Z",
    } | told


def test_a_session_by_cmi5_counts_once_though_each_statement_tells_its_time():
    session = {"context": {"extensions": {SESSION: "a3"}}}
    told = [
        a_statement("initialized", **session),
        a_statement("completed", result={"completion": True, "duration": "PT25M"}, **session),
        a_statement("failed", result={"duration": "PT28M"}, **session),
        a_statement("terminated", result={"duration": "PT30M"}, **session),
    ]

    file = read_xapi(json.dumps(told))

    assert file.problems == []
    assert [(row.number, row.seconds, row.finished) for row in file.rows] == [
        (2, 0, True),
        (4, 1_800, False),
    ]


def test_statements_of_other_platforms_tell_their_time_each():
    told = [a_statement(verb, result={"duration": "PT20M"}) for verb in ("experienced", "passed")]

    file = read_xapi(json.dumps({"statements": told, "more": ""}))

    assert [row.seconds for row in file.rows] == [1_200, 1_200]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("P0Y0M0DT0H45M0.000S", 2_700),  # as Java writes one
        ("P0Y", None),
        ("P1Y0M0DT0H45M0S", None),
        ("P0M2D", 172_800),
    ],
)
def test_years_and_months_of_a_duration_may_be_none(told, seconds):
    assert as_seconds(told) == seconds


@pytest.mark.parametrize("before", ["", "\ufeff", "sep=;\n", "\ufeffsep=;\r\n"])
def test_what_a_spreadsheet_puts_before_the_header_is_no_row(before):
    file = read_csv(f"{before}Unit code;Minutes\nculture-1;30\n")

    assert [(one.row, one.field, one.code) for one in file.problems] == [
        (1, "person", "column_missing")
    ]


@pytest.mark.parametrize(
    ("told", "finished"),
    [
        ("Completed", True),
        ("PASSED", True),
        ("not_attempted", False),
        ("Not completed", False),
        ("in-progress", False),
        ("browsed", False),
    ],
)
def test_a_status_is_read_as_learning_platforms_write_it(told, finished):
    file = read_csv(f"ID number,Activity,Minutes,Status\n{uuid4()},culture-1,30,{told}\n")

    assert file.problems == []
    assert [(row.minutes, row.finished) for row in file.rows] == [(30, finished)]
