"""What a teaching school hub's own system calls the Headship platform with.

with Hub.from_file("hub.login") as hub:
    for person in hub.participants(cohort="2026b"):
        print(person.full_name, person.training_status)
"""

from headship_hub.errors import (
    Conflict,
    InternalError,
    Invalid,
    NotFound,
    Refused,
    ServiceError,
    Unavailable,
)
from headship_hub.hub import Hub
from headship_hub.tls import Tls
from headship_hub.watching import Change

__all__ = [
    "Change",
    "Conflict",
    "Hub",
    "InternalError",
    "Invalid",
    "NotFound",
    "Refused",
    "ServiceError",
    "Tls",
    "Unavailable",
]
