"""What notifications can be asked: its messages, its templates, and to send one again."""

from uuid import uuid4

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.messages import (
    CountMessages,
    ListMessages,
    ReadMessage,
    ResendMessage,
    TemplateCount,
)
from headship_contracts.notifications.templates import (
    ListTemplates,
    PreviewTemplate,
    PreviewValue,
)
from kit.identity import Caller
from kit.testing import call


def test_messages_are_listed_by_person_application_status_and_template(office, entered):
    office.hear(entered.make(assessment.ScriptAllocated))

    def listed(**wanted):
        items = call(office.service, ListMessages(**wanted)).items
        return sorted(message.template for message in items)

    mine = ["assessment_entered", "joining"]
    assert listed() == [*mine, "marking_allocated"]
    assert listed(person_id=entered.participant_id) == mine
    assert listed(application_id=entered.application_id) == mine
    assert listed(status="created") == ["marking_allocated"]
    assert listed(template="joining") == ["joining"]


def test_a_list_comes_in_pages(office, entered):
    first = call(office.service, ListMessages(limit=1))
    second = call(office.service, ListMessages(limit=1, cursor=first.next_cursor))

    ids = {first.items[0].message_id, second.items[0].message_id}
    assert len(ids) == 2
    assert second.next_cursor is None


def test_a_message_is_read_as_it_went_out(office, accepted):
    (message,) = office.messages()

    read = call(office.service, ReadMessage(message_id=message.message_id))

    assert read.message == message
    assert read.body.startswith(
        "Dear Seren Yarrowdale,\n\nYou have a place on the NPQ for Headship"
    )
    assert message.recipient == f"{accepted.participant_id}@example.org"


def test_messages_are_counted_by_template_and_what_became_of_them(office, entered):
    office.hear(entered.make(assessment.SubmissionReceived))

    counts = call(office.service, CountMessages())

    none = {"waiting": 0, "cancelled": 0, "failed": 0, "unknown": 0}
    assert (counts.sent, counts.due) == (2, 1)
    assert counts.by_template == [
        TemplateCount(template="assessment_entered", sent=1, **none),
        TemplateCount(template="joining", sent=1, **none),
        TemplateCount(template="submission_receipt", sent=0, **none | {"waiting": 1}),
    ]


def test_a_message_sent_again_is_a_new_one(office, accepted):
    (first,) = office.messages()
    order = ResendMessage(message_id=first.message_id, reason="they deleted it")

    again = call(office.service, order, idempotency_key="k1")
    repeated = call(office.service, order, idempotency_key="k1")
    office.send()

    assert again == repeated
    assert again.resend_of == first.message_id
    assert [message.status for message in office.messages()] == ["sent", "sent"]
    assert len(office.mails()) == 2


def test_a_message_that_still_waits_is_not_sent_again(office, told):
    office.hear(told.make(assessment.ScriptAllocated))
    (waiting,) = office.messages()

    with pytest.raises(Refused, match="still_waiting"):
        call(office.service, ResendMessage(message_id=waiting.message_id, reason="now"))


def test_an_unknown_message_is_not_found(office):
    with pytest.raises(NotFound, match="message_not_found"):
        call(office.service, ReadMessage(message_id=uuid4()))


def test_templates_are_listed_with_what_they_need(office):
    templates = {t.name: t for t in call(office.service, ListTemplates()).templates}

    assert templates["joining"].keys == ["course", "name", "provider"]
    needs = ["active", "seated", "session_ahead", "time_as_told"]
    assert templates["session_reminder"].needs == needs
    assert all(template.newest for template in templates.values())


def test_a_template_can_be_seen_before_it_is_used(office):
    values = [
        PreviewValue(key="Name", texts=["Seren"]),
        PreviewValue(key="course", texts=["NPQ for Headship"]),
        PreviewValue(key="hub", texts=["Ashgrove Hub"]),
    ]

    preview = call(office.service, PreviewTemplate(template="hub_changed", values=values))

    assert preview.subject == "A new delivery partner for your NPQ for Headship"
    assert "Ashgrove Hub looks after you" in preview.plain


def test_a_preview_names_each_missing_value(office):
    with pytest.raises(Invalid) as error:
        call(office.service, PreviewTemplate(template="hub_changed", values=[]))

    assert error.value.fields == {key: ["has no value"] for key in ("course", "name", "hub")}


@pytest.mark.parametrize(("template", "version"), [("nothing", None), ("joining", 99)])
def test_an_unknown_template_or_version_is_not_found(office, template, version):
    request = PreviewTemplate(template=template, version=version, values=[])

    with pytest.raises(NotFound, match="template_not_found"):
        call(office.service, request)


def test_a_hub_sees_no_messages(office):
    with pytest.raises(Refused):
        call(office.service, ListMessages(), caller=Caller("hub", "ashgrove"))
