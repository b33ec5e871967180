"""What the child process runs: scripts come as lines of JSON in a file, plain values go back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assessment.domain.similarity.comparing import Comparison, Script, compare, paper_of
from assessment.domain.similarity.evidence import spans


def compare_scripts(data: dict[str, Any]) -> dict[str, Any]:
    """Compare the scripts in the file `path`: a line for each with id, text and earlier.

    `paper` lists the texts that candidates were given. `percentile`, `most`: see `compare`. Gives
    threshold, counts, and `flagged`: the pairs that a person should look at, with their evidence.
    """
    with Path(data["path"]).open(encoding="utf-8") as lines:
        scripts = [Script(**json.loads(line)) for line in lines]
    comparison = compare(
        scripts, paper_of(data["paper"]), percentile=data["percentile"], most=data["most"]
    )
    return {
        "scripts": sum(not script.earlier for script in scripts),
        "earlier": sum(script.earlier for script in scripts),
        "pairs": comparison.pairs,
        "threshold": comparison.threshold,
        "above": comparison.above,
        "distribution": comparison.distribution,
        "in_paper": {
            script.id: round(share, 6)
            for script, share in zip(scripts, comparison.in_paper, strict=True)
            if not script.earlier
        },
        "flagged": flagged(comparison),
    }


def flagged(comparison: Comparison) -> list[dict[str, Any]]:
    """The ranked pairs at or above the threshold that have something to show."""
    assert comparison.paper is not None
    found = []
    for pair in comparison.ranked:
        if not comparison.is_above(pair):
            break
        a, b = comparison.scripts[pair.a], comparison.scripts[pair.b]
        evidence = spans(a.text, b.text, comparison.paper)
        if evidence:
            found.append(
                asdict(pair) | {"a": a.id, "b": b.id, "spans": [asdict(span) for span in evidence]}
            )
    return found
