"""The seals over a script's rows, each chained to the one before."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from assessment.models.base import Base


class Seal(Base):
    """One version of one row of a dossier; rows are only ever added."""

    __tablename__ = "seals"

    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    row: Mapped[str]  # table/key
    row_sha256: Mapped[str]
    sha256: Mapped[str]
    form: Mapped[int] = mapped_column(server_default="1")  # which columns: `sealed_rows`


class DossierHead(Base):
    """How far a script's seals are signed. Only the latest signature is kept: with an older one
    the end of the chain could be taken away.
    """

    __tablename__ = "dossier_heads"

    script_id: Mapped[UUID] = mapped_column(
        ForeignKey("scripts.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
    mac: Mapped[str]  # hexadecimal


class ErasedScript(Base):
    """A script that was erased with all that was kept about it: no more than that it was.

    `certificate`: the erasure that was decided; None where its time was over. `mac` is over it all.
    """

    __tablename__ = "erased_scripts"

    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    erased_on: Mapped[date]
    certificate: Mapped[UUID | None]
    mac: Mapped[str]  # hexadecimal
