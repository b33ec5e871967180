"""How fast mails leave: in all, and to one domain, which must not keep the others waiting."""

from datetime import timedelta
from itertools import pairwise

from conftest import Told
from sqlalchemy import select

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People, Person
from headship_contracts.errors import Unavailable
from notifications.models import Message


def receipts_for(office, address, how_many):
    """Somebody with this address, to whom so many receipts are to go."""
    told = Told()
    office.people[told.participant_id] = Person(
        person_id=told.participant_id, kind="participant", full_name="Seren", email=address
    )
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear_together(
        *(told.make(assessment.SubmissionReceived) for _ in range(how_many)),
    )
    return told


def gone_to(office, told):
    messages = office.messages(person_id=told.participant_id, limit=100)
    return [message.status for message in messages].count("sent")


def test_a_domain_that_has_got_enough_for_the_moment_holds_up_no_other(an_office):
    office = an_office(MAIL_PER_MINUTE="60", MAIL_PER_DOMAIN_PER_MINUTE="6")
    slow = receipts_for(office, "idris@slow.example", 40)
    fast = receipts_for(office, "seren@fast.example", 3)

    office.send()

    assert (gone_to(office, slow), gone_to(office, fast)) == (3, 3)


def test_each_mail_to_a_full_domain_waits_for_a_token_of_its_own(an_office):
    office = an_office(MAIL_PER_DOMAIN_PER_MINUTE="6")
    receipts_for(office, "idris@slow.example", 8)

    office.send()

    with office.db.transaction() as tx:
        found = tx.scalars(select(Message.next_attempt_at).where(Message.status == "created"))
        apart = [later - sooner for sooner, later in pairwise(sorted(found))]
    assert apart == [timedelta(seconds=10)] * 4


def test_what_could_not_be_addressed_has_used_no_ones_turn(an_office):
    office = an_office(MAIL_PER_MINUTE="6")
    told = receipts_for(office, "idris@example.org", 3)
    everybody, office.ask.answers[People] = office.ask.answers[People], Unavailable("deadline")
    office.send()

    office.ask.answers[People] = everybody
    office.send()

    assert gone_to(office, told) == 3
