"""The same story on SQLite, as the embedded mode runs it; and that migrations and models agree."""

from datetime import timedelta
from pathlib import Path

import pytest
from assessment_office import OPENS_ON, Office

from assessment.models import Base
from headship_contracts.assessment.events import CandidateEntered, ResultReleased
from headship_contracts.assessment.results import RecomputeSample
from kit import clock
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate


@pytest.fixture
def sqlite(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/assessment.db")
    migrate(engine, "assessment")
    yield ServiceDatabase(engine, "assessment")
    engine.dispose()
    clock.use("wall")


def test_migrations_and_models_agree(a_database, sqlite):
    assert differences(a_database("assessment").engine, Base.metadata) == []
    assert differences(sqlite.engine, Base.metadata) == []


def test_a_fail_a_dispute_and_a_resubmission_on_sqlite(sqlite):
    office = Office(sqlite)
    first = office.marking(3, assessors=6, sample_minimum=1)
    for number in (1, 2):
        office.mark(first, number, 90)
    for number in (1, 2):
        if office.script(first, number).state == "second_marking":
            office.mark(first, number, 90)
    office.mark(first, 3, 40)
    office.mark(first, 3, 41)
    report = office.release(first)
    assert (report.passed, report.failed, report.resubmissions_offered) == (2, 1, 1)
    assert office.ask(RecomputeSample(window_id=first.window_id)).holds

    second = office.window(opens_on=OPENS_ON + timedelta(days=60))
    office.open(second)
    office.submit_here(office.told(CandidateEntered)[-1], second, "A better script.")
    office.close(second)
    office.prepare(second)
    office.mark(second, 1, 66)
    office.mark(second, 1, 66)
    office.release(second)

    assert [told.state for told in office.told(ResultReleased)][-1] == "passed"
