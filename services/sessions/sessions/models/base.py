"""The base of sessions' tables."""

from sqlalchemy.orm import DeclarativeBase

from kit.db import TYPES, metadata


class Base(DeclarativeBase):
    """All of sessions' tables; the kit's own come from the kit."""

    metadata = metadata()
    type_annotation_map = TYPES
