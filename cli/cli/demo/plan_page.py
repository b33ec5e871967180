"""A cohort's plan as a page: weeks by kind of session, holidays shaded, load per week. It needs no
JavaScript and nothing from elsewhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from uuid import UUID

from cli.demo.stage import Stage
from cli.demo.story import COHORT, COURSE, Story
from headship_contracts.sessions.groups import GroupRecord, ListGroups
from headship_contracts.sessions.plans import GetPlan, PlanRecord, PlanUnitRecord
from headship_contracts.sessions.programme import GetClosures
from headship_contracts.sessions.schedule import ListSessions, SessionRecord

KINDS = {
    "self_study": ("Self-study", "#5694ca"),
    "webinar": ("Webinar", "#f499be"),
    "coaching": ("Coaching", "#85994b"),
    "face_to_face": ("Face-to-face day", "#912b88"),
}
WEEKLY_LIMIT = 120
COLUMN, LEFT, TOP, CHART = 13, 70, 24, 220
MINUTES_HIGH = 330
"""What the chart is high enough for: a day of 300 minutes and some air."""

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem;
  color: #0b0c0c; background: #fff }
table { border-collapse: collapse; margin-top: 1rem }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #b1b4b6;
  vertical-align: top }
tr.holiday { background: #f3f2f1 } td.number { text-align: right }
.chart { overflow-x: auto } .key { display: inline-block; width: .9em; height: .9em;
  margin: 0 .3em 0 1em; vertical-align: -.1em }
"""


def write(stage: Stage, story: Story) -> None:
    """`plan.html`: the plan in force, and the sessions of each group and hub as they are now."""
    plan = stage.ask(GetPlan(course=COURSE, cohort=COHORT))
    closures = stage.ask(GetClosures(first_day=plan.starts_on, last_day=plan.ends_on))
    sessions = stage.all_of(ListSessions(course=COURSE, cohort=COHORT, status="scheduled"))
    groups = stage.all_of(ListGroups(course=COURSE, cohort=COHORT))
    names = {hub.delivery_partner_id: hub.name for hub in story.hubs}
    rows = _rows(groups, sessions, names)
    page = render(plan, {closed.day: closed.why for closed in closures.days}, rows)
    (stage.directory / "plan.html").write_text(page, encoding="utf-8")


def render(
    plan: PlanRecord, closed: Mapping[date, str], rows: Sequence[tuple[str, list[SessionRecord]]]
) -> str:
    """The page. `rows`: whose sessions, such as a group's, and these."""
    weeks = _weeks(plan)
    by_week: dict[date, list[PlanUnitRecord]] = defaultdict(list)
    for unit in plan.units:
        by_week[_monday(unit.starts_on)].append(unit)
    holidays = {monday: _holiday(monday, closed) for monday in weeks}
    average = plan.minutes / max(1, plan.weeks)
    facts = (
        f"{plan.starts_on:%-d %B %Y} to {plan.ends_on:%-d %B %Y}: {len(plan.units)} units, "
        f"{plan.minutes} minutes in {plan.weeks} weeks, {average:.0f} a week on average. "
        f"The last unit ends on {plan.last_unit_ends_on:%-d %B %Y}"
    )
    if plan.assessment_from:
        facts += f"; the assessment may begin on {plan.assessment_from:%-d %B %Y}"
    title = escape(f"{plan.course}, cohort {plan.cohort}: plan, version {plan.version}")
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{STYLE}</style></head><body>",
            f"<h1>{title}</h1><p>{escape(facts)}.</p>",
            _key(),
            f'<div class="chart">{_chart(weeks, by_week, holidays, closed, rows)}</div>',
            _shortfalls(plan),
            _table(weeks, by_week, holidays),
            "</body></html>",
        ]
    )


def _rows(
    groups: Sequence[GroupRecord], sessions: Sequence[SessionRecord], hubs: Mapping[UUID, str]
) -> list[tuple[str, list[SessionRecord]]]:
    found = []
    for hub, name in sorted(hubs.items(), key=lambda item: item[1]):
        days = [s for s in sessions if s.delivery_partner_id == hub and s.group_id is None]
        found.append((f"{name}, days together", days))
        for group in groups:
            if group.delivery_partner_id == hub:
                theirs = [s for s in sessions if s.group_id == group.group_id]
                found.append((f"{name}, group {group.number} ({group.slot})", theirs))
    return found


def _chart(
    weeks: Sequence[date],
    by_week: Mapping[date, list[PlanUnitRecord]],
    holidays: Mapping[date, str],
    closed: Mapping[date, str],
    rows: Sequence[tuple[str, list[SessionRecord]]],
) -> str:
    width = LEFT + COLUMN * len(weeks) + 260
    height = TOP + CHART + 40 + 18 * len(rows)
    bottom = TOP + CHART
    said = "Minutes of each kind of session in each week; weeks of school holidays are shaded."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-size="11">'
    ]
    for number, monday in enumerate(weeks):
        x = LEFT + number * COLUMN
        for day in range(5):
            if why := closed.get(monday + timedelta(days=day)):
                parts.append(
                    f'<rect x="{x + day * COLUMN / 5:.1f}" y="{TOP}" width="{COLUMN / 5:.1f}" '
                    f'height="{height - TOP - 4}" fill="#d8d8d8">'
                    f"<title>{escape(why)}</title></rect>"
                )
        y = float(bottom)
        for kind, (name, colour) in KINDS.items():
            minutes = sum(unit.minutes for unit in by_week.get(monday, ()) if unit.kind == kind)
            if minutes:
                high = minutes * CHART / MINUTES_HIGH
                y -= high
                told = escape(f"week of {monday}: {name}, {minutes} minutes")
                parts.append(
                    f'<rect x="{x + 1}" y="{y:.1f}" width="{COLUMN - 2}" height="{high:.1f}" '
                    f'fill="{colour}"><title>{told}</title></rect>'
                )
        if number == 0 or monday.month != weeks[number - 1].month:
            label = f"{monday:%b %y}" if number == 0 or monday.month == 1 else f"{monday:%b}"
            parts.append(f'<text x="{x}" y="{bottom + 14}">{label}</text>')
    for minutes in (60, WEEKLY_LIMIT, 300):
        y = bottom - minutes * CHART / MINUTES_HIGH
        dash = "" if minutes == WEEKLY_LIMIT else ' stroke-dasharray="2 4"'
        parts.append(
            f'<line x1="{LEFT}" x2="{LEFT + COLUMN * len(weeks)}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="#0b0c0c"{dash}/><text x="4" y="{y + 4:.1f}">{minutes} min</text>'
        )
    for number, (name, sessions) in enumerate(rows):
        y = bottom + 40 + 18 * number
        for session in sessions:
            at = datetime.fromisoformat(session.local_start)
            along = LEFT + COLUMN * ((at.date() - weeks[0]).days / 7) + 1
            told = escape(f"{at:%a %-d %b %Y, %H:%M}: {session.title}")
            parts.append(
                f'<circle cx="{along:.1f}" cy="{y}" r="5" fill="{KINDS[session.kind][1]}">'
                f"<title>{told}</title></circle>"
            )
        x = LEFT + COLUMN * len(weeks) + 8
        parts.append(f'<text x="{x}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"])


def _key() -> str:
    kinds = [
        f'<span class="key" style="background:{colour}"></span>{name}'
        for name, colour in KINDS.values()
    ]
    shade = '<span class="key" style="background:#d8d8d8"></span>School or bank holiday'
    return (
        f"<p>{''.join(kinds)}{shade}. The line at {WEEKLY_LIMIT} minutes is the weekly limit.</p>"
    )


def _shortfalls(plan: PlanRecord) -> str:
    if not plan.shortfalls:
        return "<p>Every rule is kept.</p>"
    items = "".join(f"<li>{escape(one.detail)}</li>" for one in plan.shortfalls)
    return f"<h2>What could not be kept</h2><ul>{items}</ul>"


def _table(
    weeks: Sequence[date],
    by_week: Mapping[date, list[PlanUnitRecord]],
    holidays: Mapping[date, str],
) -> str:
    lines = ["<h2>Week by week</h2><table><thead><tr><th>Week of</th><th>Units</th>"]
    lines.append("<th>Minutes</th><th>Holidays</th></tr></thead><tbody>")
    for monday in weeks:
        units = by_week.get(monday, [])
        told = "<br>".join(f"{KINDS[u.kind][0]}: {escape(u.title)}" for u in units)
        minutes = sum(unit.minutes for unit in units)
        shade = ' class="holiday"' if holidays[monday] else ""
        lines.append(
            f"<tr{shade}><td>{monday:%-d %b %Y}</td><td>{told}</td>"
            f'<td class="number">{minutes or ""}</td><td>{escape(holidays[monday])}</td></tr>'
        )
    return "\n".join([*lines, "</tbody></table>"])


def _weeks(plan: PlanRecord) -> list[date]:
    first, last = _monday(plan.starts_on), _monday(plan.ends_on)
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _holiday(monday: date, closed: Mapping[date, str]) -> str:
    days = [monday + timedelta(days=number) for number in range(5)]
    return ", ".join(dict.fromkeys(closed[day] for day in days if day in closed))
