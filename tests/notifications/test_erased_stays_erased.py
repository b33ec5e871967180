"""After an erasure nothing about the person comes back, however late it is told."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Refused
from headship_contracts.messages import EVENTS
from headship_contracts.notifications.preferences import SetPreferences, TopicPreference
from headship_contracts.sessions import events as sessions
from kit import links
from kit.pages import Request
from kit.personal.ending import as_revision
from kit.testing import call
from notifications.protection.custody import HOLDINGS

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

OTHERWISE = {
    enrolment.ParticipantMerged: {"former_participant_id": uuid4()},
    enrolment.ParticipantRescheduled: {"former_cohort": "2026a"},
    enrolment.ParticipantDetailsChanged: {"fields": ["email"]},
    enrolment.PlaceOfferEnded: {"status": "pending", "outcome": "expired"},
    assessment.MarkingOverdue: {"on": date(2028, 3, 6), "due_soon": 2, "overdue": 1},
    assessment.AppealDecided: {"decision": "upheld", "next_by": None},
}
"""What these events need beyond the ordinary."""

ABOUT_SOMEBODY = [
    kind
    for kind in EVENTS.values()
    if "notifications" in kind.wire.heard_by
    and {"application_id", "staff_id"} & {one.name for one in dataclasses.fields(kind)}
]


@pytest.fixture
def office(office, told):
    told.revision = as_revision(NOW - timedelta(days=1))
    hub = told.make(enrolment.StaffChanged, delivery_partner_id=uuid4())
    office.hear(hub)
    told.delivery_partner_id = hub.delivery_partner_id
    return office


def erase(office, told, *people):
    decided = enrolment.ErasureDecided(
        revision=told.revision,
        erasure_id=uuid4(),
        person_ids=list(people) or [told.participant_id],
        application_ids=[] if people else [told.application_id],
        ended_on=NOW.date() if people else NOW.date() - timedelta(days=90),
    )
    office.hear(decided)


def rows(office):
    """How many rows about people there are, by table."""
    with office.db.transaction() as tx:
        of_table = {
            holding.table: tx.scalar(select(func.count()).select_from(holding.model))
            for holding in HOLDINGS
        }
    return {table: number for table, number in of_table.items() if number}


@pytest.mark.parametrize("kind", ABOUT_SOMEBODY, ids=lambda kind: kind.__name__)
def test_what_is_told_after_an_erasure_writes_nothing_about_the_person(office, told, kind):
    leaver = uuid4()
    late = told.make(
        kind,
        **{"staff_id": leaver, "delivery_partner_id": told.delivery_partner_id}
        | OTHERWISE.get(kind, {}),
    )
    office.hear(told.make(enrolment.ApplicationAccepted))
    erase(office, told)
    erase(office, told, leaver)
    before = rows(office)
    assert before == {"staff": 1}  # somebody at the hub, who would hear of its people

    office.hear(late, times=2)
    office.evening()

    assert rows(office) == before


def test_of_events_that_come_together_those_about_others_are_heard(office, told):
    other = type(told)(revision=told.revision)
    both = [one.make(enrolment.ApplicationAccepted) for one in (told, other)]
    erase(office, told)

    office.hear_together(*both)

    (message,) = office.messages()
    assert message.person_id == other.participant_id


def test_a_session_that_moves_is_not_told_to_who_was_erased(office, told):
    office.hear(told.make(enrolment.ApplicationAccepted), told.make(sessions.SessionScheduled))
    office.hear(told.make(sessions.ParticipantSeated))
    erase(office, told)

    office.hear(told.make(sessions.SessionMoved))
    office.evening()

    assert office.messages() == []


def test_who_was_erased_and_applies_again_is_heard_of_again(office, told):
    office.hear(told.make(enrolment.ApplicationAccepted))
    erase(office, told)
    again = type(told)(participant_id=told.participant_id, revision=told.revision)

    office.hear(again.make(enrolment.ApplicationAccepted))
    office.hear(told.make(enrolment.ParticipantDetailsChanged, fields=["email"]))
    never = TopicPreference(topic="programme", wanted="never")
    call(office.service, SetPreferences(person_id=told.participant_id, topics=[never]))

    (message,) = office.messages()
    assert (message.template, message.application_id) == ("joining", again.application_id)
    assert rows(office) == {"applications": 1, "messages": 1, "preferences": 1, "staff": 1}


def test_who_was_erased_and_works_here_again_is_heard_of_again(office, told):
    leaver = uuid4()
    late = told.make(enrolment.StaffChanged, staff_id=leaver)
    erase(office, told, leaver)
    told.revision = as_revision(NOW + timedelta(hours=1))
    back = told.make(enrolment.StaffChanged, staff_id=leaver)

    office.hear(late)
    assert rows(office) == {"staff": 1}
    office.hear(back, told.make(assessment.ScriptAllocated, staff_id=leaver))

    assert rows(office) == {"staff": 2, "messages": 1}


def test_an_old_mail_s_link_does_not_bring_back_who_was_erased(an_office, told):
    office = an_office(PUBLIC_URL="https://headship.example.org")
    office.hear(told.make(enrolment.ApplicationAccepted))
    erase(office, told)
    token = links.sign("unsubscribe", f"{told.participant_id}:programme", NOW + timedelta(days=9))
    click = Request.from_values(method="POST", data={"List-Unsubscribe": "One-Click"})

    page = office.service.unsubscribe(click, token)

    assert page.status_code == 200
    assert "your data are erased" in page.get_data(as_text=True)
    assert rows(office) == {}


def test_nobody_sets_what_somebody_wants_who_was_erased(office, told):
    office.hear(told.make(enrolment.ApplicationAccepted))
    erase(office, told)

    with pytest.raises(Refused, match="person_erased"):
        call(
            office.service, SetPreferences(person_id=told.participant_id, topics=[], language="cy")
        )
