"""Who may decide an appeal, and what follows from a decision."""

from assessment.domain.deadlines import Stage
from assessment.domain.marking import Decision, ResultState, result_of
from headship_contracts.errors import Refused

RESULT_CHANGED = "result_changed"
ANOTHER_ATTEMPT = "another_attempt"

PANEL_OF = 3
"""Members of a panel at least."""


def remedy_of(
    stage: Stage,
    *,
    upheld: bool,
    was: str,
    by_marks: Decision | None,
    another_attempt: bool,
    despite_marks: bool = False,
) -> str | None:
    """What an appeal leads to; None when it is dismissed.

    Marks given decide by the scheme, and must say what the decision says. Raises Refused where
    they do not, where an appeal would make a result worse, or where it would change nothing.
    `despite_marks`: it failed by what was decided of the script's integrity, so that marks that
    pass it do not speak against dismissing the appeal.
    """
    now = None if by_marks is None else result_of(by_marks)
    if stage is Stage.REVIEW_OF_MARKING and now is None and not another_attempt:
        raise Refused("marks_needed", "a review of marking needs the reviewer's own marks")
    if was == ResultState.PASSED and now is ResultState.FAILED:
        raise Refused("result_would_worsen", "an appeal never makes a result worse")
    if not upheld:
        if another_attempt or (now is not None and now != was and not despite_marks):
            raise Refused("marks_say_otherwise", f"by these marks it is {now}: it is to be upheld")
        return None
    if now is not None and now != was:
        return RESULT_CHANGED
    if another_attempt:
        return ANOTHER_ATTEMPT
    raise Refused(
        "nothing_to_correct",
        "an appeal that is upheld changes the result by marks, or gives another attempt",
    )


def involvement(
    *, had_the_script: bool, decided_before: bool, coach: bool, conflict: str | None
) -> str | None:
    """Why someone is not uninvolved."""
    if had_the_script:
        return "had a script of this participant"
    if decided_before:
        return "decided an earlier stage"
    return "coaches this participant" if coach else conflict


def require_deciders(stage: Stage, number: int) -> None:
    """Refuse a review without a reviewer, and a panel that is none."""
    if stage is Stage.REVIEW_OF_MARKING and number < 1:
        raise Refused("reviewer_needed", "name the reviewer: staff_id")
    if stage is Stage.PANEL and number < PANEL_OF:
        raise Refused("panel_too_small", f"a panel has {PANEL_OF} members or more")
