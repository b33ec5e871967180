"""`headship demo`: plays one cohort, shows the months go by, and tells what came of it."""

import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.errors import CommandError
from cli.printing import console

MARKER = ".headship-demo"


def demo(
    bus: Annotated[str, typer.Option(help="embedded, or rabbitmq.")] = "embedded",
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 2026,
    directory: Annotated[Path, typer.Option(help="Emptied first.")] = Path("var/demo"),
) -> None:
    """Play one cohort of 60 applications, from registration to accreditation."""
    import kit.transport.patch  # noqa: F401  before anything opens a socket

    # isort: split
    from cli.demo import journey
    from cli.demo.platforms import BUSES, stage
    from cli.demo.reckoning import ReckoningError
    from cli.demo.stage import NotQuiet
    from cli.demo.story import ADMISSIONS, MONTHS

    if bus not in BUSES:
        raise CommandError(f"--bus is {bus!r}; it can be {' or '.join(BUSES)}")
    folder = _emptied(directory)
    with _progress() as progress:
        months = progress.add_task("October 2026", total=MONTHS)

        def tell_day(day: date) -> None:
            done = (day.year - ADMISSIONS.year) * 12 + day.month - ADMISSIONS.month - 1
            progress.update(months, completed=max(0, done), description=f"{day:%B %Y}")

        try:
            with stage(bus, folder, seed) as platform:
                summary = journey.play(platform, seed, tell_day)
        except (ReckoningError, NotQuiet) as error:
            raise CommandError(str(error)) from error
        progress.update(months, completed=MONTHS)
    path = journey.write(summary, folder)
    console().print(_table(summary))
    console().print(
        f"{path}; plan, moderation and other pages, messages, scripts lie beside it",
        style="dim",
    )


def _emptied(directory: Path) -> Path:
    """The demo's folder, fresh. One that another program has filled is left alone."""
    folder = directory.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise CommandError(f"{folder} is not empty, and not an earlier demo's: name another")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    return folder


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<15}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("months"),
        TimeElapsedColumn(),
    )


def _table(summary: dict[str, Any]) -> Table:
    table = Table("what", "how many", title="One cohort, from registration to accreditation")
    for part, counts in summary.items():
        if not isinstance(counts, dict):
            table.add_row(part.replace("_", " "), str(counts))
            continue
        for name, count in counts.items():
            if isinstance(count, int):
                table.add_row(f"{part}: {name.replace('_', ' ')}", str(count))
    table.columns[1].justify = "right"
    return table
