"""The token in an `Authorization` header, in all the ways that Rails takes.

Source: `ActionController::HttpAuthentication::Token`. They are `Bearer abc`, `Token abc`,
`Bearer token=abc` and `Token token="abc", nonce="…"`.
"""

import re

_SCHEME = re.compile(r"(?:Token|Bearer)\s+")
_DELIMITERS = re.compile(r"[,;\t]")
_KEY = "token="


def token_in(authorization: str) -> str:
    """The token; empty where there is none."""
    scheme = _SCHEME.match(authorization)
    if scheme is None:
        return ""
    pairs = filter(None, _DELIMITERS.split(authorization[scheme.end() :]))
    return re.sub(r'^"|"$', "", next(pairs, "").strip().removeprefix(_KEY))
