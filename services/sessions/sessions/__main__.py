"""`python -m sessions` runs the service."""

from kit import run

run("sessions")
