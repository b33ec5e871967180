"""Measures the kit beside nameko's own, raw kombu and FastStream, in turn, medians of three."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

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


def main() -> None:
    """Run everything, print it, write var/bench/kit.json."""
    peer = faststream_python()
    results: list[Result] = []
    with servers() as ground:
        published = in_turn(publishing.cases(peer), ground)
        results += _against(
            published,
            "events published per second",
            "relay",
            {
                "nameko dispatcher": 5.0,
                "raw confirms": 0.85,
                "raw confirms, green": None,
                "FastStream": None,
            },
        )
        done = in_turn(effects.cases(peer), ground)
        for consumers in effects.CONSUMERS:
            name = f"effects, {consumers} consumer{'s' if consumers > 1 else ''}"
            results += _against(
                done, "committed effects per second", name, {f"FastStream, {consumers}": 2.0}
            )
        answered = in_turn(calls.cases(), ground)
        results += _against(
            answered, "calls per second", "echo, 1 caller", {"nameko echo, 1 caller": None}
        )
        results += _against(
            answered, "calls per second", "echo, 16 callers", {"nameko echo, 16 callers": 1.3}
        )
        results += _against(
            answered,
            "calls per second",
            "write, 16 callers",
            {"nameko echo, 16 callers": 0.8, "nameko write, 16 callers": 1.3},
        )
        results += idle.measure(ground)
    write("kit", results)


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
    main()
