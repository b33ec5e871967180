"""Declaring for many at once, a page in each transaction: day by day, or by order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from enrolment import metrics, outcomes, queries
from enrolment.declarations.due import at_dfe, narrowed
from enrolment.declarations.making import make
from enrolment.declarations.standing import Standing, stand
from enrolment.domain import declarations as rules
from enrolment.domain.evidence import RESULT
from enrolment.models import Application, DeadlineWarning, Evidence
from headship_contracts.enrolment.batches import BatchReport, DeclareBatch, NotDeclared
from headship_contracts.enrolment.events import DeclarationDue
from headship_contracts.errors import Invalid
from kit import Caller, Transaction
from kit.clock import LONDON
from kit.db import ServiceDatabase

AT_ONCE = 200
"""Applications looked at in one transaction: their rows are locked meanwhile."""


def declare_what_is_due(
    db: ServiceDatabase, at: datetime, *, told_since: datetime | None = None
) -> None:
    """Walk through all who are enrolled: make what can be made, warn of deadlines.

    `told_since`: only those of whom something has been told since then.
    """
    after: UUID | None = None
    while True:
        with db.transaction(at=at) as tx:
            enrolled = list(tx.scalars(_after(after, told_since=told_since)))
            if not enrolled:
                return
            after = enrolled[-1].id
            for application in _with_early_results(tx, enrolled):
                outcomes.owe_further(tx, application)
            _make_or_warn(tx, stand(tx, enrolled, at), at)


def declare_batch(db: ServiceDatabase, request: DeclareBatch, caller: Caller) -> BatchReport:
    """Make the next declaration of each that is named, by pages. What is made stays made."""
    if request.cohort is None and not request.application_ids:
        problem = {"cohort": ["name a cohort or applications"]}
        raise Invalid("invalid_fields", "a batch names what it is of", problem)
    tally = _Tally()
    for some in _some_at_once(request):
        after: UUID | None = None
        while (last := _declare_page(db, some, caller, after, tally)) is not None:
            after = last
    return tally.report()


def _some_at_once(request: DeclareBatch) -> Iterator[DeclareBatch]:
    """Thousands of named applications are looked for a page at a time."""
    ids = sorted(set(request.application_ids))
    if not ids:
        yield request
    for first in range(0, len(ids), AT_ONCE):
        yield replace(request, application_ids=ids[first : first + AT_ONCE])


def _declare_page(
    db: ServiceDatabase, request: DeclareBatch, caller: Caller, after: UUID | None, tally: "_Tally"
) -> UUID | None:
    """The last application of the page after `after`; None when there is none left."""
    with db.transaction(caller=caller) as tx:
        named = list(tx.scalars(_after(after, request)))
        if not named:
            return None
        tally.looked_at += len(named)
        for standing in stand(tx, named, tx.at, again=bool(request.application_ids)):
            if request.declaration_type not in (None, standing.due.milestone.declaration_type):
                continue
            if standing.due.reason == rules.CAN_BE_MADE:
                make(tx, standing)
                tally.made += 1
            else:
                tally.leave(standing)
    return named[-1].id


@dataclass
class _Tally:
    looked_at: int = 0
    made: int = 0
    left: dict[tuple[str, str | None, str | None], list[UUID]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def leave(self, standing: Standing) -> None:
        due, problem = standing.due, standing.problem
        why = (problem.title, problem.detail) if problem else (None, due.detail)
        self.left[due.reason, *why].append(standing.application.id)

    def report(self) -> BatchReport:
        return BatchReport(
            looked_at=self.looked_at,
            made=self.made,
            not_made=[
                NotDeclared(
                    reason=reason,
                    field=named,
                    message=message,
                    number=len(ids),
                    application_id=ids[0],
                )
                for (reason, named, message), ids in self.left.items()
            ],
        )


def _after(
    after: UUID | None,
    request: DeclareBatch | None = None,
    *,
    told_since: datetime | None = None,
) -> Select[Application]:
    """The next page, by id and locked; who is behind each application comes with it."""
    wanted = at_dfe().options(joinedload(Application.participant))
    if request is not None:
        wanted = narrowed(
            wanted,
            cohort=request.cohort,
            course=request.course,
            delivery_partner_id=request.delivery_partner_id,
            application_ids=request.application_ids,
        )
    if told_since is not None:
        told = select(Evidence.application_id).where(Evidence.told_at >= told_since)
        wanted = wanted.where(Application.id.in_(told))
    if after is not None:
        wanted = wanted.where(Application.id > after)
    return wanted.order_by(Application.id).limit(AT_ONCE).with_for_update(of=Application)


def _with_early_results(tx: Transaction, enrolled: Sequence[Application]) -> list[Application]:
    """Those with a result that was told before its own day."""
    by_id = {application.id: application for application in enrolled}
    early = {
        evidence.application_id
        for evidence in queries.evidence_of(tx, by_id)
        if evidence.kind == RESULT
        and evidence.fact["completion_date"] > evidence.told_at.date().isoformat()
    }
    return [by_id[application_id] for application_id in sorted(early)]


def _make_or_warn(tx: Transaction, standings: Sequence[Standing], at: datetime) -> None:
    warned = defaultdict(list)
    for warning in queries.warnings_of(tx, [s.application.id for s in standings]):
        warned[warning.application_id, warning.declaration_type].append(warning.days)
    for standing in standings:
        if standing.due.reason == rules.CAN_BE_MADE:
            make(tx, standing)
        elif standing.application.training_status == "active":
            key = (standing.application.id, standing.due.milestone.declaration_type)
            _warn(tx, standing, at, warned[key])


def _warn(tx: Transaction, standing: Standing, at: datetime, warned: Sequence[int]) -> None:
    """21, 7 and 1 days before the deadline of what is not made, each once; count what is missed."""
    application, milestone = standing.application, standing.due.milestone
    today = at.astimezone(LONDON).date()
    days_left, kind = standing.due.days_left(today), milestone.declaration_type
    if rules.is_missed(days_left, warned):
        missed = DeadlineWarning(
            application_id=application.id, declaration_type=kind, days=rules.MISSED
        )
        tx.add(missed)
        tx.count(metrics.deadlines_missed.labels(type=kind))
        return
    days = rules.warning_due(days_left, warned)
    if days is None:
        return
    tx.add(DeadlineWarning(application_id=application.id, declaration_type=kind, days=days))
    no_evidence = standing.due.reason in (rules.NO_EVIDENCE, rules.NOT_OPEN)
    tx.emit(
        DeclarationDue(
            application_id=application.id,
            participant_id=application.participant_id,
            course=application.course,
            declaration_type=kind,
            delivery_partner_id=application.delivery_partner_id,
            revision=tx.next_revision(None),
            due_on=max(milestone.opens_on, today),
            deadline_on=milestone.deadline_on,
            days_left=days_left,
            reason="no_evidence" if no_evidence else "not_sent",
        )
    )
