"""Calls to DfE: each method is one operation of API v3 that enrolment needs."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import requests
import urllib3

from enrolment import metrics
from enrolment.dfe import errors
from enrolment.dfe.shapes import (
    DfeApplication,
    DfeDeclaration,
    DfeDeliveryPartner,
    DfeOutcome,
    read_all,
    read_application,
    read_declaration,
    read_delivery_partner,
    read_outcome,
    read_training_status,
    record_of,
    records_of,
)
from kit import clock

SERVER_DATE = "X-With-Server-Date"
"""DfE's own header for trying things out: its service then acts as if it were that instant."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; 3,000 applications are about 5 MB."""


class DfeClient:
    """One provider's view of DfE. Not for several greenlets at once: make one for each run."""

    def __init__(self, url: str, token: str, *, timeout: timedelta, page_size: int = 300) -> None:
        self._url = url.rstrip("/") + "/api/v3"
        self._timeout = timeout.total_seconds()
        self._page_size = page_size
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._session.headers["Accept"] = "application/json"

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def __enter__(self) -> "DfeClient":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def applications(
        self, *, updated_since: datetime | None, page: int
    ) -> tuple[list[DfeApplication], list[str], int]:
        """One page: what could be read, what is wrong with the rest, and how many there were."""
        told = self._page("npq-applications", page, updated_since)
        read, problems = read_all(read_application, told)
        return read, problems, len(told)

    def application(self, application_id: UUID) -> DfeApplication:
        """One application."""
        return read_application(self._one("GET", f"npq-applications/{application_id}"))

    def accept(self, application_id: UUID, body: Mapping[str, Any]) -> DfeApplication:
        """Accept. `body`: funded_place, schedule_identifier."""
        path = f"npq-applications/{application_id}/accept"
        return read_application(self._one("POST", path, ("npq-application-accept", body)))

    def reject(self, application_id: UUID) -> DfeApplication:
        """Reject."""
        return read_application(self._one("POST", f"npq-applications/{application_id}/reject"))

    def training_status(self, participant_id: UUID, application_id: UUID) -> str | None:
        """`active`, `deferred` or `withdrawn`; None if DfE shows no such enrolment."""
        record = self._one("GET", f"participants/npq/{participant_id}")
        return read_training_status(record, application_id)

    def change_training(
        self,
        action: str,
        participant_id: UUID,
        application_id: UUID,
        body: Mapping[str, Any],
    ) -> str | None:
        """`defer`, `resume` or `withdraw`; gives the training status that follows."""
        path = f"participants/npq/{participant_id}/{action}"
        record = self._one("PUT", path, (f"participant-{action}", body))
        return read_training_status(record, application_id)

    def declare(self, body: Mapping[str, Any]) -> DfeDeclaration:
        """Make a declaration. Not to be repeated blindly: the second time is a refusal."""
        record = self._one("POST", "participant-declarations", ("participant-declaration", body))
        return read_declaration(record)

    def declarations_of(self, participant_id: UUID) -> list[DfeDeclaration]:
        """All of a participant's."""
        path = "participant-declarations"
        told = self._everything(path, {"filter[participant_id]": str(participant_id)})
        return [read_declaration(record) for record in told]

    def report_outcome(self, participant_id: UUID, body: Mapping[str, Any]) -> DfeOutcome:
        """Tell of a result. The same one again gives back the one that is there."""
        path = f"participants/npq/{participant_id}/outcomes"
        return read_outcome(self._one("POST", path, ("npq-outcome-confirmation", body)))

    def outcomes_of(self, participant_id: UUID) -> list[DfeOutcome]:
        """All of a participant's."""
        told = self._everything(f"participants/npq/{participant_id}/outcomes", {})
        return [read_outcome(record) for record in told]

    def delivery_partners(self) -> list[DfeDeliveryPartner]:
        """All that are confirmed for this provider, in any cohort."""
        return [read_delivery_partner(r) for r in self._everything("delivery-partners", {})]

    def _everything(self, path: str, query: Mapping[str, str]) -> Iterator[Any]:
        page = 1
        while told := self._page(path, page, None, query):
            yield from told
            page += 1

    def _page(
        self,
        path: str,
        page: int,
        updated_since: datetime | None,
        query: Mapping[str, str] | None = None,
    ) -> list[Any]:
        asked = {"page[page]": str(page), "page[per_page]": str(self._page_size), **(query or {})}
        if updated_since is not None:
            asked["filter[updated_since]"] = _rfc3339(updated_since)
        records: list[Any] = self._call("GET", path, None, asked, records_of)
        return records

    def _one(
        self, method: str, path: str, send: tuple[str, Mapping[str, Any]] | None = None
    ) -> Any:
        body = None
        if send is not None:
            body = {"data": {"type": send[0], "attributes": dict(send[1])}}
        return self._call(method, path, body, None, record_of)

    def _call(
        self,
        method: str,
        path: str,
        body: Any,
        query: Mapping[str, str] | None,
        reader: Callable[[Any], Any],
    ) -> Any:
        started = time.monotonic()
        outcome = "ok"
        try:
            return reader(self._json(method, path, body, query))
        except errors.DfeError as error:
            outcome = error.outcome
            raise
        finally:
            metrics.dfe_calls.labels(outcome=outcome).inc()
            metrics.dfe_call_duration.observe(time.monotonic() - started)

    def _json(self, method: str, path: str, body: Any, query: Mapping[str, str] | None) -> Any:
        headers = {SERVER_DATE: _rfc3339(clock.now())} if clock.is_simulated() else {}
        try:
            with self._session.request(
                method,
                f"{self._url}/{path}",
                json=body,
                params=query,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _read_within(answer, self._timeout)
        except requests.exceptions.ConnectTimeout as error:
            raise errors.DfeUnreachable(f"no connection within {self._timeout:g} s") from error
        except requests.exceptions.ConnectionError as error:
            if _never_connected(error):
                raise errors.DfeUnreachable("no connection") from error
            raise errors.DfeUnanswered("the connection broke") from error
        except requests.exceptions.Timeout as error:
            raise errors.DfeUnanswered(f"no answer within {self._timeout:g} s") from error
        except requests.exceptions.RequestException as error:
            raise errors.DfeUnanswered(type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise errors.DfeUnanswered("the answer broke off") from error
        return _judge(answer, content)


class _Bearer(requests.auth.AuthBase):
    """As authentication, not as a header: else the host's .netrc would take precedence."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _read_within(answer: requests.Response, seconds: float) -> bytes:
    """The whole answer; one that drips or never ends is cut off."""
    ends, pieces, length = time.monotonic() + seconds, [], 0
    # What has arrived, unlike iter_content, which waits until a whole piece has.
    while piece := answer.raw.read1(65_536, decode_content=True):
        pieces.append(piece)
        length += len(piece)
        if length > LARGEST_ANSWER:
            raise errors.DfeNonsense(f"the answer is over {LARGEST_ANSWER} bytes")
        if time.monotonic() > ends:
            raise errors.DfeUnanswered(f"the answer was not complete within {seconds:g} s")
    return b"".join(pieces)


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")


def _judge(answer: requests.Response, content: bytes) -> Any:
    """The JSON of a good answer; anything else becomes the error that it means."""
    status = answer.status_code
    if status == 401:
        raise errors.DfeUnauthorised("401: DfE does not accept our token")
    if status == 429:
        raise errors.DfeBusy("429: too many calls", _retry_after(answer))
    if status >= 500:
        raise errors.DfeBroken(f"DfE answered {status}")
    told = _parse(answer, content)
    if status == 200:
        return told
    if status in (400, 403, 404, 410, 422):
        raise errors.DfeRefused(status, *_first_problem(told))
    raise errors.DfeNonsense(f"DfE answered {status}, which its API never does")


def _parse(answer: requests.Response, content: bytes) -> Any:
    kind = answer.headers.get("Content-Type", "")
    if not 200 <= answer.status_code < 300 and answer.status_code < 400:
        raise errors.DfeNonsense(f"DfE answered {answer.status_code}, a redirect")
    try:
        return json.loads(content)
    except ValueError as error:
        raise errors.DfeNonsense(
            f"DfE answered {answer.status_code} with {kind or 'no type'}, not JSON"
        ) from error


def _first_problem(told: Any) -> tuple[str, str]:
    """`errors: [{title, detail}]`, or the single `error` of a 404."""
    if isinstance(told, Mapping):
        problems = told.get("errors")
        if isinstance(problems, list) and problems and isinstance(problems[0], Mapping):
            return str(problems[0].get("title", "")), str(problems[0].get("detail", ""))
        if "error" in told:
            return "", str(told["error"])
    return "", "no reason given"


def _retry_after(answer: requests.Response) -> timedelta | None:
    seconds = answer.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else None


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
