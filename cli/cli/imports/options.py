"""What commands that take a CSV file can be told."""

from typing import Annotated

import typer

from cli.errors import CommandError

MODES = {"all-or-nothing": "all_or_nothing", "valid-rows": "valid_rows"}

Mode = Annotated[str, typer.Option(help="all-or-nothing, or valid-rows.")]
Delimiter = Annotated[str | None, typer.Option(help="Where it is not to be found out.")]
Encoding = Annotated[str | None, typer.Option(help="utf-8, utf-16 or cp1252; else found out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]


def one_of(allowed: dict[str, str], given: str) -> str:
    """As the services call it. Raises CommandError for another word."""
    if given not in allowed:
        raise CommandError(f"{given!r} is not one of {', '.join(allowed)}")
    return allowed[given]
