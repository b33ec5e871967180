"""Declarations: which one is next, when it is due, what stands in its way, how it is dated.

DfE checks neither order nor milestones; we do: a declaration is made when DfE has taken the one
before it, its milestone is open, and there is evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from enrolment.domain.dfe import courses
from enrolment.domain.evidence import Period, Proof, Told, prove

LONDON = ZoneInfo("Europe/London")

READY, REFUSED = "ready", "refused"
"""Ours: owed to DfE; refused by DfE. All other states are DfE's."""

TAKEN = frozenset({"submitted", "eligible", "payable", "paid", "ineligible"})
"""DfE has it, and the next type may follow. Ineligible: it stands under another account."""

LIVE = frozenset({READY, REFUSED, "submitted", "eligible", "payable", "paid"})
"""It stands, or is to: no second one of its type may be made beside it."""

STANDING = LIVE | TAKEN
"""The next one rests on it, or will."""

TAKEN_BACK = frozenset({"voided", "awaiting_clawback", "clawed_back"})
"""It was voided: one of its type may be made again, by somebody's decision."""

WARN_DAYS_BEFORE = (21, 7, 1)

WITHIN = ("1d", "7d", "21d", "later")
"""The same days, as what is due is counted by how near its deadline is."""

MISSED = -1
"""Kept like a warning: the deadline has passed."""

CAN_BE_MADE, NOT_OPEN, NO_EVIDENCE = "can_be_made", "not_open", "no_evidence"
NOT_SENT, BLOCKED = "not_sent", "blocked"


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """When one type of declaration may be made, and by when."""

    declaration_type: str
    opens_on: date
    deadline_on: date


@dataclass(frozen=True, kw_only=True)
class Made:
    """A declaration that exists already."""

    declaration_type: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """What decides when an accepted application's next declaration is due.

    `ended_at`: since when training is paused or over; None while it is active.
    """

    course: str
    starts_on: date
    milestones: Sequence[Milestone]
    made: Sequence[Made]
    told: Sequence[Told]
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Due:
    """The next declaration and how it stands; `can_be_made`: by `proof`, dated `declared_at`."""

    milestone: Milestone
    reason: str
    proof: Proof | None = None
    declared_at: datetime | None = None
    detail: str | None = None

    def days_left(self, on: date) -> int:
        """Days until the deadline; negative once it has passed."""
        return (self.milestone.deadline_on - on).days


def next_due(enrolled: Enrolled, at: datetime, *, again: bool = False) -> Due | None:
    """The first declaration that DfE has not taken, and how it stands; None when nothing is left.

    After training was paused or ended, only what was reached before that can still be declared.
    `again`: what was voided may be made once more.
    """
    standing = {made.declaration_type: made.state for made in enrolled.made}
    milestone = next(
        (m for m in enrolled.milestones if standing.get(m.declaration_type) not in TAKEN), None
    )
    if milestone is None:
        return None
    state = standing.get(milestone.declaration_type)
    if state == READY:
        return Due(milestone=milestone, reason=NOT_SENT)
    if state is not None and not (again and state in TAKEN_BACK):  # a person decides what to do
        return Due(milestone=milestone, reason=REFUSED, detail=f"the declaration is {state}")
    if enrolled.ended_at is not None and not is_open(milestone, enrolled.ended_at):
        return None
    if not is_open(milestone, at):
        return Due(milestone=milestone, reason=NOT_OPEN)
    proof = prove(enrolled.course, _period(enrolled, milestone), enrolled.told)
    declared_at = instant_of(proof.on, at) if proof else None
    if proof is None or declared_at is None:
        return Due(milestone=milestone, reason=NO_EVIDENCE)
    if enrolled.ended_at is not None and declared_at >= enrolled.ended_at:
        return Due(milestone=milestone, reason=NO_EVIDENCE)
    return Due(milestone=milestone, reason=CAN_BE_MADE, proof=proof, declared_at=declared_at)


def is_open(milestone: Milestone, at: datetime) -> bool:
    """Whether its first day, in London, has come."""
    return at.astimezone(LONDON).date() >= milestone.opens_on


def instant_of(day: date, at: datetime) -> datetime | None:
    """The instant that a declaration gives for a day: noon in London, or now if that is earlier.

    None for a day to come: DfE takes no declaration that lies in the future.
    """
    noon = datetime.combine(day, time(12), LONDON).astimezone(UTC)
    if noon <= at:
        return noon
    starts_at = datetime.combine(day, time.min, UTC)  # in summer an hour after London's midnight
    return at.replace(microsecond=0) if at >= starts_at else None


def warning_due(days_left: int, warned: Sequence[int]) -> int | None:
    """Which warning to give now, in days before the deadline: each once, and only the latest."""
    reached = [days for days in WARN_DAYS_BEFORE if days_left <= days]
    if days_left < 0 or not reached:
        return None
    latest = min(reached)
    return None if any(days <= latest for days in warned) else latest


def within(days_left: int) -> str:
    """The nearest of WITHIN that holds a deadline so many days from now."""
    return next((f"{days}d" for days in sorted(WARN_DAYS_BEFORE) if days_left <= days), "later")


def is_missed(days_left: int, warned: Sequence[int]) -> bool:
    """Whether a deadline has passed, and that was not noted before."""
    return days_left < 0 and MISSED not in warned


def standing_after(declaration_type: str, made: Sequence[Made]) -> str | None:
    """A later type that stands: it has to be voided before this one, so that the order holds."""
    place = courses.DECLARATION_TYPES.index
    later = [
        m.declaration_type
        for m in made
        if m.state in STANDING and place(m.declaration_type) > place(declaration_type)
    ]
    return max(later, key=place, default=None)


def state_at_dfe(state: str) -> str:
    """What a declaration of ours is, or will be once it has arrived."""
    return "submitted" if state == READY else state


def milestones_in_order(starts_on: date, deadlines: Sequence[tuple[str, date]]) -> list[Milestone]:
    """Milestones of which only deadlines are published: each opens when the one before closed."""
    opens_on, found = starts_on, []
    for declaration_type, deadline_on in deadlines:
        found.append(
            Milestone(declaration_type=declaration_type, opens_on=opens_on, deadline_on=deadline_on)
        )
        opens_on = deadline_on + timedelta(days=1)
    return found


def _period(enrolled: Enrolled, milestone: Milestone) -> Period:
    return Period(
        declaration_type=milestone.declaration_type,
        starts_on=enrolled.starts_on,
        opens_on=milestone.opens_on,
    )
