"""Which story a piece of work belongs to, and what led to it.

The correlation id is 32 hex digits and serves as the W3C trace id: a request that comes with a
`traceparent` goes on with that trace. Both are kept per greenlet
(or thread), so that whatever an entrypoint emits, asks or logs carries them without being told.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

_TRACE_ID: Final = re.compile(r"(?!0{32})[0-9a-f]{32}")
_TRACEPARENT: Final = re.compile(
    rf"[0-9a-f]{{2}}-({_TRACE_ID.pattern})-[0-9a-f]{{16}}-[0-9a-f]{{2}}(-|$)"
)

_CAUSE: Final = re.compile(r"[\x21-\x7e]{1,128}")
"""What is kept of a cause that a caller names: it travels on in events."""

_correlation: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_causation: ContextVar[str | None] = ContextVar("causation_id", default=None)


def new_correlation() -> str:
    """A fresh id for a story that begins here."""
    return uuid4().hex


def is_correlation(told: object) -> bool:
    """Whether this can be a story's id: 32 hex digits in lower case, not all of them 0."""
    return isinstance(told, str) and _TRACE_ID.fullmatch(told) is not None


def of_traceparent(told: str | None) -> str | None:
    """The trace id in a `traceparent` (W3C Trace Context, 3.2); None if it is none.

    Of versions to come, which may add more at the end, as well.
    """
    found = _TRACEPARENT.match(told or "")
    return None if found is None or (told or "").startswith("ff") else found[1]


def known_correlation() -> str | None:
    """The id of the story under way, if there is one."""
    return _correlation.get()


def current_correlation() -> str:
    """The id of the story under way; begins one when there is none."""
    known = _correlation.get()
    if known is None:
        known = new_correlation()
        _correlation.set(known)
    return known


def current_causation() -> str | None:
    """The id of the event or call that is being worked on."""
    return _causation.get()


@contextmanager
def bind(correlation_id: str | None, causation_id: str | None) -> Iterator[str]:
    """Work under this correlation (a new one if None) and cause until the block ends.

    A cause that is no plain word of at most 128 characters is none.
    """
    correlation = correlation_id or new_correlation()
    cause = causation_id if causation_id and _CAUSE.fullmatch(causation_id) else None
    outer, outer_cause = _correlation.set(correlation), _causation.set(cause)
    try:
        yield correlation
    finally:
        _correlation.reset(outer)
        _causation.reset(outer_cause)
