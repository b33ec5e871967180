"""Measures the kit beside nameko's own, raw kombu and FastStream, in turn, medians of three.

`python -m bench.kit [publishing] [effects] [calls] [idle]`; without any, all four.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bench.kit import calls, effects, idle, publishing
from bench.kit.faststream import faststream_python
from bench.kit.ground import Ground, servers
from bench.report import Result, median, write

REPETITIONS = 3
Case = Callable[[Ground], float]


def in_turn(cases: Mapping[str, Case], ground: Callable[[], Ground]) -> dict[str, float]:
    """Each case's median; they alternate, so that a slow minute of the machine hits all alike."""
    measured: dict[str, list[float]] = defaultdict(list)
    for _ in range(REPETITIONS):
        for name, case in cases.items():
            measured[name].append(case(ground()))
    return {name: median(repetitions) for name, repetitions in measured.items()}


def publishing_results(ground: Callable[[], Ground]) -> Iterable[Result]:
    """The relay, beside three ways to publish."""
    peers = {
        "nameko dispatcher": 5.0,
        "raw confirms": 0.85,
        "raw confirms, green": None,
        "FastStream": None,
    }
    published = in_turn(publishing.cases(faststream_python()), ground)
    return _against(published, "events published per second", "relay", peers)


def effects_results(ground: Callable[[], Ground]) -> Iterable[Result]:
    """From the outbox to the commit of the effect."""
    done = in_turn(effects.cases(faststream_python()), ground)
    for consumers in effects.CONSUMERS:
        name = f"effects, {consumers} consumer{'s' if consumers > 1 else ''}"
        peers = {f"FastStream, {consumers}": 2.0}
        yield from _against(done, "committed effects per second", name, peers)


def calls_results(ground: Callable[[], Ground]) -> Iterable[Result]:
    """Echoes, and committed writes."""
    answered = in_turn(calls.cases(), ground)
    peers: Mapping[str, Mapping[str, float | None]] = {
        "echo, 1 caller": {"nameko echo, 1 caller": None},
        "echo, 16 callers": {"nameko echo, 16 callers": 1.3},
        "write, 16 callers": {"nameko echo, 16 callers": 0.8, "nameko write, 16 callers": 1.3},
    }
    for name, beside in peers.items():
        yield from _against(answered, "calls per second", name, beside)


PARTS: Mapping[str, Callable[[Callable[[], Ground]], Iterable[Result]]] = {
    "publishing": publishing_results,
    "effects": effects_results,
    "calls": calls_results,
    "idle": idle.measure,
}


def main(asked: Sequence[str]) -> None:
    """Run these parts, or all; print the figures, and write them to var/bench/kit.json, those of
    some parts to a file of their own beside it."""
    for part in asked:
        if part not in PARTS:
            sys.exit(f"there is no part {part!r}; there are {', '.join(PARTS)}")
    with servers() as ground:
        results = [result for part in asked or PARTS for result in PARTS[part](ground)]
    write("-".join(["kit", *asked]), results)


def _against(
    medians: Mapping[str, float], unit: str, name: str, peers: Mapping[str, float | None]
) -> Iterable[Result]:
    for peer, bar in peers.items():
        yield Result(
            name=name,
            unit=unit,
            value=medians[name],
            peer=peer,
            peer_value=medians[peer],
            bar=bar,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
