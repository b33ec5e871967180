"""`headship retention`: what the services would delete because nobody needs it any more."""

from typing import Annotated, Any

import typer
from rich.table import Table

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.imports.asking import asking
from cli.printing import console
from cli.services import SERVICES
from headship_contracts.messages import REQUESTS

app = typer.Typer(help="What is kept no longer.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep `show` a command of its own name while it is the only one."""


@app.command()
def show(
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Ask the services of this machine.")
    ] = False,
    broker: Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")] = None,
) -> None:
    """Show what the retention job would delete tonight. It does so where RETENTION_APPLY is set;
    else it only says it in the service's log."""
    table = Table("service", "kind", "table", "records", "kept for months")
    rows = 0
    with asking(broker, embedded=embedded) as ask:
        for service in SERVICES:
            request: Any = REQUESTS[service, "report_retention"]
            report = ask(request())
            for due in report.due:
                rows += due.rows
                cells = (service, due.kind, due.table, str(due.rows), str(due.months))
                table.add_row(*cells)
    if rows:
        console().print(table)
    console().print(f"{rows} records are due")
