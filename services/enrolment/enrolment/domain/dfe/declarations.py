"""Declarations: creating, paying for, and voiding them.

Source: `app/services/declarations/{create,void}.rb`, `app/models/declaration.rb`. DfE checks in the
order written here, and most checks only when nothing was wrong before; there is no rule about the
order of the types, nor about milestone dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from enrolment.domain.dfe import courses, messages
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.instants import read_rfc3339
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import Schedule

CLAWBACK_STATES = frozenset({"paid", "awaiting_clawback", "clawed_back"})
DELIVERY_PARTNER_NEEDED_FROM = 2024  # start year of the cohort


@dataclass(frozen=True, kw_only=True)
class DeclarationRequest:
    """A declaration as it was sent: nothing is parsed yet."""

    participant_id: str | None
    course_identifier: str | None
    declaration_type: str | None
    declaration_date: object
    has_passed: object = None
    delivery_partner_id: str | None = None
    secondary_delivery_partner_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """The caller's accepted application for the course; the latest, where there are several."""

    cohort_year: int
    fundable: bool  # see funding.funding_view
    in_england: bool
    schedule: Schedule | None
    withdrawn_at: datetime | None = None  # None unless it is withdrawn now
    declared: Sequence[tuple[str, str]] = ()  # (type, state) of its declarations
    same_declared: str | None = None  # the state of a live one of the caller, same type and date


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A monthly account of one provider and cohort."""

    statement_id: str
    state: str  # open | payable | paid
    output_fee: bool
    deadline_on: date


@dataclass(frozen=True, kw_only=True)
class DeclarationContext:
    """What DfE knows around a declaration. `participant_known`: the caller has accepted them;
    `course_elsewhere`: for the course in question, only another provider has.
    """

    enrolment: Enrolment | None
    participant_known: bool = True
    course_elsewhere: bool = False
    participant_replaced_by: str | None = None
    has_contract: bool = True
    statements: Sequence[Statement] = ()
    confirmed_delivery_partners: frozenset[str] = frozenset()  # with the caller, for the cohort
    known_delivery_partners: frozenset[str] = frozenset()


def check_declaration(
    request: DeclarationRequest, context: DeclarationContext, *, at: datetime
) -> list[Problem]:
    """What DfE would say to a new declaration at the instant `at`."""
    declared_at = parse_declaration_date(request.declaration_date)
    problems = _check_participant(request, context, declared_at)
    if not problems and context.enrolment is None and not context.course_elsewhere:
        problems.append(messages.COURSE_NOT_RECOGNISED)
    if not problems:
        problems += _check_date(request, context, declared_at)
    if _is_blank(request.declaration_date) or _has_no_digit(request.declaration_date):
        problems.append(messages.DECLARATION_DATE_NEEDED)
    problems += _check_type(request)
    if not problems:
        problems += _check_enrolment(request, context, at)
    if wants_outcome(request) and parse_has_passed(request.has_passed) is None:
        problems.append(messages.HAS_PASSED_NEEDED)
    if not problems and context.enrolment is not None:
        live = {kind for kind, state in context.enrolment.declared if state in LIVE_STATES}
        if request.declaration_type in live:
            problems.append(messages.ALREADY_DECLARED)
    problems += _check_partners_exist(request, context)
    if not problems and context.enrolment is not None:
        if declared_at is not None and declared_at > at:
            problems.append(messages.DECLARATION_IN_FUTURE)
        problems += _check_partners(request, context, context.enrolment)
    return problems


def _check_participant(
    request: DeclarationRequest, context: DeclarationContext, declared_at: datetime | None
) -> list[Problem]:
    if _is_blank(request.participant_id):
        return [messages.PARTICIPANT_NEEDED]
    if context.participant_replaced_by is not None:
        former_id = str(request.participant_id)
        return [messages.participant_replaced(former_id, context.participant_replaced_by)]
    if not context.participant_known:
        return [messages.UNKNOWN_PARTICIPANT]
    withdrawn_at = context.enrolment.withdrawn_at if context.enrolment else None
    if (
        withdrawn_at and declared_at and withdrawn_at <= declared_at
    ):  # though it says "on or before"
        return [messages.declared_after_withdrawal(rfc3339(withdrawn_at))]
    return []


def _check_date(
    request: DeclarationRequest, context: DeclarationContext, declared_at: datetime | None
) -> list[Problem]:
    if _is_blank(request.declaration_date):
        return []
    if declared_at is None:
        return [messages.DECLARATION_DATE_NOT_VALID]
    schedule = context.enrolment.schedule if context.enrolment else None
    if schedule is not None and declared_at < datetime.combine(
        schedule.applies_from, time.min, UTC
    ):
        return [messages.DECLARATION_BEFORE_SCHEDULE]
    return []


def _check_type(request: DeclarationRequest) -> list[Problem]:
    problems = []
    if _is_blank(request.declaration_type):
        problems.append(messages.DECLARATION_TYPE_NEEDED)
    if request.declaration_type not in courses.DECLARATION_TYPES:
        problems.append(messages.DECLARATION_TYPE_NOT_RECOGNISED)
    return problems


def _check_enrolment(
    request: DeclarationRequest, context: DeclarationContext, at: datetime
) -> list[Problem]:
    enrolment = context.enrolment
    if enrolment is None or enrolment.schedule is None:
        return [messages.NO_SCHEDULE]
    if request.declaration_type not in enrolment.schedule.allowed_declaration_types:
        return [messages.DECLARATION_TYPE_NOT_ON_SCHEDULE]
    if not context.has_contract:
        return [messages.NO_CONTRACT]
    same = enrolment.same_declared
    paid_for = enrolment.fundable if same is None else same != "submitted"
    if paid_for and next_output_statement(context.statements, at.date()) is None:
        return [messages.no_open_statement("cohort", enrolment.cohort_year)]
    return []


def _check_partners_exist(
    request: DeclarationRequest, context: DeclarationContext
) -> list[Problem]:
    named = {
        "delivery_partner_id": request.delivery_partner_id,
        "secondary_delivery_partner_id": request.secondary_delivery_partner_id,
    }
    known = context.known_delivery_partners | context.confirmed_delivery_partners
    return [
        messages.delivery_partner_unknown(field)
        for field, partner in named.items()
        if partner is not None and partner not in known
    ]


def _check_partners(
    request: DeclarationRequest, context: DeclarationContext, enrolment: Enrolment
) -> list[Problem]:
    first, second = request.delivery_partner_id, request.secondary_delivery_partner_id
    confirmed = context.confirmed_delivery_partners
    problems = []
    needed = enrolment.in_england and enrolment.cohort_year >= DELIVERY_PARTNER_NEEDED_FROM
    if needed and first is None:
        problems.append(messages.delivery_partner_needed("delivery_partner_id"))
    if first is not None and not enrolment.in_england:
        problems.append(messages.delivery_partner_overseas("delivery_partner_id"))
        if second is not None:
            problems.append(messages.delivery_partner_overseas("secondary_delivery_partner_id"))
    if first is not None and first not in confirmed:
        problems.append(messages.delivery_partner_not_confirmed("delivery_partner_id"))
    if first is None and second is not None:
        problems.append(messages.SECONDARY_WITHOUT_FIRST)
    if second is not None and second not in confirmed:
        problems.append(messages.delivery_partner_not_confirmed("secondary_delivery_partner_id"))
    if first is not None and first == second:
        problems.append(messages.SECONDARY_SAME_AS_FIRST)
    return problems


def state_of_new_declaration(*, fundable: bool, declared_by_same_trn: bool) -> str:
    """A duplicate across accounts is ineligible; one that nobody pays for stays submitted."""
    if declared_by_same_trn:
        return "ineligible"
    return "eligible" if fundable else "submitted"


def next_output_statement(statements: Iterable[Statement], on: date) -> Statement | None:
    """The open statement with output fees whose deadline is next, today included."""
    candidates = [s for s in statements if s.state == "open" and s.output_fee]
    due = [s for s in candidates if s.deadline_on >= on]
    return min(due, key=lambda s: s.deadline_on, default=None)


def wants_outcome(request: DeclarationRequest) -> bool:
    """`completed` of an assessed course says whether they passed."""
    return request.declaration_type == "completed" and request.course_identifier in courses.ASSESSED


def parse_has_passed(value: object) -> bool | None:
    """True or false, as JSON or as text; None for anything else."""
    text = str(value).lower() if isinstance(value, bool) else value
    return {"true": True, "false": False}.get(text) if isinstance(text, str) else None


def parse_declaration_date(value: object) -> datetime | None:
    """An RFC 3339 instant in UTC; None when blank or not one. No offset is read as UTC."""
    return read_rfc3339(value)


def rfc3339(at: datetime) -> str:
    """As DfE prints an instant in its messages: `2026-10-04T09:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _has_no_digit(value: object) -> bool:
    """Whether it is a text in which no date can be read: DfE takes that as if none was sent."""
    return isinstance(value, str) and not any(letter.isdigit() for letter in value)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, kw_only=True)
class VoidContext:
    """A declaration to be voided. `has_refund_item`: it is on a statement as a clawback already;
    None where only the declaration's own state tells that.
    """

    state: str
    cohort_year: int
    made_by_caller: bool = True
    has_next_statement: bool = True
    has_refund_item: bool | None = None

    @property
    def refunded(self) -> bool:
        """It is, or was, clawed back."""
        if self.has_refund_item is None:
            return self.state in ("awaiting_clawback", "clawed_back")
        return self.has_refund_item


def check_void(declaration: VoidContext) -> list[Problem]:
    """What DfE would say to voiding; NOT_OUR_DECLARATION is not a 422 there but a 403."""
    if not declaration.made_by_caller:
        return [messages.NOT_OUR_DECLARATION]
    if declaration.state not in CLAWBACK_STATES:
        return [messages.ALREADY_VOIDED] if declaration.state == "voided" else []
    problems = []
    if declaration.refunded:
        problems.append(messages.ALREADY_REFUNDED)
    if not declaration.has_next_statement:
        problems.append(messages.no_open_statement("declaration", declaration.cohort_year))
    if not problems and declaration.state != "paid":
        problems.append(messages.MUST_BE_PAID)
    return problems


def item_state_once_voided(item_state: str | None) -> str | None:
    """A declaration's item on its statement, once the declaration was voided without clawback."""
    return "voided" if item_state in ("eligible", "ineligible", "payable") else item_state


def state_once_voided(state: str) -> str:
    """What was paid is clawed back on the next statement; anything else is simply void."""
    return "awaiting_clawback" if state == "paid" else "voided"
