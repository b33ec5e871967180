"""The channel that the settings ask for."""

from notifications.channels import Channel
from notifications.channels.file_sink import FileSink
from notifications.channels.notify import NotifyChannel, NotifyService
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_server import SmtpServer
from notifications.settings import NotificationsSettings


def channel_of(settings: NotificationsSettings) -> Channel:
    """A folder, a mail server, or GOV.UK Notify."""
    if settings.mail_channel == "file":
        return FileSink(settings.mail_directory)
    if settings.mail_channel == "notify":
        return NotifyChannel(
            NotifyService(
                api_key=settings.notify_api_key or "",
                url=settings.notify_url,
                template_id=settings.notify_template_id or "",
                timeout_seconds=settings.notify_timeout_seconds,
            ),
            settings.smtp_connections,
        )
    return SmtpChannel(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            starttls=settings.smtp_starttls,
            implicit_tls=settings.smtp_implicit_tls,
            ca_file=settings.smtp_ca_file,
            helo_name=settings.smtp_helo_name,
            user=settings.smtp_user,
            password=settings.smtp_password,
            timeout_seconds=settings.smtp_timeout_seconds,
            answer_seconds=settings.smtp_answer_seconds,
            mails_per_connection=settings.smtp_mails_per_connection,
        ),
        settings.smtp_connections,
    )
