"""The four services, and where their code is."""

from importlib import import_module
from typing import Any, Final

from cli.errors import CommandError

SERVICES: Final = ("enrolment", "sessions", "assessment", "notifications")


def service_class(name: str) -> Any:
    """The class with the service's entrypoints. Importing it imports the bus."""
    module = import_module(f"{known(name)}.service")
    return getattr(module, f"{name.capitalize()}Service")


def service_classes() -> list[Any]:
    """All four, in the order in which a story passes through them."""
    return [service_class(name) for name in SERVICES]


def known(name: str) -> str:
    """`name`, if it is a service's."""
    if name not in SERVICES:
        raise CommandError(f"there is no service {name!r}; there are {', '.join(SERVICES)}")
    return name
