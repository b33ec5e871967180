"""Dead letters that the kit has not written."""

from typing import Any

import pytest
from ledger.running import DEAD, Ledger


@pytest.mark.parametrize("death", [5, [], ["long ago"], [{}]])
def test_a_letter_that_somebody_else_put_there_is_read_like_others(
    a_ledger: Ledger, death: Any
) -> None:
    a_ledger.publish(b"to whom it may concern", exchange="", key=DEAD, headers={"x-death": death})

    (letter,) = a_ledger.wait_for_letters(1)

    assert letter.text == "to whom it may concern"
