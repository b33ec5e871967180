"""Asking servers of this machine over HTTP, whatever proxy the user's environment names."""

import os
from urllib.parse import urlsplit

import requests

from kit import tls

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def asking(url: str) -> requests.Session:
    """A session for this URL: a server on this machine is asked directly, another as requests
    does by itself, through a proxy where the environment names one. By https, the broker's own
    authorities are trusted (AMQP_CA_FILE), else the system's."""
    session = requests.Session()
    session.verify = tls.authorities() or True
    session.trust_env = urlsplit(url).hostname not in LOOPBACK
    return session


def spare_loopback() -> None:
    """Let this process, and those that it starts, ask servers of this machine without a proxy."""
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    spared = ",".join(dict.fromkeys([*filter(None, named.split(",")), *LOOPBACK]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = spared  # who reads one ignores the other
