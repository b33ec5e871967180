"""No table with people's data is forgotten: each is in its service's custody, or says why not."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Table

from kit.personal.holdings import Custody
from kit.personal.retention import load_rules

SERVICES = ("enrolment", "sessions", "assessment", "notifications")

NAMES_A_PERSON = frozenset(
    {
        *("application_id", "participant_id", "person_id", "staff_id"),
        *("coach_staff_id", "facilitator_staff_id", "former_participant_id"),
        *("full_name", "email", "trn", "date_of_birth", "recipient", "to_address"),
    }
)
"""Columns by which a row is about somebody. A new name for such a thing belongs here."""


KEPT_APART = {("case_evidence", "files")}
"""Of files only those are deleted on which no evidence hangs."""


def custody_of(service: str) -> Custody:
    found: Custody = import_module(f"{service}.protection.custody").CUSTODY
    return found


def tables_of(service: str) -> dict[str, Table]:
    return dict(import_module(f"{service}.models").Base.metadata.tables)


def about_people(tables: dict[str, Table]) -> set[str]:
    """Tables with such a column, and those that hang on one by a foreign key, step by step."""
    found = {
        name for name, table in tables.items() if NAMES_A_PERSON & {c.name for c in table.columns}
    }
    while more := set(_hanging(tables, found)) - found:
        found |= more
    return found


def _hanging(tables: dict[str, Table], found: set[str]) -> Iterator[str]:
    for name, table in tables.items():
        targets = {key.column.table.name for key in table.foreign_keys}
        if targets & found:
            yield name


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_about_people_is_handed_out_and_erased_or_says_why_not(service: str) -> None:
    custody = custody_of(service)
    known = {holding.table for holding in custody.holdings}
    known |= {model.__tablename__ for model in custody.elsewhere}

    forgotten = about_people(tables_of(service)) - known

    assert forgotten == set(), f"list them in {service}/protection/custody.py"


@pytest.mark.parametrize("service", SERVICES)
def test_tables_that_are_none_of_it_say_why(service: str) -> None:
    custody = custody_of(service)
    held = {holding.table for holding in custody.holdings}

    for model, why in custody.elsewhere.items():
        assert why, model
        assert model.__tablename__ not in held


@pytest.mark.parametrize("service", SERVICES)
def test_every_kind_of_record_has_a_rule_and_every_rule_a_kind(service: str) -> None:
    custody = custody_of(service)

    rules = load_rules(f"{service}.protection", custody.kinds)

    assert set(rules.by_kind) == custody.kinds


@pytest.mark.parametrize("service", SERVICES)
def test_what_hangs_on_a_row_goes_before_it_and_not_later(service: str) -> None:
    custody = custody_of(service)
    rules = load_rules(f"{service}.protection", custody.kinds)
    deleted = [holding for holding in custody.holdings if holding.blanked is None]
    place = {holding.table: n for n, holding in reversed(list(enumerate(deleted)))}
    by_table = {holding.table: deleted[place[holding.table]] for holding in deleted}
    tables = tables_of(service)

    wrong = [
        f"{name} → {parent}"
        for name, parent in _edges(tables)
        if parent in by_table
        and (name, parent) not in KEPT_APART
        and (
            name not in by_table
            or place[name] > place[parent]
            or _stays_longer(rules, by_table[name].kind, by_table[parent].kind)
        )
    ]

    assert wrong == []


def _edges(tables: dict[str, Table]) -> Iterator[tuple[str, str]]:
    for name, table in tables.items():
        for key in table.foreign_keys:
            if key.column.table.name != name and key.ondelete != "CASCADE":
                yield name, key.column.table.name


def _stays_longer(rules: Any, kind: str, than: str) -> bool:
    child, parent = rules.by_kind[kind], rules.by_kind[than]
    return bool(child.months > parent.months or child.months_on_request > parent.months_on_request)


@pytest.mark.parametrize("service", SERVICES)
def test_a_column_that_is_blanked_or_withheld_is_one_of_the_table(service: str) -> None:
    for holding in custody_of(service).holdings:
        columns = set(holding.model.__mapper__.column_attrs.keys())
        named = {*(holding.blanked or {}), *holding.withheld}
        assert named <= columns, f"{holding.table}: {named - columns}"
