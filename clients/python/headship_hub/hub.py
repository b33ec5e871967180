"""The platform as a hub sees it: a method for each thing that may be asked."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID

from headship_contracts.assessment.hub import HubProgress, ListHubProgress
from headship_contracts.enrolment.hub import (
    GetHubParticipant,
    HubParticipant,
    HubParticipantPage,
    ListHubParticipants,
)
from headship_contracts.messages import ListRequest
from headship_contracts.notifications.hub import HubMessage, ListHubMessages
from headship_contracts.sessions import hub as sessions
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    CatchUpRecord,
    HubRegisterEntry,
    Register,
)
from headship_contracts.sessions.engagement import EngagementRecord
from headship_contracts.sessions.groups import GroupRecord, GroupWithMembers
from headship_contracts.sessions.schedule import SessionRecord
from headship_hub.calling import SECONDS, Calls
from headship_hub.tls import Tls
from headship_hub.watching import POLL_SECONDS, Change, Keep, watch

ItemT = TypeVar("ItemT")


class Hub(Calls):
    """Threads may share one. Lists are read a page at a time, while one iterates.

    Every method raises the kinds of ServiceError (`headship_hub.errors`); `call` asks any request
    of the contracts, and takes a deadline and an idempotency key.
    """

    @classmethod
    def from_file(
        cls, path: str | Path, *, seconds: float = SECONDS, tls: Tls | None = None
    ) -> Self:
        """With the address in a file, as the provider gave it; the file is for one's eyes only."""
        address = Path(path).read_text(encoding="utf-8-sig")  # as an editor may have kept it
        return cls(address.strip(), seconds=seconds, tls=tls)

    def participants(
        self,
        *,
        updated_since: datetime | None = None,
        course: str | None = None,
        cohort: str | None = None,
        training_status: str | None = None,
    ) -> "Participants":
        """The hub's participants, those changed last at the end; with `updated_since` those that
        have changed from then on. What is given back has the instant to ask with next time."""
        return Participants(
            self._pages(
                ListHubParticipants(
                    updated_since=updated_since,
                    course=course,
                    cohort=cohort,
                    training_status=training_status,
                )
            )
        )

    def participant(self, application_id: UUID) -> HubParticipant:
        """One participant."""
        return self.call(GetHubParticipant(application_id=application_id))

    def groups(
        self, *, course: str | None = None, cohort: str | None = None, ended: bool = False
    ) -> Iterator[GroupRecord]:
        """The hub's coaching groups."""
        return self._each(sessions.ListHubGroups(course=course, cohort=cohort, ended=ended))

    def group(self, group_id: UUID) -> GroupWithMembers:
        """One group, and who is in it."""
        return self.call(sessions.GetHubGroup(group_id=group_id))

    def sessions(
        self,
        *,
        course: str | None = None,
        cohort: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        group_id: UUID | None = None,
        starts_from: datetime | None = None,
        starts_before: datetime | None = None,
    ) -> Iterator[SessionRecord]:
        """The hub's sessions and its people's webinars, in the order of their start."""
        return self._each(
            sessions.ListHubSessions(
                course=course,
                cohort=cohort,
                kind=kind,
                status=status,
                group_id=group_id,
                starts_from=starts_from,
                starts_before=starts_before,
            )
        )

    def register(self, session_id: UUID) -> Register:
        """The register of a session."""
        return self.call(sessions.GetHubRegister(session_id=session_id))

    def record(
        self, entries: Sequence[HubRegisterEntry], *, idempotency_key: str | None = None
    ) -> AttendanceReport:
        """Record registers, or correct them: up to 2,000 entries, all of them or none."""
        return self.call(
            sessions.RecordHubRegisters(entries=list(entries)), idempotency_key=idempotency_key
        )

    def catch_ups(
        self, *, application_id: UUID | None = None, pending: bool = True
    ) -> Iterator[CatchUpRecord]:
        """Catch-ups of the hub's people; those that wait for a review, or all."""
        return self._each(sessions.ListHubCatchUps(application_id=application_id, pending=pending))

    def decide_catch_up(
        self, session_id: UUID, application_id: UUID, *, approved: bool, note: str | None = None
    ) -> AttendanceRecord:
        """Approve or refuse a catch-up."""
        return self.call(
            sessions.DecideHubCatchUp(
                session_id=session_id, application_id=application_id, approved=approved, note=note
            )
        )

    def confirm_facilitator(
        self, session_id: UUID, staff_id: UUID, *, expected_revision: int | None = None
    ) -> SessionRecord:
        """Who of the hub's staff leads a session."""
        return self.call(
            sessions.ConfirmHubFacilitator(
                session_id=session_id, staff_id=staff_id, expected_revision=expected_revision
            )
        )

    def confirm_venue(
        self, session_id: UUID, venue: str, *, expected_revision: int | None = None
    ) -> SessionRecord:
        """Where a session takes place."""
        return self.call(
            sessions.ConfirmHubVenue(
                session_id=session_id, venue=venue, expected_revision=expected_revision
            )
        )

    def engagement(self, application_id: UUID) -> EngagementRecord:
        """How far somebody has engaged."""
        return self.call(sessions.GetHubEngagement(application_id=application_id))

    def engagements(
        self, *, course: str | None = None, cohort: str | None = None, at_risk: bool = False
    ) -> Iterator[EngagementRecord]:
        """How far the hub's people have engaged; with `at_risk` who may not reach the gate."""
        return self._each(sessions.ListHubEngagement(course=course, cohort=cohort, at_risk=at_risk))

    def calendar(self, application_id: UUID | None = None, *, renew: bool = False) -> str:
        """The address of the hub's calendar, or of a participant's."""
        return self.call(sessions.HubCalendarLink(application_id=application_id, renew=renew)).url

    def progress(
        self,
        *,
        application_id: UUID | None = None,
        course: str | None = None,
        cohort: str | None = None,
    ) -> Iterator[HubProgress]:
        """How far the hub's people are in assessment, without marks and results."""
        return self._each(
            ListHubProgress(application_id=application_id, course=course, cohort=cohort)
        )

    def messages(
        self, *, application_id: UUID | None = None, template: str | None = None
    ) -> Iterator[HubMessage]:
        """Which messages the hub's people were sent, the newest first."""
        return self._each(ListHubMessages(application_id=application_id, template=template))

    def watch(
        self,
        positions: Mapping[str, str] | None = None,
        *,
        every: float = POLL_SECONDS,
        until: threading.Event | None = None,
        keep: Keep | None = None,
    ) -> Iterator[Change]:
        """Whatever changes for the hub, from now on or from `positions`; see `watching.watch`."""
        return watch(self, positions, every=every, until=until, keep=keep)

    def _each(self, request: ListRequest[Any]) -> Iterator[Any]:
        """The items of all pages."""
        for page in self._pages(request):
            yield from page.items

    def _pages(self, request: ListRequest[Any]) -> Iterator[Any]:
        while True:
            page = self.call(request)
            yield page
            if page.next_cursor is None:
                return
            request = type(request)(**{**vars(request), "cursor": page.next_cursor})


class Participants(Iterator[HubParticipant]):
    """Participants, read a page at a time while one iterates."""

    def __init__(self, pages: Iterator[HubParticipantPage]) -> None:
        self._pages = pages
        self._first: HubParticipantPage | None = None
        self._items = self._read()

    @property
    def updated_since(self) -> datetime:
        """With which instant to ask next time, for whatever changes from now on. It is the first
        page's: who changes while one reads the others is told of then, if not now."""
        return self._begun().updated_since

    def __next__(self) -> HubParticipant:
        return next(self._items)

    def _begun(self) -> HubParticipantPage:
        if self._first is None:
            self._first = next(self._pages)
        return self._first

    def _read(self) -> Iterator[HubParticipant]:
        yield from self._begun().items
        for page in self._pages:
            yield from page.items
