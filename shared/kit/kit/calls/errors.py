"""How errors travel: in nameko's own form, so that any nameko proxy can read them."""

from collections.abc import Mapping
from typing import Any

from headship_contracts.errors import CROSSING, InternalError, ServiceError, Unavailable

_KINDS = {f"{kind.__module__}.{kind.__name__}": kind for kind in CROSSING}

NO_SUCH_METHOD = "MethodNotFound"
"""nameko's name for it, which its own proxies know."""


def kind_of(error: ServiceError) -> type[ServiceError]:
    """The crossing kind of an error; a service's own subclass travels as what it is a kind of."""
    return next((kind for kind in CROSSING if isinstance(error, kind)), InternalError)


def to_wire(error: ServiceError) -> dict[str, Any]:
    """The error for a reply. A proxy without our contracts shows `value`, which begins with the
    code, and the class name."""
    kind = kind_of(error)
    return {
        "exc_type": kind.__name__,
        "exc_path": f"{kind.__module__}.{kind.__name__}",
        "exc_args": [error.code, error.detail, error.fields],
        "value": str(error),
    }


def no_such_method(method: str) -> dict[str, Any]:
    """nameko's answer to a call of a method that the service does not have."""
    return {
        "exc_type": NO_SUCH_METHOD,
        "exc_path": f"nameko.exceptions.{NO_SUCH_METHOD}",
        "exc_args": [method],
        "value": method,
    }


def from_wire(told: Mapping[str, Any], asked: str) -> ServiceError:
    """The error that a reply tells of; `asked` is the service.method that was called.

    A method that is not there is Unavailable: during a rollout it soon will be.
    """
    kind = _KINDS.get(str(told.get("exc_path")))
    if kind is not None:
        return kind(*told.get("exc_args", ()))
    if told.get("exc_type") == NO_SUCH_METHOD:
        return Unavailable("no_such_method", asked)
    return InternalError("internal_error", f"{asked} gave {told.get('exc_type')}")
