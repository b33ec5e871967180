"""The first and the last day of engagement: those on which something was done."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update
from training import StudyEntry

from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.pathways import ReportTask
from headship_contracts.sessions.study import ImportStudy
from sessions.models import StudyProgress

BEGAN, FINISHED = date(2026, 10, 7), date(2026, 11, 16)


@pytest.fixture
def who(training):
    ids = training.a_running_cohort()
    training.at(datetime(2027, 2, 10, 12, tzinfo=UTC))
    return ids[0]


def study(training, who, *, unit="culture-1", **told):
    training.study(StudyEntry(application_id=who, unit_code=unit, **told))


def days(training, who):
    found = training.call(GetEngagement(application_id=who))
    return found.first_engaged_on, found.last_engaged_on


def test_finishing_a_unit_leaves_the_day_on_which_it_was_begun(training, who):
    study(training, who, minutes=20, worked_on=BEGAN)
    study(training, who, finished=True, worked_on=FINISHED)

    assert days(training, who) == (BEGAN, FINISHED)


def test_an_earlier_day_that_is_told_late_counts_and_brings_no_minutes(training, who):
    study(training, who, finished=True, worked_on=FINISHED)
    study(training, who, minutes=20, worked_on=BEGAN)

    assert days(training, who) == (BEGAN, FINISHED)
    assert training.call(GetEngagement(application_id=who)).study_attended_minutes == 45


def test_a_day_on_which_nothing_was_done_is_no_day_of_engagement(training, who):
    study(training, who, minutes=0, worked_on=BEGAN)
    study(training, who, minutes=20, worked_on=FINISHED)

    assert days(training, who) == (FINISHED, FINISHED)


def test_the_known_day_is_the_first_where_a_former_release_kept_only_that(training, who):
    study(training, who, minutes=20, worked_on=BEGAN)
    with training.service.db.transaction() as tx:
        tx.execute(update(StudyProgress).values(first_worked_on=None))

    study(training, who, finished=True, worked_on=FINISHED)

    assert days(training, who) == (BEGAN, FINISHED)


def test_statements_of_one_file_tell_the_first_and_the_last_day_in_any_order(training, who):
    lines = [
        f'{{"id": "{uuid4()}", "actor": {{"account": {{"name": "{who}"}}}},'
        f' "verb": {{"id": "experienced"}}, "object": {{"id": "culture-1"}},'
        f' "result": {{"duration": "PT10M"}}, "timestamp": "{day}T16:00:00Z"}}'
        for day in ("2026-10-20", FINISHED, BEGAN)
    ]

    training.call(ImportStudy(format="xapi", content="\n".join(lines)))

    assert days(training, who) == (BEGAN, FINISHED)


def test_a_task_told_again_leaves_the_day_on_which_it_was_begun(training, who):
    for day in (BEGAN, FINISHED):
        task = ReportTask(application_id=who, unit_code="culture-1", report="Tried", done_on=day)
        training.call(task)

    assert days(training, who) == (BEGAN, FINISHED)


def test_a_catch_up_counts_on_the_day_it_was_handed_in_not_on_that_of_the_missed_session(
    training,
):
    ids = training.a_running_cohort()
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})
    training.at(datetime(2027, 2, 10, 12, tzinfo=UTC))
    training.catch_up(session, ids[0])
    training.at(datetime(2027, 2, 24, 12, tzinfo=UTC))

    training.decide(session, ids[0], approved=True)

    assert days(training, ids[0]) == (date(2027, 2, 10), date(2027, 2, 10))
