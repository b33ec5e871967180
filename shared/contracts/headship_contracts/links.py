"""People's own links, which a service makes for the messages that carry them.

A link is a key to its page. It is asked for when a message is written, travels in the answer to
that call alone, never in an event, and is kept nowhere but in the mail that goes out.
"""

from uuid import UUID

from headship_contracts.shape import Shape, shape


@shape
class LinkWanted(Shape):
    """Whose link: a participant's, or a marker's. `window_id` for one to a window."""

    application_id: UUID | None = None
    staff_id: UUID | None = None
    window_id: UUID | None = None


@shape
class PersonalLink(Shape):
    """A link that is good now, for whoever was asked about under these ids."""

    application_id: UUID | None = None
    staff_id: UUID | None = None
    window_id: UUID | None = None
    url: str

    @property
    def whose(self) -> UUID | None:
        """The id under which it was asked for."""
        return self.application_id or self.staff_id


@shape
class LinksFound(Shape):
    """Those that there are; whoever may have none is left out."""

    links: list[PersonalLink]
