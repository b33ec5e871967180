"""Who is erased gets nothing of a mailing any more, however far it was on its way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from conftest import NOW, Told
from mailing_files import HEADER, IDRIS, SEREN, apply, counts, problems, upload, validate
from sqlalchemy import select

from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Refused
from headship_contracts.notifications.mailings import ApplyMailing, ListMailingProblems
from headship_contracts.notifications.messages import SendMessage
from headship_contracts.notifications.templates import PreviewValue
from kit.testing import call, run_timer
from notifications.models import MailingErased

LATER = NOW + timedelta(hours=2)
KEEPS_MESSAGES = """{"messages": {"months_on_request": 12}}"""


def hers(told):
    """A row for the address at which enrolment's mail reaches a participant, as people type it."""
    return f"{str(told.participant_id).upper()}@Example.org,Seren,Parking,The car park is open."


def erase(office, told):
    """Decided on the last day of training, as soon as it can be."""
    office.hear(
        enrolment.ErasureDecided(
            revision=told.revision,
            erasure_id=uuid4(),
            person_ids=[told.participant_id],
            application_ids=[told.application_id],
            ended_on=NOW.date(),
        )
    )


def reached(office):
    return {mail["to"] for mail in office.mails()}


def test_what_is_queued_to_their_address_goes_nowhere(office, accepted):
    apply(office, HEADER, IDRIS, hers(accepted), due_at=LATER)
    before = reached(office)

    erase(office, accepted)
    office.send(LATER)

    assert reached(office) - before == {"idris@example.org"}


@pytest.mark.parametrize("by", ["address", "person"])
def test_what_waits_is_cancelled_though_a_provider_keeps_messages_longer(
    an_office, told, tmp_path, by
):
    rules = tmp_path / "rules.json"
    rules.write_text(KEEPS_MESSAGES)
    office = an_office(RETENTION_RULES=str(rules), TEAM_ADDRESS="team@example.org")
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()
    if by == "address":
        apply(office, HEADER, hers(told), due_at=LATER)
    else:
        apply(office, "Person id,Heading,Text", f"{told.participant_id},P,x", due_at=LATER)
    before = len(office.mails())

    erase(office, told)
    office.send(LATER)

    (message,) = office.messages(template="announcement")
    assert (message.status, message.reason) == ("cancelled", "person_erased")
    assert len(office.mails()) == before


def test_a_file_that_came_before_is_not_sent_to_them(office, accepted):
    mailing = validate(office, HEADER, IDRIS, hers(accepted), due_at=LATER)
    assert counts(mailing) == (2, 2, 0, 0, 0)

    erase(office, accepted)
    with pytest.raises(Refused, match="rows_not_right") as error:
        call(office.service, ApplyMailing(mailing_id=mailing.mailing_id, mode="all_or_nothing"))
    assert error.value.fields == {
        "row 3": ["email address is of somebody whose data are erased: leave the row out"]
    }
    applied = call(office.service, ApplyMailing(mailing_id=mailing.mailing_id, mode="valid_rows"))
    before = reached(office)
    office.send(LATER)

    assert counts(applied) == (2, 1, 1, 0, 1)
    assert problems(office, applied) == [(3, "email address", "person_erased")]
    assert reached(office) - before == {"idris@example.org"}


def test_what_is_told_of_such_a_row_does_not_keep_the_address(office, accepted):
    mailing = upload(office, HEADER, hers(accepted))
    erase(office, accepted)

    call(office.service, ApplyMailing(mailing_id=mailing.mailing_id, mode="valid_rows"))

    told = call(office.service, ListMailingProblems(mailing_id=mailing.mailing_id))
    assert str(accepted.participant_id) not in str(told.dump()).lower()


def test_the_same_file_again_reaches_nobody_who_was_erased_after_the_first(office, accepted):
    """Its message is erased, by which it was known that they have had it."""
    apply(office, HEADER, IDRIS, hers(accepted))
    office.send()
    erase(office, accepted)
    before = len(office.mails())

    again = apply(office, HEADER, IDRIS, hers(accepted), SEREN, mode="valid_rows")
    office.send(LATER)

    assert counts(again) == (3, 1, 1, 1, 1)
    assert len(office.mails()) == before + 1


def test_others_and_other_mailings_are_none_of_it(office, accepted):
    other = Told()
    office.hear(other.make(enrolment.ApplicationAccepted))
    office.send()
    mailing = upload(office, HEADER, hers(other))
    erase(office, accepted)

    applied = call(
        office.service, ApplyMailing(mailing_id=mailing.mailing_id, mode="all_or_nothing")
    )
    begun_later = apply(office, HEADER, hers(accepted), key="parking-2")

    assert applied.applied == begun_later.applied == 1


def test_an_erasure_that_is_told_twice_is_one(office, accepted):
    upload(office, HEADER, hers(accepted))
    decided = enrolment.ErasureDecided(
        revision=accepted.revision,
        erasure_id=uuid4(),
        person_ids=[accepted.participant_id, uuid4()],
        application_ids=[accepted.application_id],
        ended_on=NOW.date() + timedelta(days=1),
    )

    office.hear(decided)
    office.hear(
        enrolment.ErasureDecided(
            revision=accepted.revision + 1,
            erasure_id=decided.erasure_id,
            person_ids=decided.person_ids,
            application_ids=decided.application_ids,
            ended_on=decided.ended_on,
        )
    )

    assert len(erased_here(office)) == 1


def test_nothing_of_it_is_kept_longer_than_the_file(office, accepted):
    upload(office, HEADER, hers(accepted))
    erase(office, accepted)
    assert len(erased_here(office)) == 1

    run_timer(office.service, "discard_old_mailings", NOW + timedelta(days=8))

    assert erased_here(office) == []


def test_a_message_that_was_ordered_to_their_address_goes_nowhere(office, accepted):
    order = SendMessage(
        template="announcement",
        key="one",
        to_address=f"{accepted.participant_id}@example.org",
        to_name="Seren",
        due_at=LATER,
        values=[PreviewValue(key="heading", texts=["P"]), PreviewValue(key="text", texts=["x"])],
    )
    call(office.service, order)
    before = len(office.mails())

    erase(office, accepted)
    office.send(LATER)

    assert len(office.mails()) == before


def erased_here(office):
    with office.db.transaction() as tx:
        return tx.scalars(select(MailingErased)).all()
