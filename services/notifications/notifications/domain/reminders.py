"""Reminders: which step is due. A step that was missed is passed over, not sent late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Step:
    """A message some time before or after an instant; `key` names it for good."""

    key: str
    template: str
    after: timedelta
    before_end: bool = False  # counted from the end, not from the beginning


ASSESSMENT_STEPS = (
    Step("four_weeks", "assessment_upcoming", timedelta(days=-28)),
    Step("one_week", "assessment_upcoming", timedelta(days=-7)),
    Step("opens", "assessment_opens", timedelta(0)),
    Step("five_days", "assessment_not_submitted", timedelta(days=5)),
    Step("one_day", "assessment_closing", timedelta(hours=-24), before_end=True),
    Step("three_hours", "assessment_closing", timedelta(hours=-3), before_end=True),
)

SESSION_STEPS = (
    Step("one_week", "session_invitation", timedelta(days=-7)),
    Step("one_day", "session_reminder", timedelta(days=-1)),
)


def look_ahead(steps: Sequence[Step]) -> timedelta:
    """How long before the beginning the first step is due."""
    return -min(step.after for step in steps if not step.before_end)


def due_step(
    steps: Sequence[Step], *, begins_at: datetime, ends_at: datetime, at: datetime
) -> Step | None:
    """The step that is due at `at`: the last one begun, until the end; None before and after."""
    if at >= ends_at:
        return None
    begun = [step for step in steps if due_at(step, begins_at, ends_at) <= at]
    return max(begun, key=lambda step: due_at(step, begins_at, ends_at), default=None)


def due_at(step: Step, begins_at: datetime, ends_at: datetime) -> datetime:
    """When a step begins."""
    return (ends_at if step.before_end else begins_at) + step.after
