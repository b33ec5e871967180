"""What a statistic gives: a number with its interval, or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

TOO_FAR_APART = "the ratings lie too far apart to be reckoned with"


class Undefined(Exception):
    """A statistic has no value for these ratings; the text says why."""


@dataclass(frozen=True)
class Statistic:
    """`low` and `high` bound the 95 % interval. Without a value there is a `reason`."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, as a program reads them; a note only where there is one."""
        told: dict[str, Any] = {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "reason": self.reason,
        }
        return told if self.note is None else told | {"note": self.note}


def attempt(compute: "Callable[..., float | Statistic]", *given: Any) -> Statistic:
    """What `compute` gives, or the reason why it has no value."""
    try:
        found = compute(*given)
    except Undefined as undefined:
        return Statistic(reason=str(undefined))
    if isinstance(found, Statistic):
        return found
    return Statistic(value=float(found)) if isfinite(found) else Statistic(reason=TOO_FAR_APART)
