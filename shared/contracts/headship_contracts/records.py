"""Which people's records a message names: told by the names of its fields.

What crosses a service's border is audited by this alone, so that no method can forget it. Every
field that holds an id stands in one of these tables; a test of the tree says so.
"""

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from headship_contracts.shape import Shape

APPLICATION, PERSON = "application", "person"

RECORDS: Final = {
    **dict.fromkeys(
        (
            *("application_id", "application_ids", "first_application_id"),
            *("second_application_id", "application_a", "application_b", "together_with"),
        ),
        APPLICATION,
    ),
    **dict.fromkeys(
        (
            *("participant_id", "person_id", "staff_id", "person_ids"),
            *("first_participant_id", "second_participant_id"),
        ),
        PERSON,
    ),
    "script_id": "script",
    "submission_id": "submission",
    "allocation_id": "allocation",
    "circumstances_id": "circumstances",
    "appeal_id": "appeal",
    "evidence_id": "evidence",
    "pair_id": "pair",
    "moderation_id": "moderation",
    "conflict_id": "conflict",
    "message_id": "message",
    "declaration_id": "declaration",
    "fee_id": "fee",
    "import_id": "import",
    "mailing_id": "mailing",
    "task_id": "task",
    "proposal_id": "proposal",
    "erasure_id": "erasure",
}
"""Field → kind of record. Of one shape the first that is given counts: it says most plainly who
it is about."""

GATHERINGS: Final = {
    "window_id": "window",
    "session_id": "session",
    "group_id": "group",
    "draft_id": "plan_draft",
}
"""Records that many people share. To change one is to change something for all of them, where an
order names nobody in particular."""

NOBODYS: Final = frozenset(
    {
        *("delivery_partner_id", "former_delivery_partner_id", "dfe_delivery_partner_id"),
        *("trust_id", "paper_id", "comment_id", "reference_id", "comparison_id", "plan_id"),
        *("statement_id", "dfe_statement_id", "expected_statement_id", "adjustment_id"),
        *("dfe_clawback_statement_id", "event_id", "causation_id", "correlation_id"),
    }
)
"""Ids of what belongs to no person."""

BESIDE: Final = frozenset(
    {
        *("dfe_application_id", "dfe_participant_id", "dfe_declaration_id", "dfe_id"),
        *("coach_staff_id", "former_coach_staff_id", "facilitator_staff_id", "members"),
        *("act_id", "attendance_id", "candidate_id", "entry_id", "extension_id", "marking_id"),
        *("offer_id", "outcome_id", "result_id", "former_group_id", "record_id", "together_id"),
        *("submission_a", "submission_b", "resend_of", "evidence_record", "waits_for", "ids"),
        *("before", "ended", "unallocated", "waiting"),
        *("without_coaches", "without_people", "without_venues"),
    }
)
"""Ids that stand beside one of RECORDS, or name who acts and not whose record it is."""


@dataclasses.dataclass(frozen=True)
class _Plan:
    own: tuple[tuple[str, str], ...]
    inner: tuple[str, ...]


_plans: dict[type[Shape], _Plan] = {}


def records_in(told: Shape) -> Iterator[tuple[str, UUID]]:
    """Kind and id of each record that the message names, of each shape inside it as well."""
    plan = _plans.get(type(told)) or _make_plan(type(told))
    for name, kind in plan.own:
        value = getattr(told, name)
        if value:
            ids = value if isinstance(value, list) else (value,)
            yield from ((kind, one) for one in ids)
            break
    for name in plan.inner:
        value = getattr(told, name)
        if isinstance(value, list):
            for one in value:
                yield from records_in(one)
        elif value is not None:
            yield from records_in(value)


def gatherings_in(told: Shape) -> Iterator[tuple[str, UUID]]:
    """Kind and id of what an order changes that many people share."""
    for name, kind in GATHERINGS.items():
        value = getattr(told, name, None)
        if isinstance(value, UUID):
            yield kind, value


def _make_plan(shape: type[Shape]) -> _Plan:
    names = {member.name for member in dataclasses.fields(shape)}
    hints = typing.get_type_hints(shape)
    plan = _Plan(
        own=tuple((name, kind) for name, kind in RECORDS.items() if name in names),
        inner=tuple(name for name in names if _is_shaped(hints[name])),
    )
    _plans[shape] = plan
    return plan


def _is_shaped(hint: Any) -> bool:
    arguments = typing.get_args(hint)
    if arguments:
        return any(map(_is_shaped, arguments))
    return isinstance(hint, type) and issubclass(hint, Shape)
