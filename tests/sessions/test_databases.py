"""The migrations make what the models say, and the service runs on both databases alike."""

from datetime import datetime, time, timedelta

import pytest
from training import Training

from headship_contracts.sessions.calendars import GetCalendar
from headship_contracts.sessions.events import AssessmentReady, EngagementChanged
from kit import clock
from kit.clock import LONDON
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate
from kit.testing import a_service
from sessions.models import Base
from sessions.service import SessionsService


@pytest.fixture(params=["postgresql", "sqlite"])
def either_database(request, a_database, tmp_path):
    if request.param == "postgresql":
        yield a_database("sessions")
    else:
        engine = open_engine(f"sqlite:///{tmp_path / 'sessions.db'}")
        migrate(engine, "sessions")
        yield ServiceDatabase(engine, "sessions")
        engine.dispose()
    clock.use_wall_clock()


def test_migrations_and_models_agree(a_database):
    assert differences(a_database("sessions").engine, Base.metadata) == []


def test_a_cohort_goes_from_plan_to_assessment_on_either_database(either_database):
    training = Training(a_service(SessionsService, db=either_database))
    ids = training.a_running_cohort(5)
    for session in training.sessions():
        training.hold(session, dict.fromkeys(ids, "present"))
    for application_id in ids:
        training.study_all(application_id)
    last = training.plan().last_unit_ends_on

    training.timer("open_the_gate", datetime.combine(last + timedelta(days=1), time(6, 30), LONDON))

    assert {event.application_id for event in training.told(AssessmentReady)} == set(ids)
    assert {event.attended_minutes for event in training.told(EngagementChanged)[-1:]} == {5_250}
    assert training.call(GetCalendar(application_id=ids[0])).text.count("BEGIN:VEVENT") == 20
