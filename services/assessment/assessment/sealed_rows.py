"""What of a script's rows is sealed."""

from typing import Any, Final

from sqlalchemy import inspect

from assessment.domain import seals as rules
from assessment.models import (
    Adjustment,
    Allocation,
    AllocationRun,
    Appeal,
    AppealStage,
    Base,
    Candidate,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Deferral,
    Extension,
    Mark,
    Moderation,
    Paper,
    Result,
    Script,
    SimilarityCase,
    Submission,
    Window,
)

SEALED: dict[type[Base], tuple[str, ...]] = {
    Paper: (
        *("course", "code", "version", "title", "case_study", "question", "criteria"),
        *("pass_mark", "word_limit", "tolerance_percent", "borderline_percent"),
        *("agreement_percent", "sample_percent", "sample_minimum", "max_attempts"),
    ),
    Window: ("course", "cohort", "number", "paper_id", "nonce", "nonce_sha256", "sample"),
    Candidate: ("application_id", "window_id", "attempt"),
    Submission: (
        *("candidate_id", "received_at", "filename", "sha256", "words", "excluded", "hidden"),
        *("method", "cut_off_word", "cut_off_at", "text_sha256"),
    ),
    Script: (
        *("window_id", "number", "submission_id", "application_id", "attempt", "in_sample"),
        *("state", "second_marking_reasons", "decision", "score", "rule", "notes", "hold"),
        *("steps", "disregarded"),
    ),
    Allocation: ("script_id", "staff_id", "role", "state", "due_on", "allocated_at"),
    Mark: ("marks", "score", "indicative", "holistic", "unmet", "reason", "marked_at"),
    DecisionStep: ("script_id", "position", "at", "kind", "rule", "by", "facts"),
    Result: (
        *("application_id", "attempt", "script_id", "state", "failed_criteria", "may_resubmit"),
        *("completion_date", "released_at", "revision", "replaces", "disregarded"),
    ),
    Adjustment: (
        *("application_id", "extra_days", "extra_percent", "reason", "recorded_at", "recorded_by"),
    ),
    Extension: (
        *("candidate_id", "former_closes_at", "closes_at", "reason", "granted_at", "granted_by"),
    ),
    Deferral: (
        *("application_id", "window_id", "not_before", "reason", "decided_at", "decided_by"),
    ),
    AllocationRun: ("window_id", "at", "seed", "reason", "scripts", "markers", "facts"),
    Moderation: (
        *("window_id", "staff_id", "nonce", "frame", "drawn", "mandatory", "checked", "errors"),
        *("state", "rule", "pooled_clean", "pooled_errors", "opened_at", "closed_at"),
    ),
    Circumstances: (
        *("application_id", "window_id", "kind", "statement", "state", "filed_at", "due_on"),
        *("outcome", "closes_on", "reason", "decided_at", "decided_by"),
    ),
    Appeal: (
        *("result_id", "application_id", "grounds", "statement", "stage", "state"),
        *("received_at", "remedy"),
    ),
    AppealStage: (
        *("appeal_id", "stage", "begun_at", "begun_because", "due_on", "decision", "reason"),
        *("marks", "members", "decided_at", "decided_by", "next_by"),
    ),
    SimilarityCase: (
        *("window_id", "submission_a", "submission_b", "shared", "size_a", "size_b", "rank"),
        *("spans", "text_a_sha256", "text_b_sha256", "status", "reason", "decided_at"),
        "decided_by",
    ),
    CaseEvidence: (
        *("circumstances_id", "appeal_id", "filename", "sha256", "note", "added_at", "added_by"),
    ),
}
"""Which columns of which rows, in the order in which they are sealed: the first form."""

SINCE: Final[dict[int, dict[type[Base], tuple[str, ...]]]] = {
    2: {
        Paper: (
            *("marking_days", "grace_minutes", "resubmission_days", "resubmission_fee"),
            *("published_at", "published_by"),
        ),
        Window: (
            *("opens_on", "opens_at", "closes_at", "scripts"),
            *("pull", "markers_per_script", "seed_percent", "margin"),
        ),
        Candidate: ("opens_at", "closes_at"),
        Submission: (
            *("state", "reason", "counts", "declaration", "in_grace", "names_removed"),
            "accepted_because",
        ),
        Script: ("flagged", "moderated"),
        Allocation: ("run_id", "excluded"),
    },
    3: {
        Script: ("integrity_outcome",),
    },
}
"""Columns that each later form has besides. What was sealed stays in its form: a column is never
added to a form, a new one is begun."""

NEW_COLUMNS: Final = frozenset({(Script, "integrity_outcome")})
"""Of these, columns that did not exist before their form: what holds anything in one is not as an
earlier form sealed it."""

FORM: Final = max(SINCE)
"""In which rows are sealed now."""

PRIVATE = frozenset({"filename", "note", "statement"})
"""Texts that may tell who wrote them, or what befell them."""

PRIVATE_REASONS = frozenset({Adjustment, Deferral, Extension})
"""Tables whose reason tells of somebody's health or misfortune."""


def name_of(row: Base) -> str:
    """table/key, by which a row is told."""
    return "/".join(
        [row.__tablename__, *map(str, inspect(type(row)).primary_key_from_instance(row))]
    )


def columns_of(model: type[Base], form: int) -> tuple[str, ...]:
    """What of a table is sealed in this form; of one that is unknown, nothing."""
    if form not in range(1, FORM + 1):
        return ()
    later = [SINCE[one].get(model, ()) for one in range(2, form + 1)]
    return (*SEALED[model], *(name for names in later for name in names))


def values_of(row: Base, form: int = FORM) -> dict[str, Any]:
    """The row's sealed values, as JSON; what a participant wrote themselves only as its SHA-256."""
    model = type(row)
    return _as_sealed(
        model,
        form,
        {name: getattr(row, name) for name in columns_of(model, form) + _new_since(model, form)},
    )


def values_before(row: Base, form: int) -> dict[str, Any] | None:
    """The same as the row was when it was read, before it was changed; None where that cannot be
    told any more."""
    model, values = type(row), {}
    for name in columns_of(model, form) + _new_since(model, form):
        history = inspect(row).attrs[name].history
        if history.added and not history.deleted:
            return None
        values[name] = (history.deleted or history.unchanged or [None])[0]
    return _as_sealed(model, form, values)


def was_changed(row: Base) -> bool:
    """Whether anything that is sealed of a row is about to be written anew."""
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in columns_of(type(row), FORM))


def _new_since(model: type[Base], form: int) -> tuple[str, ...]:
    later = [names.get(model, ()) for one, names in SINCE.items() if one > form]
    return tuple(name for names in later for name in names if (model, name) in NEW_COLUMNS)


def _as_sealed(model: type[Base], form: int, given: dict[str, Any]) -> dict[str, Any]:
    empty = {name for name in _new_since(model, form) if given[name] is None}
    values = {name: rules.plain(value) for name, value in given.items() if name not in empty}
    private = {*PRIVATE, *(["reason"] if model in PRIVATE_REASONS else [])}
    for name in private.intersection(values):
        values[name] = rules.text_digest(values[name])
    return values
