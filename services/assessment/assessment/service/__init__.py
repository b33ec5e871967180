"""Every way into assessment, a file for each noun; its stories are in `assessment/<noun>.py`."""

from assessment import (
    seal_keys,
    sealing,  # noqa: F401 - from here on every row of a dossier is sealed
)
from assessment.figures import read
from assessment.service import (
    allocation,
    appeals,
    arrangements,
    assessors,
    circumstances,
    dossiers,
    hubs,
    marking,
    marking_pages,
    moderation,
    papers,
    protection,
    results,
    scripts,
    similarity,
    submissions,
    told,
    windows,
)
from assessment.settings import AssessmentSettings
from headship_contracts.enrolment.people import People
from kit import Ask, Config, Database, Figures


class AssessmentService(
    papers.Papers,
    windows.Windows,
    arrangements.Arrangements,
    submissions.Submissions,
    similarity.Similarity,
    allocation.Allocation,
    assessors.Assessors,
    marking.Marking,
    marking_pages.MarkingPages,
    moderation.Moderation,
    scripts.Scripts,
    results.Results,
    circumstances.Circumstances,
    appeals.Appeals,
    dossiers.Dossiers,
    told.Told,
    protection.Protection,
    hubs.Hubs,
):
    """Papers, windows, candidates, scripts, marks and results."""

    name = "assessment"
    db = Database()
    ask = Ask(People)
    figures = Figures(read)
    settings = Config(AssessmentSettings, use=seal_keys.use)
