"""Mail leaves to a folder, and to a mail server that takes, refuses, drops, or speaks TLS."""

import json
import socket
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.smtp import AuthResult
from mail_server import MailServer

from kit.config import SettingsError, load
from kit.testing import SETTINGS
from notifications.channels import ChannelDown, File, Mail, NotEver, NotKnown, NotNow
from notifications.channels.choosing import channel_of
from notifications.channels.file_sink import FileSink
from notifications.channels.mail import as_bytes
from notifications.channels.smtp import SmtpChannel, close_idle
from notifications.channels.smtp_server import SmtpServer, connect
from notifications.settings import NotificationsSettings

MAIL = Mail(
    message_id="m1",
    mail_id="<m1@example.org>",
    template="joining",
    sender="headship@example.org",
    recipient="idris@example.org",
    subject="Willkommen – croeso",
    plain="Dear Idris,\n.hidden dot\n",
    html="<p>Dear Idris,</p>",
    at=datetime(2026, 11, 2, 9, tzinfo=UTC),
)


class Mailbox:
    """What a mail server does with what it is told; `answers` by step, else it takes all."""

    def __init__(self, **answers):
        self.answers = answers
        self.got = []
        self.connections = 0

    def _next(self, step):
        answers = self.answers.get(step)
        return answers.pop(0) if answers else None

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, _server, _session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._next("mail") or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, options):
        answer = self._next("rcpt")
        if answer == "drop":
            server.transport.close()
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return answer or "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        answer = self._next("data")
        if answer == "drop":
            server.transport.close()
            return "250 never read"
        if answer:
            return answer
        self.got.append(envelope)
        return "250 taken"


@pytest.fixture
def a_mail_server():
    """Starts mail servers, each with its mailbox, and stops them."""
    started = []
    close_idle()

    def start(mailbox, **options):
        controller = MailServer(mailbox, **options)
        controller.start()
        started.append(controller)
        return SmtpServer(host="127.0.0.1", port=controller.port, timeout_seconds=5)

    yield start
    close_idle()
    for controller in started:
        controller.stop()


def hand_over(server, *mails):
    """What became of each: None for taken, or the error."""
    outcomes = []
    with SmtpChannel(server).open() as sender:
        for mail in mails:
            try:
                outcomes.append(sender.hand_over(mail))
            except (NotNow, NotEver, NotKnown) as error:
                outcomes.append(error)
    return outcomes


def test_the_end_of_a_mail_does_not_wait_until_the_server_acknowledges_the_mail(a_mail_server):
    with connect(a_mail_server(Mailbox())) as smtp:
        assert smtp.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def kinds(outcomes):
    return [type(outcome) for outcome in outcomes]


def test_a_mail_arrives_as_it_was_written(a_mail_server):
    mailbox = Mailbox()

    assert hand_over(a_mail_server(mailbox), MAIL) == [None]

    (got,) = mailbox.got
    email = message_from_bytes(got.content, policy=policy.default)
    assert got.rcpt_tos == ["idris@example.org"]
    assert email["Subject"] == "Willkommen – croeso"
    assert email["Message-ID"] == "<m1@example.org>"
    assert email.get_body(("plain",)).get_content().splitlines() == ["Dear Idris,", ".hidden dot"]


def test_many_mails_share_a_connection(a_mail_server):
    mailbox = Mailbox()

    outcomes = hand_over(a_mail_server(mailbox), *[MAIL] * 5)

    assert outcomes == [None] * 5
    assert mailbox.connections == 1


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("rcpt", "550 no such user", NotEver),
        ("rcpt", "450 greylisted", NotNow),
        ("data", "554 refused as spam", NotEver),
        ("data", "452 disk full", NotNow),
        ("mail", "550 who are you", NotNow),
    ],
)
def test_a_refusal_is_told_apart_and_the_next_mail_goes_on(a_mail_server, step, answer, kind):
    mailbox = Mailbox(**{step: [answer]})

    refused, taken = hand_over(a_mail_server(mailbox), MAIL, MAIL)

    assert type(refused) is kind
    assert answer[:3] in str(refused)
    assert taken is None


def test_a_connection_lost_before_the_mail_was_sent_is_tried_again(a_mail_server):
    outcomes = hand_over(a_mail_server(Mailbox(rcpt=["drop"])), MAIL, MAIL)

    assert kinds(outcomes) == [NotNow, type(None)]


def test_a_connection_lost_after_the_mail_leaves_it_open(a_mail_server):
    outcomes = hand_over(a_mail_server(Mailbox(data=["drop"])), MAIL, MAIL)

    assert kinds(outcomes) == [NotKnown, type(None)]


def test_a_server_that_is_not_there_is_tried_again(a_mail_server):
    server = a_mail_server(Mailbox())

    (outcome,) = hand_over(replace(server, port=1), MAIL)

    assert type(outcome) is ChannelDown


def test_an_address_that_would_add_a_header_is_no_mail(a_mail_server, tmp_path):
    bad = replace(MAIL, recipient="a@example.org\r\nBcc: all@example.org")

    (outcome,) = hand_over(a_mail_server(Mailbox()), bad)
    with pytest.raises(NotEver):
        FileSink(tmp_path).hand_over(bad)

    assert type(outcome) is NotEver


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that signs itself: (file, key)."""
    file, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return file, key


def test_tls_and_a_password_are_used_where_they_are_set(a_mail_server, certificate, monkeypatch):
    file, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    known = []

    def authenticate(_server, _session, _envelope, _mechanism, data):
        known.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret")

    mailbox = Mailbox()
    server = a_mail_server(
        mailbox,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    told = replace(server, starttls=True, user="headship", password="secret")

    untrusted = hand_over(told, MAIL)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    trusted = hand_over(told, MAIL)
    wrong = hand_over(replace(told, password="wrong"), MAIL)

    assert kinds(untrusted) == [ChannelDown]
    assert "certificate" in str(untrusted[0])
    assert trusted == [None]
    assert kinds(wrong) == [ChannelDown]
    assert known[0] == (b"headship", b"secret")


def test_a_folder_gets_a_file_and_a_line_for_each_mail(tmp_path):
    with FileSink(tmp_path / "out").open() as sender:
        sender.hand_over(MAIL)
        sender.hand_over(MAIL)  # as after a crash

    lines = [
        json.loads(line) for line in (tmp_path / "out" / "index.jsonl").read_text().splitlines()
    ]
    files = list((tmp_path / "out").rglob("*.eml"))
    assert len(files) == 1
    assert lines[0] == lines[1]
    assert tmp_path / "out" / lines[0]["file"] == files[0]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be")

    with pytest.raises(NotNow):
        FileSink(tmp_path / "taken").hand_over(MAIL)


def test_the_settings_choose_the_channel():
    settings = {**SETTINGS, "MAIL_CHANNEL": "smtp", "SMTP_HOST": "mail.example.org"}

    assert isinstance(channel_of(load(NotificationsSettings, SETTINGS)), FileSink)
    assert isinstance(channel_of(load(NotificationsSettings, settings)), SmtpChannel)


def test_a_channel_that_does_not_exist_is_refused_at_start():
    with pytest.raises(SettingsError, match="MAIL_CHANNEL: is 'pigeon'"):
        load(NotificationsSettings, SETTINGS | {"MAIL_CHANNEL": "pigeon"})


@pytest.mark.parametrize(
    "plain", ["ASCII only\n", "Tŷ Gwyn – “croeso”\n", "long " * 400 + "\n", ".\n..\nFrom me\n"]
)
def test_every_text_comes_back_as_it_was(plain):
    mail = replace(MAIL, plain=plain, html=f"<p>{plain}</p>", subject=plain.strip()[:70] or "-")

    content = as_bytes(replace(mail, subject=" ".join(mail.subject.split())))

    email = message_from_bytes(content, policy=policy.default)
    assert email.get_body(("plain",)).get_content().splitlines() == plain.splitlines()
    assert email["Subject"] == " ".join(mail.subject.split())
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "plain", ["ASCII only\n", "Tŷ Gwyn – “croeso”", "long " * 400, "\rFrom me\n"]
)
def test_texts_are_written_alike_with_files_and_without(plain):
    mail = replace(MAIL, plain=plain, html=f"<p>{plain}</p>")
    file = File(name="plan.txt", content_type="text/plain", content=b"Tuesday")
    alone, beside = as_bytes(mail), as_bytes(replace(mail, files=[file]))

    assert alone[alone.index(b"Content-Type: multipart/alternative") :] in beside


@pytest.mark.parametrize("address", ["jo@example.org\n", "jo\x00@example.org"])
def test_an_address_that_no_header_can_hold_is_refused(address):
    with pytest.raises(ValueError, match="a header cannot hold"):
        as_bytes(replace(MAIL, recipient=address))
