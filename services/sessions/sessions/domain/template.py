"""A programme as it is designed: sections of the framework, and units in teaching cycles."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any

from headship_contracts.errors import Invalid
from sessions.domain.london import Weekday
from sessions.domain.reading import Reader

WEEKLY_MINUTES = 120
"""A week without a face-to-face day has no more than this: two hours, as DfE describes the NPQ."""

LONGEST_DAY = 480
"""Minutes of learning in one face-to-face day."""


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
class Unit:
    """A piece of the programme. `minutes` is learning time; `section` is "" if it spans some."""

    code: str
    kind: Kind
    title: str
    minutes: int
    cycle: int
    section: str = ""


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


def read_template(text: str, source: str) -> Template:
    """The template in a TOML text. Raises Invalid: each problem with file, key, what is right."""
    read = Reader(source)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid("data_file_invalid", f"{source} is not TOML: {error}") from error

    known = {"course", "version", "title", "months", "assessed", "sections", "cycles", "times"}
    read.only(data, "", known)
    sections = _sections(read, data)
    units = _units(read, data, {section.code for section in sections})
    times = read.table(data, "times", "")
    template = Template(
        course=read.text(data, "course", ""),
        version=read.text(data, "version", ""),
        title=read.text(data, "title", ""),
        months=read.integer(data, "months", "", 1, 36),
        assessed=data.get("assessed") is True,
        sections=sections,
        units=units,
        webinar_time=_usual_time(read, times, "webinar"),
        face_to_face_time=_usual_time(read, times, "face_to_face"),
    )
    if not isinstance(data.get("assessed"), bool):
        read.problem("assessed", f"is {data.get('assessed')!r}; it must be true or false")
    read.raise_if_any()
    return template


def _sections(read: Reader, data: dict[str, Any]) -> tuple[Section, ...]:
    found = []
    for number, table in enumerate(read.tables(data, "sections", "")):
        place = f"sections[{number}]"
        read.only(table, place, {"code", "title"})
        found.append(Section(read.text(table, "code", place), read.text(table, "title", place)))
    _all_different(read, "sections", [section.code for section in found])
    return tuple(found)


def _units(read: Reader, data: dict[str, Any], sections: set[str]) -> tuple[Unit, ...]:
    found: list[Unit] = []
    for cycle, table in enumerate(read.tables(data, "cycles", "")):
        place = f"cycles[{cycle}]"
        read.only(table, place, {"title", "units"})
        read.text(table, "title", place)
        for number, unit in enumerate(read.tables(table, "units", place)):
            found.append(_unit(read, unit, f"{place}.units[{number}]", cycle + 1, sections))
    _all_different(read, "cycles", [unit.code for unit in found])
    untaught = sections - {unit.section for unit in found}
    for code in sorted(untaught):
        read.problem("sections", f"no unit teaches the section {code!r}")
    return tuple(found)


def _unit(read: Reader, table: dict[str, Any], place: str, cycle: int, sections: set[str]) -> Unit:
    read.only(table, place, {"code", "section", "kind", "minutes", "title"})
    kind = Kind(read.one_of(table, "kind", place, [kind.value for kind in Kind]))
    most = LONGEST_DAY if kind is Kind.face_to_face else WEEKLY_MINUTES
    section = table.get("section", "")
    if section and section not in sections:
        read.problem(f"{place}.section", f"is {section!r}; no section has that code")
    return Unit(
        code=read.text(table, "code", place),
        kind=kind,
        title=read.text(table, "title", place),
        minutes=read.integer(table, "minutes", place, 5, most),
        cycle=cycle,
        section=section,
    )


def _usual_time(read: Reader, times: dict[str, Any], key: str) -> UsualTime:
    place = f"times.{key}"
    table = read.table(times, key, "times")
    weekday = read.one_of(table, "weekday", place, [day.name for day in Weekday])
    starts = read.text(table, "starts", place)
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", starts) is None:
        read.problem(f"{place}.starts", f"is {starts!r}; it must be a time such as 16:00")
        starts = "16:00"
    return UsualTime(Weekday[weekday], time.fromisoformat(starts))


def _all_different(read: Reader, place: str, codes: list[str]) -> None:
    for code, times in Counter(codes).items():
        if code and times > 1:
            read.problem(place, f"{times} have the code {code!r}; codes must differ")
