"""Rows of a file against what is there: a page of rows at a time, with a few questions for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from enrolment.domain.dfe.funding import (
    Applicant,
    FundingHistory,
    Institution,
    InstitutionNeeded,
    decide_funding,
    is_previously_funded,
)
from enrolment.domain.imports.cells import email as as_email
from enrolment.domain.imports.rows import APPLICATIONS, Values, digest, name_key
from enrolment.models import Application, Cohort, ImportedRow, Participant, School
from enrolment.schools import keeping
from headship_contracts.csv_rows import Problem, Record
from kit import Transaction

Person = tuple[str, str]
"""The key of a name, with an address or a TRN: who has both in common is one person."""


@dataclass
class Checked:
    """A row: good if it has no problems; nothing is to be done where it is `unchanged`."""

    record: Record
    values: Values
    problems: list[Problem]
    sha256: str = ""
    unchanged: bool = False
    application_id: UUID = field(default_factory=uuid4)
    participant_id: UUID = field(default_factory=uuid4)
    new_participant: bool = True
    school: School | None = None
    funding: str = ""


@dataclass
class _There:
    """What is known of a page's rows before they are looked at."""

    hashes: set[str]
    references: set[str]
    applications: dict[str, Application]
    people: dict[Person, UUID]
    theirs: dict[UUID, list[Application]]
    schools: dict[str, School]
    institutions: dict[str, Institution]


class ApplicationChecker:
    """Checks rows of applications; it remembers those of the same file that came before."""

    def __init__(self, tx: Transaction, today: date) -> None:
        self._today = today.isoformat()
        self._funding = {cohort.cohort: cohort.funding for cohort in tx.scalars(select(Cohort))}
        self._hashes: set[str] = set()
        self._references: dict[str, int] = {}
        self._people: dict[Person, UUID] = {}
        self._applied: dict[tuple[UUID, str, str], int] = {}

    def check(
        self, tx: Transaction, page: Sequence[tuple[Record, Values, list[Problem]]]
    ) -> list[Checked]:
        """Each row of a page, with all that is wrong with it."""
        rows = [Checked(record, values, problems) for record, values, problems in page]
        for row in rows:
            row.sha256 = digest(row.values)
        there = _read(tx, rows)
        for row in rows:
            self._check(row, there)
        return rows

    def _check(self, row: Checked, there: _There) -> None:
        values = row.values
        if values["application_id"]:
            self._check_known(row, there)
            return
        if row.problems:
            return
        if row.sha256 in there.hashes or row.sha256 in self._hashes:
            row.unchanged = True
            return
        self._check_values(row, there)
        if row.problems:
            return
        self._recognise(row, there)
        if row.problems:
            return
        row.school = there.schools.get(values["school_urn"] or "")
        self._predict(row, there)
        if row.problems:
            return
        number = row.record.row
        self._hashes.add(row.sha256)
        if values["reference"]:
            self._references[values["reference"]] = number
        for person in people_of(values):
            self._people.setdefault(person, row.participant_id)
        self._applied[row.participant_id, values["course"], values["cohort"]] = number

    def _check_known(self, row: Checked, there: _There) -> None:
        """A row that an export gave: it changes nothing, so it must say what is there."""
        known = there.applications.get(row.values["application_id"])
        if known is None:
            self._wrong(row, "application_id", "application_not_found", "is not known here")
            return
        facts = facts_of(known)
        row.problems[:] = [
            p for p in row.problems if facts.get(p.field) != p.value
        ]  # as DfE has it
        wrong = {problem.field for problem in row.problems}
        for name, is_there in facts.items():
            if name not in wrong and (row.values[name] or is_there) != is_there:
                told = f"the application has {is_there!r}; an import changes nothing"
                self._wrong(row, name, "differs", told)
        row.unchanged = not row.problems

    def _check_values(self, row: Checked, there: _There) -> None:
        values = row.values
        if values["cohort"] not in self._funding:
            self._wrong(row, "cohort", "cohort_not_found", "is not published here")
        if values["school_urn"] and values["school_urn"] not in there.schools:
            self._wrong(row, "school_urn", "school_not_found", "is not a school that is known here")
        if values["date_of_birth"] and values["date_of_birth"] >= self._today:
            self._wrong(row, "date_of_birth", "in_the_future", "is not in the past")
        reference = values["reference"]
        if reference in there.references:
            told = "was imported before, and the row said something else"
            self._wrong(row, "reference", "reference_used", told)
        elif reference in self._references:
            told = f"is that of row {self._references[reference]} too"
            self._wrong(row, "reference", "reference_twice", told)

    def _recognise(self, row: Checked, there: _There) -> None:
        """Who has the same name and the same address or TRN is known; others are new people."""
        for person in people_of(row.values):
            known = there.people.get(person) or self._people.get(person)
            if known is not None:
                row.participant_id, row.new_participant = known, False
                break
        values = row.values
        for other in there.theirs.get(row.participant_id, ()):
            same = (other.course, other.cohort) == (values["course"], values["cohort"])
            if same and other.status in ("pending", "accepted"):
                told = f"this person applied before: {other.id}"
                self._wrong(row, "course", "applied_before", told)
        key = (row.participant_id, values["course"], values["cohort"])
        if key in self._applied:
            told = f"this person applies in row {self._applied[key]} too"
            self._wrong(row, "course", "applies_twice", told)

    def _predict(self, row: Checked, there: _There) -> None:
        """What DfE would decide, by its own rules."""
        values = row.values
        history = [
            FundingHistory(
                course=other.course,
                status=other.status,
                eligible_for_funding=other.eligible_for_funding,
                funded_place=other.funded_place,
            )
            for other in there.theirs.get(row.participant_id, ())
        ]
        try:
            row.funding = decide_funding(
                Applicant(
                    course=values["course"],
                    cohort_funding=self._funding[values["cohort"]],
                    in_england=values["works_in_england"],
                    previously_funded=is_previously_funded(values["course"], history),
                    work_setting=values["work_setting"],
                    employment_type=values["employment_type"],
                    referred_by_return_to_teaching_adviser=values[
                        "referred_by_return_to_teaching_adviser"
                    ],
                    institution=there.institutions.get(values["school_urn"] or ""),
                )
            ).code
        except InstitutionNeeded:
            told = f"is needed in the setting {values['work_setting']}"
            self._wrong(row, "school_urn", "school_needed", told)

    @staticmethod
    def _wrong(row: Checked, name: str, code: str, message: str) -> None:
        value = row.values.get(name)
        row.problems.append(Problem(name, code, message, "" if value is None else str(value)))


def people_of(values: Values) -> Iterable[Person]:
    """What makes a person the same as another."""
    name = name_key(values["full_name"])
    if values["email"]:
        yield name, values["email"]
    if values["teacher_reference_number"]:
        yield name, values["teacher_reference_number"]


def facts_of(application: Application) -> Values:
    """What an export says of an application, as an import would read it."""
    participant = application.participant
    name = " ".join(participant.full_name.split())
    return {
        "full_name": name,
        "email": participant.email and as_email_or_as_it_is(participant.email),
        "teacher_reference_number": participant.trn,
        "course": application.course,
        "cohort": application.cohort,
        "school_urn": application.school_urn,
    }


def as_email_or_as_it_is(address: str) -> Any:
    """DfE's addresses may be such as an import would not take."""
    try:
        return as_email(address)
    except ValueError:
        return address


def _read(tx: Transaction, rows: Sequence[Checked]) -> _There:
    """What is there already, in as many questions as there are kinds of thing."""

    readable = [row for row in rows if not row.problems]  # others may hold what is no letter

    def told(name: str) -> set[Any]:
        return {row.values[name] for row in readable if row.values.get(name)}

    hashes = select(ImportedRow.sha256).where(
        ImportedRow.kind == APPLICATIONS, ImportedRow.sha256.in_([row.sha256 for row in rows])
    )
    references = select(Application.reference).where(Application.reference.in_(told("reference")))
    ids = [UUID(r.values["application_id"]) for r in rows if r.values["application_id"]]
    applications = select(Application).where(Application.id.in_(ids))
    people = tx.execute(
        select(Participant.id, Participant.full_name, Participant.email, Participant.trn).where(
            or_(
                func.lower(Participant.email).in_(told("email")),
                Participant.trn.in_(told("teacher_reference_number")),
            )
        )
    ).all()
    theirs: dict[UUID, list[Application]] = {}
    of_people = select(Application).where(Application.participant_id.in_([p.id for p in people]))
    for application in tx.scalars(of_people):
        theirs.setdefault(application.participant_id, []).append(application)
    found = tx.scalars(select(School).where(School.urn.in_(told("school_urn")))).all()
    with_people = applications.options(joinedload(Application.participant))
    return _There(
        hashes=set(tx.scalars(hashes)),
        references={one for one in tx.scalars(references) if one},
        applications={str(a.id): a for a in tx.scalars(with_people)} if ids else {},
        people={
            (name_key(person.full_name), value): person.id
            for person in people
            for value in (person.email and as_email_or_as_it_is(person.email), person.trn)
            if value
        },
        theirs=theirs,
        schools={school.urn: school for school in found},
        institutions=keeping.institutions_of(tx, found),
    )
