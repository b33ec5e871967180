"""The demo's second act: a plan, groups, and eighteen months of sessions and self-study."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from cli.demo import changes
from cli.demo.cast import Player
from cli.demo.stage import Stage
from cli.demo.story import (
    COHORT,
    COURSE,
    TRAINING_STARTS,
    Story,
    days_from,
    in_london,
)
from headship_contracts.sessions.attendance import (
    DecideCatchUp,
    GetRegister,
    RecordAttendance,
    RegisterEntry,
    SubmitCatchUp,
)
from headship_contracts.sessions.groups import (
    FormGroups,
    ListGroups,
    SetAvailability,
    SetHubOffer,
    SlotCoach,
)
from headship_contracts.sessions.plans import PlanRecord, PublishPlan
from headship_contracts.sessions.schedule import ListSessions, ScheduleSessions, SessionRecord
from headship_contracts.sessions.study import RecordStudy, StudyEntry
from kit.clock import LONDON

PLANNED_ON = date(2026, 9, 14)
EVENING = 19
"""The hour of a day at which everything of it is over."""

FRIDAY = 4


def plan(stage: Stage, story: Story) -> PlanRecord:
    """Publish the cohort's plan, form its groups and put all sessions into the calendar."""
    stage.go_to(in_london(PLANNED_ON, 9))
    published = PublishPlan(course=COURSE, cohort=COHORT, starts_on=TRAINING_STARTS)
    record = stage.ask(published, "demo:plan")
    for hub in story.hubs:
        offer = SetHubOffer(
            delivery_partner_id=hub.delivery_partner_id,
            course=COURSE,
            cohort=COHORT,
            coaches=[SlotCoach(slot=slot, coach_staff_id=who) for slot, who in hub.coaches.items()],
            venue=f"{hub.name}, main hall",
            venue_capacity=40,
            meeting_link="https://meet.example.org/headship",
        )
        stage.ask(offer, f"demo:offer:{hub.delivery_partner_id}")
        for player in hub.players:
            slots = sorted(hub.coaches)
            story.chance("slots", player.key).shuffle(slots)
            available = SetAvailability(application_id=player.application_id, slots=slots)
            stage.ask(available, f"demo:slots:{player.key}")
    report = stage.ask(FormGroups(course=COURSE, cohort=COHORT), "demo:groups")
    if report.unplaced:
        raise RuntimeError(f"without a group: {report.unplaced}")
    groups = stage.all_of(ListGroups(course=COURSE, cohort=COHORT))
    story.group_sizes = [group.size for group in groups]
    stage.ask(ScheduleSessions(course=COURSE, cohort=COHORT), "demo:calendar")
    stage.settle()
    return record


def train(stage: Stage, story: Story, record: PlanRecord, tell_day: Callable[[date], None]) -> int:
    """Play each day on which something happens, from the first session to the last unit.

    Gives back how many entries the registers got.
    """
    sessions = stage.all_of(ListSessions(course=COURSE, cohort=COHORT, status="scheduled"))
    attended: dict[str, int] = {}
    studied: set[str] = set()
    records = 0
    for day in _days_that_matter(sessions, record):
        tell_day(day)
        stage.go_to(in_london(day, EVENING))
        changes.happen(stage, story, day)
        held = [session for session in sessions if _day_of(session.starts_at) == day]
        for session in held:
            records += _take_register(stage, story, session, attended)
        if held:
            stage.settle()  # who has caught up must not be told the next day that they should
        if day.weekday() == FRIDAY or day == record.last_unit_ends_on:
            _study(stage, story, record, day, studied)
    stage.settle()
    return records


def _days_that_matter(sessions: list[SessionRecord], record: PlanRecord) -> list[date]:
    """Days with sessions and the days before, Fridays, and those of the story."""
    held = {_day_of(session.starts_at) for session in sessions}
    reminders = {day - timedelta(days=1) for day in held}
    every_day = list(days_from(PLANNED_ON + timedelta(days=1), record.last_unit_ends_on))
    fridays = {day for day in every_day if day.weekday() == FRIDAY}
    special = {TRAINING_STARTS, *changes.DAYS, record.last_unit_ends_on}
    return [day for day in every_day if day in held | reminders | fridays | special]


def _day_of(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def _take_register(
    stage: Stage, story: Story, session: SessionRecord, attended: dict[str, int]
) -> int:
    register = stage.ask(GetRegister(session_id=session.session_id))
    players = story.by_application()
    entries, missing = [], []
    for line in register.lines:
        player = players[line.application_id]
        position = attended[player.key] = attended.get(player.key, 0) + 1
        comes = player.part.shows_up and position - 1 not in player.part.misses
        status = "present" if comes else "absent"
        entries.append(RegisterEntry(application_id=line.application_id, status=status))
        if not comes and player.part.studies:
            missing.append(player)
    if not entries:
        return 0
    recorded = RecordAttendance(session_id=session.session_id, entries=entries)
    report = stage.ask(recorded, f"demo:register:{session.session_id}")
    for player in missing:
        _catch_up(stage, session, player)
    return report.recorded


def _catch_up(stage: Stage, session: SessionRecord, player: Player) -> None:
    """Those who study make up for what they missed; the hub reviews it."""
    reflection = SubmitCatchUp(
        session_id=session.session_id,
        application_id=player.application_id,
        reflection="I watched the recording, and will rehearse its routine with my own team.",
        citation="A synthetic study of school routines (2024), p. 12",
    )
    stage.ask(reflection, f"demo:catch-up:{session.session_id}:{player.key}")
    review = DecideCatchUp(
        session_id=session.session_id, application_id=player.application_id, approved=True
    )
    stage.ask(review, f"demo:review:{session.session_id}:{player.key}")


def _study(stage: Stage, story: Story, record: PlanRecord, day: date, studied: set[str]) -> None:
    """Everyone who studies finishes the units that ended by now."""
    done = [
        unit
        for unit in record.units
        if unit.kind == "self_study" and unit.ends_on <= day and unit.code not in studied
    ]
    students = [player for player in story.in_training if player.part.studies]
    entries = [
        StudyEntry(application_id=player.application_id, unit_code=unit.code, finished=True)
        for unit in done
        for player in students
    ]
    if entries:
        stage.ask(RecordStudy(entries=entries), f"demo:study:{day}")
    studied |= {unit.code for unit in done}
