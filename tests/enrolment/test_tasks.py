"""Tasks: opened and closed by facts, or closed by somebody who says why."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.tasks import CloseTask, ListTasks
from headship_contracts.enrolment.training import (
    DeferParticipant,
    ResumeParticipant,
    SetExpectedReturn,
    TransferParticipant,
)
from headship_contracts.errors import Conflict, NotFound, Refused
from headship_contracts.notifications.events import MessageFailed
from kit.testing import deliver


@pytest.fixture
def started(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return enrolling.application(participant.application_id)


def tasks(enrolling, **filters):
    return enrolling.call(ListTasks(**filters)).items


def defer(enrolling, participant, **fields):
    enrolling.call(
        DeferParticipant(application_id=participant.application_id, reason="other", **fields)
    )
    enrolling.push()


def a_failure(participant, **changes):
    later = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp() * 1_000_000)
    known = {
        "message_id": uuid4(),
        "person_id": participant.participant_id,
        "template": "joining",
        "permanent": True,
        "revision": later,
    }
    return MessageFailed(**{**known, **changes})


def test_a_deferral_without_a_day_of_return_asks_for_one_until_it_is_told(enrolling, started):
    defer(enrolling, started)

    (task,) = tasks(enrolling)
    assert (task.kind, task.delivery_partner_id) == (
        "missing_return_date",
        started.delivery_partner_id,
    )

    enrolling.call(
        SetExpectedReturn(
            application_id=started.application_id, expected_return_on=date(2027, 1, 11)
        )
    )
    assert tasks(enrolling) == []
    (closed,) = tasks(enrolling, state="closed")
    assert (closed.closed_because, closed.closed_by) == ("a return is expected", "staff:tester")


def test_a_return_that_is_overdue_is_asked_for_once_until_there_is_another_day(enrolling, started):
    defer(enrolling, started, expected_return_on=date(2027, 1, 11))
    enrolling.moves_to(datetime(2027, 1, 11, 12, tzinfo=UTC))
    enrolling.run("ask_for_overdue_returns")
    assert tasks(enrolling) == []

    enrolling.moves_to(datetime(2027, 1, 12, 12, tzinfo=UTC))
    enrolling.run("ask_for_overdue_returns")
    enrolling.run("ask_for_overdue_returns")

    assert [task.kind for task in tasks(enrolling)] == ["overdue_return"]
    enrolling.call(ResumeParticipant(application_id=started.application_id))
    enrolling.push()
    assert tasks(enrolling) == []


def test_a_message_that_cannot_arrive_is_a_task_until_the_address_is_another(enrolling, started):
    deliver(enrolling.service, a_failure(started), times=2)
    deliver(enrolling.service, a_failure(started, template="reminder"))

    (task,) = tasks(enrolling)
    assert (task.kind, task.opened_because) == ("bad_address", "joining did not arrive")

    person = enrolling.dfe.world.applications[str(started.dfe_application_id)]
    enrolling.dfe.world.people[person.participant_id].email = "new@example.org"
    person.updated_at = datetime(2026, 10, 20, 20, 30, tzinfo=UTC)
    enrolling.sync()

    assert tasks(enrolling) == []


def test_a_message_that_may_still_arrive_is_no_task(enrolling, started):
    deliver(enrolling.service, a_failure(started, permanent=False))

    assert tasks(enrolling) == []


def test_tasks_go_with_the_participant_to_another_hub(enrolling, started):
    defer(enrolling, started)
    hubs = [h.delivery_partner_id for h in enrolling.call(ListDeliveryPartners()).items]
    (other,) = [hub for hub in hubs if hub != started.delivery_partner_id]

    enrolling.call(
        TransferParticipant(application_id=started.application_id, delivery_partner_id=other)
    )

    assert tasks(enrolling, delivery_partner_id=started.delivery_partner_id) == []
    assert len(tasks(enrolling, delivery_partner_id=other, kind="missing_return_date")) == 1
    assert tasks(enrolling, kind="bad_address") == []


def test_a_task_is_closed_with_a_reason_and_once(enrolling, started):
    defer(enrolling, started)
    (task,) = tasks(enrolling, application_id=started.application_id)
    closing = CloseTask(task_id=task.task_id, reason="asked by telephone; answers in May")

    with pytest.raises(Conflict, match=str(task.revision)):
        enrolling.call(CloseTask(task_id=task.task_id, reason="no", if_revision=1))
    closed = enrolling.call(closing)

    assert (closed.state, closed.closed_because) == ("closed", closing.reason)
    with pytest.raises(Refused, match="task_closed"):
        enrolling.call(closing)
    with pytest.raises(NotFound, match="task_not_found"):
        enrolling.call(CloseTask(task_id=uuid4(), reason="no"))


def test_tasks_come_in_pages(enrolling, started):
    deliver(enrolling.service, a_failure(started))
    defer(enrolling, started)

    first = enrolling.call(ListTasks(limit=1))
    second = enrolling.call(ListTasks(limit=1, cursor=first.next_cursor))

    assert {t.kind for t in first.items + second.items} == {"bad_address", "missing_return_date"}
    assert second.next_cursor is None
