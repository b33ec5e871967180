"""`python -m almanac` runs the toy."""

from kit import run

run("almanac")
