"""Outcomes as DfE's list shows them: ours come back, others are taken over."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from enrolment import outcomes, queries
from enrolment.dfe.shapes import DfeOutcome
from enrolment.models import Application, Outcome
from enrolment.participants import merging
from enrolment.traffic import drift
from enrolment.traffic.shown import Batch, Told
from kit import Transaction
from kit.db.bulk import among


def follow_outcomes(tx: Transaction, batch: Batch[DfeOutcome]) -> Told:
    """A page of outcomes, oldest first: each is one that we reported, or it is taken over.

    One of somebody whose `completed` is not known here stands as drift until it is.
    """
    told = Told()
    people = merging.people_at_dfe(tx, [shown.participant_id for shown in batch.read])
    enrolled = _enrolled(tx, {person.id for person in people.values()})
    ids = [application.id for theirs in enrolled.values() for application in theirs]
    busy = queries.told_lately(tx, ids, batch.asked_at)
    ours = _Held(tx, ids)
    drifted = drift.open_ids(tx, "outcome", [shown.id for shown in batch.read if shown.id])
    for shown in sorted(batch.read, key=lambda one: one.created_at):
        person = people.get(shown.participant_id)
        if shown.id is None or person is None:
            continue
        theirs = enrolled.get((person.id, shown.course), [])
        if not theirs or any(application.id in busy for application in theirs):
            told.passed_over.add(shown.id)
            told.unsettled |= bool(theirs)
            continue
        if not ours.knows(theirs, shown, shown.id):
            former = ours.latest(theirs)
            difference = ("outcome", former, f"{shown.state} {shown.completion_date}")
            application = ours.take_over(tx, theirs, shown)
            if application is None:
                told.passed_over.add(shown.id)  # its declaration may come yet
                told.drifted += drift.stands(
                    tx, "outcome", None, shown.id, difference, batch.number
                )
                continue
            told.changed += 1
            told.drifted += drift.followed(
                tx, "outcome", application, shown.id, [difference], batch.number
            )
        if shown.id in drifted:
            drift.agreed(tx, "outcome", [shown.id])
    return told


class _Held:
    """The outcomes of some applications as they are here, to be held against what DfE shows."""

    def __init__(self, tx: Transaction, application_ids: Collection[UUID]) -> None:
        self._held: dict[UUID, list[Outcome]] = defaultdict(list)
        mine = select(Outcome).where(
            among(tx, Outcome.application_id, application_ids), Outcome.report != "refused"
        )
        for outcome in tx.scalars(mine.order_by(Outcome.created_at, Outcome.id)):
            self._held[outcome.application_id].append(outcome)

    def knows(self, applications: Sequence[Application], shown: DfeOutcome, dfe_id: UUID) -> bool:
        """Whether it is one that we reported, owe, or took over. One of ours is one of DfE's: what
        is said once more, after something else, is another."""
        held = self._of(applications)
        if any(one.dfe_outcome_id == dfe_id for one in held):
            return True
        said = (shown.state, shown.completion_date)
        for one in held:
            if one.dfe_outcome_id is None and (one.state, one.completion_date) == said:
                one.dfe_outcome_id = dfe_id
                return True
        return False

    def latest(self, applications: Sequence[Application]) -> str | None:
        """In words."""
        held = self._of(applications)
        return f"{held[-1].state} {held[-1].completion_date}" if held else None

    def take_over(
        self, tx: Transaction, applications: Sequence[Application], shown: DfeOutcome
    ) -> Application | None:
        """What DfE has decided or was told otherwise is so, and the others hear it.

        Gives the application whose `completed` carries it; None where that is not known here.
        """
        for application in applications:
            made = queries.declarations_of(tx, [application.id])
            carries = [
                d for d in made if d.declaration_type == "completed" and d.dfe_declaration_id
            ]
            if not carries:
                continue
            outcome = Outcome(
                application_id=application.id,
                declaration_id=carries[-1].id,
                result_id=shown.id,
                dfe_outcome_id=shown.id,
                result_revision=0,
                attempt=0,
                state=shown.state,
                completion_date=shown.completion_date,
                created_at=shown.created_at,
            )
            tx.add(outcome)
            outcomes.reported(tx, application, outcome)
            self._held[application.id].append(outcome)
            return application
        return None

    def _of(self, applications: Sequence[Application]) -> list[Outcome]:
        return [held for application in applications for held in self._held[application.id]]


def _enrolled(
    tx: Transaction, participant_ids: Collection[UUID]
) -> Mapping[tuple[UUID, str], Sequence[Application]]:
    """Accepted applications by participant and course, the latest first; locked."""
    wanted = select(Application).where(
        among(tx, Application.participant_id, participant_ids), Application.status == "accepted"
    )
    found: dict[tuple[UUID, str], list[Application]] = defaultdict(list)
    for one in tx.scalars(wanted.order_by(Application.id).with_for_update(of=Application)):
        found[one.participant_id, one.course].append(one)
    for theirs in found.values():
        theirs.sort(key=lambda one: (one.accepted_at or one.created_at, one.id), reverse=True)
    return found
