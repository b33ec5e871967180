"""One step of Newton's method, and parameters that sum to zero."""

import numpy as np

from assessment.domain.reliability.table import Floats

LONGEST_STEP = 5.0


def summing_to_zero(number: int) -> Floats:
    """From the first `number` - 1 values to all of them, the last being minus their sum."""
    return np.vstack([np.eye(number - 1), -np.ones((1, number - 1))])


def solved(curvature: Floats, gradient: Floats) -> Floats | None:
    """The step that a concave likelihood would take; None where it is not concave here."""
    try:
        np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        return None
    step: Floats = np.linalg.solve(curvature, gradient).astype(float)
    longest = float(np.abs(step).max())
    return step if longest < LONGEST_STEP else step * (LONGEST_STEP / longest)
