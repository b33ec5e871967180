"""`python -m assessment` runs the service."""

from kit import run

run("assessment")
