"""What a suite is: how its cases are run, which keys they may have, what may be expected."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from enrolment.domain.dfe.messages import Problem

Json = dict[str, Any]

CALLER = "LP1"
"""Who asks, and who has the records, where a case does not tell it."""


def caller_of(given: Json) -> str:
    """The lead provider that asks."""
    return str(given.get("caller", CALLER))


Shape = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One function for each suite. `tells`: the keys that may be expected beside the errors.

    `shape` has the keys that `given` may have beside ANYWHERE: an object's value is their shape, in
    a list for a list of objects; None stands for any value. A request is such, as DfE ignores the
    attributes that it does not know.
    """

    run: Callable[[Json], Json]
    shape: Shape
    tells: frozenset[str]


NOTES = "(notes)"
"""The key of an answer with what of a case was not taken into account, each in words."""

ANYWHERE = frozenset({"now", "caller"})
"""What a case may give in any suite."""


class NotUnderstood(Exception):
    """What a case asks is not understood: what comes of it cannot be told."""


def unknown_keys(given: Mapping[str, Any], shape: Shape, path: str = "given") -> Iterator[str]:
    """What a case gives beside the keys of its suite, each in words; nothing is made of it."""
    for name, value in given.items():
        if path == "given" and name in ANYWHERE:
            continue
        if name not in shape:
            yield f"{path} has an unknown key {name}"
            continue
        inner = shape[name]
        if isinstance(inner, list) and isinstance(value, list):
            for number, one in enumerate(value):
                if isinstance(one, Mapping):
                    yield from unknown_keys(one, inner[0], f"{path}.{name}[{number}]")
        elif isinstance(inner, Mapping) and isinstance(value, Mapping):
            yield from unknown_keys(value, inner, f"{path}.{name}")


def keys(*names: str) -> dict[str, None]:
    """A shape of plain values."""
    return dict.fromkeys(names)


def as_text(value: object) -> str | None:
    """A scalar as DfE reads its parameters; a list or an object counts as not given."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, Decimal)) else None


def refusal(problems: list[Problem], status: int = 422) -> Json:
    """DfE's answer to what it refuses."""
    errors = [{"title": problem.title, "detail": problem.detail} for problem in problems]
    return {"http": status, "errors": errors, "body": {"errors": errors}}


MISSING: Json = {"http": 404, "body": {"error": "Resource not found"}}
