"""Faults to order: what a real service does to its clients on a bad day.

| kind | the caller sees | is the request carried out? |
|---|---|---|
| `latency` | the answer, `seconds` late | yes |
| `rate_limited` | 429, plain text | no |
| `server_error` | 500 | no |
| `unauthorised` | 401, as with an expired token | no |
| `unprocessable` | 422 | no |
| `html` | 200 with a page of HTML | no |
| `redirect` | 302 to a page to sign in | no |
| `down` | the connection ends without an answer | no |
| `reply_lost` | the connection ends without an answer | yes |
| `half` | 200 with half of its JSON | yes |
| `missing_field` | records without the attribute `field` | yes |
| `wrong_type` | the attribute `field` of records is a list | yes |
| `duplicate_page` | a page that begins with the one before it, once more | yes |
| `skipped_record` | a page, but the first, without its first record | yes |
| `vanishing` | one application has gone to another provider | yes |
| `reverting` | one accepted application is pending again | yes |
| `changed_funding` | one application's eligibility is the other way round | yes |
| `merging` | one participant's id is retired for another's | yes |

The last four happen at DfE before the request, and stay: see drift.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DRIFT = {
    "vanishing": "vanish",
    "reverting": "revert",
    "changed_funding": "funding",
    "merging": "merge",
}
"""Faults that are changes at DfE: kind → the change."""

KINDS = frozenset(
    {
        "latency",
        "rate_limited",
        "server_error",
        "unauthorised",
        "unprocessable",
        "html",
        "redirect",
        "down",
        "reply_lost",
        "half",
        "missing_field",
        "wrong_type",
        "duplicate_page",
        "skipped_record",
        *DRIFT,
    }
)

MOST_SECONDS = 600.0


@dataclass
class Fault:
    """Strikes every `every`-th request whose method and path match, at most `times` times."""

    kind: str
    method: str | None = None
    path_contains: str = ""
    every: int = 1
    times: int | None = None
    seconds: float = 0.0
    field: str = "updated_at"
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


_READ = {"every": int, "times": int, "seconds": float}


def read_fault(order: Mapping[str, Any]) -> Fault:
    """A fault from JSON. Raises ValueError for what is not one."""
    known = {"kind", "method", "path_contains", "every", "times", "seconds", "field"}
    unknown = set(order) - known
    if unknown:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
    if order.get("kind") not in KINDS:
        raise ValueError(f"kind is one of {', '.join(sorted(KINDS))}")
    fault = Fault(**order)
    if not isinstance(fault.every, int) or fault.every < 1:
        raise ValueError("every is a number, 1 or more")
    if fault.times is not None and not isinstance(fault.times, int):
        raise ValueError("times is a number")
    if not isinstance(fault.seconds, (int, float)) or not 0 <= fault.seconds <= MOST_SECONDS:
        raise ValueError(f"seconds is a number, 0 to {MOST_SECONDS:.0f}")
    if not all(isinstance(text, str) for text in (fault.path_contains, fault.field)):
        raise ValueError("path_contains and field are text")
    return fault


def parse_fault(text: str) -> Fault:
    """A fault from a command line: `reply_lost,every=7,method=POST`. Raises ValueError."""
    kind, *options = text.split(",")
    order: dict[str, Any] = {"kind": kind}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise ValueError(f"{option}: name=value is wanted")
        order[name] = _READ.get(name, str)(value)
    return read_fault(order)
