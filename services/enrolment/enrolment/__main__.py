"""`python -m enrolment` runs the service."""

from kit import run

run("enrolment")
