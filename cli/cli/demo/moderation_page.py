"""The demo's moderation page: how sure one can be of each marker's decisions, and what followed."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from cli.demo.plots import posteriors
from cli.demo.reliability_page import STYLE
from headship_contracts.assessment.moderation import ModerationRecord

LIMITS = (0.05, 0.10)
"""Below the one with much certainty a marker is accepted; above the other all is marked again."""

FOLLOWS = {
    "all_checked": "all were read again: what was wrong is put right, and nothing left to chance",
    "none_marked_alone": "two had marked every script already, or it was looked at anyway",
    "under_5_percent_sure": "accepted: fewer than 5 % are wrong, for all one can tell",
    "over_10_percent_likely": "all is marked again: more than 10 % are likely to be wrong",
}
WITH_OTHERS = "_with_pooled_prior"


def write(moderated: Sequence[ModerationRecord], path: Path) -> None:
    """One page without scripts or other files: a line and a curve for each marker."""
    checked, errors = sum(one.checked for one in moderated), sum(one.errors for one in moderated)
    batch = escape(moderated[0].batch) if moderated else "a window"
    curves = {
        f"{_short(one)}: {one.errors} of {one.checked}": (one.checked, one.errors)
        for one in moderated
        if one.checked
    }
    parts = [
        f"<h1>How sure one can be of what markers decided alone in {batch}</h1>",
        '<p class="note">Moderators read drawn scripts again, blind. One is an error where it was '
        "then decided otherwise. All people are synthetic.</p>",
        f"<p>{checked} scripts were read again; {errors} of them were decided otherwise. The best "
        "and the worst of each marker are looked at anyway, as are fails and scripts near the pass "
        "mark: they say nothing of the others, and are not counted here.</p>",
        _table(moderated),
        "<h2>What share of each marker's decisions is wrong</h2>",
        '<p class="note">The posterior, Beta(1 + errors, 1 + checked - errors), by itself; lines '
        "at 5 and 10 %. It is about scripts that nobody read again: where all were, the share of "
        "errors is what it is.</p>",
        posteriors(curves, LIMITS),
    ]
    title = f"Moderation of {batch}"
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n{''.join(parts)}\n</body></html>\n",
        encoding="utf-8",
    )


def _table(moderated: Sequence[ModerationRecord]) -> str:
    heads = ["", "marked alone", "read again", "errors", "at most, 95 % sure"]
    heads += ["chance of under 5 %", "chance of over 10 %", "what follows"]
    rows = [
        "".join(
            f"<td>{told}</td>"
            for told in (
                _short(one),
                one.population,
                one.checked,
                one.errors,
                _percent(one.bound),
                _percent(one.likely_good),
                _percent(one.likely_bad),
                escape(_follows(one)),
            )
        )
        for one in moderated
    ]
    head = "".join(f"<th>{one}</th>" for one in heads)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _follows(one: ModerationRecord) -> str:
    rule = one.rule or one.state
    told = FOLLOWS.get(rule.removesuffix(WITH_OTHERS), rule)
    return f"{told}; others' results weigh in" if rule.endswith(WITH_OTHERS) else told


def _short(one: ModerationRecord) -> str:
    return f"marker {str(one.staff_id)[:8]}"


def _percent(share: str) -> str:
    return f"{float(share):.1%}"
