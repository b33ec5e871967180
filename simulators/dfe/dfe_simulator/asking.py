"""What a request brings: who asks, when, with which filters, page, sort and body."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from dfe_simulator import errors
from dfe_simulator.world import World

MOST_PER_PAGE = 3_000
PER_PAGE = 100

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:?\d{2})")

Record = TypeVar("Record")


@dataclass(frozen=True)
class Asking:
    """One request, as far as the endpoints look at it. `at` is the server's time for it."""

    world: World
    lead_provider: str
    at: datetime
    query: Mapping[str, str]
    body: bytes
    new_id: Callable[[], str]

    def filtered(self, name: str) -> str | None:
        """The value of `filter[name]`; None when absent or empty."""
        return self.query.get(f"filter[{name}]") or None

    def instant(self, name: str) -> datetime | None:
        """`filter[name]` as an instant. Raises BadRequest when it is none."""
        text = self.filtered(name)
        if text is None:
            return None
        text = text.replace(" ", "+")  # an unescaped plus sign
        problem = f"The filter '#/{name}' must be a valid ISO 8601 date"
        if not _INSTANT.fullmatch(text):
            raise errors.BadRequest(problem)
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError as error:
            raise errors.BadRequest(problem) from error

    def years(self) -> set[str] | None:
        """`filter[cohort]`: the start years, however many; None when not asked for."""
        text = self.filtered("cohort")
        return {year.strip() for year in text.split(",")} if text else None

    def participant_ids(self) -> set[str] | None:
        """`filter[participant_id]`. Raises BadRequest unless all are UUIDs."""
        text = self.filtered("participant_id")
        if text is None:
            return None
        wanted = text.split(",")
        if not all(_UUID.fullmatch(one) for one in wanted):
            raise errors.BadRequest(errors.PARTICIPANT_IDS)
        return {one.lower() for one in wanted}

    def page_of(self, records: list[Record]) -> list[Record]:
        """The page that was asked for. Raises BadRequest unless both numbers are positive."""
        page = self._number("page[page]", 1)
        per_page = min(self._number("page[per_page]", PER_PAGE), MOST_PER_PAGE)
        if page < 1 or per_page < 1:
            raise errors.BadRequest(errors.PAGING)
        return records[(page - 1) * per_page : page * per_page]

    def _number(self, name: str, otherwise: int) -> int:
        text = self.query.get(name)
        if text is None:
            return otherwise
        digits = re.match(r"\s*-?\d+", text)  # as Ruby's to_i: what is no number is 0
        return int(digits[0]) if digits else 0

    def sorted_by(
        self,
        records: Iterable[Record],
        columns: Mapping[str, Callable[[Record], Any]],
        default: str,
    ) -> list[Record]:
        """By `sort`: signed columns, comma-separated; those that do not exist are passed over."""
        wanted = []
        for part in (self.query.get("sort") or "").split(","):
            sign, column = (part[:1], part[1:]) if part[:1] in ("+", "-", " ") else ("+", part)
            if column in columns:
                wanted.append((column, sign == "-"))
        ordered = list(records)
        for column, descending in reversed(wanted or [(default, False)]):
            ordered.sort(key=columns[column], reverse=descending)
        return ordered

    def attributes(self, *, needed: bool = True) -> dict[str, Any]:
        """The body's `data.attributes`. Where not needed, a body without data is an empty one."""
        try:
            body = json.loads(self.body) if self.body.strip() else {}
        except ValueError as error:
            raise errors.BadRequest(errors.STRUCTURE) from error
        data = body.get("data") if isinstance(body, dict) else None
        if not data and not needed and isinstance(body, dict):
            return {}
        attributes = data.get("attributes") if isinstance(data, dict) else None
        if not isinstance(attributes, dict) or not attributes:
            raise errors.BadRequest(errors.STRUCTURE)
        return attributes


def text_or_none(value: object) -> str | None:
    """A value that should be text; anything else counts as not given."""
    return value if isinstance(value, str) else None
