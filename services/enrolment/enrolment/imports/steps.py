"""Rows of a file of admission steps: which application each is about, and whether it is open."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from enrolment.admissions import steps
from enrolment.domain.imports.rows import Values, digest
from enrolment.imports.checking import Checked
from enrolment.models import AdmissionStep, Application
from headship_contracts.csv_rows import Problem, Record
from kit import Transaction

SAID = ("outcome", "answer", "given_by")


class StepChecker:
    """Checks rows of steps; it remembers those of the same file that came before."""

    def __init__(self) -> None:
        self._seen: dict[tuple[UUID, str], tuple[int, str]] = {}

    def check(
        self, tx: Transaction, page: Sequence[tuple[Record, Values, list[Problem]]]
    ) -> list[Checked]:
        """Each row of a page, with all that is wrong with it. Its applications are locked."""
        rows = [Checked(record, values, problems) for record, values, problems in page]
        applications = _applications(tx, rows)
        ids = {application.id for application in applications.values()}
        wanted = select(AdmissionStep).where(AdmissionStep.application_id.in_(ids))
        there = {(step.application_id, step.step): step for step in tx.scalars(wanted)}
        for row in rows:
            row.sha256 = digest(row.values)
            if not row.problems:
                self._check(row, applications, there)
        return rows

    def _check(
        self,
        row: Checked,
        applications: dict[str, Application],
        there: dict[tuple[UUID, str], AdmissionStep],
    ) -> None:
        values = row.values
        name = "application_id" if values["application_id"] else "reference"
        application = applications.get(values[name])
        if application is None:
            row.problems.append(
                Problem(name, "application_not_found", "is not known here", values[name])
            )
            return
        row.application_id = application.id
        key, said = (application.id, values["step"]), digest({n: values[n] for n in SAID})
        before = self._seen.get(key)
        if before is not None and before[1] != said:
            told = f"row {before[0]} says something else of this step"
            row.problems.append(Problem("step", "step_twice", told, values["step"]))
            return
        step = there.get(key)
        known = step is not None and all(getattr(step, n) == values[n] for n in SAID)
        row.unchanged = known or before is not None
        if application.status != "pending" or application.decision is not None:
            if not row.unchanged:
                told = f"the application is {application.decision or application.status}"
                row.problems.append(Problem(name, "already_decided", told, values[name]))
            return
        self._seen[key] = (row.record.row, said)


def write(tx: Transaction, rows: Sequence[Checked]) -> None:
    """Record the steps of a page."""
    for row in rows:
        said = {name: row.values[name] for name in SAID}
        steps.keep(tx, row.application_id, row.values["step"], said, via=steps.BY_CSV)
    tx.flush()


def _applications(tx: Transaction, rows: Sequence[Checked]) -> dict[str, Application]:
    """By our id and by the sender's reference, locked by id."""
    ids = [UUID(row.values["application_id"]) for row in rows if row.values["application_id"]]
    readable = [row for row in rows if not row.problems]  # others may hold what is no letter
    references = {row.values["reference"] for row in readable if row.values["reference"]}
    wanted = (
        select(Application)
        .where(or_(Application.id.in_(ids), Application.reference.in_(references)))
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    found: dict[str, Application] = {}
    for application in tx.scalars(wanted):
        found[str(application.id)] = application
        if application.reference:
            found[application.reference] = application
    return found
