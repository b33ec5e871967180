"""Events about people whose messages are to be counted: some critical, some not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from headship_contracts.assessment.events import ResultReleased, SubmissionReceived
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.messages import Event

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)


def registered(application_id: UUID, participant_id: UUID) -> Event:
    """An application that nobody is written to about."""
    return ApplicationReceived(
        revision=1,
        application_id=application_id,
        participant_id=participant_id,
        status="pending",
        course="npq-headship",
        cohort="2026b",
    )


def receipt(application_id: UUID, participant_id: UUID) -> Event:
    """A script came: a message that is not critical."""
    return SubmissionReceived(
        revision=2,
        submission_id=uuid4(),
        application_id=application_id,
        participant_id=participant_id,
        window_id=uuid4(),
        received_at=NOW,
        words=1_402,
        word_limit=1_500,
        sha256="ab" * 32,
    )


def result(application_id: UUID, participant_id: UUID) -> Event:
    """A result: a critical message."""
    return ResultReleased(
        revision=3,
        result_id=uuid4(),
        application_id=application_id,
        participant_id=participant_id,
        attempt=1,
        state="passed",
        completion_date=date(2026, 11, 3),
    )


def lives(people: int) -> Iterator[list[Event]]:
    """For each person: they registered, sent three scripts, and got a result."""
    for _ in range(people):
        who = (uuid4(), uuid4())
        yield [registered(*who), *(receipt(*who) for _ in range(3)), result(*who)]
