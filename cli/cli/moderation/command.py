"""`headship moderation recompute`: the draw of a sample, made again from batch and nonce."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from assessment.domain import moderation, sampling
from cli.errors import CommandError

app = typer.Typer(help="How sure one can be of each marker.", no_args_is_help=True)

DIFFERS = 1
MOST_SCRIPTS = 1_000_000
"""Of a batch: a draw takes a digest of each."""


@app.callback()
def group() -> None:
    """Keep `recompute` a command of its own name while it is the only one."""


@app.command()
def recompute(
    batch: Annotated[str, typer.Argument(help="The batch, as npq-headship/2026b/1.")],
    nonce: Annotated[str, typer.Argument(help="The nonce, as published after the draw.")],
    scripts: Annotated[
        int | None,
        typer.Option(
            min=0, max=MOST_SCRIPTS, help="How many scripts: draws the second marking's sample."
        ),
    ] = None,
    size: Annotated[int | None, typer.Option(min=0, help="How many of them were drawn.")] = None,
    proof: Annotated[
        Path | None,
        typer.Option(
            help="JSON that `headship call assessment prove_draw` or `recompute_sample` gave."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw again, from batch and nonce alone, and say whether a proof holds.

    Without a proof: the sample for second marking, of `--scripts` numbered scripts the `--size`
    with the lowest digests. With one: also a marker's moderation, step by step from its frame.
    Exit code 1 where what was drawn differs.
    """
    given = {} if proof is None else _read(proof)
    told: dict[str, Any] = {
        "batch": batch,
        "nonce_sha256": hashlib.sha256(nonce.encode()).hexdigest(),
        "seed": sampling.seed_of(batch, nonce),
    }
    if "frame" in given:
        told |= _steps(batch, nonce, given)
    else:
        told |= _sample(batch, nonce, given, scripts, size)
    if "nonce_sha256" in given:
        told["committed"] = given["nonce_sha256"] == told["nonce_sha256"]
    sys.stdout.write(json.dumps(told) + "\n" if as_json else _as_text(told))
    if False in (told.get("holds"), told.get("committed")):
        raise typer.Exit(DIFFERS)


def _sample(
    batch: str, nonce: str, given: Mapping[str, Any], scripts: int | None, size: int | None
) -> dict[str, Any]:
    scripts = _number(given, "scripts") if scripts is None else scripts
    size = _number(given, "size") if size is None else size
    if scripts is None or size is None:
        raise CommandError("say of how many scripts (--scripts) how many were drawn (--size)")
    if size > scripts:
        raise CommandError(f"--size: of {scripts} scripts no {size} can be drawn")
    numbers = sampling.draw(batch, nonce, scripts=scripts, size=size)
    told: dict[str, Any] = {"scripts": scripts, "size": size, "numbers": numbers}
    if "numbers" in given:
        told["holds"] = numbers == given["numbers"]
    return told


def _number(given: Mapping[str, Any], name: str) -> int | None:
    """A count that a proof gives, if it does. Raises CommandError for what is none."""
    found = given.get(name)
    if found is None or (type(found) is int and 0 <= found <= MOST_SCRIPTS):
        return found
    raise CommandError(f"the proof is not whole: {name} is {found!r}, no number of scripts")


def _steps(batch: str, nonce: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Each step of a marker's moderation, drawn again from the frame."""
    try:
        marker = str(given["marker"])
        numbers = [int(one["number"]) for one in given["frame"]]
        scores = [int(one["score"]) for one in given["frame"]]
        step_of = {int(one["number"]): one.get("step") for one in given["frame"]}
        by_risk = given.get("by_risk", [])
        at_risk = [(int(one["number"]), int(one["score"])) for one in by_risk]
        risky = [int(one["number"]) for one in by_risk if one.get("step") is not None]
        pass_mark = int(given["pass_mark"]) if at_risk else 0
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"the proof is not whole: {error!r}") from error
    _require_a_frame(numbers, scores)
    was: dict[int, set[int]] = {}
    for number, step in step_of.items():
        if step is not None:
            if type(step) is not int or not 0 < step <= len(numbers):
                raise CommandError(f"the proof is not whole: step of script {number} is {step!r}")
            was.setdefault(step, set()).add(number)
    drawn: list[list[int]] = []
    for _ in range(max(was, default=0)):
        drawn.append(moderation.draw(batch, nonce, marker, numbers, drawn))
    holds = [set(step) for step in drawn] == [was.get(n, set()) for n in range(1, len(drawn) + 1)]
    told = {"marker": marker, "frame": len(numbers), "steps": drawn, "holds": holds}
    if at_risk:
        told["by_risk"] = moderation.draw_by_risk(batch, nonce, marker, at_risk, pass_mark)
        told["holds"] = holds and told["by_risk"] == sorted(risky)
    return told


def _require_a_frame(numbers: Sequence[int], scores: Sequence[int]) -> None:
    """Refuse a frame in another order than its rule gives: with that one could choose the draw."""
    if len(set(numbers)) < len(numbers):
        raise CommandError("the proof is not whole: a script stands in the frame twice")
    for before, after, number in zip(scores, scores[1:], numbers[1:], strict=False):
        if after < before:
            raise CommandError(
                f"the frame is not sorted by score: script {number} with {after} follows {before}"
            )


def _read(proof: Path) -> dict[str, Any]:
    try:
        data = json.loads(proof.read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{proof}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{proof}: no JSON: {error}") from error
    if not isinstance(data, dict):
        raise CommandError(f"{proof}: must hold one object, as prove_draw gives it")
    return data


def _as_text(told: Mapping[str, Any]) -> str:
    lines = [f"batch: {told['batch']}", f"seed: {told['seed']}"]
    lines.append(f"nonce's SHA-256: {told['nonce_sha256']}")
    if "steps" in told:
        lines.append(f"marker: {told['marker']}, {told['frame']} scripts in the frame")
        lines += [f"step {n}: {_listed(step)}" for n, step in enumerate(told["steps"], start=1)]
        if "by_risk" in told:
            lines.append(f"by risk: {_listed(told['by_risk'])}")
    else:
        lines.append(f"{told['size']} of {told['scripts']} drawn: {_listed(told['numbers'])}")
    for name, words in (
        ("committed", "the nonce is the one committed to"),
        ("holds", "the draw holds"),
    ):
        if name in told:
            lines.append(f"{words}: {'yes' if told[name] else 'NO'}")
    return "\n".join(lines) + "\n"


def _listed(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers)) or "none"
