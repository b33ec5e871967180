"""Migrations and models agree, on both databases; embedded mode's SQLite serves as well."""

from datetime import UTC, date, datetime

import pytest
from admitting import a_line, ids, offered_now, schools
from enrolling import a_result, acceptance_of, enrol_on, places
from importing import a_file, a_row, applied
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from enrolment.models import Base, ImportBadRow
from headship_contracts.enrolment.imports import DiscardImport
from headship_contracts.enrolment.waitlist import DeclineOffer
from headship_contracts.errors import Refused
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate
from kit.testing import deliver


@pytest.fixture
def on_sqlite(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/enrolment.db")
    migrate(engine, "enrolment")
    yield ServiceDatabase(engine, "enrolment")
    engine.dispose()


def test_models_and_migrations_agree_on_postgresql(a_database):
    assert differences(a_database("enrolment").engine, Base.metadata) == []


def test_models_and_migrations_agree_on_sqlite(on_sqlite):
    assert differences(on_sqlite.engine, Base.metadata) == []


@pytest.fixture
def embedded(on_sqlite, dfe, enrolment_settings):
    yield from enrol_on(on_sqlite, dfe, enrolment_settings)


def test_the_whole_way_works_on_sqlite_too(embedded):
    participant = embedded.enrolled()

    embedded.completes(participant)
    deliver(embedded.service, a_result(participant))
    embedded.declares()

    assert [d.state for d in embedded.declarations()] == ["eligible"] * 4
    assert embedded.state_at_dfe()["outcomes"]["by_state"] == {"passed": 1}


def test_places_are_kept_on_sqlite_too(embedded):
    embedded.sync()
    first, second, *_ = [a for a in embedded.applications() if a.eligible_for_funding]
    embedded.call(places(1))
    embedded.call(acceptance_of(first))

    with pytest.raises(Refused, match="no_place_left"):
        embedded.call(acceptance_of(second))


def test_an_engagement_told_twice_is_kept_once_on_sqlite(embedded):
    participant = embedded.enrolled()
    embedded.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))

    embedded.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    embedded.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    embedded.declares()

    assert len(embedded.declarations()) == 1


def test_a_file_is_imported_and_discarded_on_sqlite_too(embedded):
    schools(embedded, "100002")
    done = applied(embedded, a_file([a_row(1), a_row(2, email="x")]))

    assert (done.applied, done.bad) == (1, 1)
    embedded.call(DiscardImport(import_id=done.import_id))
    with embedded.db.transaction() as tx:
        assert tx.query(ImportBadRow).count() == 0


def test_a_place_passes_on_along_the_waitlist_on_sqlite_too(embedded):
    _, first, second, _ = a_line(embedded)
    embedded.call(places(2))
    assert offered_now(embedded) == ids(first)

    embedded.call(DeclineOffer(application_id=first.application_id, reason="A new post"))

    assert offered_now(embedded) == ids(second)


def test_an_application_that_others_refer_to_lives_through_the_change_of_its_places(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/old.db")
    migrate(engine, "enrolment", to="0004")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO participants (id, full_name, email_set_at, trn_verified)"
            " VALUES ('a', 'Ada Example', '2026-01-01', 0)",
            "INSERT INTO applications (id, source, participant_id, course, cohort, status,"
            " in_england, place, eligible_for_funding, created_at, revision)"
            " VALUES ('b', 'dfe', 'a', 'c', '2026b', 'pending', 1, 'held', 1, '2026-01-01', 1)",
            "INSERT INTO dfe_writes (application_id, kind, subject, payload, state, attempts,"
            " correlation_id, created_at)"
            " VALUES ('b', 'accept', 'accept', '{}', 'owed', 0, 'x', '2026-01-01')",
        ):
            connection.execute(text(statement))

    migrate(engine, "enrolment")

    with engine.begin() as connection:
        connection.execute(text("UPDATE applications SET place = 'offered'"))
        with pytest.raises(IntegrityError, match="CHECK"):
            connection.execute(text("UPDATE applications SET place = 'promised'"))
    engine.dispose()
