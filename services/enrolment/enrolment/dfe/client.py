"""DfE's API v3: a method for each of its operations, typed.

Lists give a page: `Listed(read, problems, count)`; a page with `count` 0 ends the list. Times in
`updated_since` are DfE's. A method raises DfeError (`errors.py`); none is to be called inside a
transaction. Nothing is looked up or repeated here: who writes goes through `writes.owe`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from enrolment.dfe import reading
from enrolment.dfe.errors import DfeNonsense
from enrolment.dfe.reading import Listed
from enrolment.dfe.shapes import (
    DfeApplication,
    DfeDeclaration,
    DfeDeliveryPartner,
    DfeOutcome,
    DfeParticipant,
    DfeStatement,
)
from enrolment.dfe.token import Token
from enrolment.dfe.transport import Allowance, Transport, Unlimited, rfc3339

ReadT = TypeVar("ReadT")

Body = Mapping[str, Any]

LISTS = {
    "applications": ("npq-applications", "updated_since"),
    "participants": ("participants/npq", "updated_since"),
    "declarations": ("participant-declarations", "updated_since"),
    "outcomes": ("participants/npq/outcomes", "created_since"),  # DfE knows no more of them
    "statements": ("statements", "updated_since"),
}
"""Path and filter of each list that is read from time to time."""


SAME_PAGES = 2
"""So often in a row is a page no accident any more."""


class DfeClient:
    """One provider's view of DfE. Not for several greenlets at once: make one for each run."""

    def __init__(
        self,
        url: str,
        token: str | Token,
        *,
        timeout: timedelta,
        page_size: int = 1_000,
        allowance: Allowance | None = None,
    ) -> None:
        bearer = token if isinstance(token, Token) else Token(token)
        self._transport = Transport(url, bearer, timeout, allowance or Unlimited())
        self.page_size = page_size
        self._last_pages: dict[str, tuple[list[Any], int]] = {}

    def close(self) -> None:
        """Let the connections go."""
        self._transport.close()

    def __enter__(self) -> "DfeClient":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def records(self, of: str, *, since: datetime | None, page: int) -> list[Any]:
        """A page of one of LISTS, unread: for the sync, which passes over what it knows."""
        path, filtered_by = LISTS[of]
        return self._page(path, page, _since(since, filtered_by))

    # applications

    def applications(
        self, *, updated_since: datetime | None = None, page: int = 1
    ) -> Listed[DfeApplication]:
        """A page of all applications, by the time they were made."""
        return self._read(reading.read_application, "npq-applications", page, _since(updated_since))

    def application(self, application_id: UUID) -> DfeApplication:
        """One application."""
        return self._get(reading.read_application, f"npq-applications/{application_id}")

    def accept(self, application_id: UUID, body: Body) -> DfeApplication:
        """Accept. `body`: funded_place, schedule_identifier."""
        path = f"npq-applications/{application_id}/accept"
        return self._send(reading.read_application, "POST", path, "npq-application-accept", body)

    def reject(self, application_id: UUID) -> DfeApplication:
        """Reject."""
        path = f"npq-applications/{application_id}/reject"
        return self._send(reading.read_application, "POST", path)

    def change_funded_place(self, application_id: UUID, body: Body) -> DfeApplication:
        """Fund the place, or no longer. `body`: funded_place."""
        path = f"npq-applications/{application_id}/change-funded-place"
        kind = "npq-application-change-funded-place"
        return self._send(reading.read_application, "PUT", path, kind, body)

    # participants

    def participants(
        self, *, updated_since: datetime | None = None, page: int = 1, training_status: str = ""
    ) -> Listed[DfeParticipant]:
        """A page of all participants that have an accepted application with us."""
        query = {**_since(updated_since)}
        if training_status:
            query["filter[training_status]"] = training_status
        return self._read(reading.read_participant, "participants/npq", page, query)

    def participant(self, participant_id: UUID) -> DfeParticipant:
        """One participant. Raises DfeMerged for an id that was retired."""
        return self._get(reading.read_participant, f"participants/npq/{participant_id}")

    def participants_from(self, former_id: UUID) -> list[DfeParticipant]:
        """Whoever a retired id was merged into."""
        query = {"filter[from_participant_id]": str(former_id)}
        return self._everything(reading.read_participant, "participants/npq", query)

    def defer(self, participant_id: UUID, body: Body) -> DfeParticipant:
        """Pause training. `body`: course_identifier, reason."""
        return self._change(participant_id, "defer", body)

    def resume(self, participant_id: UUID, body: Body) -> DfeParticipant:
        """Go on. `body`: course_identifier."""
        return self._change(participant_id, "resume", body)

    def withdraw(self, participant_id: UUID, body: Body) -> DfeParticipant:
        """End training. `body`: course_identifier, reason."""
        return self._change(participant_id, "withdraw", body)

    def change_schedule(self, participant_id: UUID, body: Body) -> DfeParticipant:
        """Another schedule. `body`: course_identifier, schedule_identifier, cohort (a year)."""
        return self._change(participant_id, "change-schedule", body)

    # declarations

    def declarations(
        self, *, updated_since: datetime | None = None, page: int = 1
    ) -> Listed[DfeDeclaration]:
        """A page of all declarations."""
        return self._read(
            reading.read_declaration, "participant-declarations", page, _since(updated_since)
        )

    def declarations_of(self, participant_id: UUID) -> list[DfeDeclaration]:
        """All of a participant's."""
        query = {"filter[participant_id]": str(participant_id)}
        return self._everything(reading.read_declaration, "participant-declarations", query)

    def declaration(self, declaration_id: UUID) -> DfeDeclaration:
        """One declaration."""
        path = f"participant-declarations/{declaration_id}"
        return self._get(reading.read_declaration, path)

    def declare(self, body: Body) -> DfeDeclaration:
        """Make a declaration. Not to be repeated blindly: the second time is a refusal."""
        path, kind = "participant-declarations", "participant-declaration"
        return self._send(reading.read_declaration, "POST", path, kind, body)

    def void(self, declaration_id: UUID) -> DfeDeclaration:
        """Void a declaration; one that is paid will be clawed back instead."""
        path = f"participant-declarations/{declaration_id}/void"
        return self._send(reading.read_declaration, "PUT", path)

    def change_delivery_partner(self, declaration_id: UUID, body: Body) -> DfeDeclaration:
        """Another one. `body`: delivery_partner_id, secondary_delivery_partner_id."""
        path = f"participant-declarations/{declaration_id}/change-delivery-partner"
        return self._send(reading.read_declaration, "PUT", path, "participant-declaration", body)

    # outcomes

    def outcomes(
        self, *, created_since: datetime | None = None, page: int = 1
    ) -> Listed[DfeOutcome]:
        """A page of all outcomes, by the time they were made."""
        query = _since(created_since, "created_since")
        return self._read(reading.read_outcome, "participants/npq/outcomes", page, query)

    def outcomes_of(self, participant_id: UUID) -> list[DfeOutcome]:
        """All of a participant's."""
        path = f"participants/npq/{participant_id}/outcomes"
        return self._everything(reading.read_outcome, path, {})

    def report_outcome(self, participant_id: UUID, body: Body) -> DfeOutcome:
        """Tell of a result. The same one again gives back the one that is there."""
        path = f"participants/npq/{participant_id}/outcomes"
        return self._send(reading.read_outcome, "POST", path, "npq-outcome-confirmation", body)

    # statements and delivery partners

    def statements(
        self, *, updated_since: datetime | None = None, page: int = 1
    ) -> Listed[DfeStatement]:
        """A page of the statements on which declarations are paid."""
        return self._read(reading.read_statement, "statements", page, _since(updated_since))

    def list_statements(self, *, updated_since: datetime | None = None) -> list[DfeStatement]:
        """All statements on which declarations are paid: a few for each cohort and year."""
        return self._everything(reading.read_statement, "statements", _since(updated_since))

    def statement(self, statement_id: UUID) -> DfeStatement:
        """One statement, of those on which declarations are paid: others DfE does not find."""
        return self._get(reading.read_statement, f"statements/{statement_id}")

    def delivery_partners(self) -> list[DfeDeliveryPartner]:
        """All that are confirmed for this provider, in any cohort."""
        return self._everything(reading.read_delivery_partner, "delivery-partners", {})

    def delivery_partner(self, delivery_partner_id: UUID) -> DfeDeliveryPartner:
        """One delivery partner."""
        path = f"delivery-partners/{delivery_partner_id}"
        return self._get(reading.read_delivery_partner, path)

    def _change(self, participant_id: UUID, action: str, body: Body) -> DfeParticipant:
        path = f"participants/npq/{participant_id}/{action}"
        return self._send(reading.read_participant, "PUT", path, f"participant-{action}", body)

    def _everything(
        self, read: Callable[[Any], ReadT], path: str, query: Mapping[str, str]
    ) -> list[ReadT]:
        return [read(record) for record in self._records(path, query)]

    def _records(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        page = 1
        while told := self._page(path, page, query):
            yield from told
            page += 1

    def _read(
        self, read: Callable[[Any], ReadT], path: str, page: int, query: Mapping[str, str]
    ) -> Listed[ReadT]:
        told = self._page(path, page, query)
        good, problems = reading.read_all(read, told)
        return Listed(good, problems, len(told))

    def _page(self, path: str, page: int, query: Mapping[str, str]) -> list[Any]:
        asked = {"page[page]": str(page), "page[per_page]": str(self.page_size), **query}
        records: list[Any] = self._transport.call("GET", path, None, asked, reading.records_of)
        self._check_goes_on(path, page, records)
        return records

    def _check_goes_on(self, path: str, page: int, records: list[Any]) -> None:
        """Raises DfeNonsense for a list that is one page over and over: it would have no end."""
        ids = [record.get("id") if isinstance(record, dict) else None for record in records]
        former, repeated = self._last_pages.get(path, ([], 0))
        repeated = repeated + 1 if ids and page > 1 and ids == former else 0
        self._last_pages[path] = (ids, repeated)
        if repeated >= SAME_PAGES:
            raise DfeNonsense(f"page {page} of {path} is the same as those before it")

    def _get(self, read: Callable[[Any], ReadT], path: str) -> ReadT:
        return self._one(read, "GET", path, None)

    def _send(
        self,
        read: Callable[[Any], ReadT],
        method: str,
        path: str,
        kind: str = "",
        attributes: Body | None = None,
    ) -> ReadT:
        """An order, with a body where it has a kind."""
        body = {"data": {"type": kind, "attributes": dict(attributes or {})}} if kind else None
        return self._one(read, method, path, body)

    def _one(self, read: Callable[[Any], ReadT], method: str, path: str, body: Any) -> ReadT:
        def reader(told: Any) -> ReadT:
            return read(reading.record_of(told))

        answer: ReadT = self._transport.call(method, path, body, None, reader)
        return answer


def _since(at: datetime | None, name: str = "updated_since") -> dict[str, str]:
    return {} if at is None else {f"filter[{name}]": rfc3339(at)}
