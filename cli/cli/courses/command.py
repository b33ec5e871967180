"""`headship courses show`: what is taught, to whom, how long, and how it ends."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from cli import addresses
from cli.calling import asking_at
from cli.errors import CommandError
from cli.printing import console
from headship_contracts.enrolment.courses import CoursePage, CourseRecord

app = typer.Typer(help="The courses: for whom, how long, how assessed.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep `show` a command of its own name while it is the only one."""


@app.command()
def show(
    course: Annotated[
        str | None, typer.Argument(help="npq-headship, or its short code: NPQH. None: all.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print bare JSON: one course, or a list of them.")
    ] = False,
    embedded: Annotated[
        bool, typer.Option(help="Ask the embedded services of this machine, without a broker.")
    ] = False,
    broker: Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to wait for the answer.")] = 10.0,
) -> None:
    """Show all courses, or all of one.

    Where no platform runs, what is published for everyone is shown, without this provider's own
    terms, such as the number of words of its assessment.
    """
    found = _told(embedded, broker, seconds)
    if course is not None:
        found = [_one(found, course)]
    if as_json:
        told = [one.dump() for one in found]
        sys.stdout.write(json.dumps(told if course is None else told[0], ensure_ascii=False) + "\n")
    elif course is None:
        console().print(_all(found))
    else:
        console().print(_details(found[0]))


def _told(embedded: bool, broker: str | None, seconds: float) -> list[CourseRecord]:
    if not embedded:
        try:
            broker = addresses.amqp_uri(broker)
        except CommandError:
            from enrolment.courses import published

            note = "no platform is known here: as published, without a provider's own terms"
            console(stderr=True).print(note, markup=False)
            return published()
    with asking_at("enrolment", "list_courses", seconds, embedded, broker) as ask:
        return CoursePage.load(ask({"limit": 500}, None)).items


def _one(found: Sequence[CourseRecord], name: str) -> CourseRecord:
    wanted = name.strip().lower()
    for course in found:
        if wanted in (course.course, course.short_code.lower()):
            return course
    known = ", ".join(course.short_code for course in found)
    raise CommandError(f"{name!r} is none of the courses: {known}")


def _all(found: Sequence[CourseRecord]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("course", "code", "name", "group", "taught", "words", "funded"):
        table.add_column(heading, overflow="fold")
    for course in found:
        table.add_row(
            course.course,
            course.short_code,
            course.name,
            course.group,
            _months(course.months_taught),
            _words(course),
            _funded(course),
        )
    return table


def _details(course: CourseRecord) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    rows: list[tuple[str, Any]] = [
        ("course", f"{course.name} ({course.course}, {course.short_code})"),
        ("group", course.group),
        ("audience", course.audience),
        ("duration", _duration(course)),
        ("weekly study", course.weekly_study),
        ("content", "\n".join(f"{n}. {theme}" for n, theme in enumerate(course.content, start=1))),
        ("assessment", course.assessment),
        ("words", f"{_words(course)}, as the provider sets it" if course.assessed else "none"),
        ("declarations", ", ".join(course.declaration_types)),
        ("deferrals", f"{course.most_deferrals} in one programme, as the provider sets it"),
        ("funding", course.funding),
        ("cohorts", _cohorts(course)),
        ("note", course.note),
    ]
    for name, value in rows:
        if value:
            table.add_row(name, str(value))
    return table


def _months(number: int | None) -> str:
    return f"{number} months" if number else "as set"


def _duration(course: CourseRecord) -> str:
    taught = _months(course.months_taught)
    if course.months_assessment is None:
        return taught
    return f"{taught} taught; {course.months_assessment} months of assessment where counted apart"


def _words(course: CourseRecord) -> str:
    if course.words_least is None and course.words_most is None:
        return "none"
    least, most = course.words_least or 1, course.words_most or course.words_least or 1
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def _funded(course: CourseRecord) -> str:
    """In a few words; the course itself says more."""
    if course.group in ("ehco", "support"):
        return "new headteachers"
    return "disadvantaged schools" if course.only_in_disadvantaged_schools else "eligible schools"


def _cohorts(course: CourseRecord) -> str | None:
    if course.first_cohort is None:
        return None
    first, last = course.first_cohort[:4], (course.last_cohort or "")[:4]
    return f"{first} only" if first == last else f"from {first}"
