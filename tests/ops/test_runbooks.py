"""What a runbook tells somebody to type at night is there to be typed."""

import dataclasses
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.app import app
from headship_contracts.messages import REQUESTS

RUNBOOKS = sorted((Path(__file__).parents[2] / "docs" / "runbooks").glob("*.md"))
CALL = re.compile(r"headship call (\w+)\.(\w+)(?: '(\{.*?\})')?")
COMMAND = re.compile(r"(?:^|`)\s*headship ([^`\n]+)", re.MULTILINE)


def test_calls_name_methods_and_fields_that_there_are() -> None:
    for runbook in RUNBOOKS:
        for service, method, fields in CALL.findall(runbook.read_text(encoding="utf-8")):
            assert (service, method) in REQUESTS, f"{runbook.name}: {service}.{method}"
            if fields and fields != "{…}":
                known = {field.name for field in dataclasses.fields(REQUESTS[service, method])}
                assert json.loads(fields).keys() <= known, f"{runbook.name}: {fields}"


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_commands_are_those_of_the_command_line(runbook: Path) -> None:
    for line in COMMAND.findall(runbook.read_text(encoding="utf-8")):
        command: Any = get_command(app)
        words = shlex.split(re.split(r" [|>] ", line)[0].replace("…", "it"))
        while isinstance(command, TyperGroup):
            assert words[:1], f"headship {line}: which?"
            assert words[0] in command.commands, f"headship {line}: no such command"
            command = command.commands[words.pop(0)]
        command.make_context(line, words)  # raises what the command would answer
