"""Runs the desk."""

from kit import run

run("desk")
