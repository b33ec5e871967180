"""A line to the broker for calls and replies: opened when first used, kept, read, reopened.

kombu's pooled producers take a connection without heartbeat for each message and wait for its
confirm. Here one connection serves all greenlets, and a greenlet of its own reads it, so that a
broker that goes away is noticed at once and not at the next publish.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import eventlet
from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError

from kit.transport.broker import to_broker
from kit.transport.frames import TRANSIENT, publish_one
from kit.transport.receiving import read_ahead

HEARTBEAT_SECONDS = 20
READ_SECONDS = 5.0
CONNECT_SECONDS = 4.0
CLOSE_SECONDS = 2.0

LINE_ERRORS = (AMQPError, KombuError, OSError)
"""What a broker that is away, or goes away, raises."""

_log = logging.getLogger(__name__)


class Line:
    """One connection and channel. `opened(channel)` may consume on it; `lost(reason)` is called
    when it has gone."""

    def __init__(
        self,
        amqp_uri: str,
        *,
        opened: Callable[[Any], None] | None = None,
        lost: Callable[[str], None] | None = None,
        **connection_options: Any,
    ) -> None:
        self._uri = amqp_uri
        self._options = connection_options
        self._opened = opened
        self._lost = lost
        self._turn = threading.Lock()
        self._connection: Any = None
        self._channel: Any = None
        self._reader: Any = None

    def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        properties: Mapping[str, str],
        headers: Mapping[str, Any] | None = None,
        mandatory: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Send JSON, without waiting for a confirm. `seconds` is for opening the line, and for
        those who come before; what is being written is not broken off, which would end the line.
        Raises one of LINE_ERRORS."""
        limit = eventlet.Timeout(seconds)
        try:
            with self._turn:
                connection, channel = self._open()
                limit.cancel()
                try:
                    publish_one(
                        channel,
                        body,
                        exchange=exchange,
                        routing_key=routing_key,
                        properties=properties,
                        headers=headers or {},
                        delivery_mode=TRANSIENT,
                        mandatory=mandatory,
                    )
                except BaseException as error:  # also if somebody ends us amid a message
                    self._leave(connection, type(error).__name__)
                    raise
        except eventlet.Timeout as late:
            if late is not limit:
                raise
            raise TimeoutError("the broker does not answer") from late
        finally:
            limit.cancel()

    @property
    def busy(self) -> bool:
        """Whether somebody opens it or writes to it."""
        return self._turn.locked()

    def close(self) -> None:
        """Close the connection; the line can be used again."""
        connection, reader = self._connection, self._reader
        self._connection = self._channel = self._reader = None
        if reader is not None:
            reader.kill()
        if connection is not None:
            with suppress(*LINE_ERRORS), eventlet.Timeout(CLOSE_SECONDS, exception=False):
                connection.release()

    def _open(self) -> tuple[Any, Any]:
        if self._channel is not None:
            return self._connection, self._channel
        connection = to_broker(
            self._uri,
            heartbeat=HEARTBEAT_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            **self._options,
        )
        try:
            connection.connect()
            read_ahead(connection)
            _leave_reading_to_the_reader(connection)
            channel = connection.channel()
            if self._opened is not None:
                self._opened(channel)
        except BaseException:
            _end(connection)
            raise
        self._connection, self._channel = connection, channel
        self._reader = eventlet.spawn(self._read, connection)
        return connection, channel

    def _read(self, connection: Any) -> None:
        beat = time.monotonic() + READ_SECONDS
        try:
            while True:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=READ_SECONDS)
                if time.monotonic() >= beat:
                    self._beat(connection)
                    beat = time.monotonic() + READ_SECONDS
        except LINE_ERRORS as error:
            self._leave(connection, type(error).__name__)
        except Exception as error:
            _log.error("a line to the broker could not be read", exc_info=error)
            self._leave(connection, type(error).__name__)

    def _beat(self, connection: Any) -> None:
        """Unless somebody writes at this moment: theirs tells the broker as much, and a heartbeat
        amid another's message would end the connection."""
        if self._turn.acquire(blocking=False):
            try:
                connection.heartbeat_check()
            finally:
                self._turn.release()

    def _leave(self, connection: Any, reason: str) -> None:
        """This connection is lost, or cannot be read: the next use opens another."""
        if self._connection is not connection:
            return
        _log.warning("lost the broker", extra={"reason": reason})
        reader = self._reader
        self._connection = self._channel = self._reader = None
        _end(connection)
        if reader is not eventlet.getcurrent():
            reader.kill()
        if self._lost is not None:
            self._lost(reason)


def _leave_reading_to_the_reader(connection: Any) -> None:
    """py-amqp looks for a `blocked` notice before each publish, by reading. With a reader at work,
    two greenlets would share the bytes of one frame."""
    properties = getattr(connection.connection, "client_properties", None) or {}
    properties.get("capabilities", {}).pop("connection.blocked", None)


def _end(connection: Any) -> None:
    with suppress(*LINE_ERRORS):
        connection.collect()
