"""`headship lab`: the list of its commands."""

import typer

from cli.lab.assigning import assign
from cli.lab.reliability import reliability
from cli.lab.similarity import similarity

app = typer.Typer(
    help="Runs the platform's own computations on files of yours.", no_args_is_help=True
)
app.command("assign")(assign)
app.command("reliability")(reliability)
app.command("similarity")(similarity)
