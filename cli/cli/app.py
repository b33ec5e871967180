"""`headship`: the operator's command line. One file per group of commands; here is the list."""

import kit.transport.patch  # noqa: F401 - what is imported before it stays as it was

# isort: split
import json
import logging
import signal
import sys
from collections.abc import Sequence

import typer
from rich.console import Console

from cli import addresses, calling, dead_letters, outbox
from cli.backing import MissingPackagesError, StartError
from cli.backing.directly import spare_loopback
from cli.backing.management import ManagementError
from cli.backup import commands as backup
from cli.courses import command as courses
from cli.demo import command as demo
from cli.dfe_cases.command import dfe_cases
from cli.dossier import command as dossier
from cli.errors import CommandError
from cli.hubs import command as hubs
from cli.imports import commands as applications
from cli.lab import command as lab
from cli.mailings import command as mailings
from cli.moderation import command as moderation
from cli.money import command as money
from cli.programme import command as programme
from cli.protection import audit, retention, subject
from cli.schools import command as schools
from cli.stack import commands as stack
from cli.terms import command as terms
from headship_contracts.errors import ServiceError
from kit import tls
from kit.config import SettingsError, load
from kit.db.version import OutOfDate
from kit.log import reason
from kit.tls import TlsSettings
from kit.transport.dead_letters import NoQueue, NotReplayed
from kit.transport.declare import TopologyMismatch

app = typer.Typer(
    help="Runs and looks after the Headship platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("up")(stack.up)
app.command("down")(stack.down)
app.command("status")(stack.status)
app.command("migrate")(stack.migrate)
app.command("topology")(stack.topology)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("call")(calling.call)
app.command("demo")(demo.demo)
app.command("dfe-cases")(dfe_cases)
app.add_typer(courses.app, name="courses")
app.add_typer(schools.app, name="schools")
app.add_typer(programme.app, name="programme")
app.add_typer(terms.app, name="terms")
app.add_typer(applications.app, name="applications")
app.add_typer(mailings.app, name="mailings")
app.add_typer(money.app, name="money")
app.add_typer(dossier.app, name="dossier")
app.add_typer(lab.app, name="lab")
app.add_typer(moderation.app, name="moderation")
app.add_typer(audit.app, name="audit")
app.add_typer(subject.app, name="subject")
app.add_typer(retention.app, name="retention")
app.add_typer(hubs.app, name="hub")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(outbox.app, name="outbox")


@app.command("events")
def events() -> None:
    """Print the catalogue of events, as docs/events.md has it."""
    from cli.events import catalogue
    from cli.services import service_classes

    sys.stdout.write(catalogue(service_classes()))


@app.command("definitions")
def definitions() -> None:
    """Print what the broker must have, as a file of definitions for its first start.

    Users have no password in it: nobody can log in as one until it is given.
    """
    from cli.stack.definitions import definitions as made

    sys.stdout.write(json.dumps(made(), indent=2) + "\n")


_TOLD = (
    CommandError,
    ManagementError,
    MissingPackagesError,
    NoQueue,
    NotReplayed,
    OutOfDate,
    ServiceError,
    SettingsError,
    StartError,
    TopologyMismatch,
)
"""Errors whose text says all that a user can act on."""


_DATABASES = ("psycopg2", "sqlalchemy")
_SERVERS_LIBRARIES = ("amqp", "kombu", "requests", *_DATABASES)
"""Whose errors tell that a server is away or refuses: nothing that a stack would explain."""


def main() -> None:
    """The command as it is installed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that blocks end what they began
    spare_loopback()
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run a command; its exit code. 1, and why, when it cannot be done; a bug shows its stack."""
    try:
        tls.use(load(TlsSettings))
        app(words)
    except SystemExit as asked:  # how typer ends, done or not
        return int(asked.code or 0)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not isinstance(error, (*_TOLD, OSError)) and not _from_a_server(error):
            raise
        told = str(error) if isinstance(error, _TOLD) else f"{_where(error)}{reason(error)}"
        Console(stderr=True, soft_wrap=True).print(f"headship: {told}", style="red", markup=False)
        return 1
    return 0


def _where(error: Exception) -> str:
    """Which server it is about, as far as is known: their libraries do not say it."""
    if isinstance(error, OSError) and error.filename is not None:  # it is about a file
        return f"{error.filename}: "
    kind = addresses.DATABASE if _library(error) in _DATABASES else addresses.BROKER
    return f"{addresses.asked[kind]}: " if kind in addresses.asked else ""


def _from_a_server(error: Exception) -> bool:
    return _library(error) in _SERVERS_LIBRARIES


def _library(error: Exception) -> str:
    return type(error).__module__.partition(".")[0]
