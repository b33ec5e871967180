"""The page of a plan: every week and unit is on it, holidays are shaded, no script runs."""

import re
from datetime import date, timedelta
from html import escape
from xml.etree import ElementTree

import pytest
from training import COHORT, COURSE

from cli.demo.plan_page import render
from headship_contracts.sessions.programme import GetClosures


@pytest.fixture
def page(training):
    training.a_running_cohort()
    plan = training.plan()
    asked = GetClosures(first_day=plan.starts_on, last_day=plan.ends_on)
    closed = {day.day: day.why for day in training.call(asked).days}
    rows = [
        ("Hub <1>, group 1", training.sessions(kind="coaching")),
        ("Hub <1>, days together", training.sessions(kind="face_to_face")),
    ]
    return plan, closed, render(plan, closed, rows)


def the_chart(text):
    return ElementTree.fromstring(re.search(r"<svg.*?</svg>", text, re.DOTALL)[0])


def test_every_unit_is_on_the_page_in_its_week_with_its_minutes(page):
    plan, _, text = page

    assert f"{COURSE}, cohort {COHORT}" in text
    for unit in plan.units:
        assert escape(unit.title) in text
    titles = [element.text for element in the_chart(text).findall(".//{*}title")]
    load = {}
    for unit in plan.units:
        monday = unit.starts_on - timedelta(days=unit.starts_on.weekday())
        load[monday, unit.kind] = load.get((monday, unit.kind), 0) + unit.minutes
    words = {"self_study": "Self-study", "webinar": "Webinar", "coaching": "Coaching"}
    for (monday, kind), minutes in load.items():
        word = words.get(kind, "Face-to-face day")
        assert f"week of {monday}: {word}, {minutes} minutes" in titles


def test_holidays_are_shaded_and_sessions_of_groups_have_their_marks(page):
    _, closed, text = page

    chart = the_chart(text)
    shaded = [r for r in chart.findall(".//{*}rect") if r.get("fill") == "#d8d8d8"]
    assert len(shaded) == len(closed)
    assert closed[date(2026, 10, 26)] == "October half-term"
    assert len(list(chart.findall(".//{*}circle"))) == 10
    assert "Hub &lt;1&gt;, group 1" in text


def test_the_page_needs_nothing_from_elsewhere(page):
    _, _, text = page

    assert "<script" not in text
    assert not re.search(r'(src|href)="', text)
