"""What the ledger says."""

from headship_contracts.messages import Event
from headship_contracts.shape import shape


@shape
class Posted(Event, source="ledger", heard_by=("ledger",)):
    """Something is to be entered. `trouble` says how the handler shall fail."""

    number: int
    trouble: str = ""


@shape
class Entered(Event, source="ledger", heard_by=("ledger",)):
    """It has been entered."""

    number: int


@shape
class Confirmed(Event, source="ledger"):
    """It has been confirmed. Nobody listens."""

    number: int


@shape
class Audited(Event, source="ledger", heard_by=("auditor",)):
    """An auditor would hear this, if there were one."""

    number: int
