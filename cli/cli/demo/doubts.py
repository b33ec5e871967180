"""A longer window for somebody who falls ill in it, and two scripts that are the same."""

import time
from datetime import date, timedelta
from uuid import UUID

from cli.demo.stage import NotQuiet, Stage
from cli.demo.story import Story
from headship_contracts.assessment.arrangements import GrantExtension, ListExtensions
from headship_contracts.assessment.similarity import (
    DecideSimilarPair,
    ListComparisons,
    ListSimilarPairs,
    SimilarPair,
)

ILL, ALIKE = "falls ill in the window", "writes the same"

DAYS_MORE = 1
"""After the eight of the window: less than until marking begins."""

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.1


def extend(stage: Stage, story: Story, window_id: UUID, opens_on: date) -> None:
    """The one who falls ill may send a script a day later than the others."""
    extension = GrantExtension(
        application_id=story.named(ILL).application_id,
        window_id=window_id,
        closes_on=opens_on + timedelta(days=7 + DAYS_MORE),
        reason="A doctor's note was shown.",
    )
    stage.ask(extension, "demo:extension")
    stage.settle()


def investigate(stage: Stage, story: Story, window_id: UUID) -> UUID:
    """The most alike pair of the window, held until somebody has looked into it."""
    _compared(stage, window_id)
    pair: SimilarPair = stage.all_of(ListSimilarPairs(window_id=window_id))[0]
    cast = {player.application_id for player in story.all_named(ALIKE)}
    if {pair.application_a, pair.application_b} != cast:
        raise LookupError("the most alike scripts are not those of the two who write the same")
    _decide(stage, pair.pair_id, "under_investigation", "Word for word the same.")
    return pair.pair_id


def clear(stage: Stage, pair_id: UUID) -> None:
    """What came out: both results may be released."""
    why = "Both copied the plan that their hub had worked out with them and allowed them to use."
    _decide(stage, pair_id, "no_case", why)


def counts(stage: Stage, windows: list[UUID]) -> dict[str, int]:
    """How many windows were made longer, and how many pairs were investigated and cleared."""
    pairs = [
        pair
        for window_id in windows
        for pair in stage.all_of(ListSimilarPairs(window_id=window_id, status="no_case"))
    ]
    extensions = [
        one for window_id in windows for one in stage.all_of(ListExtensions(window_id=window_id))
    ]
    return {"extensions": len(extensions), "similar_pairs_investigated": len(pairs)}


def _decide(stage: Stage, pair_id: UUID, status: str, reason: str) -> None:
    decision = DecideSimilarPair(pair_id=pair_id, status=status, reason=reason)
    stage.ask(decision, f"demo:pair:{status}")


def _compared(stage: Stage, window_id: UUID) -> None:
    """Wait until the scripts were compared: a job of its own, which no event waits for."""
    end = time.monotonic() + PATIENCE_SECONDS
    while {one.state for one in stage.all_of(ListComparisons(window_id=window_id))} != {"done"}:
        if time.monotonic() > end:
            raise NotQuiet("the scripts of the window are still being compared")
        time.sleep(LOOK_SECONDS)
