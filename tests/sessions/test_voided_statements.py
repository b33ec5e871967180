"""What a learning platform takes back counts no more, whichever comes first."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from test_study_imports import a_statement, progress, take_in

from headship_contracts.sessions.engagement import GetEngagement


@pytest.fixture
def ids(training):
    training.publish()
    events = training.accept(3, slots=[])
    training.at(datetime(2026, 12, 1, 12, tzinfo=UTC))
    return [event.application_id for event in events]


def a_voiding(statement):
    return {
        "id": str(uuid4()),
        "actor": {"name": "The platform", "mbox": "mailto:lms@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": statement["id"]},
    }


def test_a_statement_that_is_taken_back_counts_no_more(training, ids):
    half = a_statement(ids[0], verb="progressed", duration="PT20M")
    whole = a_statement(ids[0], duration="PT30M")
    take_in(training, json.dumps([half, whole]), "xapi")
    before = progress(training, ids[0])

    voiding = json.dumps([a_voiding(whole)])
    report, again = (take_in(training, voiding, "xapi") for _ in range(2))

    assert before == {"culture-1": (50, True)}
    assert progress(training, ids[0]) == {"culture-1": (20, False)}
    assert (report.recorded, report.problems) == (1, [])
    assert (again.recorded, again.unchanged) == (0, 1)


@pytest.mark.parametrize("voided_first", [True, False])
def test_in_whichever_order_they_come_what_was_taken_back_never_counts(training, ids, voided_first):
    statement = a_statement(ids[0], duration="PT30M")
    files = [[a_voiding(statement)], [statement, a_statement(ids[0], duration="PT10M")]]
    for file in files if voided_first else [files[1], files[0], files[1]]:
        take_in(training, json.dumps(file), "xapi")

    assert progress(training, ids[0]) == {"culture-1": (10, True)}


def test_in_one_file_too_what_is_taken_back_does_not_count(training, ids):
    statement = a_statement(ids[0], duration="PT30M")

    take_in(training, json.dumps([statement, a_voiding(statement)]), "xapi")

    assert progress(training, ids[0]) == {}


def test_what_something_else_has_told_since_stays(training, ids):
    statement = a_statement(ids[0], verb="progressed", duration="PT30M")
    take_in(training, json.dumps([statement]), "xapi")
    take_in(training, f"person,unit,minutes,finished\n{ids[0]},culture-1,60,yes\n")

    take_in(training, json.dumps([a_voiding(statement)]), "xapi")

    assert progress(training, ids[0]) == {"culture-1": (60, True)}


def test_checking_only_takes_nothing_back(training, ids):
    statement = a_statement(ids[0], duration="PT30M")
    take_in(training, json.dumps([statement]), "xapi")

    take_in(training, json.dumps([a_voiding(statement)]), "xapi", only_check=True)

    assert progress(training, ids[0]) == {"culture-1": (30, True)}


def test_engagement_follows_what_is_taken_back(training, ids):
    statement = a_statement(ids[0])
    take_in(training, json.dumps([statement]), "xapi")
    before = training.call(GetEngagement(application_id=ids[0]))

    take_in(training, json.dumps([a_voiding(statement)]), "xapi")

    after = training.call(GetEngagement(application_id=ids[0]))
    assert before.attended_minutes > after.attended_minutes == 0
