"""A sync on a bad day: it names what stopped it, changes nothing it should not, and goes on."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from enrolling import acceptance_of

from dfe_simulator import SeedPlan
from dfe_simulator.faults import Fault
from enrolment.traffic.sync import LEASE
from headship_contracts.enrolment.dfe import DfeStatus
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.enrolment.money import ListStatements
from headship_contracts.errors import Conflict, Refused
from kit.db.leases import Leases
from kit.testing import emitted

FAILED_AT_PAGE_6 = "GET npq-applications, page 6: DfE answered 500"


@pytest.fixture
def synced(enrolling):
    enrolling.sync()
    return enrolling.applications()


class TestWithMany:
    @pytest.fixture
    def dfe_plan(self):
        return SeedPlan(seed=5, applications=40, not_eligible=0, without_trn=0)

    def test_a_list_that_is_suddenly_empty_removes_nobody(self, enrolling, synced):
        enrolling.moves_to(enrolling.at + timedelta(days=7))
        enrolling.dfe.world.applications.clear()

        report = enrolling.sync(everything=True)

        assert "40 of 40 applications are gone at DfE" in report.problem
        assert {a.status for a in enrolling.applications()} == {"pending"}

    def test_a_sync_that_dies_goes_on_where_it_was(self, enrolling):
        enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="-appl", every=6))

        first = enrolling.sync()
        enrolling.dfe.faults.clear()
        second = enrolling.sync()

        assert (first.seen, first.problem) == (15, FAILED_AT_PAGE_6)
        assert (second.seen, second.received, second.problem) == (25, 25, None)
        assert len(emitted(enrolling.db, ApplicationReceived)) == 40

    def test_a_sync_that_goes_on_with_pages_of_another_size_misses_nobody(self, enrolling):
        enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="-appl", every=6))
        enrolling.sync()
        enrolling.dfe.faults.clear()
        settings = enrolling.service.settings
        enrolling.service.settings = replace(settings, dfe_page_size=10)

        report = enrolling.sync()

        assert (report.received, report.problem) == (25, None)
        assert len(enrolling.applications()) == 40

    def test_a_record_that_makes_no_sense_is_named_and_the_others_are_read(self, enrolling):
        record = next(iter(enrolling.dfe.world.applications.values()))
        record.status = "thinking"

        report = enrolling.sync()
        record.status = "pending"
        repaired = enrolling.sync()

        assert report.received == 39
        where = f"applications, page 1, record {record.application_id}"
        assert report.problem == f"{where}: status is none of pending, accepted, rejected"
        assert enrolling.call(DfeStatus()).last_sync_problem is None
        assert repaired.received == 1


def test_a_cohort_or_course_that_is_new_to_us_does_not_stop_the_sync(enrolling):
    first, second, *_ = enrolling.dfe.world.applications.values()
    first.cohort, first.status, first.training_status = "2031a", "accepted", "active"
    second.course = "npq-gardening"

    report = enrolling.sync()

    assert (report.received, report.problem) == (8, None)
    (accepted,) = enrolling.applications(status="accepted")
    assert (accepted.cohort, accepted.starts_on) == ("2031a", None)
    (gardener,) = enrolling.applications(course="npq-gardening")
    with pytest.raises(Refused, match="course_unknown"):
        enrolling.call(acceptance_of(gardener))


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("unauthorised", "401: DfE does not accept our token"),
        ("rate_limited", "429: too many calls"),
        ("server_error", "DfE answered 500"),
        ("html", "DfE answered 200 with text/html; charset=utf-8, not JSON"),
        ("half", "DfE answered 200 with application/json, not JSON"),
        ("redirect", "DfE answered 302, a redirect"),
        ("down", "the connection broke"),
    ],
)
def test_what_stops_a_sync_is_named_and_changes_nothing(enrolling, synced, kind, problem):
    enrolling.dfe.faults.append(Fault(kind=kind, path_contains="npq-applications"))

    report = enrolling.sync(everything=True)

    assert report.problem == f"GET npq-applications, page 1: {problem}"
    assert enrolling.call(DfeStatus()).last_sync_problem == report.problem
    assert enrolling.applications() == synced


def test_two_syncs_never_overlap(enrolling, synced, monkeypatch):
    monkeypatch.setattr("enrolment.service.traffic.PATIENCE", timedelta(0))
    other_process = Leases(enrolling.db.engine)
    assert other_process.take(LEASE)

    with pytest.raises(Conflict, match="sync_under_way"):
        enrolling.sync()
    enrolling.run("sync_regularly")
    with pytest.raises(Conflict, match="sync_under_way"):
        enrolling.run("sync_everything")  # a timer that raises stays due: it is not lost for a week
    other_process.close()
    with enrolling.db.leases.holding(LEASE, wait_seconds=10) as free:
        assert free  # PostgreSQL lets go of it a moment after the connection is closed

    assert enrolling.sync().problem is None


def test_statements_of_both_cohorts_of_a_year_are_kept_and_one_too_many_is_named(enrolling):
    world = enrolling.dfe.world
    one = next(found for found in world.statements.values() if found.cohort.startswith("2026"))
    others = [replace(one, statement_id=str(uuid4())) for _ in range(2)]
    for other in others:
        world.add_statement(other)

    report = enrolling.sync()

    kept = [
        found.cohort
        for found in enrolling.call(ListStatements(limit=500)).items
        if (found.year, found.month) == (one.year, one.month)
    ]
    assert sorted(cohort for cohort in kept if cohort.startswith("2026")) == ["2026a", "2026b"]
    assert f"{one.month}/{one.year} of cohort 2026" in report.problem
    assert report.received == 8
