"""What ends a request early, each with its status and body as DfE sends them."""

from collections.abc import Sequence
from typing import Any

from dfe_simulator.records import IdChange
from enrolment.domain.dfe.declarations import rfc3339
from enrolment.domain.dfe.messages import NOT_OUR_DECLARATION, Problem, participant_replaced


class ApiError(Exception):
    """Base: a status and a JSON body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def _errors(problems: Sequence[Problem]) -> dict[str, Any]:
    return {"errors": [{"title": told.title, "detail": told.detail} for told in problems]}


class BadRequest(ApiError):
    """The request cannot be read."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(400, _errors(problems))


class Unauthorised(ApiError):
    """No token, or none that is known."""

    def __init__(self) -> None:
        super().__init__(401, {"error": "HTTP Token: Access denied"})


class Missing(ApiError):
    """There is none, or it is not the caller's."""

    def __init__(self) -> None:
        super().__init__(404, {"error": "Resource not found"})


class Gone(ApiError):
    """The participant's id was merged into another."""

    def __init__(self, change: IdChange) -> None:
        problem = participant_replaced(change.from_participant_id, change.to_participant_id)
        told = {
            "title": "Participant ID has been changed",
            "detail": problem.detail,
            "participant_id_changes": [
                {
                    "from_participant_id": change.from_participant_id,
                    "to_participant_id": change.to_participant_id,
                    "changed_at": rfc3339(change.changed_at),
                }
            ],
        }
        super().__init__(410, {"errors": [told]})


class Unprocessable(ApiError):
    """The rules say no. Another provider's declaration is a 403, all else a 422."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        forbidden = list(problems) == [NOT_OUR_DECLARATION]
        super().__init__(403 if forbidden else 422, _errors(problems))


def refuse_if(problems: Sequence[Problem]) -> None:
    """Raises Unprocessable when there is a problem."""
    if problems:
        raise Unprocessable(problems)


def refuse_request_if(problems: Sequence[Problem]) -> None:
    """Raises BadRequest when there is a problem."""
    if problems:
        raise BadRequest(*problems)
