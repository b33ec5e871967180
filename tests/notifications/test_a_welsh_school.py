"""A provider writes to a head in Welsh: looks at the words, saves them, and takes them back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Invalid
from headship_contracts.notifications.preferences import SetPreferences
from headship_contracts.notifications.templates import (
    ArchiveWording,
    ListTemplates,
    PreviewTemplate,
    PreviewValue,
    SaveWording,
)
from headship_contracts.sessions import events as sessions
from kit.testing import call

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

GROUP = {
    "template": "group_joined",
    "language": "cy",
    "subject": "Eich grŵp ar y ((course))",
    "body": "Annwyl ((name)),\n\nMae'ch grŵp yn cwrdd ar ((slot)).",
}
MOVED = {
    "template": "session_moved",
    "language": "cy",
    "subject": "Mae eich ((kind)) wedi symud",
    "body": "Annwyl ((name)),\n\n* ((title)): ((when))",
    "line": 'Mae "((title))" ar ((when)), nid ar ((former when))',
}
DIGEST = {
    "template": "digest",
    "language": "cy",
    "subject": "Newidiadau i'ch sesiynau",
    "body": "Annwyl ((name)),\n\nMae hyn wedi newid:\n\n((lines))",
}


def values(**given):
    return [PreviewValue(key=key.replace("_", " "), texts=[text]) for key, text in given.items()]


def grouped(office, *people):
    office.hear(*(told.make(sessions.ParticipantGrouped) for told in people))
    office.send()
    return {m.person_id: m for m in office.messages(template="group_joined")}


def test_words_in_welsh_are_looked_at_saved_read_and_taken_back(office, accepted):
    welsh, english = accepted, type(accepted)()
    office.hear(english.make(enrolment.ApplicationAccepted))
    given = values(name="Carys", course="NPQ", slot="dydd Mawrth")

    draft = call(office.service, PreviewTemplate(values=given, **GROUP))
    before = call(
        office.service,
        PreviewTemplate(
            template="group_joined",
            language="cy",
            values=values(name="Carys", course="NPQ", slot="Tuesdays", hub="Ashgrove"),
        ),
    )
    assert (draft.subject, '<html lang="cy">' in draft.html) == ("Eich grŵp ar y NPQ", True)
    assert "Dear Carys" in before.plain
    assert '<html lang="en">' in before.html

    saved = call(office.service, SaveWording(**GROUP))
    listed = call(office.service, ListTemplates()).templates
    in_use = {one.language for one in listed if one.name == "group_joined" and one.newest}
    assert in_use == {"en", "cy"}
    after = call(
        office.service, PreviewTemplate(template="group_joined", language="cy", values=given)
    )
    assert after == draft

    who = SetPreferences(person_id=welsh.participant_id, topics=[], language="cy-GB")
    call(office.service, who)
    heard = grouped(office, welsh, english)
    assert heard[welsh.participant_id].subject == "Eich grŵp ar y NPQ for Headship"
    assert heard[welsh.participant_id].language == "cy"
    assert heard[english.participant_id].subject == "Your coaching group on the NPQ for Headship"

    call(office.service, ArchiveWording(template="group_joined", version=saved.version))
    last = grouped(office, welsh)[welsh.participant_id]
    assert last.subject == "Your coaching group on the NPQ for Headship"


def test_what_is_told_together_is_told_in_welsh_line_by_line(office, seated):
    who = SetPreferences(person_id=seated.participant_id, topics=[], language="cy")
    call(office.service, who)
    for words in (MOVED, DIGEST):
        call(office.service, SaveWording(**words))
    other, day = uuid4(), NOW + timedelta(days=12)
    office.hear(
        seated.make(sessions.SessionScheduled, session_id=other, title="Curriculum"),
        seated.make(sessions.ParticipantSeated, session_id=other),
        seated.make(sessions.SessionMoved, starts_at=day, local_start="2026-11-14T09:30"),
        seated.make(sessions.SessionCancelled, session_id=other, title="Curriculum"),
    )

    office.evening()

    (message,) = office.messages(template="digest")
    assert (message.subject, message.status) == ("Newidiadau i'ch sesiynau", "sent")
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert '* Mae "School culture" ar Dydd Sadwrn 14 Tachwedd 2026 am 09:30' in mail
    assert '* "Curriculum", planned for' in mail  # for which there are no words in Welsh yet


def test_a_line_is_looked_at_before_it_is_saved(office):
    given = values(
        name="Carys", kind="gweminar", title="Diwylliant", when="dydd Llun", former_when="dydd Iau"
    )

    shown = call(office.service, PreviewTemplate(values=given, **MOVED))

    assert shown.line == 'Mae "Diwylliant" ar dydd Llun, nid ar dydd Iau'


@pytest.mark.parametrize(
    ("words", "named"),
    [(GROUP | {"line": "Grŵp"}, "never told"), (MOVED | {"line": "((weather))"}, "weather")],
)
def test_a_line_that_cannot_be_is_refused(office, words, named):
    with pytest.raises(Invalid, match=named):
        call(office.service, SaveWording(**words))
