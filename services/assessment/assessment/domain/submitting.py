"""What a candidate declares, and why a file does not count."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DECLARATION = "own-work/1"
"""Names the wording below on each submission; changes with it."""

DECLARATION_TEXT = (
    "I declare that this is my own work, that I have said whose ideas and words I use where they "
    "are not mine, and that nobody, and no artificial intelligence, has written any part of it."
)


class Refusal(StrEnum):
    """Why a file that arrived does not count, apart from what is wrong with the file itself."""

    LATE = "late"
    READ_TOO_LATE = "read_too_late"
    NOT_CONFIRMED = "not_confirmed"


ACCEPTABLE = frozenset(Refusal)
"""A lead may let these count after all."""


@dataclass(frozen=True)
class Draft:
    """What its sender sees before confirming; `before` and `after` surround the cut-off line.

    `found`: what reading gave, without the text.
    """

    sha256: str
    filename: str
    found: dict[str, Any]
    before: str = ""
    after: str = ""
