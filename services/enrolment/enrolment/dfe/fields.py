"""The attributes of a record of DfE's, read one by one, tolerantly; what is wrong is named.

Unknown fields pass, states come with hyphens or not, flags and years as text or not.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from string import ascii_lowercase
from typing import Any
from uuid import UUID

from enrolment.dfe.errors import DfeNonsense

LONGEST_NUMBER = 9
"""Digits."""


class Fields:
    """The attributes of a record; each method reads one, or raises DfeNonsense with its name."""

    __slots__ = ("_id", "attributes")

    def __init__(self, record: Any) -> None:
        if not isinstance(record, dict) or not isinstance(record.get("attributes"), dict):
            raise DfeNonsense("the record has no attributes")
        self.attributes: Mapping[str, Any] = record["attributes"]
        self._id = record.get("id")

    def have(self, *names: str) -> None:
        """DfE shows these in each such record, be they null: where one is not there the answer is
        not whole, and nothing follows from it.
        """
        for name in names:
            if name not in self.attributes:
                raise DfeNonsense(f"{name} is missing")

    def id(self) -> UUID:
        """The record's own id."""
        return as_uuid("id", self._id)

    def id_if_given(self) -> UUID | None:
        """The record's own id, where nothing depends on it."""
        return None if self._id is None else as_uuid("id", self._id)

    def uuid(self, name: str) -> UUID:
        """An id that must be there."""
        return as_uuid(name, self.attributes.get(name))

    def optional_uuid(self, name: str) -> UUID | None:
        """An id that may be missing."""
        value = self.attributes.get(name)
        return as_uuid(name, value) if value else None

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.optional(name)
        if value is None:
            raise DfeNonsense(f"{name} is missing")
        return value

    def state(self, name: str) -> str:
        """A state, with underscores."""
        return self.text(name).replace("-", "_")

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """One of the words that we know what to do with."""
        value = self.text(name)
        if value not in known:
            raise DfeNonsense(f"{name} is none of {', '.join(known)}")
        return value

    def optional(self, name: str) -> str | None:
        """A text or number that may be missing or empty."""
        value = self.attributes.get(name)
        if value is None or value == "":
            return None
        if type(value) is str:
            if not can_be_stored(value):
                raise DfeNonsense(f"{name} has characters that no text has")
            return value
        if not isinstance(value, int) or isinstance(value, bool):
            raise DfeNonsense(f"{name} is not a text")
        return str(value)

    def flag(self, name: str) -> bool | None:
        """True, false, or not said."""
        value = self.attributes.get(name)
        if isinstance(value, str):  # the document says text where the code gives a boolean
            value = {"true": True, "false": False}.get(value.lower(), value)
        if value is not None and not isinstance(value, bool):
            raise DfeNonsense(f"{name} is neither true nor false")
        return value

    def decided(self, name: str) -> bool:
        """True or false."""
        value = self.flag(name)
        if value is None:
            raise DfeNonsense(f"{name} is neither true nor false")
        return value

    def years(self, name: str) -> list[int]:
        """Numbers, or texts as the document has it."""
        value = self.attributes.get(name)
        if not isinstance(value, list) or not all(is_year(year) for year in value):
            raise DfeNonsense(f"{name} is not a list of years")
        return sorted(int(year) for year in value)

    def number(self, name: str) -> int:
        """A whole number, or its text."""
        value = self.attributes.get(name)
        if not is_number(value):
            raise DfeNonsense(f"{name} is not a number")
        return int(str(value))

    def cohort(self) -> str:
        """2026b, of `cohort` and `cohort_suffix`; with an empty suffix it is that year's first."""
        self.have("cohort_suffix")
        year, suffix = self.text("cohort"), self.optional("cohort_suffix") or "a"
        if not is_year(year):
            raise DfeNonsense("cohort is not a year")
        if len(suffix) != 1 or suffix not in ascii_lowercase:
            raise DfeNonsense("cohort_suffix is not a letter")
        return f"{year}{suffix}"

    def instant(self, name: str) -> datetime:
        """An instant that must be there; without a zone it is UTC."""
        text = self.text(name)
        try:
            found = datetime.fromisoformat(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise DfeNonsense(f"{name} is not an instant") from error

    def optional_instant(self, name: str) -> datetime | None:
        """An instant that may be missing."""
        return self.instant(name) if self.attributes.get(name) else None

    def day(self, name: str) -> date:
        """A date; DfE writes that of an outcome with a time, which is always midnight."""
        try:
            return date.fromisoformat(self.text(name).partition("T")[0])
        except ValueError as error:
            raise DfeNonsense(f"{name} is not a date") from error

    def objects(self, name: str) -> list["Fields"]:
        """A list of objects within the record, as records of their own; missing: none."""
        value = self.attributes.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise DfeNonsense(f"{name} is not a list")
        return [Fields({"attributes": each}) for each in value]

    def object(self, name: str) -> "Fields | None":
        """An object within the record; None where there is none."""
        value = self.attributes.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise DfeNonsense(f"{name} is not an object")
        return Fields({"attributes": value})


def as_uuid(name: str, value: Any) -> UUID:
    """The id that `value` is. Raises DfeNonsense, naming the field."""
    try:
        return _uuid(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise DfeNonsense(f"{name} is not a UUID") from error


@lru_cache(maxsize=4_096)
def _uuid(text: str) -> UUID:
    """Kept for a while: a record's id is read twice, a participant's in each list."""
    return UUID(text)


def can_be_stored(text: str) -> bool:
    """Neither database takes a zero byte or half a surrogate pair."""
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def is_number(value: Any) -> bool:
    """Whether it is a whole number from 0, or the text of one: one that an integer column takes."""
    if isinstance(value, str):
        return len(value) <= LONGEST_NUMBER and value.isascii() and value.isdigit()
    return type(value) is int and 0 <= value < 10**LONGEST_NUMBER


def is_year(value: Any) -> bool:
    """Whether it is a year of four digits, or the text of one."""
    return is_number(value) and len(str(value)) == 4
