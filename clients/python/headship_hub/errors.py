"""What the platform may say no with: the kinds of `headship_contracts.errors`.

ServiceError
  NotFound       no such record, or none of this hub's
  Refused        understood, and the rules say no; asking again will not help
  Conflict       it clashes with what is there
  Invalid        the request is not right; `fields` says where
  Unavailable    no answer in time, too many calls, or the broker is away; asking again may help
  InternalError  a fault of the platform's; quote `detail` to its provider
"""

from collections.abc import Mapping
from typing import Any

from headship_contracts.errors import (
    CROSSING,
    Conflict,
    InternalError,
    Invalid,
    NotFound,
    Refused,
    ServiceError,
    Unavailable,
)

__all__ = [
    "Conflict",
    "InternalError",
    "Invalid",
    "NotFound",
    "Refused",
    "ServiceError",
    "Unavailable",
]

_KINDS = {kind.__name__: kind for kind in CROSSING}


def error_of(told: Mapping[str, Any]) -> ServiceError:
    """The error that a reply tells of."""
    kind = _KINDS.get(str(told.get("kind")), InternalError)
    fields = told.get("fields")
    named = fields if isinstance(fields, dict) else {}
    return kind(str(told.get("code")), str(told.get("detail") or ""), named)
