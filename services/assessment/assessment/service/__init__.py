"""Every way into assessment, a file for each noun; its stories are in `assessment/<noun>.py`."""

from assessment.service import (
    allocation,
    marking,
    papers,
    results,
    scripts,
    submissions,
    told,
    windows,
)
from assessment.settings import AssessmentSettings
from kit import Config, Database


class AssessmentService(
    papers.Papers,
    windows.Windows,
    submissions.Submissions,
    allocation.Allocation,
    marking.Marking,
    scripts.Scripts,
    results.Results,
    told.Told,
):
    """Papers, windows, candidates, scripts, marks and results."""

    name = "assessment"
    db = Database()
    settings = Config(AssessmentSettings)
