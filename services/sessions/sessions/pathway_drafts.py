"""A plan of one's own while it is made: a copy to change, laid out, and kept once it is right."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from headship_contracts.errors import Invalid
from headship_contracts.sessions.pathways import ChoosePathway, PathwayRecord
from kit import Transaction
from sessions import engagement, ground, pathway_records
from sessions.domain.london import monday_of, today
from sessions.domain.pathway import choice
from sessions.domain.pathway.choice import Depth, Measure
from sessions.domain.pathway.plan import (
    CATCH_UP_MINUTES,
    Laid,
    Planned,
    Remains,
    fit_depths,
    lay_out_remaining,
)
from sessions.ground import Ground
from sessions.models import Pathway, PathwayVersion
from sessions.settings import SessionsSettings


def of_cohort(stands_on: Ground) -> Pathway:
    """The cohort's plan as somebody's own: every unit, in full."""
    items = [
        Planned("self_study", unit.code, Depth.full, unit.minutes, *stands_on.dates[unit.code])
        for unit in stands_on.study
    ]
    return Pathway(
        application_id=stands_on.person.application_id,
        version=0,
        plan_id=stands_on.plan.plan_id,
        plan_version=stands_on.plan.version,
        why="cohort",
        made_at=None,
        faces=[],
        choices={},
        pauses=[],
        pins={},
        items=[item.dump() for item in items],
        shortfalls=[],
    )


def draft_of(stands_on: Ground, row: Pathway | None) -> Pathway:
    """A copy to change: what is kept is only changed once it is known to be right."""
    row = row or of_cohort(stands_on)
    names = ("application_id", "version", "why", "made_at", "faces", "choices", "pauses", "pins")
    kept = {name: getattr(row, name) for name in names}
    return Pathway(
        plan_id=stands_on.plan.plan_id,
        plan_version=stands_on.plan.version,
        items=list(row.items),
        shortfalls=[],
        **kept,
    )


def faces(stands_on: Ground, faces: list[str]) -> list[str]:
    known = {unit.code for unit in stands_on.study} | {unit.section for unit in stands_on.study}
    problems = {
        f"faces.{number}": [f"{code!r} is no section or unit of self-study"]
        for number, code in enumerate(faces)
        if code not in known
    }
    if problems:
        raise Invalid("invalid_fields", "what the school faces is not right", problems)
    return list(dict.fromkeys(faces))


def choices(
    tx: Transaction, stands_on: Ground, draft: Pathway, request: ChoosePathway
) -> dict[str, Any]:
    """Unit → depth: as asked, else as suggested."""
    units = stands_on.study
    codes = {unit.code for unit in units}
    unknown = {
        f"choices.{number}.unit_code": [f"{one.unit_code!r} is no unit of self-study"]
        for number, one in enumerate(request.choices)
        if one.unit_code not in codes
    }
    if unknown:
        raise Invalid("invalid_fields", "the choice of units is not right", unknown)
    asked = {one.unit_code: Depth(one.depth) for one in request.choices}
    chosen = suggested(tx, stands_on, draft, asked)
    choice.check(units, chosen, stands_on.bounds, _finished(stands_on, draft))
    return {code: depth.value for code, depth in chosen.items()}


def bounds(tx: Transaction, stands_on: Ground, draft: Pathway) -> Measure:
    """What self-study may come to, and no more than the weeks ahead take beside what is done."""
    items = [item for item in _items(draft) if item.kind == "self_study"]
    done = sum(pathway_records.credited(stands_on, item) for item in items)
    free = sum(week.free for week in stands_on.weeks(today(tx.at), paused(stands_on, draft)))
    room = done + free - CATCH_UP_MINUTES * len(stands_on.missed)
    least, most = stands_on.bounds.least, stands_on.bounds.most
    return Measure(least, max(least, min(most, room)))


def suggested(
    tx: Transaction, stands_on: Ground, draft: Pathway, asked: Mapping[str, Depth]
) -> dict[str, Depth]:
    """Unit → depth: as `asked`; of the rest, what is done keeps the depth it was done at, and the
    others go as deep as they are needed and the weeks ahead have room for."""
    rated = ground.levels(tx, draft.application_id)
    within = bounds(tx, stands_on, draft)
    chosen = choice.suggest(stands_on.study, rated, draft.faces, within)
    former = {code: Depth(depth) for code, depth in draft.choices.items()}
    finished = _finished(stands_on, draft)
    chosen |= {code: former.get(code, Depth.full) for code in finished}
    chosen |= asked
    remains = replace(_remains(tx, stands_on, draft), chosen=chosen, pins={})
    return fit_depths(remains, within.least, finished | asked.keys())


def _finished(stands_on: Ground, draft: Pathway) -> set[str]:
    codes = {unit.code for unit in stands_on.study}
    items = _items(draft)
    return {item.code for item in items if item.code in codes and _is_done(stands_on, item)}


def _is_done(stands_on: Ground, item: Planned) -> bool:
    done = stands_on.done.get(item.code)
    return done is not None and (done.finished or done.minutes >= item.minutes)


def lay_out(tx: Transaction, stands_on: Ground, draft: Pathway) -> Laid:
    return lay_out_remaining(_remains(tx, stands_on, draft))


def _remains(tx: Transaction, stands_on: Ground, draft: Pathway) -> Remains:
    units = stands_on.study
    chosen = {unit.code: Depth(draft.choices.get(unit.code, Depth.full)) for unit in units}
    rated = ground.levels(tx, draft.application_id)
    dates = {one.code: (one.starts_on, one.ends_on) for one in _items(draft)}
    return Remains(
        units=units,
        chosen=chosen,
        need=choice.needs(units, rated, draft.faces),
        done=stands_on.done,
        weeks=stands_on.weeks(today(tx.at), paused(stands_on, draft)),
        before=stands_on.before,
        missed=stands_on.missed,
        pins={code: date.fromisoformat(monday) for code, monday in draft.pins.items()},
        former=stands_on.dates | dates,
        is_closed=stands_on.is_closed,
    )


def _items(draft: Pathway) -> list[Planned]:
    return [Planned.load(item) for item in draft.items]


def paused(stands_on: Ground, draft: Pathway) -> set[date]:
    """The Mondays of the plan's weeks that pauses touch: one may be without an end in sight."""
    last = stands_on.version.last_unit_ends_on
    mondays = set()
    for one in draft.pauses:
        day, until = date.fromisoformat(one["from"]), date.fromisoformat(one["until"])
        monday = monday_of(day)
        while monday <= min(until, last):
            mondays.add(monday)
            monday += timedelta(days=7)
    return mondays


def filled(tx: Transaction, draft: Pathway, laid: Laid, why: str) -> Pathway:
    draft.why, draft.made_at = why, tx.at
    draft.items = [item.dump() for item in laid.items]
    draft.shortfalls = [
        {"code": "not_in_time", "detail": f"{code} comes after the coaching that it prepares"}
        for code in laid.late
    ] + [
        {"code": "not_planned", "detail": f"{code} finds no week with room"}
        for code in laid.left_over
    ]
    return draft


def keep(
    tx: Transaction,
    stands_on: Ground,
    draft: Pathway,
    laid: Laid,
    why: str,
    settings: SessionsSettings,
) -> PathwayRecord:
    """One more version, the one in force; a plan that comes out as it was is not made again."""
    row = tx.get(Pathway, draft.application_id)
    made = filled(tx, draft, laid, why)
    same = row is not None and all(
        getattr(row, name) == getattr(made, name)
        for name in ("plan_id", "plan_version", "faces", "choices", "pauses", "pins", "items")
    )
    if row is not None and same:
        return pathway_records.record(tx, stands_on, row, settings.gate)
    made.version = (row.version if row else 0) + 1
    kept = tx.merge(made)
    tx.add(
        PathwayVersion(
            application_id=kept.application_id,
            version=kept.version,
            why=why,
            made_at=tx.at,
            made_by=str(tx.caller),
            faces=kept.faces,
            choices=kept.choices,
            items=kept.items,
        )
    )
    tx.flush()
    engagement.refresh(tx, [stands_on.person], settings)
    return pathway_records.record(tx, stands_on, kept, settings.gate)
