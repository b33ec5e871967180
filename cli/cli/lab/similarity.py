"""`headship lab similarity FOLDER`: how alike texts are, computed as for scripts of a cohort."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

ENDINGS = (".docx", ".odt", ".pdf", ".txt")
BAD_FOLDER = 2


def similarity(
    folder: Annotated[Path, typer.Argument(help="Texts: .txt, .docx, .odt, .pdf; folders within")],
    paper: Annotated[
        list[Path] | None,
        typer.Option(help="What all writers were given; it is subtracted. May be repeated."),
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option(help="Texts of earlier cohorts, compared with FOLDER's alone.")
    ] = None,
    percentile: Annotated[
        float, typer.Option(min=0, max=100, help="Of FOLDER's own pairs: the threshold.")
    ] = 99.5,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="A containment instead of a percentile.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Pairs that are listed.")] = 100_000,
    evidence: Annotated[
        int, typer.Option(min=0, help="Flagged pairs whose shared passages are shown.")
    ] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Rank all pairs by containment of three-word shingles, and show what the most alike share.

    Containment is |A∩B| / |A|, exactly; of its two directions the greater ranks a pair. A pair is
    flagged from the threshold on, if it shares a run of words to show. Files that cannot be read
    are told and left out.
    """
    from assessment.domain.similarity.comparing import Script, compare, paper_of

    skipped: list[dict[str, str]] = []
    current = _some(folder, skipped)
    former = _some(earlier, skipped) if earlier is not None else []
    given = [text for path in paper or [] for _, text in _some(path, skipped)]
    scripts = [
        *(Script(name, text) for name, text in current),
        *(Script(name, text, earlier=True) for name, text in former),
    ]
    comparison = compare(
        scripts, paper_of(given), percentile=percentile, threshold=threshold, most=most
    )
    pairs = _pairs(comparison, evidence)
    told = {
        "texts": len(current),
        "earlier": len(former),
        "pairs_compared": comparison.pairs,
        "threshold": round(comparison.threshold, 6),
        "percentile": None if threshold is not None else percentile,
        "distribution": {name: round(one, 6) for name, one in comparison.distribution.items()},
        "flagged": sum(pair["flagged"] for pair in pairs),
        "in_paper": {
            script.id: round(share, 6)
            for script, share in zip(scripts, comparison.in_paper, strict=True)
        },
        "pairs": pairs,
        "skipped": skipped,
    }
    sys.stdout.write(json.dumps(told) + "\n" if as_json else _as_text(told))


def _some(place: Path, skipped: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The texts there; without any it ends, for what was not read would not be subtracted."""
    found = list(_texts(place, skipped))
    if not found:
        sys.stderr.write(f"headship lab similarity: {place}: no text that can be read\n")
        raise typer.Exit(BAD_FOLDER)
    return found


def _texts(place: Path, skipped: list[dict[str, str]]) -> Iterable[tuple[str, str]]:
    """Name and text of each file there, in the order of their names."""
    from assessment.domain.extraction import text_of
    from assessment.domain.uploads import Unreadable

    files = [place] if place.is_file() else sorted(place.rglob("*"))
    for file in files:
        name = file.name if file == place else file.relative_to(place).as_posix()
        if not file.is_file() or name.startswith(".") or "/." in name:
            continue
        if file.suffix.lower() not in ENDINGS:
            skipped.append({"file": name, "reason": "file_type_not_taken"})
            continue
        try:
            yield name, text_of(file.name, file.read_bytes())
        except Unreadable as error:
            skipped.append({"file": name, "reason": error.reason})


def _pairs(comparison: Any, evidence: int) -> list[dict[str, Any]]:
    from assessment.domain.similarity.evidence import spans

    told = []
    for pair in comparison.ranked:
        a, b = comparison.scripts[pair.a], comparison.scripts[pair.b]
        line: dict[str, Any] = {
            "a": a.id,
            "b": b.id,
            "containment": round(pair.containment, 6),
            "a_in_b": round(pair.a_in_b, 6),
            "b_in_a": round(pair.b_in_a, 6),
            "shared": pair.shared,
            "size_a": pair.size_a,
            "size_b": pair.size_b,
            "flagged": comparison.is_above(pair),
        }
        if line["flagged"] and evidence > 0:
            found = spans(a.text, b.text, comparison.paper)
            line["flagged"] = bool(found)
            evidence -= bool(found)
            line["spans"] = [
                {
                    "words": span.words,
                    "a_text": a.text[span.a_from : span.a_to],
                    "b_text": b.text[span.b_from : span.b_to],
                }
                for span in found
            ]
        told.append(line)
    return told


def _as_text(told: dict[str, Any]) -> str:
    lines = [
        f"{told['texts']} texts, {told['earlier']} earlier ones, {told['pairs_compared']} pairs",
        f"threshold {told['threshold']:.4f}; {told['flagged']} pairs to look at",
    ]
    for pair in _first_of(told["pairs"]):
        mark = "*" if pair["flagged"] else " "
        lines.append(
            f"{mark} {pair['containment']:.4f}  {pair['a']}  {pair['b']}"
            f"  ({pair['a_in_b']:.4f} of the first, {pair['b_in_a']:.4f} of the second)"
        )
        lines += [
            f"      {span['words']} words: {' '.join(span['a_text'].split())}"
            for span in pair.get("spans", [])[:5]
        ]
    lines += [f"left out: {one['file']} ({one['reason']})" for one in told["skipped"]]
    return "\n".join(lines) + "\n"


def _first_of(pairs: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The flagged ones, and some below for comparison."""
    flagged = sum(pair["flagged"] for pair in pairs)
    return pairs[: max(20, flagged + 5)]
