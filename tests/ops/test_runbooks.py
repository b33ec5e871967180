"""What a runbook tells somebody to type at night is there to be typed."""

import dataclasses
import json
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rendered import KUBECTL
from typer.core import TyperGroup
from typer.main import get_command

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli import addresses
from cli.app import app
from headship_contracts.messages import REQUESTS

REPOSITORY = Path(__file__).parents[2]
RUNBOOKS = sorted((REPOSITORY / "docs" / "runbooks").glob("*.md"))
READMES = [REPOSITORY / "deploy" / "k8s" / "README.md"]
EACH_TEXT = pytest.mark.parametrize("text", [*RUNBOOKS, *READMES], ids=lambda path: path.stem)
CALL = re.compile(r"headship call (\w+)\.(\w+)(?: '(\{.*?\})')?")
COMMAND = re.compile(r"(?:^|`)\s*headship ([^`\n]+)", re.MULTILINE)
KUBECTLS = re.compile(
    r"kubectl ([^`]+?)(?:`|\n *(?:```|kubectl|[a-z]+\(\)|export|headship)| [|>&] )"
)
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NAMED = re.compile(r'\bnamed\("(\w+)"\)')
KUBECTL_STUB = "#!/bin/sh\ncase $* in *' get secret '*) printf c2VjcmV0;; esac\n"
"""Every key of every Secret is `secret`."""

HEADSHIP_STUB = (
    "#!/bin/sh\nexec python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'\n"
)
PLUGINS = {"cnpg"}
"""Of kubectl, which the text names as what one may have."""

FLAG = re.compile(r"(?<=\s)--?[a-z][a-z-]*")


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


@EACH_TEXT
def test_kubectl_knows_what_it_is_told_and_shows_all_that_is_looked_through(text: Path) -> None:
    for line in KUBECTLS.findall(text.read_text(encoding="utf-8")):
        words = re.sub(r" -- .*", "", f" {line}", flags=re.DOTALL)  # what runs in a pod is its own
        verb = next(word for word in words.split() if word in verbs() | PLUGINS)
        if verb in PLUGINS:
            continue
        unknown = set(FLAG.findall(words)) - flags(*named(verb, words))
        assert unknown == set(), f"kubectl {line}"
        if verb == "logs" and " -l " in words:
            assert "--tail" in words, f"kubectl {line}: shows the last ten lines of each pod"


def test_kubectls_commands_are_found_in_the_text() -> None:
    found = [line for one in RUNBOOKS for line in KUBECTLS.findall(one.read_text("utf-8"))]

    assert len(found) > 50
    assert max(map(len, found)) < 400


def test_the_readmes_lines_give_the_command_line_every_address_of_the_broker(
    tmp_path: Path,
) -> None:
    (lines,) = (block for block in BLOCK.findall(READMES[0].read_text()) if "AMQP_URI" in block)
    for name, program in {"kubectl": KUBECTL_STUB, "headship": HEADSHIP_STUB}.items():
        (tmp_path / name).write_text(program)
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(
        ["bash", "-ec", lines],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    told = json.loads(done.stdout)
    asked = set(NAMED.findall(Path(addresses.__file__).read_text()))
    assert asked == {"AMQP_URI", "HUBS_AMQP_URI", "RABBITMQ_MANAGEMENT_URL"}
    assert asked <= told.keys()
    for name, place in {"AMQP_URI": "headship", "HUBS_AMQP_URI": "hubs"}.items():
        assert told[name] == f"amqps://secret:secret@broker:5671/{place}"
    assert Path(told["AMQP_CA_FILE"]).read_text() == "secret"


@cache
def verbs() -> set[str]:
    """The commands of kubectl."""
    return set(re.findall(r"^  ([a-z-]+) {2,}", _help(), re.MULTILINE)) - {"kubectl"}


def named(verb: str, words: str) -> list[str]:
    """The command by its whole name: what `create` may be told depends on what it makes."""
    if verb != "create" or " -f " in words:
        return [verb]
    return [verb, *words.partition(f" {verb} ")[2].partition(" -")[0].split()]


@cache
def flags(*command: str) -> set[str]:
    """What a command may be told, and every command."""
    told = _help(*command) + _help("options", flag="")
    return set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)(?=[=,])", told)) | {"--help"}


def _help(*words: str, flag: str = "--help") -> str:
    command = [KUBECTL, *words, *([flag] if flag else [])]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
