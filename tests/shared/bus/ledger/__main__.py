"""Runs the ledger."""

from kit import run

run("ledger")
