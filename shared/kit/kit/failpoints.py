"""Places at which a process can be made to die, so that tests can show what survives.

`HEADSHIP_FAILPOINT=relay.before_publish` kills the process (SIGKILL: nothing is tidied up) when it
gets there; `relay.before_publish:7` when it gets there for the seventh time. Only with
`HEADSHIP_ENV=development`.
"""

import os
import signal
from collections import Counter
from typing import Final

POINTS: Final = (
    "outbox.before_commit",
    "outbox.after_commit",
    "relay.after_read",
    "relay.before_message",
    "relay.after_publish",
    "relay.after_confirm",
    "relay.before_commit",
    "relay.after_commit",
    "handler.received",
    "handler.after_claim",
    "handler.after_effect",
    "handler.after_commit",
    "handler.after_ack",
    "retry.before_publish",
    "retry.after_publish",
    "retry.after_ack",
    "park.before_publish",
    "park.after_publish",
    "park.after_record",
    "park.after_ack",
)
"""Every step of outbox, relay, handler, retry and parking, in the order in which they happen."""

CALL_POINTS: Final = ("call.after_commit",)
"""Steps of a call: between its commit and its reply."""

_times_reached: Counter[str] = Counter()


def _deadly() -> tuple[str, int] | None:
    setting = os.environ.get("HEADSHIP_FAILPOINT")
    if not setting or os.environ.get("HEADSHIP_ENV") != "development":
        return None
    name, _, times = setting.partition(":")
    known = POINTS + CALL_POINTS
    if name not in known:
        raise ValueError(f"HEADSHIP_FAILPOINT names {name!r}; there are {', '.join(known)}")
    return name, int(times or 1)


_DEADLY: Final = _deadly()


def reach(name: str) -> None:
    """Die here if this is the place and the time that HEADSHIP_FAILPOINT names."""
    if _DEADLY is None or _DEADLY[0] != name:
        return
    _times_reached[name] += 1
    if _times_reached[name] >= _DEADLY[1]:
        os.kill(os.getpid(), signal.SIGKILL)
