"""Follows what a PDF's operators paint, to tell letters that nobody can see.

Names of operators: ISO 32000-1, annex A.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

from pypdf.generic import TextStringObject

SMALLEST_POINTS = 1.5
NEARLY_WHITE = 0xF0 / 255
_SHOWS = (b"Tj", b"TJ", b"'", b'"')
_FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
_ENDS_PATH = (*_FILLS, b"n", b"S", b"s")
_COLOURS = (b"g", b"rg", b"k", b"sc", b"scn")
_INVISIBLE = (3, 7)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class State:
    """What `q` keeps and `Q` brings back."""

    white: bool = False
    rendering: int = 0
    points: float = 12


class Watch:
    """`before` is called with each operator; `hidden_shows` counts those that show unseen text.

    With `blanks` it empties them, so that only what is seen is extracted.
    """

    def __init__(self, *, blanks: bool = False) -> None:
        self.hidden_shows = 0
        self._blanks = blanks
        self._state = State()
        self._kept: list[State] = []
        self._path: list[tuple[float, float]] = []
        self._grounds: list[Box] = []

    def before(self, operator: bytes, operands: list[Any], cm: Any, tm: Any) -> None:
        """Take note of an operator. Never raises: a damaged operator is the extractor's matter."""
        try:
            self._note(operator, operands, cm, tm)
        except (TypeError, ValueError, IndexError, OverflowError):
            return

    def _note(self, operator: bytes, operands: list[Any], cm: Any, tm: Any) -> None:
        if operator in _SHOWS:
            if self._is_hidden(cm, tm):
                self.hidden_shows += 1
                if self._blanks:
                    _empty(operands)
        elif operator == b"q":
            self._kept.append(self._state)
        elif operator == b"Q":
            self._state = self._kept.pop() if self._kept else State()
        elif operator in _COLOURS:
            self._state = replace(self._state, white=_is_white(operands))
        elif operator == b"cs":
            self._state = replace(self._state, white=False)
        elif operator == b"Tr":
            self._state = replace(self._state, rendering=int(operands[0]))
        elif operator == b"Tf":
            self._state = replace(self._state, points=float(operands[1]))
        else:
            self._note_path(operator, operands, cm)

    def _note_path(self, operator: bytes, operands: list[Any], cm: Any) -> None:
        if operator == b"re":
            x, y, width, height = (float(value) for value in operands)
            self._path += [_placed(cm, x, y), _placed(cm, x + width, y + height)]
        elif operator in (b"m", b"l"):
            self._path.append(_placed(cm, float(operands[0]), float(operands[1])))
        elif operator == b"Do":  # an image is a ground as well: it fills the unit square
            corners = [_placed(cm, 0, 0), _placed(cm, 1, 1)]
            self._grounds.append(_box(corners))
        elif operator in _ENDS_PATH:
            if operator in _FILLS and self._path and not self._state.white:
                self._grounds.append(_box(self._path))
            self._path = []

    def _is_hidden(self, cm: Any, tm: Any) -> bool:
        if self._state.rendering in _INVISIBLE:
            return True
        scale = hypot(tm[2], tm[3]) * hypot(cm[2], cm[3])
        if abs(self._state.points) * scale < SMALLEST_POINTS:
            return True
        if not self._state.white:
            return False
        x, y = _placed(cm, tm[4], tm[5])
        return not any(
            left <= x <= right and low <= y <= high for left, low, right, high in self._grounds
        )


def _empty(operands: list[Any]) -> None:
    if operands:
        operands[-1] = (
            TextStringObject("") if not isinstance(operands[-1], list) else type(operands[-1])()
        )


def _is_white(operands: Sequence[Any]) -> bool:
    """Of DeviceGray, RGB or CMYK, told apart by how many numbers there are."""
    shares = [float(value) for value in operands if not isinstance(value, str)]
    if len(shares) == 4:
        return all(share <= 1 - NEARLY_WHITE for share in shares)
    return len(shares) in (1, 3) and all(share >= NEARLY_WHITE for share in shares)


def _placed(cm: Any, x: float, y: float) -> tuple[float, float]:
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]


def _box(points: Sequence[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)
