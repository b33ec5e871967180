"""A programme as it is designed: sections of the framework, and units in teaching cycles."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any

from sessions.domain.london import Weekday
from sessions.domain.reading import Reader
from sessions.domain.requirements import check_requirements

WEEKLY_MINUTES = 120
"""A week without a face-to-face day has no more than this: two hours, as DfE describes the NPQ."""

AVERAGE_MINUTES = (60, 120)
"""Minutes a week on average, as DfE describes the qualifications: one to two hours."""

LONGEST_DAY = 480
"""Minutes of learning in one face-to-face day."""

MOST_UNITS, MOST_SECTIONS = 500, 50
"""Of a template: what a plan tells in one answer, and people rate themselves by."""

LONGEST_CODE = 64

_COURSE = re.compile(r"npq-[a-z]+(-[a-z]+)*")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Kind(StrEnum):
    """What a unit is. All but self-study are live: they take place at a time, with others."""

    self_study = "self_study"
    webinar = "webinar"
    coaching = "coaching"
    face_to_face = "face_to_face"

    @property
    def live(self) -> bool:
        return self is not Kind.self_study


@dataclass(frozen=True)
class Section:
    """One of the sections of the framework of a qualification."""

    code: str
    title: str


@dataclass(frozen=True)
class Evidence:
    """What a unit rests on: a reference, where to read it, and what it claims."""

    code: str
    reference: str
    link: str
    claims: str


@dataclass(frozen=True)
class Unit:
    """A piece of the programme. `minutes` is learning time; `section` is "" if it spans some.

    `core`: nobody may leave it out. `requires`: codes of units that must come before it.
    `evidence`: codes of what it rests on. `task` applies it in one's own school; "" for none.
    """

    code: str
    kind: Kind
    title: str
    minutes: int
    cycle: int
    section: str = ""
    core: bool = True
    requires: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    task: str = ""


@dataclass(frozen=True)
class UsualTime:
    """When a kind of session takes place if nobody offers another time; London wall time."""

    weekday: Weekday
    starts: time


@dataclass(frozen=True)
class Template:
    """A programme: its units in the order in which they are taught."""

    course: str
    version: str
    title: str
    months: int
    assessed: bool
    sections: tuple[Section, ...]
    units: tuple[Unit, ...]
    webinar_time: UsualTime
    face_to_face_time: UsualTime
    cycles: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    average_minutes: tuple[int, int] = AVERAGE_MINUTES

    def evidence_of(self, unit: Unit) -> tuple[Evidence, ...]:
        return tuple(one for one in self.evidence if one.code in unit.evidence)


def read_template(text: str, source: str) -> Template:
    """The template in a YAML text. Raises Invalid: each problem with line, key and what is right.

    Units stand in the order in which they are taught, so what a unit requires stands before it.
    """
    read = Reader(text, source)
    data = read.data
    known = {"course", "version", "title", "months", "assessed", "sections", "evidence", "cycles"}
    read.only(data, "", known | {"times", "average_minutes"})
    sections = _sections(read, data)
    evidence = _evidence(read, data)
    units = _units(read, data, {section.code for section in sections}, {e.code for e in evidence})
    times = read.table(data, "times", "")
    template = Template(
        course=read.text(data, "course", ""),
        version=read.text(data, "version", ""),
        title=read.text(data, "title", ""),
        months=read.integer(data, "months", "", 1, 36),
        assessed=read.boolean(data, "assessed", ""),
        sections=sections,
        units=units,
        webinar_time=_usual_time(read, times, "webinar"),
        face_to_face_time=_usual_time(read, times, "face_to_face"),
        cycles=tuple(str(cycle.get("title")) for cycle in read.tables(data, "cycles", "")),
        evidence=evidence,
        average_minutes=_average(read, data),
    )
    course = template.course
    if course and (_COURSE.fullmatch(course) is None or len(course) > LONGEST_CODE):
        read.problem("course", f"is {course!r}; it must be DfE's name: npq-headship")
    read.raise_if_any()
    return template


def _average(read: Reader, data: dict[str, Any]) -> tuple[int, int]:
    if "average_minutes" not in data:
        return AVERAGE_MINUTES
    table = read.table(data, "average_minutes", "")
    read.only(table, "average_minutes", {"least", "most"})
    least = read.integer(table, "least", "average_minutes", 0, WEEKLY_MINUTES)
    return least, read.integer(table, "most", "average_minutes", least, WEEKLY_MINUTES)


def _sections(read: Reader, data: dict[str, Any]) -> tuple[Section, ...]:
    found = []
    for number, table in enumerate(read.tables(data, "sections", "")):
        place = f"sections[{number}]"
        read.only(table, place, {"code", "title"})
        found.append(Section(_code(read, table, place), read.text(table, "title", place)))
    _all_different(read, [(f"sections[{n}]", one.code) for n, one in enumerate(found)])
    _not_too_many(read, [f"sections[{number}]" for number in range(len(found))], MOST_SECTIONS)
    return tuple(found)


def _evidence(read: Reader, data: dict[str, Any]) -> tuple[Evidence, ...]:
    found = []
    for number, table in enumerate(read.tables(data, "evidence", "", needed=False)):
        place = f"evidence[{number}]"
        read.only(table, place, {"code", "reference", "link", "claims"})
        link = read.text(table, "link", place)
        if link and re.fullmatch(r"https://[^\s/]+(/\S*)?", link) is None:
            read.problem(f"{place}.link", f"is {link!r}; it must begin with https://")
        reference, claims = (read.text(table, key, place) for key in ("reference", "claims"))
        found.append(Evidence(_code(read, table, place), reference, link, claims))
    _all_different(read, [(f"evidence[{n}]", one.code) for n, one in enumerate(found)])
    return tuple(found)


def _units(
    read: Reader, data: dict[str, Any], sections: set[str], evidence: set[str]
) -> tuple[Unit, ...]:
    found: list[tuple[str, Unit]] = []
    for cycle, table in enumerate(read.tables(data, "cycles", "")):
        place = f"cycles[{cycle}]"
        read.only(table, place, {"title", "units"})
        read.text(table, "title", place)
        for number, unit in enumerate(read.tables(table, "units", place)):
            at = f"{place}.units[{number}]"
            found.append((at, _unit(read, unit, at, cycle + 1, sections, evidence)))
    _all_different(read, [(place, unit.code) for place, unit in found])
    _not_too_many(read, [place for place, _ in found], MOST_UNITS)
    untaught = sections - {unit.section for _, unit in found}
    for number, section in enumerate(read.tables(data, "sections", "")):
        if section.get("code") in untaught:
            read.problem(f"sections[{number}]", f"no unit teaches {section['code']!r}")
    check_requirements(read, found)
    return tuple(unit for _, unit in found)


def _unit(
    read: Reader,
    table: dict[str, Any],
    place: str,
    cycle: int,
    sections: set[str],
    evidence: set[str],
) -> Unit:
    own = {"code", "section", "kind", "minutes", "title", "core", "requires", "evidence", "task"}
    read.only(table, place, own)
    kind = Kind(read.one_of(table, "kind", place, [kind.value for kind in Kind]))
    most = LONGEST_DAY if kind is Kind.face_to_face else WEEKLY_MINUTES
    section = read.text(table, "section", place, "")
    if section and section not in sections:
        read.problem(f"{place}.section", f"is {section!r}; no section has that code")
    rests_on = read.texts(table, "evidence", place)
    for code in rests_on:
        if code not in evidence:
            read.problem(f"{place}.evidence", f"names {code!r}; no evidence has that code")
    return Unit(
        code=_code(read, table, place),
        kind=kind,
        title=read.text(table, "title", place),
        minutes=read.integer(table, "minutes", place, 5, most),
        cycle=cycle,
        section=section,
        core=read.boolean(table, "core", place, True),
        requires=tuple(read.texts(table, "requires", place)),
        evidence=tuple(rests_on),
        task=read.text(table, "task", place, ""),
    )


def _usual_time(read: Reader, times: dict[str, Any], key: str) -> UsualTime:
    place = f"times.{key}"
    table = read.table(times, key, "times")
    read.only(table, place, {"weekday", "starts"})
    weekday = read.one_of(table, "weekday", place, [day.name for day in Weekday])
    starts = read.text(table, "starts", place)
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", starts) is None:
        read.problem(f"{place}.starts", f"is {starts!r}; it must be a time such as 16:00")
        starts = "16:00"
    return UsualTime(Weekday[weekday], time.fromisoformat(starts))


def _code(read: Reader, table: dict[str, Any], place: str) -> str:
    code = read.text(table, "code", place)
    if code and (_CODE.fullmatch(code) is None or len(code) > LONGEST_CODE):
        right = f"a code has small letters, digits and hyphens, {LONGEST_CODE} at most"
        read.problem(f"{place}.code", f"is {code!r}; {right}")
    return code


def _not_too_many(read: Reader, places: list[str], most: int) -> None:
    if len(places) > most:
        read.problem(places[most], f"is one too many: {most} are the most")


def _all_different(read: Reader, coded: list[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    times = Counter(code for _, code in coded)
    for place, code in coded:
        if code and times[code] > 1 and code in first:
            line = read.line(f"{first[code]}.code")
            read.problem(f"{place}.code", f"is {code!r}, as in line {line}; codes must differ")
        first.setdefault(code, place)
