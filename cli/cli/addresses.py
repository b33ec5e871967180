"""Where a command finds broker and databases: the stack that runs here, else the environment.

Each name may also be given with _FILE behind it, as the path of a file that holds the address.
"""

import os
from pathlib import Path

from cli.errors import CommandError
from cli.stack.record import current


def amqp_uri(given: str | None = None) -> str:
    """The broker, as this operator: as given, the running stack's, or AMQP_URI."""
    record = current()
    found = given or (record.amqp_uri if record and record.running else named("AMQP_URI"))
    if not found:
        raise CommandError("no broker is known: run headship up, or set AMQP_URI")
    return found


def database_url(service: str) -> str:
    """A service's own database: the running stack's, else <SERVICE>_DATABASE_URL."""
    record = current()
    if record is not None and record.running:
        return record.members[service].logins["DATABASE_URL"]
    name = f"{service.upper()}_DATABASE_URL"
    found = named(name)
    if not found:
        raise CommandError(
            f"the database of {service} is not known: run headship up, or set {name}"
        )
    return found


def named(name: str) -> str | None:
    """The address under this name in the environment, or in the file that <name>_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"cannot read {name}_FILE {path}: {error.strerror}") from error
