"""Mail that came back is understood in the forms in which mail servers really write it."""

from uuid import uuid4

import pytest
import returned_mail as forms

from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.preferences import ListSuppressions
from kit.pages import Request
from kit.testing import call, emitted
from notifications.domain.bounces import read_report


def written(form, message_id, verp=None):
    """The mail as a file has it, to the envelope of this message if not to another address."""
    address = verp or f"bounces+{message_id.hex}@mail.example.org"
    content = form.replace("{verp}", address).replace("{id}", str(message_id))
    return content.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("form", "status", "bad_address", "said"),
    [
        (forms.EXCHANGE_ONLINE, "permanent-failure", True, "Recipient not found by SMTP"),
        (forms.GMAIL, "permanent-failure", True, "does not exist. Please"),
        (forms.POSTFIX_OF_EXCHANGE_S_EDGE, "permanent-failure", True, "5.4.1 Recipient address"),
        (forms.POSTFIX_OF_NO_DOMAIN, "permanent-failure", True, "Host or domain name not found"),
        (forms.POSTFIX_OF_A_LOOP, "permanent-failure", False, "loops back"),
        (forms.EXIM, "permanent-failure", True, "5.0.0 Unrouteable address"),
        (forms.EXIM_OF_AN_OLD_SERVER, "permanent-failure", True, "550 No such user here"),
        (forms.EXIM_OF_A_BLOCK, "permanent-failure", False, "refused as spam"),
        (forms.QMAIL, "permanent-failure", True, "5.1.1 Sorry, no mailbox here"),
        (forms.QMAIL_OF_NO_DOMAIN, "permanent-failure", True, "couldn't find any host"),
        (forms.QMAIL_OF_A_BLOCK, "permanent-failure", False, "Remote host said: 554 5.7.1"),
        (forms.QMAIL_OF_THE_QUEUE, "temporary-failure", False, "in the queue too long"),
    ],
)
def test_each_server_s_report_is_read(form, status, bad_address, said):
    message_id = uuid4()

    for verp in (None, "postmaster@example.org"):  # by the envelope, or by the mail that returned
        report = read_report(written(form, message_id, verp))
        found = (report.message_id, report.status, report.bad_address)
        assert found == (message_id, status, bad_address)
        assert said in report.reason


def test_an_answer_that_quotes_a_report_is_none():
    quoted = "\n".join(f"> {line}" for line in forms.QMAIL.splitlines())
    answer = "To: {verp}\nSubject: Re: failure notice\n\nWhat is this?\n\n" + quoted

    assert read_report(written(answer, uuid4())) is None


def test_a_report_finds_its_message_by_the_address_in_the_query_as_mail_servers_write_it(
    an_office, told
):
    office = an_office(RECEIPTS_TOKEN="returned", BOUNCE_ADDRESS="bounces@mail.example.org")
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()
    (message,) = office.messages()
    came_to = f"bounces+{message.message_id.hex}@mail.example.org"
    says_nothing_of_it = written(forms.EXIM, uuid4(), "postmaster@example.org")

    request = Request.from_values(
        f"/receipts/returned-mail?to={came_to}",  # no program has put a %2B for the plus sign
        method="POST",
        data=says_nothing_of_it,
        content_type="application/x-www-form-urlencoded",  # as curl says if nobody tells it
        headers={"Authorization": "Bearer returned"},
    )
    office.service.take_returned_mail(request)

    assert office.messages()[0].status == "permanent-failure"


@pytest.mark.parametrize("form", [forms.QMAIL, forms.EXIM, forms.POSTFIX_OF_EXCHANGE_S_EDGE])
def test_who_cannot_be_reached_gets_no_more_mail_and_is_a_task_for_the_hub(an_office, told, form):
    office = an_office(RECEIPTS_TOKEN="returned", BOUNCE_ADDRESS="bounces@mail.example.org")
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()
    (message,) = office.messages()
    headers = {"Authorization": "Bearer returned"}

    for _ in range(2):
        mail = written(form, message.message_id)
        request = Request.from_values(method="POST", data=mail, headers=headers)
        assert office.service.take_returned_mail(request).status_code == 200

    assert office.messages()[0].status == "permanent-failure"
    assert len(call(office.service, ListSuppressions()).items) == 1
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [True]
