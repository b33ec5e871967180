"""Measures assessment: each part in a file of its own."""

import kit.transport.patch  # noqa: F401 - first of all: the loop whose stall is measured is green

# isort: split
from bench.assessment import allocation, claims, extraction, similarity
from bench.kit.ground import servers
from bench.report import write


def main() -> None:
    """Run everything, print it, write var/bench/assessment.json."""
    with servers() as ground:
        claimed = claims.measure(ground)
    write(
        "assessment",
        [*claimed, *allocation.measure(), *extraction.measure(), *similarity.measure()],
    )


if __name__ == "__main__":
    main()
