"""From marks to a decision.

Marks and weights are whole numbers, so that no decision hangs on rounding. The mark scheme decides:
a script passes if its weighted sum reaches the pass mark and every criterion that must be met is.
Two markers who decide differently are never averaged: a third decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from headship_contracts.errors import Invalid


class Decision(StrEnum):
    """What a marker decides."""

    PASS = "pass"  # nosec B105 # a mark's word
    FAIL = "fail"


class ResultState(StrEnum):
    """What a participant is told, in the words of DfE's outcomes."""

    PASSED = "passed"
    FAILED = "failed"


class Rule(StrEnum):
    """Which rule made the decision."""

    SINGLE_MARK_STANDS = "single_mark_stands"
    MARKERS_AGREE = "markers_agree"
    MARKERS_AGREE_APART = "markers_agree_apart"
    MARKERS_DISAGREE = "markers_disagree"
    ADJUDICATED = "adjudicated"


@dataclass(frozen=True)
class Criterion:
    """One line of a mark scheme. A criterion that must be met is met from `meets_at` marks on."""

    code: str
    name: str
    max_mark: int
    weight: int = 1
    must_meet: bool = False
    meets_at: int = 1


@dataclass(frozen=True)
class Scheme:
    """A mark scheme. The bands are percentages of the range, which is 0 to `top`.

    `margin`: weighted marks on either side of the pass mark that are borderline, where the error
    of measurement is known; None for the percentage.
    """

    criteria: tuple[Criterion, ...]
    pass_mark: int
    borderline_percent: int
    agreement_percent: int
    margin: int | None = None

    @property
    def top(self) -> int:
        """The highest weighted sum."""
        return sum(criterion.max_mark * criterion.weight for criterion in self.criteria)


@dataclass(frozen=True)
class Judgement:
    """One marker's view of one script."""

    score: int
    indicative: Decision
    holistic: Decision
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What follows from the judgements; no decision when a third marker has to make it."""

    rule: Rule
    decision: Decision | None = None
    score: Decimal | None = None
    notes: tuple[str, ...] = ()


def require_sound(scheme: Scheme) -> None:
    """Raise Invalid for a mark scheme that no script could be decided by."""
    problems: dict[str, list[str]] = {}
    codes = [criterion.code for criterion in scheme.criteria]
    if not codes:
        problems["criteria"] = ["at least one criterion is needed"]
    if repeated := sorted({code for code in codes if codes.count(code) > 1}):
        problems["criteria"] = [f"given twice: {', '.join(repeated)}"]
    for position, criterion in enumerate(scheme.criteria):
        if criterion.meets_at > criterion.max_mark:
            limit = f"may not exceed max_mark, {criterion.max_mark}"
            problems[f"criteria.{position}.meets_at"] = [limit]
    if codes and not 1 <= scheme.pass_mark <= scheme.top:
        problems["pass_mark"] = [f"must lie between 1 and the highest sum, {scheme.top}"]
    if problems:
        raise Invalid("scheme_not_sound", "the mark scheme cannot be used", problems)


def require_complete(scheme: Scheme, marks: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Marks by criterion, in the scheme's order.

    Raises Invalid unless each criterion has one mark within its range.
    """
    by_code, problems = _by_code(scheme, marks)
    codes = [criterion.code for criterion in scheme.criteria]
    if missing := [code for code in codes if code not in by_code]:
        problems["marks"] = [f"no mark for {', '.join(missing)}"]
    if problems:
        raise Invalid("marks_not_complete", "each criterion needs one mark in range", problems)
    return {code: by_code[code] for code in codes}


def require_in_range(scheme: Scheme, marks: Sequence[tuple[str, int]]) -> None:
    """Raise Invalid for a mark of no criterion, a second one, or one out of range."""
    _, problems = _by_code(scheme, marks)
    if problems:
        raise Invalid("marks_not_in_range", "these marks cannot be kept", problems)


def _by_code(
    scheme: Scheme, marks: Sequence[tuple[str, int]]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    criteria = {criterion.code: criterion for criterion in scheme.criteria}
    problems: dict[str, list[str]] = {}
    by_code: dict[str, int] = {}
    for position, (code, mark) in enumerate(marks):
        if code not in criteria:
            problems[f"marks.{position}.criterion"] = [f"the scheme has no criterion {code}"]
        elif code in by_code:
            problems[f"marks.{position}.criterion"] = [f"{code} has a mark already"]
        elif not 0 <= mark <= criteria[code].max_mark:
            problems[f"marks.{position}.mark"] = [f"must be 0 to {criteria[code].max_mark}"]
        by_code.setdefault(code, mark)
    return by_code, problems


def judge(scheme: Scheme, marks: Mapping[str, int], holistic: Decision) -> Judgement:
    """Weigh complete marks."""
    score = sum(marks[criterion.code] * criterion.weight for criterion in scheme.criteria)
    unmet = tuple(
        criterion.code
        for criterion in scheme.criteria
        if criterion.must_meet and marks[criterion.code] < criterion.meets_at
    )
    passes = score >= scheme.pass_mark and not unmet
    return Judgement(score, Decision.PASS if passes else Decision.FAIL, holistic, unmet)


def reasons_for_second_marking(
    scheme: Scheme,
    first: Judgement,
    *,
    in_sample: bool,
    attempt: int,
    flagged: bool = False,
    on_probation: bool = False,
) -> list[str]:
    """Why another marker must mark this script too, blind to the first; empty when none must.

    `flagged`: the script's integrity is or was in doubt; `on_probation`: the first marker is new,
    or marks again after having been stopped.
    """
    reasons = {
        "first_mark_fails": first.indicative is Decision.FAIL,
        "borderline": is_borderline(scheme, first.score),
        "holistic_differs": first.holistic is not first.indicative,
        "resubmission": attempt > 1,
        "integrity": flagged,
        "probation": on_probation,
        "random_sample": in_sample,
    }
    return [reason for reason, applies in reasons.items() if applies]


def is_borderline(scheme: Scheme, score: int) -> bool:
    """Whether a sum is so near to the pass mark that one marker's word is not enough."""
    distance = abs(score - scheme.pass_mark)
    if scheme.margin is not None:
        return distance <= scheme.margin
    return distance * 100 <= scheme.borderline_percent * scheme.top


def let_stand(first: Judgement) -> Outcome:
    """A single mark decides when nothing asks for a second."""
    return Outcome(Rule.SINGLE_MARK_STANDS, first.indicative, Decimal(first.score))


def agree(scheme: Scheme, first: Judgement, second: Judgement) -> Outcome:
    """Two blind judgements: the mean where both decide alike, else no decision.

    A mean never crosses the pass mark: a pass needs both sums there or above, and where two fail a
    script, one of them for a criterion that is not met in spite of its sum, the lower sum stands.
    """
    notes = [
        f"{which}_holistic_differs"
        for which, view in (("first", first), ("second", second))
        if view.holistic is not view.indicative
    ]
    if first.indicative is not second.indicative:
        return Outcome(Rule.MARKERS_DISAGREE, notes=tuple(notes))
    lower, higher = sorted((first.score, second.score))
    score, apart = Decimal(lower + higher) / 2, higher - lower
    if lower < scheme.pass_mark <= higher:
        score = Decimal(lower)
        notes.append("sums_on_both_sides_of_the_pass_mark")
    if apart * 100 <= scheme.agreement_percent * scheme.top:
        return Outcome(Rule.MARKERS_AGREE, first.indicative, score, tuple(notes))
    notes.append(f"marks_{apart}_apart")
    return Outcome(Rule.MARKERS_AGREE_APART, first.indicative, score, tuple(notes))


def adjudicate(third: Judgement) -> Outcome:
    """The adjudicator's own marks decide; the two others are on record."""
    return Outcome(Rule.ADJUDICATED, third.indicative, Decimal(third.score))


def failed_criteria(scheme: Scheme, given: Sequence[Mapping[str, int]]) -> list[str]:
    """Names of the criteria that a fail's feedback is about, in the scheme's order.

    Not met although it must be, or below the share of its marks that the pass mark is of all, in
    the eyes of any marker whose marks decided.
    """

    def fails(criterion: Criterion, mark: int) -> bool:
        unmet = criterion.must_meet and mark < criterion.meets_at
        return unmet or mark * scheme.top < scheme.pass_mark * criterion.max_mark

    return [
        criterion.name
        for criterion in scheme.criteria
        if any(fails(criterion, marks[criterion.code]) for marks in given)
    ]


def result_of(decision: Decision) -> ResultState:
    """What the participant is told."""
    return ResultState.PASSED if decision is Decision.PASS else ResultState.FAILED
