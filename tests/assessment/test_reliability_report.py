"""A window's reliability: how its markers agree, for quality assurance only."""

import json

import pytest

from headship_contracts.assessment.reliability import ReportReliability
from headship_contracts.assessment.results import GetResult
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller


def test_the_report_shows_ac1_and_alpha_beside_kappa_and_explains_it(office):
    window = office.marking(12, sample_percent=100)
    for number in range(1, 13):
        office.mark(window, number, 80 + number % 3)
    for number in range(1, 13):
        office.mark(window, number, 80 if number != 5 else 40)

    report = office.ask(ReportReliability(window_id=window.window_id))

    by_name = {(one.of, one.name): one for one in report.figures}
    assert (report.scripts, report.marked_twice) == (12, 12)
    assert float(by_name["decision", "raw_agreement"].value) == pytest.approx(11 / 12, abs=1e-6)
    assert float(by_name["decision", "gwet_ac1"].value) > 0.85
    assert float(by_name["decision", "cohen_kappa"].value) <= 0
    assert by_name["decision", "gwet_ac1"].low is not None
    alpha = by_name["decision", "krippendorff_alpha_nominal"]
    assert alpha.low is not None or "no interval" in alpha.note
    assert "score" in {of for of, _ in by_name}
    assert {"A", "B", "C"} <= {of for of, _ in by_name}
    assert "AC1" in report.explanation
    assert sum(one.scripts for one in report.markers) == 24
    assert "changes a person's result" in report.use
    assert json.loads(report.detail)["drift"]


def test_where_all_pass_ac1_is_whole_for_a_fail_was_possible(office):
    window = office.marking(4, sample_percent=100)
    for number in (1, 2, 3, 4) * 2:
        office.mark(window, number, 85)

    report = office.ask(ReportReliability(window_id=window.window_id))

    figures = {one.name: one for one in report.figures if one.of == "decision"}
    assert float(figures["gwet_ac1"].value) == float(figures["pabak"].value) == 1
    assert figures["cohen_kappa"].reason
    assert "have no value" in report.explanation


def test_a_window_with_single_marks_has_reasons_instead_of_numbers(office):
    window = office.marking(4)
    for number in range(1, 5):
        office.mark(window, number, 80)

    report = office.ask(ReportReliability(window_id=window.window_id))

    assert report.marked_twice == 0
    assert all(one.value is None and one.reason for one in report.figures)
    assert all(one.severity is None and one.reason for one in report.markers)


def test_before_anything_is_marked_there_is_nothing_to_say(office):
    window = office.marking(2)

    report = office.ask(ReportReliability(window_id=window.window_id))

    assert (report.scripts, report.markers) == (0, [])


def test_it_changes_no_result(office):
    window = office.marking(2)
    office.mark(window, 1, 90)
    office.mark(window, 2, 90)
    before = office.scripts(window)

    office.ask(ReportReliability(window_id=window.window_id))

    assert office.scripts(window) == before
    office.release(window)
    assert office.ask(GetResult(application_id=before[0].application_id)).score == 90


def test_markers_see_no_report(office):
    window = office.marking(1)
    (assessor,) = office.assessors(1)

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ReportReliability(window_id=window.window_id), Caller("staff", str(assessor)))
    with pytest.raises(NotFound, match="window_not_found"):
        office.ask(ReportReliability(window_id=assessor))
