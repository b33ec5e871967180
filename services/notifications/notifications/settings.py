"""What notifications needs to know from outside."""

from dataclasses import dataclass
from pathlib import Path

from kit.config import PORT, KitSettings, between, one_of, setting, url_of
from notifications.domain.quiet import read_hours

CHANNELS = ("file", "smtp", "notify")


def _address(value: str) -> None:
    if "@" not in value or not value.isprintable() or not value.isascii():
        raise ValueError(f"is {value!r}; it must be an address")


def _hours(value: str) -> None:
    read_hours(value)


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(KitSettings):
    """The kit's settings, and how mail leaves."""

    provider_name: str = setting("the provider's name in messages", default="your provider")
    mail_channel: str = setting("how mail leaves", default="file", check=one_of(*CHANNELS))
    mail_from: str = setting(
        "the sender's address, also behind @ in Message-IDs",
        default="headship@example.org",
        check=_address,
    )
    mail_from_name: str | None = setting("the sender's name, if it has one", default=None)
    mail_only_to: list[str] = setting(
        "addresses and domains that mail goes to and nowhere else, as where people's data are only"
        " tried with; not set: anywhere",
        default=[],
    )
    mail_directory: Path = setting("folder of the file channel", default=Path("var/outbox"))
    team_address: str | None = setting(
        "who in the provider hears of declarations; nobody if not set", default=None
    )
    public_url: str | None = setting(
        "where its pages are reached, for links to unsubscribe; without it there are none",
        default=None,
        check=url_of("https", "http"),
    )
    bounce_address: str | None = setting(
        "where mail comes back to, as bounces+ID@…; without it to the sender",
        default=None,
        check=_address,
    )
    receipts_token: str | None = setting(
        "who posts receipts proves itself by it; without it none are taken",
        default=None,
        secret=True,
    )
    quiet_hours: str = setting(
        "hours in which only critical messages leave, in London",
        default="20:00-07:30",
        check=_hours,
    )
    informational_per_day: int = setting(
        "the most informational messages to one person in a day; 0: no limit",
        default=3,
        check=between(0, 1_000),
    )
    mail_per_minute: int = setting(
        "the most messages that leave in a minute, of all replicas together",
        default=3_000,
        check=between(1, 10_000_000),
    )
    mail_per_day: int = setting(
        "the most messages that leave in a day of London's, of all replicas together; critical ones"
        " count, and are never held back; 0: no limit",
        default=250_000,
        check=between(0, 1_000_000_000),
    )
    mail_per_domain_per_minute: int = setting(
        "the same for each domain that they go to",
        default=3_000,
        check=between(1, 10_000_000),
    )
    smtp_host: str = setting("mail server", default="localhost")
    smtp_port: int = setting("its port", default=25, check=PORT)
    smtp_helo_name: str | None = setting(
        "the name with which this machine greets it; the machine's own if not set", default=None
    )
    smtp_starttls: bool = setting("whether to speak TLS; certificates are checked", default=False)
    smtp_implicit_tls: bool = setting("TLS from the first byte, as on port 465", default=False)
    smtp_ca_file: str | None = setting(
        "certificates to trust instead of the system's", default=None
    )
    smtp_user: str | None = setting("user at the mail server; none if not set", default=None)
    smtp_password: str | None = setting("its password", default=None, secret=True)
    smtp_timeout_seconds: int = setting(
        "how long to wait for the mail server", default=30, check=between(1, 600)
    )
    smtp_answer_seconds: int = setting(
        "how long to wait for its word that it has taken a mail: less leaves more in doubt",
        default=120,
        check=between(1, 600),
    )
    smtp_connections: int = setting(
        "connections to the mail server from each replica", default=4, check=between(1, 100)
    )
    smtp_mails_per_connection: int = setting(
        "after so many mails a connection is made anew", default=100, check=between(1, 100_000)
    )
    notify_api_key: str | None = setting("GOV.UK Notify's API key", default=None, secret=True)
    notify_url: str = setting(
        "its API",
        default="https://api.notifications.service.gov.uk",
        check=url_of("https", "http"),
    )
    notify_template_id: str | None = setting(
        "a template there of subject ((subject)) and text ((body))", default=None
    )
    notify_callback_token: str | None = setting(
        "the bearer token of its callbacks; without it none are taken", default=None, secret=True
    )
    notify_timeout_seconds: int = setting(
        "how long to wait for its answer", default=30, check=between(1, 600)
    )
