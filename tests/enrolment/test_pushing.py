"""Telling DfE on its bad days: nothing is lost or told twice, and it is plain what happened."""

import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from enrolling import acceptance_of
from sqlalchemy import update

from dfe_simulator.faults import Fault
from enrolment.dfe.client import DfeClient
from enrolment.models import DfeWrite
from headship_contracts.enrolment.dfe import DfeStatus, RetryDfeWrite
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    DeclarationRefused,
)
from headship_contracts.errors import Refused
from kit.testing import emitted


@pytest.fixture
def pending(enrolling):
    enrolling.sync()
    return [a for a in enrolling.applications() if a.eligible_for_funding]


class TestARefusal:
    @pytest.fixture(autouse=True)
    def dfe_refuses(self, dfe):
        fault = Fault(kind="unprocessable", method="POST", times=1)
        dfe.faults.append(fault)

    def test_a_refused_acceptance_gives_the_place_back_and_says_why(self, enrolling, pending):
        enrolling.call(acceptance_of(pending[0]))

        enrolling.push()

        refused = enrolling.application(pending[0].application_id)
        assert (refused.status, refused.decision, refused.place) == ("pending", None, "none")
        assert refused.problem_message == "Refused by order, to see what you do."
        assert enrolling.only_write().state == "refused"
        assert [a.application_id for a in enrolling.applications(with_problem=True)] == [
            refused.application_id
        ]

    def test_a_refused_acceptance_does_not_stop_another_attempt(self, enrolling, pending):
        enrolling.call(acceptance_of(pending[0]))
        enrolling.push()

        with pytest.raises(Refused, match="decide_again"):
            enrolling.call(RetryDfeWrite(write_id=enrolling.only_write().write_id))
        enrolling.call(acceptance_of(pending[0]))
        enrolling.push()

        accepted = enrolling.application(pending[0].application_id)
        assert (accepted.status, accepted.problem_message) == ("accepted", None)

    def test_a_refused_declaration_is_told_and_can_be_sent_again(self, enrolling, dfe):
        dfe.faults[0] = replace(dfe.faults[0], path_contains="participant-declarations")
        participant = enrolling.enrolled()
        enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
        enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))

        enrolling.declares()
        enrolling.declares()
        (refused,) = enrolling.declarations()
        (write,) = enrolling.writes(state="refused")
        enrolling.call(RetryDfeWrite(write_id=write.write_id))
        enrolling.push()

        assert (refused.state, refused.problem_field) == ("refused", "base")
        (told,) = emitted(enrolling.db, DeclarationRefused)
        assert told.reason == "Refused by order, to see what you do."
        assert [d.state for d in enrolling.declarations()] == ["eligible"]
        assert enrolling.state_at_dfe()["declarations"]["all"] == 1


@pytest.mark.parametrize(
    "kind", ["server_error", "html", "down", "redirect", "half", "missing_field", "wrong_type"]
)
def test_a_failing_dfe_is_asked_again_later_and_told_once(enrolling, pending, kind):
    fault = Fault(kind=kind, path_contains="/accept", times=1, field="status")
    enrolling.dfe.faults.append(fault)
    enrolling.call(acceptance_of(pending[0]))

    enrolling.push()
    waiting = enrolling.only_write()
    enrolling.push()
    still_waiting = enrolling.only_write()
    enrolling.patience_ends()
    enrolling.push()

    assert waiting.next_attempt_at is not None
    assert (waiting.state, waiting) == ("in_doubt", still_waiting)
    assert enrolling.application(pending[0].application_id).status == "accepted"
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1


def test_writes_in_doubt_about_what_dfe_shows_no_more_are_settled_and_stop_no_others(
    enrolling, pending
):
    enrolling.dfe.faults.append(Fault(kind="reply_lost", path_contains="/accept"))
    for application in pending[:3]:
        enrolling.call(acceptance_of(application))
    enrolling.push()
    enrolling.dfe.faults.clear()
    for application in pending[:3]:
        gone = {"application_id": str(application.dfe_application_id)}
        enrolling.dfe.service.change("vanish", gone, enrolling.at)
    enrolling.call(acceptance_of(pending[3]))

    for _ in range(3):
        enrolling.patience_ends()
        enrolling.push()

    assert [write.state for write in enrolling.writes()] == ["refused"] * 3 + ["done"]
    assert enrolling.application(pending[3].application_id).status == "accepted"
    assert [a.application_id for a in enrolling.applications(with_problem=True)] == [
        application.application_id for application in pending[:3]
    ]


def test_a_slow_answer_counts_as_lost(enrolling, enrolment_settings, pending):
    enrolling.service.settings = replace(
        enrolment_settings, dfe_timeout=enrolment_settings.dfe_timeout / 10
    )
    enrolling.dfe.faults.append(
        Fault(kind="latency", path_contains="/accept", times=1, seconds=0.6)
    )
    enrolling.call(acceptance_of(pending[0]))

    enrolling.push()
    in_doubt = enrolling.only_write()
    enrolling.patience_ends()
    enrolling.service.settings = enrolment_settings
    enrolling.push()

    assert (in_doubt.state, in_doubt.problem_message) == ("in_doubt", "no answer within 0.2 s")
    assert enrolling.only_write().state == "done"


@pytest.mark.parametrize(
    ("kind", "told", "least"),
    [
        ("unauthorised", "401: DfE does not accept our token", 30),
        ("rate_limited", "429: too many calls", 1),
    ],
)
def test_a_closed_door_stops_everything_and_marks_nothing(enrolling, pending, kind, told, least):
    enrolling.dfe.faults.append(Fault(kind=kind, path_contains="/accept"))
    for application in pending[:4]:
        enrolling.call(acceptance_of(application))

    enrolling.push()
    enrolling.push()

    status = enrolling.call(DfeStatus())
    assert (status.stopped_because, status.owed, status.refused) == (told, 4, 0)
    assert (status.stopped_until - datetime.now(UTC)).total_seconds() > least - 1
    assert [f.struck for f in enrolling.dfe.faults] == [1]
    assert [w.attempts for w in enrolling.writes()] == [1, 0, 0, 0]

    enrolling.dfe.faults.clear()
    enrolling.call(RetryDfeWrite(write_id=enrolling.writes()[0].write_id))
    enrolling.push()
    assert enrolling.state_at_dfe()["by_status"]["accepted"] == 4
    assert enrolling.call(DfeStatus()).stopped_because is None


def test_a_sender_who_was_overtaken_settles_nothing(enrolling, pending):
    """It hangs while DfE answers; another replica has doubted, looked up and settled meanwhile."""
    enrolling.call(acceptance_of(pending[0]))
    sent = DfeClient.accept

    def overtaken(client, *arguments):
        answer = sent(client, *arguments)
        with patch.object(DfeClient, "accept", sent):
            enrolling.push()
        return answer

    with patch.object(DfeClient, "accept", overtaken):
        enrolling.push()

    assert enrolling.only_write().state == "done"
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1


def test_three_failures_in_a_row_leave_dfe_in_peace(enrolling, pending):
    enrolling.dfe.faults.append(Fault(kind="server_error"))
    for application in pending[:5]:
        enrolling.call(acceptance_of(application))

    enrolling.push()
    enrolling.push()

    assert [f.struck for f in enrolling.dfe.faults] == [3]
    assert enrolling.call(DfeStatus()).stopped_because == "DfE answered 500"


def test_what_one_application_owes_is_sent_in_order(enrolling, pending):
    """A decision in doubt holds back its own application, and no other."""
    enrolling.dfe.faults.append(Fault(kind="server_error", path_contains="/accept", times=1))
    enrolling.call(acceptance_of(pending[0]))
    enrolling.call(acceptance_of(pending[1]))

    enrolling.push()

    first, second = enrolling.writes()
    assert (first.state, second.state) == ("in_doubt", "done")


def test_what_dfe_has_already_is_not_refused(enrolling, pending):
    """Accepted at DfE by other means meanwhile: its refusal says that it has it."""
    enrolling.call(acceptance_of(pending[0]))
    record = enrolling.dfe.world.applications[str(pending[0].dfe_application_id)]
    record.status, record.training_status, record.funded_place = "accepted", "active", True
    record.updated_at = enrolling.at

    enrolling.push()

    assert enrolling.application(pending[0].application_id).status == "accepted"
    assert enrolling.only_write().state == "done"


def test_a_decision_that_a_sync_overtook_is_still_awaited(enrolling, pending):
    """DfE has the acceptance, took it back, and our write still waits to be looked up."""
    enrolling.dfe.faults.append(Fault(kind="reply_lost", path_contains="/accept", times=1))
    enrolling.call(acceptance_of(pending[0]))
    enrolling.push()
    enrolling.sync(everything=True)
    record = enrolling.dfe.world.applications[str(pending[0].dfe_application_id)]
    enrolling.moves_to(enrolling.at + timedelta(minutes=1))
    record.status, record.training_status, record.updated_at = "pending", None, enrolling.at
    enrolling.sync(everything=True)

    with pytest.raises(Refused, match="decision_pending"):
        enrolling.call(acceptance_of(pending[0]))
    enrolling.patience_ends()
    enrolling.push()

    assert enrolling.application(pending[0].application_id).status == "accepted"


def test_a_dfe_that_is_not_there_is_found_when_it_is_back(enrolling, enrolment_settings, pending):
    with socket.create_server(("127.0.0.1", 0)) as door:
        closed = f"http://127.0.0.1:{door.getsockname()[1]}"
    enrolling.service.settings = replace(enrolment_settings, dfe_api_url=closed)
    enrolling.call(acceptance_of(pending[0]))

    enrolling.push()
    stopped = enrolling.call(DfeStatus())
    enrolling.service.settings = enrolment_settings
    enrolling.patience_ends()
    enrolling.push()

    assert (stopped.stopped_because, stopped.owed, stopped.in_doubt) == ("no connection", 1, 0)
    assert enrolling.application(pending[0].application_id).status == "accepted"


def test_a_simulator_in_a_process_of_its_own_is_read_and_told(enrolling, enrolment_settings):
    command = [sys.executable, "-m", "dfe_simulator", "--applications", "5", "--seed", "11"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulator:
        try:
            url = simulator.stdout.readline().split()[-1]
            enrolling.service.settings = replace(
                enrolment_settings, dfe_api_url=url, dfe_api_token="example-token"
            )
            enrolling.sync()
            enrolling.call(acceptance_of(enrolling.applications(status="pending")[0]))
            enrolling.push()
            report = enrolling.sync(everything=True)
        finally:
            simulator.terminate()
            simulator.wait(timeout=10)

    assert (report.seen, report.changed, report.problem) == (5, 0, None)
    assert len(enrolling.applications(status="accepted")) == 1


def test_a_write_that_fails_here_is_put_off_and_does_not_hold_up_the_others(enrolling, pending):
    first, second = pending[:2]
    for application in (first, second):
        enrolling.call(acceptance_of(application))
    with enrolling.db.transaction() as tx:
        theirs = DfeWrite.application_id == first.application_id
        tx.execute(update(DfeWrite).where(theirs).values(kind="of a later version"))

    enrolling.push()

    wrong, right = enrolling.writes()
    assert (wrong.state, wrong.problem_message) == ("in_doubt", "internal: KeyError")
    assert right.state == "done"
    assert enrolling.application(second.application_id).status == "accepted"
