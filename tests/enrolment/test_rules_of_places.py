"""Places: as many as there are, in every quota or in none."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain import places
from headship_contracts.errors import Refused


@dataclass
class AQuota:
    cap: int | None
    held: int = 0
    scope: str = places.EVERYWHERE


def test_the_last_place_can_be_taken_once():
    quota = AQuota(cap=1)

    places.take([quota])

    with pytest.raises(Refused, match="no_place_left"):
        places.take([quota])
    assert quota.held == 1


def test_a_place_that_one_quota_lacks_is_taken_in_none():
    overall, hub = AQuota(cap=10), AQuota(cap=0, scope="hub")

    with pytest.raises(Refused, match="at this delivery partner"):
        places.take([overall, hub])

    assert (overall.held, hub.held) == (0, 0)


def test_a_cap_does_not_go_below_what_is_held():
    quota = AQuota(cap=5, held=3)

    with pytest.raises(Refused, match="cap_below_held"):
        places.set_cap(quota, 2)
    places.set_cap(quota, 3)

    assert quota.cap == 3


@given(
    caps=st.lists(st.none() | st.integers(0, 5), min_size=1, max_size=3),
    steps=st.lists(st.booleans(), max_size=30),
)
def test_what_is_held_never_exceeds_a_cap_nor_falls_below_none(caps, steps):
    quotas = [AQuota(cap=cap, scope=str(number)) for number, cap in enumerate(caps)]
    holders = 0
    for takes in steps:
        if takes:
            try:
                places.take(quotas)
            except Refused:
                continue
            holders += 1
        elif holders:
            places.give_back(quotas)
            holders -= 1

        assert all(quota.held == holders for quota in quotas)
        assert all(quota.cap is None or quota.held <= quota.cap for quota in quotas)
