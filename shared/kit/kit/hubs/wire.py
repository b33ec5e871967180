"""A hub's request as it travels, and the reply: docs/hub-integration.md says the same in words.

Everything in here is a stranger's: what cannot be read is refused by a word, never by an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from headship_contracts.errors import Invalid, Refused, ServiceError
from headship_contracts.messages import Request
from kit.calls.errors import kind_of
from kit.identity import hub_behind
from kit.wire import CONTENT_TYPE, NotJson, parse

REPLIES: Final = "amq.rabbitmq.reply-to."
"""How RabbitMQ names where a direct reply goes. Any other `reply_to` is some queue's name."""

KEY_HEADER: Final = "idempotency_key"

SECONDS: Final = 10.0
"""How long a caller waits who has said nothing, by `expiration`."""

MOST_SECONDS: Final = 30.0
"""How long a call may run, whatever its caller is ready to wait."""


@dataclass(frozen=True)
class Wire:
    """What is read of a message before anything is believed: its AMQP properties and its body."""

    properties: Mapping[str, Any]
    body: bytes | str

    @property
    def reply_to(self) -> str | None:
        """Where the reply may go: to whoever asks, and to no queue."""
        told = self.properties.get("reply_to")
        return told if isinstance(told, str) and told.startswith(REPLIES) else None

    @property
    def correlation_id(self) -> str | None:
        told = self.properties.get("correlation_id")
        return told if isinstance(told, str) else None

    @property
    def sender(self) -> UUID | None:
        """The hub whose broker user has sent it, if it is one's."""
        told = self.properties.get("user_id")
        return hub_behind(told) if isinstance(told, str) else None

    @property
    def seconds(self) -> float:
        """How long the caller waits. The broker has checked that it is a number."""
        told = self.properties.get("expiration")
        if isinstance(told, str) and told.isascii() and told.isdigit():
            return min(int(told) / 1000, MOST_SECONDS)
        return SECONDS

    def hub(self) -> UUID:
        """The delivery partner whose broker user has sent it. Raises Refused.

        The broker refuses a `user_id` that is not the connection's own, but takes none at all.
        """
        told = self.properties.get("user_id")
        if not isinstance(told, str) or not told:
            raise Refused("no_caller", "set the property user_id to your own user")
        hub = hub_behind(told)
        if hub is None:
            raise Refused("unknown_caller", "this user is no hub's")
        return hub

    def request(self, kind: type[Request[Any]], most_bytes: int) -> dict[str, Any]:
        """The fields that it gives. Raises Invalid."""
        if len(self.body) > most_bytes:
            raise too_large(self.body, most_bytes)
        self._is_json()
        try:
            given = parse(self.body)
        except NotJson as error:
            raise Invalid("not_json", str(error)) from error
        if not isinstance(given, dict):
            raise Invalid("not_an_object", f"expected the fields of {kind.__name__}")
        known = {member.name for member in fields(kind) if member.init}
        unknown = {name[:100]: ["is not known"] for name in given if name not in known}
        if unknown:
            few = dict(list(unknown.items())[:20])
            raise Invalid("invalid_fields", f"{kind.__name__} has no such field", few)
        return given

    def key(self, kind: type[Request[Any]]) -> Any:
        """The idempotency key of a request that writes. Raises Invalid where there is none: who
        gets no answer must be able to ask again."""
        if not kind.wire.writes:
            return None
        headers = self.properties.get("application_headers")
        told = headers.get(KEY_HEADER) if isinstance(headers, dict) else None
        if told is None:
            problem = "is required in the headers: a new one for each order, kept for its repeats"
            raise Invalid("invalid_fields", "no idempotency key", {KEY_HEADER: [problem]})
        return told

    def _is_json(self) -> None:
        kind = str(self.properties.get("content_type") or "").partition(";")[0].strip().lower()
        if kind != CONTENT_TYPE:
            raise Invalid("wrong_content_type", f"only {CONTENT_TYPE} is read")
        coding = str(self.properties.get("content_encoding") or "utf-8").lower()
        if coding not in ("utf-8", "utf8"):
            raise Invalid("wrong_content_encoding", "only utf-8 is read")


def too_large(body: bytes | str, most_bytes: int) -> Invalid:
    """What is said to a request of more bytes than are taken."""
    return Invalid("too_large", f"{len(body)} bytes; {most_bytes} are the most")


def result(reply: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a reply."""
    return {"result": reply, "error": None}


def refusal(error: ServiceError) -> dict[str, Any]:
    """The body of a reply that says what was wrong."""
    told = {
        "kind": kind_of(error).__name__,
        "code": error.code,
        "detail": error.detail,
        "fields": error.fields,
    }
    return {"result": None, "error": told}
