"""`headship lab`: the list of its commands."""

import typer

from cli.lab.reliability import reliability

app = typer.Typer(
    help="Runs the platform's own computations on files of yours.", no_args_is_help=True
)
app.command("reliability")(reliability)


@app.callback()
def lab() -> None:
    """Keep `reliability` a command of its own, even while it is the only one."""
