"""`headship call`: ask a service something, once or for each line of a file."""

import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli import addresses
from cli.errors import CommandError
from cli.printing import console
from headship_contracts.errors import Invalid, ServiceError
from headship_contracts.messages import REQUESTS

Ask = Callable[[Mapping[str, Any], str | None], dict[str, Any]]
"""Fields and idempotency key → the answer. Raises ServiceError."""

AT_ONCE = 8

LONGEST_SECONDS = 86_400
"""Of waiting for an answer; the broker takes no message that is good for ever."""


def _seconds(value: float) -> float:
    if not 0 < value <= LONGEST_SECONDS:  # as no number does that is none
        raise typer.BadParameter(f"{value:g} is not more than 0 and at most {LONGEST_SECONDS}")
    return value


def call(
    method: Annotated[str, typer.Argument(help="SERVICE.METHOD, such as enrolment.list_schedules")],
    fields: Annotated[
        str, typer.Argument(help="JSON object, @FILE with one, or - to read it")
    ] = "{}",
    each: Annotated[
        Path | None,
        typer.Option(help="A file with one JSON object a line: one call for each of them."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Idempotency key: the same call under the same key is done once."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(help="How long to wait for each answer.", callback=_seconds)
    ] = 10.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print bare JSON, one line a call.")
    ] = False,
    embedded: Annotated[
        bool, typer.Option(help="Ask the embedded services of this machine, without a broker.")
    ] = False,
    broker: Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")] = None,
) -> None:
    """Call a method of a service, and print its answer.

    With --each and --key, a row that was done before under that key is not done again, so that a
    file whose rows failed in part can be mended and given again; another campaign takes another
    key. Exits 1 when a call, or any row, failed.
    """
    service, _, name = method.partition(".")
    if not (service and name):
        raise CommandError(f"{method!r} is not SERVICE.METHOD")
    with asking_at(service, name, seconds, embedded, broker) as asking:
        ask = with_known_names(service, name, asking)
        if each is not None:
            failed = ask_each(ask, each, writes=_writes(service, name), key=key)
        else:
            failed = not _ask_once(
                ask, _object(_text(fields), "the argument"), key, as_json, method
            )
    if failed:
        raise typer.Exit(1)


@contextmanager
def asking_at(
    service: str, method: str, seconds: float, embedded: bool, broker: str | None
) -> Iterator[Ask]:
    """One method of a service: of this machine's embedded ones, or of those on a broker."""
    if embedded:
        from cli.embedded import asking

        with asking(service, method, seconds) as ask:
            yield ask
        return
    from kit.transport.rpc_client import RpcClient

    client = RpcClient(addresses.amqp_uri(broker))
    try:
        yield lambda fields, key: client.call_raw(
            service, method, fields, seconds=seconds, idempotency_key=key
        )
    finally:
        client.close()


def _ask_once(
    ask: Ask, fields: Mapping[str, Any], key: str | None, as_json: bool, method: str
) -> bool:
    """Print the answer; whether there was one."""
    try:
        answer = ask(fields, key)
    except ServiceError as error:
        if as_json:
            _line({"error": told(error)})
            return False
        raise CommandError(f"{type(error).__name__} {error}{_perhaps(method, error)}") from error
    if as_json:
        _line(answer)
    else:
        console().print_json(data=answer)
    return True


def with_known_names(service: str, method: str, ask: Ask) -> Ask:
    """Refuse fields that the request does not have: a service ignores them, as its neighbours may
    be newer, but a person's slip would leave what was meant at its default."""
    request = REQUESTS.get((service, method))
    if request is None:
        return ask
    known = {member.name for member in dataclasses.fields(request)} | {"idempotency_key"}

    def asked(fields: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        unknown = {name: ["is not known."] for name in fields if name not in known}
        for name in unknown:
            unknown[name] += [f"Did you mean {near}?" for near in get_close_matches(name, known, 1)]
        if unknown:
            raise Invalid("invalid_fields", f"{service}.{method} has no such field", unknown)
        return ask(fields, key)

    return asked


def ask_each(ask: Ask, path: Path, *, writes: bool, key: str | None) -> bool:
    """One call a line, several at once; a line of JSON for each, in the file's order."""

    def ask_row(numbered: tuple[int, str]) -> dict[str, Any]:
        number, text = numbered
        try:
            fields = _object(text, f"row {number}")
            row_key = f"{key}:{_digest(fields)}" if writes and key else None
            return {"row": number, "answer": ask(fields, row_key)}
        except CommandError as error:
            return {"row": number, "error": told(Invalid("not_an_object", str(error)))}
        except ServiceError as error:
            return {"row": number, "error": told(error)}

    rows = [
        (number, text)
        for number, text in enumerate(_read(path).split("\n"), start=1)  # JSON may hold U+2028
        if text.strip()
    ]
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(ask_row, rows):
            failed += "error" in outcome
            _line(outcome)
    console(stderr=True).print(f"{len(rows)} calls, {failed} failed")
    return failed > 0


def told(error: ServiceError) -> dict[str, Any]:
    """An error as JSON: its kind, and what it says."""
    return {
        "kind": type(error).__name__,
        "code": error.code,
        "detail": error.detail,
        "fields": error.fields,
    }


def _perhaps(method: str, error: ServiceError) -> str:
    if error.code == "broker_away":
        return f" ({addresses.asked.get(addresses.BROKER)})"
    if error.code not in ("no_such_service", "no_such_method"):
        return ""
    near = get_close_matches(method, [".".join(wire) for wire in REQUESTS], n=3)
    return f"\ndid you mean {' or '.join(near)}?" if near else ""


def _writes(service: str, method: str) -> bool:
    request = REQUESTS.get((service, method))
    return request is not None and request.wire.writes


def _text(given: str) -> str:
    if given == "-":
        try:
            return sys.stdin.read()
        except UnicodeDecodeError as error:
            raise CommandError(f"cannot read standard input: {error}") from error
    return _read(Path(given[1:])) if given.startswith("@") else given


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {path}: {error}") from error


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise CommandError(f"{what} is not JSON: {error}") from error
    except RecursionError as error:
        raise CommandError(f"{what} is too deep: no method takes such an object") from error
    if not isinstance(fields, dict):
        raise CommandError(f"{what} is not a JSON object")
    return fields


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:32]


def _line(data: Mapping[str, Any]) -> None:
    """What is no text by itself, half a surrogate pair, stays escaped as JSON has it."""
    told = json.dumps(data, ensure_ascii=False).encode(errors="backslashreplace")
    sys.stdout.write(told.decode() + "\n")
    sys.stdout.flush()
