"""Whether letters can be seen: colour, size, and what hides them."""

import re
from dataclasses import dataclass

SMALLEST_SEEN = 3
"""Half-points: letters below 1.5 points cannot be read."""

NEARLY_WHITE = 0xF0
"""Of 255: a colour whose red, green and blue all reach it cannot be told from paper."""

ALIKE = 0x10
"""Of 255: letters whose colours are all so near to those of their ground cannot be told from it."""

_COLOUR = re.compile(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Look:
    """What decides whether letters can be seen; None is what the style above says.

    `colour` is RRGGBB, `shaded` whether the ground behind the letters is other than white, `ground`
    its colour where that is known.
    """

    vanish: bool | None = None
    colour: str | None = None
    half_points: float | None = None
    shaded: bool | None = None
    ground: str | None = None

    def under(self, above: "Look") -> "Look":
        """This look, with what it leaves open taken from the one above."""
        return Look(
            above.vanish if self.vanish is None else self.vanish,
            self.colour or above.colour,
            above.half_points if self.half_points is None else self.half_points,
            above.shaded if self.shaded is None else self.shaded,
            self.ground or above.ground,
        )

    @property
    def hides(self) -> bool:
        """Whether a reader of the printed page would not see letters that look like this."""
        white_on_white = is_white(self.colour) and not self.shaded
        tiny = self.half_points is not None and self.half_points < SMALLEST_SEEN
        return bool(self.vanish) or white_on_white or tiny or _are_alike(self.colour, self.ground)


def _are_alike(colour: str | None, ground: str | None) -> bool:
    letters, paper = _COLOUR.fullmatch(colour or ""), _COLOUR.fullmatch(ground or "")
    return (
        letters is not None
        and paper is not None
        and all(
            abs(int(one, 16) - int(other, 16)) <= ALIKE
            for one, other in zip(letters.groups(), paper.groups(), strict=True)
        )
    )


def is_white(colour: str | None) -> bool:
    """Whether a colour, RRGGBB, is white or so near to it that nobody sees a difference."""
    found = _COLOUR.fullmatch(colour or "")
    return found is not None and all(int(part, 16) >= NEARLY_WHITE for part in found.groups())
