"""Where a command finds broker and databases: the stack that runs here, else the environment."""

import os

from cli.errors import CommandError
from cli.stack.record import current


def amqp_uri(given: str | None = None) -> str:
    """The broker, as this operator: as given, the running stack's, or AMQP_URI."""
    record = current()
    found = given or (record.amqp_uri if record and record.running else os.environ.get("AMQP_URI"))
    if not found:
        raise CommandError("no broker is known: run headship up, or set AMQP_URI")
    return found


def database_url(service: str) -> str:
    """A service's own database: the running stack's, else <SERVICE>_DATABASE_URL."""
    record = current()
    if record is not None and record.running:
        return record.members[service].logins["DATABASE_URL"]
    name = f"{service.upper()}_DATABASE_URL"
    found = os.environ.get(name)
    if not found:
        raise CommandError(
            f"the database of {service} is not known: run headship up, or set {name}"
        )
    return found
