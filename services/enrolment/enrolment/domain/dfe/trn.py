"""Teacher reference numbers: seven digits."""

import re

DIGITS = 7
SHORTEST_TYPED = 5


def trn_problem(value: str | None) -> str | None:
    """Why a TRN is not one: `blank`, `not_real`, `invalid`, `wrong_length`; None when it may be.

    Spaces are removed first, wherever they stand, as DfE's form does.
    """
    value = (value or "").replace(" ", "")
    if not value.strip():
        return "blank"
    if value == "0" * DIGITS:
        return "not_real"
    if not re.fullmatch(r"[0-9]+", value):
        return "invalid"
    if len(value) != DIGITS:
        return "wrong_length"
    return None


def normalised_trn(typed: str | None) -> str | None:
    """Five to seven digits of what was typed, padded with zeros to seven; else None."""
    digits = re.sub(r"[^0-9]", "", typed or "")
    if not SHORTEST_TYPED <= len(digits) <= DIGITS:
        return None
    return digits.rjust(DIGITS, "0")
