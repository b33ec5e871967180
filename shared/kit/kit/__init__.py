"""How a headship service runs: bus, database, calls, timers, jobs, settings, logs.

These are the names a service needs. They are fetched at first use, so that `kit.run` can make
the standard library green before nameko or SQLAlchemy are imported, and so that a migration
imports no bus. No file or folder in here may bear one of these names: importing it would
replace the name.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kit.db import Transaction
    from kit.identity import Caller
    from kit.transport.figures import Figures
    from kit.transport.handles import handles
    from kit.transport.hub_methods import hub_rpc
    from kit.transport.providers import Ask, Config, Database
    from kit.transport.rpc_server import rpc
    from kit.transport.runner import run
    from kit.transport.timers import timer
    from kit.transport.web import http

__all__ = [
    "Ask",
    "Caller",
    "Config",
    "Database",
    "Figures",
    "Transaction",
    "handles",
    "http",
    "hub_rpc",
    "rpc",
    "run",
    "timer",
]

_HOMES: Final = {
    "Ask": "kit.transport.providers",
    "Caller": "kit.identity",
    "Config": "kit.transport.providers",
    "Database": "kit.transport.providers",
    "Figures": "kit.transport.figures",
    "Transaction": "kit.db",
    "handles": "kit.transport.handles",
    "http": "kit.transport.web",
    "hub_rpc": "kit.transport.hub_methods",
    "rpc": "kit.transport.rpc_server",
    "run": "kit.transport.runner",
    "timer": "kit.transport.timers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
