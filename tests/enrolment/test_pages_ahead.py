"""Pages of one of DfE's lists that are fetched and read ahead of who takes them in."""

import threading
import time
from contextlib import closing

import pytest

from enrolment.dfe import ahead
from enrolment.dfe.errors import DfeNonsense

PAGES = {1: ["a", "b"], 2: ["c"], 3: ["d"], 4: ["e"], 5: []}


class Source:
    """A list by pages, and who is at it."""

    def __init__(self, broken: int | None = None) -> None:
        self.asked: list[int] = []
        self.broken = broken
        self.at_once = self.most_at_once = 0
        self.changed = threading.Condition()

    def fetch(self, page: int) -> list[str]:
        with self.changed:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.asked.append(page)
            self.changed.notify_all()
        time.sleep(0.001)
        with self.changed:
            self.at_once -= 1
        if page == self.broken:
            raise DfeNonsense(f"page {page}")
        return PAGES[page]

    def wait_until_asked(self, page: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: page in self.asked, timeout=10)


def test_all_pages_come_in_their_order_up_to_the_empty_one():
    source = Source()

    found = [(page, read) for page, _asked, read in ahead.pages(source.fetch, tuple, 1)]

    assert found == [(page, tuple(records)) for page, records in PAGES.items()]
    assert source.asked == [1, 2, 3, 4, 5]
    assert source.most_at_once == 1


def test_two_pages_are_fetched_while_one_is_taken_in_and_no_more():
    source = Source()

    with closing(ahead.pages(source.fetch, tuple, 1)) as pages:
        next(pages)
        source.wait_until_asked(3)
        threading.Event().wait(0.05)
        assert source.asked == [1, 2, 3]
        next(pages)
        source.wait_until_asked(4)


def test_who_stops_in_the_middle_leaves_nobody_at_work():
    source = Source()
    with closing(ahead.pages(source.fetch, tuple, 1)) as pages:
        next(pages)
    asked = list(source.asked)

    threading.Event().wait(0.05)
    assert source.asked == asked
    assert source.at_once == 0


@pytest.mark.parametrize("broken", [1, 2, 5])
def test_what_is_wrong_with_a_page_is_told_when_it_is_its_turn(broken):
    source = Source(broken)
    found = []

    with pytest.raises(DfeNonsense, match=f"page {broken}"):
        found.extend(page for page, _asked, _read in ahead.pages(source.fetch, tuple, 1))

    assert found == list(range(1, broken))
    assert source.asked == list(range(1, broken + 1))


def test_a_page_that_cannot_be_read_is_told_when_it_is_its_turn():
    source = Source()

    def read(records):
        if records == PAGES[2]:
            raise DfeNonsense("page 2")
        return records

    with closing(ahead.pages(source.fetch, read, 1)) as pages:
        assert next(pages)[0] == 1
        with pytest.raises(DfeNonsense, match="page 2"):
            next(pages)


def test_a_page_is_known_to_be_asked_for_after_the_one_before():
    instants = [asked_at for _page, asked_at, _read in ahead.pages(Source().fetch, tuple, 1)]

    assert instants == sorted(instants)
    assert len(instants) == len(PAGES)
