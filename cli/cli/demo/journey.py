"""The demo: one cohort from registration to accreditation, played act by act."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cli.demo import (
    admissions,
    appealing,
    assessing,
    calendars,
    counters,
    outbox,
    plan_page,
    training,
)
from cli.demo.reckoning import Played, reconcile, summarise
from cli.demo.stage import Stage
from cli.demo.story import MILESTONES, Story, in_london

RESUBMISSION_AFTER = timedelta(days=28)
"""From the results of one window to the next one: long enough to read the feedback."""


def play(stage: Stage, seed: int, tell_day: Callable[[date], None]) -> dict[str, Any]:
    """Play all acts; gives back the summary. Raises ReckoningError when it does not add up.

    `tell_day` hears of each simulated day as it begins.
    """
    began = time.monotonic()
    story = Story(seed)
    admissions.admit(stage, story)
    plan = training.plan(stage, story)
    plan_page.write(stage, story)
    records = training.train(stage, story, plan, tell_day)
    calendars.write(stage, story)
    assessing.publish_paper(stage, story)
    first = assessing.next_monday(plan.last_unit_ends_on + assessing.LEAST_PREPARATION)
    releases = [assessing.sit(stage, story, first, 1)]
    tell_day(stage.today())
    appealing.write_reliability(stage, releases[0].window_id)
    appealing.appeal(stage, story, releases[0].window_id)
    again = assessing.next_monday(stage.today() + RESUBMISSION_AFTER)
    releases.append(assessing.sit(stage, story, again, 2))
    tell_day(stage.today())
    stage.go_to(in_london(max(stage.today(), MILESTONES["completed"][1]), 19))
    played = Played(releases, records)
    summary = summarise(
        stage, story, played, counters.read(stage.metrics_urls), time.monotonic() - began
    )
    reconcile(stage, story, summary)
    outbox.write_index(stage)
    return summary


def write(summary: dict[str, Any], directory: Path) -> Path:
    """Write `summary.json`; gives back its path."""
    path = directory / "summary.json"
    path.write_text(json.dumps(summary, indent=2) + "\n")
    return path
