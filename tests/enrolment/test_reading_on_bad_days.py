"""Reading from DfE when it fails: what is read stays, the rest waits, and a person can see why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from dfe_simulator.faults import Fault
from enrolment.dfe.errors import DfeBusy
from enrolment.models import Budget, Stream, Traffic
from enrolment.traffic.budget import Allowance
from enrolment.traffic.writes import wall
from headship_contracts.enrolment.dfe import DfeStatus


def status(enrolling):
    return enrolling.call(DfeStatus())


def times_asked(enrolling):
    return sum(enrolling.dfe.answered.values())


def streams(enrolling):
    with enrolling.db.transaction() as tx:
        return {stream.name: stream for stream in tx.scalars(select(Stream))}


def test_one_list_that_fails_does_not_hold_up_the_others(enrolling):
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="participants/npq"))

    report = enrolling.sync()

    assert report.received == 8
    assert report.problem.startswith("GET participants/npq, page 1: DfE answered 500")
    read = {name for name, stream in streams(enrolling).items() if stream.finished_at}
    assert read == {"applications", "declarations", "statements"}


def test_a_list_that_failed_is_read_from_where_it_began_and_the_others_are_not_again(enrolling):
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="participants/npq"))
    enrolling.sync()
    enrolling.dfe.faults.clear()
    before = times_asked(enrolling)

    enrolling.sync()

    assert all(stream.cursor_at for stream in streams(enrolling).values())
    # delivery partners (2 pages), participants and outcomes (an empty page each)
    assert times_asked(enrolling) - before == 4


def test_a_list_that_always_fails_is_given_up_for_this_time_and_its_cursor_stays(enrolling):
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="outcomes"))

    for _ in range(6):
        enrolling.patience_ends()
        enrolling.sync()

    assert streams(enrolling)["outcomes"].cursor_at is None
    with enrolling.db.transaction() as tx:
        traffic = tx.get_one(Traffic, "sync")
        assert (traffic.holder, traffic.finished_at is not None) == (None, True)


def test_after_a_failure_the_regular_sync_waits_and_then_goes_on(enrolling):
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="npq-applications"))
    enrolling.run("sync_regularly")
    before = times_asked(enrolling)

    enrolling.run("sync_regularly")
    waited = times_asked(enrolling)
    enrolling.dfe.faults.clear()
    enrolling.patience_ends()
    enrolling.run("sync_regularly")

    assert waited == before
    assert len(enrolling.applications()) == 8


def test_a_full_sync_that_broke_off_is_gone_on_with_by_the_regular_one(enrolling):
    enrolling.sync()
    enrolling.moves_to(enrolling.at + timedelta(days=7))
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="npq-applications"))
    enrolling.run("sync_everything")
    enrolling.dfe.faults.clear()
    enrolling.patience_ends()

    report = enrolling.sync()

    assert (report.everything, report.seen, report.problem) == (True, 8, None)


def test_a_refused_token_stops_both_directions_and_the_status_says_so(enrolling):
    enrolling.dfe.faults.append(Fault(kind="unauthorised"))

    enrolling.sync()

    now = status(enrolling)
    assert now.unauthorised
    assert now.stopped_because == "401: DfE does not accept our token"
    assert now.reading_stopped_until > wall() + timedelta(seconds=20)
    enrolling.dfe.faults.clear()
    enrolling.patience_ends()
    enrolling.sync()
    enrolling.push()
    assert not status(enrolling).unauthorised


def test_the_log_says_which_call_failed_and_until_when_there_are_none(enrolling, caplog):
    enrolling.dfe.faults.append(Fault(kind="unauthorised"))

    enrolling.sync()

    (line,) = [record for record in caplog.records if record.name == "enrolment.traffic.pausing"]
    assert (line.levelname, line.direction, line.reason) == ("WARNING", "sync", "unauthorised")
    assert line.call == "GET delivery-partners, page 1"
    assert line.until == status(enrolling).reading_stopped_until


def test_the_token_is_read_again_from_its_file_when_it_changes(
    enrolling, enrolment_settings, tmp_path
):
    path = tmp_path / "token"
    path.write_text("an old one\n")
    enrolling.service.settings = replace(
        enrolment_settings, dfe_api_token="an old one", dfe_api_token_file=path
    )
    refused = enrolling.sync()
    path.write_text(f"{enrolling.dfe.token}\n")
    enrolling.patience_ends()

    accepted = enrolling.sync()

    assert "401" in refused.problem
    assert (accepted.received, accepted.problem) == (8, None)


@pytest.mark.parametrize("kind", ["duplicate_page", "skipped_record"])
def test_a_list_that_repeats_or_leaves_out_records_changes_nothing(enrolling, kind):
    enrolling.sync()
    enrolling.moves_to(enrolling.at + timedelta(hours=1))
    enrolling.dfe.faults.append(Fault(kind=kind, path_contains="npq-applications"))

    report = enrolling.sync(everything=True)

    assert (report.received, report.changed, report.vanished) == (0, 0, 0)
    assert {a.status for a in enrolling.applications()} == {"pending"}
    assert len(enrolling.applications()) == 8


@pytest.mark.parametrize(
    ("kind", "field", "told"),
    [
        ("missing_field", "full_name", "full_name is missing"),
        ("wrong_type", "status", "status is not a text"),
        ("wrong_type", "cohort", "cohort is not a text"),
    ],
)
def test_what_is_wrong_with_records_is_named_with_page_and_id(enrolling, kind, field, told):
    fault = {"path_contains": "npq-applications", "times": 1, "field": field}
    enrolling.dfe.faults.append(Fault(kind=kind, **fault))

    report = enrolling.sync()
    repaired = enrolling.sync()

    assert report.problem.startswith("applications, page 1, record ")
    assert told in report.problem
    assert report.received + repaired.received == 8
    assert repaired.problem is None


class TestTheBudget:
    """Of 300 calls in five minutes 60 are kept for a burst, half of them for writes alone."""

    @pytest.fixture
    def allowance(self, enrolling):
        def make(*, for_writes=True):
            return Allowance(enrolling.db, 300, for_writes=for_writes)

        return make

    def has(self, enrolling, left):
        """So many are left, and no more will come."""
        with enrolling.db.transaction() as tx:
            never = datetime(2100, 1, 1, tzinfo=UTC)
            tx.execute(update(Budget).values(left=left, filled_at=never))

    def left(self, enrolling):
        with enrolling.db.transaction() as tx:
            return tx.get_one(Budget, "dfe").left

    def test_calls_are_taken_in_blocks_and_what_is_left_is_given_back(self, enrolling, allowance):
        self.has(enrolling, 60)
        mine = allowance()

        mine.take()
        taken = self.left(enrolling)
        mine.close()

        assert (taken, self.left(enrolling)) == (50, 59)

    def test_replicas_share_what_there_is(self, enrolling, allowance):
        self.has(enrolling, 60)

        for _ in range(2):
            allowance().take()

        assert self.left(enrolling) == 40

    def test_reading_leaves_calls_for_writes(self, enrolling, allowance):
        self.has(enrolling, 5)

        with pytest.raises(DfeBusy, match="our own limit") as busy:
            allowance(for_writes=False).take()
        allowance(for_writes=True).take()

        assert busy.value.retry_after == timedelta(seconds=1.25) * 26
        assert self.left(enrolling) == 0

    def test_a_sync_without_calls_waits_and_marks_nothing_as_read(
        self, enrolling, enrolment_settings
    ):
        enrolling.service.settings = replace(enrolment_settings, dfe_calls=10)
        self.has(enrolling, 0)

        report = enrolling.sync()

        assert "our own limit of calls to DfE is reached" in report.problem
        assert status(enrolling).reading_stopped_until > wall()
        assert streams(enrolling)["applications"].cursor_at is None
