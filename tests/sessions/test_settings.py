"""Settings that cannot be right are told all at once, before anything starts."""

import pytest

from kit.config import SettingsError, load
from kit.testing import SETTINGS
from sessions.domain.engagement import Gate, GateReading
from sessions.settings import SessionsSettings


def test_the_gate_is_ninety_percent_of_each_component_unless_told_otherwise():
    assert load(SessionsSettings, SETTINGS).gate == Gate(GateReading.per_component, 90)
    other = {"GATE_READING": "overall", "GATE_PERCENT": "85"}
    assert load(SessionsSettings, SETTINGS | other).gate.version == "overall-85"


def test_every_wrong_number_is_named():
    wrong = {"GATE_READING": "median", "PUBLIC_URL": "here", "GATE_PERCENT": "101"}

    with pytest.raises(SettingsError) as told:
        load(SessionsSettings, SETTINGS | wrong)

    assert told.value.problems == [
        "PUBLIC_URL: must be a URL: https://… or http://…",
        "GATE_READING: is 'median'; it must be per_component or overall",
        "GATE_PERCENT: is 101; it must be between 1 and 100",
    ]


def test_a_group_cannot_need_more_people_than_it_takes():
    with pytest.raises(SettingsError) as told:
        load(SessionsSettings, SETTINGS | {"GROUP_LEAST": "9", "GATE_PERCENT": "101"})

    assert told.value.problems == [
        "GATE_PERCENT: is 101; it must be between 1 and 100",
        "GROUP_LEAST: is 9; it must not be more than GROUP_MOST, which is 8",
    ]
