"""One participant from DfE's list to an outcome at DfE, over HTTP against the simulator."""

from datetime import date

from enrolling import a_result

from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationReceived,
    DeclarationSubmitted,
    OutcomeReported,
)
from kit.testing import deliver, emitted


def test_everyone_who_registered_at_dfe_is_received_once(enrolling):
    first = enrolling.sync()
    second = enrolling.sync()

    assert (first.received, first.problem) == (8, None)
    assert (second.received, second.changed) == (0, 0)
    assert len(emitted(enrolling.db, ApplicationReceived)) == 8
    assert {a.status for a in enrolling.applications()} == {"pending"}


def test_an_acceptance_is_told_to_dfe_and_then_to_everyone(enrolling):
    accepted = enrolling.accepted()

    assert (accepted.status, accepted.decision, accepted.place) == ("accepted", None, "held")
    assert accepted.schedule == "npq-leadership-autumn"
    assert enrolling.state_at_dfe()["by_status"]["accepted"] == 1
    told = emitted(enrolling.db, ApplicationAccepted)
    assert [event.application_id for event in told] == [accepted.application_id]
    assert told[0].revision == accepted.revision


def test_a_participant_is_declared_at_each_milestone_and_their_result_reaches_dfe(enrolling):
    participant = enrolling.enrolled()

    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant, state="failed"))
    enrolling.declares()
    enrolling.moves_to(enrolling.at.replace(month=5, day=3))
    deliver(enrolling.service, a_result(participant, attempt=2, completion_date=date(2028, 5, 2)))
    enrolling.push()

    types = ["started", "retained-1", "retained-2", "completed"]
    assert [d.declaration_type for d in enrolling.declarations()] == types
    assert {d.state for d in enrolling.declarations()} == {"eligible"}
    assert len(emitted(enrolling.db, DeclarationSubmitted)) == 4
    at_dfe = enrolling.state_at_dfe()
    assert at_dfe["declarations"]["live_by_type"] == dict.fromkeys(types, 1)
    assert at_dfe["outcomes"]["by_state"] == {"failed": 1, "passed": 1}
    assert [o.state for o in emitted(enrolling.db, OutcomeReported)] == ["failed", "passed"]
