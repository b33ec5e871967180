"""Signed links: one purpose, one subject, until they expire."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headship_contracts.errors import NotFound, Refused
from kit import links
from kit.links import Links

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
LINKS = Links(["a new secret", "an old secret"])


@given(st.text(max_size=50), st.text(max_size=100))
def test_a_link_is_read_for_its_purpose(purpose: str, subject: str) -> None:
    token = LINKS.sign(purpose, subject, TOMORROW)

    assert LINKS.read(purpose, token, NOW) == subject
    assert token.isascii()
    assert not set(token) & set("/?#&%+ ")


def test_a_link_is_not_read_for_another_purpose() -> None:
    token = LINKS.sign("submit", "candidate", TOMORROW)

    with pytest.raises(NotFound, match="link_unknown"):
        LINKS.read("mark", token, NOW)


def test_a_link_expires() -> None:
    token = LINKS.sign("submit", "candidate", TOMORROW)

    with pytest.raises(Refused, match=r"link_expired: it was good until 2027-03-02"):
        LINKS.read("submit", token, TOMORROW)


@given(st.text(max_size=60))
def test_what_was_never_signed_is_unknown(token: str) -> None:
    with pytest.raises(NotFound, match="link_unknown"):
        LINKS.read("submit", token, NOW)


@pytest.mark.parametrize("position", range(0, 40, 3))
def test_a_link_with_one_letter_changed_is_unknown(position: int) -> None:
    token = LINKS.sign("submit", "candidate", TOMORROW)
    changed = "A" if token[position] != "A" else "B"

    with pytest.raises(NotFound, match="link_unknown"):
        LINKS.read("submit", token[:position] + changed + token[position + 1 :], NOW)


def test_the_newest_secret_signs_and_all_are_accepted() -> None:
    before = Links(["an old secret"]).sign("submit", "candidate", TOMORROW)
    after = LINKS.sign("submit", "candidate", TOMORROW)

    assert LINKS.read("submit", before, NOW) == "candidate"
    assert Links(["a new secret"]).read("submit", after, NOW) == "candidate"
    with pytest.raises(NotFound):
        Links(["a new secret"]).read("submit", before, NOW)


def test_links_without_a_secret_are_refused_by_the_name_of_the_setting() -> None:
    with pytest.raises(ValueError, match="LINK_SECRETS"):
        Links([])


def test_a_process_signs_with_the_secrets_it_was_started_with() -> None:
    links.use(["a secret of this process"])

    token = links.sign("submit", "candidate", TOMORROW)

    assert links.read("submit", token, NOW) == "candidate"
