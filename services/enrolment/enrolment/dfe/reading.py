"""From DfE's JSON to our shapes.

A record without what enrolment cannot do without raises DfeNonsense, naming the field.
"""

from calendar import month_name
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from enrolment.dfe.errors import DfeNonsense
from enrolment.dfe.fields import Fields, is_number
from enrolment.dfe.shapes import (
    DfeApplication,
    DfeDeclaration,
    DfeDeliveryPartner,
    DfeEnrolment,
    DfeIdChange,
    DfeOutcome,
    DfeParticipant,
    DfeStatement,
)

STATUSES = ("pending", "accepted", "rejected")
TRAINING_STATUSES = ("active", "deferred", "withdrawn")

OF_APPLICATIONS = (
    *("email", "teacher_reference_number", "teacher_reference_number_validated"),
    *("reason_for_rejection", "schedule_identifier", "funded_place", "eligible_for_funding"),
    *("ineligible_for_funding_reason", "targeted_delivery_funding_eligibility"),
    *("school_urn", "teacher_catchment"),
)
OF_ENROLMENTS = ("schedule_identifier", "training_status", "funded_place")
OF_DECLARATIONS = (
    *("has_passed", "delivery_partner_id", "secondary_delivery_partner_id"),
    *("statement_id", "clawback_statement_id"),
)
"""What may be null, but not left out: we keep it, and would lose what we knew."""

_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}

ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class Listed(Generic[ReadT]):
    """A page of a list: what could be read of its `count` records, and what is wrong with others.

    An empty page (`count` 0) ends the list.
    """

    read: list[ReadT]
    problems: list[str]
    count: int


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
            problems.append(f"record {number}{_named(record)}: {error}")
    return good, problems


def read_application(record: Any) -> DfeApplication:
    """From the type `npq_application`."""
    told = Fields(record)
    told.have(*OF_APPLICATIONS)
    return DfeApplication(
        id=told.id(),
        participant_id=told.uuid("participant_id"),
        full_name=told.text("full_name"),
        email=told.optional("email"),
        trn=told.optional("teacher_reference_number"),
        trn_verified=told.flag("teacher_reference_number_validated") is True,
        course=told.text("course_identifier"),
        cohort=told.cohort(),
        status=told.one_of("status", STATUSES),
        reason_for_rejection=told.optional("reason_for_rejection"),
        schedule=told.optional("schedule_identifier"),
        funded_place=told.flag("funded_place"),
        eligible_for_funding=told.decided("eligible_for_funding"),
        ineligible_for_funding_reason=told.optional("ineligible_for_funding_reason"),
        targeted_delivery_funding=told.flag("targeted_delivery_funding_eligibility") is True,
        school_urn=told.optional("school_urn"),
        # DfE tells only the UK from the rest; those elsewhere in the UK registered years ago.
        in_england=told.flag("teacher_catchment") is not False,
        created_at=told.instant("created_at"),
        updated_at=told.instant("updated_at"),
    )


def read_participant(record: Any) -> DfeParticipant:
    """From the type `npq-participant`."""
    told = Fields(record)
    told.have("teacher_reference_number", "npq_enrolments", "participant_id_changes")
    return DfeParticipant(
        id=told.id(),
        full_name=told.text("full_name"),
        trn=told.optional("teacher_reference_number"),
        updated_at=told.instant("updated_at"),
        enrolments=[_read_enrolment(each) for each in told.objects("npq_enrolments")],
        id_changes=[_read_id_change(each) for each in told.objects("participant_id_changes")],
    )


def _read_enrolment(told: Fields) -> DfeEnrolment:
    told.have(*OF_ENROLMENTS)
    status = told.optional("training_status")
    pause = told.object({"withdrawn": "withdrawal", "deferred": "deferral"}.get(status or "", ""))
    return DfeEnrolment(
        application_id=told.uuid("npq_application_id"),
        course=told.text("course_identifier"),
        cohort=told.cohort(),
        schedule=told.optional("schedule_identifier"),
        training_status=status and told.one_of("training_status", TRAINING_STATUSES),
        training_reason=pause.optional("reason") if pause else None,
        training_changed_at=pause.optional_instant("date") if pause else None,
        funded_place=told.flag("funded_place"),
    )


def _read_id_change(told: Fields) -> DfeIdChange:
    return DfeIdChange(
        former_id=told.uuid("from_participant_id"), into_id=told.uuid("to_participant_id")
    )


def read_declaration(record: Any) -> DfeDeclaration:
    """From the type `participant-declaration`."""
    told = Fields(record)
    told.have(*OF_DECLARATIONS)
    return DfeDeclaration(
        id=told.id(),
        application_id=told.optional_uuid("application_id"),
        participant_id=told.uuid("participant_id"),
        declaration_type=told.text("declaration_type"),
        declaration_date=told.instant("declaration_date"),
        course=told.text("course_identifier"),
        state=told.state("state"),
        has_passed=told.flag("has_passed"),
        delivery_partner_id=told.optional_uuid("delivery_partner_id"),
        secondary_delivery_partner_id=told.optional_uuid("secondary_delivery_partner_id"),
        statement_id=told.optional_uuid("statement_id"),
        clawback_statement_id=told.optional_uuid("clawback_statement_id"),
        lead_provider=told.optional("lead_provider_name"),
        updated_at=told.instant("updated_at"),
    )


def read_outcome(record: Any) -> DfeOutcome:
    """From the type `participant-outcome`."""
    told = Fields(record)
    return DfeOutcome(
        id=told.id_if_given(),
        participant_id=told.uuid("participant_id"),
        course=told.text("course_identifier"),
        state=told.state("state"),
        completion_date=told.day("completion_date"),
        created_at=told.instant("created_at"),
    )


def read_statement(record: Any) -> DfeStatement:
    """From the type `statement`; its month is a name ("May"), or a number."""
    told = Fields(record)
    month = told.text("month").lower()
    number = int(month) if is_number(month) else _MONTHS.get(month, 0)
    if not 1 <= number <= 12:
        raise DfeNonsense("month is none")
    return DfeStatement(
        id=told.id(),
        month=number,
        year=told.number("year"),
        cohort=told.text("cohort"),
        cut_off_date=told.day("cut_off_date"),
        payment_date=told.day("payment_date"),
        paid=told.flag("paid") is True,
        updated_at=told.optional_instant("updated_at"),
    )


def read_delivery_partner(record: Any) -> DfeDeliveryPartner:
    """From the type `delivery-partner`."""
    told = Fields(record)
    return DfeDeliveryPartner(id=told.id(), name=told.text("name"), cohorts=told.years("cohort"))


def _named(record: Any) -> str:
    known = record.get("id") if isinstance(record, dict) else None
    return f" ({known[:40]})" if isinstance(known, str) else ""
