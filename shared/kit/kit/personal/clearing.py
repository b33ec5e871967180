"""Rows whose time has come: found, counted, deleted or blanked."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Text,
    and_,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)

from kit.db.transaction import Transaction
from kit.personal.holdings import Holding, Subject

ERASED = "(erased)"
"""What stands where a text was that may not be empty."""


def about(holding: Holding, subject: Subject) -> ColumnElement[bool]:
    """Rows about somebody that still say something: what is blank already does not."""
    return telling(holding, holding.of(subject))


def count(tx: Transaction, holding: Holding, where: ColumnElement[bool]) -> int:
    """How many such rows there are."""
    counted = select(func.count()).select_from(holding.model).where(where)
    return tx.scalar(counted) or 0


def clear(tx: Transaction, holding: Holding, where: ColumnElement[bool]) -> int:
    """Delete or blank such rows; how many."""
    tx.flush()
    if holding.blanked is None:
        gone: Any = tx.execute(
            delete(holding.model)
            .where(_at_once(tx, holding, where))
            .execution_options(synchronize_session=False)
        )
        return int(gone.rowcount)
    if not holding.blanked:
        return 0
    of_row = {name: value for name, value in holding.blanked.items() if callable(value)}
    if of_row:
        return _blank_each(tx, holding, where, of_row)
    done: Any = tx.execute(
        update(holding.model)
        .where(_at_once(tx, holding, where))
        .values(dict(holding.blanked))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def _at_once(tx: Transaction, holding: Holding, where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Such rows, all of them found before the first one goes. SQLite looks at a condition row by
    row meanwhile, and the row by which it is known that another one is somebody's may be gone;
    PostgreSQL looks once, but again at a row that another transaction has changed."""
    if tx.get_bind().dialect.name != "sqlite":
        return where
    return tuple_(*holding.key).in_(select(*holding.key).where(where).correlate(None))


def _blank_each(
    tx: Transaction,
    holding: Holding,
    where: ColumnElement[bool],
    of_row: Mapping[str, Callable[[Any], Any]],
) -> int:
    columns = [*holding.key, *(getattr(holding.model, name).label(name) for name in of_row)]
    rows = tx.execute(select(*columns).where(where)).all()
    for row in rows:
        same = and_(*[key == row[n] for n, key in enumerate(holding.key)])
        values = {
            name: of_row[name](row) if name in of_row else value
            for name, value in (holding.blanked or {}).items()
        }
        tx.execute(
            update(holding.model)
            .where(same)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def telling(holding: Holding, where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of such rows those that still say something."""
    if holding.blanked is None:
        return where
    differs = [
        _differs(getattr(holding.model, name), value) for name, value in holding.blanked.items()
    ]
    return and_(where, or_(false(), *differs))


def _differs(column: Any, value: Any) -> ColumnElement[bool]:
    if callable(value):
        told: ColumnElement[bool] = and_(column.is_not(None), ~column.startswith(ERASED))
    elif value is None:
        told = column.is_not(None)
    elif isinstance(column.type, JSON):  # PostgreSQL cannot compare JSON itself
        told = cast(column, Text) != ("{}" if value == {} else "[]")
    else:
        told = column.is_distinct_from(value)
    return told
