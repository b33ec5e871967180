"""Moderation: drawn scripts are marked again by moderators, until the rest can be judged.

Those looked at anyway stand apart: whoever failed, was borderline or in doubt has had a second
marker, and so have the best and the worst of what is left. They say nothing of the others.
"""

from uuid import UUID, uuid4

from assessment import allocation, metrics, nonces, queries, roles, scripts
from assessment.domain import moderation as rules
from assessment.domain import sampling
from assessment.domain.allocation import Role
from assessment.domain.marking import Rule
from assessment.domain.moderation import Verdict
from assessment.domain.windows import WindowState
from assessment.models import Mark, Moderation, Script, Window
from headship_contracts.assessment.moderation import ModerationOpened, OpenModeration
from headship_contracts.errors import Refused
from kit import Transaction

STOPPED = "moderation_escalated"
BY_RISK = "drawn_by_risk"


def open_all(tx: Transaction, request: OpenModeration) -> ModerationOpened:
    """Draw the first scripts of each marker of a window whose scripts are all decided."""
    roles.require(tx, roles.LEADS)
    window = queries.windows.lock(tx, request.window_id)
    if window.state != WindowState.MARKING:
        raise Refused("not_in_marking", f"{window.batch} is {window.state}")
    if queries.moderation.of_window(tx, window.id):
        raise Refused("already_open", f"moderation of {window.batch} has begun")
    every = queries.marking.lock_scripts_of(tx, window.id)
    marked = [script for script in every if not script.disregarded]
    undecided = [script for script in marked if script.state != "decided"]
    if undecided:
        told = ", ".join(str(script.number) for script in undecided[:20])
        raise Refused("scripts_open", f"{len(undecided)} scripts are not decided: {told}")
    nonce = nonces.drawn(request.nonce)
    by_marker: dict[UUID, list[tuple[Script, int]]] = {}
    for script, staff_id, mark in queries.moderation.first_marks(tx, window.id):
        if script.disregarded:
            continue
        by_marker.setdefault(staff_id, []).append((script, mark.score))
    opened = [
        _open(tx, window, staff_id, mine, nonce) for staff_id, mine in sorted(by_marker.items())
    ]
    return ModerationOpened(
        window_id=window.id,
        batch=window.batch,
        nonce_sha256=sampling.commitment_to(nonce),
        markers=len(opened),
        drawn=sum(len(step) for one in opened for step in one.drawn),
        mandatory=sum(len(one.mandatory) for one in opened),
    )


def go_on(tx: Transaction, script: Script) -> None:
    """A drawn script is decided again: count it, and when its step is done, see what follows."""
    first = queries.marking.marks_by_role(tx, script.id)[Role.FIRST]
    held = queries.moderation.lock_of_script(tx, script, first.allocation.staff_id)
    if held is None or held.state != "sampling":
        script.moderated = False
        return
    _count(held, script, first)
    held.revision = tx.next_revision(held.revision)
    _judge_if_done(tx, held)


def count_out(tx: Transaction, script: Script) -> None:
    """A script, locked, counts for nothing any more: its step does not wait for it.

    It stays in the frame and in the draw, so that the draw can be proven, and stays `moderated`,
    which says that it was never checked.
    """
    if not script.moderated:
        return
    first = queries.marking.marks_by_role(tx, script.id)[Role.FIRST]
    held = queries.moderation.lock_of_script(tx, script, first.allocation.staff_id)
    tx.flush()
    if held is not None and held.state == "sampling":
        _judge_if_done(tx, held)


def _open(
    tx: Transaction, window: Window, staff_id: UUID, mine: list[tuple[Script, int]], nonce: str
) -> Moderation:
    alone = [(script, score) for script, score in mine if script.rule == Rule.SINGLE_MARK_STANDS]
    extremes = rules.mandatory([(script.number, score) for script, score in alone])
    before = {
        str(script.number): script.second_marking_reasons
        for script, _ in mine
        if script.rule != Rule.SINGLE_MARK_STANDS
    }
    rest = [(script.number, score) for script, score in alone if script.number not in extremes]
    pass_mark = window.paper.pass_mark
    risky = rules.draw_by_risk(window.batch, nonce, str(staff_id), rest, pass_mark)
    anyway = extremes | dict.fromkeys(risky, BY_RISK)
    inside = [(script, score) for script, score in alone if script.number not in anyway]
    inside.sort(key=lambda one: (one[1], *_strata(one[0]), one[0].number))
    held = Moderation(
        id=uuid4(),
        window=window,
        staff_id=staff_id,
        nonce=nonce,
        frame=[script.number for script, _ in inside],
        drawn=[],
        mandatory=before | {str(number): [why] for number, why in anyway.items()},
        checked=0,
        errors=0,
        state="sampling",
        pooled_clean=0,
        pooled_errors=0,
        opened_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(held)
    tx.flush()
    for script, _ in alone:
        if (why := anyway.get(script.number)) is not None:
            _mark_again(tx, script, why)
    if held.frame:
        _draw(tx, held)
    else:
        _close(tx, held, Verdict.COMPLETE)
    return held


def _strata(script: Script) -> tuple[str, str]:
    """What the draw passes through evenly, among scripts of one score: phase and hub."""
    return script.application.phase or "", str(script.application.delivery_partner_id)


def _judge_if_done(tx: Transaction, held: Moderation) -> None:
    drawn = sum(len(step) for step in held.drawn)
    if held.checked == drawn - len(queries.moderation.counted_out(tx, held, drawn_only=True)):
        _judge(tx, held)


def _judge(tx: Transaction, held: Moderation) -> None:
    """A step is done: enough, ten more, or all."""
    others = [
        (one.checked, one.errors)
        for one in queries.moderation.of_window(tx, held.window_id)
        if one.id != held.id
    ]
    pooled = rules.pool(others)
    held.pooled_clean, held.pooled_errors = pooled.clean, pooled.errors
    follows = rules.verdict(population(tx, held), held.checked, held.errors, pooled)
    if follows is Verdict.EXTENDED:
        _draw(tx, held)
        return
    _close(tx, held, follows)
    if follows is Verdict.ESCALATED:
        _mark_all_again(tx, held)


def population(tx: Transaction, held: Moderation) -> int:
    """How many of the frame there are to be checked, or were."""
    return len(held.frame) - len(queries.moderation.counted_out(tx, held))


def _draw(tx: Transaction, held: Moderation) -> None:
    """Give the next step's scripts to moderators, who mark them blind."""
    batch, marker = held.window.batch, str(held.staff_id)
    step = rules.draw(batch, held.nonce, marker, held.frame, held.drawn)
    held.drawn = [*held.drawn, step]
    for script in queries.moderation.scripts_of(tx, held.window_id, step):
        script.moderated = True
        if script.disregarded:
            continue
        if _rests_on_one_mark(script):
            _mark_again(tx, script, "moderation", step=len(held.drawn))
        elif script.state == "decided":  # by others as well, since the frame was made
            _count(held, script, queries.marking.marks_by_role(tx, script.id)[Role.FIRST])
    tx.flush()
    _judge_if_done(tx, held)  # one whose every script counts for nothing has nobody to wait for


def _mark_all_again(tx: Transaction, held: Moderation) -> None:
    """So many are wrong that all that this marker decided alone is marked again, by markers."""
    drawn = {number for step in held.drawn for number in step}
    left = [number for number in held.frame if number not in drawn]
    for script in queries.moderation.scripts_of(tx, held.window_id, left):
        if _rests_on_one_mark(script) and not script.disregarded:
            _mark_again(tx, script, "moderation_escalated")
    assessor = queries.assessors.lock(tx, held.staff_id, probation=0)
    assessor.stopped_because = assessor.stopped_because or STOPPED
    assessor.revision = tx.next_revision(assessor.revision)
    tx.count(metrics.assessors_stopped)


def _rests_on_one_mark(script: Script) -> bool:
    """A hold or circumstances may have sent it to a second marker meanwhile."""
    return script.rule == Rule.SINGLE_MARK_STANDS


def _count(held: Moderation, script: Script, first: Mark) -> None:
    """A drawn script that others have marked too is checked."""
    script.moderated = False
    held.checked += 1
    held.errors += int(first.indicative != script.decision)


def _mark_again(tx: Transaction, script: Script, reason: str, **facts: int) -> None:
    script.state = "second_marking"
    script.decision = script.score = script.rule = None
    script.second_marking_reasons = [*script.second_marking_reasons, reason]
    scripts.record(tx, script, "second_marking_needed", reason, reasons=[reason], **facts)
    tx.flush()
    allocation.give_out(
        tx, [script], Role.SECOND, among=roles.ADJUDICATORS if script.moderated else None
    )


def _close(tx: Transaction, held: Moderation, follows: Verdict) -> None:
    held.state, held.rule, held.closed_at = str(follows), _rule(held, follows), tx.at
    held.revision = tx.next_revision(held.revision)
    tx.count(metrics.moderations.labels(outcome=str(follows)))


def _rule(held: Moderation, follows: Verdict) -> str:
    pooled = "_with_pooled_prior" if held.pooled_clean or held.pooled_errors else ""
    return {
        Verdict.ACCEPTED: f"under_5_percent_sure{pooled}",
        Verdict.ESCALATED: f"over_10_percent_likely{pooled}",
        Verdict.COMPLETE: "all_checked" if held.frame else "none_marked_alone",
    }[follows]
