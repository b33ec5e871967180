"""What DfE's records look like, read tolerantly: unknown fields pass, states with hyphens or not.

A record without what enrolment cannot do without raises DfeNonsense, naming the field.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from enrolment.dfe.errors import DfeNonsense

STATUSES = ("pending", "accepted", "rejected")


@dataclass(frozen=True, kw_only=True)
class DfeApplication:
    """An application as DfE shows it. `cohort` has the suffix: 2026b."""

    id: UUID
    participant_id: UUID
    full_name: str
    email: str | None
    trn: str | None
    trn_verified: bool
    course: str
    cohort: str
    status: str
    reason_for_rejection: str | None
    schedule: str | None
    funded_place: bool | None
    eligible_for_funding: bool
    ineligible_for_funding_reason: str | None
    school_urn: str | None
    in_england: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class DfeDeclaration:
    """A declaration as DfE shows it; `state` with underscores."""

    id: UUID
    application_id: UUID | None
    participant_id: UUID
    declaration_type: str
    course: str
    state: str
    has_passed: bool | None


@dataclass(frozen=True, kw_only=True)
class DfeOutcome:
    """An outcome as DfE shows it."""

    participant_id: UUID
    course: str
    state: str
    completion_date: date
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class DfeDeliveryPartner:
    """A delivery partner as DfE shows it; `cohorts` are the start years it is confirmed for."""

    id: UUID
    name: str
    cohorts: list[int]


ReadT = TypeVar("ReadT")


def record_of(answer: Any) -> Any:
    """The record in `{"data": {...}}`."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("data"), Mapping):
        raise DfeNonsense("the answer has no data")
    return answer["data"]


def records_of(answer: Any) -> list[Any]:
    """The records in `{"data": [...]}`."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("data"), list):
        raise DfeNonsense("the answer has no list of data")
    records: list[Any] = answer["data"]
    return records


def read_all(read: Callable[[Any], ReadT], records: Iterable[Any]) -> tuple[list[ReadT], list[str]]:
    """Those that can be read, and for each other one what is wrong with it."""
    good, problems = [], []
    for number, record in enumerate(records, start=1):
        try:
            good.append(read(record))
        except DfeNonsense as error:
            problems.append(f"record {number}: {error}")
    return good, problems


def read_application(record: Any) -> DfeApplication:
    """From the type `npq_application`."""
    told = _Fields(record)
    year, suffix = told.text("cohort"), told.optional("cohort_suffix")
    return DfeApplication(
        id=told.id(),
        participant_id=told.uuid("participant_id"),
        full_name=told.text("full_name"),
        email=told.optional("email"),
        trn=told.optional("teacher_reference_number"),
        trn_verified=told.flag("teacher_reference_number_validated") is True,
        course=told.text("course_identifier"),
        cohort=f"{year}{suffix or 'a'}",
        status=told.one_of("status", STATUSES),
        reason_for_rejection=told.optional("reason_for_rejection"),
        schedule=told.optional("schedule_identifier"),
        funded_place=told.flag("funded_place"),
        eligible_for_funding=told.flag("eligible_for_funding") is True,
        ineligible_for_funding_reason=told.optional("ineligible_for_funding_reason"),
        school_urn=told.optional("school_urn"),
        # DfE tells only the UK from the rest; those elsewhere in the UK registered years ago.
        in_england=told.flag("teacher_catchment") is not False,
        created_at=told.instant("created_at"),
        updated_at=told.instant("updated_at"),
    )


def read_declaration(record: Any) -> DfeDeclaration:
    """From the type `participant-declaration`."""
    told = _Fields(record)
    application_id = told.optional("application_id")
    return DfeDeclaration(
        id=told.id(),
        application_id=UUID(application_id) if application_id else None,
        participant_id=told.uuid("participant_id"),
        declaration_type=told.text("declaration_type"),
        course=told.text("course_identifier"),
        state=_underscored(told.text("state")),
        has_passed=told.flag("has_passed"),
    )


def read_outcome(record: Any) -> DfeOutcome:
    """From the type `participant-outcome`."""
    told = _Fields(record)
    return DfeOutcome(
        participant_id=told.uuid("participant_id"),
        course=told.text("course_identifier"),
        state=told.text("state"),
        completion_date=told.day("completion_date"),
        created_at=told.instant("created_at"),
    )


def read_delivery_partner(record: Any) -> DfeDeliveryPartner:
    """From the type `delivery-partner`."""
    told = _Fields(record)
    return DfeDeliveryPartner(id=told.id(), name=told.text("name"), cohorts=told.years("cohort"))


def read_training_status(record: Any, application_id: UUID) -> str | None:
    """From a participant: the status of one of its enrolments."""
    enrolments = _Fields(record).attributes.get("npq_enrolments")
    if not isinstance(enrolments, list):
        raise DfeNonsense("npq_enrolments is not a list")
    for enrolment in enrolments:
        known = isinstance(enrolment, Mapping) and enrolment.get("npq_application_id")
        if known == str(application_id):
            status = enrolment.get("training_status")
            return str(status) if status is not None else None
    return None


class _Fields:
    """The attributes of a record; each method reads one, or says what is wrong with it."""

    def __init__(self, record: Any) -> None:
        if not isinstance(record, Mapping) or not isinstance(record.get("attributes"), Mapping):
            raise DfeNonsense("the record has no attributes")
        self.attributes: Mapping[str, Any] = record["attributes"]
        self._id = record.get("id")

    def id(self) -> UUID:
        return _uuid("id", self._id)

    def uuid(self, name: str) -> UUID:
        return _uuid(name, self.attributes.get(name))

    def text(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise DfeNonsense(f"{name} is missing")
        return value

    def one_of(self, name: str, known: Sequence[str]) -> str:
        value = self.text(name)
        if value not in known:
            raise DfeNonsense(f"{name} is none of {', '.join(known)}")
        return value

    def optional(self, name: str) -> str | None:
        value = self.attributes.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise DfeNonsense(f"{name} is not a text")
        return str(value)

    def flag(self, name: str) -> bool | None:
        value = self.attributes.get(name)
        if isinstance(value, str):  # the document says text where the code gives a boolean
            value = {"true": True, "false": False}.get(value.lower(), value)
        if value is not None and not isinstance(value, bool):
            raise DfeNonsense(f"{name} is neither true nor false")
        return value

    def years(self, name: str) -> list[int]:
        """Numbers, or texts as the document has it."""
        value = self.attributes.get(name)
        if not isinstance(value, list) or not all(str(year).isdigit() for year in value):
            raise DfeNonsense(f"{name} is not a list of years")
        return sorted(int(year) for year in value)

    def instant(self, name: str) -> datetime:
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise DfeNonsense(f"{name} is not an instant") from error
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def day(self, name: str) -> date:
        """A date; DfE writes that of an outcome with a time, which is always midnight."""
        try:
            return date.fromisoformat(self.text(name).partition("T")[0])
        except ValueError as error:
            raise DfeNonsense(f"{name} is not a date") from error


def _uuid(name: str, value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise DfeNonsense(f"{name} is not a UUID") from error


def _underscored(state: str) -> str:
    return state.replace("-", "_")
