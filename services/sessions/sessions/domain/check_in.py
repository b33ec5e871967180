"""Checking in by a code that changes every half minute: who has it is in the room, at the time."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from headship_contracts.errors import Refused
from sessions.domain.attendance import Status

STEP = 30
"""Seconds for which a code is shown."""

NEIGHBOURS = (0, -1, 1)
"""Steps beside the present one whose codes are taken: for clocks that differ, and slow fingers."""

OPENS_BEFORE, CLOSES_AFTER = timedelta(minutes=15), timedelta(minutes=30)
"""Both from the session's start: a code says that somebody has come, not that they stayed."""

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing that is read as something else."""

LENGTH = 8
"""Letters of a code: 40 bits, so that guessing for a whole window is hopeless."""

_AS_MEANT = str.maketrans("OIL", "011", " -")


def step_of(at: datetime) -> int:
    """The number of the half minute of an instant, counted from 1970."""
    return int(at.timestamp()) // STEP


def changes_at(at: datetime) -> datetime:
    """When the code of an instant is followed by the next one."""
    return datetime.fromtimestamp((step_of(at) + 1) * STEP, UTC)


def code_of(secret: str, session_id: UUID, step: int) -> str:
    """The code of a session in a step: `7K2M9QXA`."""
    told = f"{session_id}:{step}".encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    number = int.from_bytes(digest[:5], "big")
    return "".join(LETTERS[number >> shift & 31] for shift in range(35, -1, -5))


def as_read(code: str) -> str:
    """A code in two halves, for a screen: `7K2M-9QXA`."""
    return f"{code[:4]}-{code[4:]}"


def window(starts_at: datetime) -> tuple[datetime, datetime]:
    """When check-in opens, and when it closes; both seconds are still within."""
    return starts_at - OPENS_BEFORE, starts_at + CLOSES_AFTER


def is_open(starts_at: datetime, at: datetime) -> bool:
    opens, closes = window(starts_at)
    return opens <= _second(at) <= closes


def require_open(starts_at: datetime, cancelled: bool, at: datetime) -> None:
    """Refused outside of the window, so also for any session but one that is taking place."""
    opens, closes = window(starts_at)
    if cancelled:
        raise Refused("session_cancelled", "the session was cancelled")
    if at < opens:
        raise Refused("check_in_not_open", f"check-in opens at {opens.isoformat()}")
    if _second(at) > closes:
        raise Refused("check_in_closed", f"check-in closed at {closes.isoformat()}")


def require_code(secret: str, session_id: UUID, code: str, at: datetime) -> int:
    """The step of a code that is good now. Refused `code_expired` or `code_wrong`."""
    told = code.upper().translate(_AS_MEANT)
    now = step_of(at)
    for neighbour in NEIGHBOURS:
        if _same(told, code_of(secret, session_id, now + neighbour)):
            return now + neighbour
    earlier = int((OPENS_BEFORE + CLOSES_AFTER).total_seconds()) // STEP
    for back in range(2, earlier + 2):
        if _same(told, code_of(secret, session_id, now - back)):
            raise Refused("code_expired", "the screen shows another one by now")
    raise Refused("code_wrong", "it is not what this session's screen shows")


def arrival(
    starts_at: datetime, ends_at: datetime, at: datetime, grace: timedelta
) -> tuple[Status, int]:
    """What coming at an instant is, and the whole minutes left of the session, never rounded up.

    Within `grace` after the start one is present, for all of it.
    """
    at = _second(at)
    if at <= starts_at + grace:
        return Status.present, int((ends_at - starts_at).total_seconds()) // 60
    return Status.late, max(0, int((ends_at - at).total_seconds()) // 60)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _same(told: str, code: str) -> bool:
    return hmac.compare_digest(told.encode(), code.encode())
