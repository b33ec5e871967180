"""Where a command finds broker and databases: the stack that runs here, else the environment.

Each name may also be given with _FILE behind it, as the path of a file that holds the address.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from cli.errors import CommandError
from cli.stack.record import current
from kit.config import url_of, url_of_database

BROKER, DATABASE = "broker", "database"
_CHECKS = {BROKER: url_of("amqp", "amqps", "pyamqp"), DATABASE: url_of_database}

asked: dict[str, str] = {}
"""Which broker and database this command has turned to last, without a password: for errors of
the libraries, which do not say it."""


def amqp_uri(given: str | None = None) -> str:
    """The broker, as this operator: as given, the running stack's, or AMQP_URI."""
    if given:
        return checked("--amqp-uri", given, BROKER)
    record = current()
    found = record.amqp_uri if record and record.running else named("AMQP_URI")
    if not found:
        raise CommandError("no broker is known: run headship up, or set AMQP_URI")
    return checked("AMQP_URI", found, BROKER)


def hubs_amqp_uri() -> str | None:
    """The hubs' virtual host, as this operator: the running stack's, or HUBS_AMQP_URI."""
    record = current()
    found = record.hubs_amqp_uri if record and record.running else named("HUBS_AMQP_URI")
    return checked("HUBS_AMQP_URI", found, BROKER) if found else None


def management_url() -> str:
    """The broker's management API, login included: the running stack's, or as the environment
    says it."""
    record = current()
    runs = record is not None and record.running
    found = record.management_url if record and runs else named("RABBITMQ_MANAGEMENT_URL")
    if not found:
        raise CommandError(
            "the broker's management API is not known: set RABBITMQ_MANAGEMENT_URL to "
            "http://user:password@host:port, or name a file with it by RABBITMQ_MANAGEMENT_URL_FILE"
        )
    return found


def checked(name: str, url: str, kind: str) -> str:
    """The address, if it is one of a broker or of a database. `name` is where it was given."""
    try:
        _CHECKS[kind](url)
    except ValueError as error:
        raise CommandError(f"{name} {error}") from error
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    asked[kind] = f"{kind} {parts.scheme}://{login.partition(':')[0]}{at}{host}{parts.path}"
    return url


def database_url(service: str) -> str:
    """A service's own database: the running stack's, else <SERVICE>_DATABASE_URL."""
    record = current()
    if record is not None and record.running:
        return checked(service, record.members[service].logins["DATABASE_URL"], DATABASE)
    name = f"{service.upper()}_DATABASE_URL"
    found = named(name)
    if not found:
        raise CommandError(
            f"the database of {service} is not known: run headship up, or set {name}"
        )
    return checked(name, found, DATABASE)


def named(name: str) -> str | None:
    """The address under this name in the environment, or in the file that <name>_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"cannot read {name}_FILE {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"cannot read {name}_FILE {path}: it is no text in UTF-8") from error
