"""Which story a piece of work belongs to, and what led to it.

The correlation id is 32 hex digits and serves as the W3C trace id. Both are kept per greenlet
(or thread), so that whatever an entrypoint emits, asks or logs carries them without being told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_correlation: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_causation: ContextVar[str | None] = ContextVar("causation_id", default=None)


def new_correlation() -> str:
    """A fresh id for a story that begins here."""
    return uuid4().hex


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
    """Work under this correlation (a new one if None) and cause until the block ends."""
    correlation = correlation_id or new_correlation()
    outer, outer_cause = _correlation.set(correlation), _causation.set(causation_id)
    try:
        yield correlation
    finally:
        _correlation.reset(outer)
        _causation.reset(outer_cause)
