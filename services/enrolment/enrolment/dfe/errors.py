"""How a call to DfE can fail.

DfeError
  DfeStopped       no use in going on for now
    DfeUnreachable   no connection: the request did not arrive
    DfeUnauthorised  401: our token is not accepted
    DfeBusy          429, or our own budget of calls is used up; `retry_after` where it is known
  DfeUnanswered    it may have arrived and been acted on: look it up before sending it again
    DfeBroken        5xx
    DfeNonsense      an answer that is none: not JSON, not the agreed shape, a redirect
  DfeRefused       DfE understood and says no: 400, 403, 404, 410, 422; `title` and `detail` say why
    DfeMerged        410: the participant has another id now
"""

from datetime import timedelta
from uuid import UUID


class DfeError(Exception):
    """`outcome` is the label under which the call is counted; `doing` the call, in words."""

    outcome = "broken"
    doing = ""


class DfeStopped(DfeError):
    """Whatever is sent next would fail the same way."""

    retry_after: timedelta | None = None


class DfeUnreachable(DfeStopped):
    """No connection could be made."""

    outcome = "unreachable"


class DfeUnauthorised(DfeStopped):
    """Our token is not accepted: a person must give a new one."""

    outcome = "unauthorised"


class DfeBusy(DfeStopped):
    """Too many calls."""

    outcome = "busy"

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DfeUnanswered(DfeError):
    """Sent, but no answer came in time, or the connection broke."""

    outcome = "unanswered"


class DfeBroken(DfeUnanswered):
    """DfE's service failed."""

    outcome = "broken"


class DfeNonsense(DfeUnanswered):
    """What came back is not DfE's API speaking, or not as agreed."""

    outcome = "broken"


class DfeRefused(DfeError):
    """The first of DfE's reasons, in its words, and the status."""

    outcome = "refused"

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail


class DfeMerged(DfeRefused):
    """The participant asked for has been merged: DfE knows them by the id `into`."""

    def __init__(self, title: str, detail: str, into: UUID) -> None:
        super().__init__(410, title, detail)
        self.into = into
