"""A message on its way to the broker."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Outgoing(NamedTuple):
    """`id` is what the sender recognises it by when the broker gives it back."""

    id: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, Any] = MappingProxyType({})
