"""The channel that the settings ask for."""

from notifications.channels import Channel
from notifications.channels.file_sink import FileSink
from notifications.channels.smtp import SmtpChannel, SmtpServer
from notifications.settings import NotificationsSettings


def channel_of(settings: NotificationsSettings) -> Channel:
    """A folder, or a mail server."""
    if settings.mail_channel == "file":
        return FileSink(settings.mail_directory)
    return SmtpChannel(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            starttls=settings.smtp_starttls,
            user=settings.smtp_user,
            password=settings.smtp_password,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
    )
