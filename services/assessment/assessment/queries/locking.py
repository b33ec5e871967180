"""How rows are locked."""

from typing import Any, TypeVar

from sqlalchemy import Select, inspect, select

from assessment.models import Base
from kit import Transaction

ModelT = TypeVar("ModelT", bound=Base)
SelectT = TypeVar("SelectT", bound=Select[*tuple[Any, ...]])


def lock_or_add(tx: Transaction, model: type[ModelT], key: Any, **new: Any) -> ModelT:
    """The row with this primary key, locked; a new one with `new` values if there is none.

    Two who add the same row at once meet at its key: the later one fails, and is run again.
    """
    columns = inspect(model).primary_key
    values = key if isinstance(key, tuple) else (key,)
    found = tx.scalars(
        locked(select(model).where(*(c == v for c, v in zip(columns, values, strict=True))), model)
    ).one_or_none()
    if found is None:
        names = [column.name for column in columns]
        found = model(**dict(zip(names, values, strict=True)), **new)
        tx.add(found)
    return found


def locked(statement: SelectT, model: type[Base]) -> SelectT:
    """Lock the rows of `model` alone, and see them as they are now, not as read before."""
    return statement.with_for_update(of=model).execution_options(populate_existing=True)
