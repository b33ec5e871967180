"""`make licences` and `make sbom`."""

import json
import subprocess
import sys
from pathlib import Path

from deploy.supply_chain import bill
from deploy.supply_chain.closure import ROOT, ours, running
from deploy.supply_chain.licences import TAKEN, licence_of, problem_of


def main(what: str, *more: str) -> int:
    """The exit code."""
    return licences() if what == "licences" else sbom(*more)


def licences() -> int:
    """Print each library's licence; 1 when one is not taken."""
    own = ours()
    problems: list[str] = []
    for name, library in running(own).items():
        if name in own:
            continue
        licence = licence_of(library)
        problem = problem_of(name, licence)
        problems += [problem] if problem else []
        told = f"  ({TAKEN[name]})" if name in TAKEN else ""
        sys.stdout.write(f"{name:28} {library.version:14} {licence}{told}\n")
    for problem in problems:
        sys.stderr.write(f"not taken: {problem}\n")
    return 1 if problems else 0


def sbom(lister: str, directory: str) -> int:
    """Write one bill of materials for each of our distributions into `directory`."""
    asked = [lister, "environment", "--output-reproducible", "--of", "JSON", sys.executable]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    everything = json.loads(done.stdout)
    target = Path(directory)
    target.mkdir(parents=True, exist_ok=True)
    for name in ours():
        written = target / f"{name}.cdx.json"
        content = bill.for_one(everything, name, here=str(ROOT))
        written.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{written}: {len(content['components'])} components\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
