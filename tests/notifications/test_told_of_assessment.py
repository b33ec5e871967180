"""What messages about the assessment say: extensions, further attempts, files that came late."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.notifications.messages import ReadMessage
from kit.testing import call

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def text_of(office, template):
    (message,) = office.messages(template=template)
    return call(office.service, ReadMessage(message_id=message.message_id)).body


@pytest.mark.parametrize("extension_first", [True, False])
def test_an_extension_is_told_once_and_not_as_new_dates_too(office, entered, extension_first):
    closes_at = NOW + timedelta(days=35)
    extended = entered.make(assessment.CandidateEntered, closes_at=closes_at, because="extension")
    granted = entered.make(assessment.ExtensionGranted, closes_at=closes_at)

    office.hear(*([granted, extended] if extension_first else [extended, granted]), times=2)
    office.send(NOW + timedelta(hours=1))

    assert "assessment_dates_changed" not in office.templates()
    assert "closes on Monday 7 December 2026 at 9:30am" in text_of(office, "extension_granted")


def test_each_extension_is_told(office, entered):
    office.hear(
        entered.make(assessment.ExtensionGranted), entered.make(assessment.ExtensionGranted)
    )

    assert office.templates().count("extension_granted") == 2


def test_dates_that_an_adjustment_has_changed_are_told_as_before(office, entered):
    office.hear(entered.make(assessment.CandidateEntered, closes_at=NOW + timedelta(days=30)))

    assert "assessment_dates_changed" in office.templates()


def test_a_further_attempt_is_told_with_its_earliest_day_and_its_fee(office, accepted):
    office.hear(
        accepted.make(
            assessment.ResubmissionOffered, not_before=date(2027, 1, 11), fee=Decimal("150")
        )
    )
    office.send(NOW + timedelta(hours=1))

    text = text_of(office, "resubmission_offered")
    assert "The window opens on Monday 11 January 2027 at the earliest." in text
    assert "The fee for it is £150.00." in text


def test_a_further_attempt_without_either_says_nothing_of_them(office, accepted):
    office.hear(accepted.make(assessment.ResubmissionOffered))
    office.send(NOW + timedelta(hours=1))

    text = text_of(office, "resubmission_offered")
    assert "This will be attempt 1.\n\nYou will hear its dates" in text


@pytest.mark.parametrize(
    ("reason", "said", "unsaid"),
    [
        ("macros", "send it again before the window closes", "has closed"),
        ("late", "The window has closed", "send it again"),
        ("not_confirmed", "The window has closed", "send it again"),
        ("read_too_late", "The window has closed", "send it again"),
    ],
)
def test_nobody_is_asked_to_send_again_what_came_too_late(office, accepted, reason, said, unsaid):
    office.hear(accepted.make(assessment.SubmissionRefused, reason=reason))
    office.send(NOW + timedelta(hours=1))

    text = text_of(office, "submission_refused")
    assert said in text
    assert unsaid not in text
