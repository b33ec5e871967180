"""Reads of applications and of what hangs on them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import aliased

from enrolment.domain.evidence import MADE_ELSEWHERE
from enrolment.domain.places import EVERYWHERE
from enrolment.models import (
    Application,
    Base,
    Cohort,
    DeadlineWarning,
    Declaration,
    DeliveryPartner,
    DfeWrite,
    Evidence,
    Outcome,
    Participant,
    Quota,
    Schedule,
    Staff,
)
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.db.bulk import among

RowT = TypeVar("RowT", bound=Base)


class OfARace(Protocol):
    """What has a course and a cohort: an application, here or as DfE shows it."""

    @property
    def course(self) -> str: ...
    @property
    def cohort(self) -> str: ...


UNFINISHED = ("owed", "sending", "in_doubt")

LATEST = 100
"""Declarations of ours that are looked at to learn what DfE calls us."""

ABOUT_OTHERS = ("declare", "void", "change_delivery_partner", "outcome")
"""Kinds of writes that decide on a declaration or an outcome, not on the application itself."""


def lock_or_make(tx: Transaction, table: type[RowT], key: Mapping[str, Any], **fresh: Any) -> RowT:
    """The row with that key, locked; made where it is missing, even if two want that at once."""
    wanted = select(table).filter_by(**key).with_for_update()
    fully = wanted.execution_options(populate_existing=True)
    found = tx.scalars(fully).first()
    if found is None:
        insert = insert_sqlite if tx.get_bind().dialect.name == "sqlite" else insert_postgresql
        tx.execute(insert(table).values(**key, **fresh).on_conflict_do_nothing())
        found = tx.scalars(fully).one()
    return found


def application(tx: Transaction, application_id: UUID) -> Application:
    """One application, as it is."""
    found = tx.get(Application, application_id)
    if found is None:
        raise NotFound("application_not_found", str(application_id))
    return found


def lock_application(tx: Transaction, application_id: UUID) -> Application:
    """One application, for whoever decides on it. Raises NotFound."""
    found = lock_if_known(tx, application_id)
    if found is None:
        raise NotFound("application_not_found", str(application_id))
    return found


def lock_if_known(tx: Transaction, application_id: UUID) -> Application | None:
    """The same, or None: an event may come before the application that it is about."""
    wanted = select(Application).where(Application.id == application_id)
    return tx.scalars(
        wanted.with_for_update(of=Application).execution_options(populate_existing=True)
    ).first()


def lock_with_rivals(
    tx: Transaction, application_id: UUID
) -> tuple[Application, list[Application]]:
    """The application, and all others of the same person or TRN in its cohort.

    All are locked in id order, so two acceptances queue up instead of deadlocking.
    """
    mine = application(tx, application_id)
    same_person = Application.participant_id == mine.participant_id
    trn = mine.participant.trn if mine.participant.trn_verified else None
    if trn is not None:
        namesakes = select(Participant.id).where(
            Participant.trn == trn, Participant.trn_verified.is_(True)
        )
        same_person = or_(same_person, Application.participant_id.in_(namesakes))
    in_race = (
        select(Application)
        .where(same_person, Application.cohort == mine.cohort)
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    locked = {found.id: found for found in tx.scalars(in_race)}
    return locked.pop(application_id), list(locked.values())


def holds_accepted(tx: Transaction, participant_id: UUID, like: OfARace, *, but: UUID) -> bool:
    """Whether that participant is enrolled in its course and cohort by another than `but`."""
    wanted = select(Application.id).where(
        Application.participant_id == participant_id,
        Application.id != but,
        Application.course == like.course,
        Application.cohort == like.cohort,
        Application.status == "accepted",
        Application.training_status != "withdrawn",
    )
    return tx.scalars(wanted.limit(1)).first() is not None


def overtaken(tx: Transaction, applications: Iterable[Application]) -> set[UUID]:
    """Those of which DfE thinks no more where it is asked by participant and course: it takes the
    accepted application for them that was made last.
    """
    known = {one.id for one in applications if one.dfe_application_id is not None}
    later = aliased(Application)
    overtaking = (
        select(later.id)
        .where(later.participant_id == Application.participant_id)
        .where(later.course == Application.course, later.status == "accepted")
        .where(later.dfe_application_id.is_not(None))
        .where(_made_at(later) > _made_at(Application))
    )
    wanted = select(Application.id).where(among(tx, Application.id, known), overtaking.exists())
    return set(tx.scalars(wanted)) if known else set()


def _made_at(application: Any) -> Any:
    return func.coalesce(application.dfe_created_at, application.created_at)


def lock_quotas(tx: Transaction, of: Application, cohort: str | None = None) -> list[Quota]:
    """The quotas that a place for this application counts in; made, uncapped, where missing.

    `cohort`: in another one than its own.
    """
    scopes = [EVERYWHERE]
    if of.delivery_partner_id is not None:
        scopes.append(str(of.delivery_partner_id))
    return [lock_quota(tx, cohort or of.cohort, of.course, scope) for scope in sorted(scopes)]


def lock_quota(tx: Transaction, cohort: str, course: str, scope: str) -> Quota:
    """One quota; uncapped until somebody sets a cap."""
    return lock_or_make(tx, Quota, {"cohort": cohort, "course": course, "scope": scope}, held=0)


def quotas(tx: Transaction, cohort: str, course: str) -> Sequence[Quota]:
    """Those that exist, the overall one among them."""
    return tx.scalars(select(Quota).filter_by(cohort=cohort, course=course)).all()


def funding_of(tx: Transaction, cohort: str) -> str:
    """zero, capped or full. Raises NotFound for a cohort that was never published."""
    found = tx.get(Cohort, cohort)
    if found is None:
        raise NotFound("cohort_not_found", f"{cohort}: publish it first")
    return found.funding


def schedules_of(tx: Transaction, cohort: str | None) -> Sequence[Schedule]:
    """By cohort and name."""
    wanted = select(Schedule).order_by(Schedule.cohort, Schedule.schedule)
    if cohort is not None:
        wanted = wanted.where(Schedule.cohort == cohort)
    return tx.scalars(wanted).all()


def declarations_of(tx: Transaction, application_ids: Iterable[UUID]) -> list[Declaration]:
    """All declarations of some applications, oldest first."""
    wanted = select(Declaration).where(Declaration.application_id.in_(list(application_ids)))
    return list(tx.scalars(wanted.order_by(Declaration.created_at, Declaration.id)))


def own_name_at_dfe(tx: Transaction) -> str | None:
    """What DfE calls us: the name on most of the latest declarations that were made here. None
    while DfE has shown none of them.
    """
    ours = select(Declaration.lead_provider).where(
        Declaration.lead_provider.is_not(None), Declaration.evidence_service != MADE_ELSEWHERE
    )
    latest = ours.order_by(Declaration.created_at.desc(), Declaration.id.desc()).limit(LATEST)
    names = Counter(tx.scalars(latest))
    return names.most_common(1)[0][0] if names else None


def made_by_us(declaration: Declaration, own_name: str | None) -> bool:
    """Whether DfE lets us change it: "own declarations only". Where a name is not known, it is."""
    return None in (own_name, declaration.lead_provider) or declaration.lead_provider == own_name


def lock_declarations_at_dfe(
    tx: Transaction, dfe_declaration_ids: Iterable[UUID]
) -> dict[UUID | None, Declaration]:
    """Those with these ids at DfE, for whoever changes them."""
    wanted = select(Declaration).where(Declaration.dfe_declaration_id.in_(dfe_declaration_ids))
    locked = wanted.order_by(Declaration.id).with_for_update(of=Declaration)
    found = tx.scalars(locked.execution_options(populate_existing=True))
    return {declaration.dfe_declaration_id: declaration for declaration in found}


def evidence_of(tx: Transaction, application_ids: Iterable[UUID]) -> list[Evidence]:
    """All that was told of some applications."""
    wanted = select(Evidence).where(Evidence.application_id.in_(list(application_ids)))
    return list(tx.scalars(wanted))


def outcomes_of(tx: Transaction, application_id: UUID) -> list[Outcome]:
    """What DfE was told of or is owed, in the order in which that was decided."""
    wanted = select(Outcome).where(Outcome.application_id == application_id)
    return list(tx.scalars(wanted.order_by(Outcome.created_at, Outcome.attempt)))


def warnings_of(tx: Transaction, application_ids: Iterable[UUID]) -> list[DeadlineWarning]:
    """The warnings given for some applications."""
    ids = list(application_ids)
    return list(tx.scalars(select(DeadlineWarning).where(DeadlineWarning.application_id.in_(ids))))


def lock_evidence(tx: Transaction, service: str, record: UUID, kind: str, about: UUID) -> Evidence:
    """The row of another service's record; nothing is told yet where it is made."""
    nothing_yet = {"application_id": about, "record_revision": -1, "fact": {}, "told_at": tx.at}
    key = {"service": service, "record": record}
    return lock_or_make(tx, Evidence, key, kind=kind, **nothing_yet)


def lock_delivery_partner(
    tx: Transaction, name_key: str, dfe_id: UUID | None
) -> DeliveryPartner | None:
    """The one with DfE's id, else the one with that name."""
    by_name = DeliveryPartner.name_key == name_key
    either = or_(by_name, DeliveryPartner.dfe_delivery_partner_id == dfe_id) if dfe_id else by_name
    found = tx.scalars(select(DeliveryPartner).where(either).with_for_update()).all()
    same_id = [p for p in found if dfe_id and p.dfe_delivery_partner_id == dfe_id]
    return next(iter([*same_id, *found]), None)


def staff_with_role(role: str) -> Any:
    """Roles are a short JSON list of known words: looked for as quoted text."""
    return cast(Staff.roles, Text).contains(f'"{role}"')


def unanswered_decision(tx: Transaction, application_id: UUID) -> str | None:
    """The kind of a decision that DfE has not answered, even where a sync overtook it."""
    wanted = select(DfeWrite.kind).where(
        DfeWrite.application_id == application_id,
        DfeWrite.state.in_(UNFINISHED),
        DfeWrite.kind.not_in(ABOUT_OTHERS),
    )
    return tx.scalars(wanted.limit(1)).first()
