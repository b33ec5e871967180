"""Faults to order: what a real service does to its clients on a bad day.

| kind | the caller sees | is the request carried out? |
|---|---|---|
| `latency` | the answer, `seconds` late | yes |
| `rate_limited` | 429, plain text | no |
| `server_error` | 500 | no |
| `unauthorised` | 401 | no |
| `unprocessable` | 422 | no |
| `html` | 200 with a page of HTML | no |
| `half` | 200 with half of its JSON | yes |
| `reply_lost` | the connection ends without an answer | yes |
| `down` | the connection ends without an answer | no |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset(
    {
        "latency",
        "rate_limited",
        "server_error",
        "unauthorised",
        "unprocessable",
        "html",
        "half",
        "reply_lost",
        "down",
    }
)


@dataclass
class Fault:
    """Strikes every `every`-th request whose method and path match, at most `times` times."""

    kind: str
    method: str | None = None
    path_contains: str = ""
    every: int = 1
    times: int | None = None
    seconds: float = 0.0
    seen: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Counts the request, and says whether it is hit."""
        if self.method not in (None, method) or self.path_contains not in path:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        self.struck += 1
        return True


def read_fault(order: Mapping[str, Any]) -> Fault:
    """A fault from JSON. Raises ValueError for what is not one."""
    known = {"kind", "method", "path_contains", "every", "times", "seconds"}
    unknown = set(order) - known
    if unknown:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
    if order.get("kind") not in KINDS:
        raise ValueError(f"kind is one of {', '.join(sorted(KINDS))}")
    fault = Fault(**order)
    if fault.every < 1:
        raise ValueError("every is 1 or more")
    return fault
