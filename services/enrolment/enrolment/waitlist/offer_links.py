"""The plain page behind an offer's link: the applicant takes the place up, or declines it."""

from collections.abc import Mapping
from html import escape
from uuid import UUID

from sqlalchemy import select

from enrolment import queries
from enrolment.admissions import forms, steps
from enrolment.models import Application, Offer
from enrolment.waitlist import offers
from headship_contracts.enrolment.waitlist import (
    DeclineOffer,
    MakeOfferLink,
    OfferLink,
    OfferLinks,
    TakeUpOffer,
)
from headship_contracts.errors import NotFound, Refused
from headship_contracts.links import LinksFound, PersonalLink
from headship_contracts.records import APPLICATION
from kit import Transaction, links
from kit.audit.trail import CHANGE
from kit.clock import LONDON
from kit.pages import Response

PURPOSE = "offer"
TITLE = "Your place"
BY_LINK = "declined by the link"
LONGEST_REASON = 500


def make_link(tx: Transaction, request: MakeOfferLink, public_url: str) -> OfferLink:
    """Good as long as the offer is open. Raises Refused where there is none."""
    application = queries.lock_application(tx, request.application_id)
    offer = offers.check_open(tx, application)
    return OfferLink(
        application_id=application.id,
        offer_id=offer.id,
        url=_address(offer, public_url),
        expires_at=offer.expires_at,
    )


def told(tx: Transaction, request: OfferLinks, public_url: str) -> LinksFound:
    """The links that messages carry."""
    wanted = {one.application_id for one in request.wanted if one.application_id is not None}
    still_open = select(Offer).where(
        Offer.application_id.in_(wanted), Offer.state == "open", Offer.expires_at > tx.at
    )
    return LinksFound(
        links=[
            PersonalLink(application_id=offer.application_id, url=_address(offer, public_url))
            for offer in tx.scalars(still_open)
        ]
    )


def _address(offer: Offer, public_url: str) -> str:
    token = links.sign(PURPOSE, str(offer.id), offer.expires_at)
    return f"{public_url.rstrip('/')}/admissions/offer/{token}"


def show_form(tx: Transaction, token: str) -> Response:
    """Nothing is decided by looking at it: mail scanners follow links, too."""
    application, offer = _behind(tx, token)
    return _form(application, offer)


def take_answer(tx: Transaction, token: str, sent: Mapping[str, str]) -> Response:
    """Take the place up or give it to the next one."""
    application, offer = _behind(tx, token)
    answer, reason = sent.get("answer", ""), sent.get("reason", "").strip()
    if answer not in ("take_up", "decline"):
        return _form(application, offer, "Choose one of the two answers.")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        problem = f"The reason is one line of {LONGEST_REASON} characters at the most."
        return _form(application, offer, problem)
    tx.audit([(CHANGE, APPLICATION, application.id)])
    if answer == "take_up":
        offers.take_up(tx, TakeUpOffer(application_id=application.id))
        return forms.page(200, TITLE, "<p>Thank you. The place is yours.</p>")
    told = f"{BY_LINK}: {reason}"[:LONGEST_REASON] if reason else BY_LINK
    offers.decline(tx, DeclineOffer(application_id=application.id, reason=told))
    return forms.page(200, TITLE, "<p>Thank you. We offer the place to somebody else.</p>")


def _behind(tx: Transaction, token: str) -> tuple[Application, Offer]:
    """Raises NotFound, or Refused once the offer has been answered or has expired."""
    offer = tx.get(Offer, UUID(links.read(PURPOSE, token, tx.at)))
    if offer is None:
        raise NotFound("link_unknown")
    if offer.state != "open":
        raise Refused("link_used", f"this offer was {offer.state}")
    return queries.application(tx, offer.application_id), offer


def _form(application: Application, offer: Offer, *problems: str) -> Response:
    name, course = steps.about(application)
    until = f"{offer.expires_at.astimezone(LONDON):%A, %-d %B %Y, %H:%M}"
    content = f"""<p>{escape(name)}, there is a place for you on the {escape(course)}.
It is held for you until {until}.</p>
<form method="post" accept-charset="utf-8">
<fieldset>
<legend>Your answer</legend>
<label><input type="radio" name="answer" value="take_up"> I take the place</label>
<label><input type="radio" name="answer" value="decline"> I do not take it</label>
</fieldset>
<label for="reason">Why not? (optional)</label>
<input type="text" id="reason" name="reason" maxlength="{LONGEST_REASON}">
<button type="submit">Send</button>
</form>"""
    return forms.page(400 if problems else 200, TITLE, content, problems)
