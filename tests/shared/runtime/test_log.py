"""Logs: one line of JSON each, with fields, without what a record holds."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert
from sqlalchemy.exc import IntegrityError

from headship_contracts.errors import Refused
from kit import correlation, log


@pytest.fixture
def lines() -> Iterator[Any]:
    root, ours = logging.getLogger(), logging.getLogger("lamp")
    handlers, level = list(root.handlers), root.level
    written = io.StringIO()
    log.configure(["lamp"], "INFO", stream=written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(logging.NOTSET)


def test_a_run_is_one_line_with_its_fields_and_no_empty_ones(lines: Any) -> None:
    with correlation.bind(None, None) as story:
        log.ran("lamp", "light_lamp", outcome="ok", seconds=0.01234, call_id="c", attempts=2)

    (line,) = lines()
    assert line.pop("correlation_id") == story
    assert line.pop("ts").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "kit.run",
        "message": "entrypoint ran",
        "service": "lamp",
        "entrypoint": "light_lamp",
        "outcome": "ok",
        "seconds": 0.0123,
        "call_id": "c",
        "attempts": 2,
    }


def test_whatever_is_said_in_a_story_has_its_trace_id(lines: Any) -> None:
    with correlation.bind(None, None) as story:
        logging.getLogger("lamp").warning("it flickers")

    (line,) = lines()
    assert line["correlation_id"] == story
    assert correlation.is_correlation(story)


def test_an_error_is_told_with_its_causes_and_their_stacks(lines: Any) -> None:
    try:
        try:
            raise KeyError("watts")
        except KeyError as cause:
            raise RuntimeError("cannot light\nand more") from cause
    except RuntimeError as error:
        log.ran("lamp", "light_lamp", outcome="internal_error", seconds=1, error=error)

    (line,) = lines()
    assert (line["level"], line["error"]) == ("error", "RuntimeError: cannot light")
    assert [told for told in line["stack"] if "test_log" not in told] == [
        "KeyError: 'watts'",
        "RuntimeError: cannot light",
    ]


def test_what_a_database_quotes_of_a_row_is_not_told() -> None:
    people = Table("person", MetaData(), Column("name", Text, primary_key=True))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        people.create(connection)
        connection.execute(insert(people), {"name": "Ada"})
        with pytest.raises(IntegrityError) as twice:
            connection.execute(insert(people), {"name": "Ada"})

    assert log.reason(twice.value) == "IntegrityError: IntegrityError"
    assert not any("Ada" in told for told in log.stack(twice.value))


def test_of_a_refusal_only_the_code_is_told() -> None:
    assert log.reason(Refused("already_lit", "lamp of Ada")) == "Refused: already_lit"


def test_services_speak_and_libraries_only_warn(lines: Any) -> None:
    logging.getLogger("lamp").info("lit", extra={"watts": 40})
    logging.getLogger("kombu").info("chatter")
    logging.getLogger("kombu").warning("careful")

    assert [(line["logger"], line["message"]) for line in lines()] == [
        ("lamp", "lit"),
        ("kombu", "careful"),
    ]
    assert lines()[0]["watts"] == 40


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("'Ada Test' is no date"), "ValueError: '…' is no date"),
        (KeyError("Test"), "KeyError: '…'"),
        (ValueError("ada@example.org <ada@example.org>"), "ValueError: … <…>"),
        (RuntimeError("TRN 9000017 twice"), "RuntimeError: TRN … twice"),
        (AttributeError("no attribute 'lamp_id'"), "AttributeError: no attribute 'lamp_id'"),
        (OSError("port 59044 is taken"), "OSError: port 59044 is taken"),
    ],
)
def test_an_error_that_nobody_foresaw_names_nobody(error: Exception, told: str) -> None:
    assert log.reason(error) == told
