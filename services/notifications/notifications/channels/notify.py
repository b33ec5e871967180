"""GOV.UK Notify, by its own client: one template there takes our subject and text as they are.

Notify makes a second notification of a second call, so a call whose answer did not come is in
doubt. Each carries our id as its reference, by which it is looked up before it is made again.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import requests
from notifications_python_client import NotificationsAPIClient
from notifications_python_client.errors import APIError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from notifications.channels import ChannelDown, Mail, NotEver, NotKnown, NotNow, Spent
from notifications.domain.statuses import Status
from notifications.domain.wording import in_a_line

TRIED_AGAIN = (408, 429)
NOT_US = (401, 403, 404)
"""Its words for a key, or a template or address of Notify's, that is not right: ours to put right,
and no mail's.
"""
SPENT = "TooManyRequestsError"
"""Its word for a day's limit; a minute's is `RateLimitError`."""
_OUR_TEMPLATE = re.compile(r"template|personalisation|not allowed to send", re.IGNORECASE)
_BAD_ADDRESS = re.compile(r"email_address|InvalidEmailError")


@dataclass(frozen=True, kw_only=True)
class NotifyService:
    """A service at GOV.UK Notify, and its template of `((subject))` and `((body))`."""

    api_key: str = field(repr=False)
    url: str
    template_id: str
    timeout_seconds: float = 30


@dataclass(frozen=True)
class NotifyChannel:
    """Hands mails to Notify, which sends them and tells by callbacks what became of them."""

    service: NotifyService
    places: int = 1
    name: str = "notify"
    repeatable: bool = False
    beside: bool = True

    @contextmanager
    def open(self) -> Iterator["NotifySender"]:
        """A client of its own: Notify's is not to be shared."""
        service = self.service
        client = NotificationsAPIClient(service.api_key, service.url, service.timeout_seconds)
        try:
            yield NotifySender(client, service.template_id)
        finally:
            client.request_session.close()


class NotifySender:
    """One client."""

    def __init__(self, client: NotificationsAPIClient, template_id: str) -> None:
        self._client, self._template_id = client, template_id

    def hand_over(self, mail: Mail) -> str | None:
        """Notify's id of the mail. Raises NotNow, NotEver or NotKnown."""
        if mail.files:
            raise NotEver("GOV.UK Notify carries no attachments of ours")
        if mail.in_doubt and (found := self.find(mail.message_id)) is not None:
            return found
        try:
            answer: Mapping[str, Any] = self._client.send_email_notification(
                email_address=mail.recipient if mail.wire is None else mail.wire,
                template_id=self._template_id,
                personalisation={"subject": mail.subject, "body": mail.markup},
                reference=mail.message_id,
                one_click_unsubscribe_url=_https(mail.unsubscribe_url),
            )
        except APIError as error:
            raise _meant(error) from error
        except requests.RequestException as error:
            raise NotKnown(type(error).__name__) from error
        return str(answer["id"])

    def find(self, message_id: str) -> str | None:
        """Notify's id of a mail that may have been handed over. Raises NotNow."""
        try:
            found = self._client.get_all_notifications(reference=message_id)["notifications"]
        except (APIError, requests.RequestException) as error:
            raise NotNow(f"looking for it: {type(error).__name__}") from error
        return str(found[0]["id"]) if found else None

    def status_of(self, reference: str) -> Status | None:
        """What became of a mail, by Notify's id; None: it knows of none. Raises NotNow."""
        try:
            told = self._client.get_notification_by_id(reference)
        except (APIError, requests.RequestException) as error:
            response = getattr(error, "response", None)
            if getattr(response, "status_code", None) == 404:
                return None
            raise NotNow(f"asking for it: {type(error).__name__}") from error
        return STATUSES.get(str(told["status"]))


def _https(url: str | None) -> str | None:
    """Notify takes no other, and would take no mail with one."""
    return url if url is not None and url.startswith("https://") else None


def _meant(error: APIError) -> Exception:
    """What an answer of Notify's says of the mail."""
    code = getattr(error.response, "status_code", None)
    told = in_a_line(f"{code} {_reason(error)}")
    if code is None:  # the client's word for no answer at all
        reached = not isinstance(error.__cause__ or error.__context__, requests.ConnectionError)
        return NotKnown("no answer") if reached else _unreached(error)
    if code in NOT_US or (code == 400 and _OUR_TEMPLATE.search(told)):
        return ChannelDown(told)
    if code == 429 and SPENT in told:
        return Spent(told, _midnight())
    if code in TRIED_AGAIN:
        return NotNow(told)
    if code >= 500 or code < 400:  # what is no answer of Notify's may come from between
        return NotKnown(told)
    return NotEver(told, bad_address=bool(_BAD_ADDRESS.search(told)))


def _midnight() -> datetime:
    """When Notify's next day begins: it counts by UTC."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def _unreached(error: APIError) -> Exception:
    cause = error.__cause__ or error.__context__
    if any(_is_before_the_call(one) for one in _causes(cause)):
        return ChannelDown("nobody answers")
    return NotKnown("the connection broke")


def _causes(error: Any) -> Iterator[BaseException]:
    """An error and those in it, as requests, urllib3 and ssl put them into each other."""
    while isinstance(error, BaseException):
        yield error
        inner = [getattr(error, "reason", None), *error.args]
        error = next((one for one in inner if isinstance(one, BaseException)), None)


def _is_before_the_call(error: BaseException) -> bool:
    """Whether nothing can have been read yet: no name, no connection, no agreement on TLS."""
    if isinstance(error, ssl.SSLError):
        return not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    never = (NewConnectionError, ConnectTimeoutError, ProxyError)
    return isinstance(error, never)


def _reason(error: APIError) -> str:
    told = error.message
    if isinstance(told, list):
        each = [one if isinstance(one, Mapping) else {"message": one} for one in told]
        return "; ".join(f"{one.get('error')}: {one.get('message')}" for one in each)
    return str(told)


STATUSES: Mapping[str, Status] = {
    "created": Status.SENT,
    "sending": Status.SENT,
    "pending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "temporary-failure": Status.TEMPORARY_FAILURE,
    "permanent-failure": Status.PERMANENT_FAILURE,
    "technical-failure": Status.TECHNICAL_FAILURE,
}
"""Notify's word for a mail → ours: what Notify is still sending, we have sent."""
