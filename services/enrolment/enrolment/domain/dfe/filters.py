"""Filters, pages and bodies of requests to DfE's API: what is read, and what is refused how.

Source: `app/controllers/concerns/api/{pagination,filter_by_date,filter_by_participant_ids}.rb`,
`app/controllers/api/base_controller.rb`. All of it is a 400 `Bad request`, but for an unknown
training status: that is a 422.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.vocabulary import TRAINING_STATUSES

DEFAULT_PER_PAGE = 100
MOST_PER_PAGE = 3_000


def bad_request(detail: str) -> Problem:
    """A request that cannot be read."""
    return Problem("Bad request", detail)


WRONG_STRUCTURE = bad_request("correct json data structure required. See API docs for reference")
FILTER_NOT_VALID = bad_request("'#/filter' is not a valid field")
PAGE_NOT_VALID = bad_request(
    "The '#/page[page]' and '#/page[per_page]' parameter values must be a valid positive number"
)
PARTICIPANT_IDS_NOT_VALID = bad_request(
    "The filter '#/participant_id' must be a comma-delimited list of valid UUIDs"
)
TRAINING_STATUS_NOT_VALID = Problem(
    "Unpermitted parameters",
    'The filter \'#/training_status\' must be ["active", "deferred", "withdrawn"]',
)

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_ZONE = r"(?P<zone>Z|[+-]\d{2}(:?\d{2})?)?"
_INSTANT = re.compile(rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<part>\.\d+)?{_ZONE}", re.IGNORECASE)
_DAY = re.compile(rf"(\d{{4}}-\d\d-\d\d){_ZONE}", re.IGNORECASE)


def date_not_valid(name: str) -> Problem:
    """`name` is `updated_since` or `created_since`."""
    return bad_request(f"The filter '#/{name}' must be a valid ISO 8601 date")


def parse_since(text: str) -> datetime | None:
    """An ISO 8601 instant, or a day, in UTC; None when it is neither. No zone is read as UTC."""
    text = text.strip()
    match = _INSTANT.fullmatch(text) or _DAY.fullmatch(text)
    if match is None:
        return None
    told = match.groupdict()
    zone = (told["zone"] or "Z").upper()
    if len(zone) == 3:
        zone += ":00"
    when = match[1].upper() if "T" in match[1].upper() else f"{match[1]}T00:00:00"
    try:
        return datetime.fromisoformat(when + (told.get("part") or "")[:7] + zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def check_since(name: str, text: str | None) -> list[Problem]:
    """What DfE would say to `filter[updated_since]` or `filter[created_since]`; blank is none."""
    if text is None or not text.strip() or parse_since(text) is not None:
        return []
    return [date_not_valid(name)]


def check_participant_ids(text: str | None) -> list[Problem]:
    """What DfE would say to `filter[participant_id]`: UUIDs with commas and nothing else; commas
    alone are no ids at all.
    """
    stripped = re.sub(",+$", "", text or "")  # as Ruby splits: empty ends do not count
    if not stripped.strip():
        return []
    ids = stripped.split(",")
    return [] if all(_UUID.fullmatch(one) for one in ids) else [PARTICIPANT_IDS_NOT_VALID]


def check_training_status(text: str | None) -> list[Problem]:
    """What DfE would say to `filter[training_status]`; not a 400 but a 422."""
    if text is None or text in TRAINING_STATUSES:
        return []
    return [TRAINING_STATUS_NOT_VALID]


@dataclass(frozen=True)
class PageWanted:
    """Which page, from 1, and how many records on each."""

    page: int
    per_page: int

    @property
    def bounds(self) -> tuple[int, int]:
        """Where it begins and ends among all records."""
        return (self.page - 1) * self.per_page, self.page * self.per_page


def read_page(page: str | None, per_page: str | None) -> PageWanted | None:
    """The page that is asked for: 3,000 records at most, 100 unless told. None: PAGE_NOT_VALID."""
    wanted = PageWanted(_number(page, 1), min(_number(per_page, DEFAULT_PER_PAGE), MOST_PER_PAGE))
    return wanted if wanted.page >= 1 and wanted.per_page >= 1 else None


def _number(text: str | None, otherwise: int) -> int:
    return otherwise if text is None else leading_number(text)


def leading_number(text: str) -> int:
    """As Ruby's `to_i`: the digits that it begins with, 0 for what is no number."""
    match = re.match(r"\s*([+-]?\d+)", text)
    return int(match[1]) if match else 0


def read_sort(text: str | None, columns: Sequence[str]) -> list[tuple[str, bool]]:
    """`sort=-updated_at,name` → [(column, descending)]; columns that do not exist are passed
    over. So is one after a plus sign that was not escaped, and arrived as a space.
    """
    wanted = []
    for part in (text or "").split(","):
        signed = part[:1] in ("+", "-")
        column = part[1:] if signed else part
        if column in columns:
            wanted.append((column, part[:1] == "-"))
    return wanted
