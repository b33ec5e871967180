"""A message that shows a bug, or holds what nobody can read: it fails, and all others go out."""

import pytest
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.messages import SendMessage
from headship_contracts.notifications.templates import PreviewValue
from headship_contracts.sessions import events as sessions
from kit.testing import call
from notifications import claiming
from notifications.domain.values import person
from notifications.models import Message


def became(office):
    return {message.template: (message.status, message.reason) for message in office.messages()}


def test_a_result_ordered_with_no_id_of_a_result_holds_up_nobody_elses(office, result):
    words = {"passed": "yes", "failed": "no", "changed": "no", "completion date": "3 November"}
    values = words | {"result id": "R-17", "revision": "1"}
    by_hand = call(
        office.service,
        SendMessage(
            template="result",
            key="by hand",
            person_id=result.participant_id,
            application_id=result.application_id,
            values=[PreviewValue(key=key, texts=[text]) for key, text in values.items()],
        ),
    )

    office.send()

    statuses = {message.message_id: message.status for message in office.messages()}
    assert statuses.pop(by_hand.message_id) == "cancelled"
    assert list(statuses.values()) == ["sent"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"when": {"wall": "the day after tomorrow, for Seren"}}, "ValueError"),
        ({"when": {"wall": "2026-11-12T09:30", "day": "2026-11-12"}}, "ValueError"),
        ({"when": person("nobody")}, "ValueError"),
    ],
)
def test_what_cannot_be_worded_fails_by_the_name_of_its_error_and_others_go_out(
    office, accepted, wrong, reason
):
    office.hear(accepted.make(sessions.AttendanceRecorded))
    with office.db.transaction() as tx:
        its = update(Message).where(Message.template == "session_missed")
        tx.execute(its.values(due_at=tx.at, personalisation={"title": "x"} | wrong))
    office.hear(accepted.make(assessment.SubmissionReceived))

    office.send()

    told = became(office)
    assert told["session_missed"] == ("technical-failure", reason)
    assert told["submission_receipt"] == ("sent", None)


@pytest.mark.parametrize("where", ["why_not", "course_name"])
def test_a_bug_that_one_message_shows_holds_up_nobody_elses(office, told, monkeypatch, where):
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived), told.make(assessment.ResultReleased))
    first, real = [], getattr(claiming, where)

    def once_wrong(*given):
        if not first:
            first.append(given)
            raise KeyError("Seren Yarrowdale")
        return real(*given)

    monkeypatch.setattr(claiming, where, once_wrong)
    office.send()

    assert sorted(became(office).values()) == [("sent", None), ("technical-failure", "KeyError")]
