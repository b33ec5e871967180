"""A reply of DfE's that is lost: it is looked up before anything is sent again."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from enrolling import a_result, acceptance_of
from sqlalchemy import update

from dfe_simulator.faults import Fault
from enrolment.models import DfeWrite
from headship_contracts.enrolment.applications import ChangeFundedPlace, RejectApplication
from headship_contracts.enrolment.batches import VoidDeclaration
from headship_contracts.enrolment.events import ApplicationAccepted, OutcomeReported
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.training import (
    ChangeDeliveryPartner,
    ChangeSchedule,
    DeferParticipant,
    ResumeParticipant,
)
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


class TestAChange:
    """Of one who is enrolled, with `started` declared; DfE loses its reply to the next change."""

    @pytest.fixture
    def declared(self, enrolling):
        participant = enrolling.enrolled()
        enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
        enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
        enrolling.declares()
        enrolling.dfe.faults.append(Fault(kind="reply_lost", method="PUT", times=1))
        return participant

    def is_answered(self, enrolling, kind):
        """Lost, looked up, and never sent again."""
        sent = Counter(enrolling.dfe.answered)
        enrolling.push()
        (in_doubt,) = enrolling.writes(kind=kind)
        enrolling.patience_ends()
        enrolling.push()
        (done,) = enrolling.writes(kind=kind)
        assert (in_doubt.state, done.state) == ("in_doubt", "done")
        assert enrolling.dfe.answered[422] == sent[422]

    def test_a_void_is_looked_up(self, enrolling, declared):
        (made,) = enrolling.declarations()
        enrolling.call(VoidDeclaration(declaration_id=made.declaration_id, reason="in error"))

        self.is_answered(enrolling, "void")

        assert [d.state for d in enrolling.declarations()] == ["voided"]
        assert enrolling.state_at_dfe()["declarations"]["by_state"] == {"voided": 1}

    def test_another_delivery_partner_is_looked_up(self, enrolling, declared):
        partners = enrolling.call(ListDeliveryPartners()).items
        other = next(
            p.delivery_partner_id
            for p in partners
            if p.delivery_partner_id != declared.delivery_partner_id
        )
        enrolling.call(
            ChangeDeliveryPartner(application_id=declared.application_id, delivery_partner_id=other)
        )

        self.is_answered(enrolling, "change_delivery_partner")

        assert [d.delivery_partner_id for d in enrolling.declarations()] == [other]

    def test_the_end_of_a_deferral_is_looked_up(self, enrolling, declared):
        enrolling.dfe.faults.clear()
        enrolling.call(DeferParticipant(application_id=declared.application_id, reason="other"))
        enrolling.push()
        lose(enrolling, "/resume")
        enrolling.call(ResumeParticipant(application_id=declared.application_id))

        self.is_answered(enrolling, "resume")

        assert enrolling.application(declared.application_id).training_status == "active"


def test_a_changed_funded_place_is_looked_up(enrolling):
    accepted = enrolling.accepted()
    lose(enrolling, "/change-funded-place")
    enrolling.call(ChangeFundedPlace(application_id=accepted.application_id, funded_place=False))

    enrolling.push()
    (in_doubt,) = enrolling.writes(kind="change_funded_place")
    enrolling.patience_ends()
    enrolling.push()

    assert in_doubt.state == "in_doubt"
    assert enrolling.application(accepted.application_id).funded_place is False


def test_a_changed_schedule_is_looked_up(enrolling):
    accepted = enrolling.accepted()
    lose(enrolling, "/change-schedule")
    spring = "npq-leadership-spring"
    enrolling.call(ChangeSchedule(application_id=accepted.application_id, schedule=spring))

    enrolling.push()
    (in_doubt,) = enrolling.writes(kind="change_schedule")
    enrolling.patience_ends()
    enrolling.push()

    assert in_doubt.state == "in_doubt"
    assert enrolling.application(accepted.application_id).schedule == spring
