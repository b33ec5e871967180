"""Who opens a submission link, and that no marker learns who wrote a script."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from assessment_browser import Browser
from assessment_office import an_application

from assessment import files
from headship_contracts.assessment.submissions import (
    MakeSubmissionLink,
    RevokeSubmissionLink,
    SubmissionLinks,
)
from headship_contracts.enrolment.events import ApplicationRemoved
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.errors import NotFound, Refused, Unavailable
from headship_contracts.links import LinkWanted
from kit import links
from kit.identity import Caller
from kit.testing import SETTINGS, FakeAsk, run_timer


@pytest.fixture
def sitting(office):
    window = office.window()
    application = office.ready()
    office.open(window)
    return office, application, window


class TestLinks:
    def test_a_new_link_ends_the_one_before(self, sitting):
        office, application, window = sitting
        former = Browser(office, application, window)
        Browser(office, application, window)

        with pytest.raises(NotFound, match="link_unknown"):
            former.opens()

    def test_a_revoked_link_opens_nothing(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window)

        office.ask(
            RevokeSubmissionLink(
                application_id=application.application_id, window_id=window.window_id
            )
        )

        for step in (browser.opens, lambda: browser.uploads(b"x")):
            with pytest.raises(NotFound, match="link_unknown"):
                step()

    def test_a_link_expires_some_days_after_the_close(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window, days_after=2)
        office.at(window.closes_at + timedelta(days=2, seconds=1))

        with pytest.raises(Refused, match="link_expired"):
            browser.opens()

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "W10.abc"])
    def test_a_made_up_link_is_not_found(self, sitting, token):
        office, application, window = sitting
        browser = Browser(office, application, window)
        browser.token = token

        with pytest.raises(NotFound, match="link_unknown"):
            browser.opens()

    def test_a_marker_gets_nobodys_link(self, sitting):
        office, application, window = sitting
        (assessor,) = office.assessors(1)

        with pytest.raises(Refused, match="not_permitted"):
            office.ask(
                MakeSubmissionLink(
                    application_id=application.application_id, window_id=window.window_id
                ),
                caller=Caller("staff", str(assessor)),
            )


class TestLinksOfMessages:
    SERVICE = Caller("service", "notifications")

    def told(self, office, application, window, caller=SERVICE):
        wanted = [
            LinkWanted(application_id=application.application_id, window_id=window.window_id),
            LinkWanted(application_id=application.application_id, window_id=uuid4()),
            LinkWanted(application_id=uuid4(), window_id=window.window_id),
        ]
        (link,) = office.ask(SubmissionLinks(wanted=wanted), caller=caller).links
        assert link.window_id == window.window_id
        return link.url.rpartition("/")[2]

    def opens(self, browser, token):
        browser.token = token
        return browser.opens()

    def test_each_mail_leaves_the_links_before_it_good(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window)
        given = browser.token

        for token in (given, self.told(*sitting), self.told(*sitting), given):
            assert "Your script" in self.opens(browser, token)

    def test_who_was_never_given_one_has_one_until_thirty_days_after_the_close(self, sitting):
        office, _application, window = sitting
        links.use([SETTINGS["LINK_SECRETS"]])
        token = self.told(*sitting)
        browser = Browser.__new__(Browser)
        browser.office = office

        office.at(window.closes_at + timedelta(days=29))
        assert self.opens(browser, token)
        office.at(window.closes_at + timedelta(days=30))
        with pytest.raises(Refused, match="link_expired"):
            self.opens(browser, token)

    def test_a_mail_after_a_revocation_has_a_new_one_and_the_old_one_stays_dead(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window)
        former = self.told(*sitting)
        office.ask(
            RevokeSubmissionLink(
                application_id=application.application_id, window_id=window.window_id
            )
        )

        latter = self.told(*sitting)

        with pytest.raises(NotFound, match="link_unknown"):
            self.opens(browser, former)
        assert self.opens(browser, latter)

    def test_who_is_no_candidate_any_more_has_none(self, office):
        window, application = office.window(), office.ready()
        gone = {"status": "removed", "cause": "vanished", "participant_id": uuid4()}
        same = application.application_id
        office.tell(an_application(ApplicationRemoved, application_id=same, **gone))
        wanted = [LinkWanted(application_id=application.application_id, window_id=window.window_id)]

        assert office.ask(SubmissionLinks(wanted=wanted), caller=self.SERVICE).links == []

    def test_nobody_of_the_staff_gets_links_in_bulk(self, sitting):
        with pytest.raises(Refused, match="not_permitted"):
            self.told(*sitting, caller=Caller("staff", str(uuid4())))


class TestNames:
    def shown(self, office, window):
        office.assessors(2)
        office.close(window)
        office.prepare(window)
        return office.shown(office.script(window)).text

    def test_a_marker_does_not_read_the_name_that_enrolment_knows(self, sitting):
        office, application, window = sitting
        person = Person(
            person_id=application.participant_id,
            kind="participant",
            full_name="Jane Author",
            email="jane@example.org",
        )
        office.service.ask = FakeAsk({People: PeopleFound(people=[person])})
        office.submit(application, window, b"By Jane Author, jane@example.org. I begin.")

        run_timer(office.service, "remove_names", window.opens_at)

        assert self.shown(office, window) == "By [name] [name], [name]. I begin."

    def test_names_wait_while_enrolment_is_away(self, sitting):
        office, application, window = sitting
        office.service.ask = FakeAsk({People: Unavailable("no_answer")})
        receipt = office.submit(application, window, b"By Jane Author.")
        run_timer(office.service, "remove_names", window.opens_at)
        person = Person(
            person_id=application.participant_id, kind="participant", full_name="Jane Author"
        )
        office.service.ask = FakeAsk({People: PeopleFound(people=[person])})

        run_timer(office.service, "remove_names", window.opens_at)
        run_timer(office.service, "remove_names", window.opens_at)

        assert len(office.service.ask.asked) == 1
        assert self.shown(office, window) == "By [name] [name]."
        with office.db.transaction() as tx:
            assert files.get(tx, receipt.sha256) == b"By Jane Author."
        assert isinstance(receipt.submission_id, UUID)
