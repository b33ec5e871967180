"""Where only some may hear, as on a staging system, mail goes to nobody else."""

import pytest

from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.events import MessageFailed
from kit.testing import emitted


@pytest.mark.parametrize(
    ("named", "goes"),
    [
        ("example.org", True),
        ("{participant}@EXAMPLE.org,example.com", True),
        ("example.com,org,ample.org", False),
    ],
)
def test_where_recipients_are_named_mail_goes_to_nobody_else(an_office, told, named, goes):
    office = an_office(MAIL_ONLY_TO=named.format(participant=told.participant_id))
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()

    (message,) = office.messages()
    assert message.status == ("sent" if goes else "cancelled")
    assert goes or message.reason.startswith("not_sent_here")
    assert emitted(office.db, MessageFailed) == []
