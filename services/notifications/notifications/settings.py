"""What notifications needs to know from outside."""

from dataclasses import dataclass
from pathlib import Path

from kit.config import KitSettings, SettingsError, setting


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(KitSettings):
    """The kit's settings, and how mail leaves."""

    provider_name: str = setting("the provider's name in messages", default="your provider")
    mail_channel: str = setting("file or smtp", default="file")
    mail_from: str = setting(
        "the sender's address, also behind @ in Message-IDs", default="headship@example.org"
    )
    mail_directory: Path = setting("folder of the file channel", default=Path("var/outbox"))
    team_address: str | None = setting(
        "who in the provider hears of declarations; nobody if not set", default=None
    )
    smtp_host: str = setting("mail server", default="localhost")
    smtp_port: int = setting("its port", default=25)
    smtp_starttls: bool = setting("whether to speak TLS; certificates are checked", default=False)
    smtp_user: str | None = setting("user at the mail server; none if not set", default=None)
    smtp_password: str | None = setting("its password", default=None, secret=True)
    smtp_timeout_seconds: int = setting("how long to wait for the mail server", default=30)

    def __post_init__(self) -> None:
        problems = []
        if self.mail_channel not in ("file", "smtp"):
            problems.append(f"MAIL_CHANNEL is {self.mail_channel!r}; it must be file or smtp")
        if "@" not in self.mail_from or not self.mail_from.isprintable():
            problems.append(f"MAIL_FROM is {self.mail_from!r}; it must be an address")
        if problems:
            raise SettingsError(problems)
