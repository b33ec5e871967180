"""`python -m ledger` runs the toy."""

from kit import run

run("ledger")
