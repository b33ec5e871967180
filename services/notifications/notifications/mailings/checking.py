"""Rows of a mailing against what is there: who is known, and who has got a message of it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from headship_contracts.csv_rows import Problem
from kit import Transaction
from notifications.domain.mailings.recipients import (
    ADDRESS,
    APPLICATION,
    NAME,
    PERSON,
    Addressed,
)
from notifications.domain.placeholders import key_of
from notifications.domain.templates import Template
from notifications.models import Application, Mailing, Message, StaffMember
from notifications.orders import missing_in
from notifications.protection.taking_back import PERSON_ERASED
from notifications.queries import by_id
from notifications.queueing import Wanted


@dataclass
class Checked:
    """A row and its message; nothing is to be done where there are problems, or it is unchanged."""

    row: int
    problems: list[Problem]
    wanted: Wanted | None = None
    unchanged: bool = False


class Checker:
    """Checks the rows of one mailing; it remembers those of the same file that came before."""

    def __init__(self, mailing: Mailing, template: Template, erased: Container[str | None]) -> None:
        """`erased`: addresses of people who were erased since the mailing was begun."""
        self._key, self._template, self._erased = mailing.key, template, erased
        self._seen: dict[str, tuple[int, str]] = {}  # business key → row, hash of the body

    def check(self, tx: Transaction, page: Sequence[Addressed]) -> list[Checked]:
        """Each row of a page, with all that is wrong with it."""
        applications = by_id(tx, Application, [row.application_id for row in page])
        people = _known_people(tx, [row.person_id for row in page])
        rows = []
        for row in page:
            application = applications.get(row.application_id) if row.application_id else None
            problems = list(row.problems)
            if row.application_id is not None and application is None:
                told, value = "is of no application that is known here", str(row.application_id)
                problems.append(Problem(APPLICATION, "application_not_found", told, value))
            if row.person_id is not None and row.person_id not in people:
                told, value = "is nobody who is known here", str(row.person_id)
                problems.append(Problem(PERSON, "person_not_found", told, value))
            if row.address in self._erased:  # kept with the file: without the address
                told = "is of somebody whose data are erased: leave the row out"
                problems.append(Problem(ADDRESS, PERSON_ERASED, told, ""))
            rows.append(self._checked(row, application, problems))
        self._compare(tx, page, rows)
        return rows

    def _checked(
        self, row: Addressed, application: Application | None, problems: list[Problem]
    ) -> Checked:
        person_id = row.person_id
        if row.address is None and person_id is None and application is not None:
            person_id = application.participant_id
        wanted = Wanted(
            template=self._template.name,
            key=f"{self._key}:{row.key}",
            values=row.values,
            person_id=person_id,
            to_address=row.address,
            to_name=row.name,
            application_id=row.application_id,
        )
        told = {problem.field for problem in problems}
        nobody = told & {ADDRESS, PERSON, APPLICATION}
        for key in missing_in(self._template, wanted):
            its_own = key_of(key) in self._template.given_when_sent
            if key not in told and not (nobody and its_own):
                problems.append(Problem(key, "missing", _why_missing(key)))
        return Checked(row.record.row, problems, None if problems else wanted)

    def _compare(self, tx: Transaction, page: Sequence[Addressed], rows: Sequence[Checked]) -> None:
        """Who has got the same is left alone; who has got something else is told."""
        keys = [row.wanted.business_key for row in rows if row.wanted is not None]
        kept = select(Message.business_key, Message.body_hash).where(Message.business_key.in_(keys))
        sent = {row.business_key: row.body_hash for row in tx.execute(kept)}
        for row, its in zip(rows, page, strict=True):
            if row.wanted is None:
                continue
            key, body = row.wanted.business_key, row.wanted.body_hash()
            if key in self._seen:
                former, said = self._seen[key]
                told = f"is that of row {former}, which says something else: give a reference"
                self._same(row, its, same=said == body, code="recipient_twice", told=told)
            elif key in sent:
                told = f"has got another message under {self._key} before: give a reference"
                self._same(row, its, same=sent[key] == body, code="sent_before", told=told)
            self._seen.setdefault(key, (row.row, body))

    def _same(self, row: Checked, its: Addressed, *, same: bool, code: str, told: str) -> None:
        row.unchanged = same
        if not same:
            row.problems.append(Problem(its.told_by, code, told, its.told_as))


def _known_people(tx: Transaction, ids: Sequence[Any]) -> set[Any]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return set()
    participants = select(Application.participant_id).where(Application.participant_id.in_(wanted))
    return {*tx.scalars(participants), *by_id(tx, StaffMember, wanted)}


def _why_missing(key: str) -> str:
    return "is missing: an address has no name of its own" if key == NAME else "is missing"
