"""The rows of a mailing: who each is for, and the values of the template's placeholders."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from headship_contracts.csv_rows import Problem, Record
from headship_contracts.csv_text import shown
from headship_contracts.errors import Refused
from notifications.domain.addresses import BadAddress, folded, read_address
from notifications.domain.mailings.sheets import Sheet
from notifications.domain.placeholders import key_of
from notifications.domain.templates import Template
from notifications.domain.values import Value

ADDRESS, PERSON, APPLICATION = "email address", "person id", "application id"
NAME, REFERENCE = "name", "reference"

ALIASES: Mapping[str, Sequence[str]] = {
    ADDRESS: (ADDRESS, "email", "e-mail address", "recipient"),
    PERSON: (PERSON, "participant id", "staff id"),
    APPLICATION: (APPLICATION,),
    NAME: (NAME, "full name"),
    REFERENCE: (REFERENCE,),
}
"""What a column may be headed that says who a row is for, or which row it is."""

LONGEST_REFERENCE = 80
LONGEST_NAME = 200

_FIELD_OF = {key_of(alias): name for name, aliases in ALIASES.items() for alias in aliases}


@dataclass(frozen=True)
class Addressed:
    """What a row says by itself. Without problems it has an address, a person or an application."""

    record: Record
    problems: list[Problem]
    address: str | None = None
    name: str | None = None
    person_id: UUID | None = None
    application_id: UUID | None = None
    reference: str | None = None
    values: Mapping[str, Value | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from the other rows of its mailing; of an address only a hash."""
        if self.reference is not None:
            return f"reference:{self.reference}"
        known = self.application_id or self.person_id
        if self.address is None or known is not None:
            return str(known)
        return hashlib.sha256(folded(self.address).encode()).hexdigest()[:32]

    @property
    def told_as(self) -> str:
        """What tells it apart, for who reads of it."""
        known = self.reference or self.application_id or self.person_id or self.address
        return shown(str(known))

    @property
    def told_by(self) -> str:
        """The column by which it is told apart."""
        if self.reference is not None:
            return REFERENCE
        if self.application_id is not None:
            return APPLICATION
        return PERSON if self.person_id is not None else ADDRESS


def known_columns(template: Template) -> Mapping[str, str]:
    """Key → name of the columns that mean something."""
    return {key_of(key): key for key in template.keys} | _FIELD_OF


class RowReader:
    """Reads the rows of one sheet for one template."""

    def __init__(self, sheet: Sheet, template: Template) -> None:
        """Raises Refused `missing_columns` or `duplicate_columns`."""
        self._template = template
        self._keys = {key_of(key): key for key in template.keys}
        self._fields: dict[str, list[int]] = {}
        self._columns: dict[str, list[int]] = {}  # of placeholders
        self.ignored: list[str] = []
        for number, cell in enumerate(sheet.header):
            key = key_of(cell)
            if key in _FIELD_OF:
                self._fields.setdefault(_FIELD_OF[key], []).append(number)
            if key in self._keys:
                self._columns.setdefault(key, []).append(number)
            elif cell and key not in _FIELD_OF:
                self.ignored.append(cell)
        twice = [name for name, places in self._fields.items() if len(places) > 1]
        if twice:
            raise Refused("duplicate_columns", f"columns that mean the same: {', '.join(twice)}")
        found_later = {key_of(key) for key in template.given_when_sent}
        missing = [] if {ADDRESS, PERSON, APPLICATION} & self._fields.keys() else [ADDRESS]
        missing += [
            name
            for key, name in self._keys.items()
            if key not in found_later and key not in self._columns
        ]
        if missing:
            raise Refused("missing_columns", f"there is no column {', '.join(missing)}")

    def read(self, record: Record) -> Addressed:
        """A row, with all that is wrong with it by itself, but for values that are missing."""
        problems = list(record.problems)
        address = self._cell(record, ADDRESS).lower()  # as Notify does: none are told apart by it
        person, application = self._cell(record, PERSON), self._cell(record, APPLICATION)
        if address and person:
            problems.append(Problem(PERSON, "one_recipient", "give this or the address", person))
        elif not (address or person or application):
            problems.append(Problem(ADDRESS, "missing", "is missing"))
        if address:
            try:
                read_address(address)
            except BadAddress as error:
                told = f"is no address: {error}"
                problems.append(Problem(ADDRESS, "not_an_address", told, shown(address)))
        return Addressed(
            record,
            problems,
            address=address or None,
            name=self._short(record, NAME, LONGEST_NAME, problems) if address else None,
            person_id=_id(PERSON, person, problems),
            application_id=_id(APPLICATION, application, problems),
            reference=self._short(record, REFERENCE, LONGEST_REFERENCE, problems),
            values=self._values(record),
        )

    def _cell(self, record: Record, name: str) -> str:
        (place,) = self._fields.get(name, (len(record.cells),))
        return record.cells[place].strip() if place < len(record.cells) else ""

    def _short(
        self, record: Record, name: str, longest: int, problems: list[Problem]
    ) -> str | None:
        told = " ".join(self._cell(record, name).split())
        if len(told) > longest:
            problems.append(
                Problem(name, "too_long", f"has over {longest} characters", shown(told))
            )
        return told or None

    def _values(self, record: Record) -> dict[str, Value | None]:
        """By placeholder; a column that is there more than once is a list."""
        found: dict[str, Value | None] = {}
        for key, places in self._columns.items():
            cells = [record.cells[at].strip() for at in places if at < len(record.cells)]
            told = [cell for cell in cells if cell]
            if told and key != NAME:
                found[self._keys[key]] = told[0] if len(places) == 1 else told
        return found


def _id(name: str, told: str, problems: list[Problem]) -> UUID | None:
    try:
        return UUID(told) if told else None
    except ValueError:
        message = "must be an id such as 1f6f0b1c-5f0a-4b0e-9d5e-0c1d2e3f4a5b"
        problems.append(Problem(name, "not_an_id", message, shown(told)))
        return None
