"""To whom a message goes: names and addresses are asked for when it is sent."""

import time
from email import message_from_bytes, policy

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.errors import Unavailable
from headship_contracts.notifications.events import MessageFailed
from kit.testing import emitted
from notifications.models import Application


def test_a_message_goes_to_the_name_and_address_of_now(office, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id,
        kind="participant",
        full_name="Idris Marshgate",
        email="idris@example.org",
    )

    office.send()

    (mail,) = office.mails()
    email = message_from_bytes((office.folder / mail["file"]).read_bytes(), policy=policy.default)
    (message,) = office.messages()
    assert email["To"] == "idris@example.org"
    assert email["Message-ID"] == f"<{message.message_id}@example.org>"
    plain, html = email.get_body(("plain",)), email.get_body(("html",))
    assert plain.get_content().startswith("Dear Idris Marshgate,")
    assert "<p>Dear Idris Marshgate,</p>" in html.get_content()
    assert (message.status, message.attempts) == ("sent", 1)


def test_a_second_round_sends_nothing_again(office, receipt):
    office.send()
    office.send()

    assert len(office.mails()) == 1


def test_names_are_asked_for_once_for_all_that_is_due(office, receipt):
    office.hear(receipt.make(assessment.ResultReleased), receipt.make(assessment.ScriptAllocated))

    office.send()

    (asked,) = [request for request in office.ask.asked if isinstance(request, People)]
    assert len(asked.ids) == 2
    assert len(office.mails()) == 3


def test_messages_wait_while_enrolment_does_not_answer(office, receipt):
    everybody = office.ask.answers[People]
    office.ask.answers[People] = Unavailable("deadline")
    office.send()
    waiting = office.messages()[0]

    office.ask.answers[People] = everybody
    office.send()

    assert (waiting.status, waiting.attempts) == ("created", 0)
    assert office.messages()[0].status == "sent"


def test_someone_without_an_address_is_told_to_enrolment_at_once(office, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id, kind="participant", full_name="Idris Marshgate"
    )

    office.send()

    (message,) = office.messages()
    (failed,) = emitted(office.db, MessageFailed)
    assert (message.status, message.reason) == ("permanent-failure", "no_address")
    assert (failed.person_id, failed.permanent) == (receipt.participant_id, True)
    assert failed.template == "submission_receipt"


def test_someone_whom_enrolment_does_not_know_yet_is_asked_for_again(office, receipt):
    everybody = office.ask.answers[People]
    office.ask.answers[People] = PeopleFound(people=[])
    office.send()
    put_off = office.messages()[0]

    office.ask.answers[People] = everybody
    office.put_forward()
    office.send()

    assert (put_off.status, put_off.reason) == ("created", "person_unknown")
    assert office.messages()[0].status == "sent"


def test_a_message_waits_for_what_enrolment_has_not_told_yet(office, told):
    office.hear(told.make(assessment.SubmissionReceived))
    office.send()
    assert office.mails() == []

    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.send()

    assert len(office.mails()) == 1


def test_a_message_queued_while_enrolments_word_was_being_kept_goes_out_soon(office, told):
    """Its application was not there when it was looked at, and nobody saw it to let it go."""
    receipt = told.make(assessment.SubmissionReceived)
    office.hear(receipt)
    office.send()
    assert office.mails() == []
    with office.db.transaction() as tx:
        tx.add(
            Application(
                application_id=receipt.application_id,
                participant_id=receipt.participant_id,
                course="npq-headship",
                cohort="2026b",
                status="pending",
                revision=1,
            )
        )

    end = time.monotonic() + 20
    while not office.mails() and time.monotonic() < end:
        office.send()
        time.sleep(0.1)

    assert len(office.mails()) == 1


def test_a_merged_participant_gets_what_was_for_the_former_account(office, receipt, told):
    survivor = told.make(enrolment.StaffChanged).staff_id
    office.hear(told.make(enrolment.ApplicationReceived, status="pending", participant_id=survivor))

    office.send()

    assert office.mails()[0]["to"] == f"{survivor}@example.org"
