"""What a lead sees of moderation on the demo's page."""

from datetime import UTC, datetime
from uuid import UUID

from cli.demo.answers import CRITERIA, PASS_MARK, READ_TOO_KINDLY
from cli.demo.assessing import _generosity
from cli.demo.moderation_page import write
from headship_contracts.assessment.moderation import ModerationRecord


def a_record(checked=0, errors=0, **changes):
    usual = {
        "moderation_id": UUID(int=1),
        "window_id": UUID(int=2),
        "batch": "npq-headship/2026b/1",
        "staff_id": UUID(int=checked << 96),
        "state": "complete",
        "rule": "all_checked" if checked else "none_marked_alone",
        "population": checked,
        "drawn": checked,
        "checked": checked,
        "errors": errors,
        "mandatory": 3,
        "bound": "0.2000",
        "posterior": "0.5818",
        "likely_good": "0.0328",
        "likely_bad": "0.8857",
        "pooled": "0 clean, 0 wrong",
        "opened_at": datetime(2028, 3, 20, tzinfo=UTC),
    }
    return ModerationRecord(**usual | changes)


def page_of(tmp_path, *records):
    write(records, tmp_path / "moderation.html")
    return (tmp_path / "moderation.html").read_text(encoding="utf-8")


def test_each_markers_errors_chances_and_what_followed_are_shown(tmp_path):
    page = page_of(tmp_path, a_record(5, 1), a_record(4))

    assert "9 scripts were read again; 1 of them were decided otherwise." in page
    cells = ("<td>1</td>", "<td>20.0%</td>", "<td>3.3%</td>", "<td>88.6%</td>", "put right")
    assert [cell for cell in cells if cell not in page] == []
    assert "marker 00000005: 1 of 5" in page
    assert page.count("<svg") == 2


def test_of_whom_nothing_was_marked_alone_there_is_no_curve(tmp_path):
    page = page_of(tmp_path, a_record(5, 1), a_record())

    assert page.count("<svg") == 1
    assert "two had marked every script already" in page


def test_a_prior_of_others_results_and_a_mark_that_is_stopped_are_told(tmp_path):
    rule = "over_10_percent_likely_with_pooled_prior"

    page = page_of(tmp_path, a_record(10, 3, state="escalated", rule=rule))

    assert "all is marked again" in page
    assert "others&#x27; results weigh in" in page


def test_who_is_read_too_kindly_passes_clearly_at_first_and_fails_when_read_afresh():
    text = " ".join(
        f"{heading} {'because ' * points}"
        for heading, points in zip(CRITERIA.values(), READ_TOO_KINDLY.points, strict=True)
    )

    given = [READ_TOO_KINDLY.total + len(CRITERIA) * _generosity(text, one) for one in (1, 2)]

    assert given[0] > PASS_MARK * 1.2  # nothing asks for a second marker
    assert given[1] < PASS_MARK
