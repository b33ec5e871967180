"""Messages that somebody orders, with files; and the provider's own words."""

import base64
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from sqlalchemy import delete

from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.notifications.messages import Attached, ResendMessage, SendMessage
from headship_contracts.notifications.templates import (
    ArchiveWording,
    ListTemplates,
    PreviewTemplate,
    PreviewValue,
    SaveWording,
)
from headship_contracts.sessions import events as sessions
from kit.testing import call
from notifications.models import Wording
from notifications.queueing import Wanted, queue

PERSON = uuid4()


def order(**wanted):
    ordinary = {
        "template": "appeal_received",
        "key": "appeal-1",
        "to_address": "idris@example.org",
        "to_name": "Idris Marshgate",
        "values": [
            PreviewValue(key="course", texts=["NPQ for Headship"]),
            PreviewValue(key="due on", texts=["1 December 2026"]),
        ],
    }
    return SendMessage(**ordinary | wanted)


def a_file(name="letter.pdf", content=b"%PDF-1.7 letter"):
    return Attached(name=name, content=base64.b64encode(content).decode())


def last_mail(office):
    path = office.folder / office.mails()[-1]["file"]
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_the_same_key_and_body_give_the_first_answer_and_one_mail(office):
    first = call(office.service, order(attachments=[a_file()]))
    again = call(office.service, order(attachments=[a_file()]))
    office.send()
    after = call(office.service, order(attachments=[a_file()]))

    assert first == again
    assert after.message_id == first.message_id
    assert len(office.mails()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"to_address": "other@example.org"},
        {"to_name": "Somebody Else"},
        {"attachments": []},
        {"attachments": [a_file(content=b"other")]},
        {"person_id": PERSON, "to_address": None, "to_name": None},
        {"window_id": PERSON},
        {"session_id": PERSON},
    ],
)
def test_the_same_key_with_another_body_is_a_conflict(office, changed):
    call(office.service, order(attachments=[a_file()]))

    with pytest.raises(Conflict, match="key_reused"):
        call(office.service, order(**{"attachments": [a_file()]} | changed))

    assert len(office.messages()) == 1


def test_what_waits_for_the_commit_is_stored_with_what_is_noted(office):
    values = {"course": "NPQ for Headship", "due on": "1 December 2026", "name": "Idris"}
    to = "idris@example.org"
    told = Wanted(template="appeal_received", key="a", values=values, to_address=to)

    with office.db.transaction() as tx:
        queue(tx, told)
        tx.audit([("change", "person", PERSON)])

    assert office.templates() == ["appeal_received"]


def test_a_file_goes_along(office):
    call(office.service, order(attachments=[a_file(), a_file("tŷ.ics", b"BEGIN:VCALENDAR")]))

    office.send()

    email = last_mail(office)
    files = {part.get_filename(): part.get_content() for part in email.iter_attachments()}
    assert files["letter.pdf"] == b"%PDF-1.7 letter"
    assert set(files) == {"letter.pdf", "tŷ.ics"}
    assert email["To"] == "idris@example.org"
    assert "Dear Idris Marshgate," in email.get_body(("plain",)).get_content()


def test_its_files_go_along_when_a_message_is_sent_again(office):
    first = call(office.service, order(attachments=[a_file(), a_file("tŷ.ics", b"BEGIN")]))
    office.send()

    call(office.service, ResendMessage(message_id=first.message_id, reason="they deleted it"))
    office.send()

    assert len(office.mails()) == 2
    files = {part.get_filename() for part in last_mail(office).iter_attachments()}
    assert files == {"letter.pdf", "tŷ.ics"}


@pytest.mark.parametrize(
    "attached",
    [
        a_file("virus.exe"),
        a_file("../letter.pdf"),
        a_file("a\r\nb.pdf"),
        a_file(content=b""),
        a_file(content=b"x" * 700_001),
        Attached(name="letter.pdf", content="no base64!"),
    ],
)
def test_a_file_that_cannot_go_along_is_named_and_nothing_is_queued(office, attached):
    with pytest.raises(Invalid) as error:
        call(office.service, order(attachments=[attached]))

    assert any(name.startswith("attachments") for name in error.value.fields)
    assert office.messages() == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"values": []}, "values.course"),
        ({"to_name": None}, "values.name"),
        ({"to_address": "nobody"}, "to_address"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_queued(office, wanted, field):
    with pytest.raises(Invalid) as error:
        call(office.service, order(**wanted))

    assert field in error.value.fields
    assert office.messages() == []


def test_a_template_that_does_not_exist_is_not_found(office):
    with pytest.raises(NotFound, match="template_not_found"):
        call(office.service, order(template="nothing"))


@pytest.mark.parametrize("template", ["digest", "digest_hub"])
def test_a_digest_is_made_of_what_waits_and_cannot_be_ordered(office, template):
    values = [PreviewValue(key="lines", texts=["a", "b"]), PreviewValue(key="topic", texts=["x"])]

    with pytest.raises(Invalid, match="made_of_what_waits"):
        call(office.service, order(template=template, values=values))

    assert office.messages() == []


def test_a_file_that_the_channel_cannot_carry_is_refused_at_once(an_office):
    office = an_office(MAIL_CHANNEL="notify")

    with pytest.raises(Refused, match="no_attachments"):
        call(office.service, order(attachments=[a_file()]))

    assert office.messages() == []


def save(office, body="Dear ((name)),\n\nNow ((hub)).", subject="((course)): a new hub"):
    return call(office.service, SaveWording(template="hub_changed", subject=subject, body=body))


def test_new_messages_get_the_provider_s_words_and_waiting_ones_keep_theirs(office, accepted):
    people = [accepted, type(accepted)(), type(accepted)()]
    for one in people:
        office.hear(one.make(enrolment.ApplicationAccepted))

    office.hear(people[0].make(enrolment.ParticipantTransferred))
    saved = save(office)
    office.hear(people[1].make(enrolment.ParticipantTransferred))
    call(office.service, ArchiveWording(template="hub_changed", version=saved.version))
    office.hear(people[2].make(enrolment.ParticipantTransferred))
    office.send()

    subjects = {m.person_id: m.subject for m in office.messages(template="hub_changed")}
    shipped = "A new delivery partner for your NPQ for Headship"
    assert [subjects[one.participant_id] for one in people] == [
        shipped,
        "NPQ for Headship: a new hub",
        shipped,
    ]
    listed = call(office.service, ListTemplates()).templates
    assert [t.newest for t in listed if t.name == "hub_changed"] == [True, False]


def test_words_that_are_gone_fail_their_message_and_no_other(office, accepted):
    save(office)
    office.hear(accepted.make(enrolment.ParticipantTransferred))
    with office.db.transaction() as tx:
        tx.execute(delete(Wording))
    office.hear(accepted.make(sessions.ParticipantGrouped))
    office.send()

    (gone,) = office.messages(template="hub_changed")
    assert (gone.status, gone.reason) == ("technical-failure", "template_gone")
    assert office.messages(template="group_joined")[0].status == "sent"


@pytest.mark.parametrize(
    ("template", "subject", "body", "told"),
    [
        ("hub_changed", "x", "((salary))", "salary"),
        ("result", "You have ((passed??passed))", "x", "passed"),
        ("hub_changed", "x\ny", "x", "subject"),
        ("hub_changed", "x", "((hub??now (and then) there))", "no placeholder"),
        ("hub_changed", "x", "Dear ((name,", "no placeholder"),
    ],
)
def test_words_that_cannot_be_are_refused_with_the_reason(office, template, subject, body, told):
    request = SaveWording(template=template, subject=subject, body=body)

    with pytest.raises(Invalid, match=told):
        call(office.service, request)


def test_what_ships_cannot_be_archived(office):
    with pytest.raises(NotFound, match="wording_not_found"):
        call(office.service, ArchiveWording(template="hub_changed", version=1))


def test_words_can_be_looked_at_before_they_are_saved(office):
    given = {"name": "Seren", "course": "X", "Hub": "Ashgrove"}
    values = [PreviewValue(key=key, texts=[text]) for key, text in given.items()]
    request = PreviewTemplate(
        template="hub_changed",
        subject="((course))",
        body="# Hello ((NAME))\n\n[your hub](https://hub.example.org)\n\n1. ((hub))",
        values=values,
    )

    preview = call(office.service, request)

    assert preview.plain == (
        "Hello Seren\n-----------\n\nyour hub: https://hub.example.org\n\n1. Ashgrove\n"
    )
    assert '<a href="https://hub.example.org">your hub</a>' in preview.html
    assert "<ol><li>Ashgrove</li></ol>" in preview.html
