"""Whether letters can be seen: colour, size, and what hides them."""

import re
from dataclasses import dataclass

SMALLEST_SEEN = 3
"""Half-points: letters below 1.5 points cannot be read."""

NEARLY_WHITE = 0xF0
"""Of 255: a colour whose red, green and blue all reach it cannot be told from paper."""

_COLOUR = re.compile(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Look:
    """What decides whether letters can be seen; None is what the style above says.

    `colour` is RRGGBB, `shaded` whether the ground behind the letters is other than white.
    """

    vanish: bool | None = None
    colour: str | None = None
    half_points: float | None = None
    shaded: bool | None = None

    def under(self, above: "Look") -> "Look":
        """This look, with what it leaves open taken from the one above."""
        return Look(
            above.vanish if self.vanish is None else self.vanish,
            self.colour or above.colour,
            above.half_points if self.half_points is None else self.half_points,
            above.shaded if self.shaded is None else self.shaded,
        )

    @property
    def hides(self) -> bool:
        """Whether a reader of the printed page would not see letters that look like this."""
        white_on_white = is_white(self.colour) and not self.shaded
        tiny = self.half_points is not None and self.half_points < SMALLEST_SEEN
        return bool(self.vanish) or white_on_white or tiny


def is_white(colour: str | None) -> bool:
    """Whether a colour, RRGGBB, is white or so near to it that nobody sees a difference."""
    found = _COLOUR.fullmatch(colour or "")
    return found is not None and all(int(part, 16) >= NEARLY_WHITE for part in found.groups())
