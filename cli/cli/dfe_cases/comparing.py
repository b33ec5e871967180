"""What was expected against what came: every difference in words, on one line."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

DECIMALS = 6
"""To which an exact fraction is compared, unless the expected number has more."""

OF_A_FLOAT = Fraction(1, 2**50)
"""So exact, to its own size, is a number with all digits of a float that was computed with."""


class OneOf:
    """An answer that may be written in several ways."""

    def __init__(self, *ways: object) -> None:
        self.ways = ways

    def allows(self, expected: object) -> bool:
        """Whether this is what was expected."""
        plain = _plain(expected)
        return any(_plain(way) == plain for way in self.ways)

    def __repr__(self) -> str:
        return repr(self.ways[0])


class AnyError(OneOf):
    """A failure that is the only one there can be, whatever it is called."""

    def allows(self, expected: object) -> bool:
        return bool(expected)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return "".join(letter for letter in value.casefold() if letter.isalnum())
    return value


def differences(
    answer: Mapping[str, Any], expect: Mapping[str, Any], tells: frozenset[str]
) -> list[str]:
    """What of `expect` the answer does not fulfil. `tells`: the keys that the suite knows."""
    found = []
    for name, expected in expect.items():
        if name == "errors_include":
            found += _missing_errors(expected, answer)
        elif name not in tells:
            found.append(f"{name} is no key that can be expected of this suite")
        elif not same(expected, answer.get(name)):
            found.append(f"{name} expected {shown(expected)}, came {shown(answer.get(name))}")
    failed = answer.get("error")
    told = {"error", "exception", "raises"} & set(expect) or expect.get("code", "") is None
    if isinstance(failed, OneOf) and not told:
        found.append(f"expected no error, came {shown(failed)}")
    if found and answer.get("errors"):
        found.append(f"the refusal was {shown(answer['errors'])}")
    return found


def _missing_errors(expected: Any, answer: Mapping[str, Any]) -> list[str]:
    """Each expected error is one that came, or a part of one."""
    if not isinstance(expected, list) or not all(isinstance(one, dict) for one in expected):
        return ["errors_include is no list of errors"]
    came = answer.get("errors") or []
    return [
        f"errors_include expected {shown(wanted)}"
        for wanted in expected
        if not any(wanted.items() <= error.items() for error in came)
    ] + ([f"came {shown(came)}"] if expected and not came else [])


def same(expected: Any, came: Any) -> bool:
    """Objects may have more than was expected; numbers are compared by value."""
    if isinstance(came, OneOf):
        return came.allows(expected)
    if isinstance(expected, dict):
        return isinstance(came, Mapping) and all(
            name in came and same(value, came[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(came, (list, tuple))
            and len(expected) == len(came)
            and all(same(one, other) for one, other in zip(expected, came, strict=True))
        )
    if _is_number(expected) and _is_number(came):
        return _same_number(expected, came)
    return type(expected) is type(came) and bool(expected == came)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool)


def _same_number(expected: int | Decimal, came: int | Decimal | Fraction) -> bool:
    exponent = Decimal(expected).as_tuple().exponent
    decimals = max(DECIMALS, -exponent if isinstance(exponent, int) else 0)
    apart = abs(Fraction(expected) - Fraction(came))
    return apart <= max(Fraction(1, 2 * 10**decimals), abs(Fraction(expected)) * OF_A_FLOAT)


def shown(value: Any) -> str:
    """A value on one line, as JSON; an exact fraction with its decimals."""
    return json.dumps(value, ensure_ascii=False, default=_as_json)


def _as_json(value: object) -> object:
    if isinstance(value, OneOf):
        return value.ways[0]
    if isinstance(value, (Decimal, Fraction)):
        return round(float(value), DECIMALS + 2)  # to look at, not to compute with
    return str(value)
