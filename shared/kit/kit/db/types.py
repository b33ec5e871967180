"""Column types that PostgreSQL and SQLite keep alike."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Numeric,
    String,
    Text,
    TypeDecorator,
    Uuid,
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, to the microsecond. A time without a zone is an error.

    SQLite has no such type and would give naive times back: there it is ISO text, which sorts.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        instant = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return instant.isoformat(timespec="microseconds")
        return instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """Pounds with four decimals, exact. SQLite would make a float of it: there it is text."""

    impl = Numeric(16, 4)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(24))
        return dialect.type_descriptor(Numeric(16, 4))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"money must be a Decimal, not {type(value).__name__}")
        return str(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


Json = JSON(none_as_null=True)
"""JSON values, read and written whole; never searched inside."""

Counter = BigInteger().with_variant(Integer, "sqlite")
"""A growing row number. SQLite only counts an INTEGER primary key up by itself."""

TYPES: dict[Any, Any] = {
    datetime: Instant,
    Decimal: Money,
    UUID: Uuid,
    str: Text,
    int: BigInteger,
    dict[str, Any]: Json,
    list[Any]: Json,
    list[str]: Json,
}
"""`type_annotation_map` of every service's models (date stays Date, bool Boolean)."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names, so that a migration can alter them."""


def metadata() -> MetaData:
    """A fresh set of tables: one per service, since several may live in one process."""
    return MetaData(naming_convention=NAMES)
