"""A reply of DfE's that is lost: it is looked up before anything is sent again."""

from datetime import UTC, date, datetime

import pytest
from enrolling import a_result, acceptance_of
from sqlalchemy import update

from dfe_simulator.faults import Fault
from enrolment.models import DfeWrite
from headship_contracts.enrolment.applications import RejectApplication
from headship_contracts.enrolment.events import ApplicationAccepted, OutcomeReported
from headship_contracts.enrolment.training import DeferParticipant
from kit.testing import deliver, emitted


@pytest.fixture
def pending(enrolling):
    enrolling.sync()
    return [a for a in enrolling.applications() if a.eligible_for_funding]


def lose(enrolling, path):
    enrolling.dfe.faults.append(Fault(kind="reply_lost", path_contains=path, times=1))


def test_an_acceptance_is_looked_up_and_not_sent_again(enrolling, pending):
    lose(enrolling, "/accept")
    enrolling.call(acceptance_of(pending[0]))

    enrolling.push()
    in_doubt = enrolling.only_write()
    enrolling.patience_ends()
    enrolling.push()

    assert (in_doubt.state, in_doubt.problem_message) == ("in_doubt", "the connection broke")
    assert enrolling.only_write().state == "done"
    assert enrolling.application(pending[0].application_id).status == "accepted"
    assert enrolling.state_at_dfe()["by_status"]["accepted"] == 1
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1


def test_a_rejection_is_looked_up_too(enrolling, pending):
    lose(enrolling, "/reject")
    enrolling.call(RejectApplication(application_id=pending[0].application_id))

    enrolling.push()
    enrolling.patience_ends()
    enrolling.push()

    assert enrolling.only_write().state == "done"
    assert enrolling.application(pending[0].application_id).status == "rejected"


def test_declarations_a_deferral_and_outcomes_reach_dfe_once_each(enrolling):
    participant = enrolling.enrolled()
    enrolling.dfe.faults.append(Fault(kind="reply_lost", method="POST", every=2))
    enrolling.dfe.faults.append(Fault(kind="reply_lost", method="PUT"))

    def days_pass():
        for _ in range(4):
            enrolling.patience_ends()
            enrolling.push()

    for on in (date(2026, 10, 8), date(2026, 12, 3), date(2027, 6, 10)):
        enrolling.moves_to(datetime(on.year, on.month, on.day, 20, tzinfo=UTC))
        enrolling.engages(participant, date(2026, 10, 8), on)
        enrolling.run("declare_what_is_due")
        days_pass()
    enrolling.moves_to(datetime(2028, 2, 1, 20, tzinfo=UTC))
    deliver(enrolling.service, a_result(participant, state="failed"))
    enrolling.run("declare_what_is_due")
    days_pass()
    deliver(enrolling.service, a_result(participant, attempt=2, completion_date=date(2028, 2, 1)))
    enrolling.call(DeferParticipant(application_id=participant.application_id, reason="other"))
    days_pass()

    assert {w.state for w in enrolling.writes()} == {"done"}
    at_dfe = enrolling.state_at_dfe()
    assert set(at_dfe["declarations"]["live_by_type"].values()) == {1}
    assert at_dfe["declarations"]["all"] == 4
    assert at_dfe["outcomes"]["by_state"] == {"failed": 1, "passed": 1}
    assert [o.state for o in emitted(enrolling.db, OutcomeReported)] == ["failed", "passed"]
    assert enrolling.application(participant.application_id).training_status == "deferred"


def test_a_service_that_died_while_sending_looks_up_what_arrived(enrolling, pending):
    """Killed after DfE had it: the row says that it is being sent."""
    enrolling.call(acceptance_of(pending[0]))
    enrolling.push()
    with enrolling.db.transaction() as tx:
        tx.execute(update(DfeWrite).values(state="sending", finished_at=None))

    enrolling.push()

    assert enrolling.only_write().state == "done"
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1
    assert enrolling.dfe.answered[422] == 0


def test_a_service_that_died_before_it_arrived_sends_it(enrolling, pending):
    enrolling.call(acceptance_of(pending[0]))
    with enrolling.db.transaction() as tx:
        tx.execute(update(DfeWrite).values(state="sending"))

    enrolling.push()

    assert enrolling.application(pending[0].application_id).status == "accepted"
