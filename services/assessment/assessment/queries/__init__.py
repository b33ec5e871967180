"""Reads that lock, join or page, by noun.

Locks are taken in one order: application, window, candidate, script, allocation.
"""

from assessment.queries import (
    applications,
    arrangements,
    assessors,
    candidates,
    cases,
    desks,
    dossiers,
    files,
    marking,
    moderation,
    pile,
    similarity,
    submissions,
    windows,
)

__all__ = [
    "applications",
    "arrangements",
    "assessors",
    "candidates",
    "cases",
    "desks",
    "dossiers",
    "files",
    "marking",
    "moderation",
    "pile",
    "similarity",
    "submissions",
    "windows",
]
