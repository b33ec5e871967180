"""What all of enrolment's tables have in common."""

from sqlalchemy.orm import DeclarativeBase

from kit.db import TYPES, metadata


class Base(DeclarativeBase):
    """All of enrolment's tables; the kit's own come from the kit."""

    metadata = metadata()
    type_annotation_map = TYPES
