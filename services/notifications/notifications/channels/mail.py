"""A mail in the form of the internet: plain text and HTML, and headers that no value can add to."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.channels import Mail


def as_email(mail: Mail) -> EmailMessage:
    """The mail as RFC 5322. Raises ValueError for a line break in an address or the subject."""
    email = EmailMessage(policy=SMTP)
    email["Message-ID"] = mail.mail_id
    email["Date"] = format_datetime(mail.at)
    email["From"] = mail.sender
    email["To"] = mail.recipient
    email["Subject"] = mail.subject
    email["Auto-Submitted"] = "auto-generated"
    email["X-Headship-Template"] = mail.template
    email.set_content(mail.plain)
    email.add_alternative(mail.html, subtype="html")
    return email
