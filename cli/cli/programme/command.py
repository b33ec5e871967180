"""`headship programme check|put|show`: a course's template as a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import addresses
from cli.calling import asking_at
from cli.errors import CommandError
from cli.printing import console
from headship_contracts.errors import Invalid

app = typer.Typer(help="What a course teaches: its template as a file.", no_args_is_help=True)

Embedded = Annotated[
    bool, typer.Option(help="Ask the embedded services of this machine, without a broker.")
]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]
Seconds = Annotated[float, typer.Option(help="How long to wait for the answer.")]
File = Annotated[Path, typer.Argument(help="A template in YAML; `show` prints one to begin with.")]


@app.command()
def check(file: File) -> None:
    """Look at a template without any platform: each problem with file, line, key, what is right."""
    from sessions.domain.template import read_template

    try:
        template = read_template(_content(file), file.name)
    except Invalid as error:
        _tell(error)
        raise typer.Exit(1) from error
    minutes = sum(unit.minutes for unit in template.units)
    console().print(
        f"{template.course} {template.version} is right: {len(template.sections)} sections, "
        f"{len(template.units)} units, {minutes} minutes in {template.months} months",
        markup=False,
    )


@app.command()
def put(
    file: File, embedded: Embedded = False, broker: Broker = None, seconds: Seconds = 30.0
) -> None:
    """Put a template in force: plans published from now on are made of it."""
    content = _content(file)
    try:
        with asking_at(
            "sessions", "put_template", seconds, embedded, _broker(broker, embedded)
        ) as ask:
            record = ask({"content": content, "source": file.name}, None)
    except Invalid as error:
        _tell(error)
        raise typer.Exit(1) from error
    console().print(f"{record['course']}: {record['version']} is in force", markup=False)


@app.command()
def show(
    course: Annotated[str, typer.Argument(help="npq-headship, ...")],
    version: Annotated[str | None, typer.Option(help="Another than the one in force.")] = None,
    packaged: Annotated[
        bool, typer.Option(help="The one that comes with this program; no platform is asked.")
    ] = False,
    embedded: Embedded = False,
    broker: Broker = None,
    seconds: Seconds = 30.0,
) -> None:
    """Print a template, to be edited, given another version, checked and put."""
    if packaged:
        from sessions.programme import packaged_content

        sys.stdout.write(packaged_content(course))
        return
    with asking_at("sessions", "get_template", seconds, embedded, _broker(broker, embedded)) as ask:
        sys.stdout.write(ask({"course": course, "version": version}, None)["content"])


def _broker(broker: str | None, embedded: bool) -> str | None:
    return None if embedded else addresses.amqp_uri(broker)


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {file}: {error}") from error


def _tell(error: Invalid) -> None:
    """One problem a line, in the form that editors jump to: file:line: place: what is wrong."""
    told = console(stderr=True)
    for place, messages in error.fields.items():
        for message in messages:
            told.print(f"{place}: {message}", markup=False, soft_wrap=True)
    if not error.fields:
        told.print(error.detail, markup=False, soft_wrap=True)
