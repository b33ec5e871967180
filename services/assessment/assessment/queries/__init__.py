"""Reads that lock, join or page, by noun.

Locks are taken in one order: application, window, candidate, script, allocation.
"""

from assessment.queries import (
    applications,
    arrangements,
    candidates,
    cases,
    dossiers,
    marking,
    similarity,
    submissions,
    windows,
)

__all__ = [
    "applications",
    "arrangements",
    "candidates",
    "cases",
    "dossiers",
    "marking",
    "similarity",
    "submissions",
    "windows",
]
