"""Every way into notifications, a file for each noun; the stories are told in
`notifications/<noun>.py`.
"""

from headship_contracts.enrolment.people import People
from kit import Ask, Config, Database, Figures
from notifications.figures import read
from notifications.personal_links import REQUESTS
from notifications.service import (
    assessment,
    enrolment,
    hubs,
    mailings,
    messages,
    people,
    protection,
    receipts,
    sending,
    sessions,
    wordings,
)
from notifications.settings import NotificationsSettings


class NotificationsService(
    sending.Sending,
    messages.Messages,
    mailings.Mailings,
    wordings.Wordings,
    people.People,
    receipts.Receipts,
    enrolment.ToldByEnrolment,
    sessions.ToldBySessions,
    assessment.ToldByAssessment,
    protection.Protection,
    hubs.Hubs,
):
    """Turns what happened into messages to people."""

    name = "notifications"
    db = Database()
    settings = Config(NotificationsSettings)
    ask = Ask(People, *REQUESTS.values())
    figures = Figures(read)
