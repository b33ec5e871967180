"""Pairs of scripts that are alike: shown side by side, and decided by a person."""

from collections.abc import Iterable
from uuid import UUID

from assessment import files, holds, queries, roles, scripts
from assessment.comparing import share
from assessment.domain.similarity.cases import HOLDS, Status, require_step
from assessment.domain.windows import WindowState
from assessment.models import Script, SimilarityCase, Window
from headship_contracts.assessment.similarity import (
    DecideSimilarPair,
    GetSimilarPair,
    ListSimilarPairs,
    Passage,
    SimilarPair,
    SimilarPairPage,
    SimilarPassages,
)
from kit import Transaction

AROUND = 200
"""Characters of a script that are shown before and after a passage."""

MOST_SHOWN = 100


def list_all(tx: Transaction, request: ListSimilarPairs) -> SimilarPairPage:
    """Pairs, the most alike first. For leads: they tell who wrote what."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.similarity.page_of_pairs(tx, request)
    return SimilarPairPage(items=[_record(pair) for pair in found], next_cursor=cursor)


def show(tx: Transaction, request: GetSimilarPair) -> SimilarPassages:
    """A pair with what its scripts share, side by side."""
    roles.require(tx, roles.LEADS)
    pair = queries.similarity.require_pair(tx, request.pair_id)
    a = files.get(tx, pair.text_a_sha256).decode()
    b = files.get(tx, pair.text_b_sha256).decode()
    passages = [_passage(a, b, span) for span in pair.spans[:MOST_SHOWN]]
    return SimilarPassages(pair=_record(pair), passages=passages)


def decide(tx: Transaction, request: DecideSimilarPair) -> SimilarPair:
    """Move a pair on; its scripts are held or let go with it.

    Of two who decide at once the later one meets what the first decided.
    """
    roles.require(tx, roles.LEADS)
    known = queries.similarity.require_pair(tx, request.pair_id)
    both = (known.submission_a, known.submission_b)
    marked = queries.similarity.lock_scripts(tx, both)
    pair = queries.similarity.require_pair(tx, request.pair_id, lock=True)
    former, pair.status = pair.status, require_step(pair.status, request.status)
    pair.reason, pair.decided_at, pair.decided_by = request.reason, tx.at, str(tx.caller)
    tx.flush()
    if Status.UPHELD in (former, pair.status):
        _ask_anew(marked)
    if pair.status == Status.UNDER_INVESTIGATION:
        _hold(tx, marked)
    elif pair.status == Status.NO_CASE:
        _let_go(tx, marked, both)
    for script in marked:
        facts = {"pair_id": str(pair.id), "reason": request.reason}
        scripts.record(tx, script, "similarity", pair.status, **facts)
    return _record(pair)


def hold_new_scripts(tx: Transaction, window: Window) -> None:
    """What was decided of pairs before marking began becomes part of the scripts' records; hold
    what is under investigation."""
    sent = {submission_id for _, submission_id, _ in queries.similarity.texts_of(tx, [window.id])}
    decided = queries.similarity.decided(tx, sent)
    known = {one for pair in decided for one in (pair.submission_a, pair.submission_b)} & sent
    if not known:
        return
    begun = {one.submission_id: one for one in queries.similarity.lock_scripts(tx, known)}
    for pair in decided:
        both = [begun[one] for one in (pair.submission_a, pair.submission_b) if one in begun]
        for script in both:
            facts = {"pair_id": str(pair.id), "reason": pair.reason, "decided_by": pair.decided_by}
            scripts.record(tx, script, "similarity", pair.status, **facts)
        if pair.status in HOLDS:
            _hold(tx, both)


def _hold(tx: Transaction, some: Iterable[Script]) -> None:
    for script in some:
        if script.window.state == WindowState.RELEASED:
            continue
        if script.hold is None:
            holds.put(tx, script, holds.SIMILAR, integrity=True, rule="similar_pair")
        else:
            holds.doubt(tx, script)


def _ask_anew(some: Iterable[Script]) -> None:
    """A pair comes to be upheld, or is no more: what was decided of scripts that are not out was
    decided without knowing that. An investigation that finds nothing changes no decision."""
    for script in some:
        if script.window.state != WindowState.RELEASED:
            script.integrity_outcome = None


def _let_go(tx: Transaction, some: Iterable[Script], both: tuple[UUID, UUID]) -> None:
    still = {
        submission_id
        for pair in queries.similarity.holding(tx, both)
        for submission_id in (pair.submission_a, pair.submission_b)
    }
    for script in some:
        if script.hold == holds.SIMILAR and script.submission_id not in still:
            script.hold = None
            scripts.record(tx, script, "hold_lifted", "similar_pair", reason=Status.NO_CASE)


def _passage(a: str, b: str, span: dict[str, int]) -> Passage:
    a_from, a_to, b_from, b_to = (span[name] for name in ("a_from", "a_to", "b_from", "b_to"))
    return Passage(
        words=span["words"],
        a_before=a[max(0, a_from - AROUND) : a_from],
        a_text=a[a_from:a_to],
        a_after=a[a_to : a_to + AROUND],
        b_before=b[max(0, b_from - AROUND) : b_from],
        b_text=b[b_from:b_to],
        b_after=b[b_to : b_to + AROUND],
    )


def _record(pair: SimilarityCase) -> SimilarPair:
    a_in_b, b_in_a = pair.shared / pair.size_a, pair.shared / pair.size_b
    return SimilarPair(
        pair_id=pair.id,
        window_id=pair.window_id,
        submission_a=pair.submission_a,
        submission_b=pair.submission_b,
        application_a=pair.a.candidate.application_id,
        application_b=pair.b.candidate.application_id,
        containment=share(max(a_in_b, b_in_a)),
        a_in_b=share(a_in_b),
        b_in_a=share(b_in_a),
        shared=pair.shared,
        passages=len(pair.spans),
        longest=max((span["words"] for span in pair.spans), default=0),
        status=pair.status,
        reason=pair.reason,
        decided_at=pair.decided_at,
        decided_by=pair.decided_by,
    )
