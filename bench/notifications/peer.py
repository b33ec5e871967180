"""smtplib alone: the same mails over one connection."""

import smtplib
import socket
import time
from datetime import UTC, datetime
from uuid import uuid4

from notifications.channels import Mail
from notifications.channels.mail import as_bytes

PATIENCE_SECONDS = 20


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def rate(port: int, mails: int) -> float:
    """Mails a second, each written already."""
    written = [_mail() for _ in range(mails)]
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.ehlo()
        began = time.perf_counter()
        for recipient, content in written:
            smtp.sendmail("headship@example.org", [recipient], content)
        return mails / (time.perf_counter() - began)


def _mail() -> tuple[str, bytes]:
    message_id = str(uuid4())
    text = "Dear Seren Yarrowdale,\n\nYour answer for the assessment has arrived.\n" * 4
    mail = Mail(
        message_id=message_id,
        mail_id=f"<{message_id}@example.org>",
        template="submission_receipt",
        sender="headship@example.org",
        recipient=f"{message_id}@example.org",
        subject="We have your assessment",
        plain=text,
        html=f"<p>{text}</p>",
        at=datetime(2026, 11, 3, 10, tzinfo=UTC),
    )
    return mail.recipient, as_bytes(mail)
