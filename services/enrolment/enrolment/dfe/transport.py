"""HTTP to DfE: one call, and what its answer means."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
import requests
import urllib3

from enrolment import metrics
from enrolment.dfe import errors
from enrolment.dfe.fields import LONGEST_NUMBER
from enrolment.dfe.token import Token
from kit import clock

SERVER_DATE = "X-With-Server-Date"
"""DfE's own header for trying things out: its service then acts as if it were that instant."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; 3,000 applications are about 5 MB."""

ONE_READ = 1024 * 1024
"""Bytes. After each read a thread waits for its turn again: few large ones, for a page is half of
this, and the page before it is being worked on meanwhile."""


LONGEST_PAUSE = timedelta(hours=1)
"""However long DfE wants us to wait: its windows are of five minutes."""


class Allowance(Protocol):
    """Who says whether a call may be made now. Raises DfeBusy when it may not."""

    def take(self) -> None:
        """Make one call, perhaps after a short wait."""

    def close(self) -> None:
        """There will be no more calls."""


class Unlimited:
    """Calls as they come: for one who asks by hand, and for tests."""

    def take(self) -> None:
        """Always."""

    def close(self) -> None:
        """Nothing was kept."""


class Transport:
    """Calls to one DfE with one token. Not for several greenlets at once."""

    def __init__(self, url: str, token: Token, timeout: timedelta, allowance: Allowance) -> None:
        self._url = url.rstrip("/") + "/api/v3"
        self._timeout = timeout.total_seconds()
        self._allowance = allowance
        self._session = requests.Session()
        self._session.auth = token
        self._session.headers["Accept"] = "application/json"

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()
        self._allowance.close()

    def call(
        self,
        method: str,
        path: str,
        body: Any,
        query: Mapping[str, str] | None,
        reader: Callable[[Any], Any],
    ) -> Any:
        """What `reader` makes of the answer's JSON. Raises DfeError, which says what was done."""
        self._allowance.take()
        started = time.monotonic()
        outcome = "ok"
        try:
            return reader(self._json(method, path, body, query))
        except errors.DfeError as error:
            outcome = error.outcome
            page = (query or {}).get("page[page]")
            error.doing = f"{method} {path}" + (f", page {page}" if page else "")
            raise
        finally:
            metrics.dfe_calls.labels(outcome=outcome).inc()
            metrics.dfe_call_duration.observe(time.monotonic() - started)

    def _json(self, method: str, path: str, body: Any, query: Mapping[str, str] | None) -> Any:
        headers = {SERVER_DATE: rfc3339(clock.now())} if clock.is_simulated() else {}
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


def rfc3339(at: datetime) -> str:
    """An instant as DfE takes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_within(answer: requests.Response, seconds: float) -> bytes:
    """The whole answer; one that drips or never ends is cut off."""
    ends, pieces, length = time.monotonic() + seconds, [], 0
    # What has arrived, unlike iter_content, which waits until a whole piece has.
    while piece := answer.raw.read1(ONE_READ, decode_content=True):
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
    if status == 410 and (into := _merged_into(told)) is not None:
        raise errors.DfeMerged(*_first_problem(told), into)
    if status in (400, 403, 404, 410, 422):
        raise errors.DfeRefused(status, *_first_problem(told))
    raise errors.DfeNonsense(f"DfE answered {status}, which its API never does")


def _parse(answer: requests.Response, content: bytes) -> Any:
    kind = answer.headers.get("Content-Type", "")
    if not 200 <= answer.status_code < 300 and answer.status_code < 400:
        raise errors.DfeNonsense(f"DfE answered {answer.status_code}, a redirect")
    try:
        return _from_json(content)
    except (ValueError, RecursionError) as error:
        raise errors.DfeNonsense(
            f"DfE answered {answer.status_code} with {kind or 'no type'}, not JSON"
        ) from error


def _from_json(content: bytes) -> Any:
    """A page of hundreds of records in a third of the time, where it is JSON to the letter.

    What is not may have one record that is wrong (half a surrogate pair, a number that is none):
    json lets that through, and the record's own reading names it.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)


def _first_problem(told: Any) -> tuple[str, str]:
    """`errors: [{title, detail}]`, or the single `error` of a 404."""
    if isinstance(told, Mapping):
        problems = told.get("errors")
        if isinstance(problems, list) and problems and isinstance(problems[0], Mapping):
            return str(problems[0].get("title", "")), str(problems[0].get("detail", ""))
        if "error" in told:
            return "", str(told["error"])
    return "", "no reason given"


def _merged_into(told: Any) -> UUID | None:
    """The id that stands for a retired one now, wherever in a 410 it is said."""
    if not isinstance(told, Mapping):
        return None
    problems = told.get("errors")
    places = [told, *(problems if isinstance(problems, list) else [])]
    for place in places:
        changes = place.get("participant_id_changes") if isinstance(place, Mapping) else None
        if isinstance(changes, list) and changes and isinstance(changes[-1], Mapping):
            try:
                return UUID(changes[-1].get("to_participant_id"))
            except (ValueError, TypeError, AttributeError):
                return None
    return None


def _retry_after(answer: requests.Response) -> timedelta | None:
    """The pause that DfE asks for, in seconds; None for what is no number of them."""
    seconds = answer.headers.get("Retry-After", "").strip()
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    return min(timedelta(seconds=int(seconds[:LONGEST_NUMBER])), LONGEST_PAUSE)
