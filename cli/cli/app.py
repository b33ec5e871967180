"""`headship`: the operator's command line. One file per group of commands; here is the list."""

import sys
import warnings
from importlib import import_module
from importlib.util import find_spec

import typer
from rich.console import Console

from cli import calling, dead_letters, outbox
from cli.backing import MissingPackagesError, StartError
from cli.backing.management import ManagementError
from cli.errors import CommandError
from cli.stack import commands as stack
from headship_contracts.errors import ServiceError
from kit.config import SettingsError

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
app.command("call")(calling.call)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(outbox.app, name="outbox")


@app.command("events")
def events() -> None:
    """Print the catalogue of events, as docs/events.md has it."""
    from cli.events import catalogue
    from cli.services import service_classes

    sys.stdout.write(catalogue(service_classes()))


if find_spec("cli.demo.command") is not None:
    app.command("demo")(import_module("cli.demo.command").demo)

_TOLD = (
    CommandError,
    ManagementError,
    MissingPackagesError,
    ServiceError,
    SettingsError,
    StartError,
)
"""Errors whose text says all that a user can act on."""


def main() -> None:
    """Run a command; exit 1, and say why, when it cannot be done."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    try:
        app()
    except _TOLD as error:
        Console(stderr=True).print(f"headship: {error}", style="red", markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
