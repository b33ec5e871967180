"""`headship-hub`: for a hub without developers. Lists, registers from CSV, and whatever changes."""

import argparse
import csv
import dataclasses
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from headship_contracts.csv_text import FORMULA_MARKS
from headship_contracts.errors import Invalid, Refused, ServiceError
from headship_contracts.shape import Shape
from headship_hub.hub import Hub
from headship_hub.registers import read_rows, record_rows
from headship_hub.tls import Tls

LOGIN = "HEADSHIP_HUB_LOGIN"


def main() -> None:
    """The command as it is installed. Exits 1, and says why, when it cannot be done."""
    for stream in (sys.stdout, sys.stderr):  # Windows has letters and line ends of its own
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="")
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run a command; its exit code."""
    told = _parser().parse_args(words)
    try:
        with _hub(told) as hub:
            return int(told.does(hub, told) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # who reads has gone: Python would say so at the end
        return 1
    except (ServiceError, OSError, ValueError) as error:
        sys.stderr.write(f"headship-hub: {error}\n")
        return 1


def _hub(told: argparse.Namespace) -> Hub:
    path = told.login or os.environ.get(LOGIN)
    if not path:
        raise ValueError(f"name the file with your address by --login, or by {LOGIN}")
    tls = Tls(ca_file=told.ca_file) if told.ca_file else None
    return Hub.from_file(path, seconds=told.seconds, tls=tls)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="headship-hub", description=__doc__)
    parser.add_argument("--login", type=Path, help=f"file with your address; or {LOGIN}")
    parser.add_argument("--ca-file", type=Path, help="who has signed the broker's certificate")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to wait for answers")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    for name, does, filters in (
        ("participants", Hub.participants, ("course", "cohort", "training-status", "since")),
        ("groups", Hub.groups, ("course", "cohort")),
        ("sessions", Hub.sessions, ("course", "cohort", "kind", "from", "before")),
        ("catch-ups", Hub.catch_ups, ()),
        ("engagement", Hub.engagements, ("course", "cohort", "at-risk")),
        ("progress", Hub.progress, ("course", "cohort")),
        ("messages", Hub.messages, ("template",)),
    ):
        one = commands.add_parser(name, help=f"list: {(does.__doc__ or '').split('.')[0]}")
        for filter_ in filters:
            _FILTERS[filter_](one)
        one.add_argument("--json", action="store_true", help="JSON lines instead of CSV")
        one.set_defaults(does=_listing(does))

    register = commands.add_parser("register", help="the register of a session, as CSV")
    register.add_argument("session_id", type=UUID)
    register.add_argument("--json", action="store_true", help="JSON lines instead of CSV")
    register.set_defaults(does=_register)

    record = commands.add_parser("record", help="record registers from a CSV file")
    record.add_argument(
        "file", type=Path, help="columns session_id, application_id, status, minutes, comment"
    )
    record.add_argument("--check", action="store_true", help="only look at the rows")
    record.set_defaults(does=_record)

    watch = commands.add_parser("watch", help="whatever changes, as JSON lines; endless")
    watch.add_argument("--state", type=Path, required=True, help="where it was left; made anew")
    watch.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
    watch.set_defaults(does=_watch)
    return parser


def _instant(told: str) -> datetime:
    found = datetime.fromisoformat(told)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(name: str) -> Callable[[Any], None]:
    return lambda parser: parser.add_argument(f"--{name}")


def _time(name: str, field: str) -> Callable[[Any], None]:
    return lambda parser: parser.add_argument(
        f"--{name}", dest=field, type=_instant, help="2026-11-03, or 2026-11-03T16:00+00:00"
    )


_FILTERS: dict[str, Callable[[Any], None]] = {
    "course": _text("course"),
    "cohort": _text("cohort"),
    "kind": _text("kind"),
    "template": _text("template"),
    "training-status": _text("training-status"),
    "since": _time("updated-since", "updated_since"),
    "from": _time("from", "starts_from"),
    "before": _time("before", "starts_before"),
    "at-risk": lambda parser: parser.add_argument("--at-risk", action="store_true"),
}

_OURS = ("login", "ca_file", "seconds", "does", "json")


def _listing(does: Callable[..., Iterable[Shape]]) -> Callable[[Hub, argparse.Namespace], None]:
    def list_(hub: Hub, told: argparse.Namespace) -> None:
        filters = {name: value for name, value in vars(told).items() if name not in _OURS}
        _print(does(hub, **filters), as_json=told.json)

    return list_


def _register(hub: Hub, told: argparse.Namespace) -> None:
    beside = {"session_id": str(told.session_id)}  # so that the file can be recorded as it is
    _print(hub.register(told.session_id).lines, as_json=told.json, beside=beside)


def _record(hub: Hub, told: argparse.Namespace) -> int:
    rows, problems = read_rows(told.file)
    recorded = 0
    if not problems and not told.check:
        recorded, problems = record_rows(hub, rows)
    for problem in problems:
        sys.stderr.write(f"row {problem.row}: {problem.field}: {problem.what}\n")
    some = f"the first {recorded} were recorded" if recorded else "nothing was recorded"
    done = some if problems or not rows else "looked at" if told.check else "recorded"
    sys.stdout.write(f"{len(rows)} rows, {len(problems)} problems: {done}\n")
    return 1 if problems else 0


def _watch(hub: Hub, told: argparse.Namespace) -> None:
    """A position is kept once its change is printed: after a crash the last one may come again."""

    def keep(positions: Mapping[str, str]) -> None:
        new = told.state.with_name(told.state.name + ".new")
        new.write_text(json.dumps(positions))
        new.replace(told.state)

    try:
        for change in hub.watch(_kept(told.state), every=told.every, keep=keep):
            line = {"service": change.service, **change.change.dump()}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            keep(change.positions)
    except Refused as error:
        if error.code not in ("position_too_old", "position_unknown"):
            raise
        told_so = f"{error}; then remove {told.state}"
        raise Invalid(error.code, told_so) from error


def _kept(state: Path) -> dict[str, str] | None:
    """Where a watch was left; None where there was none."""
    try:
        told = json.loads(state.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise ValueError(
            f"{state} does not say where a watch was left: remove it, and read all anew"
        )
    return told


def _print(
    found: Iterable[Shape], *, as_json: bool, beside: Mapping[str, str] | None = None
) -> None:
    table: Any = None
    for item in found:
        row = {**(beside or {}), **item.dump()}
        if as_json:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            continue
        if table is None:
            names = [member.name for member in dataclasses.fields(item)]
            table = csv.DictWriter(sys.stdout, [*(beside or {}), *names])
            table.writeheader()
        table.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_MARKS):
        return f"'{value}"
    return value
