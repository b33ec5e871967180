"""The short way between a shape and its JSON values, for values that are plainly what they must be.

Nearly all that travels is, and marshmallow takes five times as long to say so (58 µs for an event
with its envelope). Whatever else comes is left to marshmallow: it alone refuses and explains. Its
own field objects are used here, with their checks, so that both ways have the same rules.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

Way = Callable[[Any], Any]
"""From a value to its other form. Raises one of DOUBTS where marshmallow is to be asked."""


class Doubtful(Exception):
    """This value is not of the type that it mostly has."""


DOUBTS = (Doubtful, ValidationError, ValueError, ArithmeticError)


def reader(
    shape: type, known: Mapping[str, fields.Field[Any]], reader_of: Callable[[type], Way]
) -> Way:
    """From an object's JSON values to the shape. `known` has the shape's fields by name."""
    hints = typing.get_type_hints(shape)
    ways = [
        (name, field.required, _reading(hints[name], field, reader_of))
        for name, field in known.items()
    ]

    def read(data: Any) -> Any:
        if type(data) is not dict:
            raise Doubtful
        values = {}
        for name, required, way in ways:
            if name in data:
                values[name] = way(data[name])
            elif required:
                raise Doubtful
        return shape(**values)

    return read


def writer(shape: type, writer_of: Callable[[type], Way]) -> Way:
    """From the fields of the shape, all of them and no others, to an object of JSON values."""
    hints = typing.get_type_hints(shape)
    ways = {
        member.name: _writing(hints[member.name], writer_of)
        for member in dataclasses.fields(shape)
        if member.init
    }
    plans: dict[tuple[type, ...], list[tuple[str, Way]]] = {}

    def write(members: Mapping[str, Any]) -> dict[str, Any]:
        if len(members) != len(ways):
            raise Doubtful
        values = {name: members[name] for name in ways}
        kinds = tuple(map(type, values.values()))
        plan = plans.get(kinds)
        if plan is None:
            plan = plans[kinds] = _plan(ways, kinds)
        for name, way in plan:
            values[name] = way(values[name])
        return values

    return write


def _plan(
    ways: Mapping[str, tuple[type, Way | None]], kinds: tuple[type, ...]
) -> list[tuple[str, Way]]:
    """What is to be written otherwise than it is, for values of these types; None is as it is."""
    plan = []
    for (name, (kind, way)), given in zip(ways.items(), kinds, strict=True):
        if given is type(None):
            continue
        if given is not kind:
            raise Doubtful
        if way is not None:
            plan.append((name, way))
    return plan


def _reading(hint: Any, field: fields.Field[Any], reader_of: Callable[[type], Way]) -> Way:
    bare = _without_none(hint)
    checks = field.validators
    read = _read_as(bare, field, reader_of)
    if not checks and not field.allow_none:
        return read  # to which None is doubtful as well

    def way(value: Any) -> Any:
        if value is None:
            if field.allow_none:
                return None
            raise Doubtful
        loaded = read(value)
        for check in checks:
            check(loaded)
        return loaded

    return way


def _read_as(bare: Any, field: fields.Field[Any], reader_of: Callable[[type], Way]) -> Way:
    if isinstance(field, fields.List):
        inner = _reading(typing.get_args(bare)[0], field.inner, reader_of)
        return lambda value: [inner(item) for item in _only(list, value)]
    if isinstance(field, fields.Nested):
        return reader_of(bare)
    if issubclass(bare, Enum):
        return lambda value: bare(_only(str, value))
    if bare in (str, int, bool):
        return lambda value: _only(bare, value)
    return _FROM_TEXT[bare]


def _writing(hint: Any, writer_of: Callable[[type], Way]) -> tuple[type, Way | None]:
    """Of which type a value must be, and how it is written; None: as it is."""
    bare = _without_none(hint)
    if typing.get_origin(bare) is list:
        return list, _writing_list(typing.get_args(bare)[0], writer_of)
    if hasattr(bare, "__dataclass_fields__"):
        return bare, lambda made: writer_of(bare)(vars(made))
    if issubclass(bare, Enum):
        return bare, lambda value: _only(str, value.value)
    return bare, None if bare in (str, int, bool) else _TO_TEXT[bare]


def _writing_list(hint: Any, writer_of: Callable[[type], Way]) -> Way:
    kind, way = _writing(hint, writer_of)

    def write(item: Any) -> Any:
        if item is None:
            return None
        return way(_only(kind, item)) if way else _only(kind, item)

    return lambda items: [write(item) for item in items]


def _only(kind: Any, value: Any) -> Any:
    """The value, if it is of just this kind: True is no whole number here."""
    if type(value) is not kind:
        raise Doubtful
    return value


def _decimal(value: Any) -> Decimal:
    number = Decimal(_only(str, value))
    if not number.is_finite():
        raise Doubtful
    return number


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(_only(str, value))
    if instant.tzinfo is None:
        raise Doubtful
    return instant.astimezone(UTC)


_FROM_TEXT: dict[Any, Way] = {
    Decimal: _decimal,
    date: lambda value: date.fromisoformat(_only(str, value)),
    datetime: _instant,
    UUID: lambda value: UUID(_only(str, value)),
}
_TO_TEXT: dict[Any, Way] = {
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    datetime: datetime.isoformat,
    UUID: str,
}


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint
