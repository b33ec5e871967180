"""`python -m lamp` runs the toy."""

from kit import run

run("lamp")
