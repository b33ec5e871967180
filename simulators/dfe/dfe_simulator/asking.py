"""What a request brings: who asks, when, with which filters, page, sort and body.

Values are read as DfE's code reads them, which is not always as its document says: see each method.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import unquote_plus

from dfe_simulator.errors import BadRequest, refuse_request_if
from dfe_simulator.world import World
from enrolment.domain.dfe import filters

MOST_RECORDS = 10**9
"""No list is longer: a page beyond is empty without counting up to it."""

_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")

Record = TypeVar("Record")
Columns = Mapping[str, Callable[[Any], Any]]
"""Which column of a table goes by which value of a record."""


@dataclass(frozen=True)
class Asking:
    """One request, as far as the endpoints look at it. `at` is the server's time for it.

    `body` is what the JSON says; None when there was none, or none that could be read.
    """

    world: World
    lead_provider: str
    at: datetime
    query: Mapping[str, str]
    body: Any
    new_id: Callable[[], str]

    def filtered(self, name: str) -> str | None:
        """The value of `filter[name]`; None when absent or empty."""
        return self.query.get(f"filter[{name}]", "").strip() or None

    def instant(self, name: str) -> datetime | None:
        """`filter[name]` as an instant. Raises BadRequest when it is none. DfE decodes the text
        twice, the second time as a form's (`URI.decode_www_form_component`): so the `+` of an
        offset becomes a space and is refused, and what was escaped twice is taken.
        """
        text = self.filtered(name)
        if text is None:
            return None
        if _BAD_ESCAPE.search(text):
            raise BadRequest(filters.date_not_valid(name))
        text = unquote_plus(text)
        refuse_request_if(filters.check_since(name, text))
        return filters.parse_since(text)

    def years(self) -> set[str] | None:
        """`filter[cohort]`: the start years, however many, each by the digits that it begins with,
        as a column of integers is compared; None when not asked for.
        """
        text = self.filtered("cohort")
        return {str(filters.leading_number(year)) for year in text.split(",")} if text else None

    def participant_ids(self) -> list[str] | None:
        """`filter[participant_id]`, each once. Raises BadRequest unless all are UUIDs, and for a
        list of values (`filter[participant_id][]`).
        """
        if "filter[participant_id][]" in self.query:
            raise BadRequest(filters.PARTICIPANT_IDS_NOT_VALID)
        text = self.filtered("participant_id")
        if text is None:
            return None
        refuse_request_if(filters.check_participant_ids(text))
        return [one for one in dict.fromkeys(text.lower().split(",")) if one]

    def page_of(self, records: Iterable[Record]) -> list[Record]:
        """The page that was asked for; what comes after it is not looked at. Raises BadRequest
        unless both numbers are positive.
        """
        wanted = filters.read_page(self.query.get("page[page]"), self.query.get("page[per_page]"))
        if wanted is None:
            raise BadRequest(filters.PAGE_NOT_VALID)
        start, end = wanted.bounds
        if isinstance(records, list):
            return records[start:end]
        return [] if start > MOST_RECORDS else list(islice(records, start, end))

    def sorted_by(self, records: Iterable[Record], columns: Columns) -> Iterable[Record]:
        """By `sort`; without one, or without a column that exists, as they are. What is null comes
        last, or first when descending.
        """
        wanted = filters.read_sort(self.query.get("sort"), list(columns))
        if not wanted:
            return records
        ordered = list(records)
        for column, descending in reversed(wanted):
            ordered.sort(key=_nulls_last(columns[column]), reverse=descending)
        return ordered

    def attributes(self) -> dict[str, Any]:
        """The body's `data.attributes`, as far as they are scalars. Raises BadRequest without."""
        data = self.body.get("data") if isinstance(self.body, dict) else None
        attributes = data.get("attributes") if isinstance(data, dict) else None
        if not isinstance(attributes, dict) or not attributes:
            raise BadRequest(filters.WRONG_STRUCTURE)
        return {name: told for name, told in attributes.items() if _is_scalar(told)}

    def permitted(self, *names: str) -> dict[str, Any]:
        """These attributes, where the body may be left out but not be empty: without `data` there
        are none. Raises BadRequest when there is `data`, and none of them in it.
        """
        if not isinstance(self.body, dict) or self.body.get("data") is None:
            return {}
        data = self.body["data"]
        attributes = data.get("attributes") if isinstance(data, dict) else None
        told = attributes if isinstance(attributes, dict) else {}
        known = {name: told[name] for name in names if name in told and _is_scalar(told[name])}
        if not known:
            raise BadRequest(filters.WRONG_STRUCTURE)
        return known


def _nulls_last(value_of: Callable[[Any], Any]) -> Callable[[Any], tuple[bool, Any]]:
    def key(record: Any) -> tuple[bool, Any]:
        value = value_of(record)
        return value is None, value

    return key


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))


def text_or_none(value: object) -> str | None:
    """A scalar as text, as DfE's parameters are; a list or an object counts as not given."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else None


def id_or_none(value: object) -> str | None:
    """An id as DfE compares them: in small letters."""
    text = text_or_none(value)
    return None if text is None else text.lower()


def parsed(body: bytes) -> Any:
    """The JSON of a body; None for an empty one. Raises BadRequest for what is no JSON."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(filters.WRONG_STRUCTURE) from error
