"""Nonces of draws: nobody may choose one, for whoever may could choose the draw by it."""

import secrets


def drawn(added: str | None) -> str:
    """A nonce for draws. Who asks for one knows what is drawn from, and could try one nonce after
    the other until a draw suits them: what they give is added only, so that the service did not
    choose all of it either."""
    own = secrets.token_hex(16)
    return own if added is None else f"{own}-{added}"
