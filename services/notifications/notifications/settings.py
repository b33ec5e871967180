"""What notifications needs to know from outside."""

from dataclasses import dataclass
from pathlib import Path

from kit.config import PORT, KitSettings, between, one_of, setting


def _address(value: str) -> None:
    if "@" not in value or not value.isprintable():
        raise ValueError(f"is {value!r}; it must be an address")


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(KitSettings):
    """The kit's settings, and how mail leaves."""

    provider_name: str = setting("the provider's name in messages", default="your provider")
    mail_channel: str = setting("how mail leaves", default="file", check=one_of("file", "smtp"))
    mail_from: str = setting(
        "the sender's address, also behind @ in Message-IDs",
        default="headship@example.org",
        check=_address,
    )
    mail_directory: Path = setting("folder of the file channel", default=Path("var/outbox"))
    team_address: str | None = setting(
        "who in the provider hears of declarations; nobody if not set", default=None
    )
    smtp_host: str = setting("mail server", default="localhost")
    smtp_port: int = setting("its port", default=25, check=PORT)
    smtp_starttls: bool = setting("whether to speak TLS; certificates are checked", default=False)
    smtp_user: str | None = setting("user at the mail server; none if not set", default=None)
    smtp_password: str | None = setting("its password", default=None, secret=True)
    smtp_timeout_seconds: int = setting(
        "how long to wait for the mail server", default=30, check=between(1, 600)
    )
