"""What the words of a request ask for.

`GET /statements`, `GET any list, 8 records`, `1,001 requests in 5 minutes`,
`PUT /participants/npq/{unknown id}/resume`. Words in braces say which record is meant.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cli.dfe_cases.suites import Json, NotUnderstood

LIST = "npq-applications"
ANY_LIST = {
    "npq-applications": {"cohort", "updated_since", "participant_id"},
    "participants/npq": {"updated_since", "training_status", "from_participant_id"},
    "participants/npq/outcomes": {"created_since"},
    "participant-declarations": {"cohort", "updated_since", "participant_id"},
    "delivery-partners": {"cohort"},
    "statements": {"cohort", "updated_since"},
}
"""The lists, and their filters."""

NUMBERS = {
    **{"no": 0, "none": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
    **{"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
}

_NUMBER = rf"\b(\d[\d,]*|{'|'.join(NUMBERS)})"
_GENERAL = r"(?:(?:any|all|every|each|an?|the)\s+)?(?:lists?|endpoints?|requests?|calls?)\b|\bany\b"
_VERB = r"(?P<method>GET|POST|PUT|PATCH|DELETE)"
_REQUEST = re.compile(
    rf"[^/]*?\b{_VERB}\s+"
    rf"(?P<target>(?:{_GENERAL})(?:\?[^\s,]+)?|/?(?:\{{[^}}]*\}}|[^\s{{,]|,(?=\S))+)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_PATH = re.compile(rf"/(?:api/v3/)?(?:{'|'.join(path.partition('/')[0] for path in ANY_LIST)})\b")
_RECORDS = re.compile(
    rf"{_NUMBER}\s+(?:delivery\s+)?"
    r"(record|application|participant|declaration|outcome|statement|partner)s?\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(\d[\d,]*)(?:st|nd|rd|th)?\s*"
    r"(?:times|(?:[A-Z]+\s+)?(?:requests?|calls?)|(?:in|within|per)\s+(?:\w+\s+){0,3}min)",
    re.IGNORECASE,
)
_THEN_ONE_MORE = re.compile(
    r"\b(?:after|already|more than|over|beyond|then|in the last|previous)\b", re.IGNORECASE
)
_QUERY = re.compile(r"((?:filter|page)\[\w+\]|\b(?:filter|sort|page)\b)\s*=\s*([^\s,;)]+)")
_NO_BODY = re.compile(r"(?:no|without|missing|empty)\s+(?:\w+\s+)?(?:body|data|attributes)", re.I)
_NO_TOKEN = re.compile(r"\b(?:no|without|missing)\s+(?:\w+\s+)?(?:token|authori[sz]ation)\b", re.I)
_BAD_TOKEN = re.compile(r"\b(?:wrong|invalid|unknown|bad|revoked)\s+(?:\w+\s+)?token\b", re.I)
_WITHOUT_FEE = re.compile(
    rf"(?:{_NUMBER}|\b(all|both))?\s*(?:of (?:them|which)\s+)?(?:with|has|have)?\s*"
    r"output[_ ]fees?\s*(?:=|:|is|are|of)?\s*(?:false|no)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A request. `times`: how often it is asked, None where the words do not say."""

    method: str
    paths: list[str]
    query: list[tuple[str, str]]
    words: str  # all of them
    times: int | None

    def count(self, subject: str) -> int | None:
        """How many applications, say, the words tell of, or records of no kind; None: of none."""
        told = [(counted(number), kind.casefold()) for number, kind in _RECORDS.findall(self.words)]
        return next((number for number, kind in told if kind in ("record", subject)), None)

    @property
    def without_body(self) -> bool:
        """Whether the words say that there is none."""
        return bool(_NO_BODY.search(self.words))

    @property
    def token(self) -> str | None:
        """The header that the words tell of: empty for none; None where they tell of none."""
        if _NO_TOKEN.search(self.words):
            return ""
        return "Bearer wrong" if _BAD_TOKEN.search(self.words) else None


def read_request(given: Json) -> Asked:
    """The request of a case. Raises NotUnderstood."""
    said = str(given["request"]).strip()
    match = _REQUEST.fullmatch(_with_verb(said))
    if match is None:
        raise NotUnderstood(f"the request is not understood: {said}")
    target, _, asked = match["target"].strip().partition("?")
    path = target.removeprefix("/api/v3").strip("/")
    query = [*flat(given.get("query") or {}), *_pairs(asked), *_QUERY.findall(match["rest"])]
    paths = [path]
    if re.fullmatch(_GENERAL, path, re.IGNORECASE):
        every = re.match("any|all|every|each", path, re.IGNORECASE)
        paths = _lists(query) if every else [LIST]
    words = f"{match[0]} {_as_words(given.get('given'))}"
    return Asked(match["method"].upper(), paths, query, words, _times(words))


def _with_verb(said: str) -> str:
    """A request without a verb is a GET: of a path in it, or of a list."""
    if re.search(rf"\b{_VERB}\b", said, re.IGNORECASE):
        return said
    path = _PATH.search(said)
    if path is not None:
        return f"GET {said[path.start() :]} {said[: path.start()]}"
    return f"GET {said}" if re.match(_GENERAL, said, re.IGNORECASE) else f"GET list, {said}"


def _as_words(told: Any) -> str:
    """`{"records": 8}` is the same as `8 records`."""
    if isinstance(told, Mapping):
        return ", ".join(f"{number} {name}" for name, number in told.items())
    return str(told or "")


def _pairs(asked: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, asked.split("&")):
        name, _, value = pair.partition("=")
        yield name, value


def _lists(query: list[tuple[str, str]]) -> list[str]:
    """The lists that have the filters of the query; all of them where it has none."""
    wanted = {found[1] for name, _ in query if (found := re.fullmatch(r"filter\[(\w+)\]", name))}
    return [path for path, filters in ANY_LIST.items() if wanted <= filters] or [LIST]


def _times(words: str) -> int | None:
    """How often the same is asked: `1,001 requests`, or `after 1,000 requests`; None: once."""
    many = _TIMES.search(words)
    return counted(many[1]) + bool(_THEN_ONE_MORE.search(words)) if many else None


def counted(word: str) -> int:
    """A number in digits or in letters."""
    told = NUMBERS.get(word.casefold())
    return int(word.replace(",", "")) if told is None else told


def without_output_fee(records: int, words: str) -> int:
    """`2 statements, one with output_fee=false`: how many those are."""
    found = _WITHOUT_FEE.search(words)
    if found is None:
        return int(bool(re.search(r"\b(?:without|no|non)[ -]output[ _-]fee", words, re.IGNORECASE)))
    if found[2]:
        return records
    return counted(found[1]) if found[1] else 1


def flat(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`{"page": {"page": 2}}` is the same as `{"page[page]": 2}`."""
    for name, value in query.items():
        if isinstance(value, Mapping):
            for inner, one in value.items():
                yield f"{name}[{inner}]", str(one)
        else:
            yield name, str(value)
