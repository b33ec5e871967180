"""`python -m notifications` runs the service."""

from kit import run

run("notifications")
