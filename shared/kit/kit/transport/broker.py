"""The way to the broker: one function makes every connection, so that none forgets TLS.

Whoever has this module reads JSON and nothing else: kombu would also load pickles and YAML, and
unpack any message whose header asks for it, to whatever size that has.
"""

from typing import Any

from kombu import Connection, message
from kombu.serialization import disable_insecure_serializers

import kit.transport.strangers  # noqa: F401  whoever connects reads with care
from kit import tls


def _as_it_is(body: Any, _asked_for: Any) -> Any:
    return body


class LoginRefused(Exception):
    """The broker does not take this user with this password; names the setting."""


disable_insecure_serializers(allowed=["json"])
message.decompress = _as_it_is


def to_broker(amqp_uri: str, *, ssl: Any = None, **options: Any) -> Any:
    """kombu's connection, not connected yet; `options` are its own. For amqps://… the broker's
    certificate and name are checked with the files of `kit.tls`, unless `ssl` says how else."""
    return Connection(amqp_uri, ssl=ssl or tls.for_broker(amqp_uri) or False, **options)
