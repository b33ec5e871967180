"""Tasks in one's own school: told, commented by the coach, and counted as study."""

from datetime import UTC, date, datetime, timedelta

import pytest
from training import StudyEntry

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.pathways import (
    CommentTask,
    ListTasks,
    ReportTask,
)


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def test_a_task_counts_as_engagement_and_the_coach_comments_on_it(training, ids):
    training.at(datetime(2026, 10, 20, 9, tzinfo=UTC))
    coach = training.groups()[0].coach_staff_id
    asked = ReportTask(
        application_id=ids[0], unit_code="culture-1", report="We rewrote the morning routine."
    )

    told = training.call(asked)
    waiting = training.call(ListTasks(group_id=training.groups()[0].group_id, uncommented=True))
    commented = training.call(
        CommentTask(
            application_id=ids[0],
            unit_code="culture-1",
            comment="What did the pupils say?",
            coach_staff_id=coach,
        )
    )
    more = training.call(
        ReportTask(application_id=ids[0], unit_code="culture-1", report="They like it.")
    )

    engaged = training.call(GetEngagement(application_id=ids[0]))
    assert told.task
    assert [task.unit_code for task in waiting.items] == ["culture-1"]
    assert (commented.comments, commented.comment) == (1, "What did the pupils say?")
    assert (more.report, more.comments) == ("They like it.", 1)
    assert (engaged.study_attended_minutes, engaged.last_engaged_on) == (15, date(2026, 10, 20))


def test_what_is_told_after_the_coachs_comment_waits_for_the_next_one(training, ids):
    training.at(datetime(2026, 10, 20, 9, tzinfo=UTC))
    group = training.groups()[0]

    def tell(report):
        training.at(training.now + timedelta(hours=1))
        asked = ReportTask(application_id=ids[0], unit_code="culture-1", report=report)
        training.call(asked)

    def comment():
        training.at(training.now + timedelta(hours=1))
        said = {"unit_code": "culture-1", "comment": "And then?"}
        training.call(CommentTask(application_id=ids[0], **said))

    def waiting():
        listed = training.call(ListTasks(group_id=group.group_id, uncommented=True)).items
        return [task.report for task in listed]

    tell("We rewrote the morning routine.")
    comment()
    assert waiting() == []
    tell("They like it.")
    assert waiting() == ["They like it."]
    comment()
    assert waiting() == []


def test_a_task_and_study_together_are_never_more_than_the_unit(training, ids):
    training.at(datetime(2026, 10, 20, 9, tzinfo=UTC))
    training.study(StudyEntry(application_id=ids[0], unit_code="culture-1", minutes=40))

    training.call(ReportTask(application_id=ids[0], unit_code="culture-1", report="Done."))

    assert training.call(GetEngagement(application_id=ids[0])).study_attended_minutes == 45


def test_a_task_that_cannot_be_is_refused(training, ids):
    def report(**told):
        asked = {"application_id": ids[0], "unit_code": "culture-1", "report": "Done."} | told
        return training.call(ReportTask(**asked))

    for wrong, field in [
        ({"unit_code": "culture-webinar"}, "unit_code"),
        ({"done_on": date(2030, 1, 1)}, "done_on"),
        ({"report": "  "}, "report"),
    ]:
        with pytest.raises(Invalid) as told:
            report(**wrong)
        assert field in told.value.fields
    with pytest.raises(NotFound):
        training.call(CommentTask(application_id=ids[0], unit_code="culture-2", comment="?"))
    report()
    with pytest.raises(Refused, match="not_their_coach"):
        training.call(
            CommentTask(
                application_id=ids[0],
                unit_code="culture-1",
                comment="?",
                coach_staff_id=training.coach(),
            )
        )
