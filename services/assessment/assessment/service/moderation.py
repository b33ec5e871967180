"""How sure one can be of each marker."""

from assessment import moderating, moderations
from assessment.roles import WITHIN
from headship_contracts.assessment.moderation import (
    DrawProof,
    ListModerations,
    ModerationOpened,
    ModerationPage,
    OpenModeration,
    ProveDraw,
)
from kit import Transaction, rpc


class Moderation:
    @rpc(OpenModeration, allowed=WITHIN)
    def open_moderation(self, tx: Transaction, request: OpenModeration) -> ModerationOpened:
        """Draw from each marker's scripts, for moderators."""
        return moderating.open_all(tx, request)

    @rpc(ListModerations, allowed=WITHIN)
    def list_moderations(self, tx: Transaction, request: ListModerations) -> ModerationPage:
        """Show how moderation stands, and the bounds."""
        return moderations.list_all(tx, request)

    @rpc(ProveDraw, allowed=WITHIN)
    def prove_draw(self, tx: Transaction, request: ProveDraw) -> DrawProof:
        """Give what is needed to draw again."""
        return moderations.prove(tx, request)
