"""Comparing a cohort's scripts: time, growth, what is found, and whether the loop turns."""

import json
import tempfile
import time
from typing import Any

from bench.assessment.corpus import WORDS, case_study, scripts
from bench.loop import LoopStall
from bench.report import Result
from kit import jobs

MANY, FEW = 5_000, 1_000
MOST_SECONDS = 120
MOST_STALL_MS = 100
JOB = "assessment.domain.similarity.job:compare_scripts"


def measure() -> list[Result]:
    """5,000 scripts, beside 1,000 of them."""
    few, few_seconds, _ = _compare(FEW)
    many, seconds, stall = _compare(MANY)
    return [
        Result(
            name=f"similarity of {MANY:,} scripts of {WORDS:,} words",
            unit="seconds",
            value=seconds,
            bar=MOST_SECONDS,
            at_most=True,
        ),
        Result(
            name=f"similarity, growth from {FEW:,} to {MANY:,} ({MANY // FEW} times the scripts)",
            unit="seconds",
            value=seconds,
            peer=f"{FEW:,} scripts",
            peer_value=few_seconds,
        ),
        Result(name="pairs compared", unit="pairs", value=many["pairs"]),
        Result(name="pairs listed with evidence", unit="pairs", value=len(many["flagged"])),
        Result(name=f"pairs listed of {FEW:,}", unit="pairs", value=len(few["flagged"])),
        Result(
            name="worst stall of the loop while comparing",
            unit="milliseconds",
            value=stall * 1000,
            bar=MOST_STALL_MS,
            at_most=True,
        ),
    ]


def _compare(number: int) -> tuple[dict[str, Any], float, float]:
    """What the job finds, the seconds it takes, and the worst stall meanwhile."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as held:
        for position, text in enumerate(scripts(number)):
            line = {"id": str(position), "text": text, "earlier": False}
            held.write(json.dumps(line) + "\n")
        held.flush()
        data = {"path": held.name, "paper": [case_study()], "percentile": 99.5, "most": 200}
        began = time.perf_counter()
        with LoopStall() as stall:
            found = jobs.run(JOB, data, seconds=900, megabytes=3_072)
        return found, time.perf_counter() - began, stall.worst
