"""Looking names up beside the loop: by the system's own way, in a thread."""

import socket
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from eventlet import tpool
from eventlet.green import socket as green

_LOOKS_UP = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


def look_up_in_threads() -> None:
    """For all that is green; twice is once."""
    for name in _LOOKS_UP:
        found = getattr(green, name)
        if not hasattr(found, "__wrapped__"):
            found = _in_a_thread(found)
            setattr(green, name, found)
        setattr(socket, name, found)


def _in_a_thread(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look_up)
    def green_look_up(host: Any, *told: Any, **more: Any) -> Any:
        if _needs_no_answer(host):
            return look_up(host, *told, **more)
        return tpool.execute(look_up, host, *told, **more)

    return green_look_up


def _needs_no_answer(host: Any) -> bool:
    """Nobody is asked about an address, or about this machine."""
    if not host or host in ("localhost", b"localhost"):
        return True
    try:
        ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True
