"""Participants over HTTP: training status, schedules, outcomes, merged ids."""

from typing import Any

import httpx
import pytest


def details(answer: Any) -> list[str]:
    return [error["detail"] for error in answer.json()["errors"]]


@pytest.fixture
def started(dfe):
    """An accepted application with a `started` declaration."""
    accepted = dfe.an_accepted_application()
    assert dfe.declare(accepted).status_code == 200
    return accepted


def path_of(application: dict[str, Any]) -> str:
    return f"participants/npq/{application['attributes']['participant_id']}"


def test_a_participant_appears_once_accepted(dfe):
    assert dfe.get("participants/npq").json() == {"data": []}

    accepted = dfe.an_accepted_application()

    (told,) = dfe.get("participants/npq").json()["data"]
    (enrolment,) = told["attributes"]["npq_enrolments"]
    assert told["id"] == accepted["attributes"]["participant_id"]
    assert told["type"] == "npq-participant"
    assert enrolment["npq_application_id"] == accepted["id"]
    assert enrolment["training_status"] == "active"
    assert dfe.get(path_of(accepted)).json() == {"data": told}


def test_a_participant_defers_and_returns(dfe, started):
    course = {"course_identifier": "npq-headship"}

    deferred = dfe.put(f"{path_of(started)}/defer", reason="parental-leave", **course)
    twice = dfe.put(f"{path_of(started)}/defer", reason="parental-leave", **course)
    resumed = dfe.put(f"{path_of(started)}/resume", **course)

    (enrolment,) = deferred.json()["data"]["attributes"]["npq_enrolments"]
    assert enrolment["training_status"] == "deferred"
    assert enrolment["deferral"] == {"reason": "parental-leave", "date": "2026-11-15T12:00:00Z"}
    assert details(twice) == ["The participant is already deferred"]
    (enrolment,) = resumed.json()["data"]["attributes"]["npq_enrolments"]
    assert (enrolment["training_status"], enrolment["deferral"]) == ("active", None)


def test_a_participant_withdraws_only_after_a_started_declaration(dfe):
    accepted = dfe.an_accepted_application()
    attributes = {"course_identifier": "npq-headship", "reason": "started-in-error"}

    too_early = dfe.put(f"{path_of(accepted)}/withdraw", **attributes)
    dfe.declare(accepted)
    withdrawn = dfe.put(f"{path_of(accepted)}/withdraw", **attributes)
    listed = dfe.get("participants/npq", **{"filter[training_status]": "withdrawn"})

    assert too_early.status_code == 422
    (enrolment,) = withdrawn.json()["data"]["attributes"]["npq_enrolments"]
    assert enrolment["withdrawal"]["reason"] == "started-in-error"
    assert len(listed.json()["data"]) == 1


def test_an_unknown_training_status_is_no_filter(dfe):
    answer = dfe.get("participants/npq", **{"filter[training_status]": "gone"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["title"] == "Unpermitted parameters"


def test_a_schedule_can_be_changed(dfe):
    accepted = dfe.an_accepted_application()
    attributes = {
        "course_identifier": "npq-headship",
        "schedule_identifier": "npq-leadership-spring",
    }

    changed = dfe.put(f"{path_of(accepted)}/change-schedule", **attributes)
    twice = dfe.put(f"{path_of(accepted)}/change-schedule", **attributes)

    (enrolment,) = changed.json()["data"]["attributes"]["npq_enrolments"]
    assert enrolment["schedule_identifier"] == "npq-leadership-spring"
    assert details(twice) == ["The participant already has the specified schedule"]


def test_a_completed_declaration_carries_an_outcome(dfe, started):
    completed = dfe.declare(started, declaration_type="completed", has_passed=False)

    (outcome,) = dfe.get("participants/npq/outcomes").json()["data"]
    assert completed.json()["data"]["attributes"]["has_passed"] is False
    assert outcome["attributes"]["state"] == "failed"
    assert outcome["attributes"]["completion_date"] == "2026-10-05T00:00:00+00:00"


def test_a_later_outcome_replaces_the_first_and_a_repetition_adds_none(dfe, started):
    dfe.declare(started, declaration_type="completed", has_passed="false")
    passed = {
        "course_identifier": "npq-headship",
        "state": "passed",
        "completion_date": "2026-11-08",
    }

    first = dfe.post(f"{path_of(started)}/outcomes", **passed)
    second = dfe.post(f"{path_of(started)}/outcomes", **passed)

    listed = dfe.get(f"{path_of(started)}/outcomes").json()["data"]
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert [outcome["attributes"]["state"] for outcome in listed] == ["failed", "passed"]


def test_an_outcome_needs_a_completed_declaration(dfe, started):
    answer = dfe.post(
        f"{path_of(started)}/outcomes",
        course_identifier="npq-headship",
        state="passed",
        completion_date="2026-11-08",
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["title"] == "base"


def test_a_merged_participant_is_gone(dfe, simulator, started):
    survivor = dfe.an_application()["attributes"]["participant_id"]
    former = started["attributes"]["participant_id"]

    httpx.post(
        f"{simulator.url}/control/merge",
        json={"from_participant_id": former, "to_participant_id": survivor},
    )

    gone = dfe.get(path_of(started))
    (error,) = gone.json()["errors"]
    assert gone.status_code == 410
    assert error["title"] == "Participant ID has been changed"
    assert error["participant_id_changes"][0]["to_participant_id"] == survivor
    moved = dfe.get("participants/npq", **{"filter[from_participant_id]": former}).json()["data"]
    assert [person["id"] for person in moved] == [survivor]
    assert dfe.put(f"{path_of(started)}/resume", course_identifier="x").status_code == 404
