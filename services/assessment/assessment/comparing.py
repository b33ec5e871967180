"""Comparing a window's scripts: asked for, run in a child process, and kept."""

import json
import logging
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from assessment import files, metrics, queries, roles
from assessment.domain.similarity.cases import Status
from assessment.domain.windows import WindowState
from assessment.models import Comparison, SimilarityCase, Window
from headship_contracts.assessment.similarity import (
    CompareScripts,
    ComparisonPage,
    ComparisonRecord,
    ListComparisons,
)
from headship_contracts.errors import NotFound, Refused
from kit import Transaction, jobs
from kit.db import ServiceDatabase

TIMER = "compare_queued_scripts"
PERCENTILE = "99.5"
MOST_PAIRS = 200
"""Pairs that are listed for a person; how many more are above the threshold is told."""

EARLIER_WINDOWS = 4

PAUSES = (timedelta(minutes=10), timedelta(hours=1))
"""How long after it failed a comparison is run again, in real time; after the last run nothing but
the alarm is left. What fails by its size fails each time, what fails by a busy machine does not."""

Compare = Callable[[dict[str, Any]], dict[str, Any]]
"""Runs `domain.similarity.job.compare_scripts` where it holds up nobody."""

log = logging.getLogger(__name__)


def in_a_child_process(seconds: int, megabytes: int) -> Compare:
    """Compares within these limits. Raises kit.jobs.JobError."""

    def compare(data: dict[str, Any]) -> dict[str, Any]:
        job = "assessment.domain.similarity.job:compare_scripts"
        found: dict[str, Any] = jobs.run(job, data, seconds=seconds, megabytes=megabytes)
        return found

    return compare


def ask(tx: Transaction, request: CompareScripts) -> ComparisonRecord:
    """Queue a comparison; one that waits already is the same."""
    roles.require(tx, roles.LEADS)
    window = tx.get(Window, request.window_id)
    if window is None:
        raise NotFound("window_not_found", str(request.window_id))
    if window.state in (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CANCELLED):
        raise Refused("window_not_closed", "scripts are compared once the window has closed")
    return record(queue(tx, window.id))


def queue(tx: Transaction, window_id: UUID) -> Comparison:
    """Have a window's scripts compared soon."""
    waiting = queries.similarity.queued_of(tx, window_id)
    if waiting is not None:
        if waiting.next_attempt_at is not None:
            waiting.next_attempt_at = None  # whoever asks does not wait out the pause
            tx.wake(TIMER)
        return waiting
    comparison = Comparison(
        id=uuid4(),
        window_id=window_id,
        state="queued",
        requested_at=tx.at,
        requested_by=str(tx.caller),
        percentile=PERCENTILE,
        attempts=0,
    )
    tx.add(comparison)
    tx.wake(TIMER)
    return comparison


def list_all(tx: Transaction, request: ListComparisons) -> ComparisonPage:
    """Comparisons, oldest first."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.similarity.page_of_comparisons(tx, request)
    return ComparisonPage(items=[record(one) for one in found], next_cursor=cursor)


def run_queued(db: ServiceDatabase, at: datetime, compare: Compare) -> None:
    """Run what is due, one after another. What fails is run again after a pause, and after the last
    one is kept as failed: it may be asked again."""
    with db.transaction(at=at) as tx:
        waiting = queries.similarity.due(tx, datetime.now(UTC))
    for comparison_id in waiting:
        _run(db, at, comparison_id, compare)


def record(comparison: Comparison) -> ComparisonRecord:
    """A comparison as it is told."""
    found = comparison.found or {}
    return ComparisonRecord(
        comparison_id=comparison.id,
        window_id=comparison.window_id,
        state=comparison.state,
        requested_at=comparison.requested_at,
        requested_by=comparison.requested_by,
        finished_at=comparison.finished_at,
        attempts=comparison.attempts,
        next_attempt_at=comparison.next_attempt_at,
        scripts=found.get("scripts", 0),
        earlier=found.get("earlier", 0),
        pairs=found.get("pairs", 0),
        percentile=Decimal(comparison.percentile),
        threshold=share(found.get("threshold", 0)),
        above=found.get("above", 0),
        listed=found.get("listed", 0),
        error=comparison.error,
    )


def share(value: float) -> Decimal:
    """A containment as it is told, to six decimals."""
    return Decimal(str(round(value, 6)))


def _run(db: ServiceDatabase, at: datetime, comparison_id: UUID, compare: Compare) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="scripts-", encoding="utf-8") as held:
        paper, texts = _write(db, at, comparison_id, held)
        data = {
            "path": held.name,
            "paper": paper,
            "percentile": float(PERCENTILE),
            "most": MOST_PAIRS,
        }
        try:
            found, error = compare(data), None
        except jobs.JobError as failure:
            log.error("scripts could not be compared", exc_info=failure)
            found, error = None, type(failure).__name__
    with db.transaction(at=at) as tx:
        comparison = tx.get(Comparison, comparison_id)
        assert comparison is not None
        outcome = _settle(comparison, tx.at, error)
        if found is not None:
            flagged = found.pop("flagged")
            comparison.found = found | {"listed": len(flagged)}
            _keep(tx, comparison, flagged, texts)
            if not queries.similarity.all_among(tx, comparison.window_id, map(UUID, texts)):
                tx.flush()
                queue(tx, comparison.window_id)  # one came while it ran
        tx.count(metrics.comparisons.labels(outcome=outcome))


def _settle(comparison: Comparison, at: datetime, error: str | None) -> str:
    """Note how a run ended, and whether another follows; gives the outcome as it is counted."""
    comparison.attempts += 1
    comparison.error, comparison.next_attempt_at = error, None
    if error is not None and comparison.attempts <= len(PAUSES):
        comparison.next_attempt_at = datetime.now(UTC) + PAUSES[comparison.attempts - 1]
        return "put_off"
    comparison.state, comparison.finished_at = "done" if error is None else "failed", at
    return comparison.state


def _write(
    db: ServiceDatabase, at: datetime, comparison_id: UUID, held: Any
) -> tuple[list[str], dict[str, str]]:
    """Write a line for each script; gives what the paper says, and each script's text's SHA-256.

    One by one, each in a transaction of its own: thousands in one go would hold up everyone else.
    """
    with db.transaction(at=at) as tx:
        comparison = tx.get(Comparison, comparison_id)
        assert comparison is not None
        window = comparison.window
        earlier = queries.similarity.windows_before(tx, window, most=EARLIER_WINDOWS)
        scripts = queries.similarity.texts_of(tx, [window.id, *(one.id for one in earlier)])
        papers = {one.paper.id: one.paper for one in [window, *earlier]}.values()
        given = [text for one in papers for text in (one.title, one.case_study, one.question)]
        window_id = window.id
    for start in range(0, len(scripts), 50):
        with db.transaction(at=at) as tx:
            for window_of, submission_id, digest in scripts[start : start + 50]:
                text = files.get(tx, digest).decode()
                line = {"id": str(submission_id), "text": text, "earlier": window_of != window_id}
                held.write(json.dumps(line) + "\n")
    held.flush()
    return given, {str(submission_id): digest for _, submission_id, digest in scripts}


def _keep(
    tx: Transaction,
    comparison: Comparison,
    flagged: list[dict[str, Any]],
    texts: dict[str, str],
) -> None:
    """Keep the pairs. One that somebody has looked at stays, whatever is found of it now."""
    for former in queries.similarity.undecided(tx, comparison.window_id):
        tx.delete(former)
    tx.flush()
    for rank, pair in enumerate(flagged, start=1):
        a, b = UUID(pair["a"]), UUID(pair["b"])
        if queries.similarity.pair_of(tx, a, b) is None:
            tx.add(
                SimilarityCase(
                    id=uuid4(),
                    window_id=comparison.window_id,
                    submission_a=a,
                    submission_b=b,
                    shared=pair["shared"],
                    size_a=pair["size_a"],
                    size_b=pair["size_b"],
                    rank=rank,
                    spans=pair["spans"],
                    text_a_sha256=texts[pair["a"]],
                    text_b_sha256=texts[pair["b"]],
                    status=Status.FLAGGED,
                )
            )
