"""What was recorded of self-study by mistake is put right by staff, with a reason."""

import json
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from test_study_imports import a_statement, progress, take_in
from test_voided_statements import a_voiding

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    EngagementChanged,
)
from headship_contracts.sessions.pathways import ReportTask
from headship_contracts.sessions.study import CorrectStudy, ListStudyCorrections, StudyEntry
from kit.clock import LONDON
from kit.db.tables import audit

UNIT = "culture-1"


@pytest.fixture
def one(training):
    training.publish()
    (event,) = training.accept(1, slots=[])
    training.at(datetime(2026, 12, 1, 12, tzinfo=UTC))
    return event.application_id


def correct(training, application_id, **told):
    usual = {"unit_code": UNIT, "finished": False, "reason": "It was another Ada's."}
    return training.call(CorrectStudy(application_id=application_id, **usual | told))


def test_a_unit_that_is_not_finished_after_all_counts_no_more_and_the_reason_is_kept(training, one):
    training.study(StudyEntry(application_id=one, unit_code=UNIT, minutes=10, finished=True))
    before = training.told(EngagementChanged)[-1]

    told = correct(training, one)

    after = training.told(EngagementChanged)[-1]
    assert progress(training, one) == {UNIT: (10, False)}
    assert (told.former_finished, told.finished, told.by) == (True, False, "staff:tester")
    assert after.study_attended_minutes == 10 < before.study_attended_minutes
    assert after.revision > before.revision
    listed = training.call(ListStudyCorrections(application_id=one)).items
    assert [(item.reason, item.minutes) for item in listed] == [("It was another Ada's.", 10)]


def test_a_correction_is_in_the_audit_trail(training, one):
    training.study(StudyEntry(application_id=one, unit_code=UNIT, finished=True))

    correct(training, one)

    with training.service.db.engine.connect() as connection:
        rows = connection.execute(select(audit.c.act, audit.c.record_id, audit.c.through)).all()
    assert ("change", one, "rpc correct_study") in [tuple(row) for row in rows]


def test_assessment_is_told_when_the_gate_is_not_met_any_more(training):
    ids = training.a_running_cohort(5)
    for session in training.sessions():
        training.hold(session, dict.fromkeys(ids, "present"))
    training.study_all(ids[0])
    last = training.plan().last_unit_ends_on
    training.timer("open_the_gate", datetime.combine(last + timedelta(days=1), time(6, 30), LONDON))
    units = [unit.code for unit in training.plan().units if unit.kind == "self_study"]

    for code in units[:6]:
        correct(training, ids[0], unit_code=code, minutes=0)

    assert ids[0] in {event.application_id for event in training.told(AssessmentReady)}
    assert [e.application_id for e in training.told(AssessmentReadyWithdrawn)] == [ids[0]]


def test_a_platform_that_tells_the_same_day_again_does_not_undo_it(training, one):
    file = f"ID number,Activity,Completion status,Last access\n{one},{UNIT},Completed,2026-11-20\n"
    take_in(training, file)
    correct(training, one)

    again = take_in(training, file)
    still = progress(training, one)
    later = take_in(training, file.replace("2026-11-20", "2026-12-01"))

    assert (again.recorded, again.unchanged) == (0, 1)
    assert still == {UNIT: (0, False)}
    assert later.recorded == 1
    assert progress(training, one) == {UNIT: (0, True)}


def test_a_platform_that_tells_totals_without_a_day_does_not_undo_it_until_they_are_more(
    training, one
):
    file = f"ID number,Activity,Minutes,Completed\n{one},{UNIT},40,no\n"
    take_in(training, file)
    correct(training, one, minutes=10)
    training.at(training.now + timedelta(days=1))

    again = take_in(training, file)
    still = progress(training, one)
    take_in(training, file.replace("40,no", "45,no"))

    assert (again.recorded, again.unchanged) == (0, 1)
    assert still == {UNIT: (10, False)}
    assert progress(training, one) == {UNIT: (45, False)}


def test_statements_after_a_correction_add_to_what_was_put_right(training, one):
    first, second = (a_statement(one, verb="progressed", duration=f"PT{n}M") for n in (300, 20))
    take_in(training, json.dumps([first]), "xapi")
    correct(training, one, minutes=15)
    training.at(training.now + timedelta(days=1))

    take_in(training, json.dumps([first, second | {"timestamp": "2026-12-02T10:00:00Z"}]), "xapi")
    after = progress(training, one)
    take_in(training, json.dumps([a_voiding(first), a_voiding(second)]), "xapi")

    assert after == {UNIT: (35, False)}
    assert progress(training, one) == {UNIT: (15, False)}


def test_what_was_never_recorded_cannot_be_put_right_nor_without_a_reason(training, one):
    with pytest.raises(NotFound, match="study_not_found"):
        correct(training, one)
    with pytest.raises(NotFound, match="study_not_found"):
        correct(training, uuid4())
    with pytest.raises(Invalid, match="reason"):
        correct(training, one, reason=" ")


def test_a_day_that_some_systems_write_for_none_does_not_begin_engagement(training, one):
    with pytest.raises(Invalid, match="more than three years ago"):
        training.study(
            StudyEntry(application_id=one, unit_code=UNIT, minutes=10, worked_on=date(1970, 1, 1))
        )
    with pytest.raises(Invalid, match="more than three years ago"):
        training.call(
            ReportTask(application_id=one, unit_code=UNIT, report="Done.", done_on=date(1950, 1, 1))
        )

    training.study(
        StudyEntry(application_id=one, unit_code=UNIT, minutes=10, worked_on=date(2026, 10, 20))
    )
    assert training.told(EngagementChanged)[-1].first_engaged_on == date(2026, 10, 20)
