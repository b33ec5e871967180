"""What all tables of notifications share."""

from sqlalchemy.orm import DeclarativeBase

from kit.db import TYPES, metadata


class Base(DeclarativeBase):
    """All of notifications' tables; the kit's own come from the kit."""

    metadata = metadata()
    type_annotation_map = TYPES
