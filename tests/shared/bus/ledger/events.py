"""What the ledger says."""

from dataclasses import dataclass

from headship_contracts.messages import Event


@dataclass(frozen=True, kw_only=True)
class Posted(Event, source="ledger", heard_by=("ledger",)):
    """Something is to be entered. `trouble` says how the handler shall fail."""

    number: int
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Entered(Event, source="ledger", heard_by=("ledger",)):
    """It has been entered."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Confirmed(Event, source="ledger"):
    """It has been confirmed. Nobody listens."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Audited(Event, source="ledger", heard_by=("auditor",)):
    """An auditor would hear this, if there were one."""

    number: int
