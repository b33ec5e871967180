"""Schools and trusts: what is known of them, and who is told when that changes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from enrolment import schemas, staff
from enrolment.applications.following import changed
from enrolment.domain import establishments
from enrolment.domain.dfe.funding import ELIGIBLE_ESTABLISHMENT_TYPES, Institution
from enrolment.models import Application, EligibilityEntry, School, Staff, Trust
from headship_contracts.enrolment.events import ParticipantDetailsChanged
from headship_contracts.enrolment.schools import (
    AddSchools,
    GetSchool,
    ListSchools,
    ListTrusts,
    SchoolPage,
    SchoolRecord,
    TrustPage,
    TrustRecord,
)
from headship_contracts.errors import Invalid, NotFound
from headship_contracts.messages import Done
from kit import Transaction
from kit.paging import page

TOLD = ("trust_id", "local_authority", "phase")
"""Facts of a school that all services know with each application."""

KEPT_IF_NOT_GIVEN = ("status", "town", "postcode", "place")

RECORDED = (
    *("urn", "name", "ukprn", "trust_id", "local_authority", "phase", "establishment_type"),
    *KEPT_IF_NOT_GIVEN,
)


def add_schools(tx: Transaction, request: AddSchools) -> Done:
    """Add schools, or change those with the same URN."""
    given = {}
    for number, told in enumerate(request.schools):
        if told.establishment_type and told.establishment_type not in establishments.TYPES:
            problem = {f"schools.{number}.establishment_type": ["is no code of GIAS's, such as 34"]}
            raise Invalid("invalid_fields", "a school is not right", problem)
        facts = {name: getattr(told, name) for name in RECORDED if name != "urn"}
        given[told.urn] = {
            name: value
            for name, value in facts.items()
            if value is not None or name not in KEPT_IF_NOT_GIVEN
        }
    keep(tx, given)
    return Done()


def keep(
    tx: Transaction, given: Mapping[str, Mapping[str, str | None]], *, apply: bool = True
) -> tuple[int, int]:
    """Bring schools, by URN, to what is given, and tell what others know of them.

    How many are new, and how many others changed. Without `apply` only that.
    """
    urns = sorted(given)
    wanted = select(School).where(School.urn.in_(urns)).order_by(School.urn).with_for_update()
    known = {school.urn: school for school in tx.scalars(wanted)}
    added, differing = 0, {}
    for urn in urns:
        school = known.get(urn)
        differs = {
            name: value
            for name, value in given[urn].items()
            if school is None or getattr(school, name) != value
        }
        if school is None:
            added += 1
        if differs:
            differing[urn] = differs
    if apply:
        _become(tx, known, differing)
    return added, len(differing) - added


def _become(
    tx: Transaction,
    known: Mapping[str, School],
    differing: Mapping[str, Mapping[str, str | None]],
) -> None:
    others_know: dict[str, list[str]] = {}
    left: dict[str, str | None] = {}
    for urn, differs in differing.items():
        school = known.get(urn)
        if school is None:
            school = School(urn=urn)
            tx.add(school)
        if "trust_id" in differs:
            left[urn] = school.trust_id
        news = [n for n in TOLD if n in differs and getattr(school, n) != differs[n]]
        if news:
            others_know[urn] = news
        for name, value in differs.items():
            setattr(school, name, value)
    tx.flush()  # what is told next is read from these rows
    _tell_participants(tx, others_know)
    _tell_staff(tx, left, differing)


def _tell_participants(tx: Transaction, others_know: Mapping[str, Sequence[str]]) -> None:
    if not others_know:
        return
    enrolled = (
        select(Application)
        .where(Application.school_urn.in_(sorted(others_know)), Application.status == "accepted")
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    for application in tx.scalars(enrolled).all():
        news = list(others_know[application.school_urn or ""])
        changed(tx, application)
        tx.emit(schemas.told(ParticipantDetailsChanged, application, fields=news))


def _tell_staff(
    tx: Transaction,
    left: Mapping[str, str | None],
    differing: Mapping[str, Mapping[str, str | None]],
) -> None:
    """Who works at a school that joined a trust works for that trust."""
    if not left:
        return
    there = select(Staff).where(Staff.school_urn.in_(sorted(left))).order_by(Staff.id)
    for member in tx.scalars(there.with_for_update()).all():
        urn = member.school_urn or ""
        if member.trust_id == left[urn] and member.trust_id != differing[urn]["trust_id"]:
            member.trust_id = differing[urn]["trust_id"]
            staff.tell(tx, member)


def get_school(tx: Transaction, request: GetSchool) -> SchoolRecord:
    """One school."""
    found = tx.get(School, request.urn)
    if found is None:
        raise NotFound("school_not_found", request.urn)
    return _records(tx, [found])[0]


def list_schools(tx: Transaction, request: ListSchools) -> SchoolPage:
    """By URN."""
    wanted = select(School)
    for name in ("trust_id", "local_authority", "phase", "status"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(School, name) == value)
    if request.name_contains:
        wanted = wanted.where(_contains(School.name, request.name_contains))
    found, cursor = page(tx, wanted, keys=(School.urn,), cursor=request.cursor, limit=request.limit)
    return SchoolPage(items=_records(tx, found), next_cursor=cursor)


def list_trusts(tx: Transaction, request: ListTrusts) -> TrustPage:
    """By id."""
    wanted = select(Trust)
    if request.name_contains:
        wanted = wanted.where(_contains(Trust.name, request.name_contains))
    found, cursor = page(
        tx, wanted, keys=(Trust.trust_id,), cursor=request.cursor, limit=request.limit
    )
    counted = (
        select(School.trust_id, func.count().label("number"))
        .where(School.trust_id.in_([trust.trust_id for trust in found]))
        .where(func.coalesce(School.status, "open") != "closed")
        .group_by(School.trust_id)
    )
    schools = {row.trust_id: row.number for row in tx.execute(counted)}
    return TrustPage(
        items=[
            TrustRecord(trust_id=t.trust_id, name=t.name, schools=schools.get(t.trust_id, 0))
            for t in found
        ],
        next_cursor=cursor,
    )


def institutions_of(tx: Transaction, schools: Iterable[School]) -> dict[str, Institution]:
    """By URN what DfE's funding rules look at: a school's type, and the lists that it is on."""
    ours = list(schools)
    return {
        school.urn: Institution(
            establishment_type_code=school.establishment_type,
            eligible_establishment=school.establishment_type in ELIGIBLE_ESTABLISHMENT_TYPES,
            on_rise_list="rise_schools" in lists,
            pp50_urn_listed="pp50_schools" in lists,
            pp50_fe_ukprn_listed="pp50_further_education" in lists,
            on_childminders_list="childminders" in lists,
        )
        for school, lists in zip(ours, _lists_of(tx, ours), strict=True)
    }


def _lists_of(tx: Transaction, schools: Iterable[School]) -> list[list[str]]:
    """For each school, DfE's lists that have its URN or its UKPRN."""
    ours = list(schools)
    identifiers = {s.urn for s in ours} | {s.ukprn for s in ours if s.ukprn}
    wanted = select(EligibilityEntry).where(EligibilityEntry.identifier.in_(sorted(identifiers)))
    named: dict[str, set[str]] = {}
    for entry in tx.scalars(wanted):
        named.setdefault(entry.identifier, set()).add(entry.eligibility_list)
    return [sorted(named.get(s.urn, set()) | named.get(s.ukprn or "", set())) for s in ours]


def _records(tx: Transaction, schools: Sequence[School]) -> list[SchoolRecord]:
    ids = {school.trust_id for school in schools if school.trust_id}
    named = tx.scalars(select(Trust).where(Trust.trust_id.in_(sorted(ids))))
    trusts = {trust.trust_id: trust.name for trust in named}
    return [
        SchoolRecord(
            **{name: getattr(school, name) for name in RECORDED},
            trust_name=trusts.get(school.trust_id or ""),
            establishment_type_name=establishments.TYPES.get(school.establishment_type or ""),
            eligible_establishment=school.establishment_type in ELIGIBLE_ESTABLISHMENT_TYPES,
            eligibility_lists=lists,
        )
        for school, lists in zip(schools, _lists_of(tx, schools), strict=True)
    ]


def _contains(column: Any, letters: str) -> Any:
    return func.lower(column).contains(letters.lower(), autoescape=True)
