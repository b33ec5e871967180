"""Shapes: frozen dataclasses that dump to plain JSON values and load from them.

The marshmallow schema of a shape is made from its fields, so that a shape is written once.
A field is a scalar (str, int, bool, Decimal, date, datetime, UUID, or a StrEnum), a scalar or
None, a list of scalars, or a list of one flat shape. Fields are only ever added, with a default
for senders that do not know them; unknown fields are ignored; a field never changes meaning.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Self, TypeVar, Union
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from headship_contracts import plain
from headship_contracts.errors import Invalid

MAX_TEXT = 2_000
"""Characters in a text field that names no limit of its own. Longer text is an error."""

MAX_ITEMS = 5_000
"""Items in a list field that names no limit of its own."""

BIGGEST = 2**63 - 1
"""The largest whole number that the databases hold, in a field that names no limit of its own."""

SMALLEST_EXPONENT, LARGEST_EXPONENT = -20, 12
"""Powers of ten between which a decimal number lies: money has twelve digits before its point."""


class Instant(fields.AwareDateTime):
    """An instant in UTC, to the microsecond; a time without an offset is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **options)
        try:
            return instant.astimezone(UTC)
        except OverflowError as error:  # the first or last hours of the calendar
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


def _can_be_stored(value: str | Decimal) -> None:
    """Neither database takes a zero byte or half a surrogate pair, nor a boundless number."""
    if isinstance(value, Decimal):
        if value and not SMALLEST_EXPONENT <= value.adjusted() < LARGEST_EXPONENT:
            raise ValidationError("Number out of range.")
        return
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("Not a valid string.") from error
    if "\x00" in value:
        raise ValidationError("Not a valid string.")


def _text_up_to(longest: int) -> Callable[[str], None]:
    """What holds for a text, in one look where it is as most are: all that marshmallow and Python
    call for it took a quarter of the time that reading an event takes."""
    short = validate.Length(max=longest)

    def check(value: str) -> None:
        if len(value) > longest or not value.isascii() or "\x00" in value:
            short(value)
            _can_be_stored(value)

    return check


def _whole_between(least: int, most: int) -> Callable[[int], None]:
    inside = validate.Range(min=least, max=most)

    def check(value: int) -> None:
        if not least <= value <= most:
            inside(value)

    return check


_SCALARS: dict[type, Any] = {
    int: lambda **o: fields.Integer(strict=True, **o),
    bool: fields.Boolean,
    Decimal: lambda **o: fields.Decimal(as_string=True, validate=_can_be_stored, **o),
    date: fields.Date,
    datetime: Instant,
    UUID: fields.UUID,
}


def text(*, longest: int = MAX_TEXT, pattern: str | None = None, **options: Any) -> Any:
    """A text field with a limit in characters, and optionally the pattern that it must match."""
    return dataclasses.field(metadata={"longest": longest, "pattern": pattern}, **options)


def number(*, least: int | None = None, most: int | None = None, **options: Any) -> Any:
    """A whole number between `least` and `most`, both allowed."""
    return dataclasses.field(metadata={"least": least, "most": most}, **options)


def items(*, most: int, **options: Any) -> Any:
    """A list with at most `most` items."""
    return dataclasses.field(metadata={"most_items": most}, **options)


ShapeT = TypeVar("ShapeT", bound="Shape")


@typing.dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(dataclasses.field, text, number, items),
)
def shape(travels: type[ShapeT]) -> type[ShapeT]:
    """A frozen dataclass with fields by keyword, compared, hashed and shown as `Shape` says.

    For each of its 700 a dataclass would write and compile these anew: half of the time in which
    a process imports the contracts.
    """
    made = dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)
    return made(travels)


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Shape:
    """Base of everything that travels."""

    schema_options: ClassVar[Mapping[str, Any]] = {"unknown": EXCLUDE}

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({told})"

    def dump(self) -> dict[str, Any]:
        """Plain JSON values: text, numbers, booleans, null, lists and objects."""
        try:
            dumped: dict[str, Any] = _writer(type(self))(vars(self))
        except plain.DOUBTS:
            dumped = schema_of(type(self)).dump(self)
        return dumped

    @classmethod
    def dump_of(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        """As `cls(**fields).dump()`; where all fields are given, without making one first."""
        try:
            dumped: dict[str, Any] = _writer(cls)(fields)
        except (*plain.DOUBTS, KeyError):
            return cls(**fields).dump()
        return dumped

    @classmethod
    def load(cls, data: Any) -> Self:
        """The shape that `data` describes. Raises Invalid, naming each wrong field."""
        if not isinstance(data, Mapping):
            raise Invalid("not_an_object", f"expected the fields of {cls.__name__}")
        try:
            plainly: Self = _reader(cls)(data)
        except plain.DOUBTS:
            return strictly(cls, data)
        return plainly


def strictly(shape: type[ShapeT], data: Mapping[str, Any]) -> ShapeT:
    """As `load`, by marshmallow alone."""
    try:
        loaded = schema_of(shape).load(data)
    except ValidationError as error:
        raise Invalid(
            "invalid_fields", f"{shape.__name__} is not right", _flat(error.messages)
        ) from error
    return _build(shape, loaded)


_schemas: dict[str, Schema] = {}


def schema_of(shape: type[Shape]) -> Schema:
    """The marshmallow schema of a shape, made once from its dataclass fields."""
    name = f"{shape.__module__}.{shape.__qualname__}"
    if name not in _schemas:
        hints = typing.get_type_hints(shape)
        members = {
            member.name: _field(hints[member.name], member)
            for member in dataclasses.fields(shape)
            if member.init
        }
        _schemas[name] = Schema.from_dict(members, name=shape.__name__)(**shape.schema_options)
    return _schemas[name]


def _field(hint: Any, member: dataclasses.Field[Any]) -> fields.Field[Any]:
    required = (
        member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING
    )
    return _typed(hint, member.metadata, required=required)


def _whole(pattern: str) -> str:
    """With `$` for the end, as in JSON schemas: in Python a line feed may follow it."""
    return pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern


def _typed(hint: Any, limits: Mapping[str, Any], **options: Any) -> fields.Field[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = [a for a in arguments if a is not type(None)]
        return _typed(inner, limits, allow_none=True, **options)
    if origin is list:
        longest = validate.Length(max=limits.get("most_items", MAX_ITEMS))
        inner_field = _typed(arguments[0], {k: v for k, v in limits.items() if k != "most_items"})
        return fields.List(inner_field, validate=longest, **options)
    if isinstance(hint, type) and issubclass(hint, Shape):
        return fields.Nested(lambda: schema_of(hint), **options)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return fields.Enum(hint, by_value=True, **options)
    if hint is str:
        checks: list[Any] = [_text_up_to(limits.get("longest", MAX_TEXT))]
        if limits.get("pattern"):
            checks.append(validate.Regexp(_whole(limits["pattern"])))
        return fields.String(validate=checks, **options)
    if hint is int:
        least, most = limits.get("least"), limits.get("most")
        options["validate"] = _whole_between(
            -BIGGEST if least is None else least, BIGGEST if most is None else most
        )
    field: fields.Field[Any] = _SCALARS[hint](**options)
    return field


_readers: dict[type, plain.Way] = {}
_writers: dict[type, plain.Way] = {}


def _reader(shape: type[Any]) -> plain.Way:
    if shape not in _readers:
        _readers[shape] = plain.reader(shape, schema_of(shape).fields, _reader)
    return _readers[shape]


def _writer(shape: type[Any]) -> plain.Way:
    if shape not in _writers:
        _writers[shape] = plain.writer(shape, _writer)
    return _writers[shape]


_hints_of: dict[str, dict[str, Any]] = {}


def _hints(shape: type[Shape]) -> dict[str, Any]:
    name = f"{shape.__module__}.{shape.__qualname__}"
    if name not in _hints_of:
        _hints_of[name] = typing.get_type_hints(shape)
    return _hints_of[name]


def _build(shape: type[ShapeT], loaded: Mapping[str, Any]) -> ShapeT:
    hints = _hints(shape)
    values = {name: _nested(hints[name], value) for name, value in loaded.items()}
    return shape(**values)


def _nested(hint: Any, value: Any) -> Any:
    if isinstance(value, list):
        (inner,) = typing.get_args(_without_none(hint))
        return [_nested(inner, item) for item in value]
    bare = _without_none(hint)
    if isinstance(value, Mapping) and isinstance(bare, type) and issubclass(bare, Shape):
        return _build(bare, value)
    return value


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (Union, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None))
    return hint


def _flat(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"entries.0.status": ["..."]}`."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[str]] = {}
        for name, inner in messages.items():
            flat |= _flat(inner, f"{prefix}.{name}" if prefix else str(name))
        return flat
    return {prefix: [str(message) for message in messages]}
