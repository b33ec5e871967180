"""Self-study: how far people are with the units of their plan."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from headship_contracts.errors import Invalid
from headship_contracts.sessions.study import RecordStudy, StudyEntry, StudyReport
from kit import Transaction
from sessions import engagement, queries, study_corrections
from sessions.domain.london import today
from sessions.domain.template import Kind
from sessions.models import Enrolment, StudyProgress
from sessions.settings import SessionsSettings

LONGEST_AGO = timedelta(days=3 * 366)


def record(tx: Transaction, request: RecordStudy, settings: SessionsSettings) -> StudyReport:
    """Record progress, all entries or none. It never goes back: less changes nothing, but for an
    earlier day of work."""
    people = queries.lock_enrolments(tx, {entry.application_id for entry in request.entries})
    problems = check(tx, request.entries, people)
    if problems:
        raise Invalid("invalid_fields", "the entries are not right", problems)
    return keep(tx, request.entries, people, settings)


def keep(
    tx: Transaction,
    entries: Sequence[StudyEntry],
    people: dict[UUID, Enrolment],
    settings: SessionsSettings,
) -> StudyReport:
    """Write down entries that are right. The caller holds the locks of the enrolments."""
    codes = {entry.unit_code for entry in entries}
    progress = queries.study_of(tx, people, codes)
    corrected = study_corrections.latest(tx, people)
    changed: set[UUID] = set()
    recorded = 0
    for entry in entries:
        key = (entry.application_id, entry.unit_code)
        row = progress.get(key)
        if study_corrections.is_settled(entry, corrected.get(key)):
            continue
        minutes = entry.minutes or 0
        tells_work = minutes > 0 or entry.finished
        if row is None:
            row = StudyProgress(
                application_id=entry.application_id,
                unit_code=entry.unit_code,
                minutes=0,
                finished=False,
            )
            progress[key] = row
            tx.add(row)
        elif not (
            minutes > row.minutes
            or entry.finished > row.finished
            or (tells_work and _is_earlier(entry, row))
        ):
            continue
        worked_on = entry.worked_on or today(tx.at)
        if row.minutes or row.finished:
            row.first_worked_on = min(row.first_worked_on or row.worked_on, worked_on)
            row.worked_on = max(row.worked_on, worked_on)
        else:  # all that was told of it was taken back, or that nothing was done
            row.first_worked_on = row.worked_on = worked_on
        row.minutes = max(row.minutes, minutes)
        row.finished = row.finished or entry.finished
        row.recorded_at, row.recorded_by = tx.at, str(tx.caller)
        changed.add(entry.application_id)
        recorded += 1
    engaged = [people[application_id] for application_id in sorted(changed)]
    engagement.refresh(tx, engaged, settings)
    return StudyReport(recorded=recorded, unchanged=len(entries) - recorded)


def is_too_long_ago(day: date, now: date) -> bool:
    """No programme, with a pause, is as long: some systems write 1970-01-01 for a day that they do
    not know, and engagement would begin with it."""
    return day < now - LONGEST_AGO


def _is_earlier(entry: StudyEntry, row: StudyProgress) -> bool:
    """Whether it tells of a day before those that are known."""
    first = row.first_worked_on or row.worked_on
    return entry.worked_on is not None and entry.worked_on < first


def check(
    tx: Transaction, entries: Iterable[StudyEntry], people: dict[UUID, Enrolment]
) -> dict[str, list[str]]:
    """What is wrong in each entry: `entries.<number>.<field>` → why."""
    plans = queries.plans(tx, {(person.course, person.cohort) for person in people.values()})
    codes = {
        cohort: {
            unit.code
            for unit in queries.plan_units(tx, plan.plan_id, plan.version)
            if unit.kind == Kind.self_study
        }
        for cohort, plan in plans.items()
    }
    problems: dict[str, list[str]] = {}
    for number, entry in enumerate(entries):
        person = people.get(entry.application_id)
        if person is None:
            problems[f"entries.{number}.application_id"] = ["is no application known here"]
            continue
        if entry.unit_code not in codes.get((person.course, person.cohort), set()):
            told = f"{entry.unit_code!r} is no self-study unit of their plan"
            problems[f"entries.{number}.unit_code"] = [told]
        if entry.minutes is None and not entry.finished:
            problems[f"entries.{number}.minutes"] = ["give minutes, or say that it is finished"]
        if entry.worked_on is not None and entry.worked_on > today(tx.at):
            problems[f"entries.{number}.worked_on"] = ["is a day that has not come yet"]
        elif entry.worked_on is not None and is_too_long_ago(entry.worked_on, today(tx.at)):
            problems[f"entries.{number}.worked_on"] = ["is a day of more than three years ago"]
    return problems
