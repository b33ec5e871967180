"""A story's id is a W3C trace id."""

import pytest

from kit import correlation
from kit.correlation import is_correlation, new_correlation, of_traceparent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_what_begins_here_is_a_trace_id() -> None:
    assert is_correlation(new_correlation())


@pytest.mark.parametrize("told", ["0" * 32, TRACE.upper(), TRACE[:-1], f"{TRACE}\n", None, 5])
def test_what_is_none_is_not_taken(told: object) -> None:
    assert not is_correlation(told)


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"01-{TRACE}-00f067aa0ba902b7-01-what-comes-later", TRACE),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-00f067aa0ba902b7-01and more", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_a_traceparent_is_read_as_w3c_has_it(header: str | None, trace: str | None) -> None:
    assert of_traceparent(header) == trace


@pytest.mark.parametrize("told", ["a\x00b", "Seren Yarrowdale", "\ud800", "x" * 129, ""])
def test_a_cause_that_is_no_plain_word_is_not_passed_on(told: str) -> None:
    with correlation.bind(None, told):
        assert correlation.current_causation() is None
    with correlation.bind(None, "5f1c-7"):
        assert correlation.current_causation() == "5f1c-7"
