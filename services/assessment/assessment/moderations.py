"""How moderations stand, and the proof of their draws."""

from assessment import moderating, queries, roles
from assessment.domain import moderation as rules
from assessment.domain import sampling
from assessment.domain.moderation import Pooled
from assessment.models import Moderation
from headship_contracts.assessment.moderation import (
    DrawProof,
    FrameScript,
    ListModerations,
    ModerationPage,
    ModerationRecord,
    ProveDraw,
)
from headship_contracts.errors import Refused
from kit import Transaction


def list_all(tx: Transaction, request: ListModerations) -> ModerationPage:
    """How the moderation of a window stands: for moderators and leads."""
    roles.require(tx, roles.ADJUDICATORS)
    found, cursor = queries.moderation.page_of(tx, request)
    return ModerationPage(items=[_record(tx, one) for one in found], next_cursor=cursor)


def prove(tx: Transaction, request: ProveDraw) -> DrawProof:
    """All that a third party needs to draw again. While moderation of the window goes on, the
    nonce, which is the same for all its markers, would tell more."""
    roles.require(tx, roles.ADJUDICATORS)  # it tells the marks that somebody gave
    held = queries.moderation.find(tx, request.moderation_id)
    if queries.moderation.is_under_way(tx, held.window_id):
        raise Refused("moderation_open", "until all is over the nonce would tell what comes next")
    marked = queries.moderation.first_marks(tx, held.window_id)
    scores = {script.number: mark.score for script, _, mark in marked}
    step_of = {number: step for step, drawn in enumerate(held.drawn, start=1) for number in drawn}
    risky = [int(number) for number, why in held.mandatory.items() if why == [moderating.BY_RISK]]
    if gone := [number for number in (*held.frame, *risky) if number not in scores]:
        told = ", ".join(map(str, gone))
        raise Refused("scripts_erased", f"nothing is kept of {told}, whose marks were drawn by")
    at_risk = [(number, scores[number]) for number in (*held.frame, *risky)] if risky else []
    at_risk.sort(key=lambda one: (one[1], one[0]))
    batch, pass_mark = held.window.batch, held.window.paper.pass_mark
    again = rules.draw_by_risk(batch, held.nonce, str(held.staff_id), at_risk, pass_mark)
    return DrawProof(
        moderation_id=held.id,
        batch=batch,
        marker=str(held.staff_id),
        nonce=held.nonce,
        nonce_sha256=sampling.commitment_to(held.nonce),
        seed=sampling.seed_of(held.window.batch, held.nonce),
        frame=[
            FrameScript(number=number, score=scores[number], step=step_of.get(number))
            for number in held.frame
        ],
        pass_mark=pass_mark,
        by_risk=[
            FrameScript(number=number, score=score, step=1 if number in risky else None)
            for number, score in at_risk
        ],
        holds=_redrawn(held) == held.drawn and sorted(risky) == again,
    )


def _redrawn(held: Moderation) -> list[list[int]]:
    drawn: list[list[int]] = []
    for _ in held.drawn:
        drawn.append(
            rules.draw(held.window.batch, held.nonce, str(held.staff_id), held.frame, drawn)
        )
    return drawn


def _record(tx: Transaction, held: Moderation) -> ModerationRecord:
    population = moderating.population(tx, held)
    pooled = Pooled(held.pooled_clean, held.pooled_errors)
    checked, errors = held.checked, held.errors
    good = rules.chance_below(rules.GOOD, checked, errors, pooled)
    return ModerationRecord(
        moderation_id=held.id,
        window_id=held.window_id,
        batch=held.window.batch,
        staff_id=held.staff_id,
        state=held.state,
        rule=held.rule,
        population=population,
        drawn=sum(len(step) for step in held.drawn),
        checked=checked,
        errors=errors,
        mandatory=len(held.mandatory),
        bound=f"{rules.stated_bound(population, checked, errors):.4f}",
        posterior=f"{rules.posterior_bound(checked, errors):.4f}",
        likely_good=f"{good:.4f}",
        likely_bad=f"{1 - rules.chance_below(rules.BAD, checked, errors, pooled):.4f}",
        pooled=f"{held.pooled_clean} clean, {held.pooled_errors} wrong",
        opened_at=held.opened_at,
        closed_at=held.closed_at,
    )
