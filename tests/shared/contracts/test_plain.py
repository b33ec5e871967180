"""The short way between shapes and JSON gives what marshmallow gives, or leaves it to it."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import headship_contracts.catalogue  # noqa: F401  registers all
from headship_contracts.errors import Invalid
from headship_contracts.messages import EVENTS, REQUESTS
from headship_contracts.shape import Shape, items, number, schema_of, shape, strictly, text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@shape
class Mark(Shape):
    criterion: str = text(longest=20, pattern=r"[a-z ]*")
    value: int = number(least=0, most=10)


@shape
class Everything(Shape):
    words: str
    whole: int
    truth: bool
    money: Decimal
    day: date
    instant: datetime
    identity: UUID
    colour: Colour
    perhaps: str | None = None
    perhaps_day: date | None = None
    tags: list[str] = items(most=3, default_factory=list)
    days: list[date] = items(most=3, default_factory=list)
    marks: list[Mark] = items(most=3, default_factory=list)
    mark: Mark | None = None


RIGHT: dict[str, Any] = {
    "words": "ten",
    "whole": 10,
    "truth": True,
    "money": "10.10",
    "day": "2026-10-01",
    "instant": "2026-10-01T09:30:00.123456+00:00",
    "identity": "00000000-0000-0000-0000-000000000007",
    "colour": "red",
    "perhaps": None,
    "tags": ["a", "b"],
    "days": ["2026-10-01"],
    "marks": [{"criterion": "impact", "value": 3}],
    "mark": {"criterion": "impact", "value": 3, "added_later": 1},
    "added_later": {"deep": True},
}

ODD: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        7.0,
        7.5,
        1e400,
        2**63 - 1,
        2**63,
        "",
        " ",
        "7",
        "true",
        "on",
        "red",
    ),
    *("red", "RED", "\x00", "\ud800", "x" * 2_001, "1E+3", "1e-30", "NaN", "Infinity", "10,0"),
    *(
        "-0",
        "١",
        "2026-10-01",
        "20261001",
        "2026-W40-4",
        "2026-10-01T09:30",
        "2026-10-01 09:30:00Z",
    ),
    *("0001-01-01T00:00:00+01:00", "2026-10-01T09:30:00.1+01:00", "2026-10-01T24:00:00Z"),
    *("{00000000-0000-0000-0000-000000000007}", "0" * 32, "urn:uuid:" + "0" * 32, [], {}),
    *([None], ["a", 1], ["a"] * 4, "abc", [{"criterion": "A"}], {"criterion": "a", "value": 11}),
]


def outcome(load: Any, data: Any) -> Any:
    """What a way of loading gives: the shape, or the problems that it names."""
    try:
        return load(data)
    except Invalid as error:
        return error.code, error.detail, error.fields


def by_marshmallow(data: Any) -> Everything:
    return strictly(Everything, data)


names = st.sampled_from(list(RIGHT))
json_values = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner),
    max_leaves=4,
)


@given(
    changed=st.dictionaries(names, json_values, max_size=3),
    missing=st.sets(names, max_size=1),
)
@example(changed={}, missing=set())
@settings(max_examples=300)
def test_any_json_loads_as_marshmallow_loads_it(changed: dict[str, Any], missing: set[str]) -> None:
    told = {name: value for name, value in (RIGHT | changed).items() if name not in missing}

    assert outcome(Everything.load, told) == outcome(by_marshmallow, told)


@pytest.mark.parametrize("field", sorted(RIGHT))
def test_an_odd_value_loads_as_marshmallow_loads_it(field: str) -> None:
    told = {ascii(value): RIGHT | {field: value} for value in ODD}

    loaded = {value: outcome(Everything.load, data) for value, data in told.items()}

    assert loaded == {value: outcome(by_marshmallow, data) for value, data in told.items()}


def test_what_is_right_loads_to_values_of_its_own_types() -> None:
    loaded = Everything.load(json.loads(json.dumps(RIGHT)))

    assert (type(loaded.colour), type(loaded.mark)) == (Colour, Mark)
    assert loaded.instant == datetime(2026, 10, 1, 9, 30, 0, 123456, UTC)
    assert loaded.instant.tzinfo is UTC


class Louder(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"words": Louder("hear")},
        {"words": None},
        {"whole": True},
        {"whole": 7.0},
        {"money": Decimal("1E+3")},
        {"money": 5},
        {"day": datetime(2026, 10, 1, tzinfo=UTC)},
        {"instant": datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=1)))},
        {"identity": "not an identity"},
        {"tags": ("a", "b")},
        {"marks": None},
    ],
    ids=str,
)
def test_any_shape_is_dumped_as_marshmallow_dumps_it(changes: dict[str, Any]) -> None:
    made = Everything(**(vars(strictly(Everything, RIGHT)) | changes))

    dumped = made.dump()

    assert json.dumps(dumped) == json.dumps(schema_of(Everything).dump(made))


@pytest.fixture(scope="module", autouse=True)
def _what_databases_keep() -> None:
    st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
    st.register_type_strategy(Decimal, st.decimals(-(10**11), 10**11, places=4))


@given(st.data())
@pytest.mark.parametrize(
    "message", [*EVENTS.values(), *REQUESTS.values()], ids=lambda message: message.__name__
)
@settings(max_examples=5)
def test_every_message_goes_both_ways_asby_marshmallow(
    message: type[Shape], data: st.DataObject
) -> None:
    made = data.draw(st.builds(message))

    dumped = made.dump()

    assert dumped == schema_of(message).dump(made)
    assert outcome(message.load, dumped) == outcome(lambda told: strictly(message, told), dumped)


def test_fields_are_dumped_as_the_shape_that_is_made_of_them():
    made = Everything.load(RIGHT)
    said = dict(vars(made))

    assert Everything.dump_of(said) == made.dump()
    del said["perhaps"]
    assert Everything.dump_of(said) == made.dump()
    with pytest.raises(TypeError, match="unheard_of"):
        Everything.dump_of({**said, "unheard_of": 1})
