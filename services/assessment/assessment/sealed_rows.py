"""What of a script's rows is sealed."""

from typing import Any

from sqlalchemy import inspect

from assessment.domain import seals as rules
from assessment.models import (
    Allocation,
    Appeal,
    AppealStage,
    Base,
    Candidate,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Extension,
    Mark,
    Moderation,
    Paper,
    Result,
    Script,
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
    Extension: (
        *("candidate_id", "former_closes_at", "closes_at", "reason", "granted_at", "granted_by"),
    ),
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
    CaseEvidence: (
        *("circumstances_id", "appeal_id", "filename", "sha256", "note", "added_at", "added_by"),
    ),
}
"""Which columns of which rows. A column that comes later is not sealed by those before: never add
to a table's list, begin one for rows of a new table instead."""

PRIVATE = frozenset({"filename", "note", "statement"})
"""Texts that may tell who wrote them, or what befell them."""

PRIVATE_REASONS = frozenset({Extension})
"""Tables whose reason tells of somebody's health or misfortune."""


def name_of(row: Base) -> str:
    """table/key, by which a row is told."""
    return "/".join(
        [row.__tablename__, *map(str, inspect(type(row)).primary_key_from_instance(row))]
    )


def values_of(row: Base) -> dict[str, Any]:
    """The row's sealed values, as JSON; what a participant wrote themselves only as its SHA-256."""
    values = {name: rules.plain(getattr(row, name)) for name in SEALED[type(row)]}
    private = {*PRIVATE, *(["reason"] if type(row) in PRIVATE_REASONS else [])}
    for name in private.intersection(values):
        values[name] = rules.text_digest(values[name])
    return values
