"""Who hears when of a declaration's deadline: never after it, and at a weekend if it is near."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from headship_contracts.enrolment import events as enrolment
from kit import clock

SATURDAY = datetime(2026, 11, 7, 9, tzinfo=UTC)
MONDAY = SATURDAY + timedelta(days=2)


@pytest.fixture
def hub(office, accepted):
    """A hub with one member of staff, on a Saturday."""
    at_hub = {"staff_id": uuid4(), "delivery_partner_id": uuid4()}
    office.hear(accepted.make(enrolment.StaffChanged, **at_hub))
    clock.set_simulated(SATURDAY)
    return at_hub


def due(told, hub, days_left):
    return told.make(
        enrolment.DeclarationDue,
        delivery_partner_id=hub["delivery_partner_id"],
        days_left=days_left,
        deadline_on=SATURDAY.date() + timedelta(days=days_left),
        due_on=date(2026, 10, 1),
    )


def became(office):
    found = [m for m in office.messages() if "declaration" in m.template or m.person_id is None]
    return {message.template: message.status for message in found}


def test_the_last_day_but_one_is_told_on_a_saturday_to_the_team_and_the_hub(office, accepted, hub):
    office.hear(due(accepted, hub, 1))

    office.send(SATURDAY + timedelta(minutes=1))

    assert became(office) == {"declaration_due": "sent", "hub_declaration_due": "sent"}
    (message,) = office.messages(template="declaration_due")
    assert message.subject == "A declaration is due by Sunday 8 November 2026"


def test_what_is_due_later_the_hub_hears_among_its_other_news(office, accepted, hub):
    office.hear(due(accepted, hub, 7))
    office.evening(SATURDAY + timedelta(hours=9))
    assert office.messages(person_id=hub["staff_id"])[-1].holds[0].why == "quiet_day"

    office.send(MONDAY)

    assert office.messages(person_id=hub["staff_id"])[-1].status == "sent"
    assert became(office) == {"declaration_due": "sent"}


def test_after_the_deadline_nobody_is_asked_to_keep_it(office, accepted, hub):
    clock.set_simulated(SATURDAY + timedelta(hours=12))
    office.hear(due(accepted, hub, 0))

    office.send(MONDAY)

    found = [(m.status, m.reason) for m in office.messages() if "declaration" in m.template]
    assert found == [("cancelled", "out_of_date")] * 2
