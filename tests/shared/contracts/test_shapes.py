"""What a shape lets through, and how it says what is wrong."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headship_contracts.errors import Invalid
from headship_contracts.shape import Shape, items, number, shape, text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@shape
class Mark(Shape):
    criterion: str = text(longest=20)
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
    marks: list[Mark] = items(most=3, default_factory=list)
    mark: Mark | None = None


def everything(**changes: object) -> Everything:
    values: dict[str, object] = {
        "words": "ten",
        "whole": 10,
        "truth": True,
        "money": Decimal("10.10"),
        "day": date(2026, 10, 1),
        "instant": datetime(2026, 10, 1, 9, 30, 0, 123456, UTC),
        "identity": UUID(int=7),
        "colour": Colour.RED,
        **changes,
    }
    return Everything(**values)  # type: ignore[arg-type]


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
"""What a database can keep, and a shape therefore accepts."""


@given(
    words=words,
    whole=st.integers(-(2**63) + 1, 2**63 - 1),
    money=st.decimals(-(10**11), 10**11, places=4),
    day=st.dates(),
    instant=st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(words, max_size=3),
    marks=st.lists(st.builds(Mark, criterion=words, value=st.integers(0, 10))).map(
        lambda made: made[:3]
    ),
    perhaps=st.none() | words,
)
def test_what_is_dumped_loads_as_the_same(**values: object) -> None:
    shape = everything(**values)

    assert Everything.load(shape.dump()) == shape


def test_a_nested_shape_survives_the_journey() -> None:
    shape = everything(mark=Mark(criterion="impact", value=3), marks=[Mark(criterion="a", value=0)])

    assert Everything.load(shape.dump()) == shape


def test_unknown_fields_are_ignored_also_inside_a_list() -> None:
    told = everything(marks=[Mark(criterion="a", value=1)]).dump() | {"added_later": 1}
    told["marks"][0]["added_later"] = {"deep": True}

    assert Everything.load(told).marks == [Mark(criterion="a", value=1)]


def test_an_instant_from_another_zone_arrives_in_utc() -> None:
    summer = datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=1)))

    loaded = Everything.load(everything(instant=summer).dump())

    assert loaded.instant == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert loaded.instant.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", None),
        ("words", 7),
        ("words", "x" * 2_001),
        ("whole", "7 apples"),
        ("whole", 7.5),
        ("truth", "perhaps"),
        ("money", "ten pounds"),
        ("day", "2026-13-01"),
        ("instant", "2026-10-01T09:30:00"),
        ("identity", "not-a-uuid"),
        ("colour", "green"),
        ("tags", ["a", "b", "c", "d"]),
        ("tags", "a,b"),
        ("marks", [{"criterion": "a"}]),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        Everything.load(everything().dump() | {field: value})

    assert [name.split(".")[0] for name in refused.value.fields] == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        Everything.load({"words": 1, "marks": [{"criterion": "x" * 21, "value": 11}]})

    assert {"words", "whole", "identity", "marks.0.criterion", "marks.0.value"} <= set(
        refused.value.fields
    )


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_something_that_is_not_an_object_is_refused(data: object) -> None:
    with pytest.raises(Invalid, match="expected the fields of Everything"):
        Everything.load(data)


def test_a_missing_field_of_an_old_sender_takes_its_default() -> None:
    told = everything(identity=uuid4()).dump()
    del told["perhaps"], told["tags"], told["mark"]

    loaded = Everything.load(told)

    assert (loaded.perhaps, loaded.tags, loaded.mark) == (None, [], None)


@shape
class Coded(Shape):
    code: str = text(pattern=r"^(pass|fail)$")
    reason: str = text(pattern=r"\S", default="none")


def test_a_line_feed_after_its_end_is_no_part_of_a_pattern() -> None:
    assert Coded.load({"code": "pass"}).code == "pass"
    for code in ("pass\n", "pass\n\n", "passed"):
        with pytest.raises(Invalid) as refused:
            Coded.load({"code": code})
        assert list(refused.value.fields) == ["code"]
    assert Coded.load({"code": "fail", "reason": "late\n"}).reason == "late\n"
