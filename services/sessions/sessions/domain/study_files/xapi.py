"""Experience API statements (xAPI 1.0.3, 2.0): what somebody did with an activity, one by one."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sessions.domain.study_files.rows import (
    MOST_MINUTES,
    StudyFile,
    StudyRow,
    as_day,
    as_id,
    as_seconds,
)

FINISHING = frozenset({"completed", "passed", "mastered"})
"""Verbs that finish a unit, unless their result says that it is not complete."""

VOIDED = "voided"

SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
SESSION_ENDS = frozenset({"terminated", "abandoned"})
"""Of a session by cmi5 (1.0, 9.5.4) each statement may tell the time since its launch: the one that
ends it tells of all."""


def read_xapi(text: str) -> StudyFile:
    """Every statement that can be read, counted from 1, and what is wrong with the others."""
    found = StudyFile()
    for number, statement in enumerate(_statements(text, found), start=1):
        found.number += 1
        if isinstance(statement, Mapping):
            _read(found, number, statement)
        else:
            found.problem(number, "statement", "not_a_statement", "must be an object", statement)
    return found


def _statements(text: str, found: StudyFile) -> list[Any]:
    """Of an array, a StatementResult, one statement, or one to a line."""
    text = text.removeprefix("\ufeff").strip()
    try:
        told = json.loads(text)
    except ValueError:
        return _by_line(text, found)
    except RecursionError:
        found.problem(1, "file", "not_json", "is nested too deeply")
        return []
    if isinstance(told, Mapping):
        inner = told.get("statements", [told])
        return inner if isinstance(inner, list) else [inner]
    return told if isinstance(told, list) else [told]


def _by_line(text: str, found: StudyFile) -> list[Any]:
    statements = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            statements.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            found.problem(number, "file", "not_json", f"line {number}: {error}", line)
            return [] if number == 1 else statements
    return statements


def _read(found: StudyFile, number: int, statement: Mapping[str, Any]) -> None:
    before = len(found.problems)
    statement_id = _id(found, number, statement)
    verb = _text(statement, "verb", "id").rstrip("/").rpartition("/")[2]
    if verb == VOIDED:
        _read_voiding(found, number, statement)
        return
    person = _person(found, number, statement)
    if not verb:
        found.problem(number, "verb.id", "missing", "names no verb")
    unit = _text(statement, "object", "id")
    if not unit:
        found.problem(number, "object.id", "missing", "names no activity")
    result = statement.get("result")
    result = result if isinstance(result, Mapping) else {}
    seconds = 0
    if (duration := result.get("duration")) is not None:
        told_seconds = as_seconds(duration) if isinstance(duration, str) else None
        if told_seconds is None or told_seconds > 60 * MOST_MINUTES:
            told = "must be an ISO 8601 duration such as PT45M, of at most a day"
            found.problem(number, "result.duration", "not_a_duration", told, duration)
        seconds = (told_seconds or 0) if verb in SESSION_ENDS or not _in_session(statement) else 0
    completion = result.get("completion")
    if completion is not None and not isinstance(completion, bool):
        told = "must be true or false"
        found.problem(number, "result.completion", "not_yes_or_no", told, completion)
    worked_on = None
    if (timestamp := statement.get("timestamp", statement.get("stored"))) is not None:
        worked_on = as_day(timestamp) if isinstance(timestamp, str) else None
        if worked_on is None:
            told = "must be an ISO 8601 time such as 2027-01-31T16:00:00Z"
            found.problem(number, "timestamp", "not_a_time", told, timestamp)
    if len(found.problems) > before or person is None:
        return
    finished = completion is True or (verb in FINISHING and completion is not False)
    if finished or seconds:
        row = StudyRow(number, person, unit, None, finished, worked_on, statement_id, seconds)
        found.rows.append(row)


def _in_session(statement: Mapping[str, Any]) -> bool:
    context = statement.get("context")
    extensions = context.get("extensions") if isinstance(context, Mapping) else None
    return isinstance(extensions, Mapping) and SESSION in extensions


def _read_voiding(found: StudyFile, number: int, statement: Mapping[str, Any]) -> None:
    """Who takes a statement back is the platform, not a participant (xAPI 1.0.3 part 2, 2.3.2)."""
    named = _text(statement, "object", "id")
    voided = as_id(named)
    if voided is None:
        told = "must be the id of the statement that is taken back"
        found.problem(number, "object.id", "not_an_id", told, named)
    else:
        found.voided.append(voided)


def _id(found: StudyFile, number: int, statement: Mapping[str, Any]) -> UUID | None:
    told = statement.get("id")
    known = as_id(told) if isinstance(told, str) else None
    if known is None:
        found.problem(number, "id", "not_an_id", "a statement needs its id (a UUID)", told)
    return known


def _person(found: StudyFile, number: int, statement: Mapping[str, Any]) -> UUID | None:
    """The actor's account names them by our id. A mail address does not: those are enrolment's."""
    account = statement.get("actor")
    account = account.get("account") if isinstance(account, Mapping) else None
    name = account.get("name") if isinstance(account, Mapping) else None
    person = as_id(name) if isinstance(name, str) else None
    if person is None:
        told = "must be the id of an application or participant; mail addresses are not known here"
        found.problem(number, "actor.account.name", "not_an_id", told, name or "")
    return person


def _text(statement: Mapping[str, Any], part: str, key: str) -> str:
    inner = statement.get(part)
    value = inner.get(key) if isinstance(inner, Mapping) else None
    return value.strip() if isinstance(value, str) else ""
