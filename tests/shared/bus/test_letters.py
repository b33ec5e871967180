"""Dead letters of others' messages, and some that the kit has not written."""

from typing import Any

import pytest
from ledger.running import DEAD, QUEUE, Ledger

from kit.bus.retry import SENT_AGAIN


@pytest.mark.parametrize("death", [5, [], ["long ago"], [{}]])
def test_a_letter_that_somebody_else_put_there_is_read_like_others(
    a_ledger: Ledger, death: Any
) -> None:
    a_ledger.publish(b"to whom it may concern", exchange="", key=DEAD, headers={"x-death": death})

    (letter,) = a_ledger.wait_for_letters(1)

    assert letter.text == "to whom it may concern"


def test_a_message_that_asks_for_copies_to_its_handler_is_parked_once(a_ledger: Ledger) -> None:
    a_ledger.start()
    a_ledger.publish(b"no event", headers={"CC": [QUEUE], SENT_AGAIN: True})
    a_ledger.wait_for_letters(1)
    a_ledger.post(*range(200))

    a_ledger.wait_for(*range(200))

    assert [letter.copies for letter in a_ledger.letters()] == [1]
