"""Databases: engines, column types, transactions, the kit's tables, migrations, locks.

A service's models begin with

    class Base(DeclarativeBase):
        metadata = metadata()
        type_annotation_map = TYPES
"""

from kit.db.transaction import ServiceDatabase, Transaction
from kit.db.types import TYPES, Counter, Instant, Json, Money, metadata

__all__ = [
    "TYPES",
    "Counter",
    "Instant",
    "Json",
    "Money",
    "ServiceDatabase",
    "Transaction",
    "metadata",
]
