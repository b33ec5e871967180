"""What was told of applications, and their results."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select

from assessment.domain.candidates import LIVE
from assessment.models import Application, Candidate, Result
from assessment.queries.locking import locked
from headship_contracts.errors import NotFound
from kit import Transaction


def lock_all(tx: Transaction, ids: Iterable[UUID]) -> list[Application]:
    """These applications, locked in the order of their ids."""
    wanted = select(Application).where(Application.application_id.in_(list(ids)))
    return list(tx.scalars(locked(wanted.order_by(Application.application_id), Application)))


def lock(tx: Transaction, application_id: UUID) -> Application:
    """One application, locked. Raises NotFound."""
    found = lock_all(tx, [application_id])
    if not found:
        raise NotFound("application_not_found", str(application_id))
    return found[0]


def lock_waiting_to_sit(tx: Transaction, course: str, cohort: str) -> list[Application]:
    """The cohort's applications, locked, that seem able to enter a window but are in none."""
    live = exists().where(
        Candidate.application_id == Application.application_id, Candidate.state.in_(LIVE)
    )
    passed = exists().where(
        Result.application_id == Application.application_id,
        Result.state == "passed",
        ~Result.disregarded,
    )
    waiting = select(Application).where(
        Application.course == course,
        Application.cohort == cohort,
        Application.ready,
        Application.status == "accepted",
        ~live,
        ~passed,
    )
    return list(tx.scalars(locked(waiting.order_by(Application.application_id), Application)))


def results_of(tx: Transaction, application_id: UUID) -> list[Result]:
    """An application's released results, by attempt."""
    mine = select(Result).where(Result.application_id == application_id)
    return list(tx.scalars(mine.order_by(Result.attempt)))
